"""Setups: nine models, each an entry, the price that proves it wrong, a stop behind that, and a life."""

import math
from dataclasses import dataclass
from datetime import datetime

from tests.tools.reference.bars import NOT_YET, Bar, Row, first_bar, upside_down
from tests.tools.reference.clock import NEW_YORK

MODELS = (
    "ict_2022_model",
    "sweep_displacement_fvg",
    "mss_ote",
    "ote",
    "fvg",
    "power_of_three",
    "turtle_soup",
    "silver_bullet",
    "unicorn",
)
_SILVER_BULLET_HOURS = (3, 10, 14)
_SWEET_SPOT = 0.705
_FLIPPED, _PRICES = ("direction", "side"), ("price", "entry", "invalidation")


@dataclass
class Market:
    """The bars and the facts that setups are made of; of the bearish side all upside down."""

    bars: list[Bar]
    shifts: list[Row]
    pools: list[Row]
    gaps: list[Row]
    external_swings: list[Row]
    external_breaks: list[Row]
    breakers: list[Row]
    judas: list[Row]
    timeframe_seconds: int
    sweep_to_gap_bars: int = 20
    turtle_soup_bars: int = 20

    def turned(self) -> "Market":
        """Return the market upside down."""
        tables = [
            [_turned(row) for row in table]
            for table in (
                self.shifts, self.pools, self.gaps, self.external_swings, self.external_breaks, self.breakers,
                self.judas,
            )
        ]  # fmt: skip
        rest = (self.timeframe_seconds, self.sweep_to_gap_bars, self.turtle_soup_bars)
        return Market(upside_down(self.bars), *tables, *rest)


def setups(market: Market, atr: list[float], stop_buffer_atr: float = 0.1) -> list[Row]:
    """Return the setups of both directions with their lives, in the order of the tables."""
    drafts = _bullish(market) + [_turned(row) for row in _bullish(market.turned())]
    found = []
    for row in drafts:
        buffer = stop_buffer_atr * atr[row["confirmed_index"]]
        if math.isnan(buffer):
            continue
        way, bars = row["direction"], market.bars if row["direction"] == 1 else upside_down(market.bars)
        row["stop"] = row["invalidation"] - way * buffer
        entry, stop = way * row["entry"], way * row["stop"]
        if not (bars[row["confirmed_index"]].close > entry > stop and row["stop"] > 0):
            continue
        row["entered_index"] = first_bar(bars, row["confirmed_index"], lambda bar, level=entry: bar.low <= level)
        row["stopped_index"] = first_bar(bars, row["confirmed_index"], lambda bar, level=stop: bar.low <= level)
        found.append(row)
    return sorted(found, key=lambda row: (row["confirmed_index"], row["model"], row["formed_index"], -row["direction"]))


def _turned(row: Row) -> Row:
    turned = dict(row)
    for name in (*_FLIPPED, *_PRICES):
        if name in row:
            turned[name] = -row[name]
    if "top" in row:
        turned["top"], turned["bottom"] = -row["bottom"], -row["top"]
    return turned


def _bullish(market: Market) -> list[Row]:
    models = (
        _of_2022,
        _sweep_displacement_gap,
        _shift_ote,
        _ote,
        _gap,
        _power_of_three,
        _turtle_soup,
        _silver,
        _unicorn,
    )
    return [
        {**row, "model": code, "direction": 1, "gap_index": row.get("gap_index", NOT_YET)}
        for code, model in enumerate(models)
        for row in model(market)
    ]


def _draft(formed: int, confirmed: int, entry: float, invalidation: float, origin: int, gap: int = NOT_YET) -> Row:
    return {
        "formed_index": formed,
        "confirmed_index": confirmed,
        "entry": entry,
        "invalidation": invalidation,
        "origin_index": origin,
        "gap_index": gap,
    }


def _of_2022(market: Market) -> list[Row]:
    found = []
    for shift in _up(market.shifts):
        t, o = shift["confirmed_index"], shift["origin_index"]
        for gap in _up(market.gaps):
            if gap["confirmed_index"] == shift["gap_index"] and _is_open(gap, t):
                low = market.bars[o].low
                found.append(_draft(shift["formed_index"], t, gap["top"], low, o, gap["confirmed_index"]))
    return found


def _shift_ote(market: Market) -> list[Row]:
    found = []
    for shift in _up(market.shifts):
        t, o = shift["confirmed_index"], shift["origin_index"]
        low, high = market.bars[o].low, max(bar.high for bar in market.bars[o : t + 1])
        entry = high - _SWEET_SPOT * (high - low)
        found.append(_draft(shift["formed_index"], t, entry, low, o, shift["gap_index"]))
    return found


def _sweep_displacement_gap(market: Market) -> list[Row]:
    return [_after_sweep(market, gap) for gap in _gaps_after_sweeps(market) if gap["displaced"]]


