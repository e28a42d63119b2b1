"""Setups equal what a naive second implementation finds, on random candles and on real ones, and keep the prefix law.

Both are given the same facts to build on: each of those has a comparison of its own.
"""

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import rows_of
from tests.tools.real_candles import RealFile, on_every_file, whole_file, whole_file_in_ticks, window
from tests.tools.reference.bars import bars_of
from tests.tools.reference.setups import MODELS as NAIVE_MODELS
from tests.tools.reference.setups import Market
from tests.tools.reference.setups import setups as naive_setups
from tests.tools.setup_tables import facts_of
from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.displacement import average_true_range
from tools.instruments import instrument
from tools.setups import MODELS, detect_setups
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

SHORT: Final = (Timeframe.M15, Timeframe.M5, Timeframe.M30, Timeframe.H1)
WINDOWS: Final = (0.05, 0.35, 0.6, 0.85)
WINDOW_BARS: Final = 600
OF_FACTS: Final = st.fixed_dictionaries(
    {
        "displacement_k": st.sampled_from([1.5, 1.0, 0.5]),
        "external_bars": st.sampled_from([5, 3, 2]),
        "reclaim_bars": st.integers(1, 3),
        "need_sweep": st.booleans(),
        "need_gap": st.booleans(),
    }
)
OF_SETUPS: Final = st.fixed_dictionaries(
    {
        "stop_buffer_atr": st.sampled_from([0.1, 0.0, 0.5, -0.25]),
        "sweep_to_gap_bars": st.sampled_from([20, 1, 3, 300]),
        "turtle_soup_bars": st.sampled_from([20, 1, 2, 3, 7]),
    }
)


def check(chart: Candles, facts: dict[str, Any], stop_buffer_atr: float = 0.1, **parameters: Any) -> set[int]:
    """Assert that both agree on every column of every row, in order; return the models they found."""
    found = detect_setups(chart, **facts, stop_buffer_atr=stop_buffer_atr, **parameters)
    tables = {name: rows_of(table) for name, table in facts.items()}
    market = Market(bars_of(chart), **tables, timeframe_seconds=chart.timeframe.seconds, **parameters)
    assert rows_of(found) == naive_setups(market, average_true_range(chart).tolist(), stop_buffer_atr)
    assert len({found.id_of(row, chart) for row in range(len(found))}) == len(found)
    return set(found.model.tolist())


def check_prefix(chart: Candles, t: int, whole: dict[str, Any], **parameters: Any) -> None:
    """Assert that the setups of the bars up to `t` are what all bars say of that time."""
    then = chart[: t + 1]
    found = detect_setups(then, **facts_of(then, **parameters))
    assert rows_of(found) == rows_of(detect_setups(chart, **whole).as_of(t))


def test_the_models_have_the_same_codes() -> None:
    assert tuple(MODELS.values()) == NAIVE_MODELS


@REPEATABLE
@given(chart=candles(maximum=200), trading_day=st.sampled_from(TradingDay))
def test_setups_of_random_candles(chart: Candles, trading_day: TradingDay) -> None:
    """Every model with default parameters, from one bar on."""
    check(chart, facts_of(chart, trading_day))


@REPEATABLE
@given(chart=candles(minimum=40, maximum=200, timeframes=SHORT), of_facts=OF_FACTS, of_setups=OF_SETUPS)
def test_setups_with_other_parameters(chart: Candles, of_facts: dict[str, Any], of_setups: dict[str, Any]) -> None:
    """Every model on looser facts, of which there are more, with every parameter of its own."""
    check(chart, facts_of(chart, **of_facts), **of_setups)


@REPEATABLE
@given(chart=candles(minimum=20, maximum=160, timeframes=SHORT), of_facts=OF_FACTS, data=st.data())
def test_prefixes_of_random_candles(chart: Candles, of_facts: dict[str, Any], data: st.DataObject) -> None:
    """What is found in ``candles[:t + 1]`` is what was known at t."""
    whole = facts_of(chart, **of_facts)
    for t in sorted(data.draw(st.sets(st.integers(-1, len(chart) - 1), min_size=1, max_size=5), label="bars t")):
        check_prefix(chart, t, whole, **of_facts)


@on_every_file
def test_setups_of_real_candles(file: RealFile) -> None:
    """Every model the bars allow is found on windows of each real file, and both agree on it."""
    market = instrument(file.symbol)
    models: set[int] = set()
    for share in WINDOWS:
        chart = window(whole_file_in_ticks(file), share, WINDOW_BARS)
        facts = facts_of(chart, market.trading_day, market.kill_zones)
        models |= check(chart, facts)
        looser = facts_of(chart, market.trading_day, market.kill_zones, displacement_k=1.0, need_sweep=False)
        models |= check(chart, looser, turtle_soup_bars=10)
    absent = set() if file.timeframe.seconds <= Timeframe.M15.seconds else {"silver_bullet"}
    absent |= {"power_of_three"} if file.timeframe is Timeframe.D1 else set()
    assert {MODELS[code] for code in models} >= set(MODELS.values()) - absent


@on_every_file
def test_prefixes_of_real_candles(file: RealFile) -> None:
    """The prefix law on real prices, at bars spread over one window."""
    chart = window(whole_file(file), 0.4, WINDOW_BARS)
    whole = facts_of(chart)
    for t in range(12, len(chart), 45):
        check_prefix(chart, t, whole)
