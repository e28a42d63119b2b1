"""The measurement of how decisions spread: charts with nothing in them, and a check of freshness of its own."""

import numpy as np
import pytest

from evals.spread.__main__ import report
from evals.spread.measure import Outcome, decide_walk, is_stale
from evals.spread.random_walks import random_walk
from tools.candles import Candles
from tools.times import iso_utc

BARS = 480


def test_a_seed_gives_the_same_walk_and_another_seed_another() -> None:
    assert random_walk(5, bars=BARS).to_bytes() == random_walk(5, bars=BARS).to_bytes()
    assert random_walk(5, bars=BARS).to_bytes() != random_walk(6, bars=BARS).to_bytes()


def test_walks_have_no_drift_and_no_weekends() -> None:
    """The mean of 300 walks' moves lies within three standard errors of zero."""
    walks = [random_walk(seed, bars=BARS) for seed in range(300)]
    moves = np.array([walk.close[-1] / walk.open[0] - 1 for walk in walks])
    assert abs(moves.mean()) < 3 * moves.std() / np.sqrt(len(moves))
    gaps = np.diff(walks[0].time)
    assert set(gaps.tolist()) <= {900, 900 + 48 * 3600}


def test_decisions_over_walks_are_repeatable_and_never_certain() -> None:
    first = [decide_walk(seed, bars=BARS, profile="relaxed") for seed in range(12)]
    assert first == [decide_walk(seed, bars=BARS, profile="relaxed") for seed in range(12)]
    assert all(0 <= one.confidence < 1 and not one.is_stale for one in first)


@pytest.mark.parametrize(
    ("lows", "stale"),
    [((1.2, 1.2, 1.2), False), ((1.0, 1.2, 1.2), False), ((1.2, 1.1, 1.2), True), ((1.2, 1.2, 1.0), True)],
)
def test_an_offer_is_stale_once_price_came_back_after_it_was_confirmed(lows: tuple[float, ...], stale: bool) -> None:
    rows = [{"t": 900 * at, "o": 1.25, "h": 1.3, "l": low, "c": 1.25} for at, low in enumerate(lows, 1)]
    setup = {"confirmed_at": iso_utc(1800), "entry_price": 1.1, "stop_loss": 1.05, "direction": "bullish"}
    assert is_stale(Candles.from_rows(rows, "15m"), setup) is stale


def test_the_report_counts_what_it_is_given() -> None:
    trade = Outcome("TRADE_NOW", "auto_eligible", 0.75, 8.0, (), True, False)
    wait = Outcome("WAIT", "wait", 0.35, 4.0, ("1.1",), False, False)
    said = report([trade, wait, wait, wait])
    assert "status WAIT: 3 (75.00%)" in said
    assert "TRADE_NOW (1): 0.750" in said
    assert "stale offers: 0 of 1" in said
    assert "at 1.00: 0" in said
    assert "deciding rules: 1.1 3" in said
