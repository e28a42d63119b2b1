"""Every fill rule on a few hand-drawn candles: entry 100, stop 90, invalidation 92, target 120; and its mirror."""

import pytest

from evals.outcomes.orders import CANDLES_END, EXPIRED, INVALIDATED, Costs, Fate, Order, Patience, follow
from tests.evals.outcomes.drawn import POINTS, Bar, candles, mirrored
from tools.errors import InvalidParameter

DECIDING: Bar = (105, 130, 80, 110)  # everything trades on it, and nothing of it counts
FREE = Costs()
LONG = Order(0, 1, 100, 90, 92, 120)
SHORT = Order(0, -1, 100, 110, 108, 80)


def fate(*bars: Bar, valid: int = 3, hold: int = 3, costs: Costs = FREE) -> Fate:
    """Follow the long order after the deciding bar; the short one on the mirrored bars must fare the same."""
    patience = Patience(valid, hold)
    found = follow(candles(DECIDING, *bars), LONG, patience, costs, POINTS)
    assert follow(mirrored(DECIDING, *bars), SHORT, patience, costs, POINTS) == found
    return found


QUIET: Bar = (110, 115, 105, 110)


@pytest.mark.parametrize(
    ("bars", "result", "filled", "ended", "r"),
    [
        # the next bar fills, a later one reaches the target
        ([(105, 108, 99, 104), (104, 121, 103, 120)], "target", 1, 2, 2.0),
        # touched to the tick: entry, target
        ([(105, 108, 100, 104), (104, 120, 103, 119)], "target", 1, 2, 2.0),
        # entry and stop in one bar: the stop
        ([(105, 108, 90, 95)], "stop", 1, 1, -1.0),
        # entry, stop and target in one bar: the stop
        ([(105, 125, 90, 95)], "stop", 1, 1, -1.0),
        # target and stop in one bar while held: the stop
        ([(105, 108, 99, 104), (104, 125, 88, 110)], "stop", 1, 2, -1.0),
        # entry and target in one bar that opened above the entry: the high may have come first
        ([(105, 125, 99, 104), (104, 110, 101, 105), (105, 110, 101, 102)], "time", 1, 3, 0.2),
        # the same bar opened beyond the entry: all of it is after the fill, which is at the limit all the same
        ([(98, 125, 96, 104)], "target", 1, 1, 2.0),
        # opened to the tick at the entry
        ([(100, 120, 96, 104)], "target", 1, 1, 2.0),
        # a better open is not taken: bought at 100, though 95 was there
        ([(95, 104, 94, 103), (103, 108, 100, 105), (105, 106, 104, 105)], "time", 1, 3, 0.5),
        # the stop gaps through while held: filled at the open
        ([(105, 108, 99, 104), (85, 95, 80, 94)], "stop", 1, 2, -1.5),
        # the target gaps through: filled at the target
        ([(105, 108, 99, 104), (125, 130, 123, 124)], "target", 1, 2, 2.0),
        # the stop is touched to the tick
        ([(105, 108, 99, 104), (104, 106, 90, 95)], "stop", 1, 2, -1.0),
        # filled on the last bar it may rest
        ([QUIET, QUIET, (110, 112, 100, 111), (111, 120, 110, 119)], "target", 3, 4, 2.0),
        # held to the close of the third bar, the fill being the first
        ([(105, 108, 99, 104), (104, 110, 101, 108), (108, 112, 104, 107), (107, 130, 70, 80)], "time", 1, 3, 0.7),
        # the candles end while it is held
        ([(105, 108, 99, 104), (104, 110, 101, 108)], "open", 1, 2, 0.8),
    ],
)
def test_a_filled_order(bars: list[Bar], result: str, filled: int, ended: int, r: float) -> None:
    found = fate(*bars)
    assert (found.result, found.filled, found.ended, found.reason) == (result, filled, ended, None)
    assert found.r == pytest.approx(r)


