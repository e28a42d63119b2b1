"""The tree of an explanation: every rule once, every sentence by what it rests on, every number the operand's."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from agent.explanation.explain import Explanation
from agent.explanation.tree import OperandLevel, RuleLevel
from api.explanation_document import explanation_document
from api.schemas.explanation import Explanation as WireExplanation
from rulebook.facts import NODES
from tests.agent.explanation.recorded import RecordedRun, recorded_runs

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@pytest.fixture(scope="module")
def explained() -> list[tuple[RecordedRun, Explanation]]:
    """Give recorded runs with their explanations."""
    return [(run, run.explanation) for run in recorded_runs()]


def rules_of(told: Explanation) -> Iterator[RuleLevel]:
    """Yield every rule of the tree."""
    for node in told.tree.children:
        yield from node.children


def operands_of(told: Explanation) -> Iterator[OperandLevel]:
    """Yield every operand of the tree."""
    for rule in rules_of(told):
        yield from rule.children


def sentences_of(value: Any) -> Iterator[dict[str, Any]]:
    """Yield everything of a wire document that says something by trace ids."""
    if isinstance(value, dict):
        if "trace_ids" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from sentences_of(one)


def known_ids(run: RecordedRun) -> set[str]:
    """Return the ids of everything in a run's trace."""
    run_id = run.record.run_id
    rules = {f"{run_id}/{one['rule_id']}" for one in run.verdicts}
    operands = {
        f"{run_id}/{one['rule_id']}/{number}"
        for one in run.verdicts
        for number in range(1, len(one["operands"]) + 1)
    }  # fmt: skip
    return rules | operands


