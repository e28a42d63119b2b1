"""One reading of everything: three lines in a notebook, every list of the document, and candles at every edge."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from tests.tools.hand_drawn import draw_at, flat, line
from tests.tools.strategies import STARTS, candles_of_bytes
from tools.candles import Candles
from tools.chart import Chart, ChartParameters, read_chart
from tools.definitions import DEFINITIONS
from tools.errors import InvalidParameter
from tools.instruments import instrument
from tools.timeframes import Timeframe
from tools.times import iso_utc, parse_time

EURUSD: Final = instrument("EURUSD")
LISTS: Final = {
    "swings", "structure_breaks", "displacements", "fair_value_gaps", "inverse_gaps", "balanced_ranges",
    "volume_imbalances", "opening_gaps", "order_blocks", "breakers", "mitigation_blocks", "rejection_blocks",
    "liquidity_pools", "sweeps", "cisd", "smt", "judas_swings", "setups",
}  # fmt: skip
EVERY_FACT: Final = {
    "id", "direction", "formed_index", "formed_at", "confirmed_index", "confirmed_at",
}  # fmt: skip
ZONES: Final = {
    "fair_value_gaps", "inverse_gaps", "balanced_ranges", "volume_imbalances", "opening_gaps", "order_blocks",
    "breakers",
    "mitigation_blocks", "rejection_blocks",
}  # fmt: skip
LEVELS: Final = {"swings", "structure_breaks", "liquidity_pools", "sweeps", "cisd", "smt", "judas_swings"}
STEPS: Final = {
    "fair_value_gaps": {"touched", "ce", "filled", "inverted"},
    "inverse_gaps": {"touched", "ce", "dead"},
    "balanced_ranges": {"touched", "ce", "filled", "inverted"},
    "volume_imbalances": {"touched", "ce", "filled", "inverted"},
    "opening_gaps": {"touched", "ce", "filled", "inverted", "dropped"},
    "order_blocks": {"touched", "mitigated", "broken"},
    "breakers": {"touched", "dead"},
    "mitigation_blocks": {"touched", "dead"},
    "rejection_blocks": {"touched", "dead"},
    "liquidity_pools": {"taken", "swept", "run", "superseded"},
    "swings": {"intermediate", "long"},
    "setups": {"entered", "stopped"},
}


def long_chart(bars: int = 3000) -> Candles:
    """Draw a long random chart in whole prices that has every kind of fact."""
    seed = np.random.default_rng(7).integers(0, 256, 3 * bars, dtype=np.uint8).tobytes()
    start = STARTS["before spring forward in New York"]
    return candles_of_bytes(seed, Timeframe.M15, start, closes_on_weekends=True)


@pytest.fixture(scope="module")
def chart() -> Chart:
    candles = long_chart()
    turned = Candles.from_columns(
        {
            "time": candles.time,
            **{name: np.roll(getattr(candles, name), 2) for name in ("open", "high", "low", "close")},
        },
        candles.timeframe,
    )
    return read_chart(candles, EURUSD, ChartParameters(displacement_k=1.0, reclaim_bars=2), turned)


def test_a_notebook_needs_three_lines() -> None:
    frame = pd.DataFrame(long_chart(200).to_rows())
    candles = Candles.from_frame(frame, "15m")
    reading = read_chart(candles, instrument("EURUSD"))
    assert len(reading.to_dict()["swings"])


def test_the_document_has_every_list_and_every_list_has_facts(chart: Chart) -> None:
    document = chart.to_dict()
    assert {name for name, value in document.items() if isinstance(value, list)} == LISTS
    assert [name for name in sorted(LISTS) if not document[name]] == []
    assert {"dealing_range", "power_of_three", "session"} <= set(document)
    assert set(DEFINITIONS) == {*LISTS, "dealing_range", "power_of_three", "session"}


def test_each_row_says_what_its_kind_must(chart: Chart) -> None:
    document = chart.to_dict()
    for name in sorted(LISTS):
        for row in document[name]:
            assert set(row) >= EVERY_FACT, name
            assert row["direction"] in {"bullish", "bearish"}
            assert row["formed_at"] == iso_utc(int(chart.candles.time[row["formed_index"]]))
            if name in ZONES:
                assert row["bottom"] <= row["middle"] <= row["top"], name
            if name in LEVELS:
                assert row["price"] > 0
            for step in STEPS.get(name, set()):
                assert (row[f"{step}_index"] is None) == (row[f"{step}_at"] is None), name


def test_words_of_breaks_pools_and_swings(chart: Chart) -> None:
    document = chart.to_dict()
    assert {row["type"] for row in document["structure_breaks"]} == {"BOS", "CHoCH", "MSS"}
    assert {row["scope"] for row in document["structure_breaks"]} == {"internal", "external"}
    assert all("swing_index" in row for row in document["structure_breaks"])
    assert {row["outcome"] for row in document["liquidity_pools"]} == {"sweep", "run", None}
    assert {row["side"] for row in document["liquidity_pools"]} == {"buy_side", "sell_side"}
    assert {row["degree"] for row in document["swings"]} == {"short", "intermediate", "long"}
    assert {row["kind"] for row in document["opening_gaps"]} == {"ndog", "nwog"}


def test_every_sweep_is_a_swept_pool(chart: Chart) -> None:
    document = chart.to_dict()
    swept = [(row["taken_index"], row["swept_index"], row["price"]) for row in document["liquidity_pools"]]
    for row in document["sweeps"]:
        assert (row["formed_index"], row["confirmed_index"], row["price"]) in swept
    pools = {row["id"]: row for row in document["liquidity_pools"]}
    assert all(pools[row["pool_id"]]["swept_index"] == row["confirmed_index"] for row in document["sweeps"])


def test_targets_of_setups_rested_when_the_setup_was_confirmed(chart: Chart) -> None:
    document = chart.to_dict()
    pools = {row["id"]: row for row in document["liquidity_pools"]}
    assert any(setup["targets"] for setup in document["setups"])
    assert {len(setup["targets"]) for setup in document["setups"]} >= {1, 2, 3}
    for setup in document["setups"]:
        way, at = (1 if setup["direction"] == "bullish" else -1), setup["confirmed_index"]
        prices = [target["price"] for target in setup["targets"]]
        assert prices == sorted(prices, key=lambda price, way=way: way * price)
        assert all(target["reward"] < 2 for target in setup["targets"][:-1])
        for target in setup["targets"]:
            pool = pools[target["pool_id"]]
            assert way * (target["price"] - setup["entry"]) > 0
            assert pool["confirmed_index"] <= at
            assert pool["taken_index"] is None or pool["taken_index"] > at


def test_rows_ascend_by_confirmation(chart: Chart) -> None:
    document = chart.to_dict()
    for name in LISTS:
        confirmed = [row["confirmed_index"] for row in document[name]]
        assert confirmed == sorted(confirmed), name


def two_clock_changes() -> Candles:
    """Draw the hour that New York's clock shows twice, and the one it skips, in half hours."""
    first = [(f"2024-11-03T{hour:02}:{minute}:00Z", (5, 6, 4, 5)) for hour in range(4, 9) for minute in ("00", "30")]
    return draw_at(*first, timeframe=Timeframe.M30)


