"""The dashboard's chart reading: its exact shape, and every number a fact of the tools."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.dashboard import ChartSource, draw_chart
from api.schemas.dashboard import ChartReading, DashboardQuery
from tests.api.running_server import NOW, empty_database, running_server
from tools.candles import Candles
from tools.chart import read_chart
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.session_windows import KILL_ZONES
from tools.timeframes import Timeframe
from tools.times import iso_utc

PATH = "/api/v1/ict/analyze"
SHAPE = {
    "meta": {"symbol", "interval", "lookbackBars", "barsReturned", "asOf", "source", "includesCurrentBar", "session"},
    "structure": {"bias", "lastBosAt", "lastChoChAt", "swings", "events"},
    "dealingRange": {"low", "high", "eq", "pdPercent"},
    "liquidity": {
        "equalHighs", "equalLows", "externalHighs", "externalLows", "relativeEqualHighs", "relativeEqualLows", "stacks",
    },
    "sessions": {"killZones"},
    "levels": {"prevDayHigh", "prevDayLow", "weeklyHigh", "weeklyLow"},
}  # fmt: skip


def read(client: httpx.Client, **query: Any) -> dict[str, Any]:
    answer = client.get(PATH, params={"symbol": "EURUSD", **query})
    assert answer.status_code == 200, answer.text
    drawn: dict[str, Any] = answer.json()
    assert ChartReading.model_validate(drawn)
    return drawn


def test_the_shape_is_the_dashboards(client: httpx.Client) -> None:
    drawn = read(client)
    assert set(drawn) == {*SHAPE, "orderBlocks", "fvg", "smtSignals"}
    for part, names in SHAPE.items():
        assert set(drawn[part]) == names
    assert set(drawn["structure"]["swings"]) == {"highs", "lows"}
    assert drawn["smtSignals"] == []
    assert drawn["meta"] == {
        "symbol": "EURUSD", "interval": "15min", "lookbackBars": 500, "barsReturned": 500,
        "asOf": "2024-01-11T14:30:00Z", "source": "demo", "includesCurrentBar": False, "session": None,
    }  # fmt: skip


def test_lists_are_newest_first_and_cut(client: httpx.Client) -> None:
    drawn = read(client, lookbackBars=3000)
    swings, structure = drawn["structure"]["swings"], drawn["structure"]
    cut = [
        (swings["highs"], "time", 20), (swings["lows"], "time", 20), (structure["events"], "time", 20),
        (drawn["orderBlocks"], "confirmedAt", 20), (drawn["fvg"], "confirmedAt", 30),
    ]  # fmt: skip
    for items, key, most in cut:
        times = [item[key] for item in items]
        assert len(items) == most
        assert times == sorted(times, reverse=True)
    for items in drawn["liquidity"].values():
        assert len(items) <= 20


def test_every_number_is_a_fact_of_the_chart(client: httpx.Client, market: DemoMarketData) -> None:
    candles = asyncio.run(market.candles("EURUSD", Timeframe.M15, limit=500))
    chart, drawn = read_chart(candles, instrument("EURUSD")), read(client)
    gaps = chart.fair_value_gaps.rows(candles)[::-1]
    assert [(gap["top"], gap["bottom"], gap["confirmedAt"]) for gap in drawn["fvg"]] == [
        (gap["top"], gap["bottom"], gap["confirmed_at"]) for gap in gaps[:30]
    ]
    assert [gap["filled"] for gap in drawn["fvg"]] == [gap["filled_at"] is not None for gap in gaps[:30]]
    blocks = chart.order_blocks.rows(candles)[::-1][:20]
    assert [block["time"] for block in drawn["orderBlocks"]] == [block["formed_at"] for block in blocks]
    breaks = [*chart.internal_breaks.rows(candles), *chart.external_breaks.rows(candles)]
    bos = [one["formed_at"] for one in breaks if one["type"] == "BOS"]
    assert drawn["structure"]["lastBosAt"] == max(bos)
    assert chart.dealing_range is not None
    assert drawn["dealingRange"]["eq"] == chart.dealing_range.equilibrium
    day, week = (asyncio.run(market.candles("EURUSD", bar, limit=1)) for bar in (Timeframe.D1, Timeframe.W1))
    assert list(drawn["levels"].values()) == [day.high[0], day.low[0], week.high[0], week.low[0]]
    days = [
        row
        for row in chart.liquidity_pools.rows(candles)
        if row["kind"] == "previous_day" and row["side"] == "buy_side"
    ]
    assert drawn["levels"]["prevDayHigh"] == days[-1]["price"]


def test_what_the_bars_do_not_reach_is_null(client: httpx.Client) -> None:
    drawn = read(client, lookbackBars=5)
    assert drawn["dealingRange"] is None
    assert drawn["structure"]["bias"] == "neutral"
    assert drawn["structure"]["lastBosAt"] is None
    assert drawn["liquidity"]["stacks"] == []


def test_stacks_hold_untaken_levels_within_half_an_atr(client: httpx.Client) -> None:
    stacks = read(client, lookbackBars=2000)["liquidity"]["stacks"]
    assert stacks
    for stack in stacks:
        assert stack["low"] < stack["high"]
        assert stack["count"] > 1


def test_kill_zones_are_the_trading_days_and_may_be_narrowed(client: httpx.Client) -> None:
    zones = read(client)["sessions"]["killZones"]
    assert [zone["name"] for zone in zones] == [window.name for window in KILL_ZONES["forex"]]
    assert [zone["name"] for zone in zones if zone["active"]] == ["new_york_am"]
    ldn = read(client, session="LDN")["sessions"]["killZones"]
    assert [zone["name"] for zone in ldn] == ["london", "london_close"]
    ny = read(client, session="NY")["sessions"]["killZones"]
    assert [zone["name"] for zone in ny] == ["new_york_am", "new_york_pm"]
    index = read(client, symbol="NQ")["sessions"]["killZones"]
    assert "lunch" not in [zone["name"] for zone in index]


@pytest.mark.parametrize("interval", ["1min", "5min", "15min", "30min", "60min", "4h", "daily", "weekly", "monthly"])
def test_every_interval_is_read(client: httpx.Client, interval: str) -> None:
    drawn = read(client, interval=interval, lookbackBars=50)
    assert drawn["meta"]["barsReturned"] == 50
    assert drawn["meta"]["asOf"] <= iso_utc(NOW)


def test_the_current_bar_is_read_only_when_asked_for(client: httpx.Client) -> None:
    closed, with_current = read(client, interval="4h"), read(client, interval="4h", includeCurrentBar="true")
    assert not closed["meta"]["includesCurrentBar"]
    assert with_current["meta"]["includesCurrentBar"]
    assert closed["meta"]["asOf"] < with_current["meta"]["asOf"] == "2024-01-11T14:30:00Z"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"symbol": "ZZZZZ"}, 404), ({"symbol": "%00"}, 404), ({"symbol": "\x00"}, 400), ({"symbol": ""}, 400),
        ({"interval": "7min"}, 400), ({"interval": "15MIN"}, 400), ({"lookbackBars": 0}, 400),
        ({"lookbackBars": -3}, 400), ({"lookbackBars": "many"}, 400), ({"lookbackBars": 10**30}, 400),
        ({"session": "TOKYO"}, 400), ({"includeCurrentBar": "perhaps"}, 400), ({"lookback_bars": 5}, 400),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_400_and_an_unknown_symbol_404(
    client: httpx.Client, query: dict[str, Any], status: int
) -> None:
    answer = client.get(PATH, params={"symbol": "EURUSD", **query})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_symbol_is_needed(client: httpx.Client) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "symbol"


def test_a_chart_is_drawn_of_any_number_of_bars(candles: Candles) -> None:
    query = DashboardQuery.model_validate({"symbol": "EURUSD"})
    for count in range(1, 40):
        window = candles[:count]
        source = ChartSource(
            "test", int(window.end[-1]), int(window.end[-1]), includes_current_bar=False, day=None, week=None
        )
        assert draw_chart(window, instrument("EURUSD"), query, source).meta.bars_returned == count


def test_files_of_the_traders_own_are_read_and_their_failures_are_502(
    postgres_server: str, tmp_path: Path, candles: Candles
) -> None:
    folder = tmp_path / "candles"
    folder.mkdir()
    kept = folder / "EURUSD_15m.csv"
    rows = candles.to_rows()
    kept.write_text("\n".join([",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]))
    with (
        empty_database(postgres_server, "dashboard_files") as url,
        running_server(url, tmp_path, market_data="files", market_folder=folder) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        drawn = read(client, lookbackBars=100)
        assert (drawn["meta"]["source"], drawn["meta"]["barsReturned"]) == ("files", 100)
        assert client.get(PATH, params={"symbol": "GBPUSD"}).status_code == 404
        kept.write_text("time,open,high,low,close\n2024-01-01T00:00:00Z,1,0,2,1\n")
        broken = client.get(PATH, params={"symbol": "EURUSD"})
        kept.unlink()
        folder.rmdir()
        gone = client.get(PATH, params={"symbol": "EURUSD"})
        health = client.get("/health")
    assert (broken.status_code, gone.status_code, health.status_code) == (502, 502, 503)
    assert gone.json()["type"] == "urn:ict:problem:source-unavailable"
    assert str(folder) not in gone.text + broken.text
