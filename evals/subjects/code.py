"""The identity of the code under test: a change of one byte of it makes every cached find a stranger's."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_LEFT_OUT: Final = frozenset({"__pycache__", "__init__.pyc"})


@cache
def code_digest(packages: Sequence[str]) -> str:
    """Return the SHA-256 over every file of some packages, their names included, hexadecimal.

    Args:
        packages: importable names, such as ``tools`` or ``agent.analysis``; a tuple.
    """
    digest = hashlib.sha256()
    for package in packages:
        for path, content in _files(files(package), package):
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name in _LEFT_OUT:
            continue
        inside = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, inside)
        else:
            yield inside, entry.read_bytes()
