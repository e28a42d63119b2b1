"""Sentences a trader can read, made from operands alone: the same operands give the same words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rulebook.conditions import Reading
from rulebook.facts import Fact, FactSpec, Scalar
from rulebook.operators import Threshold

_UNSPOKEN = frozenset({"ratio", "count"})
_PLURALS = frozenset({"bars", "minutes", "steps", "trades", "points"})
_NEGLIGIBLE = 1e-9
_FEWEST_COUNTED = 2
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NEEDS = {
    "equals": "exactly {}",
    "not_equals": "anything but {}",
    "greater_than": "more than {}",
    "at_least": "at least {}",
    "less_than": "less than {}",
    "at_most": "at most {}",
    "between": "{} to {}",
    "in": "one of {}",
}
_OPPOSITE = {
    "equals": "not_equals",
    "not_equals": "equals",
    "greater_than": "at_most",
    "at_least": "less_than",
    "less_than": "at_least",
    "at_most": "greater_than",
}
_RISING = frozenset({"greater_than", "at_least"})


@lru_cache(maxsize=4096)
def number_text(value: float, significant: int = 4) -> str:
    """Write a number with a sensible count of digits; whole digits are never dropped."""
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -6:
        return f"{value:.{significant}g}"
    text = f"{value:.{max(significant - 1 - size, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=4096)
def value_beside(value: float, threshold: float) -> str:
    """Write a number with as many digits as it takes to stand on the same side of a threshold."""
    for significant in range(4, 17):
        text = number_text(value, significant)
        shown = float(text)
        if (shown > threshold) == (value > threshold) and (shown < threshold) == (value < threshold):
            return text
    return repr(value)


def exact_text(value: Scalar) -> str:
    """Write a threshold as its rule writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def with_unit(text: str, unit: str | None) -> str:
    """Add a unit to a written number."""
    if unit is None or unit in _UNSPOKEN:
        return text
    if unit == "percent":
        return f"{text}%"
    if text == "1" and unit in _PLURALS:
        unit = unit[:-1]
    return f"{text} {unit}"


def capital(text: str) -> str:
    """Start a text with a capital letter."""
    return text[:1].upper() + text[1:]


def needs_phrase(reading: Reading) -> str:
    """Say what a comparison asks of its fact: `at least 1.5`."""
    name, threshold = reading.comparison.operator.name, reading.comparison.threshold
    if not reading.wanted:
        if name == "between":
            return f"less than {_threshold_text(threshold, 0)} or more than {_threshold_text(threshold, 1)}"
        if name == "in":
            return f"none of {_listed(threshold)}"
        name = _OPPOSITE[name]
    if name == "between":
        return _NEEDS[name].format(_threshold_text(threshold, 0), _threshold_text(threshold, 1))
    return _NEEDS[name].format(_listed(threshold))


def _threshold_text(threshold: Threshold, index: int) -> str:
    return exact_text(threshold[index]) if isinstance(threshold, tuple) else ""


def _listed(threshold: Threshold) -> str:
    if isinstance(threshold, tuple):
        return ", ".join(exact_text(one) for one in threshold)
    return "" if threshold is None else exact_text(threshold)


def operand_sentence(reading: Reading) -> str:
    """Say what one comparison found: `displacement body is 1.32 ATR, needs at least 1.5 (0.18 short)`."""
    spec = reading.comparison.spec
    if reading.wrong:
        return reading.wrong
    if reading.value is None:
        return f"{unknown_subject(spec)}: {reading.unknown}"
    if spec.phrases is not None:
        return spec.phrases[reading.value is True]
    if isinstance(reading.value, str):
        return f"{spec.label} is {reading.value}, needs {needs_phrase(reading)}"
    shown = with_unit(_shown(reading, reading.value), spec.unit)
    return f"{spec.label} is {shown}, needs {needs_phrase(reading)} ({_gap(reading)})"


