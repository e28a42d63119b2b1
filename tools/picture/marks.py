"""Small marks on single bars: swings, displacement, and facts without a price of their own."""

from typing import Final

from tools.picture.facts import Fact
from tools.picture.sheet import Sheet, pin

_POINT_UP: Final = "M0-3.5L3.5 3.5H-3.5z"
_POINT_DOWN: Final = "M0 3.5L3.5-3.5H-3.5z"
_DIAMOND: Final = "M0-3.5L3.5 0L0 3.5L-3.5 0z"
_BESIDE: Final = 7.0


def draw_swing(sheet: Sheet, fact: Fact) -> None:
    """Draw a small triangle at a swing: it points down onto a high, up onto a low."""
    frame, row = sheet.frame, fact.row
    is_high = row.get("side") == "high"
    y = frame.y(row["price"]) + (-_BESIDE if is_high else _BESIDE)
    style = f"mark swing {row.get('scope', '')} {row.get('degree') or ''}".rstrip()
    sheet.put_fact(fact, style, pin(frame.x(row["formed_index"]), y, _POINT_DOWN if is_high else _POINT_UP, "point"))


def draw_mark(sheet: Sheet, fact: Fact) -> None:
    """Draw a diamond beside a bar: below it for a bullish fact, above it for a bearish one."""
    frame, bar = sheet.frame, fact.row["formed_index"]
    bars = frame.candles
    below = fact.sign == "up"
    y = frame.y(float(bars.low[bar])) + _BESIDE if below else frame.y(float(bars.high[bar])) - _BESIDE
    sheet.put_fact(fact, "mark", pin(frame.x(bar), y, _DIAMOND, "point"))