def _silver(market: Market) -> list[Row]:
    if market.timeframe_seconds > 15 * 60:
        return []
    found = []
    for gap in _gaps_after_sweeps(market):
        t = gap["confirmed_index"]
        hours = [_silver_bullet_hour(bar) for bar in market.bars[t - 1 : t + 1]]
        if hours[0] is not None and hours[0] == hours[1]:
            found.append(_after_sweep(market, gap))
    return found


def _silver_bullet_hour(bar: Bar) -> tuple[object, int] | None:
    local = datetime.fromtimestamp(bar.time, NEW_YORK)
    return (local.date(), local.hour) if local.hour in _SILVER_BULLET_HOURS else None


def _gaps_after_sweeps(market: Market) -> list[Row]:
    """Return the bullish gaps soon after a sweep, with the last sweep before the middle bar."""
    found = []
    for gap in _up(market.gaps):
        middle = gap["confirmed_index"] - 1
        swept = [pool for pool in _sell_side(market) if NOT_YET < pool["swept_index"] < middle]
        last = max((pool["swept_index"] for pool in swept), default=NOT_YET)
        if swept and middle - last <= market.sweep_to_gap_bars:
            found.append({**gap, "since": min(pool["taken_index"] for pool in swept if pool["swept_index"] == last)})
    return found


def _after_sweep(market: Market, gap: Row) -> Row:
    """Enter the gap; wrong below the lowest bar since the one that took the pool, of equals the last."""
    t = gap["confirmed_index"]
    lowest, origin = math.inf, NOT_YET
    for index in range(gap["since"], t + 1):
        if market.bars[index].low <= lowest:
            lowest, origin = market.bars[index].low, index
    return _draft(t, t, gap["top"], lowest, origin, t)


def _ote(market: Market) -> list[Row]:
    found = []
    for swing in market.external_swings:
        i, c = swing["formed_index"], swing["confirmed_index"]
        known = [row for row in market.external_breaks if row["confirmed_index"] <= c]
        if swing["side"] != 1 or not known or known[-1]["direction"] != 1 or known[-1]["origin_index"] >= i:
            continue
        o = known[-1]["origin_index"]
        highest = max(range(o, c + 1), key=lambda index: market.bars[index].high)  # of equals the first
        if highest == i:
            low, high = market.bars[o].low, market.bars[i].high
            found.append(_draft(i, c, high - _SWEET_SPOT * (high - low), low, o))
    return found


def _gap(market: Market) -> list[Row]:
    found = []
    for gap in _up(market.gaps):
        t = gap["confirmed_index"]
        if gap["displaced"]:
            lowest = min(bar.low for bar in market.bars[t - 2 : t + 1])
            origin = max(index for index in range(t - 2, t + 1) if market.bars[index].low == lowest)
            found.append(_draft(t, t, gap["top"], lowest, origin, t))
    return found


def _power_of_three(market: Market) -> list[Row]:
    found = []
    for judas in _up(market.judas):
        formed, t = judas["shift_index"], judas["confirmed_index"]
        for shift in _up(market.shifts):
            for gap in _up(market.gaps):
                is_its_gap = shift["formed_index"] == formed and gap["confirmed_index"] == shift["gap_index"]
                if is_its_gap and _is_open(gap, t):
                    args = (gap["top"], judas["price"], judas["formed_index"], gap["confirmed_index"])
                    found.append(_draft(formed, t, *args))
    return found


def _turtle_soup(market: Market) -> list[Row]:
    found = []
    for t in range(market.turtle_soup_bars, len(market.bars)):
        extreme = min(bar.low for bar in market.bars[t - market.turtle_soup_bars : t])
        if market.bars[t].low < extreme < market.bars[t].close:
            found.append(_draft(t, t, extreme, market.bars[t].low, t))
    return found


def _unicorn(market: Market) -> list[Row]:
    found = []
    for breaker in _up(market.breakers):
        b, c, t = breaker["swing_index"], breaker["extreme_index"], breaker["confirmed_index"]
        if not any(b < pool["taken_index"] and NOT_YET < pool["swept_index"] <= t for pool in _sell_side(market)):
            continue
        legs = [gap for gap in _up(market.gaps) if c < gap["formed_index"] <= t and _overlap(gap, breaker)]
        if not legs:
            continue
        gap = min(legs, key=lambda row: int(row["confirmed_index"]))
        confirmed = max(t, gap["confirmed_index"])
        if _is_open(gap, confirmed):
            entry = min(gap["top"], breaker["top"])
            found.append(_draft(t, confirmed, entry, market.bars[c].low, c, gap["confirmed_index"]))
    return found


def _up(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["direction"] == 1]


def _sell_side(market: Market) -> list[Row]:
    return [pool for pool in market.pools if pool["side"] == -1]


def _is_open(gap: Row, t: int) -> bool:
    return all(gap[name] == NOT_YET or gap[name] > t for name in ("filled_index", "inverted_index"))


def _overlap(one: Row, other: Row) -> bool:
    return bool(min(one["top"], other["top"]) > max(one["bottom"], other["bottom"]))
