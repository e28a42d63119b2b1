"""Settings, modes and trades in a real Postgres: numbered without gaps, never lost, and nobody else's."""

import asyncio

import psycopg
import pytest

from agent.desk.mode_switch import TOKEN_LIFETIME_S
from agent.desk.settings import Account, KillSwitch, RiskSettings
from agent.store.desk import SettingKind
from tests.agent.desk.conftest import ME, OTHER, Office, change
from tools.economic_calendar.port import ScheduledEvent
from tools.errors import (
    ConfirmationNeeded,
    InvalidParameter,
    RunNotFound,
    SettingChanged,
    TradeConflict,
    TradeNotFound,
    TransitionRefused,
)

pytestmark = pytest.mark.anyio
WRITERS = 24


async def versions(office: Office, kind: SettingKind, owner_id: str = ME) -> list[int]:
    page = await office.desk.configuration.history(kind, owner_id=owner_id, limit=200, offset=0)
    assert page.total == len(page.items)
    return [one.version for one in page.items]


async def test_concurrent_writers_leave_every_change_in_a_row_without_gaps(office: Office) -> None:
    desks = [office.another_desk() for _ in range(3)]
    writes = [
        desks[number % 3].configuration.put_account(Account(1_000.0 + number), change(owner_id))
        for number in range(WRITERS)
        for owner_id in (ME, OTHER)
    ]
    written = await asyncio.gather(*writes)
    for owner_id in (ME, OTHER):
        assert await versions(office, "account", owner_id) == list(range(WRITERS, 0, -1))
    page = await office.desk.configuration.history("account", owner_id=ME, limit=200, offset=0)
    assert sorted(one.document["balance"] for one in page.items) == [1_000.0 + number for number in range(WRITERS)]
    newest = max((one for one in written[::2]), key=lambda one: one.version)
    state = await office.desk.state(ME)
    assert state.ledger is not None
    assert state.ledger.account.balance == newest.document["balance"]


async def test_of_writers_that_looked_at_the_same_version_one_wins(office: Office) -> None:
    await office.desk.configuration.put_risk(RiskSettings(), change(expected_version=0))
    writes = [
        office.desk.configuration.put_risk(RiskSettings(risk_pct=0.5 + number / 20), change(expected_version=1))
        for number in range(WRITERS)
    ]
    written = await asyncio.gather(*writes, return_exceptions=True)
    lost = [one for one in written if isinstance(one, SettingChanged)]
    assert len(lost) == WRITERS - 1
    assert {one.current_version for one in lost} == {2}
    assert await versions(office, "risk") == [2, 1]


async def test_each_snapshot_says_who_when_and_why(office: Office) -> None:
    await office.desk.configuration.put_kill_switch(KillSwitch(daily_loss_pct=4.0), change(reason="a bad week"))
    office.now += 5
    await office.desk.configuration.put_kill_switch(KillSwitch(), change())
    page = await office.desk.configuration.history("kill_switch", owner_id=ME, limit=1, offset=1)
    (first,) = page.items
    assert (page.total, first.version, first.changed_by, first.reason) == (2, 1, ME, "a bad week")
    assert (first.changed_at, first.document["daily_loss_pct"]) == (office.now - 5, 4.0)
    assert await versions(office, "kill_switch", OTHER) == []


async def live(office: Office) -> None:
    """Set all that live trading needs."""
    await office.desk.configuration.put_account(Account(10_000.0), change())
    await office.desk.configuration.put_risk(RiskSettings(), change())
    office.calendar.known = (ScheduledEvent(office.now, "USD", "high", "CPI"),)


async def go(office: Office, mode: str, **more: str | int | None) -> str:
    state = await office.desk.modes.change(mode, owner_id=ME, changed_by=ME, **more)  # type: ignore[arg-type]
    return state.mode


async def token_for(office: Office, mode: str) -> str:
    with pytest.raises(ConfirmationNeeded) as asked:
        await go(office, mode)
    assert asked.value.expires_at == office.now + TOKEN_LIFETIME_S
    return asked.value.token


async def test_the_whole_way_up_needs_a_token_a_step_and_the_way_down_none(office: Office) -> None:
    await live(office)
    assert await go(office, "SIMULATION") == "SIMULATION"
    for mode in ("APPROVAL_REQUIRED", "SEMI_AUTO", "FULL_AUTO"):
        assert await go(office, mode, token=await token_for(office, mode)) == mode
    assert await go(office, "SEMI_AUTO") == "SEMI_AUTO"
    assert await go(office, "ANALYSIS_ONLY") == "ANALYSIS_ONLY"
    page = await office.desk.configuration.history("mode", owner_id=ME, limit=9, offset=0)
    assert [one.document["mode"] for one in reversed(page.items)] == [
        "SIMULATION", "APPROVAL_REQUIRED", "SEMI_AUTO", "FULL_AUTO", "SEMI_AUTO", "ANALYSIS_ONLY",
    ]  # fmt: skip


