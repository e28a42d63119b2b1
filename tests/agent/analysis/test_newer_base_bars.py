"""Base bars newer than a chart: what they touched is no longer open, whatever the chart still says."""

import pytest

from agent.analysis.reading import Reading
from agent.analysis.walk import walk_now
from rulebook.loader import load_rulebook
from tests.agent.analysis.market import NOW, demo_candles, request_of
from tools.facts import NONE
from tools.liquidity import PREVIOUS_DAY, PREVIOUS_MONTH, PREVIOUS_WEEK, SWING
from tools.timeframes import Timeframe

RULES = load_rulebook("relaxed")
EXTERNAL = (SWING, PREVIOUS_DAY, PREVIOUS_WEEK, PREVIOUS_MONTH)
BARS = demo_candles("BTCUSD", Timeframe.M1, until=NOW, bars=3_200)
WINDOWS = [BARS[end - 2_400 : end] for end in range(2_401, 3_200, 17)]


@pytest.fixture(scope="module")
def recounted() -> list[tuple[int, int, int]]:
    """Return gaps and targets of each window: as the walk counts them, and bar by bar; and as the charts alone say."""
    found: list[tuple[int, int, int]] = []
    for window in WINDOWS:
        request = request_of(window, "BTCUSD", profile="relaxed")
        reading, facts = Reading(request, RULES), walk_now(request, RULES)["facts"]
        if facts["entry.fresh_gaps"]["value"] is None:
            continue
        lean = 1 if facts["bias.direction"]["value"] == "bullish" else -1
        if facts["bias.direction"]["value"] == "neutral":
            continue
        found.append((facts["entry.fresh_gaps"]["value"], *_gaps(reading, lean)))
        found.append((facts["range.external_targets"]["value"], *_targets(reading, lean)))
    return found


def _newer(reading: Reading, end: int) -> list[tuple[float, float]]:
    base = reading.request.base
    rows = zip(base.time.tolist(), base.low.tolist(), base.high.tolist(), strict=True)
    return [(low, high) for at, low, high in rows if at >= end]


def _gaps(reading: Reading, lean: int) -> tuple[int, int]:
    chart, lookback = reading.entry, RULES.number("5.2", "lookback_bars")
    newer = _newer(reading, int(chart.candles.end[-1]))
    gaps, alive, on_chart = chart.fair_value_gaps, 0, 0
    for row in range(len(gaps)):
        ended = gaps.filled_index[row] != NONE or gaps.inverted_index[row] != NONE
        back = len(chart.candles) - 1 - gaps.confirmed_index[row]
        if gaps.direction[row] != lean or ended or back > lookback:
            continue
        on_chart += 1
        edge = gaps.bottom[row] if lean > 0 else gaps.top[row]
        alive += not any((low <= edge) if lean > 0 else (high >= edge) for low, high in newer)
    return alive, on_chart


def _targets(reading: Reading, lean: int) -> tuple[int, int]:
    chart = reading.structure
    newer = _newer(reading, int(chart.candles.end[-1]))
    pools, price, alive, on_chart = chart.liquidity_pools, float(chart.candles.close[-1]), 0, 0
    for row in range(len(pools)):
        level = float(pools.price[row])
        rests = pools.taken_index[row] == NONE and pools.superseded_index[row] == NONE
        if not rests or pools.side[row] != lean or pools.kind[row] not in EXTERNAL or lean * (level - price) <= 0:
            continue
        on_chart += 1
        alive += not any((high > level) if lean > 0 else (low < level) for low, high in newer)
    return alive, on_chart


def test_what_newer_bars_touched_is_not_counted(recounted: list[tuple[int, int, int]]) -> None:
    assert [walked for walked, _, _ in recounted] == [by_hand for _, by_hand, _ in recounted]
    assert any(by_hand < on_chart for _, by_hand, on_chart in recounted), "no window shows the difference"
