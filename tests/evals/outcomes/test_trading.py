"""One order and one position at a time, by hand-drawn candles and hand-written decisions."""

from evals.outcomes.deciding import Decided, Offer
from evals.outcomes.orders import EXPIRED, REPLACED, Costs, Patience
from evals.outcomes.trading import Trade, trade_all
from tests.evals.outcomes.drawn import FIRST, POINTS, Bar, candles

QUIET: Bar = (110, 115, 105, 110)
ENTERS: Bar = (110, 111, 99, 104)
FALLS: Bar = (104, 105, 85, 88)


def at(index: int, name: str | None, entry: float = 100) -> Decided:
    offer = None if name is None else Offer(name, "6.1", 1, entry, entry - 10, entry - 8, entry + 20)
    return Decided(index, FIRST + 900 * (index + 1), "TRADE_NOW" if name else "WAIT", "wait", 0.5, offer)


def trades(decisions: list[Decided], *bars: Bar, valid: int = 3) -> list[Trade]:
    return trade_all(decisions, candles(*bars), POINTS, Patience(valid, 4), Costs())


def told(found: list[Trade]) -> list[tuple[str, str, int, str | None]]:
    return [(one.offer.fact_id, one.fate.result, one.fate.ended, one.fate.reason) for one in found]


def test_a_newer_setup_takes_the_place_of_a_resting_order() -> None:
    found = trades([at(0, "a"), at(1, "b", 103)], QUIET, QUIET, (110, 111, 102, 104), FALLS)
    assert told(found) == [("a", "not_filled", 1, REPLACED), ("b", "stop", 3, None)]


def test_a_resting_order_stays_where_nothing_is_offered() -> None:
    assert told(trades([at(0, "a"), at(1, None)], QUIET, QUIET, ENTERS, FALLS)) == [("a", "stop", 3, None)]


def test_a_setup_is_ordered_once() -> None:
    again = [at(index, "a") for index in range(6)]
    assert told(trades(again, *[QUIET] * 7)) == [("a", "not_filled", 3, EXPIRED)]


def test_while_a_position_is_held_further_setups_are_passed_by() -> None:
    decisions = [at(0, "a"), at(1, "b"), at(2, "b"), at(3, "c")]
    found = trades(decisions, QUIET, ENTERS, QUIET, FALLS, ENTERS, FALLS)
    assert told(found) == [("a", "stop", 3, None), ("c", "stop", 5, None)]


def test_the_deciding_bar_does_not_fill_its_own_order() -> None:
    assert told(trades([at(1, "a")], QUIET, ENTERS, QUIET, QUIET)) == [("a", "not_filled", 3, "the candles end")]


def test_a_later_decision_cannot_undo_a_fill_of_its_own_bar() -> None:
    found = trades([at(0, "a"), at(1, "b")], QUIET, ENTERS, FALLS)
    assert told(found) == [("a", "stop", 2, None)]


def test_the_day_is_the_trading_day_that_the_deciding_bar_closed_in() -> None:
    evening = Decided(0, 1_704_924_000, "TRADE_NOW", "wait", 0.5, at(0, "a").offer)  # 2024-01-10 17:00 New York
    morning = at(0, "a")
    first, second = (trades([one], QUIET, QUIET)[0].day for one in (evening, morning))
    assert first == second
