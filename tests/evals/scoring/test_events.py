"""Events by hand: tolerance, lag, look-ahead, exhaustive kinds, and what nobody looks for."""

from dataclasses import replace

import pytest

from agent.labels import EventLabel, Labels
from evals.subjects.found import Found
from tests.evals.scoring.drawn import FRIDAY, M15, event, found, score
from tools.errors import InvalidParameter
from tools.timeframes import Timeframe

EXHAUSTIVE = {M15: frozenset({"mss"})}


def counts(labels: list[EventLabel], finds: list[EventLabel], *, exhaustive: bool = True) -> dict[str, list[int]]:
    said = Labels(events=tuple(labels), complete=EXHAUSTIVE if exhaustive else {})
    (part,) = score(said, found(events=tuple(finds))).parts["events"]
    return part["within"]


@pytest.mark.parametrize(
    ("find", "within"),
    [
        (event(10, 12), {"0": [1, 0, 0, 0], "1": [1, 0, 0, 0], "3": [1, 0, 0, 0]}),
        (event(11, 13), {"0": [0, 1, 1, 0], "1": [1, 0, 0, 0], "3": [1, 0, 0, 0]}),  # a bar beside it
        (event(10, 13), {"0": [0, 1, 1, 0], "1": [1, 0, 0, 0], "3": [1, 0, 0, 0]}),  # known a bar late
        (event(13, 15), {"0": [0, 1, 1, 0], "1": [0, 1, 1, 0], "3": [1, 0, 0, 0]}),
        (event(14, 16), {"0": [0, 1, 1, 0], "1": [0, 1, 1, 0], "3": [0, 1, 1, 0]}),
        (event(10, 11), {"0": [0, 1, 1, 1], "1": [0, 1, 1, 1], "3": [0, 1, 1, 1]}),  # known a bar too early
        (event(9, 12), {"0": [0, 1, 1, 0], "1": [1, 0, 0, 0], "3": [1, 0, 0, 0]}),  # drawn early, known in time
        (event(10, 12, way="bullish"), {"0": [0, 1, 1, 0], "1": [0, 1, 1, 0], "3": [0, 1, 1, 0]}),
    ],
)  # fmt: skip
def test_one_label_and_one_find(find: EventLabel, within: dict[str, list[int]]) -> None:
    assert counts([event(10, 12)], [find]) == within


def test_the_weekend_has_no_bars() -> None:
    """Friday's last bar and Sunday's first are neighbours, 49 hours apart."""
    assert counts([event(3)], [event(4)])["1"] == [1, 0, 0, 0]


def test_a_look_ahead_is_a_false_find_also_where_not_every_instance_is_listed() -> None:
    assert counts([event(10, 12)], [event(10, 10)], exhaustive=False)["0"] == [0, 1, 1, 1]


def test_finds_beside_the_labels_are_false_only_where_every_instance_is_listed() -> None:
    assert counts([event(10)], [event(10), event(30)])["0"] == [1, 1, 0, 0]
    assert counts([event(10)], [event(10), event(30)], exhaustive=False)["0"] == [1, 0, 0, 0]


def test_two_labels_are_not_met_by_one_find() -> None:
    assert counts([event(10), event(11)], [event(10)])["3"] == [1, 0, 1, 0]


def test_lags_are_bars_from_the_label_to_the_find() -> None:
    said = Labels(events=(event(10, 12), event(20, 22)))
    (part,) = score(said, found(events=(event(10, 14), event(20, 22)))).parts["events"]
    assert part["lags"] == [2, 0]


def test_prices_are_compared_in_ticks_where_both_are_said() -> None:
    said = Labels(events=(replace(event(10), price=1.1), replace(event(20), price=None)))
    finds = (replace(event(10), price=1.10003), replace(event(20), price=1.2))
    (part,) = score(said, found(events=finds)).parts["events"]
    assert part["price_ticks"] == [3.0]


def priced(bar: int, price: float | None) -> EventLabel:
    return replace(event(bar), price=price)


