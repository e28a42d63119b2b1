"""Every figure against a hand example, its library, or the paper it comes from."""

import numpy as np
import pytest

from evals.outcomes.baselines import buy_and_hold, entered_at, random_entries
from evals.outcomes.deciding import Decided, Offer
from evals.outcomes.intervals import Figure, FloatArray, by_day, mean_by_day
from evals.outcomes.measures import max_drawdown, measure, profit_factor
from evals.outcomes.orders import Costs, Fate, Order, Patience, follow
from evals.outcomes.sharpe import Trials, deflated, expected_maximum, probability_above, sharpe_ratio
from evals.outcomes.trading import Trade
from evals.scoring.intervals import wilson
from evals.spread.random_walks import random_walk
from tests.evals.outcomes.drawn import POINTS, candles
from tools.instruments import instrument

SOME = (1.5, -1.0, -1.0, 2.0, -1.0, 1.5, -1.0, 0.3, -1.0, 2.5, -1.0, -1.2)


def test_the_interval_of_a_mean_is_clustered_by_day() -> None:
    """Forty equal results a day are one observation: the interval is that of the days and not of the trades."""
    chance = np.random.default_rng(3)
    by_day = chance.normal(0.2, 1.0, 60)
    clustered = mean_by_day(np.repeat(by_day, 40).tolist(), np.repeat(np.arange(60), 40).tolist(), seed=1)
    alone = mean_by_day(by_day.tolist(), list(range(60)), seed=1)
    assert clustered.to_dict() == alone.to_dict()
    assert alone.low is not None
    assert alone.high is not None
    width = 2 * 1.96 * by_day.std(ddof=1) / np.sqrt(60)
    assert alone.high - alone.low == pytest.approx(width, rel=0.3)
    assert alone == mean_by_day(by_day.tolist(), list(range(60)), seed=1)
    assert alone != mean_by_day(by_day.tolist(), list(range(60)), seed=2)


def test_few_days_have_no_interval_and_say_why() -> None:
    found = mean_by_day([1.0, 2.0], [1, 2], seed=1)
    assert (found.value, found.low, found.reason) == (
        1.5, None, "2 days with any are too few for an interval: it takes 10",
    )  # fmt: skip
    assert mean_by_day([], [], seed=1).reason == "there is nothing to measure"


def test_a_share_that_never_fails_is_not_certain_and_a_mean_without_spread_has_no_interval() -> None:
    days = list(range(20))
    found = mean_by_day([1.0] * 20, days, seed=1, bounds=(0.0, 1.0))
    assert (found.value, found.low, found.high) == (1, pytest.approx(wilson(20, 20).low), 1)
    assert mean_by_day([-1.07] * 23, [*days, 1, 1, 2], seed=1).low is None
    assert "no spread" in str(mean_by_day([-1.0] * 20, days, seed=1).reason)


def test_days_are_drawn_whole_and_in_their_order() -> None:
    """Each draw is made of whole days: pairs that were side by side stay so, and every day brings all of its rows."""
    days = np.repeat(np.arange(12), [1, 2, 3] * 4)
    rows = np.stack([np.arange(len(days), dtype=float), days.astype(float)], axis=1)

    def torn(drawn: FloatArray) -> float:
        """Count the places where a run of neighbouring rows begins or ends inside a day."""
        jumps = np.flatnonzero(np.diff(drawn[:, 0]) != 1)
        return float(np.sum(~np.isin(drawn[jumps + 1, 0], firsts)) + np.sum(~np.isin(drawn[jumps, 0], firsts - 1)))

    firsts = np.append(np.flatnonzero(np.diff(days, prepend=-1)), len(days))
    found = by_day(rows, days.tolist(), {"torn": Figure(torn, (0.0, 100.0))}, seed=4)["torn"]
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(100 * (wilson(0, 12).high or 0))  # that of no spread at all


