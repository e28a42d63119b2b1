"""A chart's reading over the wire: the document of the tools, unchanged, whatever way the bars came."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest

from agent.service import Service
from api.examples import REQUESTS, recorded_answer
from api.routes import charts
from api.schemas.chart import ChartBody, ChartDocument, ChartParametersUsed
from api.schemas.problems import ProblemDetails
from api.state import CHARTS_AT_ONCE, Context
from tests.api.running_server import NOW
from tools.candles import Candles
from tools.chart import ChartParameters, read_chart
from tools.definitions import DEFINITIONS
from tools.errors import InvalidParameter
from tools.instruments import Instrument, instrument
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe
from tools.times import iso_utc, parse_time
from tools.trading_day import TradingDay

Body = dict[str, Any]
PATH = "/api/v1/chart"
EURUSD = instrument("EURUSD")
OWN = {
    "asset_class": "equity", "tick_size": 0.00001, "contract_size": 1, "size_step": 1, "trading_day": "new_york_00",
    "kill_zones": "index",
}  # fmt: skip


@pytest.fixture(scope="module")
def pair(market: DemoMarketData) -> tuple[Candles, Candles]:
    """Two correlated markets' bars of the same hours."""
    both = (asyncio.run(market.candles(name, Timeframe.M15, limit=900)) for name in ("EURUSD", "GBPUSD"))
    first, second = both
    return first, second


@pytest.fixture(scope="module")
def rows(pair: tuple[Candles, Candles]) -> list[Body]:
    return pair[0].to_rows()


@pytest.fixture
def chart_body(rows: list[Body]) -> Body:
    """A body that is in order, to spoil at will."""
    return {"symbol": "EURUSD", "timeframe": "15m", "bars": [dict(row) for row in rows[:120]]}


def in_columns(candles: Candles) -> Body:
    rows = candles.to_rows()
    return {name: [row[name] for row in rows] for name in rows[0]}


def read(client: httpx.Client, **body: Any) -> Body:
    answer = client.post(PATH, json={"symbol": "EURUSD", "timeframe": "15m", **body})
    assert answer.status_code == 200, answer.text
    document: Body = answer.json()
    return document


