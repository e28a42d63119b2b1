"""The axes: prices at the right with tags for what matters now, New York time below."""

from datetime import UTC, datetime
from typing import Final

from tools.facts import IntArray
from tools.picture.frame import Frame
from tools.picture.markup import element, number, text
from tools.picture.setups import Plan
from tools.picture.sheet import Sheet
from tools.picture.ticks import day_starts, price_ticks, time_ticks
from tools.trading_day import DAY_SECONDS

AXIS_WIDTH: Final = 78.0
AXIS_HEIGHT: Final = 40.0
_TIME_EVERY: Final = 78.0
_TIME_APART: Final = 46.0
_DATE_EVERY: Final = 112.0
_FIGURE: Final = 7.0
_TAG: Final = 17.0


def prices_on_axis(frame: Frame) -> list[float]:
    """Return the prices the axis names, ascending; none without bars."""
    return price_ticks(frame.low, frame.high, frame.interval) if len(frame.candles) else []


def days_in_view(frame: Frame, clock: IntArray) -> list[int]:
    """Return the visible bars at which a day begins; none where nearly every bar begins one."""
    days = [int(bar) + frame.first for bar in day_starts(clock)]
    return days if len(days) * 4 <= frame.count else []


def price_axis(sheet: Sheet, plan: Plan | None) -> str:
    """Return the prices, written to the right of the plot, and over them the tags of what matters now.

    All tags but the last close's belong to the layer of the setup.
    """
    frame, is_on = sheet.frame, "setups" in sheet.shown
    tagged = _tagged(frame, plan if sheet.wants("setups") else None)
    seen = [price for place, (price, _) in enumerate(tagged) if is_on or place == 0]
    written = [
        element("text", frame.tag(price), x=8.0, y=frame.y(price) + 3.5)
        for price in prices_on_axis(frame)
        if not any(abs(frame.y(price) - frame.y(other)) < _TAG - 2 for other in seen)
    ]
    drawn = [
        _tag(frame.tag(price), price, frame.y(price), style, _layer(is_on) if place else {})
        for place, (price, style) in enumerate(tagged)
    ]
    return element("g", "".join(written) or " ", class_="prices") + element("g", "".join(drawn) or " ", class_="tags")


def time_axis(frame: Frame, clock: IntArray) -> str:
    """Return the times below the plot: hours, or dates where days pass, and the date under each new day.

    Args:
        frame: the scales.
        clock: the visible bars' openings on the axis' clock, shape (k,).
    """
    written = []
    for x, second in _spaced(frame, clock):
        written.append(element("path", class_="line", d=f"M{number(x)} 0V4"))
        words = tick_words(second, frame.candles.timeframe.seconds)
        written.append(element("text", words, x=x, y=16.0, text_anchor="middle"))
    written += _dates(frame, clock)
    return element("g", "".join(written) or " ", class_="times")


def _spaced(frame: Frame, clock: IntArray) -> list[tuple[float, int]]:
    """Return where and when the times stand; of two too close together midnight stays, else the earlier."""
    kept: list[tuple[float, int]] = []
    for place in time_ticks(clock, int(frame.ends / _TIME_EVERY)):
        x, second = frame.edge(frame.first + place), int(clock[place])
        if not kept or x - kept[-1][0] >= _TIME_APART:
            kept.append((x, second))
        elif second % DAY_SECONDS == 0:
            kept[-1] = (x, second)
    return kept


def _dates(frame: Frame, clock: IntArray) -> list[str]:
    if frame.candles.timeframe.seconds >= DAY_SECONDS or not len(clock):
        return []
    days = days_in_view(frame, clock)
    places = [(frame.edge(bar), bar) for bar in days]
    if not places or places[0][0] - frame.edge(frame.first) >= _DATE_EVERY:
        places.insert(0, (frame.edge(frame.first), frame.first))
    written, past = [], -_DATE_EVERY
    for x, bar in places:
        if x - past >= _DATE_EVERY:
            words = day_words(int(clock[bar - frame.first]))
            written.append(element("text", words, class_="date", x=x + 2, y=33.0))
            past = x
    return written


def tick_words(second: int, bar_seconds: int) -> str:
    """Write a moment of the axis' clock: the time of day, or the date where it is midnight or bars are days."""
    at = datetime.fromtimestamp(second, UTC)
    if bar_seconds >= DAY_SECONDS:
        return f"{at:%b %Y}" if at.month == 1 and at.day <= 7 else f"{at.day} {at:%b}"
    return f"{at:%H:%M}" if second % DAY_SECONDS else f"{at.day} {at:%b}"


def day_words(second: int) -> str:
    """Write a date of the axis' clock."""
    at = datetime.fromtimestamp(second, UTC)
    return f"{at:%a} {at.day} {at:%b %Y}"


def _tagged(frame: Frame, plan: Plan | None) -> list[tuple[float, str]]:
    """Return the last close, and the entry, stop and targets of the setup unless it is over, with their styles."""
    if not len(frame.candles):
        return []
    close, opened = float(frame.candles.close[-1]), float(frame.candles.open[-1])
    wanted = [(close, "last up" if close >= opened else "last down")]
    if plan is not None and not plan.is_over:
        wanted += [(plan.entry, "entry"), (plan.stop, "stop"), *((price, "target") for price in plan.targets)]
    kept: list[tuple[float, str]] = []
    for price, style in wanted:
        apart = all(abs(frame.y(price) - frame.y(other)) >= _TAG for other, _ in kept)
        if apart and 0 <= frame.y(price) <= frame.height:
            kept.append((price, style))
    return kept


def _layer(is_on: bool) -> dict[str, str | None]:
    return {"data_layer": "setups", "hidden": None if is_on else ""}


def _tag(words: str, price: float, y: float, style: str, layer: dict[str, str | None]) -> str:
    half = _TAG / 2
    shape = element("rect", x=1.0, y=-half, width=max(AXIS_WIDTH - 6, len(words) * _FIGURE + 14), height=_TAG, rx=3.0)
    content = shape + element("text", text(words), x=8.0, y=4.0)
    return element(
        "g", content, class_=f"tag {style}", transform=f"translate(0 {number(y)})", data_price=repr(price), **layer
    )
