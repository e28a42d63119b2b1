"""From decisions to trades: one order and one position at a time.

While a position is held every further setup is passed by. While an order only rests, the setup of a newer decision
takes its place. A setup (its `fact_id`) is ordered once, whatever became of it. A decision that offers nothing leaves a
resting order as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.outcomes.deciding import Decided, Offer
from evals.outcomes.orders import REPLACED, Costs, Fate, Order, Patience, follow
from tools.candles import Candles
from tools.instruments import Instrument
from tools.trading_day import day_ordinals


@dataclass(frozen=True, slots=True)
class Trade:
    """An order with the decision that placed it; `day` is the ordinal of the decision's trading day."""

    decided: Decided
    offer: Offer
    fate: Fate
    day: int


def trade_all(
    decisions: Sequence[Decided], candles: Candles, instrument: Instrument, patience: Patience, costs: Costs
) -> list[Trade]:
    """Trade what decisions offer, in the order of time.

    Args:
        decisions: of one variant, in the order of time.
        candles: what they were taken on, and what followed.
        instrument: tick, contract size and trading day.
        patience: how long an order rests and a position is held.
        costs: of a trade.
    """
    trades: list[Trade] = []
    taken: set[str] = set()
    current: Trade | None = None
    for one in decisions:
        if one.offer is None or one.offer.fact_id in taken:
            continue
        if current is not None and current.fate.ended > one.index:
            if current.fate.filled is not None and current.fate.filled <= one.index:
                continue
            current = _replaced(current, one.index)
        if current is not None:
            trades.append(current)
        taken.add(one.offer.fact_id)
        current = _placed(one, one.offer, candles, instrument, patience, costs)
    return trades if current is None else [*trades, current]


def _placed(
    one: Decided, offer: Offer, candles: Candles, instrument: Instrument, patience: Patience, costs: Costs
) -> Trade:
    order = Order(one.index, offer.way, offer.entry, offer.stop, offer.invalidation, offer.target)
    day = int(day_ordinals(np.array([one.as_of - 1]), instrument.trading_day)[0])  # a close belongs to what it ends
    return Trade(one, offer, follow(candles, order, patience, costs, instrument), day)


def _replaced(trade: Trade, at: int) -> Trade:
    return Trade(trade.decided, trade.offer, Fate("not_filled", at, REPLACED), trade.day)
