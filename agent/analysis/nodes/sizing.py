"""Sizing: what the plan risks on this trade, what news leave of it, and how many contracts that pays for."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from rulebook.conclusion import graded_confidence
from rulebook.facts import NODES, Fact
from rulebook.judge import judge_node
from rulebook.verdict import Verdict
from tools.instruments import Instrument
from tools.position_sizing import size_position
from tools.risk_methods import PlannedRisk, planned_risk

NEWS_RULE: Final = "8.4"
MOST_STEPS: Final = 10**12
_NO_BALANCE: Final = "the account balance is not known"


class TradeRisk(NamedTuple):
    """What a trade may risk: the method's name, percent of the balance or None where unknown, and why that much."""

    method: str
    risk_pct: float | None
    reason: str


class Sized(NamedTuple):
    """A position: contracts and risk money, each None where unknown, and why there is no size or none above 0."""

    contracts: float | None
    risk_money: float | None
    reason: str | None


def trade_risk(reading: Reading, facts: Mapping[str, Fact]) -> TradeRisk:
    """Return what the request's plan, or else its own percentage, risks, less where news are near and a rule says so.

    Args:
        reading: what is read.
        facts: those of the nodes before, by name.
    """
    method, planned = _planned(reading, facts)
    if planned.risk_pct is None:
        return TradeRisk(method, None, planned.reason)
    factor, window = (reading.rulebook.number(NEWS_RULE, name) for name in ("size_factor", "window_minutes"))
    minutes = facts["news.minutes_to_event"].value
    if factor == 1 or not isinstance(minutes, int | float) or minutes >= window:
        return TradeRisk(method, planned.risk_pct, planned.reason)
    reason = f"{planned.reason}; times {factor:g} within {window:g} minutes of high-impact news"
    return TradeRisk(method, planned.risk_pct * factor, reason)


def _planned(reading: Reading, facts: Mapping[str, Fact]) -> tuple[str, PlannedRisk]:
    request = reading.request
    if request.plan is not None:
        is_graded = request.plan.method == "by_confidence"
        return request.plan.method, planned_risk(request.plan, _confidence(reading, facts) if is_graded else None)
    if request.risk_pct is None:
        return "fixed", PlannedRisk(None, "the risk of a trade is not known")
    return "fixed", PlannedRisk(float(request.risk_pct), f"fixed: {request.risk_pct:g} % of the balance, as asked")


def _confidence(reading: Reading, facts: Mapping[str, Fact]) -> float:
    """Return the confidence that the rules of the nodes before come to, gates or no gates."""
    verdicts: list[Verdict] = []
    for node in NODES[: NODES.index("risk")]:
        verdicts += judge_node(reading.rulebook, node, facts, so_far=verdicts)
    return graded_confidence(reading.rulebook, verdicts)


def size(request: AnalysisRequest, setup: Mapping[str, Any], risk_pct: float | None) -> Sized:
    """Size a setup's position; see `tools.position_sizing.size_position`."""
    if request.account_balance is None:
        return Sized(None, None, _NO_BALANCE)
    if risk_pct is None:
        return Sized(None, None, "the risk of the trade is not known")
    found = size_position(
        account_balance=request.account_balance,
        risk_pct=risk_pct,
        entry=setup["entry_price"],
        stop=setup["stop_loss"],
        instrument=request.instrument,
        account_currency=request.account_currency,
        quote_to_account_rate=request.quote_to_account_rate,
    )
    return Sized(found.contracts, found.risk_money, found.reason)


def position_steps(instrument: Instrument, sized: Sized) -> Fact:
    """Count the size steps of a position, beyond `MOST_STEPS` a mistake in what it was sized from."""
    if sized.contracts is None:
        return Fact.unknown(sized.reason or "the size cannot be known")
    steps = round(sized.contracts / instrument.size_step)
    if steps > MOST_STEPS:
        return Fact.unknown(f"the size is beyond {MOST_STEPS:g} steps; check the contract size and the balance")
    return Fact(steps)
