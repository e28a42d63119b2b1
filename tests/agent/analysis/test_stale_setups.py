"""A stale setup is never offered: checked bar by bar, on every real file and on simulated bars, for all nine models."""

from collections import Counter
from collections.abc import Iterator

import pytest

from agent.analysis.nodes.entry_setups import best_offered, fresh_rows, setup_row
from agent.analysis.reading import Reading
from agent.analysis.steps import walk_now
from tests.agent.analysis.market import NOW, demo_candles, reading_of, request_of, rules
from tests.tools.real_candles import RealFile, on_every_file, whole_file
from tools.candles import Candles
from tools.setups import MODELS
from tools.timeframes import Timeframe
from tools.times import parse_time

WINDOWS_A_FILE = 60
ORDER = (
    "ict_2022_model", "unicorn", "silver_bullet", "sweep_displacement_fvg", "power_of_three", "mss_ote", "ote",
    "turtle_soup", "fvg",
)  # fmt: skip
SYMBOLS = ("EURUSD", "NQ", "XAUUSD", "BTCUSD")


def is_stale(bars: Candles, setup: dict[str, object]) -> bool:
    """Look at each bar since the confirmation, one by one: did it reach the entry or the stop?"""
    entry, stop = float(str(setup["entry_price"])), float(str(setup["stop_loss"]))
    for at, high, low in zip(bars.time.tolist(), bars.high.tolist(), bars.low.tolist(), strict=True):
        if at < parse_time(str(setup["confirmed_at"])):
            continue
        reached = (low <= entry or low <= stop) if setup["direction"] == "bullish" else (high >= entry or high >= stop)
        if reached:
            return True
    return False


def fresh_setups(reading: Reading) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the model and the row of every setup that might be offered, whichever way the votes lean."""
    for lean in (1, -1):
        for row in fresh_rows(reading, lean):
            yield int(reading.entry.setups.model[row]), setup_row(reading, row)


@on_every_file
def test_none_on_real_candles(file: RealFile) -> None:
    candles, bars = whole_file(file), 1500 if file.timeframe is Timeframe.M1 else 500
    step = max((len(candles) - bars) // WINDOWS_A_FILE, 1)
    found = 0
    for start in range(0, len(candles) - bars, step):
        window = candles[start : start + bars]
        for _, setup in fresh_setups(reading_of(window, file.symbol)):
            found += 1
            assert not is_stale(window, setup)
    assert found > WINDOWS_A_FILE // 3


@pytest.mark.parametrize("timeframe", [Timeframe.M15, Timeframe.M5, Timeframe.M1])
def test_none_of_any_model_on_simulated_bars(timeframe: Timeframe) -> None:
    counted: Counter[int] = Counter()
    for number, hours in enumerate(range(0, 37 * 60, 37)):
        symbol = SYMBOLS[number % len(SYMBOLS)]
        bars = demo_candles(symbol, timeframe, until=NOW - 3600 * hours - 60 * (number % 5), bars=600)
        for model, setup in fresh_setups(reading_of(bars, symbol)):
            counted[model] += 1
            assert not is_stale(bars, setup)
    assert set(counted) == set(MODELS) or timeframe is not Timeframe.M15


@pytest.mark.parametrize("profile", ["strict", "relaxed"])
def test_no_decision_offers_one(profile: str) -> None:
    offered = 0
    for number, hours in enumerate(range(0, 29 * 90, 29)):
        symbol = SYMBOLS[number % len(SYMBOLS)]
        bars = demo_candles(symbol, Timeframe.M1, until=NOW - 3600 * hours - 60 * (number % 5), bars=1500)
        decision = walk_now(request_of(bars, symbol, account_balance=1e6), rules(profile))["decision"]
        if decision["setup"] is not None:
            offered += 1
            assert not is_stale(bars, decision["setup"])
    assert offered > 0


def test_base_bars_newer_than_the_chart_end_a_setup() -> None:
    ended = 0
    for hours in range(0, 37 * 40, 37):
        whole = demo_candles("EURUSD", Timeframe.M1, until=NOW - 3600 * hours, bars=1500)
        for cut in range(5):
            bars = whole[: len(whole) - cut]
            reading = reading_of(bars)
            newer = reading.bars_since(reading.entry.candles)
            table = reading.entry.setups.fresh()
            lows, highs = newer.low.min(initial=float("inf")), newer.high.max(initial=0.0)
            touched = ((table.direction == 1) & (lows <= table.entry)) | (
                (table.direction == -1) & (highs >= table.entry)
            )
            ended += int(touched.sum())
            ids = {str(setup["id"]) for _, setup in fresh_setups(reading)}
            assert not ids & {table.id_of(row, reading.entry.candles) for row in touched.nonzero()[0].tolist()}
    assert ended > 0


def test_the_best_model_is_offered_and_of_one_model_the_newest() -> None:
    strict = rules("strict")
    for hours in range(0, 37 * 60, 37):
        reading = Reading(request_of(demo_candles("NQ", Timeframe.M15, until=NOW - 3600 * hours), "NQ"), strict)
        for lean in (1, -1):
            rows = fresh_rows(reading, lean)
            models = [MODELS[int(reading.entry.setups.model[row])] for row in rows]
            allowed = [row for row, model in zip(rows, models, strict=True) if model not in ("fvg", "turtle_soup")]
            assert best_offered(reading, rows) == (allowed[0] if allowed else None)
            keys = [
                (ORDER.index(model), -int(reading.entry.setups.confirmed_index[row]))
                for row, model in zip(rows, models, strict=True)
            ]
            assert keys == sorted(keys)
