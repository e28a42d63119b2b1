"""One night in quarters of an hour, drawn bullish: from 17:00 New York price falls, sweeps its low and shifts upwards.

The bars are those of the fact-only shift (`facts_shift`) and what followed. The low of -25 is an external swing (bar 5,
confirmed on bar 10), as is the high of -5 (bar 11); -11 (bar 18) and -19 (bar 15) are internal ones. Bar 22 sweeps -25,
bar 24 closes over -11, bar 25 over -5. No session ends before bar 28, when Asia's -29 and 3 become pools. Above it
stand 31 hours of an uptrend with a dealing range from -31 to 91 and days that trend up; so the bias is bullish.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.labels import DecisionLabel, Direction
from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, Said, chart_case, clock, mirrored, path, trending
from evals.suites.textbook.facts_shift import TURN
from tools.candles import Candles
from tools.timeframes import Timeframe

WINTER, SPRING, SUMMER = "2024-03-05T22:00:00Z", "2024-03-12T21:00:00Z", "2024-07-09T21:00:00Z"
"""17:00 New York; in spring New York has changed its clocks and London has not."""
AUTUMN: Final = "2024-10-30T21:00:00Z"
"""17:00 New York, London has changed its clocks and New York has not."""
RETURN: Final[list[Bar]] = path(0, (-10, 5), (-6, 4))
"""After the shift price comes back into the gap."""
TURNED: Final[list[Bar]] = [*TURN, *RETURN]
"""The whole night, 37 bars to 02:15 New York."""
Mark = tuple[str, Direction, int, int, int | None]
"""Kind, upright direction, bar, the bar that made it known, and its price in ticks."""
Gap = tuple[Direction, tuple[int, int], int, int | None]
"""Upright direction, edges in ticks, the middle bar, and the bar that filled it."""
Leg = tuple[tuple[int, int], int]
"""The ends in ticks of a dealing range that rises, upright, and the bar it begins on."""
_SIZE: Final = 60
_DAILY_SIZE: Final = 400
_DAILY_WICK: Final = 60


def redrawn(changes: Mapping[int, Bar], tail: Sequence[Bar] = RETURN, upto: int = len(TURN)) -> list[Bar]:
    """Return the first bars of the shift, some of them changed, and others after them."""
    return [*(changes.get(index, bar) for index, bar in enumerate(TURN[:upto])), *tail]


def night(pen: Pen, bars: Sequence[Bar], start: str, *, way: int = 1, size: int = _SIZE) -> dict[Timeframe, Candles]:
    """Return the windows of a night; `way` -1 turns the days down, `size` is half the height of the hourly range."""
    base = pen.candles(bars, "15m", start)
    hourly = trending(bars[0][0], size)
    daily = trending(way * hourly[0][0], _DAILY_SIZE, wick=_DAILY_WICK)
    return pen.ladder(base, hourly, daily if way > 0 else mirrored(daily))


def told(pen: Pen, candles: Candles, bars: Sequence[Bar], why: str) -> str:
    """Fill in a sentence: ``{t[5]}`` is when bar 5 opened, ``{h[5]} {l[5]} {c[5]}`` its upright high, low and close.

    ``{p-25}`` is a price in ticks; ``{high} {low} {above} {below} {up} {down} {bullish} {bearish} {buy} {sell}
    {premium} {discount}`` turn with the drawing.
    """
    words = (
        ("high", "low"), ("above", "below"), ("up", "down"), ("bullish", "bearish"), ("buy", "sell"),
        ("premium", "discount"), ("rise", "fall"),
    )  # fmt: skip
    turned = {one: pen.word(one, other) for one, other in (*words, *((b, a) for a, b in words))}
    prices = {f"p{ticks}": pen.said(ticks) for ticks in range(-150, 151)}
    return why.format(
        t=[clock(candles, index) for index in range(len(bars))], h=[pen.said(bar[1]) for bar in bars],
        l=[pen.said(bar[2]) for bar in bars], c=[pen.said(bar[3]) for bar in bars],
        now=pen.said(bars[-1][3]), end=clock(candles, len(bars) - 1), **turned, **prices,
    )  # fmt: skip


def night_case(
    rule: str,
    name: str,
    polarity: Polarity,
    pen: Pen,
    bars: Sequence[Bar],
    start: str,
    why: str,
    definition: str,
    *,
    windows: Mapping[Timeframe, Candles] | None = None,
    size: int = _SIZE,
    events: Sequence[Mark] = (),
    gaps: Sequence[Gap] = (),
    leg: Leg | None = None,
    hourly: Sequence[Mark] = (),
    complete: frozenset[str] = frozenset(),
    decided_by: str | None = None,
    **chart: Any,
) -> Case:
    """Make a case of a night; see `chart_case`.

    Args:
        rule: the rule it is drawn for.
        name: what sets it apart; the market and the way are added.
        polarity: whether what the rule asks for is there.
        pen: whose market it is.
        bars: of the finest timeframe, upright.
        start: when the first opened.
        why: the sentence, as `told` reads it.
        definition: what of ICT.md it is held against.
        windows: in place of `night`'s.
        size: as `night`.
        events: on the finest timeframe.
        gaps: fair value gaps on it.
        leg: its dealing range at the last bar.
        hourly: events on the hourly chart.
        complete: the kinds of which every instance on the finest timeframe is listed.
        decided_by: the gate that makes the walk wait.
        chart: as `chart_case`.
    """
    given = night(pen, bars, start, size=size) if windows is None else windows
    base = given[min(given, key=lambda timeframe: timeframe.seconds)]
    zones = [pen.zone(base, "fair_value_gap", way, edges, since, until, since + 1) for way, edges, since, until in gaps]
    if leg is not None:
        zones.append(pen.zone(base, "dealing_range", "bullish", leg[0], leg[1], None, len(base) - 1))
    marks = [(base, one) for one in events] + [(given[Timeframe.H1], one) for one in hourly]
    said = Said(
        events=tuple(pen.event(candles, *one) for candles, one in marks),
        zones=tuple(zones),
        complete={base.timeframe: complete} if complete else {},
        decision=None if decided_by is None else DecisionLabel("WAIT", decided_by),
    )
    return chart_case(
        f"rule.{rule}.{name}.{pen.symbol.lower()}.{pen.slant}", told(pen, base, bars, why), rule, polarity, given, pen,
        definition=definition, said=said, **chart,
    )  # fmt: skip
