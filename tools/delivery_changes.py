"""Changes in the state of delivery: closes back through the open of the run that made the extreme."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.facts import (
    BEARISH,
    BULLISH,
    NONE,
    BoolArray,
    DirectionArray,
    Facts,
    FloatArray,
    IntArray,
    by_confirmation,
)
from tools.liquidity import LiquidityPools

LOOKBACK_BARS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class DeliveryChanges(Facts):
    """Changes in the state of delivery, formed and confirmed on the bar that closed through.

    Attributes:
        direction: int8, shape (m,).
        price: float64: the open of the run's first candle, which the close went beyond.
        first_index: int64: the first candle of the run of opposing candles.
        extreme_index: int64: the candle of that run that made the extreme of the lookback.
    """

    KIND: ClassVar[str] = "cisd"

    direction: DirectionArray
    price: FloatArray
    first_index: IntArray
    extreme_index: IntArray


def detect_delivery_changes(
    candles: Candles, pools: LiquidityPools | None = None, *, lookback: int = LOOKBACK_BARS, need_sweep: bool = False
) -> DeliveryChanges:
    """Find every change in the state of delivery.

    Bullish at t: of the bars ``(t - lookback, t]`` that share their lowest low, the latest down-close one belongs to a
    run of consecutive down-close candles, and t is the first bar to close above the open of that run's first candle.
    Where none of them closed down there is no run and no change. Bearish mirrors it. Source: ICT change in the state
    of delivery.

    Args:
        candles: bars, shape (n,).
        pools: liquidity pools on the same bars, for `need_sweep`.
        lookback: bars whose extreme counts, t included, at least 1; nothing is found before there are so many.
        need_sweep: keep only changes before which a pool on the other side was taken, by the run's first candle or
            later, and swept by t.

    Returns:
        Changes ordered by confirmation; empty where there are fewer than `lookback` bars.

    Raises:
        InvalidParameter: `lookback` is below 1, or a sweep is needed and there are no pools to look at.
    """
    if lookback < 1:
        raise InvalidParameter(
            f"lookback: expected at least 1 bar, got {lookback}", field="lookback", expected=">= 1", got=str(lookback)
        )
    if need_sweep and pools is None:
        raise InvalidParameter(
            "pools: a sweep is needed, so give the liquidity pools of these bars",
            field="pools",
            expected="liquidity pools",
            got="None",
        )
    parts = [_found(candles, pools if need_sweep else None, lookback, way) for way in (BULLISH, BEARISH)]
    columns = np.concatenate(parts, axis=1)
    t, direction, first, extreme = columns[:, by_confirmation(columns[0], columns[1])]
    return DeliveryChanges(t, t, direction.astype(np.int8), candles.open[first], first, extreme)


def _found(candles: Candles, pools: LiquidityPools | None, lookback: int, way: int) -> IntArray:
    """Return one direction's changes as integer columns (bar, direction, first, extreme), shape (4, m)."""
    depths = candles.low if way == BULLISH else -candles.high
    opposing = way * (candles.close - candles.open) < 0
    t, extreme = _opposing_extremes(depths, opposing, lookback)
    run_start = np.maximum.accumulate(np.where(opposing, NONE, np.arange(len(depths)))) + 1
    first = run_start[extreme]
    through = way * candles.close[t] > way * candles.open[first]
    t, first, extreme = t[through], first[through], extreme[through]
    is_new = np.append(True, first[1:] != first[:-1])[: len(first)]  # the extreme of a moving window never goes back
    t, first, extreme = t[is_new], first[is_new], extreme[is_new]
    if pools is not None:
        swept = _latest_swept(pools, -way, t) >= first
        t, first, extreme = t[swept], first[swept], extreme[swept]
    return np.stack((t, np.full(len(t), way), first, extreme))


def _opposing_extremes(depths: FloatArray, opposing: BoolArray, lookback: int) -> tuple[IntArray, IntArray]:
    """Return the bars whose window's lowest low an opposing candle made, and the latest such candle of each."""
    if len(depths) < lookback:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    lowest, of_opposing = depths, np.where(opposing, depths, np.inf)
    latest = np.arange(len(depths))
    length = 1
    while length < lookback:  # windows of one, two, four… bars, the last step overlapping
        step = min(length, lookback - length)
        lowest = np.minimum(lowest[:-step], lowest[step:])
        latest = np.where(of_opposing[step:] <= of_opposing[:-step], latest[step:], latest[:-step])
        of_opposing = np.minimum(of_opposing[:-step], of_opposing[step:])
        length += step
    windows = np.flatnonzero(of_opposing == lowest)
    return windows + lookback - 1, latest[windows]


def _latest_swept(pools: LiquidityPools, side: int, t: IntArray) -> IntArray:
    """Return, for each bar, the latest bar that took a pool of that side which was swept by then, or `NONE`."""
    rows = np.flatnonzero((pools.side == side) & (pools.swept_index != NONE))
    rows = rows[np.argsort(pools.swept_index[rows], kind="stable")]
    latest_taken = np.append(np.maximum.accumulate(pools.taken_index[rows]), NONE)
    return latest_taken[np.searchsorted(pools.swept_index[rows], t, side="right") - 1]
