"""SMT, Judas swings and the power of three equal a naive second implementation, and know nothing early."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import only, rows_of
from tests.tools.real_candles import FILES, FOLDER, RealFile, on_every_file, whole_file_in_ticks, window
from tests.tools.reference.bars import Row, bars_of
from tests.tools.reference.clock import NEW_YORK
from tests.tools.reference.judas import judas_swings as naive_judas
from tests.tools.reference.power_of_three import power_of_three as naive_power_of_three
from tests.tools.reference.smt import divergences as naive_divergences
from tests.tools.reference.swings import swings as naive_swings
from tests.tools.strategies import REPEATABLE, STARTS, candles, candles_of_bytes
from tools.candles import Candles
from tools.displacement import detect_displacements
from tools.imbalances import detect_fair_value_gaps
from tools.instruments import Instrument, instrument
from tools.judas import Bias, detect_judas_swings
from tools.liquidity import detect_liquidity_pools
from tools.power_of_three import power_of_three_at
from tools.smt import Divergences, detect_smt
from tools.structure import detect_structure_breaks
from tools.structure_shift import detect_market_structure_shifts
from tools.swings import detect_swings
from tools.timeframes import Timeframe

SMT: Final = (
    "direction", "formed_index", "confirmed_index", "price", "first_price", "first_index", "companion_price",
    "companion_first_price", "companion_at", "companion_first_at", "led_by",
)  # fmt: skip
JUDAS: Final = (
    "direction", "formed_index", "confirmed_index", "opening", "open_price", "price", "shift_index", "pool_index",
    "pool_price",
)  # fmt: skip
MARKETS: Final = (instrument("EURUSD"), instrument("BTCUSD"), instrument("ES"))
UNTIL: Final = st.sampled_from([time(10), time(16, 30), time(23, 59), time(2, 30)])
NEEDS: Final = st.fixed_dictionaries({"need_sweep": st.booleans(), "need_gap": st.booleans()})
INTRADAY: Final = candles(
    minimum=20, maximum=150, timeframes=(Timeframe.M15, Timeframe.M30, Timeframe.H1, Timeframe.M5, Timeframe.H4)
)
PAIRS: Final = [file for file in FILES if file.timeframe is Timeframe.D1]
WINDOW_BARS: Final = 400


class Day:
    """What Judas swings and the power of three rest on, with relaxed shifts, so that there are some."""

    def __init__(self, chart: Candles, market: Instrument = MARKETS[0], **needs: bool) -> None:
        """Find the shifts and the pools."""
        self.candles, self.bars = chart, bars_of(chart)
        internal = detect_swings(chart, left=1, right=1)
        external = detect_swings(chart, left=3, right=3, scope="external")
        self.pools = detect_liquidity_pools(
            chart, internal=internal, external=external, trading_day=market.trading_day, kill_zones=market.kill_zones
        )
        self.shifts = detect_market_structure_shifts(
            chart,
            detect_structure_breaks(chart, internal),
            self.pools,
            detect_fair_value_gaps(chart),
            detect_displacements(chart, k=1.0),
            **needs,
        )

    def check_judas(self, until: time = time(10), bias: Bias | None = None) -> list[Row]:
        """Assert that the Judas swings agree, and return them."""
        found = rows_of(detect_judas_swings(self.candles, self.shifts, self.pools, until, bias))
        expected = naive_judas(self.bars, rows_of(self.shifts), rows_of(self.pools), until, bias)
        assert only(found, JUDAS) == only(expected, JUDAS)
        return found

    def check_power_of_three(self, bars: range, until: time = time(10)) -> list[str]:
        """Assert that the stage at each of some bars agrees, and return the stages."""
        judas = detect_judas_swings(self.candles, self.shifts, self.pools, until)
        plain_judas, plain_pools, stages = rows_of(judas), rows_of(self.pools), []
        for t in bars:
            found = power_of_three_at(self.candles, judas, self.pools, t, until)
            expected = naive_power_of_three(self.bars, plain_judas, plain_pools, t, until)
            row, begun = found.accumulation, expected["judas"]
            assert (found.stage, found.direction, found.day) == tuple(
                expected[n] for n in ("stage", "direction", "day")
            )
            assert found.open_price == expected["open_price"]
            assert (row and (row.high, row.low, row.first_index, row.last_index)) == expected["range"]
            assert found.judas_id == (None if begun is None else judas.id_of(begun, self.candles))
            assert (found.reason is None) == (found.stage != "unknown")
            stages.append(found.stage)
        return stages


def companion_of(chart: Candles, seed: int, *, nudge: int = 4) -> Candles:
    """Return a correlated market: prices near the chart's, bars missing, bars of its own, other first and last bars."""
    chance, step = random.Random(seed), chart.timeframe.seconds
    at_times = {bar.time: bar for bar in bars_of(chart)}
    first, last = int(chart.time[0]), int(chart.time[-1])
    begins, ends = first - chance.choice([-6, 0, 9]) * step, last + chance.choice([-6, 0, 9]) * step
    missing, own = chance.choice([0.0, 0.05, 0.2]), chance.choice([0.0, 0.5, 1.0])
    bars, price = [], float(chart.close[0])
    for moment in _slots(list(at_times), begins, ends, step):
        like = at_times.get(moment)
        if chance.random() < (missing if like else 1 - own):
            continue
        prices = [like.open, like.high, like.low, like.close] if like else [price] * 4
        opened, high, low, price = (value + chance.randint(-nudge, nudge) for value in prices)
        bars.append((opened, max(opened, high, low, price), min(opened, high, low, price), price, 0.0, moment))
    columns = np.array(bars, dtype=np.float64).reshape(-1, 6).T.copy()
    return Candles.from_arrays(chart.timeframe, columns[5].astype(np.int64), *columns[:5])