def from_bars(bars: list[Any], timeframe: Timeframe = Timeframe.M15) -> Candles:
    at = parse_time("2024-01-10T12:00:00Z")
    return draw_at(
        *[(pd.Timestamp(at + 900 * place, unit="s", tz="UTC").isoformat(), bar) for place, bar in enumerate(bars)],
        timeframe=timeframe,
    )


EDGES: Final[dict[str, Callable[[], Candles]]] = {
    "no bars": lambda: long_chart(20)[:0],
    "one bar": lambda: long_chart(20)[:1],
    "two bars": lambda: long_chart(20)[:2],
    "thirteen bars": lambda: long_chart(20)[:13],
    "fourteen bars": lambda: long_chart(20)[:14],
    "all flat": lambda: from_bars(flat(200, 5.0)),
    "one huge gap": lambda: from_bars([*line(*range(10, 40)), *line(*range(100_000, 100_040))]),
    "the hour that happens twice": two_clock_changes,
    "a weekend": lambda: draw_at(
        ("2024-01-12T21:45:00Z", (5, 6, 4, 5)), ("2024-01-14T22:00:00Z", (7, 8, 6, 7)), timeframe=Timeframe.M15
    ),
}


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("symbol", ["EURUSD", "ES", "BTCUSD"])
def test_candles_at_every_edge_give_a_reading(name: str, symbol: str) -> None:
    """No error and no warning (warnings are errors in this suite), and strict JSON, also as of every bar."""
    candles = EDGES[name]()
    reading = read_chart(candles, instrument(symbol), companion=candles)
    assert json.loads(json.dumps(reading.to_dict(), allow_nan=False))["bars"] == len(candles)
    for t in range(-1, min(len(candles), 20)):
        json.dumps(reading.as_of(t).to_dict(), allow_nan=False)


