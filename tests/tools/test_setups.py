"""Setups: which of the drafts are offered, their stops and lives by hand, and their prices on the demo market."""

import asyncio
from typing import Any, Final

import numpy as np
import pytest

from tests.tools.hand_drawn import Drawn, draw, steady
from tests.tools.setup_tables import facts_of, gap, no_facts
from tools.candles import Candles
from tools.displacement import average_true_range
from tools.facts import NONE
from tools.market.demo import DemoMarketData
from tools.setups import (
    DISPLACED_GAP,
    ICT_2022,
    MODEL_NAMES,
    MODEL_RULES,
    MODELS,
    POWER_OF_THREE,
    SHIFT_AND_OTE,
    SILVER_BULLET,
    SWEEP_DISPLACEMENT_GAP,
    TURTLE_SOUP,
    UNICORN,
    Setups,
    detect_setups,
)
from tools.timeframes import Timeframe

SOUP: Final[Drawn] = (9.5, 10.0, 8.0, 9.5)
Market = tuple[Candles, dict[str, Any], Setups]


@pytest.fixture(scope="module")
def market() -> Market:
    """Give 3,000 demo bars, their facts, and the setups of every model."""
    demo = DemoMarketData(7, clock=lambda: 1_790_000_000)
    bars = asyncio.run(demo.candles("EURUSD", Timeframe.M15, limit=3000))
    facts = facts_of(bars)
    return bars, facts, detect_setups(bars, **facts)


def soups(*bars: Drawn, before: int = 14, **parameters: Any) -> Setups:
    """Find the turtle soups of three bars after bars about 10 whose ATR is 2."""
    return detect_setups(draw(*steady(before, 10, 2), *bars), **no_facts(), turtle_soup_bars=3, **parameters)


def test_the_stop_lies_a_buffer_beyond_the_invalidation() -> None:
    found = soups(SOUP)
    assert (found.entry.tolist(), found.invalidation.tolist(), found.stop.tolist()) == ([9], [8], [8 - 0.1 * 2])
    assert soups(SOUP, stop_buffer_atr=0.25).stop.tolist() == [7.5]
    turned = soups((10.5, 12, 10, 10.5))
    assert (turned.direction.tolist(), turned.entry.tolist(), turned.stop.tolist()) == ([-1], [11], [12 + 0.1 * 2])


def test_without_an_atr_there_is_no_stop_and_so_no_setup() -> None:
    assert len(soups(SOUP, before=13)) == 1
    assert len(soups(SOUP, before=12)) == 0


def test_the_close_must_still_be_ahead_of_the_entry() -> None:
    candles = draw(*steady(14, 10, 2), (10, 10, 9, 10))
    for top, count in ((10.0, 0), (9.75, 1)):
        assert len(detect_setups(candles, **no_facts() | {"gaps": gap(14, top, 9.5)})) == count


def test_the_entry_must_be_ahead_of_the_stop() -> None:
    candles = draw(*steady(14, 10, 2), (10, 10, 9, 10))
    for top, count in ((9.0, 0), (9.25, 1)):
        facts = no_facts() | {"gaps": gap(14, top, 8.5)}
        assert len(detect_setups(candles, **facts, stop_buffer_atr=0.0)) == count


def test_a_stop_must_be_a_price() -> None:
    for low, count in ((0.25, 0), (0.5, 1)):
        candles = draw(*steady(14, 2, 2), (1.5, 2 + low, low, 1.5))
        found = detect_setups(candles, **no_facts(), turtle_soup_bars=3, stop_buffer_atr=0.125)
        assert found.stop.tolist() == [0.25] * count


@pytest.mark.parametrize(
    ("later", "entered", "stopped"),
    [
        ([(9.5, 10.0, 9.25, 9.5), (9.5, 10.0, 9.0, 9.5)], 16, NONE),  # reaching is enough
        ([(9.5, 10.0, 8.0, 9.5), (9.5, 10.0, 7.5, 9.5)], 15, 16),
        ([(9.5, 10.0, 7.5, 9.5)], 15, 15),
        ([(9.5, 10.0, 7.75, 9.5), (9.5, 10.0, 7.5, 9.5)], 15, 16),
        ([], NONE, NONE),  # the bar that confirms it does not enter it
    ],
)
def test_its_life_begins_after_its_confirmation(later: list[Drawn], entered: int, stopped: int) -> None:
    found = soups(SOUP, *later, stop_buffer_atr=0.25)
    assert (found.entered_index[0], found.stopped_index[0]) == (entered, stopped)
    assert (14 in found.fresh().confirmed_index) == (entered == NONE)


def test_its_name_says_model_direction_and_time() -> None:
    candles = draw(*steady(14, 10, 2), SOUP)
    (row,) = detect_setups(candles, **no_facts(), turtle_soup_bars=3).rows(candles)
    assert row["id"] == "setup:1h:turtle_soup:bullish:2024-01-11T02:00:00Z"
    assert (row["model"], row["gap_index"], row["origin_at"]) == ("turtle_soup", None, "2024-01-11T02:00:00Z")


