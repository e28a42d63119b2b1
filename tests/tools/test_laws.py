"""The laws of every fact, on random and on real candles: prefix, no future, scale, mirror.

`ICT_LAW_PREFIXES` says how many prefixes of each real file are read (200; continuous integration reads 1,000);
`ICT_LAW_EXAMPLES` how many random charts (60).
"""

import json
import os
import random
from datetime import time
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import (
    in_no_order,
    is_same_table,
    mirrored_row,
    rows_of_chart,
    scaled_row,
    unknown_float_columns,
)
from tests.tools.real_candles import RealFile, higher_timeframes, on_every_file, whole_file, whole_file_in_ticks, window
from tests.tools.strategies import MIRROR, REPEATABLE, candles, mirrored, scaled
from tools.candles import Candles
from tools.chart import Chart, ChartParameters, read_chart
from tools.instruments import Instrument, instrument
from tools.resample import resample
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

PREFIXES: Final = int(os.environ.get("ICT_LAW_PREFIXES", "200"))
WINDOWS: Final = (0.0, 0.3, 0.55, 0.9)
WINDOW_BARS: Final = 1200
MARKETS: Final = (instrument("EURUSD"), instrument("BTCUSD"), instrument("ES"))
PARAMETERS: Final = (
    ChartParameters(),
    ChartParameters(displacement_k=1.0, reclaim_bars=3, equal_tolerance_atr=0.5, block_zone="range"),
    ChartParameters(break_by="wick", internal_bars=1, external_bars=3, gap_minimum_atr=0.3, block_needs_gap=False),
    ChartParameters(displacement_k=1.0, shift_needs_sweep=False, equal_tolerance_atr=1.0),
    ChartParameters(displacement_k=1.0, shift_needs_gap=False, reclaim_bars=2),
    ChartParameters(displacement_k=1.0, shift_needs_sweep=False, shift_needs_gap=False),
    ChartParameters(
        displacement_k=0.5,
        reclaim_bars=2,
        delivery_lookback_bars=4,
        delivery_needs_sweep=True,
        balanced_window_bars=5,
        opening_gaps_kept=2,
        divergence_align_bars=5,
        turtle_soup_bars=6,
        judas_until=time(15),
    ),
)
CHARTS: Final = candles(minimum=1, maximum=110)


def assert_same(found: Chart, expected: Chart) -> None:
    """Assert that two readings are equal, row by row and in order."""
    if (
        all(is_same_table(getattr(found, name), table) for name, table in expected.tables.items())
        and (found.dealing_range, found.power_of_three) == (expected.dealing_range, expected.power_of_three)
        and found.candles == expected.candles
    ):
        return
    seen, wanted = rows_of_chart(found), rows_of_chart(expected)
    for name, rows in wanted.items():
        assert seen[name] == rows, name
    assert found.candles == expected.candles


def companion_of(chart: Candles) -> Candles:
    """Return a correlated market: the same bars one bar later, every seventh missing."""
    columns: dict[str, Any] = {name: np.roll(getattr(chart, name), 1) for name in ("open", "high", "low", "close")}
    kept = np.arange(len(chart)) % 7 != 3
    columns = {name: column[kept] for name, column in columns.items()}
    return Candles.from_columns({**columns, "time": chart.time[kept]}, chart.timeframe)


def altered_after(chart: Candles, t: int, factor: float) -> Candles:
    """Return the candles with every price after bar `t` multiplied by `factor`."""
    multiplier = np.where(np.arange(len(chart)) > t, factor, 1.0)
    names = ("open", "high", "low", "close")
    columns: dict[str, Any] = {name: getattr(chart, name) * multiplier for name in names}
    columns |= {"time": chart.time, "volume": chart.volume}
    return Candles.from_columns(columns, chart.timeframe)


@REPEATABLE
@given(chart=CHARTS, market=st.sampled_from(MARKETS), parameters=st.sampled_from(PARAMETERS), data=st.data())
def test_a_prefix_reads_as_the_whole_did_then(
    chart: Candles, market: Instrument, parameters: ChartParameters, data: st.DataObject
) -> None:
    """Prefix law on random candles: reading ``candles[:t + 1]`` is ``as_of(t)`` of reading all of them."""
    companion = companion_of(chart) if data.draw(st.booleans(), label="has a companion") else None
    whole = read_chart(chart, market, parameters, companion)
    for t in sorted(data.draw(st.sets(st.integers(-1, len(chart) - 1), min_size=1, max_size=6), label="bars t")):
        then = whole.as_of(t)
        assert_same(read_chart(chart[: t + 1], market, parameters, companion), then)
        assert_same(read_chart(chart[: t + 1], market, parameters, then.companion), then)