def _slots(times: list[int], begins: int, ends: int, step: int) -> Iterator[int]:
    """Yield the times of a chart, and of up to twelve bars in each of its pauses, that lie in ``[begins, ends]``."""
    for earlier, later in zip([begins - step, *times], [*times, ends + step], strict=True):
        yield from range(max(earlier + step, begins), min(later - step, ends) + 1, step)[:12]
        if begins <= later <= ends:
            yield later


def divergences_of(chart: Candles, companion: Candles, bars: int, align: int) -> Divergences:
    """Return the divergences, by swings of so many bars a side."""
    swings, others = (detect_swings(market, left=bars, right=bars) for market in (chart, companion))
    return detect_smt(chart, swings, companion, others, align)


def check_divergences(chart: Candles, companion: Candles, bars: int, align: int) -> list[Row]:
    """Assert that the divergences agree, and return them."""
    found = rows_of(divergences_of(chart, companion, bars, align))
    plain, others = bars_of(chart), bars_of(companion)
    expected = naive_divergences(
        plain, naive_swings(plain, bars, bars), others, naive_swings(others, bars, bars), align
    )
    assert only(found, SMT) == only(expected, SMT)
    return found


def check_divergences_of_prefix(chart: Candles, companion: Candles, bars: int, align: int, t: int) -> None:
    """Assert the prefix law at `t`, the companion cut at that bar's close and not cut at all."""
    then = rows_of(divergences_of(chart, companion, bars, align).as_of(t))
    begun = chart[: t + 1]
    closed = int(np.searchsorted(companion.time, begun.time[-1], side="right")) if t >= 0 else 0
    for other in (companion, companion[:closed]):
        assert rows_of(divergences_of(begun, other, bars, align)) == then


def date_of(chart: Candles, t: int) -> str:
    """Return the New York date on which a bar opens; from 17:00 on the stage tells the next day's."""
    return datetime.fromtimestamp(int(chart.time[t]), NEW_YORK).date().isoformat()


