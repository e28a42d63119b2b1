"""Load a rulebook: read every rule and profile, report every problem at once, resolve by a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rulebook.book import Rulebook
from rulebook.condition_checks import PROFILE_COLUMNS, ordered
from rulebook.conditions import comparisons
from rulebook.facts import VOCABULARY
from rulebook.located import Problems, nearest
from rulebook.profiles import Override, Profile, lineage, read_profiles
from rulebook.rule_files import RuleDraft, read_rule_files
from rulebook.schema import Rule
from tools.errors import RulebookError, UnknownProfile

__all__ = ["Rulebook", "known_profiles", "load_rulebook"]

FULL_SCORE = 10
"""Confluence is a score out of this many points."""

_HERE = Path(__file__).parent


def known_profiles(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names `load_rulebook` knows, sorted."""
    return tuple(sorted(path.stem for path in ((folder or _HERE) / "profiles").glob("*.yaml")))


def load_rulebook(profile: str | Path = "strict", *, folder: Path | None = None) -> Rulebook:
    """Load every rule, resolved by a profile.

    Args:
        profile: The name of a profile in the folder, or the `Path` of a trader's own profile file. A
            text is always taken for a name, never for a path, so that a name from the wire opens no file.
        folder: Where `rules/` and `profiles/` lie; the shipped ones by default.

    Raises:
        UnknownProfile: When there is no profile of that name, or no file at that path.
        RulebookError: When any rule or profile file has a problem; it lists every problem of every file,
            each as `path:line: what is wrong; what to write instead`.
    """
    home = folder or _HERE
    own = profile if isinstance(profile, Path) else None
    name = profile.stem if isinstance(profile, Path) else profile
    _must_exist(name, own, known_profiles(home))
    problems = Problems()
    drafts = read_rule_files(home / "rules", VOCABULARY, problems)
    profiles = read_profiles(home / "profiles", own, drafts, VOCABULARY, problems)
    _stop_at(problems)
    for one in profiles.values():
        _Resolver(one, profiles, problems).check(drafts)
    _stop_at(problems)
    rules = _Resolver(profiles[name], profiles, problems).rules(drafts)
    named = {fact for rule in rules for fact in rule.facts} | {fact for draft in drafts for fact in draft.text_facts}
    return Rulebook(name, tuple(rules), {fact: VOCABULARY[fact] for fact in sorted(named)})


def _must_exist(name: str, own: Path | None, known: tuple[str, ...]) -> None:
    if own is not None and not own.is_file():
        raise UnknownProfile(f"there is no profile file {own}", field="profile", expected="a YAML file", got=str(own))
    if own is None and name not in known:
        raise UnknownProfile(
            f"there is no profile {name!r}; {nearest(name, known)}",
            field="profile",
            expected=" or ".join(known),
            got=name,
        )


def _stop_at(problems: Problems) -> None:
    if problems.found:
        raise RulebookError(problems.messages())


@dataclass(frozen=True, slots=True)
class _Resolver:
    """Resolve drafts by one profile and its ancestors."""

    profile: Profile
    profiles: Mapping[str, Profile]
    problems: Problems

    def rules(self, drafts: list[RuleDraft]) -> list[Rule]:
        return [Rule.from_dict(self._resolve(draft), VOCABULARY) for draft in drafts]

    def check(self, drafts: list[RuleDraft]) -> None:
        """Note what only shows once the profile's values stand in the rules."""
        resolved = [(draft, self._resolve(draft)) for draft in drafts]
        for draft, plain in resolved:
            if plain["kind"] == "gate" and plain["blocks"] is None:
                override = self._last_override(draft.id, "kind")
                path, line = (override.path, override.line) if override else (draft.path, 1)
                wrong = f"rule {draft.id} becomes a gate and nothing says what its failing means"
                self.problems.add(path, line, wrong, "add blocks: no_trade or wait")
            if plain["kind"] == "score":
                self._check_score(draft)
            self._check_rule(draft, Rule.from_dict(plain, VOCABULARY))
        total = sum(plain["weight"] for _, plain in resolved)
        if total > FULL_SCORE:
            wrong = f"the weights add up to {total:g} points, and the score is out of {FULL_SCORE}"
            self.problems.add(self.profile.path, 1, wrong, f"take {total - FULL_SCORE:g} away")

    def _check_score(self, draft: RuleDraft) -> None:
        for key in ("blocks", "when_unknown"):
            override = self._last_override(draft.id, key)
            if override is not None:
                wrong = f"rule {draft.id} is no gate, so {key} does nothing"
                line = override.lines[key]
                self.problems.add(override.path, line, wrong, "leave it out, or add kind: gate")

    def _check_rule(self, draft: RuleDraft, rule: Rule) -> None:
        if rule.derived and rule.weight:
            path, line = self._where(draft, "weight")
            wrong = f"rule {rule.id} reads the points of the other rules and weighs {rule.weight:g} itself"
            self.problems.add(path, line, wrong, "write weight: 0")
        for one in comparisons(rule.condition):
            pair = one.threshold
            if one.operator.takes == "two" and isinstance(pair, tuple) and not ordered(*pair):
                path, line = self._where(draft, *(f"parameters.{name}" for name in one.parameters))
                ends = f"{pair[0]} is above {pair[1]}"
                wrong = f"between's thresholds of rule {rule.id} are out of order ({ends})"
                self.problems.add(path, line, wrong, "write the lower one first")

    def _where(self, draft: RuleDraft, *keys: str) -> tuple[str, int]:
        """Return where the last of some values was written: in an override, or in the rule's file."""
        for key in keys:
            override = self._last_override(draft.id, key)
            if override is not None:
                return override.path, override.lines[key]
        return draft.path, draft.lines.get(keys[0].partition(".")[0], 1)

    def _last_override(self, rule_id: str, key: str) -> Override | None:
        found = [one for one in self._overrides(rule_id) if key in one.lines]
        return found[-1] if found else None

    def _overrides(self, rule_id: str) -> list[Override]:
        chain = lineage(self.profile, self.profiles)
        return [one.overrides[rule_id] for one in chain if rule_id in one.overrides]

    def _resolve(self, draft: RuleDraft) -> dict[str, Any]:
        column = lineage(self.profile, self.profiles)[0].name
        plain = dict(draft.plain)
        if isinstance(plain["kind"], dict):
            plain["kind"] = plain["kind"][column]
        values = {name: one[column] for name, one in plain["parameters"].items()}
        for override in self._overrides(draft.id):
            plain |= {key: value for key, value in override.values.items() if key != "parameters"}
            values |= override.values.get("parameters", {})
        plain["parameters"] = {
            name: {key: value for key, value in one.items() if key not in PROFILE_COLUMNS} | {"value": values[name]}
            for name, one in plain["parameters"].items()
        }
        gate = plain["kind"] == "gate"
        plain["blocks"] = plain.get("blocks") if gate else None
        plain["when_unknown"] = plain.get("when_unknown", "block") if gate else None
        return plain
