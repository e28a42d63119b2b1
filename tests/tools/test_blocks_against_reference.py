"""Swing degrees, blocks and changes of delivery equal what a naive second implementation finds, at every prefix."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import only, rows_of
from tests.tools.real_candles import RealFile, on_every_file, whole_file_in_ticks, window
from tests.tools.reference.bars import bars_of
from tests.tools.reference.clock import FOREX_SESSIONS, INDEX_SESSIONS
from tests.tools.reference.delivery_changes import delivery_changes as naive_changes
from tests.tools.reference.liquidity import liquidity_pools as naive_liquidity_pools
from tests.tools.reference.rejection_blocks import rejection_blocks as naive_rejections
from tests.tools.reference.structure import structure_breaks as naive_structure_breaks
from tests.tools.reference.structure_blocks import structure_blocks as naive_structure_blocks
from tests.tools.reference.swing_degree import with_degrees
from tests.tools.reference.swings import swings as naive_swings
from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.delivery_changes import detect_delivery_changes
from tools.facts import Facts
from tools.instruments import Instrument, instrument
from tools.liquidity import detect_liquidity_pools
from tools.order_blocks import Zone
from tools.rejection_blocks import detect_rejection_blocks
from tools.structure import detect_structure_breaks
from tools.structure_blocks import detect_structure_blocks
from tools.swings import detect_swings

SWING: Final = ("side", "formed_index", "confirmed_index", "price", "intermediate_index", "long_index")
ZONE: Final = ("direction", "formed_index", "confirmed_index", "top", "bottom", "middle", "touched_index", "dead_index")
BLOCK: Final = (*ZONE, "range_top", "range_bottom", "swing_index", "extreme_index", "prior_index")
REJECTION: Final = (*ZONE, "pool_price")
CHANGE: Final = ("direction", "formed_index", "confirmed_index", "price", "first_index", "extreme_index")
SESSIONS: Final = {"forex": FOREX_SESSIONS, "index": INDEX_SESSIONS}
MARKETS: Final = (instrument("EURUSD"), instrument("BTCUSD"), instrument("ES"))
WINDOWS: Final = (0.05, 0.6)
WINDOW_BARS: Final = 400
ZONES: Final[tuple[Zone, ...]] = ("body", "range")


def tables_of(
    chart: Candles, market: Instrument, *, zone: Zone = "body", reclaim_bars: int = 1, lookback: int = 10, side: int = 2
) -> dict[str, Facts]:
    """Return every table of these tools by a name of its own, with swings of `side` bars a side."""
    internal = detect_swings(chart, left=side, right=side)
    external = detect_swings(chart, left=5, right=5, scope="external")
    pools = detect_liquidity_pools(
        chart,
        internal=internal,
        external=external,
        trading_day=market.trading_day,
        kill_zones=market.kill_zones,
        reclaim_bars=reclaim_bars,
    )
    breakers, mitigations = detect_structure_blocks(
        chart, internal, detect_structure_breaks(chart, internal), zone=zone
    )
    return {
        "internal swings": internal,
        "external swings": external,
        "breakers": breakers,
        "mitigation blocks": mitigations,
        "rejection blocks": detect_rejection_blocks(chart, internal, pools),
        "changes": detect_delivery_changes(chart, lookback=lookback),
        "changes after sweeps": detect_delivery_changes(chart, pools, lookback=lookback, need_sweep=True),
    }


def check_all(
    chart: Candles, market: Instrument, *, zone: Zone = "body", reclaim_bars: int = 1, lookback: int = 10, side: int = 2
) -> None:
    """Assert that every table agrees with the reference."""
    bars = bars_of(chart)
    internal, external = naive_swings(bars, side, side), naive_swings(bars, 5, 5)
    pools = naive_liquidity_pools(
        bars,
        internal,
        external,
        timeframe_seconds=chart.timeframe.seconds,
        trading_day=market.trading_day.value,
        sessions=SESSIONS[market.kill_zones],
        reclaim_bars=reclaim_bars,
    )
    breakers, mitigations = naive_structure_blocks(bars, internal, naive_structure_breaks(bars, internal), zone)
    expected = {
        "internal swings": (with_degrees(bars, internal), SWING),
        "external swings": (with_degrees(bars, external), SWING),
        "breakers": (breakers, BLOCK),
        "mitigation blocks": (mitigations, BLOCK),
        "rejection blocks": (naive_rejections(bars, internal, pools), REJECTION),
        "changes": (naive_changes(bars, pools, lookback), CHANGE),
        "changes after sweeps": (naive_changes(bars, pools, lookback, need_sweep=True), CHANGE),
    }
    found = tables_of(chart, market, zone=zone, reclaim_bars=reclaim_bars, lookback=lookback, side=side)
    for name, (rows, columns) in expected.items():
        assert only(rows_of(found[name]), columns) == only(rows, columns), name


def check_prefix(chart: Candles, market: Instrument, t: int, *, reclaim_bars: int = 1) -> None:
    """Assert that bars up to `t` hold what the whole held then, row by row and in order."""
    whole = tables_of(chart, market, reclaim_bars=reclaim_bars)
    part = tables_of(chart[: t + 1], market, reclaim_bars=reclaim_bars)
    for name, facts in whole.items():
        assert rows_of(part[name]) == rows_of(facts.as_of(t)), name


@REPEATABLE
@given(
    chart=candles(),
    market=st.sampled_from(MARKETS),
    zone=st.sampled_from(ZONES),
    reclaim_bars=st.integers(1, 4),
    lookback=st.integers(1, 17),
    side=st.integers(1, 3),
)
def test_random_candles(
    chart: Candles, market: Instrument, zone: Zone, reclaim_bars: int, lookback: int, side: int
) -> None:
    """Every table, every parameter."""
    check_all(chart, market, zone=zone, reclaim_bars=reclaim_bars, lookback=lookback, side=side)


@REPEATABLE
@given(chart=candles(minimum=20), market=st.sampled_from(MARKETS), reclaim_bars=st.sampled_from([1, 3]), data=st.data())
def test_a_prefix_holds_what_the_whole_held_then(
    chart: Candles, market: Instrument, reclaim_bars: int, data: st.DataObject
) -> None:
    """Prefix law of these tables alone."""
    for t in sorted(data.draw(st.sets(st.integers(-1, len(chart) - 1), min_size=1, max_size=6), label="bars t")):
        check_prefix(chart, market, t, reclaim_bars=reclaim_bars)


@REPEATABLE
@given(chart=candles(), market=st.sampled_from(MARKETS), side=st.integers(1, 3))
def test_every_fact_has_a_name_of_its_own(chart: Candles, market: Instrument, side: int) -> None:
    """Ids are unique within a table, and each fact can be told as a row."""
    for name, facts in tables_of(chart, market, side=side, reclaim_bars=3).items():
        rows = facts.rows(chart)
        assert len({row["id"] for row in rows}) == len(facts), name


@on_every_file
@pytest.mark.parametrize("zone", ZONES)
def test_real_candles(file: RealFile, zone: Zone) -> None:
    """Every table on windows of each real file, and at some of their prefixes."""
    market = instrument(file.symbol)
    for share in WINDOWS:
        chart = window(whole_file_in_ticks(file), share, WINDOW_BARS)
        check_all(chart, market, zone=zone)
        for t in range(0, len(chart), 37):
            check_prefix(chart, market, t)