async def test_a_step_says_what_it_lacks(office: Office) -> None:
    with pytest.raises(TransitionRefused) as refused:
        await go(office, "SEMI_AUTO")
    assert len(refused.value.lacks) == 3
    with pytest.raises(TransitionRefused, match="only from SEMI_AUTO"):
        await go(office, "FULL_AUTO")
    with pytest.raises(InvalidParameter):
        await go(office, "YOLO")
    assert await versions(office, "mode") == []


async def test_a_token_is_good_once_for_one_step_of_one_owner_for_a_minute(office: Office) -> None:
    await live(office)
    await office.desk.configuration.put_account(Account(1.0), change(OTHER))
    token = await token_for(office, "APPROVAL_REQUIRED")
    with pytest.raises(ConfirmationNeeded):  # another step
        await go(office, "SEMI_AUTO", token=token)
    with pytest.raises(ConfirmationNeeded):  # another owner
        await office.desk.modes.change("APPROVAL_REQUIRED", owner_id=OTHER, changed_by=OTHER, token=token)
    await go(office, "SIMULATION")
    with pytest.raises(ConfirmationNeeded):  # from another mode
        await go(office, "APPROVAL_REQUIRED", token=token)
    await go(office, "ANALYSIS_ONLY")
    assert await go(office, "APPROVAL_REQUIRED", token=token) == "APPROVAL_REQUIRED"
    await go(office, "ANALYSIS_ONLY")
    with pytest.raises(ConfirmationNeeded, match="was used"):
        await go(office, "APPROVAL_REQUIRED", token=token)
    for wait, is_good in ((TOKEN_LIFETIME_S - 1, True), (TOKEN_LIFETIME_S, False)):
        token = await token_for(office, "APPROVAL_REQUIRED")
        office.now += wait
        if is_good:
            assert await go(office, "APPROVAL_REQUIRED", token=token) == "APPROVAL_REQUIRED"
            await go(office, "ANALYSIS_ONLY")
        else:
            with pytest.raises(ConfirmationNeeded):
                await go(office, "APPROVAL_REQUIRED", token=token)


async def test_a_token_is_kept_as_its_digest_alone(office: Office, database_url: str) -> None:
    await live(office)
    tokens = [await token_for(office, "APPROVAL_REQUIRED") for _ in range(2)]
    office.now += TOKEN_LIFETIME_S
    tokens.append(await token_for(office, "APPROVAL_REQUIRED"))
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT c::text FROM confirmations c").fetchall()
    assert len(rows) == 1  # the expired ones are gone
    assert not any(token in str(rows) for token in tokens)


async def test_a_token_shown_by_many_at_once_is_spent_once(office: Office) -> None:
    await live(office)
    token = await token_for(office, "APPROVAL_REQUIRED")
    tried = await asyncio.gather(
        *(go(office, "APPROVAL_REQUIRED", token=token) for _ in range(8)), return_exceptions=True
    )
    assert await versions(office, "mode") == [1]
    assert all(one == "APPROVAL_REQUIRED" or isinstance(one, SettingChanged) for one in tried)


async def test_a_mode_that_moved_on_is_not_overrun(office: Office) -> None:
    await go(office, "SIMULATION", expected_version=0)
    with pytest.raises(SettingChanged):
        await go(office, "ANALYSIS_ONLY", expected_version=0)
    assert await go(office, "EMERGENCY_STOP", expected_version=0) == "EMERGENCY_STOP"


async def test_the_emergency_stop_is_at_once_and_once(office: Office) -> None:
    stops = [go(office.__class__(office.database, office.rulebooks), "EMERGENCY_STOP") for _ in range(8)]
    assert set(await asyncio.gather(*stops)) == {"EMERGENCY_STOP"}
    assert await versions(office, "mode") == [1]
    with pytest.raises(TransitionRefused):
        await go(office, "SIMULATION")
    token = await token_for(office, "ANALYSIS_ONLY")
    assert await go(office, "ANALYSIS_ONLY", token=token) == "ANALYSIS_ONLY"
    assert (await office.desk.modes.state(OTHER)).mode == "ANALYSIS_ONLY"


async def test_a_trade_is_recorded_once_under_its_clients_id(office: Office) -> None:
    trades = office.desk.trades
    given = {"symbol": "EURUSD", "direction": "long", "opened_at": office.now, "risk_pct": 1.0}
    opened = await asyncio.gather(*(trades.open(owner_id=ME, client_id="a", **given) for _ in range(6)))  # type: ignore[arg-type]
    assert len({one.trade_id for one in opened}) == 1
    with pytest.raises(TradeConflict):
        await trades.open(owner_id=ME, client_id="a", **{**given, "direction": "short"})  # type: ignore[arg-type]
    others = await trades.open(owner_id=OTHER, client_id="a", **given)  # type: ignore[arg-type]
    assert others.trade_id != opened[0].trade_id
    page = await trades.page(owner_id=ME, symbol=None, is_open=None, limit=9, offset=0)
    assert [one.trade_id for one in page.items] == [opened[0].trade_id]
    await trades.close(opened[0].trade_id, owner_id=ME, closed_at=office.now, pnl=1.0)
    again = await trades.open(owner_id=ME, client_id="a", **given)  # type: ignore[arg-type]
    assert (again.trade_id, again.pnl) == (opened[0].trade_id, 1.0)


