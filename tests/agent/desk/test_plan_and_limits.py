"""From risk settings to a sizing plan and to the rulebook's parameters."""

from typing import Any

import pytest

from agent.desk.limits import UNLIMITED, tuning
from agent.desk.plan_of import MEAN_OF_TRADES, plan_of
from agent.desk.settings import Account, ErrorRate, KillSwitch, Limits, LossesInRow, NewsSurge, RiskSettings
from rulebook.loader import load_rulebook
from tests.agent.desk.trades import NEW_YORK_MORNING, at, ledger, trade
from tools.errors import InvalidParameter
from tools.risk_methods import RiskPlan, planned_risk

NOW = at(NEW_YORK_MORNING)
SESSION = at("2024-01-11T12:00:00Z")


ALLOWED = 2.0


def closed(hour: int, pnl: float, r: float | None) -> Any:
    return trade(f"2024-01-10T{hour:02}:00:00Z", f"2024-01-10T{hour:02}:30:00Z", pnl, r=r)


def test_without_an_account_a_plan_knows_nothing_of_the_ledger() -> None:
    settings = RiskSettings(method="half_kelly", risk_pct=1.5, highest_pct=1.8)
    plan = plan_of(settings, None, SESSION, NOW, allowed_pct=ALLOWED)
    assert plan == RiskPlan("half_kelly", 1.5, highest_pct=1.8)
    assert planned_risk(plan, 0.9).risk_pct is None


def test_what_half_kelly_needs_is_measured_on_the_trades_whose_result_is_known() -> None:
    book = ledger(
        closed(1, 200.0, 2.0),
        closed(2, 400.0, 4.0),
        closed(3, -100.0, -1.0),
        closed(4, 0.0, 0.0),
        closed(5, 50.0, None),
    )
    plan = plan_of(RiskSettings(method="half_kelly"), book, SESSION, NOW, allowed_pct=ALLOWED).check()
    assert (plan.closed_trades, plan.win_rate, plan.payoff) == (4, 0.5, 3.0)
    then = at("2024-01-10T02:00:00Z")
    before = plan_of(RiskSettings(method="half_kelly"), book, SESSION, then, allowed_pct=ALLOWED)
    assert (before.closed_trades, before.win_rate, before.payoff) == (1, 1.0, None)


def test_the_session_cap_counts_what_the_session_has_risked() -> None:
    early, late = trade("2024-01-11T11:59:59Z", risk=2.0), trade("2024-01-11T12:00:00Z", risk=0.75)
    settings = RiskSettings(method="session_cap", session_cap_pct=1.5)
    plan = plan_of(settings, ledger(early, late), SESSION, NOW, allowed_pct=ALLOWED)
    assert plan.session_risk_pct == 0.75
    assert planned_risk(plan, None).risk_pct == 0.75
    nameless = ledger(early, late, trade("2024-01-11T13:00:00Z", risk=None))
    assert plan_of(settings, nameless, SESSION, NOW, allowed_pct=ALLOWED).session_risk_pct is None


@pytest.mark.parametrize(("highest", "planned"), [(None, 1.25), (1.1, 1.1)])
def test_the_most_a_plan_may_come_to_is_what_the_owner_says_or_else_what_the_rulebook_allows(
    highest: float | None, planned: float
) -> None:
    plan = plan_of(RiskSettings(risk_pct=1.5, highest_pct=highest), None, SESSION, NOW, allowed_pct=1.25)
    assert plan.highest_pct == planned
    assert planned_risk(plan, None).risk_pct == planned


@pytest.mark.parametrize(("last", "is_above"), [(100.0, True), (-100.0, False)])
def test_the_equity_curve_is_compared_with_its_mean_once_there_are_enough_trades(last: float, is_above: bool) -> None:
    trades = [closed(hour, 0.0, None) for hour in range(MEAN_OF_TRADES - 1)]
    settings = RiskSettings(method="equity_curve", reduced_factor=0.4)
    assert plan_of(settings, ledger(*trades), SESSION, NOW, allowed_pct=ALLOWED).equity_above_mean is None
    plan = plan_of(settings, ledger(*trades, closed(20, last, None)), SESSION, NOW, allowed_pct=ALLOWED)
    assert plan.equity_above_mean is is_above
    assert planned_risk(plan, None).risk_pct == (1.0 if is_above else 0.4)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (RiskSettings(), {}),
        (RiskSettings(highest_pct=1.5), {"7.1": {"maximum": 1.5}}),
        (RiskSettings(limits=Limits(trades_per_session=3)), {"9.3": {"maximum_trades": 3}}),
        (RiskSettings(limits=Limits(trades_per_session="none")), {"9.3": {"maximum_trades": UNLIMITED}}),
        (RiskSettings(limits=Limits(trades_per_day=10)), {"7.6": {"maximum_trades_today": 10}}),
        (
            RiskSettings(limits=Limits(cooldown=60)),
            {"7.6": {"cooldown_minutes": 60, "maximum_session_losses": UNLIMITED}},
        ),
        (
            RiskSettings(limits=Limits(cooldown=0)),
            {"7.6": {"cooldown_minutes": 0, "maximum_session_losses": UNLIMITED}},
        ),
        (
            RiskSettings(limits=Limits(cooldown="session")),
            {"7.6": {"cooldown_minutes": 0, "maximum_session_losses": 0}},
        ),
        (RiskSettings(limits=Limits(losses_in_row=3)), {"7.6": {"maximum_losses_in_row": 2}}),  # the third ends the day
        (RiskSettings(limits=Limits(losses_in_row=5)), {"7.6": {"maximum_losses_in_row": 4}}),
        (
            RiskSettings(limits=Limits(losses_in_row="none", daily_loss_pct=2.5, drawdown_pct="none")),
            {
                "7.6": {
                    "maximum_losses_in_row": UNLIMITED,
                    "maximum_daily_loss_pct": 2.5,
                    "maximum_drawdown_pct": 100.0,
                }
            },
        ),
    ],
)
def test_limits_are_parameters_of_the_rules_that_hold_them(
    settings: RiskSettings, expected: dict[str, dict[str, float]]
) -> None:
    assert tuning(settings.check()) == expected
    rulebook = load_rulebook("strict")
    tuned = rulebook.tuned(tuning(settings))
    assert {
        rule: {name: tuned.parameter(rule, name) for name in values} for rule, values in expected.items()
    } == expected
    assert (tuned.hash == rulebook.hash) == (not expected)