def test_a_stated_price_is_judged_within_a_tick() -> None:
    said = Labels(events=(priced(10, 1.1),))
    expected = "expected a bearish mss on 15m at 2024-01-08T00:30:00Z known at 2024-01-08T00:30:00Z at the price 1.1"
    assert score(said, found(events=(priced(10, 1.10001),))).passed
    assert score(said, found(events=(priced(10, 1.1 * 1.5),))).failures == (
        f"{expected}; found it at 1.65, 55000 ticks off",
    )
    assert score(said, found(events=(priced(10, 1.10002),))).failures == (
        f"{expected}; found it at 1.10002, 2 ticks off",
    )
    assert score(said, found(events=(priced(10, None),))).failures == (f"{expected}; found it without a price",)
    assert score(Labels(events=(priced(10, None),)), found(events=(priced(10, 1.3),))).passed


def test_events_on_one_bar_are_paired_by_price() -> None:
    """As many within a tick as can be, whatever the order and however near the others lie."""
    said = Labels(events=(priced(10, 1.1), priced(10, 1.2), priced(10, None)))
    for finds in ((1.2, 1.3, 1.1), (1.3, 1.1, 1.2)):
        assert score(said, found(events=tuple(priced(10, one) for one in finds))).passed
    near = score(
        Labels(events=(priced(10, 1.1), priced(10, 1.10002))), found(events=(priced(10, 1.10001), priced(10, 1.1)))
    )
    assert near.passed


def test_a_find_that_meets_one_label_does_not_explain_another() -> None:
    """The label at bar 11 is missed by the find at 13, and not by the one that meets the label at bar 10."""
    said = Labels(events=(event(10), event(11)), complete=EXHAUSTIVE)
    told = score(said, found(events=(event(10), event(13)))).failures
    assert len(told) == 1
    assert "at 2024-01-08T00:45:00Z known at 2024-01-08T00:45:00Z; found one on 2024-01-08T01:15:00Z" in told[0]


def test_kinds_nobody_looks_for_are_counted_and_not_judged() -> None:
    said = Labels(events=(event(10), event(20, kind="sweep")))
    judged = score(said, Found(kinds=frozenset({"mss"}), events=(event(10),)))
    assert judged.passed
    assert judged.parts["not_looked_for"] == {"events": {"sweep": 1}}
    assert [part["kind"] for part in judged.parts["events"]] == ["mss"]


def test_a_case_of_which_nothing_was_judged_has_not_passed() -> None:
    judged = score(Labels(events=(event(10),)), Found())
    assert not judged.passed
    assert judged.failures == ("nothing was judged: the subject does not look for mss",)


def test_failures_say_what_was_expected_and_what_came_instead() -> None:
    said = Labels(events=(event(10, 12),), complete=EXHAUSTIVE)
    expected = "expected a bearish mss on 15m at 2024-01-08T00:30:00Z known at 2024-01-08T01:00:00Z; found"
    told = {
        "none": score(said, found()).failures,
        "late": score(said, found(events=(event(10, 13),))).failures,
        "early": score(said, found(events=(event(10, 10),))).failures,
        "more": score(said, found(events=(event(10, 12), event(30)))).failures,
    }
    assert told == {
        "none": (f"{expected} none within 3 bars",),
        "late": (f"{expected} one on 2024-01-08T00:30:00Z known at 2024-01-08T01:15:00Z, 1 bar late",),
        "early": (f"{expected} it known at 2024-01-08T00:30:00Z, 2 bars before it could be known",),
        "more": (
            "found a bearish mss on 15m at 2024-01-08T05:30:00Z known at 2024-01-08T05:30:00Z, which is not there",
        ),
    }


def test_only_exact_finds_pass() -> None:
    said = Labels(events=(event(10, 12),), complete=EXHAUSTIVE)
    assert score(said, found(events=(event(10, 12),))).passed
    assert not score(said, found(events=(event(11, 13),))).passed
    assert score(Labels(complete=EXHAUSTIVE), found()).passed
    assert not score(Labels(complete=EXHAUSTIVE), found(events=(event(10),))).passed


def test_a_label_on_no_bar_is_the_suites_fault_and_a_find_on_none_is_a_false_find() -> None:
    nowhere = EventLabel("mss", "bearish", M15, FRIDAY + 1, FRIDAY + 1)
    assert counts([event(0)], [nowhere])["3"] == [0, 1, 1, 0]
    with pytest.raises(InvalidParameter, match="is no bar of 15m"):
        score(Labels(events=(nowhere,)), found())
    with pytest.raises(InvalidParameter, match="speaks of 1h, and the case has 15m"):
        score(Labels(events=(replace(event(0), timeframe=Timeframe.H1),)), found())
