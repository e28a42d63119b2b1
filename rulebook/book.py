"""The rulebook: every rule of one profile in walk order, with its identity and its snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import rfc8785

from rulebook.calibration import Calibration
from rulebook.facts import NODES, FactSpec, Scalar
from rulebook.schema import KillZone, Rule, walk_order
from rulebook.tuning import tune
from tools.errors import RulebookError

FORMAT = "ict-rulebook/2"
"""Named in every hash, so that a change of the canonical form changes every identity."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Hold every rule of one profile, in walk order, ready to judge.

    Two rulebooks with the same hash give the same verdicts, word for word. The hash is the SHA-256 of
    the RFC 8785 form of the resolved rules, of the facts they read and of the profile's own kill zones: ids,
    names, texts, kinds, weights, groups, parameter values, conditions and strengths; and of its calibration where
    it has one. Left out is what changes no verdict and no sentence: descriptions, references, status, cases,
    comments, layout, and the profile's own name.

    Attributes:
        profile: The name of the profile it was resolved for.
        rules: The rules in walk order.
        facts: The specifications of the facts its rules and their texts name.
        kill_zones: The profile's own kill zones, or None where those of the instrument stand.
        calibration: What its graded strengths were measured to be worth, or None where nobody measured.
        hash: Its identity, as lower-case hex.
    """

    profile: str
    rules: tuple[Rule, ...]
    facts: Mapping[str, FactSpec]
    kill_zones: tuple[KillZone, ...] | None = None
    calibration: Calibration | None = None
    hash: str = field(init=False)
    _by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)
    _by_node: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Put the rules in walk order and compute the identity."""
        ordered = tuple(sorted(self.rules, key=walk_order))
        object.__setattr__(self, "rules", ordered)
        object.__setattr__(self, "_by_id", {rule.id: rule for rule in ordered})
        by_node = {node: tuple(rule for rule in ordered if rule.node == node) for node in NODES}
        object.__setattr__(self, "_by_node", by_node)
        canonical: Any = {
            "format": FORMAT,
            "facts": {name: spec.to_dict() for name, spec in self.facts.items()},
            "rules": [rule.identity() for rule in ordered],
            "kill_zones": _plain(self.kill_zones),
            **self._calibration(),
        }
        object.__setattr__(self, "hash", hashlib.sha256(rfc8785.dumps(canonical)).hexdigest())

    def rules_of(self, node: str) -> tuple[Rule, ...]:
        """Return the rules of one node, in the order they are judged.

        Raises:
            KeyError: When there is no such node.
        """
        return self._by_node[node]

    def rule(self, rule_id: str) -> Rule:
        """Return one rule.

        Raises:
            KeyError: When the rulebook has no rule of that id.
        """
        return self._by_id[rule_id]

    @property
    def parameters(self) -> dict[str, dict[str, Scalar]]:
        """Every rule's resolved parameters, `{rule id: {name: value}}`."""
        return {rule.id: {one.name: one.value for one in rule.parameters} for rule in self.rules}

    def parameter(self, rule_id: str, name: str) -> Scalar:
        """Return one resolved parameter of one rule.

        Raises:
            KeyError: When there is no such rule, or it has no such parameter.
        """
        for one in self._by_id[rule_id].parameters:
            if one.name == name:
                return one.value
        raise KeyError(f"rule {rule_id} has no parameter {name}")

    def number(self, rule_id: str, name: str) -> float:
        """Return one resolved parameter that is a number; a whole one comes as an int.

        Raises:
            KeyError: When there is no such rule or parameter.
            TypeError: When it is a flag or a text.
        """
        value = self.parameter(rule_id, name)
        if isinstance(value, bool | str):
            raise TypeError(f"parameter {name} of rule {rule_id} is no number but {value!r}")
        return value

    def tuned(self, overrides: Mapping[str, Mapping[str, Scalar]]) -> Self:
        """Return it with parameters replaced: a new hash where a value changes, the same profile name.

        Args:
            overrides: The new values, `{rule id: {parameter: value}}`.

        Raises:
            RulebookError: With every rule or parameter that does not exist, every value of another type or
                outside its set, and every threshold that cannot be compared with.
        """
        problems: list[str] = []
        rules = {rule.id: rule for rule in self.rules}
        for rule_id, values in overrides.items():
            if rule_id not in rules:
                problems.append(f"tuned: there is no rule {rule_id!r}; write one of {', '.join(rules)}")
                continue
            rules[rule_id], faults = tune(rules[rule_id], values, self.facts)
            problems += faults
        if problems:
            raise RulebookError(problems)
        return type(self)(self.profile, tuple(rules.values()), self.facts, self.kill_zones, self.calibration)

    def calibrated(self, calibration: Calibration) -> Self:
        """Return it with a calibration: a new hash, the same verdicts."""
        return type(self)(self.profile, self.rules, self.facts, self.kill_zones, calibration)

    def to_dict(self) -> dict[str, Any]:
        """Return a snapshot as plain JSON values, from which `from_dict` judges again years later."""
        return {
            "format": FORMAT,
            "profile": self.profile,
            "hash": self.hash,
            "facts": {name: spec.to_dict() | {"description": spec.description} for name, spec in self.facts.items()},
            "rules": [rule.to_dict() for rule in self.rules],
            "kill_zones": _plain(self.kill_zones),
            **self._calibration(),
        }

    def _calibration(self) -> dict[str, Any]:
        """Return the entry of a calibration; none where there is none, so that such a rulebook keeps its old bytes."""
        return {} if self.calibration is None else {"calibration": self.calibration.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back a snapshot that `to_dict` wrote.

        Raises:
            RulebookError: When it is damaged, of another format, or not what its own hash says.
        """
        if data.get("format") != FORMAT:
            given = data.get("format")
            raise RulebookError([f"snapshot: its format is {given!r}; this code reads {FORMAT!r}"])
        try:
            facts = {name: FactSpec.from_dict(name, one, one["description"]) for name, one in data["facts"].items()}
            rules = tuple(Rule.from_dict(one, facts) for one in data["rules"])
            zones = data["kill_zones"]
            own = None if zones is None else tuple(KillZone.from_dict(one) for one in zones)
            calibration = Calibration.from_dict(data["calibration"]) if "calibration" in data else None
            rulebook = cls(data["profile"], rules, facts, own, calibration)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RulebookError([f"snapshot: it is damaged ({error!r}); restore it from a backup"]) from error
        if rulebook.hash != data["hash"]:
            raise RulebookError([f"snapshot: it says its hash is {data['hash']}, but its content's is {rulebook.hash}"])
        return rulebook


def _plain(zones: tuple[KillZone, ...] | None) -> list[dict[str, Any]] | None:
    return None if zones is None else [one.to_dict() for one in zones]