@pytest.mark.parametrize("bars", [0, 1, 2, 3, 13, 14])
def test_few_bars_are_no_fault(market: Market, bars: int) -> None:
    few = market[0][:bars]
    assert len(detect_setups(few, **facts_of(few))) == 0


def test_every_model_has_a_name_and_the_number_of_its_rule() -> None:
    assert list(MODELS) == list(MODEL_NAMES) == sorted(MODEL_RULES) == list(range(9))
    assert set(MODEL_RULES.values()) == {f"6.{number}" for number in range(1, 8)}
    assert MODEL_RULES[SILVER_BULLET] == MODEL_RULES[SWEEP_DISPLACEMENT_GAP] == "6.3"
    assert MODEL_RULES[UNICORN] == MODEL_RULES[ICT_2022] == "6.5"


def test_every_model_is_found(market: Market) -> None:
    _, _, setups = market
    assert set(setups.model.tolist()) == set(MODELS)
    assert set(setups.direction.tolist()) == {1, -1}


def test_rows_are_in_one_order_and_named_once(market: Market) -> None:
    bars, _, setups = market
    columns = (setups.confirmed_index, setups.model, setups.formed_index, -setups.direction)
    keys = list(zip(*(column.tolist() for column in columns), strict=True))
    assert keys == sorted(set(keys))
    assert len({setups.id_of(row, bars) for row in range(len(setups))}) == len(setups)


def test_every_setup_waits_behind_the_close_and_before_its_stop(market: Market) -> None:
    bars, _, setups = market
    way, atr = setups.direction, average_true_range(bars)[setups.confirmed_index]
    assert (way * (bars.close[setups.confirmed_index] - setups.entry) > 0).all()
    assert (way * (setups.entry - setups.stop) > 0).all()
    assert (setups.stop == setups.invalidation - way * (0.1 * atr)).all()
    extreme = np.where(way > 0, bars.low[setups.origin_index], bars.high[setups.origin_index])
    assert (setups.invalidation == extreme).all()


def test_the_2022_model_enters_the_gap_of_its_shift(market: Market) -> None:
    bars, facts, setups = market
    shifts = facts["shifts"]
    for row in np.flatnonzero(setups.model == ICT_2022).tolist():
        (shift,) = np.flatnonzero(
            (shifts.formed_index == setups.formed_index[row]) & (shifts.direction == setups.direction[row])
        ).tolist()
        at = shifts.gap_index[shift]
        assert setups.entry[row] == (bars.low[at] if setups.direction[row] > 0 else bars.high[at])
        assert setups.origin_index[row] == shifts.origin_index[shift]
        assert setups.confirmed_index[row] == shifts.confirmed_index[shift]


def test_power_of_three_is_a_2022_model_within_the_day(market: Market) -> None:
    _, _, setups = market
    names = ("confirmed_index", "direction", "entry", "gap_index")
    of_2022, of_judas = (
        {tuple(getattr(setups, name)[row].item() for name in names) for row in np.flatnonzero(setups.model == model)}
        for model in (ICT_2022, POWER_OF_THREE)
    )
    assert of_judas < of_2022


def test_the_retracement_entry_lies_at_the_sweet_spot_of_its_leg(market: Market) -> None:
    bars, _, setups = market
    for row in np.flatnonzero(setups.model == SHIFT_AND_OTE).tolist():
        leg = slice(int(setups.origin_index[row]), int(setups.confirmed_index[row]) + 1)
        low, high = bars.low[leg].min(), bars.high[leg].max()
        given_back = (high - setups.entry[row] if setups.direction[row] > 0 else setups.entry[row] - low) / (high - low)
        assert given_back == pytest.approx(0.705)


def test_the_sweep_model_enters_some_of_the_displacement_gaps(market: Market) -> None:
    _, facts, setups = market
    gaps = facts["gaps"]
    displaced = set(gaps.confirmed_index[gaps.displaced].tolist())
    entered, after_sweeps = (
        set(setups.gap_index[setups.model == model].tolist()) for model in (DISPLACED_GAP, SWEEP_DISPLACEMENT_GAP)
    )
    assert after_sweeps < entered <= displaced


def test_a_unicorn_enters_inside_its_breaker(market: Market) -> None:
    _, facts, setups = market
    breakers = facts["breakers"]
    for row in np.flatnonzero(setups.model == UNICORN).tolist():
        (of,) = np.flatnonzero(
            (breakers.confirmed_index == setups.formed_index[row]) & (breakers.direction == setups.direction[row])
        ).tolist()
        assert breakers.bottom[of] <= setups.entry[row] <= breakers.top[of]


def test_turtle_soup_enters_no_gap(market: Market) -> None:
    _, _, setups = market
    assert (setups.gap_index[setups.model == TURTLE_SOUP] == NONE).all()


def test_fresh_setups_have_neither_traded_nor_failed(market: Market) -> None:
    _, _, setups = market
    fresh = setups.fresh()
    assert (fresh.entered_index == NONE).all()
    assert (fresh.stopped_index == NONE).all()
    assert 0 < len(fresh) < len(setups)