def unknown_sentence(readings: Sequence[Reading]) -> str:
    """Say which facts are unknown and why; several with one reason are named by the first and counted."""
    by_reason: dict[str, dict[str, Reading]] = {}
    for one in readings:
        by_reason.setdefault(one.unknown or "", {}).setdefault(one.comparison.spec.name, one)
    said = []
    for reason, sharing in by_reason.items():
        first, *others = sharing.values()
        if len(others) < _FEWEST_COUNTED:
            said += [operand_sentence(one) for one in sharing.values()]
        else:
            said.append(f"{first.comparison.spec.label} and {len(others)} others are unknown: {reason}")
    return "; ".join(said)


def unknown_subject(spec: FactSpec) -> str:
    """Say that a fact is unknown."""
    if spec.type == "flag":
        return f"it is unknown whether {spec.label}"
    return f"{spec.label} is unknown"


def _shown(reading: Reading, value: float) -> str:
    threshold = reading.comparison.threshold
    numbers = threshold if isinstance(threshold, tuple) else (threshold,)
    known = [one for one in numbers if isinstance(one, int | float)]
    return value_beside(value, min(known, key=lambda one: abs(one - value)))


def _gap(reading: Reading) -> str:
    margin = reading.margin or 0.0
    name = reading.comparison.operator.name
    good = reading.holds is reading.wanted
    if margin == 0:
        return "exactly there" if good else "exactly there, must be past it"
    size = number_text(abs(margin), 3)
    if name in ("equals", "not_equals", "in"):
        return f"{size} away"
    if good:
        return f"{size} to spare"
    if name == "between" and not reading.wanted:
        return f"{size} inside"
    return f"{size} {_lack(reading, name)}"


def _lack(reading: Reading, name: str) -> str:
    if name == "between":
        threshold, value = reading.comparison.threshold, reading.value
        lower = threshold[0] if isinstance(threshold, tuple) else None
        if isinstance(value, int | float) and isinstance(lower, int | float):
            return "short" if value < lower else "over"
    return "short" if (name in _RISING) is reading.wanted else "over"


def fill(template: str, facts: Mapping[str, Fact], specs: Mapping[str, FactSpec]) -> str:
    """Put facts' values into a rule's text; an unknown one reads `unknown`."""
    if "{" not in template:
        return template
    return _PLACEHOLDER.sub(lambda match: _value_text(facts.get(match[1]), specs[match[1]]), template)


def _value_text(fact: Fact | None, spec: FactSpec) -> str:
    if fact is None or fact.value is None:
        return "unknown"
    value = fact.value
    if spec.type == "flag" or isinstance(value, str | bool) or not math.isfinite(value):
        return exact_text(value)
    return with_unit(number_text(value), spec.unit)


def rule_sentence(text: str, deciding: tuple[Reading, ...]) -> str:
    """Join a rule's own text and the comparisons that decided it."""
    return f"{capital(text)}: {'; '.join(dict.fromkeys(operand_sentence(one) for one in deciding))}"


def change_sentence(spec: FactSpec, now: Scalar | None, needed: Scalar, asked: tuple[Reading, ...]) -> str:
    """Say what would have to change in one fact, and by how much."""
    if spec.phrases is not None:
        wanted = spec.phrases[needed is True]
        before = "this is unknown" if now is None else spec.phrases[now is True]
        return f"It must be that {wanted}; now {before}"
    asks = " and ".join(dict.fromkeys(needs_phrase(one) for one in asked)) or exact_text(needed)
    if now is None:
        return f"{capital(spec.label)} must be known and be {with_unit(asks, spec.unit)}"
    if isinstance(now, str) or isinstance(needed, str):
        return f"{capital(spec.label)} must become {exact_text(needed)}, is {exact_text(now)}"
    return _move_sentence(spec, now, needed, asks)


def _move_sentence(spec: FactSpec, now: float, needed: float, asks: str) -> str:
    verb = "rise" if needed > now else "fall"
    shown = with_unit(value_beside(now, needed), spec.unit)
    sentence = f"{capital(spec.label)} must {verb} from {shown} to {asks}"
    distance = abs(needed - now)
    if distance < _NEGLIGIBLE:
        return sentence
    return f"{sentence} ({with_unit(number_text(distance, 3), spec.unit)} away)"
