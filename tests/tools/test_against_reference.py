"""Every fact equals what a naive second implementation finds, on random candles and on real ones."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import only, rows_of
from tests.tools.real_candles import RealFile, higher_timeframes, on_every_file, whole_file_in_ticks, window
from tests.tools.reference.bars import Row, bars_of
from tests.tools.reference.clock import FOREX_SESSIONS, INDEX_SESSIONS
from tests.tools.reference.dealing_range import dealing_range as naive_dealing_range
from tests.tools.reference.displacement import average_true_range as naive_average_true_range
from tests.tools.reference.displacement import displacements as naive_displacements
from tests.tools.reference.imbalances import fair_value_gaps as naive_gaps
from tests.tools.reference.liquidity import liquidity_pools as naive_pools
from tests.tools.reference.order_blocks import order_blocks as naive_blocks
from tests.tools.reference.resample import resample as naive_resample
from tests.tools.reference.shifts import market_structure_shifts as naive_shifts
from tests.tools.reference.structure import structure_breaks as naive_breaks
from tests.tools.reference.swings import swings as naive_swings
from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.dealing_range import dealing_range_at
from tools.displacement import average_true_range, detect_displacements
from tools.imbalances import detect_fair_value_gaps
from tools.instruments import instrument
from tools.liquidity import POOL_KINDS, SESSION_NAMES, LiquidityPools, detect_liquidity_pools
from tools.order_blocks import Zone, detect_order_blocks
from tools.resample import resample
from tools.structure import BreakBy, detect_structure_breaks
from tools.structure_shift import MarketStructureShifts, detect_market_structure_shifts
from tools.swings import detect_swings
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

SWING: Final = ("side", "formed_index", "confirmed_index", "price")
BREAK: Final = ("direction", "type", "formed_index", "confirmed_index", "swing_index", "price", "origin_index")
GAP_ZONE: Final = ("direction", "formed_index", "confirmed_index", "top", "bottom", "middle", "displaced")
GAP: Final = (*GAP_ZONE, "touched_index", "ce_index", "filled_index", "inverted_index")
BLOCK_ZONE: Final = ("top", "bottom", "range_top", "range_bottom", "middle", "has_gap")
BLOCK_LIFE: Final = ("touched_index", "mitigated_index", "broken_index")
BLOCK: Final = ("direction", "formed_index", "first_index", "confirmed_index", *BLOCK_ZONE, *BLOCK_LIFE)
POOL_LIFE: Final = ("taken_index", "swept_index", "run_index", "superseded_index")
POOL: Final = ("kind", "side", "price", "confirmed_index", *POOL_LIFE)
SHIFT: Final = ("direction", "formed_index", "confirmed_index", "origin_index", "price")
SESSIONS: Final = {"forex": FOREX_SESSIONS, "index": INDEX_SESSIONS}
WINDOWS: Final = (0.05, 0.6)
WINDOW_BARS: Final = 400


class Both:
    """The tools' facts and the reference's rows of the same candles, each built on its own kind."""

    def __init__(
        self,
        chart: Candles,
        trading_day: TradingDay = TradingDay.NEW_YORK_17,
        kill_zones: str = "forex",
        *,
        reclaim_bars: int = 1,
        tolerance_atr: float = 0.1,
        displacement_k: float = 1.5,
    ) -> None:
        """Find everything twice."""
        self.candles, self.bars = chart, bars_of(chart)
        self.internal = detect_swings(chart)
        self.external = detect_swings(chart, left=5, right=5, scope="external")
        self.breaks = detect_structure_breaks(chart, self.internal)
        self.external_breaks = detect_structure_breaks(chart, self.external)
        self.displacements = detect_displacements(chart, k=displacement_k)
        self.gaps = detect_fair_value_gaps(chart, displacement_k=displacement_k)
        self.pools = detect_liquidity_pools(
            chart,
            internal=self.internal,
            external=self.external,
            trading_day=trading_day,
            kill_zones=kill_zones,
            tolerance_atr=tolerance_atr,
            reclaim_bars=reclaim_bars,
        )
        self.naive_internal = naive_swings(self.bars)
        self.naive_external = naive_swings(self.bars, 5, 5)
        self.naive_breaks = naive_breaks(self.bars, self.naive_internal)
        self.naive_external_breaks = naive_breaks(self.bars, self.naive_external)
        self.naive_displacements = naive_displacements(self.bars, displacement_k)
        self.naive_gaps = naive_gaps(self.bars, displacement_k=displacement_k)
        self.naive_pools = naive_pools(
            self.bars,
            self.naive_internal,
            self.naive_external,
            timeframe_seconds=chart.timeframe.seconds,
            trading_day=trading_day.value,
            sessions=SESSIONS[kill_zones],
            tolerance_atr=tolerance_atr,
            reclaim_bars=reclaim_bars,
        )

    def check_all(self) -> None:
        """Assert that every fact agrees."""
        assert average_true_range(self.candles).tolist() == pytest.approx(
            naive_average_true_range(self.bars), rel=1e-12, nan_ok=True
        )
        assert only(rows_of(self.internal), SWING) == only(self.naive_internal, SWING)
        assert only(rows_of(self.external), SWING) == only(self.naive_external, SWING)
        assert only(rows_of(self.breaks), BREAK) == only(self.naive_breaks, BREAK)
        assert only(rows_of(self.external_breaks), BREAK) == only(self.naive_external_breaks, BREAK)
        moved = ("direction", "formed_index", "confirmed_index")
        assert only(rows_of(self.displacements), moved) == only(self.naive_displacements, moved)
        assert only(rows_of(self.gaps), GAP) == only(self.naive_gaps, GAP)
        self.check_blocks("body", need_gap=True)
        self.check_pools()
        self.check_shifts(need_sweep=True, need_gap=True)

    def check_blocks(self, zone: Zone, *, need_gap: bool) -> None:
        """Assert that the order blocks of both scopes agree."""
        scopes = ((self.breaks, self.naive_breaks), (self.external_breaks, self.naive_external_breaks))
        for breaks, plain_breaks in scopes:
            blocks = detect_order_blocks(self.candles, breaks, self.gaps, zone=zone, need_gap=need_gap)
            expected = naive_blocks(self.bars, plain_breaks, self.naive_gaps, zone, need_gap)
            assert only(rows_of(blocks), BLOCK) == only(expected, BLOCK)

    def check_pools(self) -> None:
        """Assert that the pools agree, with what only some kinds of them say."""
        found = with_kind_names(self.pools)
        assert only(found, POOL) == only(self.naive_pools, POOL)
        equal, plain_equal = of_kind(found, "equal"), of_kind(self.naive_pools, "equal")
        assert only(equal, (*POOL, "members")) == only(plain_equal, (*POOL, "members"))
        period, plain_period = (
            of_kind(found, "previous_", "session_"),
            of_kind(self.naive_pools, "previous_", "session_"),
        )
        assert only(period, (*POOL, "bars", "complete")) == only(plain_period, (*POOL, "bars", "complete"))

    def check_shifts(self, *, need_sweep: bool, need_gap: bool) -> None:
        """Assert that the market structure shifts agree, and that each names a pool and a gap that qualify."""
        needs = {"need_sweep": need_sweep, "need_gap": need_gap}
        shifts = detect_market_structure_shifts(
            self.candles, self.breaks, self.pools, self.gaps, self.displacements, **needs
        )
        expected = naive_shifts(
            self.bars, self.naive_breaks, self.naive_pools, self.naive_gaps, self.naive_displacements, **needs
        )
        assert only(rows_of(shifts), SHIFT) == only(expected, SHIFT)
        if need_sweep and need_gap:
            self._check_what_shifts_name(shifts, {row["formed_index"]: row for row in expected})

    def _check_what_shifts_name(self, shifts: MarketStructureShifts, expected: dict[int, Row]) -> None:
        for shift in rows_of(shifts):
            row = expected[shift["formed_index"]]
            qualifying = [self.naive_pools[position] for position in row["sweeps"]]
            assert (shift["sweep_index"], shift["pool_price"]) in [(q["swept_index"], q["price"]) for q in qualifying]
            assert shift["gap_index"] == row["gap_index"]

    def check_dealing_range(self, t: int) -> None:
        """Assert that the dealing range at one bar agrees."""
        found = dealing_range_at(self.candles, self.external, self.external_breaks, t)
        expected = naive_dealing_range(self.bars, self.naive_external, self.naive_external_breaks, t)
        if found is None or expected is None:
            assert found is None
            assert expected is None
            return
        assert (found.direction, found.low, found.high) == tuple(
            expected[name] for name in ("direction", "low", "high")
        )
        assert self.candles.low[found.low_index] == found.low
        assert self.candles.high[found.high_index] == found.high


def with_kind_names(pools: LiquidityPools) -> list[Row]:
    """Return the pools as rows whose kind is a word, a session's with its name."""
    rows = rows_of(pools)
    for row in rows:
        word = POOL_KINDS[row["kind"]]
        row["kind"] = f"session_{SESSION_NAMES[row['session']]}" if word == "session" else word
    return rows


