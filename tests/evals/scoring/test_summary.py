"""Summaries: perfect labels, chance, hand-worked numbers, slices, and inputs with nothing in them."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agent.labels import DecisionLabel, Labels, OutcomeLabel, SetupLabel
from evals.cases.case import Case, Turn
from evals.scoring.estimates import clusters_of
from evals.scoring.intervals import unseen, wilson
from evals.scoring.score import score_case
from evals.scoring.summary import HEADLINE, summarise
from evals.subjects.asked import asked_of
from evals.subjects.baselines import NoTrade
from evals.subjects.found import Found
from tests.evals.scoring.drawn import M15, answer, case, decided, event, found, row, talk, zone

STATUSES = ("TRADE_NOW", "WAIT", "NO_TRADE")
BIASES = ("bullish", "bearish", "neutral")
OUTCOMES = ("pass", "fail", "not_evaluated")
SETUP = SetupLabel("bullish", 1.1, 1.09, (1.12,), "6.2")
EXHAUSTIVE = {M15: frozenset({"mss", "fair_value_gap", "sweep"})}
LOWER_IS_BETTER = ("look_ahead", "lag_bars", "ticks", "atr", "false_trades_per_100")


def labelled(number: int) -> Labels:
    """Return labels of everything, their classes in turn."""
    status = STATUSES[number % 3]
    return Labels(
        events=(event(number % 30, number % 30 + 2), event(5, kind="sweep", way="bullish")),
        zones=(zone(number % 20, number % 20 + 9, 0, 10, number % 20 + 1),),
        complete=EXHAUSTIVE,
        bias={"htf": BIASES[number % 3], "15m": BIASES[number // 3 % 3]},
        rules={"1.1": OUTCOMES[number % 3], "6.2": OUTCOMES[number // 2 % 3]},
        decision=DecisionLabel(status, "6.2" if status == "TRADE_NOW" else "1.1"),
        setup=SETUP if status == "TRADE_NOW" else None,
        outcome=OutcomeLabel("target") if status == "TRADE_NOW" else None,
    )


def as_found(labels: Labels) -> Found:
    """Return exactly what is labelled."""
    assert labels.decision is not None
    assert labels.decision.rule is not None
    return found(
        events=labels.events,
        zones=labels.zones,
        bias=dict(labels.bias),
        rules=dict(labels.rules),
        decision=decided(labels.decision.status, labels.decision.rule, confidence=1.0, setup=labels.setup),
    )


def rows_of(cases: list[Case], finds: list[Found], **how: Any) -> list[dict[str, Any]]:
    return [row(one, score_case(one, of), **how) for one, of in zip(cases, finds, strict=True)]


def cases(count: int) -> list[Case]:
    made = []
    for number in range(count):
        labels = labelled(number)
        made.append(case(labels, labels, id=f"c{number:03}", tags={"rule": f"{number % 4}.1", "noise": "low"}))
    return made


def test_perfect_labels_give_one_everywhere() -> None:
    charts = cases(36)
    talks = [talk(Turn("Why?", ("explain",), ("a",), ("b",), False, ("c",)))]
    said = Found(answers=((answer("a", tools=("explain",), told="c"),),) * 3)
    rows = rows_of(charts, [as_found(one.labels) for one in charts]) + rows_of(talks, [said], suite="coach")
    assert all(one["passed"] for one in rows)
    scores = summarise(rows)["overall"]
    for name, score in scores.items():
        if name in ("cases", "errors"):
            continue
        worst = name.rpartition(".")[2]
        expected = 0.0 if any(worst.endswith(one) for one in LOWER_IS_BETTER) else 1.0
        if name == "events.price_ticks":
            assert score["reason"] == "no case tells of it"  # nobody said a price
        else:
            assert (name, score["value"]) == (name, expected)
    assert {f"coach.pass_{k}" for k in (1, 2, 3)} <= scores.keys()
    assert scores["passed"]["low"] < 1.0
    assert scores["bias.mcc"]["low"] < 1.0  # also where no resample differs


def test_shuffled_labels_give_chance() -> None:
    """A subject that finds the labels of other cases knows how often each class occurs, and nothing else.

    With 600 cases of three even classes, a class's recall has the standard error √(⅓·⅔/200) = 0.033; that of their mean
    is 0.033/√3 = 0.019, and that of the MCC, which is about the correlation, 1/√(600·2) = 0.029. Four of each are
    allowed.
    """
    made, order = cases(600), np.random.default_rng(4).permutation(600)
    finds = [as_found(made[place].labels) for place in order]
    summary = summarise(rows_of(made, finds))
    scores, kinds = summary["overall"], summary["kinds"]["events"]
    for family in ("rules", "decisions", "bias"):
        assert scores[f"{family}.balanced_accuracy"]["value"] == pytest.approx(1 / 3, abs=4 * 0.019)
        assert scores[f"{family}.mcc"]["value"] == pytest.approx(0, abs=4 * 0.029)
        assert scores[f"{family}.mcc"]["low"] <= 0.05
    # A label of one of thirty bars, and one find somewhere on them: a hit one time in thirty, and so is F1. The sweep
    # always lies on one bar and is always found, so the kind is looked at alone.
    assert kinds["mss"]["f1_at_0"]["value"] == pytest.approx(1 / 30, abs=4 * (1 / 30 / 600) ** 0.5)
    assert kinds["sweep"]["f1_at_0"]["value"] == 1.0


def test_numbers_by_hand() -> None:
    """Ten charts: four to trade, of which three are traded, and six not to, one of them to wait, of which two are.

    Precision 3/5, recall 3/4, F1 6/9; false trades 2/6; of three right trades two for the labelled reason, and all four
    right refusals: 6/10.
    """
    true = ["TRADE_NOW"] * 4 + ["WAIT"] + ["NO_TRADE"] * 5
    made = [("TRADE_NOW", "6.2")] * 2 + [("TRADE_NOW", "6.1"), ("WAIT", "6.2")]
    made += [("TRADE_NOW", "6.2")] * 2 + [("NO_TRADE", "6.2")] * 4
    charts = [case(Labels(decision=DecisionLabel(status, "6.2")), id=f"c{n}") for n, status in enumerate(true)]
    scores = summarise(rows_of(charts, [found(decision=decided(*one)) for one in made]))
    overall = scores["overall"]
    assert overall["decisions.trade_now.precision"] == {
        "value": 0.6, "low": 0.230724, "high": 0.882379, "n": 5, "clusters": 5,
    }  # fmt: skip
    assert overall["decisions.trade_now.recall"]["value"] == 0.75
    assert overall["decisions.trade_now.f1"]["value"] == pytest.approx(6 / 9, abs=1e-6)
    assert overall["decisions.trade_now.f1"]["n"] == 6  # the others say nothing of trades
    assert overall["decisions.false_trades_per_100"]["value"] == pytest.approx(100 * 2 / 6, abs=1e-5)
    assert overall["decisions.false_trades_per_100"]["n"] == 6
    assert overall["decisions.right_for_the_right_reason"]["value"] == 0.6
    assert overall["decisions.accuracy"]["value"] == 0.7
    assert overall["decisions.wait.recall"]["value"] == overall["decisions.wait.precision"]["value"] == 0.0
    assert scores["confusion"]["decisions"]["rows"][0] == [3, 1, 0, 0]
    assert scores["headline"]["decisions.false_trades_per_100"] == overall["decisions.false_trades_per_100"]["high"]


def test_events_by_hand() -> None:
    """Two hits, one beside an exhaustive kind, one missed, one known too early: F1 = 4 / (4 + 2 + 2)."""
    complete = {M15: frozenset({"mss"})}
    charts = [
        case(Labels(events=(event(10), event(20)), complete=complete), id="a"),
        case(Labels(events=(event(10, 12), event(20)), complete=complete), id="b"),
    ]
    finds = [found(events=(event(10), event(30))), found(events=(event(10, 11), event(20)))]
    scores = summarise(rows_of(charts, finds))["overall"]
    assert scores["events.f1_at_0"]["value"] == 0.5
    assert scores["events.look_ahead"]["value"] == 0.25
    assert scores["events.recall_at_0"]["value"] == 0.5
    assert scores["events.precision_at_0"]["value"] == 0.5
    assert scores["events.lag_bars"]["value"] == 0.0


def test_precision_is_of_kinds_of_which_every_instance_is_listed() -> None:
    """A hit and a false find where all are listed; elsewhere a hit, and a find that nobody said is false."""
    charts = [
        case(Labels(events=(event(10),), complete={M15: frozenset({"mss"})}), id="a"),
        case(Labels(events=(event(10),)), id="b"),
    ]
    scores = summarise(rows_of(charts, [found(events=(event(10), event(30)))] * 2))["overall"]
    assert scores["events.precision_at_0"]["value"] == 0.5
    assert scores["events.exhaustive_f1_at_0"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert scores["events.f1_at_0"]["value"] == 0.8


def test_pass_hat_k_by_hand() -> None:
    """Two of three repeats pass: pass^1 = 2/3, pass^2 = C(2,2)/C(3,2) = 1/3, pass^3 = 0; another passes all three."""
    one = talk(Turn("?", must_say=("a",)))
    finds = [Found(answers=tuple((answer(text),) for text in texts)) for texts in ("aab", "aaa")]
    rows = [row(one, score_case(one, of), suite) for of, suite in zip(finds, ("s", "t"), strict=True)]
    scores = summarise(rows)["overall"]
    assert scores["coach.pass_1"]["value"] == pytest.approx((2 / 3 + 1) / 2, abs=1e-6)
    assert scores["coach.pass_2"]["value"] == pytest.approx((1 / 3 + 1) / 2, abs=1e-6)
    assert scores["coach.pass_3"]["value"] == scores["coach.pass_all"]["value"] == 0.5
    assert scores["coach.must_say"]["value"] == pytest.approx(5 / 6, abs=1e-6)


def test_neither_order_nor_the_other_cases_change_a_score() -> None:
    made = cases(30)
    rows = rows_of(made, [as_found(made[place - 1].labels) for place in range(30)])
    mixed = [rows[place] for place in np.random.default_rng(2).permutation(30)]
    first = summarise(rows)
    assert json.dumps(summarise(mixed), sort_keys=True) == json.dumps(first, sort_keys=True)
    alone = summarise([one for one in rows if one["tags"]["rule"] == "2.1"])["overall"]
    assert first["slices"]["rule"]["2.1"].items() <= alone.items()
    assert summarise(rows, seed=1)["overall"] != first["overall"]


def test_slices_are_of_tags_and_of_what_is_said_of_the_chart() -> None:
    made = cases(8)
    finds = [as_found(one.labels) for one in made]
    rows = rows_of(made, finds, slices={"session": "london", "noise": "of the subject"})
    slices = summarise(rows)["slices"]
    assert list(slices) == ["noise", "rule", "session"]
    assert list(slices["noise"]) == ["low"]  # the suite's word stands
    assert [one["cases"] for one in slices["rule"].values()] == [2, 2, 2, 2]
    assert slices["session"]["london"]["passed"]["value"] == 1.0


@pytest.mark.parametrize(
    "rows",
    [
        [],
        rows_of(cases(1), [found()]),
        rows_of(cases(1), [Found()]),
        rows_of([case(Labels())], [found()]),
        rows_of([case(Labels(bias={"htf": "unclear"}))], [found()]),
        rows_of([talk(Turn("?"))], [Found()]),
        [{**rows_of(cases(1), [found()])[0], "score": None, "passed": False, "error": "ValueError: no"}],
    ],
    ids=["nothing", "nothing found", "nothing looked for", "nothing labelled", "unclear", "no answer", "error"],
)
def test_what_cannot_be_told_is_none_with_a_reason(rows: list[dict[str, Any]]) -> None:
    made = summarise(rows)
    json.dumps(made, allow_nan=False)
    for name, score in made["overall"].items():
        if name not in ("cases", "errors"):
            assert (score["value"] is None) == ("reason" in score)
    assert made["headline"].keys() == set(HEADLINE)


def test_an_error_is_counted_and_has_not_passed() -> None:
    made = cases(2)
    rows = rows_of(made, [as_found(one.labels) for one in made])
    rows[0] = {**rows[0], "score": None, "passed": False, "error": "ValueError: no"}
    overall = summarise(rows)["overall"]
    assert (overall["cases"], overall["errors"], overall["passed"]["value"]) == (2, 1, 0.5)


def test_who_never_speaks_of_something_is_not_told_that_it_speaks_badly() -> None:
    made = cases(6)
    overall = summarise(rows_of(made, [NoTrade().find(asked_of(one)) for one in made]))["overall"]
    assert overall["bias.mcc"]["reason"] == "the subject says no bias"
    assert overall["rules.accuracy"]["reason"] == "the subject judges no rule"
    assert overall["decisions.balanced_accuracy"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert overall["decisions.mcc"]["value"] == 0.0
    assert overall["setups.offered"]["value"] == 0.0
    assert overall["events.f1_at_0"]["value"] == 0.0


def test_each_rule_has_its_own_confusion() -> None:
    charts = [case(Labels(rules={"1.1": "pass"}), id="a"), case(Labels(rules={"1.1": "fail", "2.4": "pass"}), id="b")]
    finds = [found(rules={"1.1": "pass"}), found(rules={"1.1": "pass"})]
    rules = summarise(rows_of(charts, finds))["rules"]
    assert rules["1.1"]["accuracy"]["value"] == 0.5
    assert rules["1.1"]["confusion"]["rows"][:2] == [[1, 0, 0, 0, 0], [1, 0, 0, 0, 0]]
    assert rules["2.4"]["confusion"]["rows"][0] == [0, 0, 0, 0, 1]  # it came to nothing


def test_siblings_are_drawn_whole() -> None:
    """Forty charts of four stories, all charts of three passed: as sure as three of four stories, and not of forty."""
    stories = [case(labelled(0), id=f"c{n:02}", tags={"scenario": f"story {n % 4}", "side": "a"}) for n in range(40)]
    finds = [as_found(labelled(0)) if n % 4 else found() for n in range(40)]
    passed = summarise(rows_of(stories, finds))["overall"]["passed"]
    assert (passed["value"], passed["n"], passed["clusters"]) == (0.75, 40, 4)
    assert passed["low"] <= 0.25
    alone = summarise(rows_of([replace(one, tags={}) for one in stories], finds))["overall"]["passed"]
    assert (alone["n"], alone["clusters"], alone["low"]) == (40, 40, pytest.approx(wilson(30, 40).low, abs=1e-6))


def test_a_perfect_score_is_as_sure_as_there_are_clusters() -> None:
    pairs = [case(labelled(0), id=f"c{n:02}", tags={"threshold": f"{n // 2}"}) for n in range(20)]
    made = summarise(rows_of(pairs, [as_found(labelled(0))] * 20))
    passed = {"value": 1.0, "low": pytest.approx(1 - unseen(10), abs=1e-6), "high": 1.0, "n": 20, "clusters": 10}
    assert made["overall"]["passed"] == made["overall"]["events.f1_at_0"] == passed
    assert made["rules"]["1.1"]["accuracy"] == passed
    assert made["kinds"]["events"]["mss"]["f1_at_0"] == passed
    assert made["calibration"]["bins"][0]["won"] == passed


def test_a_scenario_is_one_cluster_in_whatever_suite_and_names_it_before_a_threshold() -> None:
    tags = [{"scenario": "a"}, {"scenario": "b", "threshold": "a"}, {"threshold": "a"}, {}, {}]
    rows = [{"suite": "s", "case": str(place), "tags": one} for place, one in enumerate(tags)]
    assert clusters_of([*rows, {**rows[0], "suite": "t"}]).tolist() == [0, 1, 2, 3, 4, 0]


@pytest.mark.parametrize("tag", [{"noise": "heavy"}, {"labels": "intent"}], ids=str)
def test_labels_of_intent_are_no_part_of_the_headline(tag: dict[str, str]) -> None:
    charts = cases(8)
    finds = [as_found(one.labels) for one in charts]
    defined = rows_of(charts, finds)
    intended = rows_of([replace(one, id=f"i{one.id}", tags=tag) for one in charts], [found()] * 8, suite="noisy")
    both, alone = summarise([*defined, *intended]), summarise(defined)
    assert (alone["intent"], alone["suites"].keys()) == (None, {"drawn"})
    assert both["suites"].keys() == {"drawn", "noisy"}
    of_both = {name: one for name, one in both.items() if name not in ("intent", "suites")}
    assert of_both == {name: one for name, one in alone.items() if name not in ("intent", "suites")}
    assert (both["intent"]["cases"], both["intent"]["passed"]["value"]) == (8, 0.0)
    assert both["intent"]["passed"] == summarise(intended)["intent"]["passed"]
    assert summarise(intended)["headline"]["passed"] is None