@pytest.mark.parametrize("days", [12, 20])
def test_the_interval_of_a_mean_over_few_days_covers_it_as_often_as_it_says(days: int) -> None:
    """200 histories, each day near −1 or 2 R: the standard error of a share of 200 is 1.5 points.

    Percentiles that are not expanded cover 84 to 89 of 100 there, and those expanded for days and not blocks 90 to 94.
    """
    chance, histories = np.random.default_rng(days), 200
    results = np.where(chance.random((days, histories)) < 0.4, 2.0, -1.0) + chance.normal(0, 0.1, (days, histories))
    means = {str(one): Figure(lambda drawn, one=one: float(drawn[:, one].mean())) for one in range(histories)}
    found = by_day(results, list(range(days)), means, seed=1).values()
    covered = np.mean([one.low <= 0.2 <= one.high for one in found])  # type: ignore[operator]
    assert 0.92 <= covered <= 0.99


def test_a_figure_that_is_often_infinite_has_no_interval() -> None:
    returns = [2.0, 1.0, -1.0, 1.5, 1.0, 2.0, 1.0, 2.0, 1.0, 0.5]
    factor = Figure(lambda rows: profit_factor(rows[:, 0]), (0.0, None), infinite="nothing was lost")
    rows = np.array(returns)[:, None]
    found = by_day(rows, list(range(10)), {"factor": factor}, seed=1)["factor"]
    assert (found.value, found.low, found.high) == (12, None, None)
    assert found.reason == "in more than one draw of days in forty nothing was lost"
    won = by_day(np.abs(rows), list(range(10)), {"factor": factor}, seed=1)["factor"]
    assert (won.value, won.reason) == (None, "nothing was lost")


def drawn_trades(returns: list[float], days: list[int]) -> list[Trade]:
    offer = Offer("a", "6.1", 1, 100, 90, 92, 120)
    fates = [Fate("target" if r > 0 else "stop", at, None, at, r, 0.5, 0.5) for at, r in enumerate(returns)]
    return [
        Trade(Decided(at, 0, "TRADE_NOW", "wait", 0.5, offer), offer, fate, days[at]) for at, fate in enumerate(fates)
    ]


FIGURES = ("hit_rate", "expectancy_r", "profit_factor", "max_drawdown_r", "sharpe_per_trade", "sharpe_per_day")


def test_every_figure_has_an_interval_by_days_and_trades_of_one_day_are_no_news() -> None:
    """Trades that win or lose together by the day are as few observations as there are days, for the hit rate too."""
    by_days = np.where(np.random.default_rng(3).random(40) < 0.4, 2.0, -1.0).tolist()
    once = measure([], drawn_trades(by_days, list(range(40))), range(40), seed=1)
    often = measure(
        [], drawn_trades(np.repeat(by_days, 25).tolist(), np.repeat(range(40), 25).tolist()), range(40), seed=1
    )
    for name in FIGURES:
        assert once[name]["low"] <= once[name]["value"] <= once[name]["high"]
        assert once[name]["low"] < once[name]["high"]
        assert once[name]["n"] == 40
    for name in ("hit_rate", "expectancy_r", "profit_factor"):
        assert often[name] == once[name]
    independent = wilson(sum(r > 0 for r in by_days) * 25, 1_000)
    assert independent.low is not None
    assert often["hit_rate"]["low"] < independent.low - 0.08
    width = 2 * 1.96 * np.std(np.array(by_days) > 0, ddof=1) / np.sqrt(40)
    assert once["hit_rate"]["high"] - once["hit_rate"]["low"] == pytest.approx(width, rel=0.3)


def test_one_trade_that_carries_the_others_is_told() -> None:
    returns = [-1.0, -1.05, 0.6, 40.1] + [-1.0, 1.2] * 10
    found = measure([], drawn_trades(returns, list(range(24))), range(24), seed=1)
    assert (found["largest_win_r"], found["largest_loss_r"]) == (40.1, -1.05)
    assert found["expectancy_r"]["value"] == pytest.approx(40.65 / 24, abs=1e-6)
    without = found["expectancy_without_best_r"]
    assert (without["value"], without["n"]) == (pytest.approx(0.55 / 23, abs=1e-6), 23)
    assert without["low"] < without["value"] < without["high"]
    assert measure([], drawn_trades([0.5], [1]), [1], seed=1)["expectancy_without_best_r"]["value"] is None
    lost = measure([], drawn_trades([-1.0, -0.5], [1, 2]), [1, 2], seed=1)
    assert (lost["largest_win_r"], lost["largest_loss_r"]) == (None, -1)
    assert lost["expectancy_without_best_r"]["value"] == -1
    assert measure([], [], [1], seed=1)["largest_loss_r"] is None


