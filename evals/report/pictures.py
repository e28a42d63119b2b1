"""The charts of a failed case: the bars that matter, what was expected in one style, what was found in another."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from agent.labels import EventLabel, SetupLabel, ZoneLabel
from evals.cases.case import Case, Chart
from evals.report.compared import Difference, Seen, difference_of
from evals.subjects.found import Found
from tools.candles import Candles
from tools.picture.marked import Given, GivenLevel, GivenMark, GivenZone, Style, marked_svg
from tools.timeframes import Timeframe
from tools.times import iso_utc

SIZE: Final = (1040.0, 360.0)
_AROUND: Final = 12
"""Bars before and behind those that differ."""
_MOST_BARS: Final = 120
_USUAL_BARS: Final = 60
_SHORT: Final[dict[str, str]] = {
    "internal_swing": "swing", "external_swing": "SWING", "internal_bos": "bos", "external_bos": "BOS",
    "internal_choch": "choch", "external_choch": "CHOCH", "mss": "MSS", "cisd": "CISD", "smt": "SMT",
    "equal_highs": "EQH", "equal_lows": "EQL", "judas_swing": "Judas", "fair_value_gap": "FVG", "inverse_gap": "iFVG",
    "balanced_range": "BPR", "volume_imbalance": "VI", "order_block": "OB", "external_order_block": "ext. OB",
    "ote": "OTE",
}  # fmt: skip
_SIGNS: Final = {"bullish": "+", "bearish": "−"}


def pictures_of(case: Case, found: Found) -> list[tuple[str, str]]:
    """Return a chart for each timeframe with a difference, and one of the last bars where only the decision differs.

    Returns:
        For each its title and its SVG; none of a conversation.
    """
    if not isinstance(case.subject, Chart):
        return []
    chart, difference = case.subject, difference_of(case, case.subject, found)
    frames = difference.timeframes()
    base = chart.base.timeframe
    if not frames or any(style != "agreed" for _, style in difference.setups):
        frames = list(dict.fromkeys((*frames, base)))
    return [_picture(chart, frame, difference, with_setups=frame is base) for frame in frames]


def _picture(chart: Chart, frame: Timeframe, difference: Difference, *, with_setups: bool) -> tuple[str, str]:
    candles = chart.windows[frame]
    seen = [one for one in difference.seen if one.timeframe is frame]
    first, last = _span(candles, [one for one in seen if one.style != "agreed"])
    shown = candles[first : last + 1]
    given = [mark for one in seen for mark in _given(shown, one)]
    if with_setups and last == len(candles) - 1:
        given += [level for setup, style in difference.setups for level in _levels(setup, style)]
    span = f"{iso_utc(int(shown.time[0]))} to {iso_utc(int(shown.time[-1]))}"
    title = f"{chart.instrument.symbol} {frame}, {len(shown)} of {len(candles)} bars, {span}"
    return title, marked_svg(shown, chart.instrument, given, size=SIZE, title=title)


def _span(candles: Candles, differing: Sequence[Seen]) -> tuple[int, int]:
    """Return the first and the last bar to draw: those that differ with some around, not too many, else the last."""
    end = len(candles) - 1
    if not differing:
        return max(0, end - _USUAL_BARS + 1), end
    bars = sorted(bar for one in differing for bar in _bars(candles, one.one))
    first, last = max(0, bars[0] - _AROUND), min(end, bars[-1] + _AROUND)
    return first, min(last, first + _MOST_BARS - 1)


def _bars(candles: Candles, one: EventLabel | ZoneLabel) -> Iterator[int]:
    moments = (one.at, one.detected_at) if isinstance(one, EventLabel) else (one.since, one.detected_at, one.until)
    for moment in moments:
        if moment is not None:
            yield _bar(candles, moment)


def _bar(candles: Candles, moment: int) -> int:
    return int(np.searchsorted(candles.time, moment))


def _given(shown: Candles, seen: Seen) -> Iterator[Given]:
    """Yield what is drawn of a label or a find, nothing where it lies outside the bars that are shown."""
    one, style, begin, end = seen.one, seen.style, int(shown.time[0]), int(shown.time[-1])
    name = f"{_SIGNS[one.direction]}{_SHORT.get(one.kind, one.kind.replace('_', ' '))}"
    if isinstance(one, EventLabel):
        if begin <= one.at <= end:
            known = min(max(_bar(shown, one.detected_at), 0), len(shown) - 1)
            yield GivenMark(_bar(shown, one.at), known, one.price, one.direction, name, style, _told(one, style))
    elif one.since <= end and (one.until is None or one.until >= begin):
        until = None if one.until is None or one.until > end else _bar(shown, one.until)
        since = _bar(shown, one.since)
        yield GivenZone(since, until, one.top, one.bottom, name, style, _told(one, style))


def _levels(setup: SetupLabel, style: Style) -> Iterator[GivenLevel]:
    named = [("entry", setup.entry), ("stop", setup.stop), *(("target", price) for price in setup.targets[:2])]
    for name, price in named:
        yield GivenLevel(price, f"{name} {price:.10g}", style, f"{style} {setup.direction} {name} {price:.10g}")


def _told(one: EventLabel | ZoneLabel, style: Style) -> str:
    words = "expected and found" if style == "agreed" else style
    kind = f"{words}: {one.direction} {one.kind.replace('_', ' ')}"
    if isinstance(one, EventLabel):
        price = "" if one.price is None else f" at {one.price:.10g}"
        return f"{kind}{price} on {iso_utc(one.at)}, known on {iso_utc(one.detected_at)}"
    until = "the end" if one.until is None else iso_utc(one.until)
    return f"{kind} {one.bottom:.10g}–{one.top:.10g} from {iso_utc(one.since)} to {until}"
