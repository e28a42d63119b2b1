"""Events: hits at ±0, ±1 and ±3 bars, how late they were known, and which were known too early."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from agent.labels import EVENT_KINDS, EventLabel, Labels
from evals.scoring.bars import Bars, bars_on
from evals.scoring.matching import BoolArray, Matching, match, rest_matched
from evals.scoring.parts import Judged, Pair, judge_pairs, spoken_of
from evals.subjects.found import Found
from tools.facts import FloatArray
from tools.timeframes import Timeframe
from tools.times import iso_utc

TOLERANCES: Final = (0, 1, 3)
"""Bars by which a find may miss the label's bar, and by which it may become known later."""
_WIDEST: Final = max(TOLERANCES)
ALLOWED_TICKS: Final = 1.0
"""A tick either way is rounding."""
_NOWHERE: Final = -(10**9)
_DIRECTIONS: Final = ("bearish", "bullish")


@dataclass(frozen=True, slots=True)
class _Group:
    """Labels and finds of one kind and direction on one timeframe, and how far each pair lies apart.

    Attributes:
        apart: bars from a label's to a find's, absolute; shape (labels, finds), as all of these.
        lags: bars from when a label is known to when a find is.
        on_bars: whether the find is on bars of the case.
        ticks: price distance; NaN where either says no price.
        matchings: by tolerance.
    """

    bars: Bars
    labels: Sequence[EventLabel]
    finds: Sequence[EventLabel]
    apart: FloatArray
    lags: FloatArray
    on_bars: BoolArray
    ticks: FloatArray
    matchings: dict[int, Matching] = field(default_factory=dict)

    def near(self, bars_off: int) -> BoolArray:
        """Return which finds lie where a label wants them, and become known in time."""
        return (self.apart <= bars_off) & (self.lags <= bars_off) & self.on_bars

    def nearness(self, bars_off: int) -> FloatArray:
        """Return how near finds lie, 0 to 1: by bars first, among equally near ones by price."""
        steps = 2 * bars_off + 1
        bars = np.clip(self.apart + np.abs(self.lags), 0, steps)
        worth = min(self.ticks.shape) + 1  # one pair within a tick outweighs all that is near beyond it
        far = 1 / (worth * (1 + np.nan_to_num(self.ticks, nan=np.inf)))
        return np.asarray((steps - bars + np.where(self.ticks <= ALLOWED_TICKS, 1.0, far)) / (steps + 1))


def score_events(labels: Labels, found: Found, bars: Mapping[Timeframe, Bars]) -> Judged:
    """Match the events a case speaks of.

    Returns:
        One part for each timeframe and kind: ``within`` holds hits, false finds, missed labels and look-aheads by
        tolerance, ``lags`` the bars from a label's detection to its find's at the widest tolerance, ``price_ticks`` how
        far apart the prices of the exact hits lie where both are said.

    Raises:
        InvalidParameter: a label is on no bar of the case.
    """
    judged = Judged(parts=[])
    for frame, kind, exhaustive in spoken_of(labels, labels.events, EVENT_KINDS):
        if kind not in found.kinds:
            listed = sum((one.timeframe, one.kind) == (frame, kind) for one in labels.events)
            judged.not_looked_for[kind] = judged.not_looked_for.get(kind, 0) + listed
            continue
        groups = [_group(labels, found, bars_on(bars, frame), frame, kind, way) for way in _DIRECTIONS]
        judged.parts.append(_part(frame, kind, exhaustive, groups))
        for group in groups:
            judge_pairs(judged, _pairs(group, exhaustive))
    return judged


