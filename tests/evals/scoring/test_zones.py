"""Zones by hand: overlaps, thresholds, edges, look-ahead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.labels import Labels, ZoneLabel
from evals.scoring.bars import Bars
from evals.scoring.zones import overlaps_of
from tests.evals.scoring.drawn import M15, TICK, candles, found, score, times, zone

BARS = Bars(candles(), TICK)
EXHAUSTIVE = {M15: frozenset({"fair_value_gap"})}


def overlap(one: ZoneLabel, other: ZoneLabel) -> float:
    return float(overlaps_of([one], [other], BARS)[0, 0])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (zone(10, 19, 0, 10), 1.0),
        (zone(10, 14, 0, 10), 5 / 10),  # five of ten bars
        (zone(10, 19, 0, 5), 5 / 10),  # half the height
        (zone(15, 24, 5, 15), (5 / 15) * (5 / 15)),
        (zone(20, 25, 0, 10), 0.0),  # the bar after
        (zone(10, 19, 10, 20), 0.0),  # they touch
        (zone(10, None, 0, 10), 10 / 30),  # open: to the fortieth bar
    ],
)
def test_overlap_is_shared_time_by_shared_price(other: ZoneLabel, expected: float) -> None:
    assert overlap(zone(10, 19, 0, 10), other) == pytest.approx(expected, abs=1e-9)


def test_a_line_overlaps_itself_and_a_zone_off_the_chart_nothing() -> None:
    assert overlap(zone(10, 10, 5, 5), zone(10, 10, 5, 5)) == 1.0
    assert overlap(zone(10, 10, 5, 5), zone(10, 10, 6, 6)) == 0.0
    off = ZoneLabel("fair_value_gap", "bullish", M15, 1.1, 1.0, times()[0] + 1)
    assert overlap(off, off) == 0.0


spans = st.tuples(st.integers(0, 30), st.integers(0, 9), st.integers(0, 20), st.integers(1, 9))


@given(spans, spans)
def test_overlap_is_symmetric_and_counted_on_a_grid(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    """In each dimension the cells that both cover, by those that either does."""
    first, second = (zone(since, since + bars, low, low + high) for since, bars, low, high in (one, other))
    by_time = [set(range(since, since + bars + 1)) for since, bars, _, _ in (one, other)]
    by_price = [set(range(low, low + high)) for _, _, low, high in (one, other)]
    expected = 1.0
    for mine, theirs in (by_time, by_price):
        expected *= len(mine & theirs) / len(mine | theirs)
    assert overlap(first, second) == pytest.approx(expected, abs=1e-6)
    assert overlap(first, second) == overlap(second, first)


def test_hits_at_each_threshold() -> None:
    """Eight of ten bars, full height: an overlap of 0.8."""
    said = Labels(zones=(zone(10, 19, 0, 10),), complete=EXHAUSTIVE)
    (part,) = score(said, found(zones=(zone(10, 17, 0, 10),))).parts["zones"]
    assert part["at"] == {"0.5": [1, 0, 0, 0], "0.75": [1, 0, 0, 0], "0.9": [0, 1, 1, 0]}
    assert part["overlaps"] == [0.8]


def test_edges_in_ticks_and_in_atr_at_detection() -> None:
    """Every true range is ten ticks, so an edge three ticks off is 0.3 ATR off; the ATR is unknown before bar 13."""
    late = score(Labels(zones=(zone(20, 29, 0, 100, 21),)), found(zones=(zone(20, 29, 3, 99, 21),)))
    assert late.parts["zones"][0]["edge_ticks"] == [1.0, 3.0]
    assert late.parts["zones"][0]["edge_atr"] == pytest.approx([0.1, 0.3], abs=1e-6)
    soon = score(Labels(zones=(zone(5, 9, 0, 100, 6),)), found(zones=(zone(5, 9, 3, 99, 6),)))
    assert soon.parts["zones"][0]["edge_ticks"] == [1.0, 3.0]
    assert soon.parts["zones"][0]["edge_atr"] == []
    between = score(Labels(zones=(zone(12, 19, 0, 100, 13),)), found(zones=(zone(12, 19, 3, 99, 13),)))
    assert between.parts["zones"][0]["edge_atr"] == pytest.approx([0.1, 0.3], abs=1e-6)


def test_a_zone_known_before_it_could_be_is_no_hit() -> None:
    """A gap of three bars, stamped on its middle bar."""
    said = Labels(zones=(zone(10, 19, 0, 10, 11),))
    judged = score(said, found(zones=(zone(10, 19, 0, 10, 10),)))
    assert judged.parts["zones"][0]["at"]["0.9"] == [0, 1, 1, 1]
    assert judged.failures[0].endswith("known at 2024-01-08T00:30:00Z, before it could be known")
    unsaid = score(said, found(zones=(zone(10, 19, 0, 10),)))
    assert unsaid.passed


@pytest.mark.parametrize(("method", "passes"), [("builder", True), ("hand", False)])
def test_a_drawing_is_held_to_more_than_a_built_chart(method: str, passes: bool) -> None:
    """Nineteen of twenty bars: an overlap of 0.95."""
    said = Labels(zones=(zone(10, 29, 0, 10),))
    judged = score(said, found(zones=(zone(10, 28, 0, 10),)), method=method)
    assert judged.passed is passes
    assert passes or judged.failures[0].endswith("they overlap by 0.950 and not by 0.999")


def test_failures_of_zones() -> None:
    said = Labels(zones=(zone(10, None, 0, 10),), complete=EXHAUSTIVE)
    judged = score(said, found(zones=(zone(30, 35, 90, 95),)))
    assert judged.failures == (
        "expected a bullish fair_value_gap 1–1.0001 on 15m from 2024-01-08T00:30:00Z to the end of the chart; "
        "found none that covers half of it",
        "found a bullish fair_value_gap 1.0009–1.00095 on 15m from 2024-01-08T05:30:00Z to 2024-01-08T06:45:00Z, "
        "which is not there",
    )
