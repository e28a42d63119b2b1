"""Hypothesis strategies for candles: small whole prices, so that ties, flat bars, gaps and equal highs are common.

Every price is a whole number, so doubling it, mirroring it and halving a sum of two are exact in binary. Bars come from
bytes: fast to draw, and they shrink towards few bars that do not move.
"""

import os
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import Phase, note, settings
from hypothesis import strategies as st

from tools.candles import Candles
from tools.timeframes import Timeframe

REPEATABLE: Final = settings(
    derandomize=True,
    deadline=None,
    max_examples=int(os.environ.get("ICT_LAW_EXAMPLES", "60")),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
"""The settings of every property here: the same examples on every machine, as many as the variable says."""

MIRROR: Final = 16384.0
_NEW_YORK: Final = ZoneInfo("America/New_York")
_MIDDLE: Final = 8192
_BYTES_PER_BAR: Final = 3
_BODIES: Final = (0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 1, -1, 8, -8, 0)
_WICKS: Final = (0, 0, 1, 0, 1, 2, 0, 1, 3, 2, 0, 1, 4, 0, 2, 6)
_GAPS: Final = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -1, 2, -2, 4, -4)
_PAUSES: Final = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 7)
_TRENDS: Final = (0, 0, 0, 1, -1, 1, -1, 0)
STARTS: Final = {
    "an ordinary week": datetime(2024, 1, 10, 12, tzinfo=UTC),
    "before spring forward in New York": datetime(2024, 3, 8, 18, tzinfo=UTC),
    "before fall back in New York": datetime(2024, 11, 1, 16, tzinfo=UTC),
    "the turn of a month on a weekend": datetime(2024, 3, 29, 8, tzinfo=UTC),
    "the turn of the year": datetime(2023, 12, 29, 10, tzinfo=UTC),
}
TIMEFRAMES: Final = (Timeframe.M15, Timeframe.H1, Timeframe.M5, Timeframe.M30, Timeframe.H4, Timeframe.D1)


@st.composite
def candles(
    draw: st.DrawFn,
    *,
    minimum: int = 1,
    maximum: int = 110,
    timeframes: tuple[Timeframe, ...] = TIMEFRAMES,
    has_weekends: bool | None = None,
) -> Candles:
    """Draw candles of one of `timeframes`, with pauses, price gaps, weekends (or none, as crypto) and clock changes."""
    timeframe = draw(st.sampled_from(timeframes))
    start = draw(st.sampled_from(sorted(STARTS.values())))
    closes_on_weekends = draw(st.booleans()) if has_weekends is None else has_weekends
    size = draw(st.integers(minimum, maximum)) * _BYTES_PER_BAR
    drawn = candles_of_bytes(
        draw(st.binary(min_size=size, max_size=size)), timeframe, start, closes_on_weekends=closes_on_weekends
    )
    note(described(drawn))
    return drawn


def candles_of_bytes(seed: bytes, timeframe: Timeframe, start: datetime, *, closes_on_weekends: bool) -> Candles:
    """Turn three bytes into each bar: body and upper wick, lower wick and price gap, pause and drift."""
    at = int(start.timestamp()) // timeframe.seconds * timeframe.seconds
    columns: dict[str, list[float]] = {name: [] for name in ("time", "open", "high", "low", "close")}
    close = _MIDDLE
    for index, (first, second, third) in enumerate(zip(seed[0::3], seed[1::3], seed[2::3], strict=True)):
        opened = close + _GAPS[second % 16]
        close = opened + _BODIES[first % 16] + _TRENDS[third // 16 % 8]
        pause = _PAUSES[third % 16] if index % 3 == 0 else 0  # some bars always follow one another
        at = _next_open(at + pause * timeframe.seconds, timeframe, closes_on_weekends)
        high, low = max(opened, close) + _WICKS[first // 16], min(opened, close) - _WICKS[second // 16]
        for name, value in zip(columns, (at, opened, high, low, close), strict=True):
            columns[name].append(value)
        at += timeframe.seconds
    return Candles.from_columns({**columns, "time": [int(second) for second in columns["time"]]}, timeframe)


def _next_open(at: int, timeframe: Timeframe, closes_on_weekends: bool) -> int:
    """Return the next moment on the timeframe's grid at which the market is open (Sunday to Friday 17:00 New York)."""
    if not closes_on_weekends:
        return at
    local = datetime.fromtimestamp(at, _NEW_YORK)
    days_to_sunday = {4: 2, 5: 1, 6: 0}.get(local.weekday())
    is_before_sunday_open = local.weekday() == 5 or (local.weekday() == 6 and local.hour < 17)
    is_after_friday_close = local.weekday() == 4 and local.hour >= 17
    if days_to_sunday is None or not (is_before_sunday_open or is_after_friday_close):
        return at
    reopens = datetime.combine(local.date() + timedelta(days=days_to_sunday), time(17), _NEW_YORK)
    return -(-int(reopens.timestamp()) // timeframe.seconds) * timeframe.seconds


def described(drawn: Candles) -> str:
    """Write candles as a table that can be read, and pasted into a hand-drawn test."""
    columns = (drawn.time, drawn.open, drawn.high, drawn.low, drawn.close)
    bars = zip(*(column.tolist() for column in columns), strict=True)
    lines = [f"{index:4} {at} {o:g} {h:g} {low:g} {c:g}" for index, (at, o, h, low, c) in enumerate(bars)]
    return "\n".join([f"{drawn.timeframe}: index, epoch second, open, high, low, close", *lines])


def mirrored(original: Candles, about: float = MIRROR) -> Candles:
    """Turn the chart upside down: every price p becomes ``about - p``, exact for whole-number prices below it."""
    columns: dict[str, Any] = {
        "time": original.time,
        "open": about - original.open,
        "high": about - original.low,
        "low": about - original.high,
        "close": about - original.close,
    }
    return Candles.from_columns(columns, original.timeframe)


def scaled(original: Candles, factor: float = 2.0) -> Candles:
    """Multiply every price by a power of two, which is exact."""
    names = ("open", "high", "low", "close")
    columns: dict[str, Any] = {name: getattr(original, name) * factor for name in names}
    columns["time"] = original.time
    return Candles.from_columns(columns, original.timeframe)
