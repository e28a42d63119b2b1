"""The manifest that seals a suite: the SHA-256 of each of its files, the digest of each of its cases, and its own seal.

The ``seal`` is the SHA-256 of the RFC 8785 form of everything else the manifest says; and the file is, to the byte, the
text that sealing writes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from agent.audit.canonical import canonical_json
from agent.labels.parts import Fault, Part
from evals.cases.places import JsonText
from tools.errors import InvalidSuite

FORMAT: Final = "ict-suite/1"
MANIFEST: Final = "manifest.json"
_KEYS: Final = ("format", "name", "title", "licence", "definition", "files", "builder", "cases", "seal")
_SHA256_DIGITS: Final = 64
_AGAIN: Final = "restore it, or take it away and seal the suite again"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was sealed.

    Attributes:
        name: the suite's.
        title: what it is, in a few words.
        licence: under which it may be passed on.
        definition: what its labels were held against.
        files: SHA-256 of every file beside the manifest, by its path from there.
        builder: whether its cases are built when it is loaded, and stand in no file.
        cases: each case's digest by its id.
    """

    name: str
    title: str
    licence: str
    definition: str
    files: Mapping[str, str]
    builder: bool
    cases: Mapping[str, str]

    @property
    def seal(self) -> str:
        """SHA-256 of the RFC 8785 form of everything that the file says beside it, hexadecimal."""
        return hashlib.sha256(canonical_json(self._content())).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the file; the same manifest gives the same bytes."""
        document = {**self._content(), "seal": self.seal}
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "name": self.name,
            "title": self.title,
            "licence": self.licence,
            "definition": self.definition,
            "builder": self.builder,
            "files": dict(sorted(self.files.items())),
            "cases": dict(sorted(self.cases.items())),
        }


def read_manifest(path: Path) -> tuple[Manifest, str]:
    """Read a suite's manifest.

    Returns:
        The manifest, and the SHA-256 of its file.

    Raises:
        InvalidSuite: the file cannot be read, is no manifest, is one of another version, or was altered in any byte.
    """
    try:
        payload = path.read_bytes()
        text = JsonText(str(path), payload.decode("utf-8"))
    except OSError as error:
        raise InvalidSuite([f"{path}:1: the file cannot be read ({error.strerror}); seal the suite"]) from error
    except UnicodeDecodeError as error:
        raise InvalidSuite([f"{path}:1: the file is not UTF-8 text; seal the suite again"]) from error
    document, problems = text.read()
    faults: list[Fault] = []
    manifest = None if problems else _manifest(Part(document, (), faults))
    problems += [text.told(one) for one in faults]
    if manifest is None or problems:
        raise InvalidSuite(problems)
    if (line := _first_other_line(payload, manifest.to_bytes())) is not None:
        raise InvalidSuite([f"{path}:{line}: the manifest is not written as sealing writes it; {_AGAIN}"])
    return manifest, hashlib.sha256(payload).hexdigest()


def _first_other_line(payload: bytes, written: bytes) -> int | None:
    """Return the line of the first byte in which two texts differ, from 1; None where they are the same."""
    if payload == written:
        return None
    pairs = enumerate(zip_longest(payload.split(b"\n"), written.split(b"\n")), 1)
    return next(number for number, (one, other) in pairs if one != other)


def _manifest(part: Part) -> Manifest | None:
    before, said = len(part.faults), part.members(_KEYS)
    said["format"].one_of((FORMAT,))
    texts = {name: said[name].text() for name in ("name", "title", "licence", "definition")}
    files, cases = _digests(said["files"]), _digests(said["cases"])
    builder = said["builder"].flag()
    sealed = said["seal"].text()
    if not part.is_sound_since(before):
        return None
    manifest = Manifest(**texts, files=files, builder=builder, cases=cases)
    if sealed != manifest.seal:
        said["seal"].fault("something in the manifest is not what was sealed", _AGAIN)
    return manifest


def _digests(part: Part) -> dict[str, str]:
    found: dict[str, Any] = {}
    for name, one in part.entries().items():
        found[name] = one.text()
        if found[name] and not (len(found[name]) == _SHA256_DIGITS and set(found[name]) <= set("0123456789abcdef")):
            one.fault(f"{found[name]!r} is no SHA-256", f"write {_SHA256_DIGITS} hexadecimal digits")
    return found