async def test_a_trade_closes_once_after_it_opened_and_only_for_its_owner(office: Office) -> None:
    trades = office.desk.trades
    opened = await trades.open(owner_id=ME, symbol="EURUSD", direction="long", opened_at=office.now - 60)
    with pytest.raises(TradeNotFound):
        await trades.close(opened.trade_id, owner_id=OTHER, closed_at=office.now, pnl=1.0)
    with pytest.raises(TradeNotFound):
        await trades.close("nothing of the kind", owner_id=ME, closed_at=office.now, pnl=1.0)
    for moment in (office.now - 61, office.now + 1):
        with pytest.raises(InvalidParameter) as refused:
            await trades.close(opened.trade_id, owner_id=ME, closed_at=moment, pnl=1.0)
        assert refused.value.field == "closed_at"
    closed = await trades.close(opened.trade_id, owner_id=ME, closed_at=office.now, pnl=1.5)
    assert await trades.close(opened.trade_id, owner_id=ME, closed_at=office.now, pnl=1.5) == closed
    for other in ({"closed_at": office.now, "pnl": 2.0}, {"closed_at": office.now - 1, "pnl": 1.5}):
        with pytest.raises(TradeConflict):
            await trades.close(opened.trade_id, owner_id=ME, **other)  # type: ignore[arg-type]


async def test_a_close_by_result_makes_the_profit_of_the_balance_at_the_opening(office: Office) -> None:
    trades = office.desk.trades
    given = {"owner_id": ME, "symbol": "EURUSD", "direction": "long"}
    first = await trades.open(**given, opened_at=office.now, risk_pct=1.0)
    with pytest.raises(InvalidParameter, match="1 R"):
        await trades.close(first.trade_id, owner_id=ME, closed_at=office.now, result_r=2.0)
    await office.desk.configuration.put_account(Account(10_000.0), change())
    office.now += 60
    assert (await trades.close(first.trade_id, owner_id=ME, closed_at=office.now, result_r=2.0)).pnl == 200.0
    second = await trades.open(**given, opened_at=office.now, risk_pct=0.5)
    closed = await trades.close(second.trade_id, owner_id=ME, closed_at=office.now, pnl=-102.0)
    assert closed.result_r == -2.0
    unknown = await trades.open(**given, opened_at=office.now)  # type: ignore[arg-type]
    assert (await trades.close(unknown.trade_id, owner_id=ME, closed_at=office.now, pnl=5.0)).result_r is None
    early = await trades.open(**given, opened_at=office.now - 86_400, risk_pct=1.0)
    late = await trades.open(**given, opened_at=office.now - 7_200, risk_pct=1.0)
    await trades.close(late.trade_id, owner_id=ME, closed_at=office.now - 3_600, pnl=30_000.0)
    with pytest.raises(InvalidParameter, match="no balance above 0 is known for 2024-01-10T14:31:00Z"):
        await trades.close(early.trade_id, owner_id=ME, closed_at=office.now, result_r=2.0)
    won = await trades.close(early.trade_id, owner_id=ME, closed_at=office.now, pnl=50.0)
    assert won.result_r is None  # and no loss, for a balance below nothing
    both = await trades.open(**given, opened_at=office.now)  # type: ignore[arg-type]
    for results in ({}, {"pnl": 1.0, "result_r": 1.0}):
        with pytest.raises(InvalidParameter, match="either pnl or result_r"):
            await trades.close(both.trade_id, owner_id=ME, closed_at=office.now, **results)


async def test_trades_are_listed_by_market_and_state_the_latest_first(office: Office) -> None:
    trades = office.desk.trades
    made = [
        await trades.open(owner_id=ME, symbol=symbol, direction="long", opened_at=office.now - age)
        for symbol, age in (("EURUSD", 0), ("GBPUSD", 60), ("EURUSD", 120))
    ]
    await trades.close(made[2].trade_id, owner_id=ME, closed_at=office.now, pnl=0.0)

    async def found(symbol: str | None, is_open: bool | None) -> list[int]:
        page = await trades.page(owner_id=ME, symbol=symbol, is_open=is_open, limit=9, offset=0)
        return [[one.trade_id for one in made].index(one.trade_id) for one in page.items]

    assert await found(None, None) == [0, 1, 2]
    assert await found("EURUSD", None) == [0, 2]
    assert await found(None, True) == [0, 1]
    assert await found("EURUSD", False) == [2]


async def test_a_trade_may_name_only_a_run_of_its_owner(office: Office) -> None:
    given = {"symbol": "EURUSD", "direction": "long", "opened_at": office.now}
    for run_id in ("0" * 32, "nothing of the kind"):
        with pytest.raises(RunNotFound):
            await office.desk.trades.open(owner_id=ME, run_id=run_id, **given)  # type: ignore[arg-type]
    with pytest.raises(InvalidParameter, match="opened_at"):
        await office.desk.trades.open(owner_id=ME, **{**given, "opened_at": office.now + 1})  # type: ignore[arg-type]
