"""Making requests whole, on a real database: what is set fills the gaps, what is said stands, a stop stops."""

import psycopg
import pytest

from agent.analysis.discipline import Discipline
from agent.analysis.request import AnalysisRequest, CalendarEvent
from agent.desk.settings import Account, ErrorRate, KillSwitch, Limits, NewsSurge, RiskSettings
from agent.runs.preparation import AsGiven
from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from tests.agent.desk.conftest import ME, OTHER, Office, bare_request, change, lose
from tests.agent.runs.scripted_walk import EMPTY_RULEBOOK, ScriptedWalk, request
from tools.economic_calendar.port import ScheduledEvent
from tools.errors import InvalidParameter, InvalidProfile, RunNotFound, UnknownProfile
from tools.instruments import instrument

pytestmark = pytest.mark.anyio
MINE = "profile: mine\ndescription: Mine.\nextends: relaxed\n"
SHIFTED = MINE + 'kill_zones: {late: "09:00-10:00"}\n'


async def test_where_nothing_is_set_everything_is_as_it_was_said(office: Office) -> None:
    said = bare_request(account_balance=10_000.0)
    whole, rulebook = await office.desk.prepare(said, owner_id=ME)
    assert (whole.account_balance, whole.risk_pct, whole.plan, whole.profile) == (10_000.0, 1.0, None, "strict")
    assert (whole.discipline, whole.mode, whole.calendar) == (Discipline(stopped=""), "ANALYSIS_ONLY", None)
    assert rulebook is office.rulebooks.get("strict")


async def test_without_an_account_a_balance_must_be_said(office: Office) -> None:
    with pytest.raises(InvalidParameter, match="no account is set") as refused:
        await office.desk.prepare(bare_request(), owner_id=ME)
    assert refused.value.field == "account_balance"


async def test_what_is_set_fills_the_gaps(office: Office) -> None:
    await office.desk.configuration.put_account(Account(20_000.0, "EUR"), change())
    risk = RiskSettings("session_cap", 1.5, session_cap_pct=2.0, limits=Limits(trades_per_session=3))
    await office.desk.configuration.put_risk(risk, change())
    office.now += 60
    opened = await office.desk.trades.open(
        owner_id=ME, symbol="EURUSD", direction="long", opened_at=office.now - 1800, risk_pct=1.0
    )
    await office.desk.trades.close(opened.trade_id, owner_id=ME, closed_at=office.now, pnl=-500.0)
    said = bare_request(account_balance=None)
    whole, rulebook = await office.desk.prepare(said, owner_id=ME)
    assert (whole.account_balance, whole.account_currency) == (20_000.0, "EUR")  # the loss is a minute later
    assert whole.risk_pct == 1.5
    assert whole.plan is not None
    assert (whole.plan.method, whole.plan.session_risk_pct) == ("session_cap", 1.0)
    assert (whole.discipline.trades_this_session, whole.discipline.losses_in_row) == (1, 0)
    assert whole.discipline.stopped == ""
    assert rulebook.parameter("9.3", "maximum_trades") == 3
    assert rulebook.hash != office.rulebooks.get("strict").hash
    assert AnalysisRequest.from_inputs(whole.to_inputs(), whole.window_bytes()).to_inputs() == whole.to_inputs()
    assert whole.check() is whole
    untouched, plain = await office.desk.prepare(bare_request(account_balance=1.0), owner_id=OTHER)
    assert (untouched.discipline, untouched.plan, plain.hash) == (
        Discipline(stopped=""),
        None,
        office.rulebooks.get("strict").hash,
    )


async def test_what_is_said_stands(office: Office) -> None:
    await office.desk.configuration.put_account(Account(20_000.0, "EUR"), change())
    await office.desk.configuration.put_risk(RiskSettings("half_kelly", 2.0), change())
    await office.desk.configuration.put_profile(MINE, change())
    events = (CalendarEvent(office.now, "USD", "high", "said"),)
    office.calendar.known = (ScheduledEvent(office.now, "USD", "high", "known"),)
    told = Discipline(trades_this_session=7, drawdown_pct=4.5)
    said = bare_request(account_balance=5.0, risk_pct=0.5, profile="strict", discipline=told, calendar=events)
    whole, rulebook = await office.desk.prepare(said, owner_id=ME)
    assert (whole.account_balance, whole.account_currency, whole.risk_pct, whole.plan) == (5.0, "USD", 0.5, None)
    assert (whole.discipline.trades_this_session, whole.discipline.drawdown_pct) == (7, 4.5)
    assert whole.discipline.trades_today == 0
    assert (whole.profile, rulebook.profile, whole.calendar) == ("strict", "strict", events)


