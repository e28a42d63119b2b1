"""A kit to draw charts by hand: bars in whole ticks, a pen that writes them down for one market, and a case maker.

A drawing is made once, for a market that rises; a pen of way -1 mirrors it about its base price, labels included.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from agent.labels import (
    Bias,
    DecisionLabel,
    Direction,
    EventLabel,
    Labelling,
    Labels,
    Provenance,
    SetupLabel,
    ZoneLabel,
)
from evals.cases.case import Case, Chart
from rulebook.verdict import Outcome
from tools.candles import Candles
from tools.instruments import Instrument, instrument
from tools.market_hours import open_mask
from tools.resample import last_close, resample
from tools.timeframes import DAY, HOUR, Timeframe
from tools.trading_day import NEW_YORK, day_ordinals, day_starts

Bar = tuple[int, int, int, int]
"""Open, high, low and close in ticks above the pen's base price."""
Polarity = Literal["positive", "negative"]

# symbol: (base price in ticks, one tick); a tick here is what the charts are drawn in, a multiple of the market's own
_MARKETS: Final = {
    "EURUSD": (11_000, "0.0001"),
    "GBPUSD": (13_000, "0.0001"),
    "USDJPY": (15_000, "0.01"),
    "XAUUSD": (20_000, "0.1"),
    "NQ": (72_000, "0.25"),
    "ES": (20_000, "0.25"),
    "BTCUSD": (60_000, "1"),
}
_MIRRORED: Final = {"equal_highs": "equal_lows", "equal_lows": "equal_highs"}
_OTHER: Final[dict[Direction, Direction]] = {"bullish": "bearish", "bearish": "bullish"}
_LONGEST_REST: Final = 120
_TIME: Final = re.compile(r"\b\d\d:\d\d\b")
_WHOSE: Final = re.compile(r"\d\d:\d\d(:\d\d)? (New York|UTC)|New York times|in New York it is")
_WEEKEND: Final = (6, 7)  # ISO days; a trading day is called by the date it ends on


def line(*closes: int) -> list[Bar]:
    """Draw bars without wicks through closes; each opens where the last one closed, the first does not move."""
    opens = (closes[0], *closes)
    return [(o, max(o, c), min(o, c), c) for o, c in zip(opens, closes, strict=False)]


