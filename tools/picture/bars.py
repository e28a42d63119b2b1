"""The candles: hollow where they closed up, filled where they closed down."""

import numpy as np

from tools.facts import BoolArray
from tools.picture.facts import Row
from tools.picture.markup import number
from tools.picture.sheet import Sheet, path

_WIDEST_BODY = 13.0
_SHARE = 0.66
_THIN = 1.6


def draw_candles(sheet: Sheet, document: Row) -> None:
    """Draw every visible bar; a bar that closed where it opened counts as up."""
    frame = sheet.frame
    visible = frame.candles[frame.first :]
    if not len(visible) or not sheet.wants("candles"):
        return
    up: BoolArray = visible.close >= visible.open
    for way, style in ((up, "up"), (~up, "down")):
        if way.any():
            wicks, bodies = _candles(sheet, np.flatnonzero(way))
            sheet.put("candles", path(wicks, f"wick {style}") + path(bodies, f"body {style}"))


def _candles(sheet: Sheet, places: "np.typing.NDArray[np.int64]") -> tuple[str, str]:
    frame, bars = sheet.frame, sheet.frame.candles
    width = min(_WIDEST_BODY, frame.step * _SHARE)
    wicks, bodies = [], []
    for bar in (places + frame.first).tolist():
        middle = frame.edge(bar + 0.5)
        high, low = frame.y(float(bars.high[bar])), frame.y(float(bars.low[bar]))
        ends = frame.y(float(bars.open[bar])), frame.y(float(bars.close[bar]))
        top, bottom = min(ends), max(ends)
        if width < _THIN:  # a body too thin to be hollow: the range alone
            wicks.append(f"M{number(middle)} {number(high)}V{number(max(low, high + 0.5))}")
            continue
        if high < top:
            wicks.append(f"M{number(middle)} {number(high)}V{number(top)}")
        if low > bottom:
            wicks.append(f"M{number(middle)} {number(bottom)}V{number(low)}")
        left, wide = number(middle - width / 2), number(width)
        bodies.append(f"M{left} {number(top)}h{wide}V{number(bottom)}h-{wide}z")
    return "".join(wicks), "".join(bodies)
