"""Bars in columns, with long or short names, wherever bars are taken: the same candles, hash and care as of rows."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given

from api.bars import read_bars
from api.schemas.problems import ProblemDetails
from tests.tools.strategies import REPEATABLE
from tests.tools.strategies import candles as some_candles
from tools.candles import Candles
from tools.errors import InvalidCandles
from tools.timeframes import Timeframe

Body = dict[str, Any]
Columns = dict[str, Any]
FIELD = "timeframe_bars.15m"


def in_columns(rows: list[Body]) -> Columns:
    return {name: [row[name] for row in rows] for name in rows[0]}


def shortly(columns: Columns) -> Columns:
    return {name[0]: values for name, values in columns.items()}


def without(columns: Columns, name: str) -> Columns:
    return {other: values for other, values in columns.items() if other != name}


def spellings(rows: list[Body]) -> list[Any]:
    columns = in_columns(rows)
    return [rows, columns, shortly(columns), dict(reversed(columns.items()))]


@pytest.fixture
def hash_of_rows(client: httpx.Client, body: Body) -> str:
    return str(client.post("/api/v1/analyze", json=body).json()["decision_hash"])


def analyzed(client: httpx.Client, body: Body) -> str:
    return str(client.post("/api/v1/analyze", json=body).raise_for_status().json()["decision_hash"])


def analyzed_in_a_batch(client: httpx.Client, body: Body) -> str:
    answer = client.post("/api/v1/analyze/batch", json={"items": [body]}).raise_for_status().json()
    return str(answer["items"][0]["decision"]["decision_hash"])


def started(client: httpx.Client, body: Body) -> str:
    run_id = client.post("/api/v1/runs", json=body).raise_for_status().json()["run_id"]
    client.get(f"/api/v1/runs/{run_id}/events").raise_for_status()  # ends with the run
    return str(client.get(f"/api/v1/runs/{run_id}").json()["decision"]["decision_hash"])


def streamed(client: httpx.Client, body: Body) -> str:
    told = client.post("/api/v1/runs/stream", json=body).raise_for_status().text
    events = [json.loads(line.removeprefix("data: ")) for line in told.splitlines() if line.startswith("data: {")]
    return str(events[-1]["decision_hash"])


@pytest.mark.parametrize("way", [analyzed, analyzed_in_a_batch, started, streamed])
def test_every_way_in_decides_the_same_from_columns(
    client: httpx.Client, body: Body, hash_of_rows: str, way: Callable[[httpx.Client, Body], str]
) -> None:
    for bars in spellings(body["timeframe_bars"]["15m"]):
        assert way(client, {**body, "timeframe_bars": {"15m": bars}}) == hash_of_rows


def test_each_timeframe_may_be_given_in_its_own_way(client: httpx.Client, body: Body, market: Any) -> None:
    rows = body["timeframe_bars"]["15m"]
    hourly = [
        {
            "time": four[0]["time"], "open": four[0]["open"], "high": max(row["high"] for row in four),
            "low": min(row["low"] for row in four), "close": four[-1]["close"], "volume": 0,
        }
        for four in (rows[start : start + 4] for start in range(2, len(rows) - 4, 4))
    ]  # fmt: skip
    assert hourly[0]["time"][14:16] == "00"
    mixed = [
        {"15m": rows, "1h": hourly}, {"15m": in_columns(rows), "1h": hourly},
        {"15m": rows, "1H": shortly(in_columns(hourly))},
    ]  # fmt: skip
    assert len({analyzed(client, {**body, "timeframe_bars": bars}) for bars in mixed}) == 1


@REPEATABLE
@given(some_candles())
def test_rows_and_columns_are_the_same_candles(candles: Candles) -> None:
    rows = candles.to_rows()
    if rows:
        read = [read_bars(bars, candles.timeframe, "bars") for bars in spellings(rows)]
        assert read == [candles] * len(read)


def test_no_bars_may_be_an_empty_list_or_empty_columns() -> None:
    empty = {name: [] for name in ("time", "open", "high", "low", "close")}
    assert len(read_bars([], Timeframe.M15, "bars")) == len(read_bars(empty, Timeframe.M15, "bars")) == 0


def test_volume_may_be_left_out_be_null_or_hold_nulls(candles: Candles) -> None:
    columns = in_columns(candles.to_rows())
    bare = without(columns, "volume")
    read = [
        read_bars({**bare, **volume}, Timeframe.M15, "bars")
        for volume in ({}, {"volume": None}, {"v": None}, {"volume": [None] * len(candles)})
    ]
    assert read == [read[0]] * 4
    assert not read[0].volume.any()


def with_value(name: str, index: int, value: Any) -> Callable[[Columns], Columns]:
    return lambda columns: {**columns, name: [*columns[name][:index], value, *columns[name][index + 1 :]]}


CASES: dict[str, tuple[Callable[[Columns], Any], int | None, str]] = {
    "a price as text": (with_value("open", 4, "1.1"), 4, "[4].open is not a number"),
    "a price as flag": (with_value("low", 4, True), 4, "[4].low is not a number"),
    "a price of null": (with_value("close", 0, None), 0, "[0].close is not a number"),
    "a price that is a list": (with_value("close", 5, [1.1]), 5, "[5].close is not a number"),
    "a price beyond numbers": (with_value("high", 5, 10**400), 5, "[5].high is too large"),
    "a price that is NaN": (with_value("close", 6, float("nan")), 6, "[6]: close is not finite"),
    "high below low": (with_value("high", 7, 0.5), 7, "[7]: high is below low"),
    "zero price": (with_value("low", 3, 0), 3, "[3]: low is not positive"),
    "a naive time": (with_value("time", 5, "2024-01-09T10:00:00"), 5, "[5].time: 2024-01-09T10:00:00 is naive"),
    "a time of null": (with_value("time", 5, None), 5, "[5].time: a NoneType is no time"),
    "volume as text": (with_value("volume", 2, "many"), 2, "[2].volume is not a number"),
    "a wrong short column": (lambda columns: shortly(with_value("open", 9, "x")(columns)), 9, "[9].open is not"),
    "of two faults the first": (
        lambda columns: with_value("open", 50, "x")(with_value("high", 7, 0.5)(columns)), 7, "[7]: high is below low",
    ),
    "a null volume beside a fault": (
        lambda columns: {**with_value("open", 4, "x")(columns), "volume": None}, 4, "[4].open is not a number",
    ),
    "a short column": (lambda columns: {**columns, "low": columns["low"][:9]}, 9, "[9] has no low: that column holds"),
    "a short column after a fault": (
        lambda columns: {**with_value("high", 7, 0.5)(columns), "low": columns["low"][:9]}, 7, "[7]: high is below low",
    ),
    "an empty column": (lambda columns: {**columns, "volume": []}, 0, "[0] has no volume"),
    "a missing column": (lambda columns: without(columns, "close"), None, "has no column close"),
    "an unknown column": (lambda columns: {**columns, "bid": columns["low"]}, None, "the unknown column 'bid'"),
    "a column twice": (lambda columns: {**columns, "o": columns["open"]}, None, "gives the column open twice"),
    "a column that is no list": (lambda columns: {**columns, "open": 3}, None, ".open is not a list"),
    "a column that is an object": (lambda columns: {**columns, "open": {"0": 3}}, None, ".open is not a list"),
    "a column that is null": (lambda columns: {**columns, "open": None}, None, ".open is not a list"),
    "no columns": (lambda columns: {}, None, "has no column time"),
    "a text": (lambda columns: "many", None, "holds no bars"),
    "a number": (lambda columns: 7, None, "holds no bars"),
    "null": (lambda columns: None, None, "holds no bars"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_in_a_column_is_named_by_column_and_bar(client: httpx.Client, body: Body, case: str) -> None:
    spoil, index, said = CASES[case]
    body["timeframe_bars"]["15m"] = spoil(in_columns(body["timeframe_bars"]["15m"]))
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/v1/analyze", content=json.dumps(body), headers=headers)
    assert answer.status_code == 422, answer.text
    fault = ProblemDetails.model_validate(answer.json()).errors[0]
    assert (fault.field, fault.index) == (FIELD, index)
    assert said in fault.message


def test_a_fault_says_the_same_for_rows_and_columns(candles: Candles) -> None:
    rows = candles.to_rows()
    rows[12]["open"], rows[40]["time"] = "x", "soon"
    told = []
    for bars in spellings(rows):
        with pytest.raises(InvalidCandles) as fault:
            read_bars(bars, Timeframe.M15, "bars")
        told.append((str(fault.value), fault.value.index, fault.value.expected, fault.value.got))
    assert len(set(told)) == 1


def test_columns_are_documented_by_both_spellings(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert schemas["BarColumns"]["required"] == ["time", "open", "high", "low", "close"]
    assert schemas["ShortBarColumns"]["required"] == ["t", "o", "h", "l", "c"]
    for named in ("BarColumns", "ShortBarColumns"):
        for taker in ("AnalyzeBody", "ChartBody", "CompanionBody"):
            assert f"#/components/schemas/{named}" in json.dumps(schemas[taker])