def test_flat_candles_have_no_facts_but_pools() -> None:
    document = read_chart(EDGES["all flat"](), EURUSD).to_dict()
    assert {name for name in LISTS if document[name]} <= {"liquidity_pools", "opening_gaps"}


def test_volume_that_is_missing_changes_nothing() -> None:
    rows = long_chart(300).to_rows()
    bare = [{name: value for name, value in row.items() if name != "volume"} for row in rows]
    with_volume = [{**row, "volume": 7} for row in rows]
    readings = [read_chart(Candles.from_rows(bars, "15m"), EURUSD).to_dict() for bars in (bare, with_volume)]
    assert readings[0] == readings[1]


def test_a_companion_on_another_timeframe_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="companion: 1h bars beside 15m bars"):
        read_chart(long_chart(50), EURUSD, companion=draw_at(("2024-03-08T18:00:00Z", (5, 6, 4, 5))))


@pytest.mark.parametrize("t", [-3, -2, 50, 51])
def test_a_bar_that_is_not_there_is_refused(t: int) -> None:
    with pytest.raises(InvalidParameter, match="expected a bar index from -1"):
        read_chart(long_chart(50), EURUSD).as_of(t)


@pytest.mark.parametrize("t", ["2023-01-05T10:00Z", 3.5, None, True, datetime(2024, 1, 5, tzinfo=UTC), np.array([3])])
def test_what_is_no_bar_index_is_refused_by_name(t: Any) -> None:
    with pytest.raises(InvalidParameter, match="t: expected a bar index from -1") as caught:
        read_chart(long_chart(50), EURUSD).as_of(t)
    assert (caught.value.field, caught.value.got) == ("t", repr(t)[:80])


def test_an_index_out_of_an_array_is_one() -> None:
    read = read_chart(long_chart(50), EURUSD)
    assert read.as_of(np.int64(30)).to_dict() == read.as_of(30).to_dict()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reclaim_bars", 0), ("reclaim_bars", 1.5), ("reclaim_bars", True), ("displacement_k", -0.1),
        ("displacement_k", float("nan")), ("break_by", "body"), ("block_zone", ""), ("judas_until", "25:00"),
        ("daily_bias", "up"), ("shift_needs_gap", 1), ("lookback", 3), ("stop_buffer_atr", "0.1"),
    ],
)  # fmt: skip
def test_a_parameter_outside_its_range_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(InvalidParameter, match=f"parameters.{name}: expected") as refused:
        ChartParameters.of_names({name: value})
    assert refused.value.field == f"parameters.{name}"


def test_parameters_survive_their_document() -> None:
    chosen = ChartParameters(reclaim_bars=3, block_zone="range", daily_bias="bearish", equal_tolerance_atr=0.5)
    assert ChartParameters.of_names(json.loads(json.dumps(chosen.to_dict()))) == chosen
