"""A simulated week of one-minute bars: sessions, trends and ranges, liquidity sweeps, displacement, halts.

Each week stands alone: it runs between the two ends that `PriceLevel` gives it, and its random numbers depend
on seed, symbol and week only. So the same minute has the same bar whichever window is asked for.

How a day is made: it has a direction. Asia mostly ranges. London and the New York morning mostly trend with
the day, in bursts of a few minutes (displacement, fair value gaps), and often first run the extreme of the
session before on the other side and come back (a sweep).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.candles import Candles
from tools.instruments import Instrument, instrument
from tools.market.price_level import PriceLevel
from tools.market.selection import newest_bars
from tools.market_hours import open_mask
from tools.timeframes import Timeframe
from tools.trading_day import day_ordinals, day_start, new_york_clock, week_ordinals

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_WEEKS_KEPT = 128
_DAYS_KEPT = 8192
_DAYS_IN_WEEK: Final = 7
# First hour of each stretch of the New York day, and how lively it is.
_FOREX_LIVELINESS: Final = (
    (0, 0.6), (2, 1.5), (5, 0.9), (7, 1.1), (8, 1.9), (10, 1.5), (12, 0.65), (13.5, 1.0), (16, 0.5),
    (17, 0.35), (18, 0.5), (20, 0.7),
)  # fmt: skip
_INDEX_LIVELINESS: Final = (
    (0, 0.45), (2, 0.8), (5, 0.6), (8, 1.0), (9.5, 2.6), (11, 1.4), (12, 0.8), (13.5, 1.3), (15, 1.7),
    (16, 0.5), (18, 0.4), (20, 0.5),
)  # fmt: skip
_ASIA, _LONDON, _MORNING, _AFTERNOON = range(4)
_LEG_STARTS: Final = np.array([0, 2, 7, 12, 17]) * 60
_LEGS: Final = np.array([_ASIA, _LONDON, _MORNING, _AFTERNOON, _ASIA])
_TREND_CHANCE: Final = np.array([0.25, 0.7, 0.7, 0.45])
_WITH_DAY_CHANCE: Final = np.array([0.5, 0.7, 0.75, 0.55])
_NOISE_SHARE: Final = 0.75
_SWEEP_CHANCE: Final = 0.65


@dataclass(frozen=True, slots=True)
class _Legs:
    """The week cut into stretches of one session each; arrays of one entry a leg."""

    first: IntArray
    after: IntArray
    session: IntArray
    deviation: FloatArray
    direction: FloatArray
    trends: npt.NDArray[np.bool_]


def week_of(at: int, market: Instrument) -> int:
    """Return the number of the trading week that holds epoch second `at`."""
    day = day_ordinals(np.array([at], dtype=np.int64), market.trading_day)
    return int(week_ordinals(day)[0]) // _DAYS_IN_WEEK


@lru_cache(maxsize=_WEEKS_KEPT)
def simulated_minutes(seed: int, symbol: str, week: int) -> Candles:
    """Return a trading week's one-minute bars, on the instrument's price grid; same arguments, same bars."""
    market = instrument(symbol)
    time, minute = _open_minutes(market, week)
    level = PriceLevel.of(seed, market)
    random = np.random.Generator(np.random.PCG64([level.key, week]))
    scale = _minute_deviations(minute, level.weekly_volatility, market, random)
    path = _price_path(minute, scale, level.open(week), level.close(week), random)
    return _bars(time, path, scale, level.open(week), market, random)


@lru_cache(maxsize=_DAYS_KEPT)
def simulated_days(seed: int, symbol: str, week: int) -> Candles:
    """Return the daily bars of a trading week, the last one too where the market closed early."""
    minutes, trading_day = simulated_minutes(seed, symbol, week), instrument(symbol).trading_day
    return newest_bars(minutes, Timeframe.D1, trading_day, limit=_DAYS_IN_WEEK, include_current=True)


def _open_minutes(market: Instrument, week: int) -> tuple[IntArray, IntArray]:
    """Return the epoch seconds of a week's open minutes, and their minutes of the New York day."""
    monday = week * _DAYS_IN_WEEK + 1
    start = day_start(monday, market.trading_day)
    end = day_start(monday + _DAYS_IN_WEEK, market.trading_day)
    minutes = np.arange(start, end, 60, dtype=np.int64)
    minutes = minutes[open_mask(minutes, market)]
    clock, _ = new_york_clock(minutes)
    return minutes, clock


