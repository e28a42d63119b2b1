"""The noisy suite: every story with a raid under heavy noise, labelled by its intent."""

from functools import cache
from typing import Final

import numpy as np
import pytest

from evals.cases.case import Case, Chart
from evals.cases.documents import case_digest
from evals.scoring.score import score_case
from evals.subjects.analysis import AnalysisSubject
from evals.subjects.asked import asked_of
from evals.suites.noisy.build import build
from evals.suites.simulated.build import build as simulated
from evals.suites.simulated.paths import HEAVY, drawn, generator, spoiled
from tests.evals.suites.sentences import has_a_clock_of_nobody, strange_times

SCENARIOS: Final = {
    "london-session-low", "london-previous-day", "new-york-session-low", "stale-london-session-low",
    "stale-new-york-session-low", "failed-sweep", "sweep-without-displacement", "against-bias", "wrong-session",
}  # fmt: skip
LEAST: Final = 100


@cache
def cases() -> tuple[Case, ...]:
    return build()


def chart_of(case: Case) -> Chart:
    assert isinstance(case.subject, Chart)
    return case.subject


def test_every_story_is_told_both_ways_under_ids_of_its_own() -> None:
    told = {(case.tags["scenario"], case.tags["direction"]) for case in cases()}
    assert told == {(story, way) for story in SCENARIOS for way in ("bullish", "bearish")}
    ids = [case.id for case in (*cases(), *simulated())]
    assert len(set(ids)) == len(ids)
    assert len(cases()) >= LEAST


def test_building_twice_gives_the_same_cases() -> None:
    assert [(case.id, case_digest(case)) for case in build()] == [(case.id, case_digest(case)) for case in cases()]


def test_labels_are_the_intent_of_a_story_and_say_so() -> None:
    for case in cases():
        said = case.labels
        assert said.events, case.id
        assert [one for one in said.events if one.price is not None] == []
        assert not [*said.rules, *said.bias, *said.complete], case.id
        assert [said.decision, said.setup, said.outcome, chart_of(case).after] == [None] * 4, case.id
        assert "the labels are the story's intent and not the definition's verdict" in case.why
        assert (case.tags["noise"], case.tags["labels"]) == (HEAVY, "intent")
        assert case.provenance.by == "ict-agent noisy 1"
        assert not case.pinned
        assert not has_a_clock_of_nobody(case)
        assert strange_times(case) == []
    of_a_gap = {case.tags["scenario"] for case in cases() if case.labels.zones}
    assert of_a_gap == SCENARIOS - {"failed-sweep", "sweep-without-displacement"}


def test_heavy_noise_spoils_some_of_what_was_planted_and_not_all() -> None:
    """Told without the program: by the bars whether the raid went beyond the low, closed back, and left a gap."""
    gaps, raids = [], []
    for case in cases():
        base, zones = chart_of(case).base, case.labels.zones
        way = 1 if case.tags["direction"] == "bullish" else -1
        far, near = (base.high, base.low) if way > 0 else (-base.low, -base.high)
        gaps += [
            near[middle + 1] > far[middle - 1] for middle in np.searchsorted(base.time, [one.since for one in zones])
        ]
        for one in case.labels.events:
            if one.kind == "sweep":
                bar = int(np.searchsorted(base.time, one.at))
                raids.append(near[bar] < near[bar - 29 : bar].min())
    for kept in (gaps, raids):
        assert 0.5 < np.mean(kept) < 1


def test_it_is_a_score_with_room_in_both_directions() -> None:
    subject = AnalysisSubject()
    scores = [score_case(case, subject.find(asked_of(case))) for case in cases()]
    assert 0.3 < np.mean([score.passed for score in scores]) < 0.8


@pytest.mark.parametrize("seed", range(10))
def test_spoiled_bars_are_bars_and_those_before_them_stay(seed: int) -> None:
    bars = drawn(generator(seed).integers(-60, 61, size=90), 3)
    made = spoiled(bars, 40, generator(seed, 1))
    height = int((bars[40:, 1] - bars[40:, 2]).mean())
    assert (made[:40] == bars[:40]).all()
    assert (made[40:] != bars[40:]).any(axis=1).mean() > 0.9
    assert (made[40:, 0] == made[39:-1, 3]).all()
    assert (made[:, 1] >= made[:, [0, 3]].max(axis=1)).all()
    assert (made[:, 2] <= made[:, [0, 3]].min(axis=1)).all()
    assert 0 < np.abs(made[:, 3] - bars[:, 3]).max() <= height / 3
