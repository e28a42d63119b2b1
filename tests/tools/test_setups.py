"""Setups: their prices by hand, and their lives against a plain loop on random and demo charts."""

import asyncio

import numpy as np
import pytest
from hypothesis import given

from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.displacement import average_true_range
from tools.facts import NONE
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.setups import ICT_2022, MODELS, SHIFT_AND_OTE, SWEEP_DISPLACEMENT_GAP
from tools.timeframes import Timeframe

EURUSD = instrument("EURUSD")


@pytest.fixture(scope="module")
def chart() -> Chart:
    """Give the reading of 3,000 demo bars, with setups of every model."""
    market = DemoMarketData(7, clock=lambda: 1_790_000_000)
    bars = asyncio.run(market.candles("EURUSD", Timeframe.M15, limit=3000))
    return read_chart(bars, EURUSD)


def test_every_model_is_found(chart: Chart) -> None:
    assert set(chart.setups.model.tolist()) == set(MODELS)
    assert set(chart.setups.direction.tolist()) == {1, -1}


def test_the_2022_model_enters_the_gap_of_its_shift(chart: Chart) -> None:
    setups, shifts, candles_ = chart.setups, chart.market_structure_shifts, chart.candles
    atr = average_true_range(candles_)
    for row in np.flatnonzero(setups.model == ICT_2022).tolist():
        (shift,) = np.flatnonzero(
            (shifts.formed_index == setups.formed_index[row]) & (shifts.direction == setups.direction[row])
        ).tolist()
        gap, origin, confirmed = shifts.gap_index[shift], shifts.origin_index[shift], shifts.confirmed_index[shift]
        way = int(setups.direction[row])
        assert setups.entry[row] == (candles_.low[gap] if way > 0 else candles_.high[gap])
        extreme = candles_.low[origin] if way > 0 else candles_.high[origin]
        assert setups.stop[row] == extreme - way * 0.1 * atr[confirmed]
        assert setups.confirmed_index[row] == confirmed


def test_the_retracement_entry_lies_at_the_sweet_spot_of_its_leg(chart: Chart) -> None:
    setups, bars = chart.setups, chart.candles
    for row in np.flatnonzero(setups.model == SHIFT_AND_OTE).tolist():
        origin, confirmed = int(setups.origin_index[row]), int(setups.confirmed_index[row])
        leg = slice(origin, confirmed + 1)
        low, high = bars.low[leg].min(), bars.high[leg].max()
        given_back = (high - setups.entry[row] if setups.direction[row] > 0 else setups.entry[row] - low) / (high - low)
        assert given_back == pytest.approx(0.705)


def test_the_sweep_model_enters_a_displacement_gap_soon_after_a_sweep(chart: Chart) -> None:
    setups, gaps, pools = chart.setups, chart.fair_value_gaps, chart.liquidity_pools
    for row in np.flatnonzero(setups.model == SWEEP_DISPLACEMENT_GAP).tolist():
        way, confirmed = int(setups.direction[row]), int(setups.confirmed_index[row])
        (gap,) = np.flatnonzero((gaps.confirmed_index == confirmed) & (gaps.direction == way)).tolist()
        assert gaps.displaced[gap]
        swept = pools.swept_index[(pools.side == -way) & (pools.swept_index != NONE)]
        before = swept[swept < confirmed - 1]
        assert len(before)
        assert confirmed - 1 - before.max() <= 20


def lives_by_loop(bars: Candles, row: dict[str, float]) -> tuple[int, int]:
    entered = stopped = NONE
    way = row["direction"]
    for u in range(int(row["confirmed"]) + 1, len(bars)):
        nearest = bars.low[u] if way > 0 else bars.high[u]
        if entered == NONE and way * nearest <= way * row["entry"]:
            entered = u
        if stopped == NONE and way * nearest <= way * row["stop"]:
            stopped = u
    return entered, stopped


def check_lives(chart: Chart) -> None:
    setups, bars = chart.setups, chart.candles
    for row in range(len(setups)):
        way = int(setups.direction[row])
        told = {
            "direction": way,
            "confirmed": int(setups.confirmed_index[row]),
            "entry": float(setups.entry[row]),
            "stop": float(setups.stop[row]),
        }
        assert lives_by_loop(bars, told) == (setups.entered_index[row], setups.stopped_index[row])
        assert way * (bars.close[setups.confirmed_index[row]] - setups.entry[row]) > 0
        assert way * (setups.entry[row] - setups.stop[row]) > 0


def test_lives_on_the_demo_market(chart: Chart) -> None:
    check_lives(chart)


@REPEATABLE
@given(candles(minimum=40))
def test_lives_on_random_charts(bars: Candles) -> None:
    check_lives(read_chart(bars, EURUSD))


def test_fresh_setups_have_neither_traded_nor_failed(chart: Chart) -> None:
    fresh = chart.setups.fresh()
    assert (fresh.entered_index == NONE).all()
    assert (fresh.stopped_index == NONE).all()
    assert len(fresh) < len(chart.setups)