def test_settings_come_back_as_they_were_kept() -> None:
    risk = RiskSettings("equity_curve", 1.5, 2.0, 4.0, 0.25, Limits(1, "none", "session", 5, 3.5, "none"))
    switch = KillSwitch(4.0, ErrorRate(0.5, 10, 60), 5, NewsSurge(3, 30))
    assert RiskSettings.from_dict(risk.check().to_dict()) == risk
    assert KillSwitch.from_dict(switch.check().to_dict()) == switch
    assert KillSwitch.from_dict(KillSwitch().to_dict()) == KillSwitch()
    assert not KillSwitch().is_armed
    assert switch.is_armed
    assert Account.from_dict(Account(5.5, "EUR").check().to_dict()) == Account(5.5, "EUR")


@pytest.mark.parametrize(
    ("setting", "field"),
    [
        (RiskSettings(method="martingale"), "method"),  # type: ignore[arg-type]
        (RiskSettings(risk_pct=0.0), "risk_pct"),
        (RiskSettings(risk_pct=100.1), "risk_pct"),
        (RiskSettings(highest_pct=0.0, risk_pct=0.5), "highest_pct"),
        (RiskSettings(risk_pct=float("nan")), "risk_pct"),
        (RiskSettings(risk_pct=1.5, highest_pct=1.0), "highest_pct"),
        (RiskSettings(method="session_cap"), "session_cap_pct"),
        (RiskSettings(reduced_factor=1.1), "reduced_factor"),
        (RiskSettings(limits=Limits(trades_per_session=4)), "limits.trades_per_session"),  # type: ignore[arg-type]
        (RiskSettings(limits=Limits(trades_per_session=True)), "limits.trades_per_session"),  # type: ignore[arg-type]
        (RiskSettings(limits=Limits(trades_per_day=11)), "limits.trades_per_day"),  # type: ignore[arg-type]
        (RiskSettings(limits=Limits(cooldown=20)), "limits.cooldown"),  # type: ignore[arg-type]
        (RiskSettings(limits=Limits(losses_in_row=4)), "limits.losses_in_row"),  # type: ignore[arg-type]
        (RiskSettings(limits=Limits(drawdown_pct=0.0)), "limits.drawdown_pct"),
        (Account(0.0), "balance"),
        (Account(float("inf")), "balance"),
        (Account(1.0, "usd"), "currency"),
        (KillSwitch(daily_loss_pct=0.0), "daily_loss_pct"),
        (KillSwitch(source_lost_minutes=0), "source_lost_minutes"),
        (KillSwitch(error_rate=ErrorRate(0.0, 10, 60)), "error_rate.share"),
        (KillSwitch(error_rate=ErrorRate(0.5, 0, 60)), "error_rate.of_at_least_runs"),
        (KillSwitch(news_surge=NewsSurge(1, 0)), "news_surge.minutes"),
    ],
)
def test_what_cannot_be_set_is_named(setting: RiskSettings | Account | KillSwitch, field: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        setting.check()
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (RiskSettings(risk_pct=0.49), "risk_pct"),
        (RiskSettings(risk_pct=2.01), "risk_pct"),
        (RiskSettings(risk_pct=1.0, highest_pct=2.01), "highest_pct"),
    ],
)
def test_what_the_profile_does_not_allow_is_named(settings: RiskSettings, field: str) -> None:
    with pytest.raises(InvalidParameter, match=r"0\.5 to 2, as rule 7\.1 of the profile mine") as refused:
        settings.check().check_within(0.5, 2.0, "mine")
    assert refused.value.field == field
    for edge in (0.5, 2.0):
        assert RiskSettings(risk_pct=edge, highest_pct=2.0).check_within(0.5, 2.0, "mine").risk_pct == edge


@pytest.mark.parametrize(("limit", "after"), [(2, 1), (3, 2), (5, 4)])
def test_as_many_losses_in_a_row_as_are_set_end_the_day(limit: LossesInRow, after: int) -> None:
    """Rule 7.6 says how many a trade may follow: one fewer than how many end the day."""
    tuned = load_rulebook("relaxed").tuned(tuning(RiskSettings(limits=Limits(losses_in_row=limit))))
    assert tuned.parameter("7.6", "maximum_losses_in_row") == after