def of_kind(pools: list[Row], *starts: str) -> list[Row]:
    """Return the pools whose kind starts with one of these."""
    return [row for row in pools if row["kind"].startswith(starts)]


@REPEATABLE
@given(chart=candles(), trading_day=st.sampled_from(TradingDay), kill_zones=st.sampled_from(sorted(SESSIONS)))
def test_every_fact_of_random_candles(chart: Candles, trading_day: TradingDay, kill_zones: str) -> None:
    """All facts, default parameters, every trading day and kill-zone profile."""
    Both(chart, trading_day, kill_zones).check_all()


@REPEATABLE
@given(
    chart=candles(minimum=30, timeframes=(Timeframe.M15, Timeframe.H1)),
    reclaim_bars=st.integers(1, 4),
    tolerance_atr=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    displacement_k=st.sampled_from([1.0, 1.5]),
)
def test_the_rival_parameters_of_pools_and_shifts(
    chart: Candles, reclaim_bars: int, tolerance_atr: float, displacement_k: float
) -> None:
    """Pools and shifts with other reclaim bars, tolerances and displacement, and without sweep or gap."""
    both = Both(chart, reclaim_bars=reclaim_bars, tolerance_atr=tolerance_atr, displacement_k=displacement_k)
    both.check_pools()
    for need_sweep in (True, False):
        for need_gap in (True, False):
            both.check_shifts(need_sweep=need_sweep, need_gap=need_gap)


