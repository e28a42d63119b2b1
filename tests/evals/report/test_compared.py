"""What a picture draws as met, missed and false is what the sentences of a failure say."""

from dataclasses import replace

import numpy as np
import pytest

from agent.labels import DecisionLabel, Labels, SetupLabel
from evals.cases.case import Chart
from evals.report.compared import Difference, difference_of
from evals.scoring.score import score_case
from evals.subjects.found import Found
from tests.evals.scoring.drawn import EUR, M15, case, decided, event, found, zone

KINDS = frozenset({"mss", "fair_value_gap"})


def difference(labels: Labels, finds: Found) -> Difference:
    of = case(labels)
    assert isinstance(of.subject, Chart)
    return difference_of(of, of.subject, finds)


def styles(labels: Labels, finds: Found) -> list[str]:
    return sorted(one.style for one in difference(labels, finds).seen)


def test_zones_are_paired_by_assignment() -> None:
    """The first find covers both labels by nine tenths, the second only the first label: in turn one would be left."""
    labels = Labels(zones=(zone(0, 29, 0, 100), zone(0, 29, 0, 105)))
    finds = found(zones=(zone(0, 29, 0, 100), zone(0, 29, 0, 92)))
    assert score_case(case(labels), finds).passed
    assert styles(labels, finds) == ["agreed", "agreed"]


def test_a_wrong_price_is_drawn_beside_the_right_one() -> None:
    labels = Labels(events=(replace(event(10), price=1.1),))
    assert styles(labels, found(events=(replace(event(10), price=1.10001),))) == ["agreed"]
    assert styles(labels, found(events=(replace(event(10), price=1.2),))) == ["expected", "found"]


def test_a_find_far_from_every_label_is_drawn_only_where_all_are_listed() -> None:
    labels = Labels(events=(event(10),))
    finds = found(events=(event(30),))
    assert styles(labels, finds) == ["expected"]
    assert styles(replace(labels, complete={M15: KINDS}), finds) == ["expected", "found"]


def test_of_two_finds_near_a_missed_label_the_one_of_the_sentence_is_drawn() -> None:
    labels, finds = Labels(events=(event(10),)), found(events=(event(13), event(11)))
    (told,) = score_case(case(labels), finds).failures
    assert "found one on 2024-01-08T00:45:00Z" in told
    drawn = [one.one for one in difference(labels, finds).seen if one.style == "found"]
    assert drawn == [event(11)]


@pytest.mark.parametrize("seed", range(60))
def test_a_picture_differs_where_there_is_a_sentence(seed: int) -> None:
    """Labels and finds at random: as many labels are missed and finds false in the picture as sentences speak of."""
    chance = np.random.default_rng(seed)

    def drawn(count: int) -> Labels:
        events = [event(at, at + int(late)) for at, late in chance.integers(0, [12, 3], (count, 2)).tolist()]
        zones = [zone(at, at + 9, 0, 80 + 5 * more) for at, more in chance.integers(0, [2, 6], (count, 2)).tolist()]
        complete = {M15: KINDS} if seed % 2 else {}
        priced = [replace(one, price=chance.choice([1.1, 1.2, None])) for one in events]
        return Labels(events=tuple(priced), zones=tuple(zones), complete=complete)

    labels, said = drawn(4), drawn(4)
    finds = found(events=said.events, zones=said.zones)
    failures = score_case(case(labels), finds).failures
    seen = difference(labels, finds).seen
    assert sum(one.style == "expected" for one in seen) == sum("expected" in one for one in failures)
    assert sum(one.style != "found" for one in seen) == 8
    false = sum(one.style == "found" for one in seen)
    named = sum(not one.endswith(("none within 3 bars", "none that covers half of it")) for one in failures)
    assert false == named


@pytest.mark.parametrize(
    ("offer", "drawn"),
    [
        (SetupLabel("bullish", 1.1, 1.09, (1.12,), "6.2"), ["agreed"]),
        (SetupLabel("bullish", 1.1 + EUR.tick_size, 1.09, (1.12, 1.2), "6.2"), ["agreed"]),
        (SetupLabel("bullish", 1.1 + 2 * EUR.tick_size, 1.09, (1.12,), "6.2"), ["expected", "found"]),
        (SetupLabel("bullish", 1.1, 1.09, (), "6.2"), ["expected", "found"]),
        (SetupLabel("bullish", 1.1, 1.09, (1.12,), "6.1"), ["expected", "found"]),
    ],
    ids=["equal", "a tick off", "two ticks off", "without its target", "of another rule"],
)
def test_a_setup_is_met_as_it_is_judged(offer: SetupLabel, drawn: list[str]) -> None:
    wanted = SetupLabel("bullish", 1.1, 1.09, (1.12,), "6.2")
    labels = Labels(decision=DecisionLabel("TRADE_NOW", "6.2"), setup=wanted)
    finds = found(decision=decided("TRADE_NOW", "6.2", setup=offer))
    assert [style for _, style in difference(labels, finds).setups] == drawn
    assert score_case(case(labels), finds).passed == (drawn == ["agreed"])
