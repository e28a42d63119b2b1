"""Five sizing methods: worked examples, what each does not know, and the limits none may leave."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import InvalidParameter
from tools.risk_methods import METHODS, RiskPlan, planned_risk


def plan(method: str, risk_pct: float = 1.0, **known: Any) -> RiskPlan:
    return RiskPlan(method, risk_pct, **known)  # type: ignore[arg-type]


KELLY: dict[str, Any] = {"win_rate": 0.5, "payoff": 2.0, "closed_trades": 40}


@pytest.mark.parametrize(
    ("chosen", "confidence", "risk_pct", "said"),
    [
        (plan("fixed"), None, 1.0, "fixed: 1 % of the balance"),
        (plan("fixed", 3), None, 2.0, "held at the highest, 2 %"),
        (plan("fixed", 0.3), None, 0.3, "fixed: 0.3 % of the balance"),
        (plan("half_kelly", **KELLY), None, 1.0, "makes 12.5 %, held at the full size of 1 %"),
        (plan("half_kelly", 20, highest_pct=100, **KELLY), None, 12.5, "50 % of 40 trades won, 2 R a win"),
        (plan("half_kelly", 20, **KELLY), None, 2.0, "held at the highest, 2 %"),
        (plan("half_kelly", **{**KELLY, "win_rate": 0.34}), None, 0.5, "which makes 0.5 %"),
        (plan("half_kelly", **{**KELLY, "win_rate": 0.3}), None, 0.0, "which is no edge"),
        (plan("half_kelly", **{**KELLY, "win_rate": 0.5, "payoff": 1.0}), None, 0.0, "which is no edge"),
        (plan("half_kelly", **{**KELLY, "closed_trades": 30}), None, 1.0, "of 30 trades won"),
        (plan("by_confidence"), 0.0, 0.5, "50 % of 1 % at a confidence of 0 before the risk node"),
        (plan("by_confidence"), 0.5, 0.5, "50 % of 1 %"),
        (plan("by_confidence"), 0.7, 0.75, "75 % of 1 %"),
        (plan("by_confidence"), 0.9, 1.0, "100 % of 1 %"),
        (plan("by_confidence"), 1.0, 1.0, "100 % of 1 %"),
        (plan("session_cap", session_cap_pct=2, session_risk_pct=0), None, 1.0, "which leaves 2 %"),
        (plan("session_cap", session_cap_pct=2, session_risk_pct=1.7), None, 0.3, "which leaves 0.3 %"),
        (plan("session_cap", session_cap_pct=2, session_risk_pct=2), None, 0.0, "so nothing is left"),
        (plan("session_cap", session_cap_pct=2, session_risk_pct=2.5), None, 0.0, "so nothing is left"),
        (plan("equity_curve", equity_above_mean=True), None, 1.0, "at or above its mean"),
        (plan("equity_curve", equity_above_mean=False), None, 0.5, "below its mean, so 0.5 of 1 %"),
        (plan("equity_curve", equity_above_mean=False, reduced_factor=0), None, 0.0, "below its mean"),
    ],
)  # fmt: skip
def test_worked_examples(chosen: RiskPlan, confidence: float | None, risk_pct: float, said: str) -> None:
    planned = planned_risk(chosen, confidence)

    assert planned.risk_pct == risk_pct
    assert said in planned.reason


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (plan("half_kelly"), "half Kelly needs to know how many trades closed"),
        (plan("half_kelly", win_rate=0.5, closed_trades=40), "half Kelly needs to know"),
        (plan("half_kelly", **{**KELLY, "closed_trades": 29}), "needs at least 30 closed trades, and there are 29"),
        (plan("by_confidence"), "needs a confidence"),
        (plan("session_cap", session_cap_pct=2), "needs to know the cap"),
        (plan("session_cap", session_risk_pct=2), "needs to know the cap"),
        (plan("equity_curve"), "needs more closed trades"),
    ],
)
def test_what_is_not_known_is_no_size(chosen: RiskPlan, said: str) -> None:
    planned = planned_risk(chosen, None)

    assert planned.risk_pct is None
    assert said in planned.reason


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        (plan("martingale"), "plan.method"),
        (plan("fixed", 0), "plan.risk_pct"),
        (plan("fixed", float("nan")), "plan.risk_pct"),
        (plan("fixed", 101), "plan.risk_pct"),
        (plan("fixed", True), "plan.risk_pct"),
        (plan("fixed", highest_pct=0), "plan.highest_pct"),
        (plan("half_kelly", win_rate=1.1), "plan.win_rate"),
        (plan("half_kelly", payoff=0), "plan.payoff"),
        (plan("half_kelly", closed_trades=-1), "plan.closed_trades"),
        (plan("half_kelly", closed_trades=1.5), "plan.closed_trades"),
        (plan("session_cap", session_cap_pct=-1), "plan.session_cap_pct"),
        (plan("session_cap", session_risk_pct=float("inf")), "plan.session_risk_pct"),
        (plan("equity_curve", equity_above_mean="yes"), "plan.equity_above_mean"),
        (plan("equity_curve", reduced_factor=2), "plan.reduced_factor"),
    ],
)
def test_a_plan_out_of_range_is_refused_by_name(chosen: RiskPlan, field: str) -> None:
    with pytest.raises(InvalidParameter, match=field) as refused:
        planned_risk(chosen, 0.5)
    assert refused.value.field == field


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_confidence_out_of_range_is_refused(confidence: float) -> None:
    with pytest.raises(InvalidParameter, match="confidence"):
        planned_risk(plan("fixed"), confidence)


PLANS = st.builds(
    RiskPlan,
    method=st.sampled_from(METHODS),
    risk_pct=st.floats(0.01, 100),
    highest_pct=st.floats(0.5, 100),
    win_rate=st.none() | st.floats(0, 1),
    payoff=st.none() | st.floats(0.01, 100),
    closed_trades=st.none() | st.integers(0, 200),
    session_cap_pct=st.none() | st.floats(0, 100),
    session_risk_pct=st.none() | st.floats(0, 100),
    equity_above_mean=st.none() | st.booleans(),
    reduced_factor=st.floats(0, 1),
)


@given(chosen=PLANS, confidence=st.none() | st.floats(0, 1))
def test_no_method_leaves_its_limits_or_risks_more_than_full_size(chosen: RiskPlan, confidence: float | None) -> None:
    planned = planned_risk(chosen, confidence)

    assert planned.reason
    if planned.risk_pct:
        assert 0 < planned.risk_pct <= min(float(f"{limit:.15g}") for limit in (chosen.highest_pct, chosen.risk_pct))


@given(chosen=PLANS)
def test_a_plan_comes_back_from_what_was_written_of_it(chosen: RiskPlan) -> None:
    assert RiskPlan.from_dict(chosen.to_dict()) == chosen
