"""The simulated suite: every story at every noise level, the same bytes each time, and labels that fit their bars."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from typing import Final

import numpy as np
import pytest

from agent.labels import OutcomeLabel
from evals.cases.case import Case, Chart
from evals.cases.documents import case_digest, case_document, read_case
from evals.scoring.score import score_case
from evals.subjects.analysis import AnalysisSubject
from evals.subjects.asked import asked_of
from evals.suites.simulated.build import build
from evals.suites.simulated.market import quill
from evals.suites.simulated.paths import NOISES, bounded, drawn, generator, wilder
from evals.suites.simulated.pools import farthest_taken
from tests.evals.suites.sentences import has_a_clock_of_nobody, strange_prices, strange_times, wrong_prices
from tools.candles import Candles
from tools.trading_day import new_york_clock

SCENARIOS: Final = {
    "london-session-low", "london-previous-day", "new-york-session-low", "stale-london-session-low",
    "stale-new-york-session-low", "failed-sweep", "sweep-without-displacement", "against-bias", "wrong-session", "news",
    "bank-holiday", "weekend-closed", "chop", "trend-day", "low-volatility-drift", "random-walk",
}  # fmt: skip
LEAST_OUTCOMES: Final = 60
LEAST_WALKS: Final = 80
DIGESTS: Final = """
from evals.cases.documents import case_digest
from evals.suites.simulated.build import build
print("\\n".join(f"{case.id} {case_digest(case)}" for case in build()))
"""


@cache
def cases() -> tuple[Case, ...]:
    return build()


def chart_of(case: Case) -> Chart:
    assert isinstance(case.subject, Chart)
    return case.subject


def test_there_are_enough_charts_and_their_ids_are_unique() -> None:
    assert len(cases()) >= 400
    assert [name for name, count in Counter(case.id for case in cases()).items() if count > 1] == []


def test_every_story_is_told_at_every_noise_level_both_ways() -> None:
    told = {(case.tags["scenario"], case.tags["noise"], case.tags["direction"]) for case in cases()}
    assert told == {(story, noise, way) for story in SCENARIOS for noise in NOISES for way in ("bullish", "bearish")}


def test_every_build_gives_the_same_digests_whatever_the_hash_seed() -> None:
    here = "\n".join(f"{case.id} {case_digest(case)}" for case in cases())
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    there = subprocess.run(
        [sys.executable, "-c", DIGESTS], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert there.strip() == here


def test_no_two_charts_have_the_same_candles() -> None:
    counts = Counter(chart_of(case).base.sha256 for case in cases())
    assert [digest for digest, count in counts.items() if count > 1] == []


def test_a_case_is_read_back_as_it_was_written() -> None:
    for case in cases()[::9]:
        assert case_digest(read_case(case_document(case))) == case_digest(case), case.id


def test_every_label_lies_on_a_bar_and_its_prices_in_the_bars_reach() -> None:
    for case in cases():
        base = chart_of(case).base
        opened = set(base.time.tolist())
        moments = [moment for one in case.labels.events for moment in (one.at, one.detected_at)]
        moments += [zone.since for zone in case.labels.zones]
        moments += [zone.until for zone in case.labels.zones if zone.until is not None]
        assert set(moments) <= opened, case.id
        for zone in case.labels.zones:
            assert base.low.min() <= zone.bottom < zone.top <= base.high.max(), case.id


def test_every_swept_low_is_the_extreme_that_the_bar_took_and_closed_back_from() -> None:
    for case in cases():
        for one in case.labels.events:
            if one.kind not in ("sweep", "run"):
                continue
            base = chart_of(case).base
            bar = int(np.searchsorted(base.time, one.at))
            is_below = (one.direction == "bullish") == (one.kind == "sweep")
            assert one.price is not None
            if is_below:
                assert base.low[bar] < one.price, case.id
                assert (base.close[bar] > one.price) == (one.kind == "sweep"), case.id
            else:
                assert base.high[bar] > one.price, case.id
                assert (base.close[bar] < one.price) == (one.kind == "sweep"), case.id


def test_outcomes_of_both_kinds_are_what_the_bars_that_followed_did() -> None:
    counts: Counter[str] = Counter()
    for case in cases():
        outcome = case.labels.outcome
        if outcome is not None:
            counts[outcome.result] += 1
            assert replayed(case) == outcome.result, case.id
            assert_told(case, outcome)
    assert counts["target"] >= LEAST_OUTCOMES
    assert counts["stop"] >= LEAST_OUTCOMES


def assert_told(case: Case, outcome: OutcomeLabel) -> None:
    after = chart_of(case).after
    assert after is not None
    assert after.time[0] >= chart_of(case).as_of
    assert (outcome.r is not None) == (outcome.result in ("target", "stop"))
    if outcome.result == "target":
        assert outcome.r is not None
        assert outcome.r >= 2
        assert outcome.at == after.time[-1]


def replayed(case: Case) -> str:
    """Return what a limit at the label's entry came to, the stop before the target in one bar."""
    setup, after = case.labels.setup, chart_of(case).after
    assert setup is not None
    assert after is not None
    way = 1 if setup.direction == "bullish" else -1
    is_filled = False
    for low, high in reaches(after, way):
        filled_now = low <= way * setup.entry
        if is_filled or filled_now:
            if low <= way * setup.stop:
                return "stop"
            if is_filled and high >= way * setup.targets[0]:
                return "target"
        is_filled = is_filled or filled_now
    return "open" if is_filled else "not_filled"