@REPEATABLE
@given(
    chart=candles(minimum=10), left=st.integers(1, 5), right=st.integers(1, 5), by=st.sampled_from(["close", "wick"])
)
def test_structure_with_other_swings_and_by_wick(chart: Candles, left: int, right: int, by: BreakBy) -> None:
    """Swings of any width, and breaks by close or wick."""
    bars = bars_of(chart)
    swings, plain_swings = detect_swings(chart, left=left, right=right), naive_swings(bars, left, right)
    breaks, plain_breaks = detect_structure_breaks(chart, swings, by=by), naive_breaks(bars, plain_swings, by)
    assert only(rows_of(swings), SWING) == only(plain_swings, SWING)
    assert only(rows_of(breaks), BREAK) == only(plain_breaks, BREAK)
    assert breaks.direction.tolist() == [row["direction"] for row in plain_breaks]


@REPEATABLE
@given(chart=candles(minimum=10), zone=st.sampled_from(["body", "range"]), need_gap=st.booleans())
def test_order_blocks_by_zone_and_without_gap(chart: Candles, zone: Zone, need_gap: bool) -> None:
    """Order blocks of both scopes with each zone, with and without the gap."""
    Both(chart).check_blocks(zone, need_gap=need_gap)


@REPEATABLE
@given(chart=candles(minimum=16), minimum_atr=st.sampled_from([0.1, 0.5, 1.0]))
def test_gaps_of_a_minimum_size(chart: Candles, minimum_atr: float) -> None:
    """Gaps at least so many ATR high; none before the ATR is known."""
    found = detect_fair_value_gaps(chart, minimum_atr=minimum_atr)
    assert only(rows_of(found), GAP) == only(naive_gaps(bars_of(chart), minimum_atr), GAP)


@REPEATABLE
@given(chart=candles(minimum=12))
def test_the_dealing_range_at_every_bar(chart: Candles) -> None:
    """The dealing range at each bar, known or not."""
    both = Both(chart)
    for t in range(len(chart)):
        both.check_dealing_range(t)


@REPEATABLE
@given(
    chart=candles(maximum=200, timeframes=(Timeframe.M15, Timeframe.M30, Timeframe.H1, Timeframe.D1)),
    timeframe=st.sampled_from(Timeframe),
    trading_day=st.sampled_from(TradingDay),
)
def test_resampled_bars(chart: Candles, timeframe: Timeframe, trading_day: TradingDay) -> None:
    """Every timeframe the base divides, over weekends and clock changes."""
    if timeframe.seconds <= chart.timeframe.seconds or timeframe.seconds % chart.timeframe.seconds:
        return
    check_resampled(chart, timeframe, trading_day)


def check_resampled(chart: Candles, timeframe: Timeframe, trading_day: TradingDay) -> None:
    """Assert that the higher bars agree in time and price."""
    expected = naive_resample(bars_of(chart), timeframe.value, timeframe.seconds, trading_day.value)
    found = resample(chart, timeframe, trading_day)
    columns = (found.time, found.open, found.high, found.low, found.close)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == [
        (bar.time, bar.open, bar.high, bar.low, bar.close) for bar in expected
    ]


@on_every_file
def test_every_fact_of_real_candles(file: RealFile) -> None:
    """All facts on windows of each real file, with that market's trading day and sessions."""
    market = instrument(file.symbol)
    for share in WINDOWS:
        chart = window(whole_file_in_ticks(file), share, WINDOW_BARS)
        both = Both(chart, market.trading_day, market.kill_zones)
        both.check_all()
        for t in range(0, len(chart), 10):
            both.check_dealing_range(t)


@on_every_file
def test_resampled_real_candles(file: RealFile) -> None:
    """Higher bars of the first 3,000 bars of each real file."""
    for timeframe in higher_timeframes(file.timeframe):
        check_resampled(whole_file_in_ticks(file)[:3000], timeframe, instrument(file.symbol).trading_day)