def _minute_deviations(minute: IntArray, weekly: float, market: Instrument, random: np.random.Generator) -> FloatArray:
    """Return each minute's standard deviation: the hour's liveliness times a slowly wandering mood."""
    table = _INDEX_LIVELINESS if market.kill_zones == "index" else _FOREX_LIVELINESS
    hours = np.array([hour for hour, _ in table])
    lively = np.array([value for _, value in table])[np.searchsorted(hours * 60, minute, side="right") - 1]
    if market.asset_class == "crypto":
        lively = np.sqrt(lively)
    knots = random.standard_normal(len(minute) // 120 + 2)
    scale = lively * np.exp(0.3 * np.interp(np.arange(len(minute)) / 120, np.arange(len(knots)), knots))
    normalized: FloatArray = scale * (weekly / np.sqrt(np.sum(scale**2)))
    return normalized


def _price_path(
    minute: IntArray, scale: FloatArray, start: float, end: float, random: np.random.Generator
) -> FloatArray:
    """Return the logarithm of each minute's close, from `start` to `end`."""
    legs = _cut_legs(minute, scale, random)
    strength = np.where(legs.trends, random.normal(1.1, 0.3, len(legs.first)), random.normal(0, 0.25, len(legs.first)))
    moves = legs.direction * strength * legs.deviation
    moves += (end - start - moves.sum()) * legs.deviation**2 / np.sum(legs.deviation**2)
    noise = np.cumsum(_NOISE_SHARE * scale * random.standard_normal(len(scale)))
    progress = np.cumsum(scale**2 * _bursts(legs, len(scale), random))
    path = start + _pinned(noise, legs) + _progress_within(progress, legs) * np.repeat(moves, legs.after - legs.first)
    path += np.repeat(np.cumsum(moves) - moves, legs.after - legs.first)
    _add_sweeps(path, legs, moves, random)
    return path


def _cut_legs(minute: IntArray, scale: FloatArray, random: np.random.Generator) -> _Legs:
    session = _LEGS[np.searchsorted(_LEG_STARTS, minute, side="right") - 1]
    first = np.flatnonzero(np.r_[True, session[1:] != session[:-1]])
    after = np.r_[first[1:], len(minute)]
    of_leg = session[first]
    day = np.cumsum(of_leg == _ASIA)
    day_direction = np.where(random.random(int(day.max()) + 1) < 0.5, -1.0, 1.0)[day]
    with_day = random.random(len(first)) < _WITH_DAY_CHANCE[of_leg]
    return _Legs(
        first, after, of_leg,
        np.sqrt(np.add.reduceat(scale**2, first)),
        np.where(with_day, day_direction, -day_direction),
        random.random(len(first)) < _TREND_CHANCE[of_leg],
    )  # fmt: skip


def _bursts(legs: _Legs, minutes: int, random: np.random.Generator) -> FloatArray:
    """Return how much faster than its share each minute moves: two bursts in every trending leg."""
    faster = np.ones(minutes)
    for leg in np.flatnonzero(legs.trends):
        for place, width in zip(random.random(2), random.uniform(3, 8, 2), strict=True):
            middle = int(legs.first[leg] + (0.15 + 0.75 * place) * (legs.after[leg] - legs.first[leg]))
            low, high = max(int(legs.first[leg]), middle - 16), min(int(legs.after[leg]), middle + 16)
            faster[low:high] += 18 * np.exp(-(((np.arange(low, high) - middle) / width) ** 2))
    return faster


def _pinned(noise: FloatArray, legs: _Legs) -> FloatArray:
    """Tie a random walk to zero at both ends of every leg, so that a leg goes where its move says."""
    length = legs.after - legs.first
    before = np.where(legs.first > 0, noise[legs.first - 1], 0.0)
    slope = (noise[legs.after - 1] - before) / length
    along = np.arange(len(noise)) - np.repeat(legs.first, length) + 1
    pinned: FloatArray = noise - np.repeat(before, length) - along * np.repeat(slope, length)
    return pinned


def _progress_within(progress: FloatArray, legs: _Legs) -> FloatArray:
    """Return the share of its leg's move done by each minute; 1 at the leg's last."""
    length = legs.after - legs.first
    before = np.where(legs.first > 0, progress[legs.first - 1], 0.0)
    share: FloatArray = (progress - np.repeat(before, length)) / np.repeat(progress[legs.after - 1] - before, length)
    return share


def _add_sweeps(path: FloatArray, legs: _Legs, moves: FloatArray, random: np.random.Generator) -> None:
    """Let London and the New York morning first run the last leg's far extreme, then come back; in place."""
    for leg in range(1, len(legs.first)):
        chance, wait, rise, fall, excess = random.random(5)
        length = int(legs.after[leg] - legs.first[leg])
        if legs.session[leg] not in (_LONDON, _MORNING) or chance > _SWEEP_CHANCE or length < 150:
            continue
        begin = int(legs.first[leg]) + int(5 + 50 * wait)
        up, down = int(12 + 25 * rise), int(3 + 7 * fall)
        earlier = path[legs.first[leg - 1] : legs.after[leg - 1]]
        side = -1.0 if moves[leg] > 0 else 1.0
        extreme = earlier.max() if side > 0 else earlier.min()
        reach = (extreme - path[begin + up]) * side + (0.12 + 0.2 * excess) * legs.deviation[leg]
        if 0 < reach < 1.4 * legs.deviation[leg]:
            path[begin : begin + up] += side * reach * _ease(up)
            path[begin + up : begin + up + down] += side * reach * (1 - _ease(down))


def _ease(steps: int) -> FloatArray:
    """Rise smoothly from above 0 to 1."""
    share = np.arange(1, steps + 1) / steps
    return share * share * (3 - 2 * share)


def _bars(
    time: IntArray,
    path: FloatArray,
    scale: FloatArray,
    start: float,
    market: Instrument,
    random: np.random.Generator,
) -> Candles:
    """Give each minute its open, wicks and volume, on the price grid."""
    tick = market.tick_size
    close = np.maximum(np.rint(np.exp(path) / tick), 2)
    step = scale * close  # one minute's deviation in ticks
    opening = np.r_[np.rint(np.exp(start) / tick), close[:-1]]
    halted = np.flatnonzero(np.diff(time) > 60) + 1
    opening[halted] += np.rint(2 * step[halted] * random.standard_normal(len(halted)))
    wicks = random.standard_exponential((2, len(time))) * (0.35 * step)
    high = np.maximum(opening, close) + np.rint(wicks[0])
    low = np.maximum(np.minimum(opening, close) - np.rint(wicks[1]), 1)
    liveliness = 150 * scale / scale.mean()
    volume = np.rint(20 + liveliness * random.standard_exponential(len(time)))
    # Every tick is a whole fraction of 1, and a division rounds to the nearest float.
    ticks_in_one = round(1 / tick)
    opens, highs, lows, closes = (ticks / ticks_in_one for ticks in (opening, high, low, close))
    return Candles.from_arrays(Timeframe.M1, time, opens, highs, lows, closes, volume)
