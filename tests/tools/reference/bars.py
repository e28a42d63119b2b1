"""Bars as a list of named tuples, and the same bars turned upside down."""

from collections.abc import Iterable
from typing import Any, NamedTuple

NOT_YET = -1
Row = dict[str, Any]


class Bar(NamedTuple):
    """One closed bar; `time` and `end` are epoch seconds at which it opened and closed."""

    time: int
    end: int
    open: float
    high: float
    low: float
    close: float


def bars_of(candles: Any) -> list[Bar]:
    """Unpack columns into bars; the one place where the reference touches a `Candles`."""
    columns = (candles.time, candles.end, candles.open, candles.high, candles.low, candles.close)
    return [Bar(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]


def upside_down(bars: list[Bar]) -> list[Bar]:
    """Negate every price (which is exact), so that the bearish side of a definition is its bullish one."""
    return [Bar(b.time, b.end, -b.open, -b.low, -b.high, -b.close) for b in bars]


def upside_down_rows(rows: Iterable[Row], prices: Iterable[str], *, side: str = "direction") -> list[Row]:
    """Return rows found on bars turned upside down, turned back: `prices` negated and the side changed."""
    turned = []
    for row in rows:
        back = dict(row)
        for name in prices:
            back[name] = -row[name]
        back[side] = -row[side]
        turned.append(back)
    return turned


def first_bar(bars: list[Bar], after: int, holds: Any) -> int:
    """Return the first bar later than `after` for which `holds(bar)`, or `NOT_YET`."""
    for index in range(after + 1, len(bars)):
        if holds(bars[index]):
            return index
    return NOT_YET
