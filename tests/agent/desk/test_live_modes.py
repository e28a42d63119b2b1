"""Modes that lead to orders, and what is resolved before it is kept, on a real database."""

from dataclasses import replace

import pytest

from agent.analysis.discipline import Discipline
from agent.analysis.permission import MODES
from agent.desk.settings import Account, RiskSettings
from tests.agent.desk.conftest import ME, Office, bare_request, change, lose
from tools.errors import ConfirmationNeeded, InvalidParameter, InvalidProfile

pytestmark = pytest.mark.anyio
MINE = "profile: mine\ndescription: Mine.\nextends: relaxed\n"
NARROW = MINE + 'rules: {"7.1": {parameters: {maximum: 1.25}}}\n'


async def go_live(office: Office, mode: str) -> None:
    """Reach a mode from ANALYSIS_ONLY, by the tokens that its steps take."""
    for step in MODES[MODES.index("SIMULATION") : MODES.index(mode) + 1]:
        token = None
        if step != "SIMULATION":
            with pytest.raises(ConfirmationNeeded) as asked:
                await office.desk.modes.change(step, owner_id=ME, changed_by=ME)
            token = asked.value.token
        await office.desk.modes.change(step, owner_id=ME, changed_by=ME, token=token)


async def ready(office: Office) -> None:
    await office.desk.configuration.put_account(Account(10_000.0), change())
    await office.desk.configuration.put_risk(RiskSettings(), change())
    office.calendar.known = ()


async def test_the_mode_is_the_owners_whatever_a_request_says(office: Office) -> None:
    await office.desk.modes.change("EMERGENCY_STOP", owner_id=ME, changed_by=ME)
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0, mode="FULL_AUTO"), owner_id=ME)
    assert whole.mode == "EMERGENCY_STOP"


@pytest.mark.parametrize("mode", ["APPROVAL_REQUIRED", "SEMI_AUTO", "FULL_AUTO"])
async def test_where_orders_follow_an_old_chart_is_past_and_discipline_is_only_made_stricter(
    office: Office, mode: str
) -> None:
    await ready(office)
    await lose(office, -100.0)
    as_of = office.now
    office.now += 600
    lax = Discipline(trades_today=0, losses_in_row=0, minutes_since_loss=600.0, drawdown_pct=0.0)
    strict = Discipline(trades_today=4, losses_in_row=3, minutes_since_loss=0.0, drawdown_pct=7.5, daily_loss_pct=2.0)

    async def found(said: Discipline) -> Discipline:
        asked = replace(bare_request(discipline=said), as_of=as_of)
        return (await office.desk.prepare(asked, owner_id=ME))[0].discipline

    ledger = await found(Discipline())
    assert (ledger.trades_today, ledger.losses_in_row, ledger.drawdown_pct) == (1, 1, 1.0)
    await office.desk.modes.change("SIMULATION", owner_id=ME, changed_by=ME)
    assert (await found(lax)).trades_today == 0
    await office.desk.modes.change("ANALYSIS_ONLY", owner_id=ME, changed_by=ME)
    await go_live(office, mode)
    assert await found(Discipline()) == ledger
    assert await found(lax) == ledger
    assert await found(strict) == replace(strict, trades_this_session=1, losses_this_session=1, stopped="")

    async def is_past(seconds_ago: int) -> bool:
        asked = replace(bare_request(account_balance=1.0), as_of=office.now - seconds_ago)
        return (await office.desk.prepare(asked, owner_id=ME))[0].is_past

    limit = 2 * 900 + 300  # two bars of 15 minutes and five minutes
    assert [await is_past(one) for one in (0, limit, limit + 1)] == [False, False, True]
    for free in ("SIMULATION", "ANALYSIS_ONLY", "EMERGENCY_STOP"):
        await office.desk.modes.change(free, owner_id=ME, changed_by=ME)
        assert not await is_past(86_400)


async def test_a_profile_and_risk_that_do_not_go_together_are_refused_and_nothing_is_kept(office: Office) -> None:
    configuration = office.desk.configuration
    await configuration.put_risk(RiskSettings(risk_pct=1.5), change())
    with pytest.raises(InvalidParameter, match=r"risk_pct is 1\.5; .* 0\.5 to 1\.25, as rule 7\.1 of the profile mine"):
        await configuration.put_profile(NARROW, change())
    assert (await configuration.history("profile", owner_id=ME, limit=9, offset=0)).total == 0
    await configuration.put_risk(RiskSettings(risk_pct=1.25), change())
    await configuration.put_profile(NARROW, change())
    with pytest.raises(InvalidParameter, match=r"highest_pct is 1\.5"):
        await configuration.put_risk(RiskSettings(highest_pct=1.5), change())
    assert (await configuration.history("risk", owner_id=ME, limit=9, offset=0)).total == 2
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0), owner_id=ME)
    assert whole.plan is not None
    assert whole.plan.highest_pct == 1.25  # what the profile allows, where the owner sets nothing


async def test_what_no_longer_resolves_is_told_and_not_raised(office: Office) -> None:
    kept = {"profile": "mine", "yaml": MINE + 'rules: {"9.99": {kind: gate}}\n'}
    stamp = {"owner_id": ME, "changed_by": ME, "changed_at": office.now, "reason": None, "expected_version": None}
    await office.repository.put("profile", kept, **stamp)  # type: ignore[arg-type]
    judged = await office.desk.judged(ME)
    assert judged.rulebook is None
    assert len(judged.faults) == 1
    assert judged.faults[0].startswith("profile:4: ")
    with pytest.raises(InvalidProfile):
        await office.desk.configuration.put_risk(RiskSettings(), change())
    fixed = await office.desk.configuration.put_profile(MINE, change())
    assert (await office.desk.judged(ME, fixed)).faults == ()
