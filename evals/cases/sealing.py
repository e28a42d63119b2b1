"""Seal a suite: write the manifest that every later load is held against."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evals.cases.case import Case, Suite
from evals.cases.documents import case_digest
from evals.cases.files import files_below
from evals.cases.manifest import MANIFEST, Manifest, read_manifest
from evals.cases.shipped import SHIPPED, shipped_folder
from evals.cases.suites import Build, builder_of, load_suite, unsealed, unwritable
from tools.errors import InvalidParameter, InvalidSuite
from tools.whole_file import write_whole

_FIELD: Final = "suite"


@dataclass(frozen=True, slots=True)
class About:
    """What a manifest says of its suite; None keeps what the manifest says that is there already."""

    title: str | None = None
    licence: str | None = None
    definition: str | None = None


_SHIPPED_ABOUT: Final[Mapping[str, About]] = {
    "textbook": About("Charts drawn by hand from the definitions", "MIT", "ICT.md and the rules' texts"),
    "simulated": About("Charts whose builder knows what it planted", "MIT", "the builder's scenarios"),
    "noisy": About("Stories under heavy noise, labelled by their intent", "MIT", "the builder's scenarios, as intent"),
    "adversarial": About("Near misses, one tick from a threshold on either side", "MIT", "the rules' thresholds"),
    "coach": About("Questions to the coach, and what its answers must be", "MIT", "what the record holds"),
}


def seal(name_or_path: str | Path, about: About | None = None) -> Suite:
    """Write a suite's manifest.

    The same cases give the same bytes, whenever and wherever they are sealed.

    Args:
        name_or_path: one of `SHIPPED`, or a folder of cases.
        about: what the manifest says; what it leaves out is kept from the manifest that is there already.

    Returns:
        The suite, loaded again as it now is sealed.

    Raises:
        InvalidParameter: it is no folder, or cannot be written to.
        InvalidSuite: a case has faults; nothing was written.
    """
    said = about or About()
    if isinstance(name_or_path, str) and name_or_path in SHIPPED:
        seal_built(shipped_folder(name_or_path), builder_of(name_or_path), said)
        return load_suite(name_or_path)
    folder = Path(name_or_path)
    if not folder.is_dir():
        raise InvalidParameter(
            f"{name_or_path} is no folder, and only a folder has a manifest", field=_FIELD,
            expected=f"one of {', '.join(SHIPPED)}, or a folder of cases", got=str(name_or_path),
        )  # fmt: skip
    suite = unsealed(folder)
    _write(folder, suite.cases, _told(folder, said, About(suite.name, suite.licence, suite.definition)), builder=False)
    return load_suite(folder)


def seal_built(folder: Path, build: Build, about: About) -> None:
    """Write the manifest of a suite that is built.

    Args:
        folder: the suite's.
        build: gives its cases.
        about: as for `seal`.

    Raises:
        InvalidParameter: the folder cannot be written to.
        InvalidSuite: a case cannot be written down; nothing was written.
    """
    cases = build()
    if problems := unwritable(cases):
        raise InvalidSuite(problems)
    _write(folder, cases, _told(folder, about, _SHIPPED_ABOUT.get(folder.name, About())), builder=True)


def _told(folder: Path, about: About, usual: About) -> About:
    """Return what is said now, else what was sealed, else what is usual."""
    kept = About()
    if (folder / MANIFEST).is_file():
        manifest, _ = read_manifest(folder / MANIFEST)
        kept = About(manifest.title, manifest.licence, manifest.definition)
    return About(
        about.title or kept.title or usual.title or folder.resolve().name,
        about.licence or kept.licence or usual.licence or "MIT",
        about.definition or kept.definition or usual.definition or "see each case",
    )


def _write(folder: Path, cases: Sequence[Case], about: About, *, builder: bool) -> None:
    there = {path.relative_to(folder).as_posix(): path for path in files_below(folder)}
    there.pop(MANIFEST, None)
    manifest = Manifest(
        name=folder.resolve().name,
        title=about.title or "",
        licence=about.licence or "",
        definition=about.definition or "",
        files={name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()},
        builder=builder,
        cases={case.id: case_digest(case) for case in cases},
    )
    write_whole(folder / MANIFEST, manifest.to_bytes().decode(), field=_FIELD)
