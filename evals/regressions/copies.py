"""Copies of the packages, in which something may be changed: everything that no change touches is a hard link."""

import os
import shutil
from pathlib import Path
from typing import Final

from evals.regressions.plants import ROOT, Plant

PACKAGES: Final = ("tools", "rulebook", "agent", "evals")
"""What a run of the gate imports; `api` is not among it."""


def copied(folder: Path) -> None:
    """Copy the packages into a folder, with their byte code, which spares a second of compiling."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, copy_function=_linked)


def plant(folder: Path, regression: Plant) -> None:
    """Make one careless change in a copy, never in what the copy is linked to.

    Raises:
        InvalidParameter: the text it changes does not stand there exactly once.
    """
    path = folder / regression.file
    text = regression.made(path.read_text(encoding="utf-8"))
    path.unlink()  # a hard link: writing to it would write to the original
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)
    return target