def refused(client: httpx.Client, body: Body) -> ProblemDetails:
    answer = client.post(PATH, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return ProblemDetails.model_validate(answer.json())


def test_the_answer_is_the_reading_unchanged(client: httpx.Client, pair: tuple[Candles, Candles]) -> None:
    candles, _ = pair
    expected = read_chart(candles, EURUSD).to_dict()
    assert all(expected[name] for name in ("swings", "structure_breaks", "fair_value_gaps", "liquidity_pools"))
    assert read(client, bars=candles.to_rows()) == expected
    assert read(client, bars=in_columns(candles)) == expected
    assert read(client, bars={name[0]: values for name, values in in_columns(candles).items()}) == expected
    assert read(client, bars=candles.to_rows(), symbol="OANDA:EUR/USD", timeframe="M15") == expected


@pytest.mark.parametrize("bars", [0, 1, 2, 13, 14, 60])
def test_few_bars_have_few_facts(client: httpx.Client, pair: tuple[Candles, Candles], bars: int) -> None:
    candles = pair[0][:bars]
    document = read(client, bars=candles.to_rows())
    assert document == read_chart(candles, EURUSD).to_dict()
    assert ChartDocument.model_validate_json(json.dumps(document)).bars == bars


def test_no_bars_give_an_empty_reading(client: httpx.Client) -> None:
    document = read(client, bars=[], companion=[])
    assert (document["bars"], document["as_of"], document["session"], document["dealing_range"]) == (
        0,
        None,
        None,
        None,
    )
    assert [rows for rows in document.values() if isinstance(rows, list) and rows] == []


def test_every_list_is_documented_and_every_row_fits(client: httpx.Client, pair: tuple[Candles, Candles]) -> None:
    candles, companion = pair
    document = read(client, bars=in_columns(candles), companion=in_columns(companion))
    assert list(ChartDocument.model_fields) == list(document)
    assert {*DEFINITIONS} <= {*document}
    ChartDocument.model_validate_json(json.dumps(document))  # no column is missing, none is undocumented
    empty = [name for name in DEFINITIONS if document[name] == []]
    assert len(empty) <= 2, f"nothing is shown about {empty}"


def test_a_companion_may_come_bare_or_with_its_name(client: httpx.Client, pair: tuple[Candles, Candles]) -> None:
    candles, companion = pair
    expected = read_chart(candles, EURUSD, companion=companion).to_dict()
    assert expected["smt"]
    for given in (companion.to_rows(), in_columns(companion)):
        assert read(client, bars=in_columns(candles), companion=given) == expected
        for symbol in ("GBPUSD", "SOMETHING.ELSE"):
            assert read(client, bars=in_columns(candles), companion={"symbol": symbol, "bars": given}) == expected
    assert read(client, bars=in_columns(candles), companion=None)["smt"] == []


def test_as_of_reads_the_chart_as_it_stood(client: httpx.Client, pair: tuple[Candles, Candles]) -> None:
    candles, companion = pair
    moment = int(candles.end[499])
    expected = read_chart(candles, EURUSD, companion=companion).as_of(499).to_dict()
    for as_of in (iso_utc(moment), moment, moment + 899):
        given = {"bars": in_columns(candles), "companion": in_columns(companion), "as_of": as_of}
        assert read(client, **given) == expected
    assert read(client, bars=candles.to_rows(), as_of=int(candles.time[0]))["bars"] == 0
    assert read(client, bars=candles.to_rows(), as_of="2099-01-01T00:00:00Z")["bars"] == len(candles)


def test_as_of_leaves_out_a_bar_that_has_not_closed(client: httpx.Client, rows: list[Body]) -> None:
    unfinished = [*rows, {**rows[-1], "time": NOW}]
    assert read(client, bars=unfinished, as_of=NOW) == read(client, bars=rows)
    problem = refused(client, {"symbol": "EURUSD", "timeframe": "15m", "bars": unfinished})
    assert (problem.errors[0].field, problem.errors[0].index) == ("bars", len(rows))
    assert "in the future of now" in problem.detail


@pytest.mark.parametrize(
    ("opened", "closed", "new_york"),
    [
        ("2022-10-30T21:00:00Z", "2022-11-06T22:00:00Z", "2022-11-06T17:00:00-05:00"),
        ("2023-03-05T22:00:00Z", "2023-03-12T21:00:00Z", "2023-03-12T17:00:00-04:00"),
    ],
)
def test_a_week_over_a_clock_change_closes_at_17_in_new_york(
    client: httpx.Client, market: DemoMarketData, opened: str, closed: str, new_york: str
) -> None:
    candles = asyncio.run(market.candles("EURUSD", Timeframe.W1, limit=80))
    weeks = {"bars": in_columns(candles), "companion": in_columns(candles), "timeframe": "1W"}
    document = read(client, **weeks, as_of=closed)
    assert (document["as_of"], document["session"]["at"]) == (closed, closed)
    assert document["session"]["new_york_time"] == new_york
    t = document["bars"] - 1
    assert iso_utc(int(candles.time[t])) == opened
    then = read_chart(candles, EURUSD, companion=candles).as_of(t)
    assert then.companion == candles[: t + 1]
    assert document == then.to_dict()
    assert read(client, **weeks, as_of=parse_time(closed) - 1)["bars"] == t


@pytest.mark.anyio
async def test_a_chart_waits_for_its_turn() -> None:
    nobody = cast(Service, None)  # a chart asks nothing of the service
    context = Context(service=nobody, clock=lambda: NOW, version="0")
    body = ChartBody.model_validate(REQUESTS["read_chart"])
    for _ in range(CHARTS_AT_ONCE):
        await context.chart_turns.acquire()
    reading = asyncio.create_task(charts.read_chart(body, context))
    done, _ = await asyncio.wait({reading}, timeout=0.5)  # many times what reading takes
    assert not done
    context.chart_turns.release()
    assert (await reading).status_code == 200
    assert not context.chart_turns.locked()


def test_parameters_reach_the_reading(client: httpx.Client, pair: tuple[Candles, Candles]) -> None:
    chosen = {
        "internal_bars": 3, "break_by": "wick", "block_zone": "range", "block_needs_gap": False, "judas_until": "09:30",
        "daily_bias": "bullish", "displacement_k": 1, "equilibrium_band": 10.5,
    }  # fmt: skip
    expected = read_chart(pair[0], EURUSD, ChartParameters.of_names(chosen)).to_dict()
    document = read(client, bars=in_columns(pair[0]), parameters=chosen)
    assert document == expected
    assert document["parameters"] == {**ChartParameters().to_dict(), **chosen}
    assert read(client, bars=[], parameters={}) == read(client, bars=[])


def test_documented_parameters_are_those_of_the_tools() -> None:
    schema = ChartParametersUsed.model_json_schema(mode="serialization")
    defaults = {name: field.default for name, field in ChartParametersUsed.model_fields.items()}
    assert defaults == ChartParameters().to_dict()
    numbers = {name: one for name, one in schema["properties"].items() if one.get("type") in {"integer", "number"}}
    assert len(numbers) == 14
    for name, one in numbers.items():
        for bound, beyond in ((one["minimum"], -1), (one["maximum"], 1)):
            allowed = int(bound) if one["type"] == "integer" else bound
            assert ChartParameters.of_names({name: allowed}).to_dict()[name] == bound
            with pytest.raises(InvalidParameter):
                ChartParameters.of_names({name: allowed + beyond})


def test_an_instrument_of_the_callers_own_may_have_any_symbol(
    client: httpx.Client, pair: tuple[Candles, Candles]
) -> None:
    def own(symbol: str, **more: Any) -> Body:
        market = Instrument(
            symbol=symbol, asset_class="equity", tick_size=0.00001, contract_size=1, size_step=1, base_currency=None,
            quote_currency="USD", trading_day=TradingDay.NEW_YORK_00, kill_zones="index", **more,
        )  # fmt: skip
        return read_chart(pair[0], market).to_dict()

    bars = in_columns(pair[0])
    assert read(client, bars=bars, symbol="ACME", instrument=OWN) == own("ACME")
    assert read(client, bars=bars, symbol="feed:ACME", instrument={**OWN, "symbol": "ACME"}) == own("ACME")
    always = {**OWN, "calendar": "always"}
    assert read(client, bars=bars, symbol="ACME", instrument=always) == own("ACME", calendar="always")


def test_the_smallest_spelling_of_a_timeframe_is_enough(client: httpx.Client, rows: list[Body]) -> None:
    expected = read(client, bars=rows[:50])
    for timeframe in ("15", "15M", "15min", "m15", "15 minutes"):
        assert read(client, bars=rows[:50], timeframe=timeframe) == expected


def test_nothing_is_recorded(client: httpx.Client, rows: list[Body]) -> None:
    before = client.get("/api/v1/runs").json()["total"]
    read(client, bars=rows)
    assert client.get("/api/v1/runs").json()["total"] == before


def shortened(value: Any) -> Any:
    """Cut every list to two, as recorded answers are, and round what the last bit of a float may change."""
    if isinstance(value, list):
        shifts = [one for one in value if isinstance(one, dict) and one.get("type") == "MSS"]
        return [shortened(one) for one in (*value[:1], *shifts[:1], *value[1:])[:2]]
    if isinstance(value, dict):
        return {name: shortened(one) for name, one in value.items()}
    return round(value, 9) if isinstance(value, float) else value


def test_the_example_is_what_the_example_request_gets(client: httpx.Client) -> None:
    answer, kept = client.post(PATH, json=REQUESTS["read_chart"]), recorded_answer("read_chart")
    assert answer.status_code == 200
    assert kept is not None
    assert shortened(kept) == shortened(answer.json())
    assert [row["type"] for row in kept["structure_breaks"]] == ["BOS", "MSS"]


def test_many_bars_do_not_hold_others_up(client: httpx.Client, market: DemoMarketData) -> None:
    many = asyncio.run(market.candles("EURUSD", Timeframe.M1, limit=6000))
    document = read(client, bars=in_columns(many), timeframe="1m")
    assert document == read_chart(many, EURUSD).to_dict()


Spoil = Callable[[Body], object]


def put(**values: Any) -> Spoil:
    return lambda body: body.update(values)


def bar(index: int, **values: Any) -> Spoil:
    return lambda body: body["bars"][index].update(values)


def parameter(**values: Any) -> Spoil:
    return put(parameters=values)


def companion(make: Callable[[list[Body]], Any]) -> Spoil:
    return lambda body: body.update(companion=make([dict(row) for row in body["bars"]]))


def crossed(rows: list[Body]) -> list[Body]:
    return [*rows[:9], {**rows[9], "high": 0.5}, *rows[10:]]


CASES: dict[str, tuple[Spoil, str, int | None]] = {
    "high below low": (bar(7, high=0.5), "bars", 7),
    "a price as text": (bar(4, open="1.1"), "bars", 4),
    "a price that is NaN": (bar(6, close=float("nan")), "bars", 6),
    "a naive time": (bar(5, time="2024-01-09T10:00:00"), "bars", 5),
    "another timeframe's bars": (put(timeframe="1m"), "bars", 1),
    "bars off the grid": (put(timeframe="1h"), "bars", None),
    "no bars named": (lambda body: body.pop("bars"), "bars", None),
    "bars of null": (put(bars=None), "bars", None),
    "bars as text": (put(bars="many"), "bars", None),
    "bars as an object of none": (put(bars={}), "bars", None),
    "bars inside an object": (lambda body: body.update(bars={"bars": body["bars"]}), "bars", None),
    "an unknown timeframe": (put(timeframe="7x"), "timeframe", None),
    "a timeframe that is a number": (put(timeframe=15), "timeframe", None),
    "no timeframe": (lambda body: body.pop("timeframe"), "timeframe", None),
    "an unknown symbol": (put(symbol="ZZZZZ"), "symbol", None),
    "a symbol with a blank": (put(symbol="EUR USD"), "symbol", None),
    "no symbol": (lambda body: body.pop("symbol"), "symbol", None),
    "an unknown field": (put(colour="green"), "colour", None),
    "an account": (put(account_balance=10_000), "account_balance", None),
    "a naive as_of": (put(as_of="2024-01-11T14:00:00"), "as_of", None),
    "an as_of of nonsense": (put(as_of=[]), "as_of", None),
    "a fault in the companion": (companion(crossed), "companion", 9),
    "a fault in the named companion": (
        companion(lambda rows: {"symbol": "GBPUSD", "bars": crossed(rows)}), "companion.bars", 9,
    ),
    "a companion of another timeframe": (companion(lambda rows: rows[::4]), "companion", 1),
    "a companion without a symbol": (companion(lambda rows: {"bars": rows}), "companion.symbol", None),
    "a companion with an unknown field": (
        companion(lambda rows: {"symbol": "GBPUSD", "bars": rows, "x": 1}), "companion.x", None,
    ),
    "a companion of no known name": (companion(lambda rows: {"symbol": 7, "bars": rows}), "companion.symbol", None),
    "a companion of text": (put(companion="GBPUSD"), "companion", None),
    "a companion of null bars": (put(companion={"symbol": "GBPUSD", "bars": None}), "companion.bars", None),
    "a companion of an unfinished bar": (companion(lambda rows: [{**rows[-1], "time": NOW}]), "companion", 0),
    "parameters of null": (put(parameters=None), "parameters", None),
    "parameters as a list": (put(parameters=[]), "parameters", None),
    "an unknown parameter": (parameter(colour=1), "parameters.colour", None),
    "no bars a side": (parameter(internal_bars=0), "parameters.internal_bars", None),
    "half a bar a side": (parameter(internal_bars=2.5), "parameters.internal_bars", None),
    "a count as text": (parameter(external_bars="5"), "parameters.external_bars", None),
    "a count as flag": (parameter(reclaim_bars=True), "parameters.reclaim_bars", None),
    "a count of 401 digits": (parameter(reclaim_bars=10**400), "parameters.reclaim_bars", None),
    "a factor of 401 digits": (parameter(displacement_k=10**400), "parameters.displacement_k", None),
    "a factor that is NaN": (parameter(displacement_k=float("nan")), "parameters.displacement_k", None),
    "an infinite factor": (parameter(stop_buffer_atr=float("inf")), "parameters.stop_buffer_atr", None),
    "a word nobody knows": (parameter(break_by="hope"), "parameters.break_by", None),
    "a flag as text": (parameter(block_needs_gap="yes"), "parameters.block_needs_gap", None),
    "a time of day that is none": (parameter(judas_until="25:00"), "parameters.judas_until", None),
    "a time of day with a zone": (parameter(judas_until="10:00Z"), "parameters.judas_until", None),
    "a time of day with seconds": (parameter(judas_until="10:00:30"), "parameters.judas_until", None),
    "a bias that is none": (parameter(daily_bias="sideways"), "parameters.daily_bias", None),
    "an instrument of null sizes": (put(instrument={**OWN, "tick_size": 0}), "instrument.tick_size", None),
    "an instrument without a trading day": (
        put(instrument={name: OWN[name] for name in OWN if name != "trading_day"}), "instrument.trading_day", None,
    ),
    "an instrument of an unknown calendar": (put(instrument={**OWN, "calendar": "moon"}), "instrument.calendar", None),
    "an instrument of no symbol": (put(instrument={**OWN, "symbol": ""}), "instrument.symbol", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_bad_body_is_refused_by_field_and_bar(client: httpx.Client, chart_body: Body, case: str) -> None:
    spoil, field, index = CASES[case]
    spoil(chart_body)
    fault = refused(client, chart_body).errors[0]
    assert (fault.field, fault.index) == (field, fault.index if index is None else index)


@pytest.mark.parametrize(
    ("content", "status"), [(b"{", 400), (b"[]", 422), (b"null", 422), (b"", 422), (b'{"bars": [], "bars": []}', 400)]
)
def test_a_body_that_cannot_be_read_is_a_problem(client: httpx.Client, content: bytes, status: int) -> None:
    answer = client.post(PATH, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert ProblemDetails.model_validate(answer.json()).status == status