def test_drawdown_counts_from_the_highest_point_and_from_nought() -> None:
    assert max_drawdown([1, 2, -1, -1, 3, -0.5]) == 2
    assert max_drawdown([-1, -1, 5]) == 2
    assert max_drawdown([]) == 0


def test_the_deflated_sharpe_ratio_of_the_papers_example() -> None:
    """Bailey & López de Prado (2014): 100 trials of annual variance 1/2, five years of days at 2.5 a year: 0.9004."""
    benchmark = expected_maximum(100, 0.5 / 250)
    assert benchmark == pytest.approx(0.1132, abs=5e-5)
    found = probability_above(2.5 / np.sqrt(250), benchmark, periods=1250, skewness=-3, kurtosis=10)
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_the_expected_maximum_is_that_of_simulated_worthless_trials() -> None:
    chance = np.random.default_rng(5)
    simulated = chance.normal(0, 0.1, (20_000, 50)).max(axis=1).mean()
    assert expected_maximum(50, 0.01) == pytest.approx(simulated, rel=0.02)
    assert expected_maximum(1, 0.01) == 0


def test_every_trial_deflates() -> None:
    found = [deflated(SOME, Trials(1, before, None))["value"] for before in (0, 9, 99, 999)]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4
    assert deflated(SOME, Trials(2, 0, 0.2))["variance_from"] == "the variants"
    assert deflated(SOME[:5], Trials(1, 0, None))["value"] is None
    assert "takes 10" in deflated(SOME[:5], Trials(1, 0, None))["reason"]


def test_trials_count_every_variant_and_those_before() -> None:
    found = Trials.of([0.1, None, 0.3], before=4)
    assert (found.total, found.variance) == (7, pytest.approx(0.02))
    assert Trials.of([0.1], before=0).variance is None


@pytest.mark.parametrize("others", [[], [0.5], [0.1, -0.3], [0.05, None]])
@pytest.mark.parametrize("before", [0, 1, 1_000])
def test_a_variant_that_trades_as_another_never_raises_the_deflated_ratio(
    others: list[float | None], before: int
) -> None:
    mine = sharpe_ratio(SOME)
    found = [deflated(SOME, Trials.of([mine] * copies + others, before))["value"] for copies in (1, 2, 3, 30)]
    assert found == sorted(found, reverse=True)


def test_variants_that_are_alike_do_not_switch_the_deflation_off() -> None:
    """100 returns after 1,000 trials: one variant, it twice, and two that hardly differ tell about the same."""
    returns = np.random.default_rng(8).normal(0.09, 1.0, 100).tolist()
    mine = sharpe_ratio(returns)
    assert mine is not None
    alone, twice, alike = (
        deflated(returns, Trials.of(sharpes, 1_000)) for sharpes in ([mine], [mine, mine], [mine, mine + 1e-6])
    )
    undeflated = deflated(returns, Trials.of([mine], 0))["value"]
    assert alone["value"] < 0.1 < 0.5 < undeflated
    assert twice["value"] == alike["value"] == pytest.approx(alone["value"], abs=1e-3)
    assert alike["variance_from"] == "worthless trades"


def test_the_sharpe_ratio_by_hand() -> None:
    assert sharpe_ratio([1, 2, 3]) == pytest.approx(2.0)
    assert sharpe_ratio([1, 1, 1]) is None
    assert sharpe_ratio([1]) is None


