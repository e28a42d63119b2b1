"""The prefix law can fail: each of these mistakes, planted in a copy of the tools, is caught by it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pytest

from tests.tools.comparison import is_same_table, row_of_stage
from tests.tools.planting import Fault, planted
from tests.tools.strategies import STARTS, candles_of_bytes
from tools.candles import Candles
from tools.timeframes import Timeframe

BARS: Final = 420
PREFIXES: Final = 40
FACTS_OF_A_KIND: Final = 4
PARAMETERS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"displacement_k": 0.7, "reclaim_bars": 5, "equal_tolerance_atr": 0.5, "judas_until": "15:00"},
    {"displacement_k": 0.7, "shift_needs_sweep": False, "stop_buffer_atr": 0.3},
)
FAULTS: Final = (
    Fault("a swing known a bar early", "swings.py", "formed[order] + right, side", "formed[order] + right - 1, side"),
    Fault("a degree known before its right neighbour", "swings.py", "known_at[rows + 1]", "known_at[rows]"),
    Fault(
        "a swing compared with bars that are not there yet", "swings.py",
        "highs = np.flatnonzero(_peaks(candles.high, left, right))",
        "highs = np.flatnonzero(_peaks(candles.high, left, right + 2))",
    ),
    Fault(
        "a three-bar gap stamped one bar early", "imbalances.py",
        "return FairValueGaps(confirmed - 1, confirmed, direction",
        "return FairValueGaps(confirmed - 1, confirmed - 1, direction",
    ),
    Fault(
        "a life told a bar early", "crossings.py",
        "list(np.where(first < n, first, NONE))", "list(np.where(first < n, first - 1, NONE))",
    ),
    Fault(
        "a break told a bar early", "structure.py",
        "return confirmed[0] + beyond[is_first],", "return np.maximum(confirmed[0] + beyond[is_first] - 1, 0),",
    ),
    Fault(
        "a leg origin that looks past the break", "structure.py",
        "last_lowest(lows, swing[rows], bar[rows] + 1)",
        "last_lowest(lows, swing[rows], np.minimum(bar[rows] + 4, len(candles)))",
    ),
    Fault(
        "an average true range of the whole file", "displacement.py",
        "result[length - 1 :] = pd.Series(tail).ewm(alpha=1 / length, adjust=False).mean().to_numpy()",
        "result[length - 1 :] = pd.Series(tail).mean()",
    ),
    Fault(
        "a centred average true range", "displacement.py",
        "before = np.concatenate(([np.nan], known[:-1]))", "before = np.concatenate((known[7:], known[:7]))",
    ),
    Fault(
        "equal highs by a tolerance from the whole file", "liquidity.py",
        "tolerance_atr * known_atr)", "0 * known_atr + 0.02 * float(candles.high.max() - candles.low.min()))",
    ),
    Fault(
        "a sweep told when the pool is taken", "liquidity.py",
        "swept[row[is_back]] = bar[is_back]", "swept[row[is_back]] = taken[row[is_back]]",
    ),
    Fault(
        "a run told before its last bar", "liquidity.py",
        "last = taken + reclaim_bars - 1", "last = np.where(taken == NONE, NONE, taken)",
    ),
    Fault(
        "a previous day known at its last bar", "period_levels.py",
        "confirmed = np.concatenate((ends, ends))", "confirmed = np.concatenate((ends, ends)) - 1",
    ),
    Fault(
        "a session known when it opens", "period_levels.py",
        "over = np.flatnonzero((begins < ends) & (ends < len(candles)))",
        "over = np.flatnonzero(begins < np.minimum(ends, len(candles) - 1)); ends = np.minimum(ends, len(candles) - 1)",
    ),
    Fault(
        "an order block known at its last candle", "order_blocks.py",
        "last[keep], confirmed[keep], way, first[keep]", "last[keep], last[keep], way, first[keep]",
    ),
    Fault(
        "a broken order block erased", "order_blocks.py",
        "keep = order[has_gap[order]] if need_gap else order",
        "keep = order[has_gap[order] & (candles.close[-1] > range_bottom[order])]",
    ),
    Fault(
        "a structure shift that does not wait for its gap", "structure_shift.py",
        "confirmed = np.maximum(formed, gap)", "confirmed = formed",
    ),
    Fault(
        "a higher bar used before its end", "resample.py",
        "complete = ends[first] <= max(int(candles.end[-1]), int(candles.time[-1]))",
        "complete = starts[first] <= int(candles.time[-1])",
    ),
    Fault(
        "an inverse gap known when its gap fills", "inverse_gaps.py",
        "confirmed, direction = flipped.inverted_index", "confirmed, direction = flipped.filled_index",
    ),
    Fault(
        "a balanced range known with its first gap", "balanced_ranges.py",
        "gaps.direction[later], gaps.confirmed_index[later]", "gaps.direction[later], gaps.confirmed_index[earlier]",
    ),
    Fault(
        "a volume imbalance known on its first candle", "volume_imbalances.py",
        "VolumeImbalances(confirmed, confirmed,", "VolumeImbalances(before, before,",
    ),
    Fault(
        "a breaker known a bar before the break", "structure_blocks.py",
        "formed, confirmed, way, top, bottom, range_top", "formed, confirmed - 1, way, top, bottom, range_top",
    ),
    Fault(
        "a rejection block known with its bar", "rejection_blocks.py",
        "formed, confirmed, direction, top, bottom, (top + bottom)",
        "formed, formed, direction, top, bottom, (top + bottom)",
    ),
    Fault(
        "a centred window of lowest lows", "delivery_changes.py",
        "return windows + lookback - 1,", "return windows + lookback // 2,",
    ),
    Fault(
        "a divergence that does not wait for the companion", "smt.py",
        "np.maximum(ours.known_at[mine[rows] + 1], theirs.known_at[other[rows] + 1])", "ours.known_at[mine[rows] + 1]",
    ),
    Fault(
        "a Judas swing known at its extreme", "judas.py",
        "origin, shifts.confirmed_index, way, opening", "origin, origin, way, opening",
    ),
    Fault(
        "a setup known with its swing's bar", "setup_models.py",
        "confirmed=swings.confirmed_index[runs[kept]]", "confirmed=formed",
    ),
    Fault(
        "a retracement measured to a high still to come", "setup_models.py",
        "last_extremes(candles, against, origin, confirmed)",
        "last_extremes(candles, against, origin, np.minimum(confirmed + 3, len(candles) - 1))",
    ),
    Fault(
        "a unicorn that does not wait for its gap", "setup_models.py",
        "confirmed = np.maximum(broke[rows], gaps.confirmed_index[row])", "confirmed = broke[rows]",
    ),
    Fault(
        "a turtle soup that knows the next close", "setup_models.py",
        "(close[bars:] > levels)", "(np.append(close[bars + 1 :], close[-1]) > levels)",
    ),
    Fault(
        "a setup dropped before its entry trades", "setups.py",
        "drafts.gap[rows], entered, stopped", "drafts.gap[rows], np.maximum(entered - 1, NONE), stopped",
    ),
)  # fmt: skip


def charts() -> list[dict[str, Any]]:
    """Return columns of two random charts: 15-minute bars with weekends over a clock change, and crypto's hours."""
    drawn = []
    for seed, timeframe, start, closes in (
        (3, Timeframe.M15, "before spring forward in New York", True),
        (11, Timeframe.H1, "the turn of the year", False),
    ):  # fmt: skip
        noise = np.random.default_rng(seed).integers(0, 256, 3 * BARS, dtype=np.uint8).tobytes()
        candles = candles_of_bytes(noise, timeframe, STARTS[start], closes_on_weekends=closes)
        drawn.append({"timeframe": timeframe.value, **columns_of(candles)})
    return drawn


