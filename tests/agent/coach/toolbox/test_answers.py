"""What the tools answer is what the chart's document says: the same facts, prices and times, and nothing later."""

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.coach.toolbox.charts import FixedCharts
from agent.coach.toolbox.compact import MOST_TOKENS, tick_decimals, tokens_at_most
from tests.agent.coach.toolbox.coached import (
    LISTS,
    MANY_BARS,
    OBJECTS,
    asked,
    chart_of,
    chart_of_file,
    every_chart_tool,
    minutes_of,
    random_candles,
    told,
    walk_values,
)
from tests.tools.real_candles import RealFile, on_every_file
from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.instruments import instrument
from tools.setups import MODELS
from tools.timeframes import Timeframe

Row = dict[str, Any]

SOME: Final = settings(REPEATABLE, max_examples=max(5, REPEATABLE.max_examples // 6))
"""For what is repeated for every list, or asks every tool."""
_SYMBOLS: Final = ("EURUSD", "YM", "BTCUSD", "USDJPY")
_WORDS: Final = {
    "swings": {"scope": ("internal", "external"), "degree": ("short", "intermediate", "long")},
    "structure_breaks": {"scope": ("internal", "external"), "type": ("BOS", "CHoCH", "MSS")},
    "order_blocks": {"scope": ("internal", "external")},
    "opening_gaps": {"kind": ("ndog", "nwog")},
    "liquidity_pools": {"kind": ("swing", "equal", "previous_day", "session")},
    "sweeps": {"kind": ("swing", "equal", "previous_day", "session")},
    "setups": {"model": tuple(MODELS.values())},
}


@st.composite
def questions(draw: st.DrawFn, key: str) -> dict[str, Any]:
    """Draw what may be asked of a list."""
    chosen: dict[str, Any] = {"limit": draw(st.integers(1, 20))}
    choices: dict[str, tuple[Any, ...]] = {"direction": ("bullish", "bearish"), **_WORDS.get(key, {})}
    if LISTS[key]:
        choices["state"] = ("alive", "ended", "any")
    if key != "displacements":
        choices["near"] = (8192.0, 8150.5, 8300.0, 1.0)
    for name, words in choices.items():
        if draw(st.booleans()):
            chosen[name] = draw(st.sampled_from(words))
    return chosen


def expected(document: Row, key: str, asked_for: dict[str, Any]) -> list[Row]:
    """Return the document's rows that match, in the order in which they are wanted."""
    in_time = sorted(document[key], key=lambda row: (row["confirmed_index"], row["formed_index"]))
    rows = [dict(row) for row in reversed(in_time)]
    for row in rows:
        row["state"] = "alive" if all(row[step] is None for step in LISTS[key]) else "ended"
    for name in ("direction", "scope", "degree", "type", "kind", "model", "state"):
        if asked_for.get(name, "any") != "any":
            rows = [row for row in rows if row[name] == asked_for[name]]
    if "near" in asked_for:
        rows.sort(key=lambda row: distance(row, asked_for["near"]))
    return rows


def distance(row: Row, price: float) -> float:
    if "top" in row:
        return max(row["bottom"] - price, price - row["top"], 0.0)
    return float(abs((row["entry"] if "entry" in row else row["price"]) - price))


def written(column: str, value: Any, decimals: int) -> Any:
    """Write a value of the document as an answer does."""
    if column == "targets":
        return [round(target["price"], decimals) for target in value]
    if column in ("companion_price", "companion_first_price"):
        return value
    if isinstance(value, float):
        more = 1 if column in ("entry", "stop", "middle") else 0
        return round(value, 2 if column == "body_atr" else decimals + more)
    return minutes_of(value) if isinstance(value, str) and column.endswith("_at") else value


def assert_as_expected(chart: Chart, document: Row, key: str, asked_for: dict[str, Any]) -> None:
    answer = asked(chart, f"find_{key}", **asked_for)
    rows, decimals = expected(document, key, asked_for), tick_decimals(chart.instrument.tick_size)
    assert answer["total"] == len(rows)
    assert answer["shown"] == len(answer["rows"]) <= min(asked_for["limit"], len(rows))
    if answer["shown"] < min(asked_for["limit"], len(rows)):
        assert tokens_at_most(json.dumps(answer, separators=(",", ":"))) > MOST_TOKENS - 250
    assert answer["rows"] == [
        [written(column, row.get(column), decimals) for column in answer["columns"]] for row in rows[: answer["shown"]]
    ]
    head = {"tool": f"find_{key}", "symbol": document["symbol"], "timeframe": document["timeframe"]}
    assert answer.items() >= head.items()
    assert answer["as_of"] == minutes_of(document["as_of"])
    assert answer["last_close"] == round(float(chart.candles.close[-1]), decimals)


@pytest.mark.parametrize("key", [key for key in LISTS if key != "smt"])
@given(st.data())
@SOME
def test_a_list_is_filtered_and_ordered_as_the_document_says(key: str, data: st.DataObject) -> None:
    drawn = data.draw(candles(minimum=20))
    chart = chart_of(drawn, data.draw(st.sampled_from(_SYMBOLS)))
    assert_as_expected(chart, chart.to_dict(), key, data.draw(questions(key)))


@pytest.mark.parametrize("key", [key for key in LISTS if key != "smt"])
@given(st.data())
@SOME
def test_many_facts_are_filtered_and_ordered_as_the_document_says(key: str, data: st.DataObject) -> None:
    assert_as_expected(_LONG_CHART, _LONG_DOCUMENT, key, data.draw(questions(key)))


_LONG_CHART: Final = chart_of(random_candles(1500, timeframe=Timeframe.M15, seed=10), "NQ")
_LONG_DOCUMENT: Final = _LONG_CHART.to_dict()


def test_the_long_chart_has_facts_of_every_list() -> None:
    assert [key for key in LISTS if not _LONG_DOCUMENT[key] and key != "smt"] == []


@given(st.data())
@REPEATABLE
def test_divergences_are_those_from_the_companion(data: st.DataObject) -> None:
    ours, theirs = (random_candles(900, timeframe=Timeframe.M15, seed=seed) for seed in (1, 2))
    both = FixedCharts([chart_of(ours, "USDJPY"), chart_of(theirs, "EURUSD")])
    chosen = data.draw(questions("smt"))
    answer = json.loads(told(both, "find_smt", symbol="USDJPY", timeframe="15m", companion="EUR/USD", **chosen))
    document = read_chart(ours, instrument("USDJPY"), companion=theirs).to_dict()
    rows = expected(document, "smt", chosen)
    assert len(document["smt"]) > 20
    assert answer["total"] == len(rows)
    assert answer["rows"] == [
        [written(column, row[column], 3) for column in answer["columns"]] for row in rows[: answer["shown"]]
    ]


def test_a_companion_keeps_the_decimals_of_its_own_prices() -> None:
    ours = random_candles(300, timeframe=Timeframe.M15, seed=1)
    theirs = random_candles(300, timeframe=Timeframe.M15, seed=2)
    names = ("open", "high", "low", "close")
    columns: dict[str, Any] = {name: getattr(theirs, name) / 1e5 for name in names} | {"time": theirs.time}
    small = Candles.from_columns(columns, Timeframe.M15)
    both = FixedCharts([chart_of(ours, "YM"), chart_of(small, "EURUSD")])
    answer = json.loads(told(both, "find_smt", symbol="YM", timeframe="15m", companion="EURUSD", limit=1))
    row = dict(zip(answer["columns"], answer["rows"][0], strict=True))
    assert row["companion_price"] in {*small.high.tolist(), *small.low.tolist()}


def assert_numbers_stand_in_the_chart(chart: Chart, texts: list[str]) -> None:
    """Every price and time of the answers stands in the document; the last close alone stands in the bars."""
    decimals = tick_decimals(chart.instrument.tick_size)
    known: set[Any] = {round(float(chart.candles.close[-1]), decimals), None, True, False}

    def remember(value: Any) -> None:
        if isinstance(value, float):
            known.update(round(value, places) + 0.0 for places in (decimals, decimals + 1, 2, 3))
        elif isinstance(value, str):
            known.update((value, value[:16] + value[19:]))
        else:
            known.add(value)

    walk_values(chart.to_dict(), remember)
    shown: list[Any] = []
    for answer in map(json.loads, texts):
        if answer["tool"] != "read_chart_summary":  # its counts and words are told elsewhere
            shown += [answer["as_of"], answer["last_close"], *(answer[key] for key in OBJECTS if key in answer)]
            rows = (dict(zip(answer["columns"], row, strict=True)) for row in answer.get("rows", []))
            shown += [{key: value for key, value in row.items() if key != "state"} for row in rows]
    unknown: list[Any] = []
    walk_values(shown, lambda value: None if value in known else unknown.append(value))
    assert unknown == []
    assert len(shown) > len(texts)


@on_every_file
def test_20_000_real_bars_give_short_answers_of_their_own_numbers(file: RealFile) -> None:
    chart = chart_of_file(file)
    texts = list(every_chart_tool(chart))
    assert max(tokens_at_most(text) for text in texts) <= MOST_TOKENS
    assert max(len(text) for text in texts) <= 4_000
    assert_numbers_stand_in_the_chart(chart, texts)


def test_20_000_random_bars_give_short_answers_of_their_own_numbers() -> None:
    candles_, other = (random_candles(MANY_BARS, timeframe=Timeframe.M15, seed=seed) for seed in (3, 4))
    chart = chart_of(candles_, companion=other)
    texts = list(every_chart_tool(chart))
    both = FixedCharts([chart_of(candles_), chart_of(other, "GBPUSD")])
    where = {"symbol": "EURUSD", "timeframe": "15m", "companion": "GBPUSD"}
    texts += [told(both, "find_smt", limit=20, **where), told(both, "read_chart_summary", **where)]
    assert max(tokens_at_most(text) for text in texts) <= MOST_TOKENS
    assert max(len(text) for text in texts) <= 4_000
    assert_numbers_stand_in_the_chart(chart, texts)
    assert json.loads(texts[-1])["shown"] == len(LISTS)


@given(candles(), st.sampled_from(_SYMBOLS))
@SOME
def test_every_number_stands_in_the_chart(drawn: Candles, symbol: str) -> None:
    chart = chart_of(drawn, symbol)
    assert_numbers_stand_in_the_chart(chart, list(every_chart_tool(chart)))


@given(candles(minimum=3), st.floats(0, 1))
@SOME
def test_as_of_shows_what_was_known_then_and_nothing_later(drawn: Candles, share: float) -> None:
    t = int(share * (len(drawn) - 1))
    whole, then = chart_of(drawn), chart_of(drawn[: t + 1])
    moment = then.to_dict()["as_of"]
    answers = list(every_chart_tool(then))
    assert list(every_chart_tool(whole, as_of=moment)) == answers
    assert list(every_chart_tool(whole.as_of(t))) == answers
    assert list(every_chart_tool(whole, as_of=moment)) == answers  # asking again changes nothing


@given(candles(minimum=20), st.sampled_from(_SYMBOLS))
@REPEATABLE
def test_the_summary_counts_the_document(drawn: Candles, symbol: str) -> None:
    chart = chart_of(drawn, symbol)
    answer, document = asked(chart, "read_chart_summary"), chart.to_dict()
    assert answer["columns"] == ["list", "facts", "alive", "newest_id", "confirmed_at"]
    assert answer["rows"] == [
        [
            key,
            len(document[key]),
            len(expected(document, key, {"state": "alive"})) if LISTS[key] else None,
            expected(document, key, {})[0]["id"] if document[key] else None,
            minutes_of(document[key][-1]["confirmed_at"]) if document[key] else None,
        ]
        for key in document
        if key in LISTS and key != "smt"
    ]
    standing = document["dealing_range"]
    assert answer["half"] == (None if standing is None else standing["half"])
    assert answer["stage"] == document["power_of_three"]["stage"]
    assert answer["kill_zone"] == document["session"]["kill_zone"]
    assert answer["bars"] == len(drawn)


@pytest.mark.parametrize("key", OBJECTS)
def test_an_object_is_told_without_bar_numbers(key: str) -> None:
    answer = asked(_LONG_CHART, f"read_{key}")
    assert answer[key].keys() == {name for name in _LONG_DOCUMENT[key] if not name.endswith("_index")}
    assert "_index" not in json.dumps(answer)


def test_a_dealing_range_that_is_not_known_is_null() -> None:
    assert asked(chart_of(random_candles(3)), "read_dealing_range")["dealing_range"] is None


def test_a_chart_without_bars_is_told_as_one() -> None:
    for text in every_chart_tool(chart_of(random_candles(1)[:0])):
        answer = json.loads(text)
        assert answer["as_of"] is None
        assert answer["last_close"] is None


def test_pools_of_one_side_near_a_price_come_nearest_first() -> None:
    answer = asked(_LONG_CHART, "find_liquidity_pools", direction="bullish", state="alive", near=9000.0, limit=20)
    prices = [dict(zip(answer["columns"], row, strict=True))["price"] for row in answer["rows"]]
    assert prices == sorted(prices, key=lambda price: abs(price - 9000.0))
    assert {dict(zip(answer["columns"], row, strict=True))["state"] for row in answer["rows"]} == {"alive"}


def test_market_structure_shifts_are_of_internal_structure() -> None:
    shifts = asked(_LONG_CHART, "find_structure_breaks", type="MSS", scope="internal")
    assert shifts["total"] == len([row for row in _LONG_DOCUMENT["structure_breaks"] if row["type"] == "MSS"]) > 0
    assert {row[shifts["columns"].index("scope")] for row in shifts["rows"]} == {"internal"}
    assert asked(_LONG_CHART, "find_structure_breaks", type="MSS", scope="external")["total"] == 0