def test_the_runs_show_every_status(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    assert {told.tree.status for _, told in explained} == {"TRADE_NOW", "WAIT", "NO_TRADE"}


def test_every_rule_of_the_trace_stands_in_the_tree_once_as_it_was_recorded(
    explained: list[tuple[RecordedRun, Explanation]],
) -> None:
    for run, told in explained:
        assert [node.node for node in told.tree.children] == list(NODES)
        shown = list(rules_of(told))
        assert [rule.rule_id for rule in shown] == [one["rule_id"] for one in run.verdicts]
        for rule, recorded in zip(shown, run.verdicts, strict=True):
            assert (rule.outcome, rule.margin, rule.said.text) == (
                recorded["outcome"], recorded["margin"], recorded["sentence"],
            )  # fmt: skip
            assert len(rule.children) == len(recorded["operands"])
        assert [rule.rule_id for rule in shown if rule.decides] == list(told.decision["deciding_rules"])
        assert all(rule.closes for rule in shown if rule.decides)


def test_every_sentence_rests_on_what_was_recorded(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    for run, told in explained:
        known = known_ids(run)
        document = explanation_document(told)
        said = list(sentences_of(document))
        assert said
        for one in said:
            assert set(one["trace_ids"]) <= known, one
            assert len(one["trace_ids"]) == len(set(one["trace_ids"]))
            assert one["trace_ids"] or one["text"].removeprefix("Warning: ").startswith("the candles are simulated")
        assert WireExplanation.model_validate(json.loads(json.dumps(document)))


def test_an_operand_speaks_of_its_own_numbers_alone(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    heard = 0
    for run, told in explained:
        for operand in operands_of(told):
            spec = run.rulebook.facts[operand.fact]
            if not isinstance(operand.value, int | float) or isinstance(operand.value, bool):
                continue
            text = operand.said.text
            label = spec.label[:1].upper() + spec.label[1:]
            assert text.startswith(f"{label} is ")
            thresholds = operand.threshold if isinstance(operand.threshold, tuple) else (operand.threshold,)
            own = [abs(float(one)) for one in (operand.value, *thresholds, operand.margin) if one is not None]
            for number in NUMBER.findall(text.removeprefix(label)):
                heard += 1
                assert any(abs(float(number)) == pytest.approx(one, rel=0.006) for one in own), text
    assert heard > 1000


def test_a_rule_says_what_its_operands_say(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    judged_again = 0
    for _, told in explained:
        for rule in rules_of(told):
            said = [
                one.said.text.partition("; needs: ")[0].partition(" is unknown")[0].lower() for one in rule.children
            ]
            if rule.children:
                judged_again += 1
                assert any(one in rule.said.text.lower() for one in said), (rule.said.text, said)
    assert judged_again > 100


def test_facts_of_the_chart_are_those_of_the_operands_fact(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    shown = 0
    for run, told in explained:
        for operand in operands_of(told):
            recorded = run.record.facts.get(operand.fact, {"evidence": []})["evidence"]
            assert [
                {"fact_id": one.fact_id, "kind": one.kind, "time": one.time, "price": one.price}
                for one in operand.children
            ] == recorded  # fmt: skip
            assert all(one.said.trace_ids == (operand.trace_id,) for one in operand.children)
            shown += len(recorded)
    assert shown > 100


def test_points_rest_on_the_rules_that_earned_them(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    found = 0
    for _, told in explained:
        for operand in operands_of(told):
            if operand.fact != "checklist.confluence":
                continue
            found += 1
            earning = {
                rule.trace_id for rule in rules_of(told) if rule.outcome == "pass" and rule.weight
            }  # fmt: skip
            assert set(operand.said.trace_ids) - {operand.trace_id} <= earning
            assert operand.value == 0 or len(operand.said.trace_ids) > 1
    assert found


def test_the_points_of_the_summary_add_up_to_the_score(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    several = 0
    for _, told in explained:
        said = next(one.text for one in told.sentences if one.text.startswith("Confluence is "))
        earned = [float(points) for points in re.findall(r"\(([\d.]+)(?: together)?\)", said)]
        assert sum(earned) == pytest.approx(told.decision["confluence_score"])
        several += " together)" in said
    assert several


def test_the_summary_names_the_deciding_rules_first(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    for run, told in explained:
        first, *others = told.sentences
        deciding = told.decision["deciding_rules"]
        assert told.summary == " ".join(one.text for one in told.sentences)
        assert first.text.startswith(f"{told.tree.status} on {run.record.symbol} at ")
        sentences = {one["rule_id"]: one["sentence"] for one in run.verdicts}
        assert [one.text.rstrip(".") for one in others[: len(deciding)]] == [
            f"{rule_id}: {sentences[rule_id]}".rstrip(".") for rule_id in deciding
        ]  # fmt: skip
        if deciding:
            assert [one.rpartition("/")[2] for one in first.trace_ids] == deciding


def test_every_warning_is_spoken_with_its_verdict(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    let_through = 0
    for run, told in explained:
        assert [one.text for one in told.tree.warnings] == told.decision["warnings"]
        for rule in run.rulebook.rules:
            verdict = next(one for one in run.verdicts if one["rule_id"] == rule.id)
            if verdict["operands"] and verdict["outcome"] == "not_evaluated" and rule.when_unknown == "warn":
                let_through += 1
                spoken = [one for one in told.tree.warnings if one.trace_ids == (f"{run.record.run_id}/{rule.id}",)]
                assert len(spoken) == 1
                assert rule.name in spoken[0].text
                named = next(one for one in told.sentences if one.text.startswith("Let through though unknown: "))
                assert f"{rule.id} {rule.name}" in named.text
                assert spoken[0].trace_ids[0] in named.trace_ids
    assert let_through


def test_why_not_gives_distances_and_the_rules_they_flip(explained: list[tuple[RecordedRun, Explanation]]) -> None:
    for run, told in explained:
        answer = explanation_document(told)["why_not"]
        assert answer["is_trade"] == (told.tree.status == "TRADE_NOW")
        assert answer["proven"]
        for change in answer["changes"]:
            assert change["trace_ids"] == [f"{run.record.run_id}/{rule_id}" for rule_id in change["rule_ids"]]
            assert change["rule_ids"]
            if change["distance"] is not None:
                assert change["distance"] == pytest.approx(abs(change["needed"] - change["now"]))
