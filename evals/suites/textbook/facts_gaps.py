"""Fact-only charts: fair value gaps and what becomes of them, volume imbalances, opening gaps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, chart_case, path, steady, windows_of
from evals.suites.textbook.marks import Event, Marks, Zone, told
from tools.timeframes import Timeframe

Drawn = tuple[str, Polarity, Sequence[Bar], Pen, tuple[Zone, ...], str]
"""Name, polarity, bars, market, the zones there are, and why."""
_DOWN: Final = -1
_LEFT: Final[list[Bar]] = [*steady(5, 100, 4), (100, 108, 100, 107), (107, 110, 105, 109), *steady(4, 109, 4)]
"""A gap from 102 (bar 4) to 105 (bar 6), drawn on bar 5, with four quiet bars above it."""


def cases() -> tuple[Case, ...]:
    """Return the charts."""
    return (*_fair_value_gaps(), *_inverse_gaps(), *_volume_imbalances(), *_opening_gaps())


def fact(
    id: str,
    polarity: Polarity,
    why: str,
    bars: Sequence[Bar],
    pen: Pen,
    definition: str,
    marks: Marks,
    start: str = "2026-05-13T08:00:00-04:00",
) -> Case:
    """Draw a 15m chart of which only its facts are said, as a case."""
    candles = pen.candles(bars, Timeframe.M15, start)
    said = marks.said(pen, candles, bars)
    sentence = told(pen, candles, why)
    return chart_case(
        f"facts.{id}", sentence, None, polarity, windows_of(candles), pen, definition=definition, said=said
    )


def _gap(since: int, edges: tuple[int, int] = (102, 105), until: int | None = None) -> Zone:
    return ("fair_value_gap", "bullish", edges, since, until, since + 1)


def _fair_value_gaps() -> tuple[Case, ...]:
    only: tuple[str, ...] = ("fair_value_gap",)
    meets, by_tick = (107, 110, 102, 109), (107, 110, 103, 109)
    against: list[Bar] = [*_LEFT[:5], (106, 109, 102, 104), (105, 110, 105, 109), *_LEFT[7:]]
    near, at_edge = (109, 110, 103, 106), (109, 110, 102, 106)
    draw: tuple[Drawn, ...] = (
        (
            "open", "positive", _LEFT, Pen("NQ"), (_gap(5),),
            "Nothing traded between the {high|low} of @4 at [102] and the {low|high} of @6 at [105]; the gap is known "
            "at the close of @6 and not of @5.",
        ),
        (
            "one-tick", "positive", [*_LEFT[:6], by_tick, *_LEFT[7:]], Pen("GBPUSD", _DOWN), (_gap(5, (102, 103)),),
            "Between [102] (@4) and [103] (@6) one tick was left out: enough.",
        ),
        (
            "middle-candle-of-the-other-colour", "positive", against, Pen(), (_gap(5),),
            "@5 closed {below|above} its open, and still [102] to [105] was traded by it alone: the definition asks "
            "for no colour.",
        ),
        (
            "filled-to-the-tick", "positive", [*_LEFT, at_edge], Pen("ES", _DOWN), (_gap(5, until=11),),
            "@11 traded at [102], the far edge, which ends the gap of @5.",
        ),
        (
            "not-filled-by-a-tick", "negative", [*_LEFT, near], Pen("ES", _DOWN), (_gap(5),),
            "@11 came to [103], one tick short of the far edge at [102]: touched, past its middle, not filled.",
        ),
        (
            "wicks-meet", "negative", [*_LEFT[:6], meets, *_LEFT[7:]], Pen("NQ"), (),
            "The {low|high} of @6 at [102] meets the {high|low} of @4 at [102]: no gap.",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"fvg.{name}", polarity, why, bars, pen, "FVG", Marks(zones=zones, complete=only))
        for name, polarity, bars, pen, zones, why in draw
    )


def _inverse_gaps() -> tuple[Case, ...]:
    only: tuple[str, ...] = ("inverse_gap", "fair_value_gap")
    through, after = (109, 110, 100, 101), (101, 107, 100, 103)
    dead, wick = (103, 108, 102, 107), (109, 110, 100, 102)
    ended = _gap(5, until=11)
    flipped: Zone = ("inverse_gap", "bearish", (102, 105), 5, None, 11)
    closed: Zone = ("inverse_gap", "bearish", (102, 105), 5, 13, 11)
    draw: tuple[Drawn, ...] = (
        (
            "inverted", "positive", [*_LEFT, through, after], Pen(), (ended, flipped),
            "@11 closed at [101], beyond the far edge [102] of the gap: from that close on it works the other way.",
        ),
        (
            "inverted-bearish-gap", "positive", [*_LEFT, through, after], Pen("XAUUSD", _DOWN), (ended, flipped),
            "The close at [101] (@11) went through the whole gap from [105] to [102] and turned its polarity.",
        ),
        (
            "dead", "positive", [*_LEFT, through, after, dead], Pen("NQ"), (ended, closed),
            "The inverse gap known at @11 ended with the close of @13 at [107], back beyond its other edge at [105]; "
            "it flips once and never again.",
        ),
        (
            "close-at-the-edge", "negative", [*_LEFT, wick, (102, 107, 100, 103)], Pen("NQ"), (ended,),
            "@11 traded to [100] and filled the gap, but closed at [102], at its edge and not beyond: filled is not "
            "inverted.",
        ),
        (
            "wick-only", "negative", [*_LEFT, (109, 110, 99, 106)], Pen("USDJPY", _DOWN), (ended,),
            "@11 went to [99] with a wick and closed at [106]: no close beyond [102], no inverse gap.",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"ifvg.{name}", polarity, why, bars, pen, "inverse FVG", Marks(zones=zones, complete=only))
        for name, polarity, bars, pen, zones, why in draw
    )


def _volume_imbalances() -> tuple[Case, ...]:
    only: tuple[str, ...] = ("volume_imbalance",)
    quiet = steady(8, 100, 4)
    jump, rest = (103, 107, 102, 106), (106, 108, 105, 107)
    edge, apart = (107, 108, 100, 101), (104, 108, 103, 107)
    found: Zone = ("volume_imbalance", "bullish", (100, 103), 8, None, 8)
    filled: Zone = ("volume_imbalance", "bullish", (100, 103), 8, 10, 8)
    draw: tuple[Drawn, ...] = (
        (
            "bodies-apart", "positive", [*quiet, jump, rest], Pen("NQ"), (found,),
            "The body of @8 begins at [103], that of @7 ends at [100], and their wicks meet at [102]: an imbalance of "
            "volume.",
        ),
        (
            "bodies-apart-bearish", "positive", [*quiet, jump, rest], Pen("ES", _DOWN), (found,),
            "Between the bodies, [100] and [103], only wicks traded.",
        ),
        (
            "filled", "positive", [*quiet, jump, rest, edge], Pen(), (filled,),
            "@10 traded at [100], the far end of the imbalance known at @8.",
        ),
        (
            "bodies-touch", "negative", [*quiet, (100, 107, 98, 106), rest], Pen("NQ"), (),
            "@8 opened at [100], where @7 closed: bodies that touch leave nothing between them.",
        ),
        (
            "wicks-apart", "negative", [*quiet, apart, (107, 109, 105, 108)], Pen("XAUUSD", _DOWN), (),
            "The {low|high} of @8 at [103] does not meet the {high|low} of @7 at [102]: a gap of wicks and no volume "
            "imbalance.",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"volume-imbalance.{name}", polarity, why, bars, pen, "volume imbalance",
             Marks(zones=zones, complete=only))
        for name, polarity, bars, pen, zones, why in draw
    )  # fmt: skip


def _opening_gaps() -> tuple[Case, ...]:
    before = path(100, (104, 4), (103, 4))
    higher, level = path(107, (110, 4)), path(103, (106, 4))
    back: list[Bar] = [*higher[:3], (109, 110, 103, 106)]
    daily: tuple[str, str] = ("2026-05-13T15:00:00-04:00", "2026-05-13T18:00:00-04:00")
    weekly: tuple[str, str] = ("2026-05-15T15:00:00-04:00", "2026-05-17T18:00:00-04:00")
    utc: tuple[str, str] = ("2026-05-13T22:00:00+00:00", "2026-05-14T00:00:00+00:00")
    day: Zone = ("opening_gap", "bullish", (103, 107), 8, None, 8)
    return (
        _opening(
            "new-day", "positive", [*before, *higher], Pen("NQ"), daily, (day,),
            "The market closed at [103] before the halt and opened at [107] after it (@8): a new day opening gap, "
            "known at that bar's close.",
        ),
        _opening(
            "new-week-bearish", "positive", [*before, *higher], Pen("ES", _DOWN), weekly, (day,),
            "Friday closed at [103], Sunday opened at [107]: a new week opening gap {up|down}.",
        ),
        _opening(
            "new-day-filled", "positive", [*before, *back], Pen("NQ", _DOWN), daily,
            (("opening_gap", "bullish", (103, 107), 8, 11, 8),),
            "The gap from [103] to [107] was filled when @11 came back to [103].",
        ),
        _opening(
            "opens-where-it-closed", "negative", [*before, *level], Pen("NQ"), daily, (),
            "The first open after the halt is [103], the last close before it: nothing was jumped over.",
        ),
        _opening(
            "market-that-never-halts", "negative", [*before, *higher], Pen("BTCUSD"), utc, (),
            "From [103] to [107] price jumped at 00:00 UTC, but a market that never halts has no opening gap.",
        ),
    )  # fmt: skip


def _opening(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    starts: tuple[str, str],
    zones: tuple[Zone, ...],
    why: str,
) -> Case:
    """Draw eight bars up to a halt and the others after it."""
    last, first = (int(datetime.fromisoformat(start).timestamp()) for start in starts)
    step = Timeframe.M15.seconds
    times = [last + step * index for index in range(8)] + [first + step * index for index in range(len(bars) - 8)]
    candles = pen.candles_at(bars, Timeframe.M15, times)
    events: tuple[Event, ...] = ()
    said = Marks(events=events, zones=zones, complete=("opening_gap",)).said(pen, candles, bars)
    sentence, id = told(pen, candles, why), f"facts.opening-gap.{name}"
    return chart_case(
        id, sentence, None, polarity, windows_of(candles), pen, definition="NDOG, NWOG", said=said
    )  # fmt: skip
