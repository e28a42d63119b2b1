"""Discipline read off a ledger: session and day boundaries, clock changes, and nothing from after the moment."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.analysis.discipline import NEVER_MINUTES
from agent.desk.discipline_of import daily_loss_pct, discipline_of
from agent.desk.ledger import Ledger, Statement
from agent.desk.settings import Account
from agent.store.desk import Trade
from tests.agent.desk.trades import NEW_YORK_MORNING, at, ledger, trade
from tools.instruments import Instrument, instrument
from tools.session_windows import Window
from tools.sessions import session_status
from tools.times import iso_utc

EURUSD, BTCUSD, ES = instrument("EURUSD"), instrument("BTCUSD"), instrument("ES")


@pytest.mark.parametrize(
    ("symbol", "moment", "session", "day"),
    [
        # The New York morning opens at 07:00 of its own clock: 12:00 UTC in winter, 11:00 in summer.
        ("EURUSD", "2024-03-08T12:30:00Z", "2024-03-08T12:00:00Z", "2024-03-07T22:00:00Z"),
        ("EURUSD", "2024-03-11T12:30:00Z", "2024-03-11T11:00:00Z", "2024-03-10T21:00:00Z"),
        ("EURUSD", "2024-11-01T12:30:00Z", "2024-11-01T11:00:00Z", "2024-10-31T21:00:00Z"),
        ("EURUSD", "2024-11-04T12:30:00Z", "2024-11-04T12:00:00Z", "2024-11-03T22:00:00Z"),
        # London's stands on the New York clock in the weeks in which the two cities' clocks are apart, too.
        ("EURUSD", "2024-03-12T06:30:00Z", "2024-03-12T06:00:00Z", "2024-03-11T21:00:00Z"),
        # The first second inside, and the first outside: between kill zones the session is the day.
        ("EURUSD", "2024-01-11T12:00:00Z", "2024-01-11T12:00:00Z", "2024-01-10T22:00:00Z"),
        ("EURUSD", "2024-01-11T11:59:59Z", "2024-01-10T22:00:00Z", "2024-01-10T22:00:00Z"),
        ("EURUSD", "2024-01-11T17:00:00Z", "2024-01-10T22:00:00Z", "2024-01-10T22:00:00Z"),
        # Asia lies in the trading day that began at 17:00 and ends with midnight.
        ("EURUSD", "2024-01-11T04:59:59Z", "2024-01-11T01:00:00Z", "2024-01-10T22:00:00Z"),
        ("EURUSD", "2024-01-11T05:00:00Z", "2024-01-10T22:00:00Z", "2024-01-10T22:00:00Z"),
        # Of overlapping ones the earliest begun counts; lunch is no session; a closed market has none.
        ("ES", "2024-01-11T15:30:00Z", "2024-01-11T13:30:00Z", "2024-01-10T22:00:00Z"),
        ("ES", "2024-01-11T17:30:00Z", "2024-01-10T22:00:00Z", "2024-01-10T22:00:00Z"),
        ("EURUSD", "2024-01-13T13:00:00Z", "2024-01-12T22:00:00Z", "2024-01-12T22:00:00Z"),
        # Crypto counts its days in UTC, and its kill zones in New York as everybody does.
        ("BTCUSD", "2024-03-10T12:30:00Z", "2024-03-10T11:00:00Z", "2024-03-10T00:00:00Z"),
        ("BTCUSD", "2024-03-10T22:00:00Z", "2024-03-10T00:00:00Z", "2024-03-10T00:00:00Z"),
    ],
)
def test_a_session_begins_with_its_kill_zone_else_with_its_day(
    symbol: str, moment: str, session: str, day: str
) -> None:
    status = session_status(at(moment), instrument(symbol))
    assert (iso_utc(status.session_start), iso_utc(status.trading_day_start)) == (session, day)
    moments = (at(day) - 1, at(day), at(session) - 1, at(session), at(moment))
    book = Ledger([Statement(Account(1.0), 0)], [Trade("id", "EURUSD", "long", one) for one in sorted(set(moments))])
    found = discipline_of(book, instrument(symbol), at(moment))
    assert found.trades_this_session == sum(one >= at(session) for one in set(moments))
    assert found.trades_today == sum(one >= at(day) for one in set(moments))


def test_a_traders_own_kill_zones_take_the_place_of_the_instruments() -> None:
    own = (Window("rest", time(8, 30), time(9, 10), trade=False), Window("mine", time(9), time(9, 45)))
    book = ledger(trade("2024-01-11T13:59:59Z"), trade("2024-01-11T14:00:00Z"))
    moments = [at(f"2024-01-11T{one}:00Z") for one in ("14:05", "14:15", "14:45")]  # resting, inside, over
    found = [discipline_of(book, EURUSD, one, own) for one in moments]
    assert [(one.trades_this_session, one.trades_today) for one in found] == [(2, 2), (1, 2), (2, 2)]


def test_an_empty_ledger_is_known_to_hold_nothing() -> None:
    found = discipline_of(ledger(), EURUSD, at(NEW_YORK_MORNING))
    assert found.to_dict() == {
        "trades_this_session": 0,
        "trades_today": 0,
        "losses_this_session": 0,
        "losses_in_row": 0,
        "minutes_since_loss": NEVER_MINUTES,
        "daily_loss_pct": 0.0,
        "drawdown_pct": 0.0,
        "stopped": None,
    }


BOOK = ledger(
    trade("2024-01-10T13:00:00Z", "2024-01-10T14:00:00Z", 500.0),  # the day before: 10,500
    trade("2024-01-11T07:30:00Z", "2024-01-11T12:10:00Z", -105.0),  # London's, closed in the New York morning: 10,395
    trade("2024-01-11T12:20:00Z", "2024-01-11T13:00:00Z", 0.0),  # breaks even
    trade("2024-01-11T13:10:00Z", "2024-01-11T13:40:00Z", -105.0),  # 10,290
    trade("2024-01-11T13:50:00Z", "2024-01-11T14:00:00Z", -210.0),  # 10,080
    trade("2024-01-11T14:10:00Z"),
)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [  # trades this session, today, losses this session, in a row, minutes since, daily loss, drawdown
        ("2024-01-10T13:59:59Z", (1, 1, 0, 0, NEVER_MINUTES, 0.0, 0.0)),
        ("2024-01-10T14:00:00Z", (1, 1, 0, 0, NEVER_MINUTES, 0.0, 0.0)),
        ("2024-01-11T11:59:00Z", (1, 1, 0, 0, NEVER_MINUTES, 0.0, 0.0)),
        ("2024-01-11T12:10:00Z", (0, 1, 1, 1, 0.0, 1.0, 1.0)),
        ("2024-01-11T13:00:00Z", (1, 2, 1, 0, 50.0, 1.0, 1.0)),
        ("2024-01-11T13:45:00Z", (2, 3, 2, 1, 5.0, 2.0, 2.0)),
        ("2024-01-11T14:30:00Z", (4, 5, 3, 2, 30.0, 4.0, 4.0)),
        ("2024-01-11T21:59:59Z", (5, 5, 3, 2, 479.983333, 4.0, 4.0)),
        ("2024-01-11T22:00:00Z", (0, 0, 0, 0, 480.0, 0.0, 4.0)),
    ],
)
def test_a_day_of_trades_moment_by_moment(moment: str, expected: tuple[float, ...]) -> None:
    found = discipline_of(BOOK, EURUSD, at(moment)).check().to_dict()
    assert found.pop("stopped") is None
    assert tuple(found.values()) == pytest.approx(expected, abs=1e-6)


def test_a_day_that_recovers_what_it_lost_has_lost_nothing() -> None:
    book = ledger(
        trade("2024-01-11T13:00:00Z", "2024-01-11T13:10:00Z", -300.0),
        trade("2024-01-11T13:20:00Z", "2024-01-11T13:30:00Z", 300.0),
    )
    found = discipline_of(book, EURUSD, at(NEW_YORK_MORNING))
    assert (found.daily_loss_pct, found.drawdown_pct, found.minutes_since_loss) == (0.0, 0.0, 80.0)


@pytest.mark.parametrize(("lost", "pct"), [(-10_000.0, 100.0), (-25_000.0, 100.0), (-9_999.0, 99.99)])
def test_more_than_everything_cannot_be_lost(lost: float, pct: float) -> None:
    book = ledger(trade("2024-01-11T13:00:00Z", "2024-01-11T13:10:00Z", lost))
    found = discipline_of(book, EURUSD, at(NEW_YORK_MORNING)).check()
    assert (found.daily_loss_pct, found.drawdown_pct) == (pct, pct)


def test_a_day_that_begins_with_nothing_has_nothing_to_lose_or_all() -> None:
    book = ledger(
        trade("2024-01-09T13:00:00Z", "2024-01-09T13:10:00Z", -10_000.0),
        trade("2024-01-11T13:00:00Z", "2024-01-11T13:10:00Z", -1.0),
    )
    assert daily_loss_pct(book, at("2024-01-10T22:00:00Z"), at("2024-01-11T13:05:00Z")) == 0.0
    assert daily_loss_pct(book, at("2024-01-10T22:00:00Z"), at(NEW_YORK_MORNING)) == 100.0


def test_the_balance_stated_holds_when_it_was_stated() -> None:
    book = ledger(
        trade("2024-01-10T13:00:00Z", "2024-01-10T14:00:00Z", -200.0),  # recorded late: the statement knew of it
        trade("2024-01-11T13:00:00Z", "2024-01-11T14:00:00Z", 0.1),
        trade("2024-01-11T13:00:00Z", "2024-01-11T14:00:00Z", 0.2),
        stated="2024-01-11T12:00:00Z",
    )
    moments = ["2024-01-10T13:59:59Z", "2024-01-10T14:00:00Z", "2024-01-11T12:00:00Z", "2024-01-11T14:00:00Z"]
    assert [book.balance_at(at(one)) for one in moments] == [10_200.0, 10_000.0, 10_000.0, 10_000.3]
    assert book.drawdown_pct(at(NEW_YORK_MORNING)) == pytest.approx((10_200 - 10_000.3) / 102, abs=1e-6)


def moved(after: float | None) -> Ledger:
    """Lose 5 and then 2 percent of 10,000 on one day; between the two the balance is stated to be `after`."""
    statements = [Statement(Account(10_000.0), at("2024-01-01T00:00:00Z"))]
    if after is not None:
        statements.append(Statement(Account(after), at("2024-01-11T13:30:00Z")))
    return Ledger(
        statements,
        [
            trade("2024-01-11T13:00:00Z", "2024-01-11T13:10:00Z", -500.0),
            trade("2024-01-11T14:00:00Z", "2024-01-11T14:10:00Z", -0.02 * (after or 9_500.0)),
            trade("2024-01-12T14:00:00Z", "2024-01-12T14:10:00Z", 0.01 * 0.98 * (after or 9_500.0)),
        ],
    )


@pytest.mark.parametrize("after", [None, 9_500.0, 4_750.0, 100.0, 19_000.0, 1_000_000.0])
def test_money_paid_in_or_out_is_neither_gain_nor_loss(after: float | None) -> None:
    book = moved(after)
    before, found = (discipline_of(book, EURUSD, at(f"2024-01-11T{one}:00Z")) for one in ("13:30", "14:30"))
    assert (before.daily_loss_pct, before.drawdown_pct) == (5.0, 5.0)
    assert (found.daily_loss_pct, found.drawdown_pct) == (6.9, 6.9)
    later = discipline_of(book, EURUSD, at("2024-01-12T14:30:00Z"))
    assert (later.daily_loss_pct, later.drawdown_pct) == (0.0, 5.969)
    assert book.balance_at(at("2024-01-11T14:30:00Z")) == pytest.approx(0.98 * (after or 9_500.0))
    assert book.equity_after(at("2024-01-12T14:30:00Z"), 2) == [0.931, 0.94031]


def test_before_the_first_statement_a_balance_nobody_knows_is_none_and_moves_nothing() -> None:
    book = ledger(
        trade("2024-01-10T13:00:00Z", "2024-01-10T13:10:00Z", -90.0),
        trade("2024-01-10T14:00:00Z", "2024-01-10T14:10:00Z", 500.0),  # more than there was afterwards: money was taken
        trade("2024-01-10T15:00:00Z", "2024-01-10T15:10:00Z", -100.0),
        stated="2024-01-11T12:00:00Z",
        balance=300.0,
    )
    moments = ("2024-01-10T12:00:00Z", "2024-01-10T13:30:00Z", "2024-01-10T14:30:00Z", "2024-01-10T15:30:00Z")
    assert [book.balance_at(at(one)) for one in moments] == [0.0, 0.0, 400.0, 300.0]
    assert [book.drawdown_pct(at(one)) for one in moments] == [0.0, 0.0, 0.0, 25.0]


def test_an_account_that_is_used_up_begins_anew_with_its_next_statement() -> None:
    book = Ledger(
        [
            Statement(Account(1_000.0), at("2024-01-09T00:00:00Z")),
            Statement(Account(500.0), at("2024-01-11T13:30:00Z")),
        ],
        [
            trade("2024-01-11T13:00:00Z", "2024-01-11T13:10:00Z", -1_200.0),
            trade("2024-01-11T14:00:00Z", "2024-01-11T14:10:00Z", -50.0),
            trade("2024-01-12T14:00:00Z", "2024-01-12T14:10:00Z", -45.0),
        ],
    )
    moments = ("2024-01-11T13:20:00Z", "2024-01-11T14:30:00Z", "2024-01-12T14:30:00Z")
    found = [discipline_of(book, EURUSD, at(one)) for one in moments]
    assert [one.daily_loss_pct for one in found] == [100.0, 100.0, 10.0]
    assert [one.drawdown_pct for one in found] == [100.0, 10.0, 19.0]
    assert [book.balance_at(at(one)) for one in moments] == [0.0, 450.0, 405.0]


def test_each_statement_has_its_time_and_its_currency() -> None:
    book = Ledger(
        [
            Statement(Account(1_000.0, "EUR"), at("2024-01-09T00:00:00Z")),
            Statement(Account(7.0, "GBP"), at("2024-01-12T00:00:00Z")),  # by a clock that was ahead
            Statement(Account(2_000.0, "USD"), at("2024-01-10T00:00:00Z")),
        ],
        [],
    )
    moments = ("2024-01-08T00:00:00Z", "2024-01-09T23:59:59Z", "2024-01-10T00:00:00Z", "2024-01-13T00:00:00Z")
    assert [book.account_at(at(one)).currency for one in moments] == ["EUR", "EUR", "USD", "USD"]
    assert [book.balance_at(at(one)) for one in moments] == [1_000.0, 1_000.0, 2_000.0, 2_000.0]
    assert book.account == Account(2_000.0, "USD")


MOMENTS = st.integers(at("2024-03-07T00:00:00Z"), at("2024-03-14T00:00:00Z"))


@st.composite
def recorded(draw: st.DrawFn) -> Trade:
    opened, length = draw(MOMENTS), draw(st.none() | st.integers(0, 100_000))
    pnl = draw(st.integers(-500, 500)) / 4
    return Trade(
        "id", "EURUSD", "long", opened, risk_pct=1.0,
        closed_at=None if length is None else opened + length, pnl=None if length is None else pnl,
    )  # fmt: skip


@settings(deadline=None)
@given(trades=st.lists(recorded(), max_size=12), moment=MOMENTS, market=st.sampled_from([EURUSD, BTCUSD, ES]))
def test_nothing_after_the_moment_counts(trades: list[Trade], moment: int, market: Instrument) -> None:
    stated = at("2024-03-01T00:00:00Z")
    by_then = [
        one if one.closed_at is None or one.closed_at <= moment else replace(one, closed_at=None, pnl=None)
        for one in trades
        if one.opened_at <= moment
    ]
    whole, cut = (Ledger([Statement(Account(10_000.0), stated)], some) for some in (trades, by_then))
    assert discipline_of(whole, market, moment).check() == discipline_of(cut, market, moment)
    assert whole.balance_at(moment) == cut.balance_at(moment)
