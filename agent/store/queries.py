"""The named statements of the files in ``sql/``."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load_queries(path: Path) -> Mapping[str, bytes]:
    """Read a file of statements, each under a line ``-- name: …``.

    Returns:
        The statements by name, without comments, as bytes: psycopg takes text only where a type checker can see that
        nobody put it together.
    """
    parts = _NAME.split(path.read_text(encoding="utf-8"))
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{path} has two statements of one name")
    return MappingProxyType({name: _without_comments(body) for name, body in zip(names, bodies, strict=True)})


def _without_comments(body: str) -> bytes:
    lines = [line for line in body.splitlines() if line.strip() and not line.startswith("--")]
    return "\n".join(lines).removesuffix(";").encode()


def load_folder(folder: Path) -> Mapping[str, bytes]:
    """Read every ``*.sql`` file of a folder.

    Returns:
        The statements of all of them by name.

    Raises:
        ValueError: two statements have one name.
    """
    found: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.sql")):
        for name, body in load_queries(path).items():
            if name in found:
                raise ValueError(f"{path} names a statement {name}, and so does another file beside it")
            found[name] = body
    return MappingProxyType(found)


QUERIES: Final = load_folder(Path(__file__).with_name("sql"))