@REPEATABLE
@given(
    chart=candles(minimum=20), market=st.sampled_from(MARKETS), parameters=st.sampled_from(PARAMETERS), data=st.data()
)
def test_the_future_changes_nothing(
    chart: Candles, market: Instrument, parameters: ChartParameters, data: st.DataObject
) -> None:
    """No-future law: whatever bars come after t, what was known at its close stays as it was."""
    t = data.draw(st.integers(0, len(chart) - 2), label="bar t")
    factor = data.draw(st.sampled_from([0.5, 1.0625, 0.9375, 2.0]), label="the future is multiplied by")
    changed = read_chart(altered_after(chart, t, factor), market, parameters)
    assert_same(changed.as_of(t), read_chart(chart, market, parameters).as_of(t))


@REPEATABLE
@given(chart=CHARTS, parameters=st.sampled_from(PARAMETERS), early=st.integers(-1, 110), late=st.integers(-1, 110))
def test_going_back_twice_is_going_back_once(
    chart: Candles, parameters: ChartParameters, early: int, late: int
) -> None:
    """``as_of(late).as_of(early)`` is ``as_of(early)``."""
    early, late = sorted((min(early, len(chart) - 1), min(late, len(chart) - 1)))
    whole = read_chart(chart, MARKETS[0], parameters)
    assert_same(whole.as_of(late).as_of(early), whole.as_of(early))


@REPEATABLE
@given(chart=CHARTS, parameters=st.sampled_from(PARAMETERS))
def test_doubled_prices_double_the_facts(chart: Candles, parameters: ChartParameters) -> None:
    """Scale law: prices double, every index stays."""
    check_scale(chart, MARKETS[0], parameters)


@REPEATABLE
@given(
    chart=CHARTS,
    market=st.sampled_from(MARKETS),
    parameters=st.sampled_from([p for p in PARAMETERS if p.break_by == "close"]),
)
def test_a_mirror_turns_bulls_into_bears(chart: Candles, market: Instrument, parameters: ChartParameters) -> None:
    """Mirror law: directions flip, prices p become ``MIRROR - p``, every index stays."""
    check_mirror(chart, market, parameters, MIRROR)


def check_scale(chart: Candles, market: Instrument, parameters: ChartParameters) -> None:
    """Assert the scale law."""
    companion = companion_of(chart)
    single = rows_of_chart(read_chart(chart, market, parameters, companion))
    double = rows_of_chart(read_chart(scaled(chart, 2.0), market, parameters, scaled(companion, 2.0)))
    for name, rows in single.items():
        assert not unknown_float_columns(rows)
        assert double[name] == [scaled_row(row, 2.0) for row in rows], name


def check_mirror(chart: Candles, market: Instrument, parameters: ChartParameters, about: float) -> None:
    """Assert the mirror law."""
    companion = companion_of(chart)
    upright = rows_of_chart(read_chart(chart, market, parameters, companion))
    turned = rows_of_chart(read_chart(mirrored(chart, about), market, parameters, mirrored(companion, about)))
    for name, rows in upright.items():
        assert not unknown_float_columns(rows)
        assert in_no_order(turned[name]) == in_no_order(mirrored_row(row, about) for row in rows), name


@REPEATABLE
@given(chart=CHARTS, parameters=st.sampled_from(PARAMETERS))
def test_facts_have_names_of_their_own_and_are_json(chart: Candles, parameters: ChartParameters) -> None:
    """Each fact of a table has another id, and the whole reading is strict JSON (no NaN)."""
    reading = read_chart(chart, MARKETS[0], parameters).to_dict()
    for name, rows in reading.items():
        if isinstance(rows, list):
            assert len({row["id"] for row in rows}) == len(rows), name
    assert json.loads(json.dumps(reading, allow_nan=False)) == reading


