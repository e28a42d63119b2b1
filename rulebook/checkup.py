"""Check a profile file, a rule file or a whole folder before it is used: every fault, or what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rulebook.book import Rulebook
from rulebook.condition_checks import PROFILE_COLUMNS
from rulebook.differences import differences
from rulebook.facts import VOCABULARY, Fact
from rulebook.folder import SHIPPED, RulebookFolder
from rulebook.judge import judge_rule
from rulebook.located import Located, Problems, read_yaml
from rulebook.rule_files import RuleDraft
from rulebook.schema import CASE_OUTCOMES, Case, Rule
from tools.errors import InvalidParameter


@dataclass(frozen=True, slots=True)
class Checked:
    """Hold what a check found of one rulebook.

    Attributes:
        rulebook: The rulebook as resolved.
        against: The profile it is compared with, or what else; None where there is nothing to compare with.
        changes: What it changes against that, a line each.
    """

    rulebook: Rulebook
    against: str | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkup:
    """Hold what a check found.

    Attributes:
        problems: Every fault, `path:line: what is wrong; what to write instead`.
        found: What the file or folder comes to; empty where there are faults.
    """

    problems: tuple[str, ...]
    found: tuple[Checked, ...]


def check_path(path: Path, *, folder: Path | None = None) -> Checkup:
    """Check a profile file, a rule file, or a folder with `rules/` and `profiles/`.

    A profile is compared with the one it extends; a rule file stands in for the folder's rule of the same id,
    or beside the others, and is compared with the folder without it. The worked examples of rules are judged,
    those of the folder too where the whole folder is checked.

    Args:
        path: The file or folder.
        folder: The rulebook's folder that a file belongs to; the shipped one by default.

    Raises:
        InvalidParameter: When there is no such file, or it is neither a profile nor a rule.
    """
    if path.is_dir():
        return _folder(path)
    problems = Problems()
    root = read_yaml(path, problems) if path.is_file() else None
    if problems.found:
        return Checkup(tuple(problems.messages()), ())
    home = folder or SHIPPED
    keys: Iterable[str] = root.value if isinstance(root, Located) and isinstance(root.value, dict) else ()
    if "profile" in keys:
        return _profile(path, home)
    if "id" in keys:
        return _rule(path, home)
    if root is None:
        raise _refused(path, f"there is no file {path}")
    raise _refused(path, f"{path} is neither a profile (with a key profile) nor a rule (with a key id)")


def _refused(path: Path, message: str) -> InvalidParameter:
    return InvalidParameter(
        message,
        field="FILE",
        expected="a profile file, a rule file, or a folder with rules/ and profiles/",
        got=str(path),
    )


def _profile(path: Path, home: Path) -> Checkup:
    read = RulebookFolder(home)
    profile = read.profile(path)
    if read.problems.found or profile is None:
        return Checkup(tuple(read.problems.messages()), ())
    rulebook = read.rulebook(profile)
    if profile.extends is None:
        return Checkup((), (Checked(rulebook, None, ()),))
    parent = read.rulebook(read.profiles[profile.extends])
    return Checkup((), (Checked(rulebook, f"profile {profile.extends}", tuple(differences(parent, rulebook))),))


def _rule(path: Path, home: Path) -> Checkup:
    read, without = RulebookFolder(home, path), RulebookFolder(home)
    read.read()
    without.read()
    _judge_cases(read, [draft for draft in read.drafts if Path(draft.path) == path])
    if read.problems.found or without.problems.found:
        return Checkup(tuple(read.problems.messages() or without.problems.messages()), ())
    found = []
    for name in PROFILE_COLUMNS:
        rulebook, before = (one.rulebook(one.profiles[name]) for one in (read, without))
        found.append(Checked(rulebook, f"the rules in {home}", tuple(differences(before, rulebook))))
    return Checkup((), tuple(found))


def _folder(path: Path) -> Checkup:
    read = RulebookFolder(path)
    read.read()
    _judge_cases(read, read.drafts)
    if read.problems.found:
        return Checkup(tuple(read.problems.messages()), ())
    found = []
    for profile in read.profiles.values():
        rulebook = read.rulebook(profile)
        parent = None if profile.extends is None else read.rulebook(read.profiles[profile.extends])
        changes = () if parent is None else tuple(differences(parent, rulebook))
        found.append(Checked(rulebook, None if parent is None else f"profile {parent.profile}", changes))
    return Checkup((), tuple(found))


def _judge_cases(read: RulebookFolder, drafts: Sequence[RuleDraft]) -> None:
    """Note every worked example that does not come out as its rule says."""
    if read.problems.found:
        return
    books = {name: read.rulebook(read.profiles[name]) for name in PROFILE_COLUMNS}
    for draft in drafts:
        for name, book in books.items():
            rule = book.rule(draft.id)
            for case, line in zip(rule.cases, _lines(draft), strict=True):
                if case.profile in (None, name):
                    _judge_case(read.problems, draft, line, name, rule, case)


def _lines(draft: RuleDraft) -> Iterator[int]:
    return (line for kind in CASE_OUTCOMES for line in draft.case_lines[kind])


def _judge_case(problems: Problems, draft: RuleDraft, line: int, profile: str, rule: Rule, case: Case) -> None:
    facts = {
        name: Fact.unknown("the case says so") if value is None else Fact(value) for name, value in case.facts.items()
    }
    verdict = judge_rule(rule, facts, VOCABULARY)
    if verdict.outcome != CASE_OUTCOMES[case.kind]:
        wrong = f"case {case.title!r} of {case.kind} comes out as {verdict.outcome} in {profile} ({verdict.sentence})"
        problems.add(draft.path, line, wrong, "correct its facts, or the rule")
