"""The peer library's answers in the words of the labels; the library itself need not be there."""

import importlib.util
import math

import pandas as pd
import pytest

from agent.labels import Labels
from evals.scoring.score import score_case
from evals.subjects.asked import asked_of
from evals.subjects.peer import EVENTS, ZONES, PeerSubject, break_events, pool_events, swing_events, zones_in
from tests.evals.scoring.drawn import M15, candles, case, event, times, zone
from tools.errors import InvalidParameter

NONE = math.nan
BARS = candles(4)
CLOCK = times(4)


def test_a_high_is_bearish_and_known_on_its_own_bar() -> None:
    """So it says; a swing high of five bars either way can be known five bars later."""
    answer = pd.DataFrame({"HighLow": [-1.0, NONE, 1.0, NONE], "Level": [1.0, NONE, 1.2, NONE]})
    low, high = swing_events(answer, BARS, "external_swing")
    assert (low.direction, low.at, low.detected_at, low.price) == ("bullish", CLOCK[0], CLOCK[0], 1.0)
    assert (high.direction, high.at, high.price) == ("bearish", CLOCK[2], 1.2)


def test_breaks_of_both_kinds() -> None:
    answer = pd.DataFrame({
        "BOS": [NONE, 1.0, NONE, NONE], "CHOCH": [NONE, NONE, NONE, -1.0], "Level": [NONE, 1.1, NONE, 1.0],
    })  # fmt: skip
    bos, choch = break_events(answer, BARS, "internal")
    assert (bos.kind, bos.direction, bos.at) == ("internal_bos", "bullish", CLOCK[1])
    assert (choch.kind, choch.direction, choch.at) == ("internal_choch", "bearish", CLOCK[3])


def test_liquidity_above_is_equal_highs() -> None:
    answer = pd.DataFrame({"Liquidity": [1.0, -1.0, NONE, NONE], "Level": [1.2, 1.0, NONE, NONE]})
    highs, lows = pool_events(answer, BARS)
    assert (highs.kind, highs.direction) == ("equal_highs", "bearish")
    assert (lows.kind, lows.direction) == ("equal_lows", "bullish")


def test_zones_last_until_they_are_mitigated_and_zero_is_never() -> None:
    answer = pd.DataFrame({
        "FVG": [1.0, -1.0, NONE, NONE], "Top": [1.2, 1.1, NONE, NONE], "Bottom": [1.1, 1.0, NONE, NONE],
        "MitigatedIndex": [3.0, 0.0, NONE, NONE],
    })  # fmt: skip
    first, second = zones_in(answer, "FVG", BARS, "fair_value_gap")
    assert (first.direction, first.bottom, first.top, first.until) == ("bullish", 1.1, 1.2, CLOCK[3])
    assert (second.direction, second.since, second.until) == ("bearish", CLOCK[1], None)
    assert first.detected_at == first.since == CLOCK[0]


def test_it_says_plainly_whether_it_is_installed() -> None:
    subject = PeerSubject()
    assert subject.is_available == (importlib.util.find_spec("smartmoneyconcepts") is not None)
    assert (subject.identity()["version"] is not None) == subject.is_available
    if not subject.is_available:
        with pytest.raises(InvalidParameter, match="smartmoneyconcepts is not installed; run: make bench"):
            subject.find(asked_of(case(Labels())))


@pytest.mark.skipif(not PeerSubject().is_available, reason="smartmoneyconcepts is not installed; run: make bench")
def test_the_installed_library_is_asked_for_what_it_has() -> None:
    labels = Labels(
        events=(event(10, kind="mss"),),
        zones=(zone(10, 19, 0, 10),),
        complete={M15: EVENTS | ZONES},
    )
    one = case(labels)
    found = PeerSubject().find(asked_of(one))
    assert {event.kind for event in found.events} <= EVENTS
    assert {zone.kind for zone in found.zones} <= ZONES
    assert score_case(one, found).parts["not_looked_for"] == {"events": {"mss": 1}}
