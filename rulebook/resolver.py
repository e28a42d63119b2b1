"""Resolve rules by a profile and those it extends, and check what only shows once they are resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rulebook.condition_checks import PROFILE_COLUMNS
from rulebook.conditions import comparisons
from rulebook.facts import VOCABULARY
from rulebook.judge import points
from rulebook.located import Problems
from rulebook.overrides import Override, Overrides
from rulebook.profiles import Profile, lineage
from rulebook.rule_files import RuleDraft
from rulebook.schema import KillZone, Rule
from rulebook.thresholds import threshold_fault
from rulebook.toggles import Toggles

FULL_SCORE = 10
"""Confluence is a score out of this many points."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolve rules by layers of overrides.

    Attributes:
        column: The values the rule files hold that it starts from, `strict` or `relaxed`.
        layers: The overrides, each later one on top of those before.
        path: The file to blame where the rules together are at fault.
        problems: Where every problem is noted.
    """

    column: str
    layers: tuple[Overrides, ...]
    path: str
    problems: Problems

    @classmethod
    def of(cls, profile: Profile, profiles: Mapping[str, Profile], problems: Problems) -> Resolver:
        """Return the resolver of a profile."""
        chain = lineage(profile, profiles)
        return cls(chain[0].name, tuple(layer for one in chain for layer in one.layers), profile.path, problems)

    def rules(self, drafts: Sequence[RuleDraft]) -> list[Rule]:
        """Return the rules as resolved; only to be used where `check` notes nothing."""
        return [Rule.from_dict(self._resolve(draft), VOCABULARY) for draft in drafts]

    def check(self, drafts: Sequence[RuleDraft]) -> None:
        """Note what only shows once the profile's values stand in the rules."""
        total = points(self.check_each(drafts))
        if total > FULL_SCORE:
            wrong = f"the weights add up to {total:g} points, and the score is out of {FULL_SCORE}"
            self.problems.add(self.path, 1, wrong, f"take {total - FULL_SCORE:g} away")

    def check_each(self, drafts: Sequence[RuleDraft]) -> list[Rule]:
        """Note what shows in one rule alone, and return the rules as resolved."""
        rules = []
        for draft in drafts:
            plain = self._resolve(draft)
            if plain["kind"] == "gate" and plain["blocks"] is None:
                override = self._last(draft.id, "kind")
                path, line = (draft.path, 1) if override is None else (override.path, override.lines["kind"])
                wrong = f"rule {draft.id} becomes a gate and nothing says what its failing means"
                self.problems.add(path, line, wrong, "add blocks: no_trade or wait")
            if plain["kind"] != "gate":
                self._check_idle(draft)
            rule = Rule.from_dict(plain, VOCABULARY)
            self._check_rule(draft, rule)
            rules.append(rule)
        return rules

    def _check_idle(self, draft: RuleDraft) -> None:
        """Note where an override says what a gate does of a rule that it leaves no gate."""
        for key in ("blocks", "when_unknown"):
            found = self._last_layer(draft.id, key)
            if found >= 0 and found >= self._last_layer(draft.id, "kind"):
                override = self.layers[found][draft.id]
                wrong = f"rule {draft.id} is no gate, so {key} does nothing"
                self.problems.add(override.path, override.lines[key], wrong, "leave it out, or add kind: gate")

    def _check_rule(self, draft: RuleDraft, rule: Rule) -> None:
        if rule.derived and rule.weight:
            path, line = self._where(draft, "weight")
            wrong = f"rule {rule.id} reads the points of the other rules and weighs {rule.weight:g} itself"
            self.problems.add(path, line, wrong, "write weight: 0")
        for one in comparisons(rule.condition):
            fault = threshold_fault(one)
            if fault is not None:
                path, line = self._where(draft, *(f"parameters.{name}" for name in one.parameters), "condition")
                self.problems.add(path, line, f"rule {rule.id}: {fault[0]}", fault[1])

    def _where(self, draft: RuleDraft, *keys: str) -> tuple[str, int]:
        """Return where the last of some values was written: in an override, or in the rule's file."""
        for key in keys:
            override = self._last(draft.id, key)
            if override is not None:
                return override.path, override.lines[key]
        return draft.path, draft.lines.get(keys[0].partition(".")[0], 1)

    def _last(self, rule_id: str, key: str) -> Override | None:
        at = self._last_layer(rule_id, key)
        return None if at < 0 else self.layers[at][rule_id]

    def _last_layer(self, rule_id: str, key: str) -> int:
        found = [at for at, one in enumerate(self.layers) if rule_id in one and key in one[rule_id].lines]
        return found[-1] if found else -1

    def _overrides(self, rule_id: str) -> Iterator[Override]:
        return (one[rule_id] for one in self.layers if rule_id in one)

    def _resolve(self, draft: RuleDraft) -> dict[str, Any]:
        plain = dict(draft.plain)
        if isinstance(plain["kind"], dict):
            plain["kind"] = plain["kind"][self.column]
        values = {name: one[self.column] for name, one in plain["parameters"].items()}
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


def check_toggles(toggles: Toggles, drafts: Sequence[RuleDraft], problems: Problems) -> None:
    """Note every option of a toggle that would be at fault on top of strict or of relaxed."""
    for toggle in toggles.values():
        for option in toggle.options.values():
            changed = [draft for draft in drafts if draft.id in option.overrides]
            for column in PROFILE_COLUMNS:
                resolver = Resolver(column, (option.overrides,), toggle.path, problems)
                if any("weight" in one.values for one in option.overrides.values()):
                    resolver.check(drafts)
                else:
                    resolver.check_each(changed)


def kill_zones_of(profile: Profile, profiles: Mapping[str, Profile]) -> tuple[KillZone, ...] | None:
    """Return a profile's kill zones: its own, else those of the nearest profile it extends that sets some."""
    own = [one.kill_zones for one in lineage(profile, profiles) if one.kill_zones is not None]
    return own[-1] if own else None
