"""A whole walk: every variant decided, traded, measured and held against what is simpler; as a plain document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from evals.outcomes.baselines import DRAWS, buy_and_hold, random_entries
from evals.outcomes.deciding import Decided, Variant, decide_all
from evals.outcomes.measures import closed, measure, returns_of
from evals.outcomes.news import News, mark_of
from evals.outcomes.orders import Costs, Order, Patience
from evals.outcomes.sharpe import Trials, deflated, sharpe_ratio
from evals.outcomes.steps import Steps
from evals.outcomes.trading import Trade, trade_all
from tools.candles import Candles
from tools.instruments import Instrument
from tools.times import iso_utc
from tools.trading_day import day_ordinals

FORMAT: Final = "ict-walk/1"
NO_COSTS: Final = Costs()
_USUAL_PATIENCE: Final = Patience()


@dataclass(frozen=True, slots=True)
class Walk:
    """What is walked, and how.

    Attributes:
        candles: bars of one timeframe, shape (n,).
        origin: how reports call them.
        variants: the rules tried, at least one.
        steps: where is decided.
        patience: how long an order rests and a position is held.
        costs: of a trade.
        trials_before: how many variants are said to have been tried earlier.
        seed: of bootstrap and random entries.
        draws: how many draws of random entries.
        news: what decisions know of news; None knows nothing, which is not the same as nothing being scheduled.
    """

    candles: Candles
    instrument: Instrument
    origin: str
    variants: tuple[Variant, ...]
    steps: Steps
    patience: Patience = _USUAL_PATIENCE
    costs: Costs = NO_COSTS
    trials_before: int = 0
    seed: int = 7
    draws: int = DRAWS
    news: News | None = None


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk with each variant's decisions and trades."""

    walk: Walk
    decisions: tuple[tuple[Decided, ...], ...]
    trades: tuple[tuple[Trade, ...], ...]


def walk_forward(walk: Walk, *, workers: int = 1, on_progress: Callable[[int], None] = lambda done: None) -> Walked:
    """Decide at every step and trade what is offered.

    Args:
        walk: what and how.
        workers: processes to decide in; the outcome is the same with any number.
        on_progress: told how many further steps are done.

    Raises:
        RulebookError, UnknownProfile: a variant has no rules.
        NodeFailed: a tool or a rule failed.
    """
    for variant in walk.variants:
        variant.rulebook()  # a fault is told before anything is computed
    decisions = decide_all(
        walk.candles,
        walk.instrument,
        walk.variants,
        walk.steps,
        news=walk.news,
        workers=workers,
        on_progress=on_progress,
    )
    trades = (trade_all(one, walk.candles, walk.instrument, walk.patience, walk.costs) for one in decisions)
    return Walked(walk, tuple(map(tuple, decisions)), tuple(map(tuple, trades)))


def report(walked: Walked) -> dict[str, Any]:
    """Return everything measured as plain JSON values; the same walk gives the same document."""
    walk = walked.walk
    trials = Trials.of([sharpe_ratio(returns_of(one)) for one in walked.trades], walk.trials_before)
    return {
        "format": FORMAT,
        **heading(walk),
        "trials": trials.to_dict(),
        "variants": [_variant(walk, *one, trials) for one in _rows(walked)],
    }


def heading(walk: Walk) -> dict[str, Any]:
    """Return what was walked and how, ``source`` and ``settings``, as plain JSON values."""
    return {
        "source": {
            "name": walk.origin,
            "sha256": walk.candles.sha256,
            "symbol": walk.instrument.symbol,
            "timeframe": walk.candles.timeframe.value,
            "bars": len(walk.candles),
            "from": iso_utc(int(walk.candles.time[0])),
            "to": iso_utc(int(walk.candles.end[-1])),
        },
        "settings": {
            "window_bars": walk.steps.bars,
            "valid_bars": walk.patience.valid_bars,
            "hold_bars": walk.patience.hold_bars,
            "costs": walk.costs.sentence,
            "calendar": mark_of(walk.news),
            "seed": walk.seed,
        },
    }


def _rows(walked: Walked) -> Sequence[tuple[Variant, Sequence[Decided], Sequence[Trade]]]:
    return list(zip(walked.walk.variants, walked.decisions, walked.trades, strict=True))


def _variant(
    walk: Walk, variant: Variant, decisions: Sequence[Decided], trades: Sequence[Trade], trials: Trials
) -> dict[str, Any]:
    first = walk.steps.indices[0]
    days = np.unique(day_ordinals(walk.candles.time[first + 1 :], walk.instrument.trading_day)).tolist()
    measured = measure(decisions, trades, days, seed=walk.seed)
    orders = [_order(one) for one in closed(trades)]
    returns = returns_of(trades)
    return {
        "name": variant.name,
        "rulebook_hash": variant.rulebook().hash,
        **measured,
        "deflated_sharpe": deflated(returns, trials),
        "against": {
            "no_trade_r": 0.0,
            "buy_and_hold": buy_and_hold(
                walk.candles, first, [one.risk for one in orders], walk.costs, walk.instrument
            ),
            "random_entry": random_entries(
                walk.candles,
                orders,
                float(np.mean(returns)) if returns else None,
                first=first,
                patience=walk.patience,
                costs=walk.costs,
                instrument=walk.instrument,
                seed=walk.seed,
                draws=walk.draws,
            ),
        },
    }


def _order(trade: Trade) -> Order:
    offer = trade.offer
    return Order(trade.decided.index, offer.way, offer.entry, offer.stop, offer.invalidation, offer.target)
