"""Behind the candles: kill zones, the dealing range with its halves, opening prices and the range of accumulation."""

from datetime import date
from typing import Final

import numpy as np

from tools.instruments import Instrument
from tools.picture.facts import Row
from tools.picture.frame import bar_from
from tools.picture.labels import LIVE, MINOR, SESSION, Label
from tools.picture.markup import element
from tools.picture.sheet import Sheet, box, level
from tools.session_windows import kill_zone_windows
from tools.timeframes import HOUR
from tools.times import iso_utc, parse_time
from tools.trading_day import day_ordinals, new_york_minute

STRIP: Final = 4.0
_ZONES: Final = {
    "asia": ("asia", "Asia"), "london": ("london", "London"), "new_york_am": ("new-york", "New York AM"),
    "london_close": ("close", "London close"), "lunch": ("lunch", "Lunch"), "new_york_pm": ("afternoon", "New York PM"),
}  # fmt: skip
_OPENS: Final = (("true_day_open", 0, "00:00 open"), ("open_0830", 510, "08:30 open"), ("open_0930", 570, "09:30 open"))
_GAUGE: Final = 5.0


def draw_kill_zones(sheet: Sheet, instrument: Instrument) -> None:
    """Shade each kill zone of the visible bars, of one hour and shorter; a window without bars is not drawn."""
    frame = sheet.frame
    visible = frame.candles[frame.first :]
    if not len(visible) or not sheet.wants("kill_zones") or frame.candles.timeframe.seconds > HOUR:
        return
    begins, ends = int(visible.time[0]), int(visible.end[-1])
    for name, start, end in kill_zone_windows(begins, ends, instrument.kill_zones):
        first, last = bar_from(frame.candles, start), bar_from(frame.candles, end)
        if max(first, frame.first) >= last:
            continue
        left, right = frame.edge(first), frame.edge(last)
        style, title = _ZONES.get(name, ("close", name.replace("_", " ")))
        at = iso_utc(start)
        row: Row = {"id": f"kill_zone:{name}:{at}", "name": title, "start_at": at, "end_at": iso_utc(end)}
        shapes = box(left, right, 0.0, frame.height, "shade") + box(left, right, 0.0, STRIP, "strip")
        sheet.put_row("kill_zones", "kill_zones", row, f"kill-zone {style}", shapes)
        label = Label("kill_zones", (left + right) / 2, 0.0, title, SESSION, f"kill-zone {style}", "middle", dy=15.0)
        sheet.labels.add(label)


def draw_dealing_range(sheet: Sheet, document: Row) -> None:
    """Draw the range's extremes and its middle, the OTE, and a gauge whose halves are premium and discount."""
    found, frame = document.get("dealing_range"), sheet.frame
    if found is None or not sheet.wants("dealing_range") or not frame.holds(found["low"], found["high"]):
        return
    ends = [bar_from(frame.candles, parse_time(found[key])) for key in ("low_at", "high_at")]
    left = frame.x(min(ends))
    low, middle, high = (frame.y(found[key]) for key in ("low", "equilibrium", "high"))
    edge, gauge = frame.width, frame.width - _GAUGE
    shapes = box(gauge, edge, high, middle, "premium") + box(gauge, edge, middle, low, "discount")
    shapes += "".join(level(left, edge, y, "level") for y in (low, high)) + level(left, edge, middle, "half")
    if (ote := found.get("ote")) is not None and ote["dead_at"] is None:
        begins = frame.x(max(ends))
        shapes += box(begins, edge, frame.y(ote["top"]), frame.y(ote["bottom"]), "ote")
        shapes += level(begins, edge, frame.y(ote["sweet_spot"]), "sweet")
        middle_of_ote = (frame.y(ote["top"]) + frame.y(ote["bottom"])) / 2
        sheet.labels.add(Label("dealing_range", frame.ends, middle_of_ote, "OTE", LIVE, "range ote", dx=38.0))
    sheet.put_row("dealing_range", "dealing_range", found, f"range {_sign(found)}", shapes)
    for y, words, dy in ((high, "Range high", -4.0), (middle, "EQ 50 %", -4.0), (low, "Range low", 11.0)):
        sheet.labels.add(Label("dealing_range", left, y, words, LIVE, "range", dx=4.0, dy=dy, shifts=(7.0 - dy,)))


def draw_opening_prices(sheet: Sheet, document: Row, instrument: Instrument) -> None:
    """Draw the day's opening prices from their bars to the right edge."""
    session, frame = document.get("session"), sheet.frame
    if session is None or not sheet.wants("opening_prices"):
        return
    at = np.array([parse_time(session["at"])], dtype=np.int64)
    day = int(day_ordinals(at, instrument.trading_day)[0])
    for name, minute, title in _OPENS:
        price = session["opening_prices"].get(name)
        if price is None or not frame.holds(price, price):
            continue
        bar, y = bar_from(frame.candles, new_york_minute(day, minute)), frame.y(price)
        row = {"id": f"{name}:{date.fromordinal(day)}", "name": title, "price": price}
        sheet.put_row("opening_prices", "session", row, "open", level(frame.x(bar), frame.width, y, "level"))
        sheet.labels.add(Label("opening_prices", frame.ends, y, title, MINOR, "open", dx=5.0, dy=-3.0, shifts=(10.0,)))


def draw_accumulation(sheet: Sheet, document: Row) -> None:
    """Draw the range in which the day accumulated, as the power of three reports it."""
    power, frame = document.get("power_of_three"), sheet.frame
    found = (power or {}).get("accumulation")
    if not found or power is None or power.get("id") is None or not sheet.wants("power_of_three"):
        return
    last = found["last_index"]
    if last < frame.first or not frame.holds(found["low"], found["high"]):
        return
    left, right = frame.edge(max(found["first_index"], frame.first)), frame.edge(last + 1)
    row = {**power, **found}
    row.pop("accumulation")
    shapes = box(left, right, frame.y(found["high"]), frame.y(found["low"]), "zone")
    sheet.put_row("power_of_three", "power_of_three", row, "balance", shapes)
    label = Label("power_of_three", left, frame.y(found["high"]), "Accumulation", MINOR, "balance", dx=3.0, dy=-4.0)
    sheet.labels.add(label)


def grid(sheet: Sheet, prices: list[float], days: list[int]) -> str:
    """Return the lines behind everything: one a price on the axis, one a day."""
    frame = sheet.frame
    across = "".join(level(0.0, frame.width, frame.y(price), "line") for price in prices)
    down = "".join(element("path", class_="day", d=f"M{frame.edge(day):.2f} 0V{frame.height:.0f}") for day in days)
    return element("g", across, class_="grid") + element("g", down, class_="days") if across or down else ""


def _sign(row: Row) -> str:
    return {"bullish": "up", "bearish": "down"}.get(row.get("direction") or "", "flat")
