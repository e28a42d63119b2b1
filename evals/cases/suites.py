"""Suites: those that ship and those of the user, loaded whole and held against what was sealed."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from evals.cases.case import Case, Suite
from evals.cases.documents import case_digest, case_document, read_case
from evals.cases.files import CASE_FILE, ROWS, ReadCases, files_below
from evals.cases.manifest import MANIFEST, Manifest, read_manifest
from evals.cases.places import JsonText
from evals.cases.shipped import SHIPPED, shipped_folder
from tools.errors import InvalidParameter, InvalidSuite

Build = Callable[[], Sequence[Case]]

__all__ = ["SHIPPED", "builder_of", "built_suite", "load_suite", "sealed_folder", "unsealed", "unwritable"]


def load_suite(name_or_path: str | Path) -> Suite:
    """Load a suite, every fault found at once.

    Args:
        name_or_path: one of `SHIPPED`; a folder, sealed where it has a ``manifest.json``; a ``.jsonl`` file; or the
            folder of one case. What is a text and the name of a shipped suite is that one.

    Raises:
        InvalidParameter: there is nothing of that name or at that path.
        InvalidSuite: a case has faults, or the suite is not what was sealed; each with its file and line.
    """
    if isinstance(name_or_path, str) and name_or_path in SHIPPED:
        return built_suite(shipped_folder(name_or_path), builder_of(name_or_path))
    path = Path(name_or_path)
    if path.is_dir():
        return sealed_folder(path) if (path / MANIFEST).is_file() else unsealed(path)
    if path.is_file() and path.suffix == ROWS:
        return unsealed(path)
    raise InvalidParameter(
        f"there is no suite {name_or_path}", field="suite",
        expected=f"one of {', '.join(SHIPPED)}, a folder, or a {ROWS} file", got=str(name_or_path),
    )  # fmt: skip


def builder_of(name: str) -> Build:
    """Return what builds the cases of a shipped suite."""
    build: Build = import_module(f"evals.suites.{name}.build").build
    return build


def unsealed(path: Path) -> Suite:
    """Load cases that no manifest seals: a folder or a JSONL file.

    Raises:
        InvalidSuite: they have faults, or there are none.
    """
    read = ReadCases()
    if path.is_dir():
        read.read_folder(path)
    else:
        read.read_rows(path)
    if not read.cases and not read.problems:
        read.problems.append(f"{path}:1: there is no case; write {CASE_FILE} or a {ROWS} file")
    if read.problems:
        raise InvalidSuite(read.problems)
    licences = sorted({case.provenance.licence for case in read.cases})
    name = path.resolve().name.removesuffix(ROWS)
    return Suite(name, name, tuple(read.cases), _digests(read.cases), ", ".join(licences), "see each case")


def sealed_folder(folder: Path) -> Suite:
    """Load a folder that a manifest seals.

    Raises:
        InvalidSuite: a file was altered, is missing or has been added, or a case is not what was sealed.
    """
    manifest, sha256 = read_manifest(folder / MANIFEST)
    if manifest.builder:
        raise InvalidSuite([f"{folder / MANIFEST}:1: builder: only suites that ship are built; write false"])
    problems = _altered_files(folder, manifest)
    read = ReadCases()
    read.read_folder(folder)
    return _held_against(folder, manifest, sha256, read.cases, [*problems, *read.problems])


def built_suite(folder: Path, build: Build) -> Suite:
    """Build the cases of a suite and hold them against its manifest; what they are built from, before they are built.

    Args:
        folder: where the manifest lies.
        build: gives the cases.

    Raises:
        InvalidSuite: a file was altered, or a case that is built is not what was sealed.
    """
    manifest, sha256 = read_manifest(folder / MANIFEST)
    if not manifest.builder:
        raise InvalidSuite([f"{folder / MANIFEST}:1: builder: the cases of this suite are built; seal it again"])
    if problems := _altered_files(folder, manifest):
        raise InvalidSuite(problems)
    return _held_against(folder, manifest, sha256, build(), ())


def unwritable(cases: Sequence[Case]) -> list[str]:
    """Return why cases that were built could not stand in a file: each fault by the case's id."""
    problems: list[str] = []
    for case in cases:
        try:
            if case_digest(read_case(case_document(case))) != case_digest(case):
                problems.append(f"{case.id}: it is another case once it is written and read")
        except InvalidSuite as error:
            problems += [f"{case.id}: {one}" for one in error.problems]
    names = [case.id for case in cases]
    return problems + [f"{name}: the id is another case's too" for name in sorted({*names}) if names.count(name) > 1]


def _altered_files(folder: Path, manifest: Manifest) -> list[str]:
    there = {path.relative_to(folder).as_posix(): path for path in files_below(folder)}
    there.pop(MANIFEST, None)
    problems = [
        f"{folder / name}:1: the sealed file is missing; restore it" for name in manifest.files if name not in there
    ]
    for name, path in there.items():
        if name not in manifest.files:
            problems.append(f"{path}:1: the file is not one of the sealed suite; take it out")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != manifest.files[name]:
            problems.append(f"{path}:1: the file was altered since the suite was sealed; restore it")
    return problems


def _held_against(
    folder: Path, manifest: Manifest, sha256: str, cases: Sequence[Case], problems: Sequence[str]
) -> Suite:
    digests, found = _digests(cases), list(problems)
    if not found:  # else a file says already what is wrong, and more exactly
        found += [_at_case(folder, one, "the sealed case is missing") for one in manifest.cases if one not in digests]
        for name, digest in digests.items():
            if name not in manifest.cases:
                found.append(_at_case(folder, name, "the case is not one of the sealed suite"))
            elif manifest.cases[name] != digest:
                found.append(_at_case(folder, name, f"the case is not what was sealed; its digest is {digest}"))
    if len(cases) != len(digests):
        found.append(f"{folder / MANIFEST}:1: two cases have one id")
    if found:
        raise InvalidSuite(found)
    return Suite(manifest.name, manifest.title, tuple(cases), digests, manifest.licence, manifest.definition, sha256)


def _at_case(folder: Path, name: str, wrong: str) -> str:
    path = folder / MANIFEST
    line = JsonText(str(path), path.read_text(encoding="utf-8")).line(("cases", name))
    return f"{path}:{line}: cases.{name}: {wrong}"


def _digests(cases: Sequence[Case]) -> Mapping[str, str]:
    return {case.id: case_digest(case) for case in cases}