async def test_the_services_calendar_is_taken_where_the_caller_brings_none(office: Office) -> None:
    office.calendar.known = (
        ScheduledEvent(office.now + 600, "USD", "high", "CPI"),
        ScheduledEvent(office.now + 600, "JPY", "high", "not ours"),
    )
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0), owner_id=ME)
    assert whole.calendar == (CalendarEvent(office.now + 600, "USD", "high", "CPI"),)
    none, _ = await office.desk.prepare(bare_request(account_balance=1.0, calendar=()), owner_id=ME)
    assert none.calendar == ()


@pytest.mark.parametrize("asked", [None, "own", "mine"])
async def test_an_own_profile_judges_by_default_and_by_either_name(office: Office, asked: str | None) -> None:
    await office.desk.configuration.put_profile(MINE, change())
    whole, rulebook = await office.desk.prepare(bare_request(account_balance=1.0, profile=asked), owner_id=ME)
    assert (whole.profile, rulebook.profile) == ("mine", "mine")
    assert rulebook.hash == office.rulebooks.get("relaxed").hash
    with pytest.raises(UnknownProfile):
        await office.desk.rulebook(asked or "mine", owner_id=OTHER)
    await office.desk.configuration.put_profile(None, change())
    assert (await office.desk.rulebook(None, owner_id=ME)).profile == "strict"


async def test_a_profile_with_faults_is_not_kept(office: Office) -> None:
    with pytest.raises(InvalidProfile) as refused:
        await office.desk.configuration.put_profile(
            MINE + 'rules: {"7.7": {weight: 1}, "7.2": {knd: gate}}\n', change()
        )
    assert len(refused.value.problems) == 2
    assert all(one.startswith("profile:4: ") for one in refused.value.problems)
    assert (await office.desk.configuration.history("profile", owner_id=ME, limit=9, offset=0)).total == 0


async def test_sessions_are_those_of_the_rulebook_that_judges(office: Office) -> None:
    await office.desk.configuration.put_account(Account(20_000.0), change())
    await office.desk.trades.open(owner_id=ME, symbol="EURUSD", direction="long", opened_at=office.now - 3600)
    usual, _ = await office.desk.prepare(bare_request(), owner_id=ME)
    assert usual.discipline.trades_this_session == 1
    await office.desk.configuration.put_profile(SHIFTED, change())
    shifted, _ = await office.desk.prepare(bare_request(), owner_id=ME)
    assert (shifted.discipline.trades_this_session, shifted.discipline.trades_today) == (0, 1)


async def test_another_workers_desk_sees_a_trade_at_once(office: Office) -> None:
    await office.desk.configuration.put_account(Account(10_000.0), change())
    other = office.another_desk()
    assert (await other.prepare(bare_request(), owner_id=ME))[0].discipline.trades_today == 0
    opened = await office.desk.trades.open(
        owner_id=ME, symbol="EURUSD", direction="short", opened_at=office.now - 60, risk_pct=1.0
    )
    assert (await other.prepare(bare_request(), owner_id=ME))[0].discipline.trades_today == 1
    await office.desk.trades.close(opened.trade_id, owner_id=ME, closed_at=office.now, result_r=-1.0)
    found, _ = await other.prepare(bare_request(), owner_id=ME)
    assert (found.discipline.losses_in_row, found.discipline.minutes_since_loss) == (1, 0.0)
    await office.desk.configuration.put_account(Account(50_000.0), change())
    assert (await other.prepare(bare_request(), owner_id=ME))[0].account_balance == 50_000.0


async def test_an_account_that_is_used_up_is_told(office: Office) -> None:
    await office.desk.configuration.put_account(Account(100.0), change())
    opened = await office.desk.trades.open(owner_id=ME, symbol="EURUSD", direction="long", opened_at=office.now)
    office.now += 60
    await office.desk.trades.close(opened.trade_id, owner_id=ME, closed_at=office.now, pnl=-100.0)
    assert (await office.desk.prepare(bare_request(), owner_id=ME))[0].account_balance == 100.0
    with pytest.raises(InvalidParameter, match="balance at 2024-01-11T14:31:00Z is 0"):
        await office.desk.prepare(bare_request_at(office.now), owner_id=ME)


def bare_request_at(moment: int) -> AnalysisRequest:
    given = bare_request()
    return AnalysisRequest(given.symbol, given.instrument, given.windows, None, None, moment, profile=None)


async def test_limits_that_the_rulebook_does_not_know_are_refused_and_not_ignored(office: Office) -> None:
    with pytest.raises(InvalidParameter, match=r"9\.3"):
        office.rulebooks.tuned(EMPTY_RULEBOOK, {"9.3": {"maximum_trades": 1}})
    assert office.rulebooks.tuned(EMPTY_RULEBOOK, {}) is EMPTY_RULEBOOK