def leg(start: int, end: int, bars: int, wick: int = 1) -> list[Bar]:
    """Draw bars of about equal bodies from one price to another, with a wick on both ends of each."""
    stops = [start + (end - start) * count // bars for count in range(bars + 1)]
    return [(o, max(o, c) + wick, min(o, c) - wick, c) for o, c in pairwise(stops)]


def path(start: int, *turns: tuple[int, int], wick: int = 1) -> list[Bar]:
    """Draw legs one after the other, each ``(where it ends, in how many bars)``."""
    bars: list[Bar] = []
    for end, count in turns:
        bars += leg(start, end, count, wick)
        start = end
    return bars


def flat(count: int, price: int) -> list[Bar]:
    """Draw bars that do not move."""
    return [(price, price, price, price)] * count


def steady(count: int, price: int, height: int) -> list[Bar]:
    """Draw dojis of one even height about one price: their ATR is that height."""
    return [(price, price + height // 2, price - height // 2, price)] * count


def mirrored(bars: Sequence[Bar]) -> list[Bar]:
    """Turn bars upside down about the base price."""
    return [(-o, -low, -high, -c) for o, high, low, c in bars]


def trending(end: int, size: int, depth: float = 0.75, wick: int = 1) -> list[Bar]:
    """Draw 31 bars with an external uptrend that come back to a price: the higher timeframe of a bullish bias.

    Up `2 * size`, down `size`, up `2 * size` through the first high (the external break), back by `depth` of that leg.
    With the wicks its dealing range is ``2 * (size + wick)`` high, and `end` stands at about ``1 - depth`` of it.
    """
    low = end - round((1 - depth) * 2 * size)
    return path(low - size, (low + size, 8), (low, 6), (low + 2 * size, 11), (end, 6), wick=wick)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes bars and labels for one market.

    Attributes:
        symbol: a market of the kit.
        way: 1 draws as it is written, -1 upside down.
    """

    symbol: str = "EURUSD"
    way: int = 1

    @property
    def instrument(self) -> Instrument:
        """The market."""
        return instrument(self.symbol)

    @property
    def slant(self) -> Direction:
        """What ``bullish`` has become in this drawing."""
        return "bullish" if self.way > 0 else "bearish"

    def price(self, ticks: int) -> float:
        """Return the price some ticks above the base, below it where the drawing is upside down."""
        base, tick = _MARKETS[self.symbol]
        return float((base + self.way * ticks) * Decimal(tick))

    def said(self, ticks: int) -> str:
        """Return that price as a sentence writes it."""
        base, tick = _MARKETS[self.symbol]
        return str((base + self.way * ticks) * Decimal(tick))

    def word(self, upright: str, mirrored_word: str) -> str:
        """Choose between the words for a drawing as written and upside down, such as ``high`` and ``low``."""
        return upright if self.way > 0 else mirrored_word

    def candles(self, bars: Sequence[Bar], timeframe: str, start: str) -> Candles:
        """Write bars one after the other from a moment on, ISO-8601 with an offset; without a pause."""
        frame = Timeframe.parse(timeframe)
        first = int(datetime.fromisoformat(start).timestamp())
        return self.candles_at(bars, frame, [first + index * frame.seconds for index in range(len(bars))])

    def before(self, lower: Candles, bars: Sequence[Bar], timeframe: str) -> Candles:
        """Write a higher timeframe of a window: these bars, ending where it begins, then the window's own, resampled.

        Build it on the next lower window, that one's own past included (15m, then 1h before it, then 1D before that),
        so that no two windows contradict each other. Bars stand only where the market is open.

        Raises:
            ValueError: the window does not begin on a boundary of a timeframe of an hour or less.
        """
        frame, market = Timeframe.parse(timeframe), self.instrument
        own = resample(lower, frame, market.trading_day)
        begins = int(lower.time[0]) if frame.is_utc_aligned else _period_start(lower, frame, market)
        if frame.is_utc_aligned and begins % frame.seconds:
            raise ValueError(f"the chart must begin on a {frame} boundary to have {frame} bars before it")
        past = self.candles_at(bars, frame, _times_before(begins, len(bars), frame, market))
        rows = [*past.to_rows(), *own.to_rows()]
        return Candles.from_rows(rows, frame)

    def ladder(self, base: Candles, hourly: Sequence[Bar], daily: Sequence[Bar] = ()) -> dict[Timeframe, Candles]:
        """Return a chart of less than an hour with the hours and the days before it; see `before` and `trending`."""
        hours = self.before(base, hourly, "1h")
        return windows_of(base, hours, *([self.before(hours, daily, "1D")] if daily else []))

    def candles_at(self, bars: Sequence[Bar], timeframe: Timeframe, times: Sequence[int]) -> Candles:
        """Write bars at stated epoch seconds."""
        upright = bars if self.way > 0 else [(o, low, high, c) for o, high, low, c in bars]
        prices = [[self.price(bar[place]) for bar in upright] for place in range(4)]
        columns = dict(zip(("open", "high", "low", "close"), prices, strict=True))
        return Candles.from_columns({"time": list(times), **columns}, timeframe)

    def event(
        self, candles: Candles, kind: str, direction: Direction, at: int, known: int, ticks: int | None = None
    ) -> EventLabel:
        """Label something on bar `at`, knowable at the close of bar `known`, as the upright drawing has it."""
        return EventLabel(
            kind if self.way > 0 else _MIRRORED.get(kind, kind),
            direction if self.way > 0 else _OTHER[direction],
            candles.timeframe,
            int(candles.time[at]),
            int(candles.time[known]),
            None if ticks is None else self.price(ticks),
        )

    def zone(
        self,
        candles: Candles,
        kind: str,
        direction: Direction,
        edges: tuple[int, int],
        since: int,
        until: int | None = None,
        known: int | None = None,
    ) -> ZoneLabel:
        """Label a zone between two prices in ticks, from bar `since` to the bar that ended it."""
        bottom, top = sorted(self.price(edge) for edge in edges)
        return ZoneLabel(
            kind,
            direction if self.way > 0 else _OTHER[direction],
            candles.timeframe,
            top,
            bottom,
            int(candles.time[since]),
            None if until is None else int(candles.time[until]),
            None if known is None else int(candles.time[known]),
        )


def _period_start(lower: Candles, frame: Timeframe, market: Instrument) -> int:
    """Return where the day, or the part of it, in which a chart begins has begun."""
    day = int(day_starts(day_ordinals(lower.time[:1], market.trading_day), market.trading_day)[0])
    first = int(lower.time[0])
    return day if frame.seconds >= DAY else first - (first - day) % frame.seconds


def _times_before(begins: int, count: int, frame: Timeframe, market: Instrument) -> list[int]:
    if frame is not Timeframe.D1:
        times = _as_times(*(begins - back * frame.seconds for back in range(2 * count + _LONGEST_REST, 0, -1)))
        traded = np.any([open_mask(times + hour, market) for hour in range(0, frame.seconds, HOUR)], axis=0)
        opened: list[int] = times[traded][-count:].tolist()
        return opened if count else []
    (today,) = day_ordinals(_as_times(begins), market.trading_day).tolist()
    weekend = () if market.asset_class == "crypto" else _WEEKEND
    days = [day for day in range(today - 2 * count - 7, today) if (day - 1) % 7 + 1 not in weekend]
    starts: list[int] = day_starts(_as_times(*days[-count:]), market.trading_day).tolist()
    return starts if count else []


def _as_times(*seconds: int) -> npt.NDArray[np.int64]:
    return np.array(seconds, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Said:
    """What a drawing says besides the outcome of its rule; see `Labels`."""

    events: tuple[EventLabel, ...] = ()
    zones: tuple[ZoneLabel, ...] = ()
    complete: Mapping[Timeframe, frozenset[str]] = field(default_factory=dict)
    bias: Mapping[str, Bias] = field(default_factory=dict)
    rules: Mapping[str, Outcome] = field(default_factory=dict)
    decision: DecisionLabel | None = None
    setup: SetupLabel | None = None


def clock(candles: Candles, index: int) -> str:
    """Return when a bar opened as a sentence writes it, New York: the time of day, of a day's bar the date."""
    moment = datetime.fromtimestamp(int(candles.time[index]), NEW_YORK)
    return moment.strftime("%H:%M" if candles.timeframe.seconds < DAY else "%-d %B %Y")


def with_clock(sentence: str) -> str:
    """Return a sentence that says whose clock its times are told by: New York's, unless it says so itself."""
    if not _TIME.search(sentence) or _WHOSE.search(sentence):
        return sentence
    return f"{sentence.removesuffix('.')} (New York times)."


def windows_of(*candles: Candles) -> dict[Timeframe, Candles]:
    """Put windows under their timeframes."""
    return {one.timeframe: one for one in candles}


def chart_case(
    id: str,
    why: str,
    rule: str | None,
    polarity: Polarity,
    windows: Mapping[Timeframe, Candles],
    pen: Pen,
    *,
    definition: str,
    outcome: Outcome | None = None,
    said: Said | None = None,
    group: str | None = None,
    tags: Mapping[str, str] | None = None,
    **chart: Any,
) -> Case:
    """Make a case of a drawing.

    Args:
        id: unique in the suite.
        why: one sentence that argues from the definition with the chart's own prices and times.
        rule: the rule it is drawn for, or None for a chart of facts only.
        polarity: whether what the rule (or the definition) asks for is there.
        windows: see `windows_of`.
        pen: whose market it is.
        definition: what of ICT.md it is held against.
        outcome: what the rule comes to, where ``pass`` of a positive and ``fail`` of a negative is not it.
        said: the other labels.
        group: the rule's group, by default the first part of its number, of facts ``facts``.
        tags: further tags.
        chart: fields of `Chart` that differ: `as_of` (by default the last close of the finest timeframe),
            `discipline`, `calendar`, `plan`, `mode`, `profile`, `companion`, `parameters`, `account_balance`, …
    """
    said = said or Said()
    finest = windows[min(windows, key=lambda timeframe: timeframe.seconds)]
    given = {"as_of": last_close(finest, pen.instrument.trading_day), **chart}
    expected: Outcome = outcome or ("pass" if polarity == "positive" else "fail")
    labels = Labels(
        events=said.events,
        zones=said.zones,
        complete=dict(said.complete),
        bias=dict(said.bias),
        rules={**({} if rule is None else {rule: expected}), **said.rules},
        decision=said.decision,
        setup=said.setup,
    )
    named = group or ("facts" if rule is None else rule.partition(".")[0])
    rule_tag = {} if rule is None else {"rule": rule}
    return Case(
        id=id,
        why=with_clock(why),
        subject=Chart(instrument=pen.instrument, windows=dict(windows), **given),
        labellings=(
            Labelling(labels, Provenance("ict-agent textbook 1", "hand", "2026-11-21", f"ICT.md: {definition}")),
        ),
        tags={**rule_tag, "polarity": polarity, "group": named, **(tags or {})},
        pinned=True,
    )