@pytest.mark.parametrize(
    ("bars", "ended", "reason"),
    [
        # never reached; the target is no matter before the entry
        ([QUIET, (110, 125, 101, 110), QUIET, (110, 112, 90, 100)], 3, EXPIRED),
        # opened at the invalidation: the idea was wrong before it could be entered
        ([QUIET, (92, 112, 91, 110)], 2, INVALIDATED),
        # opened beyond the stop
        ([(80, 125, 75, 110)], 1, INVALIDATED),
        ([QUIET, QUIET], 2, CANDLES_END),
        ([], 0, CANDLES_END),
    ],
)
def test_an_order_that_is_not_filled(bars: list[Bar], ended: int, reason: str) -> None:
    assert fate(*bars) == Fate("not_filled", ended, reason)


def test_the_deciding_bar_and_those_before_it_are_never_read() -> None:
    after: list[Bar] = [(105, 108, 99, 104), (104, 121, 103, 120)]
    calm = follow(candles((105, 106, 104, 105), *after), LONG, Patience(), FREE, POINTS)
    assert calm == follow(candles(DECIDING, *after), LONG, Patience(), FREE, POINTS)


@pytest.mark.parametrize(
    ("bars", "mae", "mfe"),
    [
        # the fill bar's high may have come before the fill; its low came after or with it; that of the target's bar may
        # have come before the target, and is taken
        ([(105, 118, 97, 104), (104, 121, 96, 120)], 0.4, 2.0),
        # the low of the target's bar may have come after it, and is the furthest all the same
        ([(105, 108, 99, 104), (104, 125, 91, 95)], 0.9, 2.0),
        # it opened beyond the entry: its high counts
        ([(98, 109, 95, 104), (104, 106, 89, 90)], 1.0, 0.9),
        # on a stopping bar the high may have come after the stop
        ([(105, 108, 99, 104), (104, 119, 88, 110)], 1.0, 0.0),
        # a gap goes further against than the stop
        ([(105, 108, 99, 104), (85, 95, 80, 94)], 1.5, 0.0),
    ],
)
def test_excursions_against_take_what_may_be_and_those_for_what_is_certain(
    bars: list[Bar], mae: float, mfe: float
) -> None:
    found = fate(*bars)
    assert (found.mae_r, found.mfe_r) == (pytest.approx(mae), pytest.approx(mfe))


WINS: list[Bar] = [(105, 108, 99, 104), (104, 121, 103, 120)]
LOSES: list[Bar] = [(105, 108, 99, 104), (104, 106, 88, 95)]


@pytest.mark.parametrize(
    ("costs", "won", "lost"),
    [
        (Costs(spread_ticks=1), 1.9, -1.1),
        (Costs(slippage_ticks=2), 2.0, -1.2),
        (Costs(commission=5), 1.95, -1.05),  # 5 a contract of 10 a point, over a risk of 10 points
        (Costs(commission=0.05, commission_in_r=True), 1.95, -1.05),
        (Costs(1, 2, 5), 1.85, -1.35),
    ],
)
def test_costs(costs: Costs, won: float, lost: float) -> None:
    assert fate(*WINS, costs=costs).r == pytest.approx(won)
    assert fate(*LOSES, costs=costs).r == pytest.approx(lost)
    assert fate(*WINS, costs=costs).mfe_r == 2.0


def test_costs_are_read_and_told() -> None:
    assert Costs.of_texts(0, "0", 0).sentence == "no costs"
    assert Costs.of_texts(1.5, "0.05R", 2) == Costs(1.5, 2, 0.05, commission_in_r=True)
    assert Costs.of_texts(1, "3.5", 0).sentence == "spread 1 ticks, slippage 0 ticks on stops, commission 3.5 a lot"
    for spread, commission, slippage in ((-1, "0", 0), (0, "much", 0), (0, "-1R", 0), (0, "0", float("nan"))):
        with pytest.raises(InvalidParameter, match="is no cost"):
            Costs.of_texts(spread, commission, slippage)


@pytest.mark.parametrize(("valid", "hold"), [(0, 1), (1, 0)])
def test_patience_is_at_least_a_bar(valid: int, hold: int) -> None:
    with pytest.raises(InvalidParameter, match="at least one"):
        Patience(valid, hold)