def _group(labels: Labels, found: Found, bars: Bars, frame: Timeframe, kind: str, direction: str) -> _Group:
    wanted, finds = (
        sorted(
            (one for one in events if (one.timeframe, one.kind, one.direction) == (frame, kind, direction)),
            key=lambda one: (one.at, one.detected_at, one.price or 0.0),
        )
        for events in (labels.events, found.events)
    )
    label_at = np.array([bars.labelled_index(one.at, "at") for one in wanted], dtype=np.int64)
    label_known = np.array([bars.labelled_index(one.detected_at, "detected_at") for one in wanted], dtype=np.int64)
    find_at, find_known = _indices([one.at for one in finds], bars), _indices([one.detected_at for one in finds], bars)
    wanted_prices, prices = (
        np.array([np.nan if one.price is None else one.price for one in events], dtype=float)
        for events in (wanted, finds)
    )
    group = _Group(
        bars, wanted, finds,
        apart=np.abs(find_at[None, :] - label_at[:, None]),
        lags=find_known[None, :] - label_known[:, None],
        on_bars=((find_at != _NOWHERE) & (find_known != _NOWHERE))[None, :],
        ticks=np.round(np.abs(prices[None, :] - wanted_prices[:, None]) / bars.tick, 6),
    )  # fmt: skip
    for bars_off in TOLERANCES:
        group.matchings[bars_off] = match(group.near(bars_off), group.lags < 0, group.nearness(bars_off))
    return group


def _indices(times: Sequence[int], bars: Bars) -> Any:
    found = (bars.index(time) for time in times)
    return np.array([_NOWHERE if at is None else at for at in found], dtype=np.int64)


def _part(frame: Timeframe, kind: str, exhaustive: bool, groups: Sequence[_Group]) -> dict[str, Any]:
    counts = {
        str(bars_off): np.sum(
            [group.matchings[bars_off].counts(exhaustive=exhaustive) for group in groups], axis=0
        ).tolist()
        for bars_off in TOLERANCES
    }
    return {
        "timeframe": frame.value,
        "kind": kind,
        "exhaustive": exhaustive,
        "labelled": sum(len(group.labels) for group in groups),
        "within": counts,
        "lags": [int(group.lags[pair]) for group in groups for pair in group.matchings[_WIDEST].hits],
        "price_ticks": [apart for group in groups for apart in _prices_apart(group)],
    }


def _prices_apart(group: _Group) -> list[float]:
    apart = (float(group.ticks[pair]) for pair in group.matchings[0].hits)
    return [ticks for ticks in apart if not np.isnan(ticks)]


def _pairs(group: _Group, exhaustive: bool) -> Iterator[Pair]:
    """Yield each label with the find it is held against, then false finds where every instance is listed."""
    exact = group.matchings[0]
    hits = dict(exact.hits)
    nearest = rest_matched(exact, group.near(_WIDEST), group.lags < 0, group.nearness(_WIDEST))
    for label, wanted in enumerate(group.labels):
        find = hits.get(label, nearest.get(label))
        fault = _mispriced(group, label, hits[label]) if label in hits else _miss(group, label, find)
        yield Pair(wanted, None if find is None else group.finds[find], fault)
    if exhaustive:
        explained = set(nearest.values())
        for find in exact.beside:
            if find not in explained:
                got = group.finds[find]
                yield Pair(None, got, f"found {_told(got)}, which is not there")


def _mispriced(group: _Group, label: int, find: int) -> str | None:
    """Return what is wrong with the price of an exact find; nothing where the label states none."""
    wanted, got = group.labels[label], group.finds[find]
    if wanted.price is None or group.ticks[label, find] <= ALLOWED_TICKS:
        return None
    expected = f"expected {_told(wanted)} at the price {wanted.price:.10g}; found it"
    if got.price is None:
        return f"{expected} without a price"
    return f"{expected} at {got.price:.10g}, {group.ticks[label, find]:g} ticks off"


def _miss(group: _Group, label: int, find: int | None) -> str:
    wanted = f"expected {_told(group.labels[label])}; found"
    if find is None:
        return f"{wanted} none within {_WIDEST} bars"
    lag = int(group.lags[label, find])
    if lag < 0:
        return f"{wanted} it known at {_known(group.finds[find])}, {_bars(-lag)} before it could be known"
    late = f", {_bars(lag)} late" if lag else ""
    return f"{wanted} one on {iso_utc(group.finds[find].at)} known at {_known(group.finds[find])}{late}"


def _told(event: EventLabel) -> str:
    return f"a {event.direction} {event.kind} on {event.timeframe} at {iso_utc(event.at)} known at {_known(event)}"


def _known(event: EventLabel) -> str:
    return iso_utc(event.detected_at)


def _bars(count: int) -> str:
    return "1 bar" if count == 1 else f"{count} bars"
