"""Zones equal what a naive second implementation finds, on random candles and on real ones; a prefix reads the same."""

from collections.abc import Callable
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import only, rows_of
from tests.tools.real_candles import RealFile, on_every_file, whole_file_in_ticks, window
from tests.tools.reference.balanced_ranges import balanced_ranges as naive_ranges
from tests.tools.reference.bars import Row, bars_of
from tests.tools.reference.imbalances import fair_value_gaps as naive_gaps
from tests.tools.reference.inverse_gaps import inverse_gaps as naive_inverse_gaps
from tests.tools.reference.opening_gaps import opening_gaps as naive_opening_gaps
from tests.tools.reference.volume_imbalances import volume_imbalances as naive_volume_imbalances
from tests.tools.strategies import REPEATABLE, candles
from tools.balanced_ranges import detect_balanced_ranges
from tools.candles import Candles
from tools.facts import Facts
from tools.imbalances import detect_fair_value_gaps
from tools.instruments import instrument
from tools.inverse_gaps import detect_inverse_gaps
from tools.opening_gaps import OPENING_GAP_KINDS, OpeningGaps, detect_opening_gaps
from tools.resample import resample
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay
from tools.volume_imbalances import detect_volume_imbalances

ZONE: Final = ("direction", "formed_index", "confirmed_index", "top", "bottom", "middle")
LIFE: Final = ("touched_index", "ce_index", "filled_index", "inverted_index")
INVERSE: Final = (*ZONE, "gap_index", "touched_index", "ce_index", "dead_index")
RANGE: Final = (*ZONE, "earlier_index", *LIFE)
IMBALANCE: Final = (*ZONE, *LIFE)
OPENING: Final = ("kind", *ZONE, *LIFE, "dropped_index")
WINDOWS: Final = ((0.05, 400), (0.6, 400), (0.3, 3000))
HALTING: Final = (TradingDay.NEW_YORK_17, TradingDay.NEW_YORK_00)


def check_gaps_of_gaps(chart: Candles, range_window: int, minimum_atr: float) -> None:
    """Assert that inverse gaps and balanced ranges agree."""
    bars = bars_of(chart)
    gaps, plain_gaps = detect_fair_value_gaps(chart, minimum_atr=minimum_atr), naive_gaps(bars, minimum_atr)
    assert only(rows_of(detect_inverse_gaps(chart, gaps)), INVERSE) == only(
        naive_inverse_gaps(bars, plain_gaps), INVERSE
    )
    assert only(rows_of(detect_balanced_ranges(chart, gaps, window=range_window)), RANGE) == only(
        naive_ranges(bars, plain_gaps, range_window), RANGE
    )


def check_volume_imbalances(chart: Candles) -> None:
    """Assert that volume imbalances agree."""
    expected = naive_volume_imbalances(bars_of(chart))
    assert only(rows_of(detect_volume_imbalances(chart)), IMBALANCE) == only(expected, IMBALANCE)


def check_opening_gaps(chart: Candles, trading_day: TradingDay, keep: int) -> OpeningGaps:
    """Assert that opening gaps agree, and return them."""
    found = detect_opening_gaps(chart, trading_day, keep=keep)
    expected = naive_opening_gaps(
        bars_of(chart), timeframe_seconds=chart.timeframe.seconds, trading_day=trading_day.value, keep=keep
    )
    assert only(with_kind_names(found), OPENING) == only(expected, OPENING)
    return found


def with_kind_names(gaps: OpeningGaps) -> list[Row]:
    """Return the gaps as rows whose kind is a word."""
    return [{**row, "kind": OPENING_GAP_KINDS[row["kind"]]} for row in rows_of(gaps)]


@REPEATABLE
@given(
    chart=candles(minimum=3),
    range_window=st.sampled_from([0, 1, 3, 20, 200]),
    minimum_atr=st.sampled_from([0.0, 0.3]),
)
def test_inverse_gaps_and_balanced_ranges_of_random_candles(
    chart: Candles, range_window: int, minimum_atr: float
) -> None:
    """Any window, any least size of the gaps."""
    check_gaps_of_gaps(chart, range_window, minimum_atr)


@REPEATABLE
@given(chart=candles())
def test_volume_imbalances_of_random_candles(chart: Candles) -> None:
    """Every direction and every step of their lives."""
    check_volume_imbalances(chart)


@REPEATABLE
@given(chart=candles(minimum=2), trading_day=st.sampled_from(TradingDay), keep=st.integers(1, 6))
def test_opening_gaps_of_random_candles(chart: Candles, trading_day: TradingDay, keep: int) -> None:
    """Every trading day, with and without weekends, through clock changes."""
    check_opening_gaps(chart, trading_day, keep)


@on_every_file
def test_zones_of_real_candles(file: RealFile) -> None:
    """All of them on windows of each real file, one of them long enough to be searched and not compared."""
    trading_day = instrument(file.symbol).trading_day
    for share, bars in WINDOWS:
        chart = window(whole_file_in_ticks(file), share, bars)
        check_gaps_of_gaps(chart, 20, 0.0)
        check_volume_imbalances(chart)
        check_opening_gaps(chart, trading_day, 5)


@on_every_file
def test_opening_gaps_of_higher_real_bars(file: RealFile) -> None:
    """Gaps of resampled days and weeks, through every clock change of the file; of months there are none."""
    base = whole_file_in_ticks(file)
    for trading_day in HALTING:
        for timeframe in (Timeframe.H4, Timeframe.D1, Timeframe.W1, Timeframe.MO1):
            if timeframe.seconds > base.timeframe.seconds:
                higher = resample(base, timeframe, trading_day)[:800]
                found = check_opening_gaps(higher, trading_day, 5)
                assert not len(found) or timeframe is not Timeframe.MO1


Reading = Callable[[Candles], Facts]
READINGS: Final[dict[str, Reading]] = {
    "inverse gaps": lambda chart: detect_inverse_gaps(chart, detect_fair_value_gaps(chart)),
    "balanced ranges": lambda chart: detect_balanced_ranges(chart, detect_fair_value_gaps(chart)),
    "volume imbalances": detect_volume_imbalances,
    "opening gaps": lambda chart: detect_opening_gaps(chart, TradingDay.NEW_YORK_17, keep=2),
}


@REPEATABLE
@given(chart=candles(), reading=st.sampled_from(sorted(READINGS)), data=st.data())
def test_a_prefix_reads_as_the_whole_did_then(chart: Candles, reading: str, data: st.DataObject) -> None:
    """Reading ``candles[:t + 1]`` is ``as_of(t)`` of reading all of them, row by row and in order."""
    read = READINGS[reading]
    whole = read(chart)
    for t in sorted(data.draw(st.sets(st.integers(-1, len(chart) - 1), min_size=1, max_size=6), label="bars t")):
        assert rows_of(read(chart[: t + 1])) == rows_of(whole.as_of(t))


@REPEATABLE
@given(chart=candles(), reading=st.sampled_from(sorted(READINGS)))
def test_every_zone_has_a_name_of_its_own(chart: Candles, reading: str) -> None:
    """No two rows of a table share an id."""
    rows = READINGS[reading](chart).rows(chart)
    assert len({row["id"] for row in rows}) == len(rows)


@on_every_file
def test_prefixes_of_real_candles(file: RealFile) -> None:
    """The same law on a real window, every 61 bars."""
    chart = window(whole_file_in_ticks(file), 0.45, 700)
    for name, read in READINGS.items():
        whole = read(chart)
        for t in range(0, len(chart), 61):
            assert rows_of(read(chart[: t + 1])) == rows_of(whole.as_of(t)), name
