"""Risk: the targets ahead, the reward for the risk, the size, and what was traded already."""

from typing import Any, Final

import numpy as np

from agent.analysis.nodes.discipline import discipline_facts
from agent.analysis.nodes.governance import indicator_facts
from agent.analysis.nodes.sizing import Sized, TradeRisk, position_steps, size, trade_risk
from agent.analysis.observation import Gathered, Observation, ToolCall, all_unknown, call_of
from agent.analysis.reading import Reading
from rulebook.facts import Evidence, Fact
from tools.candles import Candles
from tools.targets import Target, targets_ahead, up_to_enough
from tools.tick_prices import on_grid

REWARD_RULE: Final = "7.2"
NO_SETUP: Final = "no fresh setup stands, so there is nothing to size"
_OF_SETUP: Final = (
    "risk.reward_ratio", "risk.first_target_r", "risk.targets", "risk.stop_beyond_atr", "risk.position_steps",
)  # fmt: skip


def observe(reading: Reading, before: Gathered) -> Observation:
    """Find the targets of the setup, up to the first that pays the least reward, and size the position."""
    setup, risked = before.findings["setup"], trade_risk(reading, before)
    facts = {
        "risk.planned_pct": Fact.unknown(risked.reason) if risked.planned_pct is None else Fact(risked.planned_pct),
        "risk.risk_pct": Fact.unknown(risked.reason) if risked.risk_pct is None else Fact(risked.risk_pct),
        **discipline_facts(reading.request.discipline),
    }
    calls: tuple[ToolCall, ...] = ()
    row: dict[str, Any] | None = None
    if setup is None:
        facts |= all_unknown(_OF_SETUP, NO_SETUP)
    else:
        targets, sized = _targets(reading, setup), size(reading.request, setup, risked.risk_pct)
        facts |= _setup_facts(reading, setup, targets, sized)
        row = _risk_row(setup, targets, risked, sized)
        calls = (
            call_of("targets_ahead", reading.ladder.structure, len(targets)),
            ToolCall("size_position", reading.ladder.entry.timeframe.value, 0, int(bool(sized.contracts))),
        )
    facts["governance.indicator_facts"] = indicator_facts({**before.facts, **facts})
    return Observation(facts, {"risk": row}, calls)


def reward(setup: dict[str, Any], price: float) -> float:
    """Return how many times the distance from entry to stop, at least a tick, a price lies ahead of the entry."""
    return float(abs(price - setup["entry_price"]) / abs(setup["entry_price"] - setup["stop_loss"]))


def _setup_facts(reading: Reading, setup: dict[str, Any], targets: list[Target], sized: Sized) -> dict[str, Fact]:
    evidence = [Evidence(target.fact_id, "pool", target.formed_at, target.price) for target in targets]
    first, last = tuple(evidence[:1]), tuple(evidence[-1:])
    none_ahead = Fact.unknown("no untaken pool lies ahead of the entry")
    return {
        "risk.reward_ratio": Fact(reward(setup, targets[-1].price) if targets else 0.0, last),
        "risk.first_target_r": Fact(reward(setup, targets[0].price), first) if targets else none_ahead,
        "risk.targets": Fact(len(targets), tuple(evidence)),
        "risk.stop_beyond_atr": _stop_beyond(reading, setup),
        "risk.position_steps": position_steps(reading.request.instrument, sized),
    }


def _stop_beyond(reading: Reading, setup: dict[str, Any]) -> Fact:
    """Measure from the price that proves the setup wrong to the stop, in ATR of the entry timeframe's last bar."""
    atr = float(reading.entry.atr[-1])
    if not atr > 0:
        return Fact.unknown("nothing has moved, so the average true range measures nothing")
    way = _way(setup)
    invalid = setup["invalidation_point"]
    evidence = (Evidence(setup["id"], "setup", setup["formed_at"], invalid),)
    return Fact(way * (invalid - setup["stop_loss"]) / atr, evidence)


def _targets(reading: Reading, setup: dict[str, Any]) -> list[Target]:
    """Return untaken opposing pools, nearest first, up to the first that pays enough: the nearest few and that one."""
    way, structure, entry = _way(setup), reading.ladder.structure, reading.ladder.entry
    frames = (structure,) if entry.timeframe is structure.timeframe else (structure, entry)
    pools = [(reading.chart(candles).liquidity_pools, candles) for candles in frames]
    price, stop = setup["entry_price"], setup["stop_loss"]
    traded = max(_traded_since(reading, candles, way) for candles in frames)
    ahead = [target for target in targets_ahead(pools, price=price, direction=way) if way * target.price > traded]
    return up_to_enough(ahead, entry=price, stop=stop, least_reward=reading.rulebook.number(REWARD_RULE, "minimum"))


def _traded_since(reading: Reading, candles: Candles, way: int) -> float:
    """Return how far the base bars went in a direction since these bars ended, which know nothing of it."""
    newer = reading.bars_since(candles)
    return float((way * (newer.high if way > 0 else newer.low)).max(initial=-np.inf))


def _risk_row(setup: dict[str, Any], targets: list[Target], risked: TradeRisk, sized: Sized) -> dict[str, Any]:
    return {
        "take_profit": [on_grid(target.price, 1.0) for target in targets],
        "rr": round(reward(setup, targets[-1].price), 4) if targets else 0.0,
        "method": risked.method,
        "method_reason": risked.reason,
        "risk_pct": risked.risk_pct,
        "position_size": sized.contracts,
        "risk_money": sized.risk_money,
        "size_reason": sized.reason,
    }


def _way(setup: dict[str, Any]) -> int:
    return 1 if setup["direction"] == "bullish" else -1
