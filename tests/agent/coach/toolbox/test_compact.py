"""Short answers: what they cost, how they are cut, how numbers and times look."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.coach.toolbox.compact import MOST_TOKENS, compact, message, table_answer, tick_decimals, tokens_at_most
from tests.tools.strategies import REPEATABLE
from tools.instruments import known_instruments


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("abcd", 2), ("abc", 2), ("a1", 2), ("1.0835", 6), ("2024-01-05T14:30Z", 17), ('["bullish",null]', 11)],
)
def test_every_digit_and_sign_counts_and_two_letters_count_once(text: str, tokens: int) -> None:
    assert tokens_at_most(text) == tokens


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300))
@REPEATABLE
def test_the_bound_lies_between_half_the_characters_and_all_of_them(text: str) -> None:
    assert len(text) <= 2 * tokens_at_most(text) <= 2 * len(text)


@pytest.mark.parametrize(
    ("tick", "decimals"),
    [(0.00001, 5), (0.00005, 5), (0.25, 2), (0.1, 1), (1.0, 0), (0.005, 3), (10.0, 0), (1 / 3, 10)],
)
def test_prices_have_the_decimals_of_the_tick(tick: float, decimals: int) -> None:
    assert tick_decimals(tick) == decimals


def test_a_price_in_whole_ticks_of_any_known_market_is_not_changed() -> None:
    for market in known_instruments():
        price = round(12_345 * market.tick_size, 10)
        assert compact(price, tick_decimals(market.tick_size)) == price


def test_prices_times_and_ratios_are_shortened_and_nothing_else() -> None:
    document: dict[str, Any] = {
        "id": "fvg:15m:bullish:2024-01-05T14:30:00Z",
        "confirmed_at": "2024-01-05T14:45:00Z",
        "new_york_time": "2024-01-05T09:45:00-05:00",
        "day": "2024-01-05",
        "price": 1.083455001,
        "middle": 1.083455001,
        "entry": 1.0834549,
        "stop": 1.08,
        "pd_percent": 61.80339887,
        "retracement": 0.70512,
        "companion_price": 1.2345678,
        "members": 3,
        "complete": True,
        "targets": [1.0800000001, None],
        "nothing": -0.0000001,
    }
    assert compact(document, 5) == {
        **document,
        "confirmed_at": "2024-01-05T14:45Z",
        "new_york_time": "2024-01-05T09:45-05:00",
        "price": 1.08346,
        "middle": 1.083455,
        "entry": 1.083455,
        "pd_percent": 61.8,
        "retracement": 0.705,
        "targets": [1.08, None],
        "nothing": 0.0,
    }
    assert str(compact(-0.0000001, 5)) == "0.0"


@given(st.integers(0, 60), st.integers(1, 300))
@REPEATABLE
def test_a_table_keeps_as_many_of_the_first_rows_as_fit(rows: int, width: int) -> None:
    table = [[number, "7" * width] for number in range(rows)]
    text = table_answer({"tool": "find_it"}, rows + 5, ("number", "digits"), table)
    answer = json.loads(text)
    assert tokens_at_most(text) <= MOST_TOKENS
    assert answer["rows"] == table[: answer["shown"]]
    assert answer["total"] == rows + 5
    if answer["shown"] < rows:
        assert tokens_at_most(text) + width > MOST_TOKENS - 20


def test_a_long_message_is_cut() -> None:
    assert message("short") == "short"
    assert len(message("x" * 10_000)) == 600