def test_the_counts_of_a_few_trades() -> None:
    offer = Offer("a", "6.1", 1, 100, 90, 92, 120)
    fates = [
        Fate("target", 4, None, 2, 2.0, 0.5, 2.0),
        Fate("stop", 9, None, 8, -1.0, 1.0, 0.25),
        Fate("time", 12, None, 10, 0.5, 0.75, 1.0),
        Fate("not_filled", 14, "expired"),
        Fate("open", 20, None, 18, 0.1, 0.2, 0.3),
    ]
    found = measure(
        [Decided(at, 0, "TRADE_NOW", "wait", 0.5, offer) for at in range(5)],
        [Trade(Decided(at, 0, "TRADE_NOW", "wait", 0.5, offer), offer, one, 100 + at) for at, one in enumerate(fates)],
        range(98, 106),
        seed=1,
    )
    assert (found["orders"], found["fills"], found["wins"], found["losses"]) == (5, 4, 1, 1)
    assert (found["timed_out"], found["still_open"], found["unfilled"]) == (1, 1, {"expired": 1})
    assert found["hit_rate"]["value"] == 0.333333
    assert found["expectancy_r"] == {
        "value": 0.5, "low": None, "high": None, "n": 3,
        "reason": "3 days with any are too few for an interval: it takes 10",
    }  # fmt: skip
    assert (found["total_r"], found["profit_factor"]["value"], found["max_drawdown_r"]["value"]) == (1.5, 2.5, 1.0)
    assert found["mae_r"]["50%"] == 0.75
    assert found["sharpe_per_trade"]["value"] == pytest.approx(sharpe_ratio([2.0, -1.0, 0.5]), abs=1e-4)
    assert found["sharpe_per_day"]["value"] == pytest.approx(sharpe_ratio([0, 0, 2.0, -1.0, 0.5, 0, 0, 0]), abs=1e-4)


def test_no_trades_are_told_and_not_invented() -> None:
    found = measure([], [], range(5), seed=1)
    assert found["mae_r"] is None
    for name in FIGURES:
        assert (found[name]["value"], found[name]["reason"]) == (None, "there is nothing to measure")
    nothing = random_entries(
        candles((1, 1, 1, 1), (1, 1, 1, 1)), [], None, first=0, patience=Patience(), costs=Costs(), instrument=POINTS,
        seed=1,
    )  # fmt: skip
    assert nothing["reason"] == "no closed trade"


def test_buying_and_holding_is_measured_by_the_strategys_own_risk() -> None:
    bars = candles((90, 90, 90, 90), (100, 110, 95, 105), (105, 130, 104, 130))
    found = buy_and_hold(bars, 0, [10, 20], Costs(spread_ticks=3), POINTS)
    assert found == {"r": 1.8, "move_pct": 30.0, "reason": None}
    assert buy_and_hold(bars, 0, [], Costs(), POINTS)["r"] is None


@pytest.mark.parametrize("way", [1, -1])
def test_entries_by_chance_are_traded_by_the_same_rules(way: int) -> None:
    """All at once and one by one: an order whose entry is the open of a bar fares as the entry at that open."""
    walk, market, patience = random_walk(4, bars=400), instrument("EURUSD"), Patience(1, 12)
    costs, tick = Costs(1, 2, 0.01, commission_in_r=True), 0.00001
    begins = np.arange(1, 380)
    shape = Order(0, way, 1.0, 1.0 - way * 60 * tick, 1.0 - way * 60 * tick, 1.0 + way * 90 * tick)
    found = entered_at(walk, shape, begins, patience, costs, market)
    expected, results = [], set()
    for at in begins.tolist():
        entry = float(walk.open[at])
        stop = entry - shape.risk * way
        order = Order(at - 1, way, entry, stop, stop, entry + way * abs(shape.target - shape.entry))
        fate = follow(walk, order, patience, costs, market)
        results.add(fate.result)
        expected.append(fate.r)
    assert results >= {"target", "stop", "time"}
    assert found == pytest.approx(np.array(expected), abs=1e-9)


def test_entries_by_chance_give_a_distribution_and_a_place_in_it() -> None:
    walk, market = random_walk(4, bars=400), instrument("EURUSD")
    orders = [Order(at, 1, 1.1, 1.0994, 1.0994, 1.1009) for at in range(8)]
    given = {"first": 30, "patience": Patience(1, 12), "costs": Costs(), "instrument": market, "draws": 400}
    high, low = (random_entries(walk, orders, mean, seed=2, **given) for mean in (5.0, -5.0))  # type: ignore[arg-type]
    assert (high["percentile"], low["percentile"]) == (100, 0)
    middle = random_entries(walk, orders, high["quantiles_r"][1], seed=2, **given)  # type: ignore[arg-type]
    assert middle["percentile"] == pytest.approx(50, abs=3)
    assert {**middle, "percentile": 100.0} == high
