"""Rows of earlier runs by content: what neither the case nor the code has changed since is not computed again."""

import hashlib
import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from agent.audit.canonical import canonical_json
from evals.subjects.code import code_digest

FORMAT: Final = "ict-eval-cache/1"
JUDGING: Final = ("tools", "rulebook", "agent", "evals.cases", "evals.runs", "evals.scoring", "evals.subjects")
"""What reads cases, finds, and turns both into a row."""


class RowCache:
    """A folder with one file a row; whatever of it is damaged counts as not there.

    The key is the SHA-256 of everything a row depends on: the case's digest, the subject's identity, the code that
    reads cases and scores finds, and every installed package. So nothing in it is ever out of date, and nothing has
    to be deleted but for the room it takes. Of a subject that is not deterministic no row may be kept: what another
    asking would have come to does not depend on any of it.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        """Keep rows of one subject in a folder, which is made when the first one is kept.

        Args:
            folder: where.
            identity: the subject's own.
        """
        self._folder = folder
        about = {"format": FORMAT, "subject": identity, "judging": surroundings()}
        self._about = _sha256(canonical_json(about))

    def get(self, digest: str) -> bytes | None:
        """Return the row of the case with a digest; None where none is kept whole."""
        try:
            kept = self._path(digest).read_bytes()
        except OSError:
            return None
        checksum, _, row = kept.partition(b"\n")
        return row if checksum == _sha256(row) else None

    def put(self, digest: str, row: bytes) -> None:
        """Keep a row; where the folder cannot be written it is not kept, and the run is none the worse."""
        path = self._path(digest)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(_sha256(row) + b"\n" + row)
                os.replace(beside, path)
            finally:
                beside.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        key = _sha256(self._about + digest.encode()).decode()
        return self._folder / key[:2] / f"{key[2:]}.row"


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


@cache
def surroundings() -> str:
    """Return a digest of the code that judges, the interpreter, and every package it can import, with its version."""
    packages = sorted(f"{one.name}=={one.version}" for one in distributions())
    return _sha256("\n".join([code_digest(JUDGING), sys.version, sys.platform, *packages]).encode()).decode()
