"""The power of three: whether the day accumulates, manipulates or distributes, where that can be told at all."""

from dataclasses import asdict, dataclass
from datetime import date, time
from functools import partial
from typing import Any, Final, Literal

import numpy as np

from tools.candles import Candles
from tools.facts import DIRECTIONS, FloatArray
from tools.judas import JUDAS_UNTIL, JudasSwings, midnight_bar
from tools.liquidity import SELL_SIDE, LiquidityPools
from tools.times import iso_utc
from tools.trading_day import new_york_clock, new_york_minute

Stage = Literal["accumulation", "manipulation", "distribution", "unknown"]
_ASIA: Final = 20 * 60
_DAY_ENDS: Final = 17 * 60


@dataclass(frozen=True, slots=True)
class AccumulationRange:
    """The prices between which a day accumulated.

    Attributes:
        high: highest price, in the quote currency; `low` the lowest.
        first_index: the first bar of the range; `last_index` the last.
    """

    high: float
    low: float
    first_index: int
    last_index: int

    def to_dict(self, candles: Candles) -> dict[str, Any]:
        """Return it JSON-ready, from the opening of its first bar to the close of its last."""
        start, end = iso_utc(int(candles.time[self.first_index])), iso_utc(int(candles.end[self.last_index]))
        return {**asdict(self), "start": start, "end": end}


@dataclass(frozen=True, slots=True)
class PowerOfThree:
    """The stage of one day as it stood at the close of one bar.

    Attributes:
        stage: ``accumulation``, ``manipulation``, ``distribution``, or ``unknown`` while it cannot be told.
        direction: +1 or -1, the way the day is delivered (away from the side that was taken); None before that shows.
        day: ISO date in New York; from 17:00 on it is the next one. None where bars cannot show it.
        accumulation: the Asia range and what follows midnight before a pool is taken; None without such bars.
        open_price: the day's midnight open, None while it is not known.
        judas_id: the Judas swing a distribution began with, else None.
        reason: why the stage is unknown, else None.
    """

    stage: Stage
    direction: int | None = None
    day: str | None = None
    accumulation: AccumulationRange | None = None
    open_price: float | None = None
    judas_id: str | None = None
    reason: str | None = None

    def id_on(self, candles: Candles) -> str | None:
        """Return its lasting name, one a day; None where the day is not known."""
        return None if self.day is None else f"power_of_three:{candles.timeframe}:{self.day}"

    def to_dict(self, candles: Candles) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "id": self.id_on(candles),
            "stage": self.stage,
            "direction": None if self.direction is None else DIRECTIONS[self.direction],
            "day": self.day,
            "accumulation": None if self.accumulation is None else self.accumulation.to_dict(candles),
            "open_price": self.open_price,
            "judas_id": self.judas_id,
            "reason": self.reason,
        }


def power_of_three_at(
    candles: Candles, judas: JudasSwings, pools: LiquidityPools, t: int, until: time = JUDAS_UNTIL
) -> PowerOfThree:
    """Return the stage of the day at the close of bar `t`.

    A day accumulates from 20:00 of the evening before until a bar after midnight takes a pool; it manipulates while,
    before `until`, only one side was taken and price went beyond the midnight open on that side; it distributes once a
    Judas swing of its own is confirmed. Source: ICT power of three (accumulation, manipulation, distribution).

    Args:
        candles: bars, shape (n,); with none, or longer than one hour, the stage is unknown.
        judas: Judas swings on the same bars.
        pools: every liquidity pool on the same bars.
        t: bar index below n, whose opening on the New York clock decides; -1 is before every bar.
        until: the New York minute from which what was taken no longer counts as manipulation.
    """
    if t < 0 or not len(candles):
        return PowerOfThree("unknown", reason="there are no bars")
    if not candles.timeframe.is_utc_aligned:
        return PowerOfThree("unknown", reason=f"{candles.timeframe} bars are too long to show the stages of a day")
    minutes, ordinals = new_york_clock(candles.time[t : t + 1])
    minute, ordinal = int(minutes[0]), int(ordinals[0])
    if minute >= _DAY_ENDS:
        return _of_evening(candles, ordinal + 1, minute, t)
    is_over = minute >= until.hour * 60 + until.minute
    return _of_day(candles, judas, pools, t, ordinal, f"it is {until:%H:%M} or later" if is_over else None)


def _of_evening(candles: Candles, ordinal: int, minute: int, t: int) -> PowerOfThree:
    day = date.fromordinal(ordinal).isoformat()
    if minute < _ASIA:
        return PowerOfThree("unknown", day=day, reason="between 17:00 and 20:00 New York nothing is accumulated yet")
    return PowerOfThree("accumulation", day=day, accumulation=_accumulated(candles, ordinal, t))


def _accumulated(candles: Candles, ordinal: int, last: int) -> AccumulationRange | None:
    """Return the range of the bars from 20:00 of the evening before up to `last`."""
    first = int(np.searchsorted(candles.time, new_york_minute(ordinal - 1, _ASIA)))
    if first > last:
        return None
    bars = slice(first, last + 1)
    return AccumulationRange(float(candles.high[bars].max()), float(candles.low[bars].min()), first, last)


def _of_day(
    candles: Candles, judas: JudasSwings, pools: LiquidityPools, t: int, ordinal: int, too_late: str | None
) -> PowerOfThree:
    day = date.fromordinal(ordinal)
    first = int(np.searchsorted(candles.time, new_york_minute(ordinal, 0)))
    opened = midnight_bar(candles, day)
    open_price = None if opened is None else float(candles.open[opened])
    taken = pools.select((pools.taken_index >= first) & (pools.taken_index <= t))
    accumulated = _accumulated(candles, ordinal, int(taken.taken_index.min(initial=t + 1)) - 1)
    told = partial(PowerOfThree, day=day.isoformat(), open_price=open_price)

    reversed_ = np.flatnonzero((judas.formed_index >= first) & (judas.confirmed_index <= t))
    if len(reversed_):
        row = int(reversed_[-1])
        way, name = int(judas.direction[row]), judas.id_of(row, candles)
        return told("distribution", direction=way, accumulation=accumulated, judas_id=name)
    if open_price is None:
        return told("unknown", reason="the midnight open is not known")
    if not len(taken):
        return told("accumulation", accumulation=accumulated)
    if reason := too_late or _no_manipulation(
        candles.high[first : t + 1], candles.low[first : t + 1], open_price, taken
    ):
        return told("unknown", reason=f"liquidity was taken since midnight and no shift reversed it; {reason}")
    return told("manipulation", direction=-int(taken.side[0]), accumulation=accumulated)


def _no_manipulation(high: FloatArray, low: FloatArray, open_price: float, taken: LiquidityPools) -> str | None:
    """Return why what was taken is no manipulation, or None where it is."""
    side = int(taken.side[0])
    if (taken.side != side).any():
        return "it was taken on both sides"
    if side == SELL_SIDE:
        return None if low.min() < open_price else "price has not been below the midnight open"
    return None if high.max() > open_price else "price has not been above the midnight open"
