"""What doing something simpler would have come to: buying and holding, and entering by chance."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evals.outcomes.orders import Costs, Order, Patience
from tools.candles import Candles
from tools.instruments import Instrument

DRAWS: Final = 1_000
_SHARES: Final = (0.05, 0.5, 0.95)
_PLACES: Final = 4

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def buy_and_hold(
    candles: Candles, first: int, risks: Sequence[float], costs: Costs, instrument: Instrument
) -> dict[str, Any]:
    """Return what one unit held from the bar after the first decision to the last close came to.

    In units of the strategy's own risk: the move, after costs, over the mean distance from entry to stop of its filled
    orders, so that holding and trading stake the same on one R.

    Args:
        candles: what was walked.
        first: index of the first deciding bar.
        risks: distances from entry to stop of the filled orders.
        costs: of one trade.
        instrument: tick and contract size.
    """
    bought, sold = float(candles.open[first + 1]), float(candles.close[-1])
    move_pct = round(100 * (sold / bought - 1), _PLACES)
    if not risks:
        return {"r": None, "move_pct": move_pct, "reason": "no order was filled, so there is no risk to measure by"}
    risk = float(np.mean(risks))
    r = (sold - bought) / risk - costs.in_r(risk, instrument, is_stop=False)
    return {"r": round(r, _PLACES), "move_pct": move_pct, "reason": None}


def random_entries(
    candles: Candles,
    orders: Sequence[Order],
    expectancy: float | None,
    *,
    first: int,
    patience: Patience,
    costs: Costs,
    instrument: Instrument,
    seed: int,
    draws: int = DRAWS,
) -> dict[str, Any]:
    """Return the mean R of the same trades entered by chance, as a distribution over many draws.

    In each draw every filled order becomes an entry at the open of a bar drawn from those after the first decision,
    with the same direction and the same distances to stop and target, held as long and at the same costs.

    Args:
        candles: what was walked.
        orders: the strategy's filled orders.
        expectancy: the strategy's mean R.
        first: index of the first deciding bar.
        patience: how long a position is held.
        costs: of a trade.
        instrument: tick and contract size.
        seed: the same seed gives the same draws.
        draws: how many.
    """
    if not orders or expectancy is None:
        return {"draws": 0, "mean_r": None, "quantiles_r": None, "percentile": None, "reason": "no closed trade"}
    chance = np.random.Generator(np.random.PCG64(seed))
    total = np.zeros(draws)
    for order in orders:
        begins = chance.integers(first + 1, len(candles), size=draws)
        total += entered_at(candles, order, begins, patience, costs, instrument)
    means = total / len(orders)
    below, level = float(np.mean(means < expectancy)), float(np.mean(means == expectancy))
    return {
        "draws": draws,
        "mean_r": round(float(means.mean()), _PLACES),
        "quantiles_r": [round(float(one), _PLACES) for one in np.quantile(means, _SHARES)],
        "percentile": round(100 * (below + level / 2), 2),
        "reason": None,
    }


def entered_at(
    candles: Candles, order: Order, begins: IntArray, patience: Patience, costs: Costs, instrument: Instrument
) -> FloatArray:
    """Return the R of entries at the open of some bars, all with an order's direction and distances.

    The rules of `evals.outcomes.orders` hold, for all entries at once; where the candles end first, the last close
    counts.

    Args:
        candles: bars, shape (n,).
        order: direction and distances.
        begins: indices of the bars entered at, shape (m,).
        patience: how long a position is held.
        costs: of a trade.
        instrument: tick and contract size.
    """
    last = len(candles) - 1
    held = np.minimum(begins[:, None] + np.arange(patience.hold_bars), last)
    way, rows = order.way, np.arange(len(begins))
    low = (way * (candles.low if way > 0 else candles.high))[held]
    high = (way * (candles.high if way > 0 else candles.low))[held]
    opened = (way * candles.open)[held]
    entry = opened[:, 0]
    stop, target = entry - order.risk, entry + abs(order.target - order.entry)
    stopped, reached = low <= stop[:, None], high >= target[:, None]
    stop_at = np.where(stopped.any(axis=1), stopped.argmax(axis=1), patience.hold_bars)
    target_at = np.where(reached.any(axis=1), reached.argmax(axis=1), patience.hold_bars)
    is_stop = (stop_at <= target_at) & (stop_at < patience.hold_bars)
    is_target = target_at < stop_at
    stop_fill = np.minimum(stop, opened[rows, np.minimum(stop_at, patience.hold_bars - 1)])
    price = np.where(is_stop, stop_fill, np.where(is_target, target, (way * candles.close)[held[:, -1]]))
    paid = np.where(
        is_stop,
        costs.in_r(order.risk, instrument, is_stop=True),
        costs.in_r(order.risk, instrument, is_stop=False),
    )
    result: FloatArray = (price - entry) / order.risk - paid
    return result