@REPEATABLE
@given(chart=CHARTS, parameters=st.sampled_from(PARAMETERS))
def test_facts_are_confirmed_in_order_and_live_afterwards(chart: Candles, parameters: ChartParameters) -> None:
    """Rows ascend by confirmation; nothing is confirmed before it is formed; life never begins before confirmation."""
    reading = read_chart(chart, MARKETS[0], parameters)
    for name, rows in rows_of_chart(reading).items():
        if name in {"dealing_range", "power_of_three"}:
            continue
        confirmed = [row["confirmed_index"] for row in rows]
        assert confirmed == sorted(confirmed), name
        assert all(0 <= row["formed_index"] <= row["confirmed_index"] < len(chart) for row in rows), name
        for row in rows:
            assert_life_comes_after(row, is_pool=name == "liquidity_pools")


def assert_life_comes_after(row: dict[str, Any], *, is_pool: bool) -> None:
    """Assert that each step of one fact's life happened later (a period's pool may be taken on its confirming bar)."""
    steps = (
        "touched", "mitigated", "broken", "ce", "filled", "inverted", "dead", "dropped", "taken", "swept", "run",
        "superseded", "entered", "stopped",
    )  # fmt: skip
    lived = [row[f"{step}_index"] for step in steps if row.get(f"{step}_index", -1) != -1]
    earliest = row["confirmed_index"] + (0 if is_pool else 1)
    assert all(bar >= earliest for bar in lived), row


@REPEATABLE
@given(
    chart=candles(maximum=200, timeframes=(Timeframe.M15, Timeframe.H1)),
    timeframe=st.sampled_from([Timeframe.H1, Timeframe.H4, Timeframe.D1, Timeframe.W1, Timeframe.MO1]),
    trading_day=st.sampled_from(TradingDay),
)
def test_higher_bars_are_never_rewritten(chart: Candles, timeframe: Timeframe, trading_day: TradingDay) -> None:
    """Prefix law of `resample`: the bars of a prefix are the first bars of the whole."""
    whole = resample(chart, timeframe, trading_day)
    for t in range(0, len(chart), 7):
        part = resample(chart[: t + 1], timeframe, trading_day)
        assert part == whole[: len(part)]


@on_every_file
def test_prefixes_of_real_candles(file: RealFile) -> None:
    """Prefix and no-future law on real candles, at random bars of several windows (always the same ones)."""
    market, chance = instrument(file.symbol), random.Random(file.name)
    for share in WINDOWS:
        chart = window(whole_file(file), share, WINDOW_BARS)
        companion = companion_of(chart)
        whole = read_chart(chart, market, companion=companion)
        for t in chance.sample(range(len(chart)), min(-(-PREFIXES // len(WINDOWS)), len(chart))):
            then = whole.as_of(t)
            assert_same(read_chart(chart[: t + 1], market, companion=companion), then)
        t = chance.randrange(len(chart) - 1)
        assert_same(
            read_chart(altered_after(chart, t, chance.uniform(0.9, 1.1)), market, companion=companion).as_of(t),
            whole.as_of(t),
        )


@on_every_file
@pytest.mark.parametrize("parameters", PARAMETERS[:2], ids=["default", "relaxed"])
def test_scale_and_mirror_of_real_candles(file: RealFile, parameters: ChartParameters) -> None:
    """Scale and mirror law on real candles in whole ticks."""
    market = instrument(file.symbol)
    for share in WINDOWS:
        chart = window(whole_file_in_ticks(file), share, WINDOW_BARS)
        check_scale(chart, market, parameters)
        check_mirror(chart, market, parameters, float(chart.high.max() + chart.low.min()))


@on_every_file
def test_higher_real_bars_are_never_rewritten(file: RealFile) -> None:
    """Prefix law of `resample` on real candles, for every higher timeframe the file can give."""
    chart, chance = whole_file(file)[:5000], random.Random(file.name)
    trading_day = instrument(file.symbol).trading_day
    for timeframe in higher_timeframes(file.timeframe):
        whole = resample(chart, timeframe, trading_day)
        for t in chance.sample(range(len(chart)), min(PREFIXES, len(chart))):
            part = resample(chart[: t + 1], timeframe, trading_day)
            assert part == whole[: len(part)]
