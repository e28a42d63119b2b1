"""The power of three: the stage of the day a bar lies in, one New York datetime at a time."""

from datetime import date, datetime, time, timedelta

from tests.tools.reference.bars import Bar, Row
from tests.tools.reference.clock import NEW_YORK, new_york_second
from tests.tools.reference.judas import opening_bar

_LONGEST_BAR = 3600


def power_of_three(bars: list[Bar], judas: list[Row], pools: list[Row], t: int, until: time = time(10)) -> Row:
    """Return stage, direction, day, range (high, low, first and last bar), midnight open and Judas swing's place."""
    told: Row = {"stage": "unknown", "direction": None, "day": None, "range": None, "open_price": None, "judas": None}
    if t < 0 or not bars or bars[t].end - bars[t].time > _LONGEST_BAR:
        return told
    now = _clock(bars[t])
    if now.hour >= 17:
        told["day"] = (now.date() + timedelta(days=1)).isoformat()
        if now.hour >= 20:
            told |= {"stage": "accumulation", "range": _range(bars, now.date() + timedelta(days=1), t)}
        return told
    told["day"] = now.date().isoformat()
    today = [index for index in range(t + 1) if _clock(bars[index]).date() == now.date()]
    taken = sorted((row["taken_index"], row["side"]) for row in pools if row["taken_index"] in today)
    opened = opening_bar(bars, new_york_second(now.date(), time(0)))
    told["open_price"] = None if opened is None else bars[opened].open
    accumulated = _range(bars, now.date(), taken[0][0] - 1 if taken else t)
    reversals = [p for p, row in enumerate(judas) if row["formed_index"] in today and row["confirmed_index"] <= t]
    if reversals:
        last = reversals[-1]
        more = {"stage": "distribution", "judas": last, "direction": judas[last]["direction"], "range": accumulated}
        return told | more
    if opened is not None and not taken:
        return told | {"stage": "accumulation", "range": accumulated}
    direction = _manipulated(bars, today, {side for _, side in taken})
    if opened is not None and now.time() < until and direction is not None:
        return told | {"stage": "manipulation", "direction": direction, "range": accumulated}
    return told


def _manipulated(bars: list[Bar], today: list[int], sides: set[int]) -> int | None:
    """Return the direction away from the only side that was taken, where price went beyond the open on that side."""
    opened = bars[today[0]].open
    if sides == {-1} and min(bars[index].low for index in today) < opened:
        return 1
    if sides == {1} and max(bars[index].high for index in today) > opened:
        return -1
    return None


def _range(bars: list[Bar], day: date, last: int) -> tuple[float, float, int, int] | None:
    """Return high, low, first and last bar of what opened from 20:00 of the evening before up to bar `last`."""
    evening = day - timedelta(days=1)
    inside = [
        index
        for index in range(last + 1)
        if _clock(bars[index]).date() == day
        or (_clock(bars[index]).date() == evening and _clock(bars[index]).hour >= 20)
    ]
    if not inside:
        return None
    high, low = max(bars[index].high for index in inside), min(bars[index].low for index in inside)
    return high, low, inside[0], inside[-1]


def _clock(bar: Bar) -> datetime:
    return datetime.fromtimestamp(bar.time, NEW_YORK)