async def test_the_emergency_stop_stops_the_next_request_whatever_it_says(office: Office) -> None:
    await office.desk.modes.change("EMERGENCY_STOP", owner_id=ME, changed_by=ME, reason="enough")
    told = Discipline(stopped="")
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0, discipline=told), owner_id=ME)
    assert whole.mode == "EMERGENCY_STOP"
    assert whole.discipline.stopped == "emergency stop since 2024-01-11T14:30:00Z: enough"
    other, _ = await office.desk.prepare(bare_request(account_balance=1.0), owner_id=OTHER)
    assert (other.mode, other.discipline.stopped) == ("ANALYSIS_ONLY", "")
    mine, _ = await office.desk.prepare(
        bare_request(account_balance=1.0, discipline=Discipline(stopped="on holiday")), owner_id=OTHER
    )
    assert mine.discipline.stopped == "on holiday"


async def test_the_kill_switch_fires_once_and_stays(office: Office) -> None:
    await office.desk.configuration.put_account(Account(10_000.0), change())
    await office.desk.configuration.put_kill_switch(KillSwitch(daily_loss_pct=3.0), change())
    await lose(office, -300.0)
    watched, _ = await office.desk.prepare(bare_request(), owner_id=ME)
    assert (watched.mode, watched.discipline.stopped) == ("ANALYSIS_ONLY", "")
    await office.desk.modes.change("SIMULATION", owner_id=ME, changed_by=ME)
    (reading,) = await office.desk.readings(ME)
    assert (reading.fires, reading.figure) == (True, 3.0)
    assert (await office.desk.modes.state(ME)).mode == "SIMULATION"  # asking stops nothing
    stopped, _ = await office.desk.prepare(bare_request(), owner_id=ME)
    assert stopped.mode == "EMERGENCY_STOP"
    assert "balance: 3, at or above the limit of 3" in str(stopped.discipline.stopped)
    state = await office.desk.modes.state(ME)
    assert (state.mode, state.changed_by, state.version) == ("EMERGENCY_STOP", "kill_switch", 2)
    assert "limit of 3" in str(state.reason)
    again, _ = await office.desk.prepare(bare_request(), owner_id=ME)
    assert again.discipline.stopped is not None
    assert "limit of 3" in again.discipline.stopped
    assert (await office.desk.modes.state(ME)).version == 2


async def test_the_kill_switch_looks_at_the_desk_and_not_at_the_chart(office: Office) -> None:
    await office.desk.configuration.put_account(Account(10_000.0), change())
    await office.desk.configuration.put_kill_switch(KillSwitch(daily_loss_pct=3.0), change())
    await office.desk.modes.change("SIMULATION", owner_id=ME, changed_by=ME)
    await lose(office, -300.0)
    office.now += 86_400  # yesterday's loss, and a chart of yesterday
    whole, _ = await office.desk.prepare(bare_request(), owner_id=ME)
    assert whole.mode == "SIMULATION"


async def test_a_lost_source_and_a_surge_of_news_fire(office: Office) -> None:
    switch = KillSwitch(source_lost_minutes=5, news_surge=NewsSurge(2, 30))
    await office.desk.configuration.put_kill_switch(switch, change())
    source, news = await office.desk.readings(ME)
    assert (source.figure, news.figure, news.fires) == (0.0, None, False)
    office.calendar.known = (
        ScheduledEvent(office.now + 315 - 1800, "USD", "high", "a"),
        ScheduledEvent(office.now + 315 + 1800, "JPY", "high", "b"),
        ScheduledEvent(office.now + 315, "USD", "medium", "c"),
        ScheduledEvent(office.now + 315 + 1801, "USD", "high", "d"),
    )
    office.market.answers = False
    office.now += 15
    source, _ = await office.desk.readings(ME)
    assert (source.figure, source.fires) == (0.0, False)
    office.now += 300
    source, news = await office.desk.readings(ME)
    assert (source.figure, source.fires) == (5.0, True)
    assert (news.figure, news.fires) == (2.0, True)
    await office.desk.modes.change("SIMULATION", owner_id=ME, changed_by=ME)
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0, calendar=()), owner_id=ME)
    assert "minutes without market data: 5" in str(whole.discipline.stopped)


