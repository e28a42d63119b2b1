"""Sizing: what the plan risks on this trade, what news leave of it, and how many contracts that pays for."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from agent.analysis.nodes.news import NEWS_RULE
from agent.analysis.observation import Gathered
from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from rulebook.conclusion import graded_confidence
from rulebook.facts import NODES, Fact
from rulebook.judge import judge_node
from rulebook.verdict import Verdict
from tools.instruments import Instrument
from tools.position_sizing import size_position
from tools.risk_methods import planned_risk

MOST_STEPS: Final = 10**12
_NO_BALANCE: Final = "the account balance is not known"


class TradeRisk(NamedTuple):
    """What a trade may risk, in percent of the balance, each None where unknown.

    Attributes:
        method: the sizing method's name.
        planned_pct: at full size, before the method or news near make it smaller; what half Kelly itself comes to.
        risk_pct: what is left of it.
        reason: why that much.
    """

    method: str
    planned_pct: float | None
    risk_pct: float | None
    reason: str


class Sized(NamedTuple):
    """A position: contracts and risk money, each None where unknown, and why there is no size or none above 0."""

    contracts: float | None
    risk_money: float | None
    reason: str | None


def trade_risk(reading: Reading, before: Gathered) -> TradeRisk:
    """Return what the request's plan, or else its own percentage, risks, less where news are near and a rule says so.

    Args:
        reading: what is read.
        before: what the nodes before gathered.
    """
    risked = _planned(reading, before)
    if risked.risk_pct is None:
        return risked
    factor, window = (reading.rulebook.number(NEWS_RULE, name) for name in ("size_factor", "window_minutes"))
    minutes = before.facts["news.minutes_to_event"].value
    if factor == 1 or not isinstance(minutes, int | float) or minutes >= window:
        return risked
    reason = f"{risked.reason}; times {factor:g} within {window:g} minutes of high-impact news"
    return risked._replace(risk_pct=risked.risk_pct * factor, reason=reason)


def _planned(reading: Reading, before: Gathered) -> TradeRisk:
    """Return what the method comes to, before news."""
    plan, asked = reading.request.plan, reading.request.risk_pct
    if plan is not None:
        planned = planned_risk(plan, _confidence(reading, before) if plan.method == "by_confidence" else None)
        full = planned.risk_pct if plan.method == "half_kelly" else float(plan.risk_pct)
        return TradeRisk(plan.method, full, planned.risk_pct, planned.reason)
    if asked is None:
        return TradeRisk("fixed", None, None, "the risk of a trade is not known")
    return TradeRisk("fixed", float(asked), float(asked), f"fixed: {asked:g} % of the balance, as asked")


def _confidence(reading: Reading, before: Gathered) -> float:
    """Return the confidence that the rules of the nodes before come to; behind a closed gate they are judged here."""
    verdicts: list[Verdict] = list(before.verdicts)
    judged = {verdict.node for verdict in verdicts}
    for node in NODES[: NODES.index("risk")]:
        if node not in judged:
            verdicts += judge_node(reading.rulebook, node, before.facts, so_far=verdicts)
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
