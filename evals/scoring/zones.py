"""Zones: overlap in time and price, hits at three overlaps, and how far the edges lie off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from agent.labels import ZONE_KINDS, Labels, ZoneLabel
from evals.scoring.bars import Bars, bars_on
from evals.scoring.matching import Matching, match, rest_matched
from evals.scoring.parts import Judged, Pair, judge_pairs, spoken_of
from evals.subjects.found import Found
from tools.facts import FloatArray
from tools.timeframes import Timeframe
from tools.times import iso_utc

OVERLAPS: Final = (0.5, 0.75, 0.9)
"""Overlaps from which on a zone counts as found."""
PASSING_OVERLAP: Final = 0.9
HAND_DRAWN_OVERLAP: Final = 0.999
"""What a case asks for; a drawing has whole bars and round prices, so nothing of it may be off."""
_NOISE: Final = 1e-9
_DIRECTIONS: Final = ("bearish", "bullish")


@dataclass(frozen=True, slots=True)
class _Group:
    bars: Bars
    labels: Sequence[ZoneLabel]
    finds: Sequence[ZoneLabel]
    overlap: FloatArray
    early: Any

    def matching(self, least: float) -> Matching:
        return match(self.overlap >= least - _NOISE, self.early, self.overlap)

    def nearest(self, matched: Matching) -> dict[int, int]:
        return rest_matched(matched, self.overlap >= min(OVERLAPS) - _NOISE, self.early, self.overlap)


def score_zones(labels: Labels, found: Found, bars: Mapping[Timeframe, Bars], passing: float) -> Judged:
    """Match the zones a case speaks of.

    Args:
        labels: what is true.
        found: what was found.
        bars: the case's, by timeframe.
        passing: the overlap from which on a label is met.

    Returns:
        One part for each timeframe and kind: ``at`` holds hits, false finds, missed labels and look-aheads by overlap;
        ``overlaps`` those of the hits at 0.5, ``edge_ticks`` and ``edge_atr`` how far their two edges lie off.

    Raises:
        InvalidParameter: a label is on no bar of the case.
    """
    judged = Judged(parts=[])
    for frame, kind, exhaustive in spoken_of(labels, labels.zones, ZONE_KINDS):
        if kind not in found.kinds:
            listed = sum((one.timeframe, one.kind) == (frame, kind) for one in labels.zones)
            judged.not_looked_for[kind] = judged.not_looked_for.get(kind, 0) + listed
            continue
        groups = [_group(labels, found, bars_on(bars, frame), frame, kind, way) for way in _DIRECTIONS]
        judged.parts.append(_part(frame, kind, exhaustive, groups))
        for group in groups:
            judge_pairs(judged, _pairs(group, exhaustive, passing))
    return judged


def overlaps_of(ones: Sequence[ZoneLabel], others: Sequence[ZoneLabel], bars: Bars) -> FloatArray:
    """Return the product of the overlaps in time and in price of each zone with each other; shape (ones, others).

    In time a zone lies on its bars from `since` to `until`, both counted; an open one to the end of the chart. Each
    overlap is the intersection over the union, 0 to 1. A zone that begins or ends on no bar of the chart overlaps none.
    """
    spans, other_spans = (np.array([_span(zone, bars) for zone in zones]).reshape(-1, 2) for zones in (ones, others))
    prices, other_prices = (np.array([(z.bottom, z.top) for z in zones]).reshape(-1, 2) for zones in (ones, others))
    return _shared(spans, other_spans) * _shared(prices, other_prices)


def _span(zone: ZoneLabel, bars: Bars) -> tuple[float, float]:
    began = bars.index(zone.since)
    ended = len(bars.candles) - 1 if zone.until is None else bars.index(zone.until)
    return (np.nan, np.nan) if began is None or ended is None else (began, ended + 1)


def _shared(ones: FloatArray, others: FloatArray) -> FloatArray:
    """Return each pair's intersection over union, 1 for equal ones however short; shapes (n, 2), (m, 2) to (n, m)."""
    low, high, other_low, other_high = ones[:, None, 0], ones[:, None, 1], others[None, :, 0], others[None, :, 1]
    intersection = np.minimum(high, other_high) - np.maximum(low, other_low)
    union = np.maximum(high, other_high) - np.minimum(low, other_low)
    shared = np.where(intersection > 0, intersection / np.where(union > 0, union, 1), 0.0)
    return np.asarray(np.where((low == other_low) & (high == other_high), 1.0, shared))