def seeded(name: str, count: int = 60) -> Iterator[Candles]:
    """Yield charts of two days, always the same ones."""
    chance = random.Random(name)
    for start in sorted(STARTS.values()) * (count // len(STARTS)):
        yield candles_of_bytes(chance.randbytes(3 * 200), Timeframe.M15, start, closes_on_weekends=False)


@REPEATABLE
@given(
    chart=candles(maximum=90),
    seed=st.integers(0, 1 << 16),
    bars=st.integers(1, 2),
    align=st.integers(0, 4),
    data=st.data(),
)
def test_divergences_of_random_candles(chart: Candles, seed: int, bars: int, align: int, data: st.DataObject) -> None:
    """A companion with other gaps and other ends: the same divergences, none of them early."""
    companion = companion_of(chart, seed)
    check_divergences(chart, companion, bars, align)
    for t in data.draw(st.sets(st.integers(-1, len(chart) - 1), min_size=1, max_size=5), label="bars t"):
        check_divergences_of_prefix(chart, companion, bars, align, t)


@REPEATABLE
@given(chart=INTRADAY, needs=NEEDS, until=UNTIL, bias=st.sampled_from([None, "bullish", "bearish"]), data=st.data())
def test_judas_swings_of_random_candles(
    chart: Candles, needs: dict[str, bool], until: time, bias: Bias | None, data: st.DataObject
) -> None:
    """Every parameter, over both clock changes; a prefix finds what the whole had found by then."""
    day = Day(chart, **needs)
    day.check_judas(until, bias)
    whole = detect_judas_swings(chart, day.shifts, day.pools, until, bias)
    for t in data.draw(st.sets(st.integers(-1, len(chart) - 1), min_size=1, max_size=5), label="bars t"):
        part = Day(chart[: t + 1], **needs)
        found = detect_judas_swings(part.candles, part.shifts, part.pools, until, bias)
        assert rows_of(found) == rows_of(whole.as_of(t))


@REPEATABLE
@given(chart=INTRADAY, needs=NEEDS, until=UNTIL, market=st.sampled_from(MARKETS), data=st.data())
def test_the_power_of_three_of_random_candles(
    chart: Candles, needs: dict[str, bool], until: time, market: Instrument, data: st.DataObject
) -> None:
    """The stage at each bar; a prefix tells the same at its last bar."""
    day = Day(chart, market, **needs)
    day.check_power_of_three(range(-1, len(chart), 3), until)
    judas = detect_judas_swings(chart, day.shifts, day.pools, until)
    for t in data.draw(st.sets(st.integers(0, len(chart) - 1), min_size=1, max_size=5), label="bars t"):
        part = Day(chart[: t + 1], market, **needs)
        known = detect_judas_swings(part.candles, part.shifts, part.pools, until)
        found = power_of_three_at(part.candles, known, part.pools, t, until)
        whole = power_of_three_at(chart, judas, day.pools, t, until)
        assert found == whole
        assert found.to_dict(part.candles) == whole.to_dict(chart)


def test_seeded_charts_show_every_kind_of_judas_swing_and_every_stage() -> None:
    """Both directions, both openings, all four stages: what the tests above compare does occur."""
    kinds: Counter[tuple[int, int]] = Counter()
    stages: Counter[str] = Counter()
    for chart in seeded("judas swings"):
        day = Day(chart, need_sweep=False, need_gap=False)
        kinds.update((row["direction"], row["opening"]) for row in day.check_judas(time(16, 30)))
        stages.update(day.check_power_of_three(range(0, len(chart), 7)))
    assert set(kinds) == {(1, 0), (-1, 0), (1, 1), (-1, 1)}
    assert set(stages) == {"accumulation", "manipulation", "distribution", "unknown"}


def test_a_judas_swing_is_known_at_its_confirmation_and_not_a_bar_earlier() -> None:
    """A prefix that ends with the confirming bar has it, and tells distribution; one bar less has it not."""
    for chart in seeded("prefixes", 15):
        day = Day(chart, need_sweep=False, need_gap=False)
        whole = detect_judas_swings(chart, day.shifts, day.pools, time(16, 30))
        for t in sorted({int(bar) - less for bar in whole.confirmed_index for less in (0, 1)}):
            part = Day(chart[: t + 1], need_sweep=False, need_gap=False)
            found = detect_judas_swings(part.candles, part.shifts, part.pools, time(16, 30))
            assert rows_of(found) == rows_of(whole.as_of(t))
            stage = power_of_three_at(part.candles, found, part.pools, t)
            assert stage == power_of_three_at(chart, whole, day.pools, t)
            if t in whole.confirmed_index:
                assert (stage.stage == "distribution") == (stage.day == date_of(chart, t))


def test_seeded_charts_show_every_kind_of_divergence() -> None:
    """Both directions, led by either market, some of them known only after the companion's own confirmation."""
    kinds: Counter[tuple[int, int, bool]] = Counter()
    for seed, chart in enumerate(seeded("divergences", 30)):
        rows = check_divergences(chart, companion_of(chart, seed), 2, 2)
        kinds.update(
            (row["direction"], row["led_by"], row["confirmed_index"] > row["formed_index"] + 2) for row in rows
        )
    assert len(kinds) == 8


@on_every_file
@pytest.mark.parametrize("needs", [True, False], ids=["default", "relaxed"])
def test_judas_swings_and_the_power_of_three_of_real_candles(file: RealFile, needs: bool) -> None:
    """Windows of each real file, with the market's own pools and shifts of both kinds."""
    market, is_daily = instrument(file.symbol), file.timeframe is Timeframe.D1
    found: list[Row] = []
    for share in (0.05, 0.35, 0.6, 0.9):
        chart = window(whole_file_in_ticks(file), share, 3 * WINDOW_BARS)
        day = Day(chart, market, need_sweep=needs, need_gap=needs)
        found += day.check_judas()
        stages = day.check_power_of_three(range(0, len(chart), 37))
        assert not is_daily or set(stages) == {"unknown"}
    assert is_daily or needs or found


@on_every_file
def test_divergences_of_real_candles(file: RealFile) -> None:
    """Each real file beside a noisy copy of itself with other gaps, whole and at some of its bars."""
    chance, found = random.Random(file.name), []
    for share in (0.05, 0.6):
        chart = window(whole_file_in_ticks(file), share, WINDOW_BARS)
        companion = companion_of(chart, chance.randrange(1 << 16), nudge=int(np.median(chart.high - chart.low)) + 1)
        found += check_divergences(chart, companion, 2, 2)
        for t in chance.sample(range(len(chart)), 10):
            check_divergences_of_prefix(chart, companion, 2, 2, t)
    assert found


@pytest.mark.skipif(
    len(PAIRS) != 2 or not all((FOLDER / file.name).exists() for file in PAIRS), reason="no real pair in ../shared/data"
)
@pytest.mark.parametrize("align", [0, 2, 5])
def test_divergences_of_a_real_pair(align: int) -> None:
    """Two correlated real markets, daily."""
    euro, pound = (whole_file_in_ticks(file)[:900] for file in PAIRS)
    assert check_divergences(euro, pound, 2, align)
    assert check_divergences(pound, euro, 2, align)
    for t in random.Random(align).sample(range(len(euro)), 10):
        check_divergences_of_prefix(euro, pound, 2, align, t)
