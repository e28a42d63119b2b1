"""Risk: the targets ahead, the reward for the risk, the size, and what was traded already."""

from typing import Any

import numpy as np

from agent.analysis.observation import Findings, Observation, ToolCall, call_of
from agent.analysis.reading import Reading
from rulebook.facts import Evidence, Fact
from tools.candles import Candles
from tools.position_sizing import PositionSize, size_position
from tools.targets import Target, targets_ahead, up_to_enough
from tools.tick_prices import on_grid

REWARD_RULE = "7.2"
MOST_CONTRACTS = 1e12
NO_SETUP = "no fresh setup stands, so there is nothing to size"


def observe(reading: Reading, findings: Findings) -> Observation:
    """Find the targets of the setup, up to the first that pays the least reward, and size the position."""
    request, setup = reading.request, findings["setup"]
    facts = {
        "risk.risk_pct": Fact(float(request.risk_pct)),
        "discipline.trades_this_session": _trades(request.discipline.trades_this_session),
    }
    if setup is None:
        unknown = Fact.unknown(NO_SETUP)
        return Observation({**facts, "risk.reward_ratio": unknown, "risk.position_size": unknown}, {"risk": None})
    targets = _targets(reading, setup)
    stop_distance = abs(setup["entry_price"] - setup["stop_loss"])  # at least a tick
    ratio = abs(targets[-1].price - setup["entry_price"]) / stop_distance if targets else 0.0
    size = size_position(
        account_balance=request.account_balance,
        risk_pct=request.risk_pct,
        entry=setup["entry_price"],
        stop=setup["stop_loss"],
        instrument=request.instrument,
        account_currency=request.account_currency,
        quote_to_account_rate=request.quote_to_account_rate,
    )
    evidence = tuple(Evidence(target.fact_id, "pool", target.formed_at, target.price) for target in targets[-1:])
    facts["risk.reward_ratio"] = Fact(ratio, evidence)
    facts["risk.position_size"] = _size_fact(size)
    calls = (
        call_of("targets_ahead", reading.ladder.structure, len(targets)),
        ToolCall("size_position", reading.ladder.entry.timeframe.value, 0, int(bool(size.contracts))),
    )
    return Observation(facts, {"risk": _risk_row(targets, ratio, size)}, calls)


def _targets(reading: Reading, setup: dict[str, Any]) -> list[Target]:
    """Return untaken opposing pools, nearest first, up to the first that pays enough: the nearest few and that one."""
    way = 1 if setup["direction"] == "bullish" else -1
    structure, entry = reading.ladder.structure, reading.ladder.entry
    frames = (structure,) if entry.timeframe is structure.timeframe else (structure, entry)
    pools = [(reading.chart(candles).liquidity_pools, candles) for candles in frames]
    price, stop = setup["entry_price"], setup["stop_loss"]
    ahead = [
        target
        for target in targets_ahead(pools, price=price, direction=way)
        if way * target.price > _traded_since(reading, structure, way)
    ]
    return up_to_enough(ahead, entry=price, stop=stop, least_reward=reading.rulebook.number(REWARD_RULE, "minimum"))


def _traded_since(reading: Reading, structure: Candles, way: int) -> float:
    """Return how far the base bars went in a direction since the structure bars ended, which know nothing of it."""
    base = reading.request.base
    newer = base.time >= structure.end[-1]
    return float((way * (base.high if way > 0 else base.low)[newer]).max(initial=-np.inf))


def _trades(count: int | None) -> Fact:
    if count is None:
        return Fact.unknown("it is not known what was traded this session")
    return Fact(count)


def _size_fact(size: PositionSize) -> Fact:
    if size.contracts is None:
        return Fact.unknown(size.reason or "the size cannot be known")
    if size.contracts > MOST_CONTRACTS:
        return Fact.unknown(f"the size is beyond {MOST_CONTRACTS:g} contracts; check the contract size and the balance")
    return Fact(size.contracts)


def _risk_row(targets: list[Target], ratio: float, size: PositionSize) -> dict[str, Any]:
    return {
        "take_profit": [on_grid(target.price, 1.0) for target in targets],
        "rr": round(ratio, 4),
        "position_size": size.contracts,
        "risk_money": size.risk_money,
        "size_reason": size.reason,
    }
