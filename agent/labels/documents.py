"""Labels as JSON and back: strictly, with every fault and the path it stands at."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final, cast, get_args

from agent.labels.labels import (
    BIASES,
    EVENT_KINDS,
    ZONE_KINDS,
    Bias,
    DecisionLabel,
    Direction,
    EventLabel,
    Labels,
    OutcomeLabel,
    Result,
    SetupLabel,
    Status,
    ZoneLabel,
)
from agent.labels.parts import Fault, Part
from rulebook.loader import load_rulebook
from rulebook.verdict import Outcome
from tools.candle_rules import HIGHEST_PRICE, LOWEST_PRICE
from tools.candles import Candles
from tools.errors import InvalidLabels, UnknownTimeframe
from tools.timeframes import Timeframe
from tools.times import iso_utc

WALK: Final = "htf"
"""What the bias of the walk is called beside the timeframes."""
_PARTS: Final = ("events", "zones", "complete", "bias", "rules", "decision", "setup", "outcome")


@dataclass(frozen=True, slots=True)
class ChartBars:
    """When the bars of a chart opened, epoch seconds, by timeframe; `after` are those that followed the decision."""

    windows: Mapping[Timeframe, frozenset[int]]
    after: frozenset[int] = frozenset()

    @classmethod
    def of(cls, windows: Mapping[Timeframe, Candles], after: Candles | None = None) -> "ChartBars":
        """Take the times of candles."""
        opened = {timeframe: frozenset(candles.time.tolist()) for timeframe, candles in windows.items()}
        return cls(opened, frozenset() if after is None else frozenset(after.time.tolist()))


def labels_document(labels: Labels) -> dict[str, Any]:
    """Return labels as plain JSON values, moments as ISO-8601 UTC; what nobody said is left out."""
    document: dict[str, Any] = {
        "events": [_event_row(one) for one in labels.events],
        "zones": [_zone_row(one) for one in labels.zones],
        "complete": {frame.value: sorted(kinds) for frame, kinds in labels.complete.items()},
        "bias": dict(labels.bias),
        "rules": dict(labels.rules),
        "decision": labels.decision and _said(status=labels.decision.status, rule=labels.decision.rule),
        "setup": labels.setup and _setup_row(labels.setup),
        "outcome": labels.outcome and _outcome_row(labels.outcome),
    }
    return {name: part for name, part in document.items() if part}


def read_labels(document: Any, bars: ChartBars | None = None, *, where: str = "labels") -> Labels:
    """Read what `labels_document` writes.

    Args:
        document: JSON values.
        bars: of the chart it speaks of; None where they are not at hand, and then no moment is held against them.
        where: what the paths of faults begin with.

    Raises:
        InvalidLabels: a key is unknown or missing, a value of the wrong type or out of its range, a kind or rule
            unknown, a moment no bar's, an edge above the other; it lists every fault.
    """
    faults: list[Fault] = []
    labels = labels_of(Part(document, (where,), faults), bars)
    if labels is None:
        raise InvalidLabels([(one.where, one.wrong, one.instead) for one in faults], field=where)
    return labels


def labels_of(part: Part, bars: ChartBars | None) -> Labels | None:
    """Read labels that are part of a larger document; None where they have faults, which `part` then has noted."""
    before, said = len(part.faults), part.members((), _PARTS)
    read = _LabelsReader(bars)
    events = [read.event(one) for one in said["events"].items()] if "events" in said else []
    zones = [read.zone(one) for one in said["zones"].items()] if "zones" in said else []
    complete = dict(read.complete(said["complete"])) if "complete" in said else {}
    bias = dict(read.bias(said["bias"])) if "bias" in said else {}
    rules = dict(_rules(said["rules"])) if "rules" in said else {}
    decision = _decision(said["decision"]) if "decision" in said else None
    setup = _setup(said["setup"]) if "setup" in said else None
    outcome = read.outcome(said["outcome"]) if "outcome" in said else None
    _refuse_twice(said.get("events"), events)
    _refuse_twice(said.get("zones"), zones)
    if not part.is_sound_since(before):
        return None
    return Labels(
        tuple(one for one in events if one is not None),
        tuple(one for one in zones if one is not None),
        complete,
        bias,
        rules,
        decision,
        setup,
        outcome,
    )


@cache
def rule_ids() -> tuple[str, ...]:
    """Return the id of every rule of the shipped rulebook, in the order of the walk."""
    return tuple(rule.id for rule in load_rulebook().rules)


class _LabelsReader:
    def __init__(self, bars: ChartBars | None) -> None:
        self._bars = bars

    def event(self, part: Part) -> EventLabel | None:
        before = len(part.faults)
        said = part.members(("kind", "direction", "timeframe", "at", "detected_at"), ("price",))
        kind, direction = said["kind"].one_of(EVENT_KINDS), _direction(said["direction"])
        frame = self._timeframe(said["timeframe"])
        at, detected = self._bar(said["at"], frame), self._bar(said["detected_at"], frame)
        price = _price(said["price"]) if "price" in said else None
        if part.is_sound_since(before) and detected < at:
            said["detected_at"].fault(
                f"{iso_utc(detected)} lies before the bar it is drawn on, {iso_utc(at)}",
                "write that bar or a later one",
            )
        if frame is None or not part.is_sound_since(before):
            return None
        return EventLabel(kind, direction, frame, at, detected, price)

    def zone(self, part: Part) -> ZoneLabel | None:
        before = len(part.faults)
        said = part.members(("kind", "direction", "timeframe", "top", "bottom", "from"), ("to", "detected_at"))
        kind, direction = said["kind"].one_of(ZONE_KINDS), _direction(said["direction"])
        frame = self._timeframe(said["timeframe"])
        top, bottom = _price(said["top"]), _price(said["bottom"])
        if top <= bottom:
            said["top"].fault(f"{top!r} is not above the bottom, {bottom!r}", "write the upper edge as the top")
        since = self._bar(said["from"], frame)
        until, detected = (self._bar(said[name], frame) if name in said else None for name in ("to", "detected_at"))
        if part.is_sound_since(before):
            for name, moment in (("to", until), ("detected_at", detected)):
                if moment is not None and moment < since:
                    said[name].fault(
                        f"{iso_utc(moment)} lies before 'from', {iso_utc(since)}", "write that bar or a later one"
                    )
        if frame is None or not part.is_sound_since(before):
            return None
        return ZoneLabel(kind, direction, frame, top, bottom, since, until, detected)

    def complete(self, part: Part) -> Iterator[tuple[Timeframe, frozenset[str]]]:
        for frame, kinds in self._by_timeframe(part):
            yield frame, frozenset(one.one_of((*EVENT_KINDS, *ZONE_KINDS)) for one in kinds.items())

    def bias(self, part: Part) -> Iterator[tuple[str, Bias]]:
        named = part.entries()
        if WALK in named:
            yield WALK, cast(Bias, named[WALK].one_of(BIASES))
        for frame, said in self._by_timeframe(part, besides=(WALK,)):
            yield frame.value, cast(Bias, said.one_of(BIASES))

    def outcome(self, part: Part) -> OutcomeLabel | None:
        before = len(part.faults)
        said = part.members(("result",), ("r", "at"))
        result = said["result"].one_of(get_args(Result))
        r = said["r"].number() if "r" in said else None
        at = said["at"].moment() if "at" in said else None
        if self._bars is not None and at is not None and part.is_sound_since(before) and at not in self._bars.after:
            said["at"].fault(f"no bar of 'after' opened at {iso_utc(at)}", "write when the bar opened that ended it")
        return OutcomeLabel(cast(Result, result), r, at) if part.is_sound_since(before) else None

    def _by_timeframe(self, part: Part, besides: Sequence[str] = ()) -> Iterator[tuple[Timeframe, Part]]:
        seen: dict[Timeframe, str] = {}
        for name, said in part.entries().items():
            if name in besides:
                continue
            frame = self._timeframe(Part(name, said.path, said.faults))
            if frame is None:
                continue
            if frame in seen:
                said.fault(f"{frame} stands there twice, as {seen[frame]!r} and {name!r}", "keep one")
            seen[frame] = name
            yield frame, said

    def _timeframe(self, part: Part) -> Timeframe | None:
        known = tuple(Timeframe) if self._bars is None else tuple(self._bars.windows)
        try:
            frame = Timeframe.parse(part.value) if isinstance(part.value, str) else None
        except UnknownTimeframe:
            part.one_of([one.value for one in known])
            return None
        if frame is None:
            part.one_of([one.value for one in known])
        elif frame not in known:
            part.fault(f"the chart has no candles of {frame}", f"write one of {', '.join(known)}")
            return None
        return frame

    def _bar(self, part: Part, frame: Timeframe | None) -> int:
        before, at = len(part.faults), part.moment()
        if self._bars is None or frame is None or not part.is_sound_since(before) or not isinstance(part.value, str):
            return at
        opened = self._bars.windows[frame]
        if at not in opened:
            earlier = max((one for one in opened if one < at), default=min(opened, default=at))
            part.fault(
                f"no {frame} bar of the chart opened at {iso_utc(at)}", f"write a bar's, such as {iso_utc(earlier)}"
            )
        return at


def _direction(part: Part) -> Direction:
    return cast(Direction, part.one_of(get_args(Direction)))


def _price(part: Part) -> float:
    return part.number(LOWEST_PRICE, HIGHEST_PRICE)


def _rule(part: Part) -> str:
    return part.one_of(rule_ids())


def _rules(part: Part) -> Iterator[tuple[str, Outcome]]:
    for name, said in part.entries().items():
        Part(name, said.path, said.faults).one_of(rule_ids())
        yield name, cast(Outcome, said.one_of(get_args(Outcome)))


def _decision(part: Part) -> DecisionLabel:
    said = part.members(("status",), ("rule",))
    status = cast(Status, said["status"].one_of(get_args(Status)))
    return DecisionLabel(status, _rule(said["rule"]) if "rule" in said else None)


def _setup(part: Part) -> SetupLabel:
    before = len(part.faults)
    said = part.members(("direction", "entry", "stop"), ("targets", "rule"))
    direction, entry, stop = _direction(said["direction"]), _price(said["entry"]), _price(said["stop"])
    targets = tuple(_price(one) for one in said["targets"].items()) if "targets" in said else ()
    rule = _rule(said["rule"]) if "rule" in said else None
    if part.is_sound_since(before):
        sign = 1 if direction == "bullish" else -1
        if (entry - stop) * sign <= 0:
            side = "below" if sign > 0 else "above"
            said["stop"].fault(f"{stop!r} is not {side} the entry, {entry!r}", f"write a {direction} setup's stop")
        steps = [target * sign for target in (entry, *targets)]
        if any(nearer >= farther for nearer, farther in pairwise(steps)):
            said["targets"].fault("they do not lead away from the entry", "write them from the nearest to the farthest")
    return SetupLabel(direction, entry, stop, targets, rule)


def _refuse_twice(part: Part | None, labels: Sequence[EventLabel | ZoneLabel | None]) -> None:
    seen: dict[EventLabel | ZoneLabel, int] = {}
    for index, one in enumerate(labels):
        if one is None or part is None:
            continue
        if one in seen:
            Part(None, (*part.path, index), part.faults).fault(f"it is the same as [{seen[one]}]", "keep one")
        seen.setdefault(one, index)


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _event_row(one: EventLabel) -> dict[str, Any]:
    return _said(
        kind=one.kind,
        direction=one.direction,
        timeframe=one.timeframe.value,
        at=iso_utc(one.at),
        detected_at=iso_utc(one.detected_at),
        price=None if one.price is None or math.isnan(one.price) else one.price,
    )


def _zone_row(one: ZoneLabel) -> dict[str, Any]:
    life = {"from": iso_utc(one.since), "to": None if one.until is None else iso_utc(one.until)}
    return _said(
        kind=one.kind,
        direction=one.direction,
        timeframe=one.timeframe.value,
        top=one.top,
        bottom=one.bottom,
        **life,
        detected_at=None if one.detected_at is None else iso_utc(one.detected_at),
    )


def _setup_row(one: SetupLabel) -> dict[str, Any]:
    targets = list(one.targets) or None
    return _said(direction=one.direction, entry=one.entry, stop=one.stop, targets=targets, rule=one.rule)


def _outcome_row(one: OutcomeLabel) -> dict[str, Any]:
    return _said(result=one.result, r=one.r, at=None if one.at is None else iso_utc(one.at))