def reaches(candles: Candles, way: int) -> list[tuple[float, float]]:
    near, far = (candles.low, candles.high) if way > 0 else (-candles.high, -candles.low)
    return list(zip(near.tolist(), far.tolist(), strict=True))


def test_both_weeks_of_every_clock_change_are_among_them() -> None:
    hours: dict[str, set[int]] = defaultdict(set)
    for case in cases():
        if case.tags["scenario"].startswith("london"):
            at = np.array([chart_of(case).as_of], dtype=np.int64)
            minute, _ = new_york_clock(at)
            hours[case.tags["session"]].add((int(at[0]) % 86_400 // 60 - int(minute[0])) % 1440)
    assert hours["london"] == {240, 300}


@pytest.mark.parametrize("seed", range(20))
def test_bounded_bars_never_displace(seed: int) -> None:
    rng = generator(seed)
    bars = bounded(rng.integers(-14, 15, size=200), 10, rng)
    for at in range(14, 200):
        assert abs(int(bars[at, 3] - bars[at, 0])) < 1.5 * wilder(bars, at - 1)


def test_there_are_enough_walks_and_none_claims_what_chance_decides() -> None:
    walks = [case for case in cases() if case.tags["scenario"] == "random-walk"]
    assert len(walks) >= LEAST_WALKS
    for case in walks:
        assert not case.labels.events
        assert case.labels.decision is None or case.labels.decision.status == "WAIT"
        if case.tags["noise"] == "high" and case.tags["session"] != "none":
            assert case.labels.decision is None


def test_every_sentence_names_prices_of_its_chart_and_times_of_new_york() -> None:
    assert [(case.id, case.why) for case in cases() if has_a_clock_of_nobody(case)] == []
    assert [(case.id, told, case.why) for case in cases() if (told := strange_prices(case))] == []
    assert [(case.id, told, case.why) for case in cases() if (told := strange_times(case))] == []


def test_a_swept_pool_farther_out_than_the_planted_one_is_the_event_s_price() -> None:
    """Noise and sessions leave pools of their own: there are charts with one, and most have none."""
    farther = [
        f"{one.price:.10g}" not in case.why for case in cases() for one in case.labels.events if one.kind == "sweep"
    ]
    assert 0.1 < np.mean(farther) < 0.5


def test_a_bar_that_took_nothing_has_no_farthest_pool() -> None:
    pen, times = quill("EURUSD", 1, 0), 900 * np.arange(40, dtype=np.int64)
    bars = drawn(np.arange(40, dtype=np.int64), 1)
    with pytest.raises(ValueError, match="took no pool that its close"):
        farthest_taken(pen, bars, times, 39, swept=True)


def test_every_chart_is_pinned_and_the_program_agrees_with_it() -> None:
    subject = AnalysisSubject()
    assert [case.id for case in cases() if not case.pinned] == []
    found = {case.id: subject.find(asked_of(case)) for case in cases()}
    assert [told for case in cases() for told in wrong_prices(case, found[case.id])] == []
    scores = {case.id: score_case(case, found[case.id]) for case in cases()}
    assert {name: score.failures for name, score in scores.items() if not score.passed} == {}
