"""What would stop a trade: for each gate the nearest way to close it, from the margins that were recorded."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from agent.explanation.trace import Judged, Sentence, Trace
from rulebook.conditions import All, Comparison, Condition, Not, Reading
from rulebook.demands import Demand, nearest_value
from rulebook.facts import Fact, Scalar
from rulebook.sentences import needs_phrase, number_text, value_beside, with_unit

_WHOLE_STEP: Final = 1.0
"""How close a flag, a text or an unknown is to turning: it cannot come nearer, only turn."""


@dataclass(frozen=True, slots=True)
class StopMove:
    """One fact that would have to move for a gate to close.

    Attributes:
        now: its recorded value; None where it is unknown.
        fails_at: where it begins to fail: the end of the room it has, or the first value beyond it for what counts in
            whole steps. None for flags, texts and unknowns.
        distance: from `now` to `fails_at`, in the unit.
        closeness: distance over the larger of the two, at most 1; 1 for flags, texts and unknowns.
    """

    fact: str
    unit: str | None
    now: Scalar | None
    fails_at: float | None
    distance: float | None
    closeness: float
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One gate, and the nearest moves that together close it; nearest gates come first."""

    rule_id: str
    name: str
    closeness: float
    moves: tuple[StopMove, ...]
    said: Sentence


def what_would_stop_it(trace: Trace) -> tuple[Stop, ...]:
    """Return every gate of a trade with the nearest way to close it, nearest first; empty for any other decision."""
    if trace.decision["status"] != "TRADE_NOW":
        return ()
    stops = [_stop(trace, gate) for gate in trace.reached_gates]
    return tuple(sorted(stops, key=lambda one: one.closeness))


def _stop(trace: Trace, gate: Judged) -> Stop:
    turned = _nearest(gate.rule.condition, False, iter(gate.readings))
    moves = tuple(_move(one) for one in turned.values())
    text = f"{gate.named} closes when {' and '.join(one.text for one in moves)}"
    return Stop(gate.rule.id, gate.rule.name, _far(turned), moves, Sentence(text, trace.ids((gate,))))


_Turned = dict[str, Reading]
"""What must turn, by fact: of several comparisons of one fact the farthest, which takes the others with it."""


def _nearest(condition: Condition, truth: bool, readings: Iterator[Reading]) -> _Turned:
    """Return the nearest way a condition can come to a truth; each reading `wanted` to be what it must turn to."""
    if isinstance(condition, Comparison):
        reading = next(readings)
        return {} if reading.holds is truth else {reading.comparison.spec.name: replace(reading, wanted=truth)}
    if isinstance(condition, Not):
        return _nearest(condition.child, not truth, readings)
    parts = [_nearest(child, truth, readings) for child in condition.children]
    if isinstance(condition, All) is not truth:
        return min(parts, key=_far)
    together: _Turned = {}
    for name, reading in (item for part in parts for item in part.items()):
        if name not in together or _closeness(reading) > _closeness(together[name]):
            together[name] = reading
    return together


def _far(turned: _Turned) -> float:
    return min(math.fsum(_closeness(one) for one in turned.values()), _WHOLE_STEP)


def _closeness(reading: Reading) -> float:
    end, now = _end(reading), reading.value
    if end is None or isinstance(now, bool | str) or now is None:
        return _WHOLE_STEP
    scale = max(abs(now), abs(end))
    return min(abs(now - end) / scale, _WHOLE_STEP) if scale else 0.0


def _end(reading: Reading) -> float | None:
    """Return where a known number begins to fail: its nearest threshold, or the next step of what counts in steps."""
    now, threshold = reading.value, reading.comparison.threshold
    if isinstance(now, bool | str) or now is None:
        return None
    if reading.comparison.spec.whole:
        found = nearest_value(Fact(now), (Demand(reading.comparison, reading.wanted),))
        needed = None if found is None else found.needed
        return None if needed is None or isinstance(needed, str) else float(needed)
    given = threshold if isinstance(threshold, tuple) else (threshold,)
    ends = [one for one in given if isinstance(one, int | float)]
    return float(min(ends, key=lambda one: abs(one - now)))


def _move(reading: Reading) -> StopMove:
    """Describe how one fact must turn; `wanted` of the reading is the truth that closes the gate."""
    spec, now, end = reading.comparison.spec, reading.value, _end(reading)
    distance = None if end is None or isinstance(now, str) or now is None else abs(now - end)
    return StopMove(spec.name, spec.unit, now, end, distance, _closeness(reading), _move_text(reading, end, distance))


def _move_text(reading: Reading, end: float | None, distance: float | None) -> str:
    spec, now = reading.comparison.spec, reading.value
    if spec.phrases is not None:
        turns_true = (reading.comparison.operator.name == "is_true") is reading.wanted
        return spec.phrases[turns_true]
    asked = with_unit(needs_phrase(reading), spec.unit)
    if now is None:
        return f"{spec.label} becomes known and is {asked}"
    if isinstance(now, str) or end is None or distance is None:
        return f"{spec.label} becomes {asked}, is {now}"
    shown = with_unit(value_beside(now, end), spec.unit)
    if distance == 0:
        return f"{spec.label} is {asked} (now {shown}, exactly there)"
    return f"{spec.label} is {asked} (now {shown}, {with_unit(number_text(distance, 3), spec.unit)} away)"