def columns_of(candles: Candles) -> dict[str, Any]:
    return {name: getattr(candles, name) for name in ("time", "open", "high", "low", "close")}


def first_difference(tools: SimpleNamespace) -> str | None:
    """Return what the prefix law finds wrong, or None; the same prefixes for every copy of the tools."""
    for drawn, symbol in zip(charts(), ("EURUSD", "BTCUSD"), strict=True):
        columns = {name: column for name, column in drawn.items() if name != "timeframe"}
        candles = tools.candles.from_columns(columns, drawn["timeframe"])
        shifted = {name: np.roll(column, 3) if name != "time" else column for name, column in columns.items()}
        companion = tools.candles.from_columns(
            {name: column[np.arange(BARS) % 5 != 2] for name, column in shifted.items()}, drawn["timeframe"]
        )
        for chosen in PARAMETERS:
            if found := difference_of(tools, candles, companion, symbol, tools.parameters.of_names(chosen)):
                return found
        if found := difference_of_resampled(tools, candles, symbol):
            return found
    return None


def difference_of(tools: SimpleNamespace, candles: Any, companion: Any, symbol: str, parameters: Any) -> str | None:
    market = tools.instrument(symbol)
    whole = tools.read_chart(candles, market, parameters, companion)
    for t in bars_to_ask(whole):
        then = whole.as_of(t)
        now = tools.read_chart(candles[: t + 1], market, parameters, then.companion)
        for name, table in then.tables.items():
            if not is_same_table(getattr(now, name), table):
                return f"{name} at bar {t}"
        if row_of_stage(now.power_of_three) != row_of_stage(then.power_of_three):
            return f"power_of_three at bar {t}"
    return None


def bars_to_ask(whole: Any) -> list[int]:
    """Return bars spread over the chart, and those on which some facts of each kind were drawn and confirmed."""
    bars = set(np.linspace(20, BARS - 2, PREFIXES).astype(int).tolist())
    for table in whole.tables.values():
        rows = np.unique(np.linspace(0, len(table) - 1, FACTS_OF_A_KIND).astype(int)) if len(table) else []
        bars |= {int(bar) for row in rows for bar in (table.formed_index[row], table.confirmed_index[row])}
    return sorted(bars - {BARS - 1})


def difference_of_resampled(tools: SimpleNamespace, candles: Any, symbol: str) -> str | None:
    trading_day = tools.instrument(symbol).trading_day
    for timeframe in (tools.timeframe.H4, tools.timeframe.D1):
        whole = tools.resample(candles, timeframe, trading_day)
        for t in range(20, BARS, 7):
            part = tools.resample(candles[: t + 1], timeframe, trading_day)
            if part.to_bytes() != whole[: len(part)].to_bytes():
                return f"{timeframe} bars at bar {t}"
    return None


def test_honest_tools_are_not_flagged(tmp_path: Path) -> None:
    with planted(None, tmp_path) as tools:
        assert first_difference(tools) is None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(fault: Fault, tmp_path: Path) -> None:
    with planted(fault, tmp_path) as tools:
        assert first_difference(tools) is not None


def test_there_are_many_faults() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 25
