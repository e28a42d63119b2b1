"""Differences between two rulebooks, in words: what a profile changes against the one it extends."""

from __future__ import annotations

from rulebook.book import Rulebook
from rulebook.conditions import condition_to_dict
from rulebook.schema import KillZone, Rule
from rulebook.sentences import exact_text, with_unit

_PLAIN = ("kind", "weight", "group")
_OF_A_GATE = ("blocks", "when_unknown")
_WORDED = ("name", "category", "node", "when_valid", "when_invalid")


def differences(before: Rulebook, after: Rulebook) -> list[str]:
    """Return what differs, a line each, in walk order: `7.2 Minimum R:R: minimum from 2 R to 3 R`.

    Nothing is returned for rulebooks of the same hash, and something for others.
    """
    lines: list[str] = []
    old = {rule.id: rule for rule in before.rules}
    for rule in after.rules:
        subject = f"{rule.id} {rule.name}"
        if rule.id not in old:
            lines.append(f"{subject}: a new rule")
            continue
        lines += [f"{subject}: {change}" for change in _changes(old[rule.id], rule)]
    kept = {rule.id for rule in after.rules}
    lines += [f"{rule.id} {rule.name}: no longer a rule" for rule in before.rules if rule.id not in kept]
    if before.kill_zones != after.kill_zones:
        lines.append(f"kill zones from {_zones(before.kill_zones)} to {_zones(after.kill_zones)}")
    if before.calibration != after.calibration:
        lines.append(f"calibration from {_calibration(before)} to {_calibration(after)}")
    if not lines and before.hash != after.hash:
        lines.append("what the facts are called or measured in")
    return lines


def _changes(old: Rule, new: Rule) -> list[str]:
    found = [
        f"{key.replace('_', ' ')} from {_said(getattr(old, key))} to {_said(getattr(new, key))}"
        for key in (*_PLAIN, *(_OF_A_GATE if new.kind == "gate" else ()))
        if getattr(old, key) != getattr(new, key)
    ]
    before = {one.name: one for one in old.parameters}
    for one in new.parameters:
        was = before.get(one.name)
        if was is None:
            found.append(f"a new parameter {one.name}, {with_unit(exact_text(one.value), one.unit)}")
        elif was.value != one.value:
            was_text, text = (with_unit(exact_text(each.value), each.unit) for each in (was, one))
            found.append(f"{one.name} from {was_text} to {text}")
    names = {one.name for one in new.parameters}
    found += [f"no longer a parameter {name}" for name in before if name not in names]
    if condition_to_dict(old.condition) != condition_to_dict(new.condition):
        found.append("another condition")
    if old.strength != new.strength:
        found.append("another strength")
    return found + [f"another {key.replace('_', ' ')}" for key in _WORDED if getattr(old, key) != getattr(new, key)]


def _said(value: str | float | None) -> str:
    return "none" if value is None else exact_text(value).replace("_", " ")


def _calibration(rulebook: Rulebook) -> str:
    return "none" if rulebook.calibration is None else rulebook.calibration.version


def _zones(zones: tuple[KillZone, ...] | None) -> str:
    if zones is None:
        return "those of the instrument"
    return ", ".join(f"{one.name} {one.start}-{one.end}{'' if one.trade else ' (no trade)'}" for one in zones)