async def test_a_calendar_that_a_caller_brings_can_fire_too(office: Office) -> None:
    await office.desk.configuration.put_kill_switch(KillSwitch(news_surge=NewsSurge(1, 30)), change())
    await office.desk.modes.change("SIMULATION", owner_id=ME, changed_by=ME)
    quiet = (CalendarEvent(office.now + 1801, "USD", "high", "later"), CalendarEvent(office.now, "USD", "low", "low"))
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0, calendar=quiet), owner_id=ME)
    assert whole.mode == "SIMULATION"
    loud = (CalendarEvent(office.now + 1800, "USD", "high", "now"),)
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0, calendar=loud), owner_id=ME)
    assert whole.mode == "EMERGENCY_STOP"


async def test_a_calendar_that_a_caller_brings_takes_no_event_away(office: Office) -> None:
    await office.desk.configuration.put_kill_switch(KillSwitch(news_surge=NewsSurge(2, 30)), change())
    await office.desk.modes.change("SIMULATION", owner_id=ME, changed_by=ME)
    brought = (CalendarEvent(office.now, "USD", "high", "one"),)
    office.calendar.known = ()
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0, calendar=brought), owner_id=ME)
    assert whole.mode == "SIMULATION"
    office.calendar.known = tuple(ScheduledEvent(office.now, "USD", "high", one) for one in ("one", "two"))
    whole, _ = await office.desk.prepare(bare_request(account_balance=1.0, calendar=()), owner_id=ME)
    assert (whole.mode, whole.calendar) == ("EMERGENCY_STOP", ())
    assert "high-impact events within 30 minutes: 2" in str(whole.discipline.stopped)


async def test_discipline_is_told_by_the_kill_zones_that_judge(office: Office) -> None:
    nothing = await office.desk.discipline(instrument("EURUSD"), office.now, owner_id=ME)
    assert (nothing.discipline, nothing.balance) == (Discipline(), None)
    await office.desk.configuration.put_account(Account(20_000.0), change())
    await office.desk.trades.open(owner_id=ME, symbol="EURUSD", direction="long", opened_at=office.now - 3600)
    usual = await office.desk.discipline(instrument("EURUSD"), office.now, owner_id=ME)
    assert (usual.discipline.trades_this_session, usual.balance) == (1, 20_000.0)
    await office.desk.configuration.put_profile(SHIFTED, change())
    shifted = await office.desk.discipline(instrument("EURUSD"), office.now, owner_id=ME)
    assert (shifted.discipline.trades_this_session, shifted.discipline.trades_today) == (0, 1)


async def test_a_run_counts_when_it_ended_however_long_it_took(office: Office, database_url: str) -> None:
    await office.desk.configuration.put_kill_switch(KillSwitch(error_rate=ErrorRate(0.5, 1, 60)), change())
    long = await end_a_run(office, ScriptedWalk(fail_in="bias"), ME)
    with psycopg.connect(database_url, autocommit=True) as connection:
        for started, ended, figure in ((300, 1, 1.0), (300, 61, None)):
            connection.execute(
                "UPDATE runs SET created_at = now() - make_interval(mins => %s), "
                "finished_at = now() - make_interval(mins => %s) WHERE run_id = %s",
                (started, ended, long),
            )
            (reading,) = await office.desk.readings(ME)
            assert reading.figure == figure


async def test_failing_runs_fire_once_there_are_enough_of_them(office: Office) -> None:
    await office.desk.configuration.put_kill_switch(KillSwitch(error_rate=ErrorRate(0.5, 2, 60)), change())
    await end_a_run(office, ScriptedWalk(fail_in="bias"), ME)
    await end_a_run(office, ScriptedWalk(fail_in="bias"), OTHER)
    (reading,) = await office.desk.readings(ME)
    assert (reading.figure, reading.fires) == (None, False)
    assert "only 1 of at least 2 runs" in reading.sentence
    await end_a_run(office, ScriptedWalk(), ME)
    (reading,) = await office.desk.readings(ME)
    assert (reading.figure, reading.fires) == (0.5, True)


async def end_a_run(office: Office, walk: ScriptedWalk, owner_id: str) -> str:
    runs = Runs(office.database, InMemoryWakeups(), walk, AsGiven(lambda _: EMPTY_RULEBOOK), code_version="test")
    await runs.open(takes_up_orphans=False)
    run = await runs.analyze(request(), owner_id=owner_id)
    await runs.close()
    return run.run_id


async def test_a_trade_names_the_run_it_came_from(office: Office) -> None:
    run_id = await end_a_run(office, ScriptedWalk(), ME)
    given = {"symbol": "EURUSD", "direction": "long", "opened_at": office.now, "run_id": run_id}
    assert (await office.desk.trades.open(owner_id=ME, **given)).run_id == run_id  # type: ignore[arg-type]
    with pytest.raises(RunNotFound):
        await office.desk.trades.open(owner_id=OTHER, **given)  # type: ignore[arg-type]