def _group(labels: Labels, found: Found, bars: Bars, frame: Timeframe, kind: str, direction: str) -> _Group:
    wanted, finds = (
        sorted(
            (one for one in zones if (one.timeframe, one.kind, one.direction) == (frame, kind, direction)),
            key=lambda one: (one.since, one.bottom, one.top, one.until or 0, one.detected_at or 0),
        )
        for zones in (labels.zones, found.zones)
    )
    for one in wanted:
        _check(one, bars)
    label_known, find_known = (
        np.array([np.nan if zone.detected_at is None else zone.detected_at for zone in zones], dtype=float)
        for zones in (wanted, finds)
    )
    early = find_known[None, :] < label_known[:, None]  # where nobody says when, nothing is early
    return _Group(bars, wanted, finds, overlaps_of(wanted, finds, bars), early)


def _check(label: ZoneLabel, bars: Bars) -> None:
    for name in ("since", "until", "detected_at"):
        time = getattr(label, name)
        if time is not None:
            bars.labelled_index(time, name)


def _part(frame: Timeframe, kind: str, exhaustive: bool, groups: Sequence[_Group]) -> dict[str, Any]:
    counts = {
        str(least): np.sum([group.matching(least).counts(exhaustive=exhaustive) for group in groups], axis=0).tolist()
        for least in OVERLAPS
    }
    pairs = [(group, pair) for group in groups for pair in group.matching(min(OVERLAPS)).hits]
    edges = [edge for group, pair in pairs for edge in _edges(group, *pair)]
    return {
        "timeframe": frame.value,
        "kind": kind,
        "exhaustive": exhaustive,
        "labelled": sum(len(group.labels) for group in groups),
        "at": counts,
        "overlaps": [round(float(group.overlap[pair]), 6) for group, pair in pairs],
        "edge_ticks": [ticks for ticks, _ in edges],
        "edge_atr": [atrs for _, atrs in edges if atrs is not None],
    }


def _edges(group: _Group, label: int, find: int) -> list[tuple[float, float | None]]:
    wanted, got, bars = group.labels[label], group.finds[find], group.bars
    detected = bars.labelled_index(wanted.since if wanted.detected_at is None else wanted.detected_at, "detected_at")
    off = (abs(got.top - wanted.top), abs(got.bottom - wanted.bottom))
    return [(bars.ticks(distance), bars.atrs(distance, detected)) for distance in off]


def _pairs(group: _Group, exhaustive: bool, passing: float) -> Iterator[Pair]:
    """Yield each label with the find it is held against, then false finds where every instance is listed."""
    matched = group.matching(passing)
    hits, nearest = dict(matched.hits), group.nearest(matched)
    for label, wanted in enumerate(group.labels):
        find = hits.get(label, nearest.get(label))
        fault = None if label in hits else _miss(group, label, find, passing)
        yield Pair(wanted, None if find is None else group.finds[find], fault)
    if exhaustive:
        explained = set(nearest.values())
        for find in matched.beside:
            if find not in explained:
                got = group.finds[find]
                yield Pair(None, got, f"found {_told(got)}, which is not there")


def _miss(group: _Group, label: int, find: int | None, passing: float) -> str:
    wanted = f"expected {_told(group.labels[label])}; found"
    if find is None:
        return f"{wanted} none that covers half of it"
    got = _told(group.finds[find])
    if group.early[label, find]:
        return f"{wanted} {got}, before it could be known"
    return f"{wanted} {got}: they overlap by {group.overlap[label, find]:.3f} and not by {passing:g}"


def _told(zone: ZoneLabel) -> str:
    until = "the end of the chart" if zone.until is None else iso_utc(zone.until)
    known = "" if zone.detected_at is None else f", known at {iso_utc(zone.detected_at)}"
    where = f"{zone.bottom:.10g}–{zone.top:.10g} on {zone.timeframe} from {iso_utc(zone.since)} to {until}"
    return f"a {zone.direction} {zone.kind} {where}{known}"
