"""Explanations and what-ifs on the wire: their shape, links that lead to the chart, and faults in the body."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.schemas.explanation import Explanation, WhatIf
from api.schemas.problems import ProblemDetails

Body = dict[str, Any]
WHAT_IF = "/api/v1/explain/what-if"


@pytest.fixture(scope="module")
def run_id(client: httpx.Client, _body: Body) -> str:
    """A run that has decided."""
    return str(client.post("/api/v1/analyze", json=_body).json()["run_id"])


@pytest.fixture(scope="module")
def explained(client: httpx.Client, run_id: str) -> Body:
    """Its explanation."""
    answer = client.post("/api/v1/explain", json={"run_id": run_id})
    assert answer.status_code == 200, answer.text
    assert Explanation.model_validate(answer.json())
    return dict(answer.json())


def levels(node: Body) -> Iterator[Body]:
    yield node
    for child in node.get("children", ()):
        yield from levels(child)


def test_the_tree_goes_down_to_facts_on_the_chart(explained: Body) -> None:
    parents = {"decision": "node", "node": "rule", "rule": "operand", "operand": "fact"}
    for one in levels(explained["tree"]):
        assert all(child["level"] == parents[one["level"]] for child in one.get("children", ()))
        assert one["text"]
    assert {one["level"] for one in levels(explained["tree"])} == {"decision", "node", "rule", "operand", "fact"}


def test_every_trace_id_names_a_recorded_verdict_or_operand(client: httpx.Client, run_id: str, explained: Body) -> None:
    listed = client.get("/api/v1/audit/decisions?limit=200").json()["items"]
    decision_id = next(item["decision_id"] for item in listed if item["run_id"] == run_id)
    trace = client.get(f"/api/v1/audit/decisions/{decision_id}").json()["trace"]
    known = {f"{run_id}/{one['rule_id']}" for one in trace}
    known |= {f"{run_id}/{one['rule_id']}/{at + 1}" for one in trace for at in range(len(one["operands"]))}
    told = [*levels(explained["tree"]), *explained["summary_sentences"], *explained["why_not"]["changes"]]
    assert all(set(one["trace_ids"]) <= known for one in told)
    assert {one["rule_id"] for one in trace} == {
        one["rule_id"] for one in levels(explained["tree"]) if one["level"] == "rule"
    }


def test_facts_lead_to_the_chart_they_stand_on(client: httpx.Client, explained: Body) -> None:
    links = {one["on_chart"] for one in levels(explained["tree"]) if one["level"] == "fact" and one["on_chart"]}
    assert links
    for link in sorted(links):
        page = client.get(link)
        assert page.status_code == 200, link
        assert page.headers["content-type"].startswith("text/html")


def test_what_if_by_the_same_profile_changes_nothing(client: httpx.Client, run_id: str, explained: Body) -> None:
    answer = client.post(WHAT_IF, json={"run_id": run_id, "profile": "strict"})
    told = WhatIf.model_validate(answer.json())
    assert (told.kind, told.flips, told.changed_rules, told.changed_facts) == ("profile", False, [], [])
    assert told.what_if.rulebook_hash == explained["decision"]["rulebook_hash"]
    assert told.recorded.reason_short == explained["decision"]["reason_short"]


def test_what_if_with_the_changes_of_why_not_is_a_trade(client: httpx.Client, run_id: str, explained: Body) -> None:
    assert explained["why_not"]["changes"], "the run of this test is no trade"
    facts = {one["fact"]: one["needed"] for one in explained["why_not"]["changes"]}
    told = WhatIf.model_validate(client.post(WHAT_IF, json={"run_id": run_id, "facts": facts}).json())
    assert (told.kind, told.flips, told.what_if.status) == ("facts", True, "TRADE_NOW")
    assert sorted(one.fact for one in told.changed_facts) == sorted(facts)
    assert {trace_id for one in told.changed_rules for trace_id in one.trace_ids} == {
        f"{run_id}/{one.rule_id}" for one in told.changed_rules
    }


@pytest.mark.parametrize(
    ("supposed", "field"),
    [
        ({}, "body"),
        ({"profile": None, "facts": None}, "body"),
        ({"profile": "strict", "facts": {"range.known": True}}, "body"),
        ({"facts": {}}, "facts"),
        ({"profile": "brave"}, "profile"),
        ({"profile": "../strict"}, "profile"),
        ({"facts": {"range.unknown": True}}, "facts.range.unknown"),
        ({"facts": {"bias.strength": "0.5"}}, "facts.bias.strength"),
        ({"facts": {"range.known": 1}}, "facts.range.known"),
        ({"facts": {"bias.direction": "up"}}, "facts.bias.direction"),
        ({"facts": {"checklist.confluence": 10}}, "facts.checklist.confluence"),
        ({"facts": {"range.known": [True]}}, "facts.range.known"),
        ({"facts": "all"}, "facts"),
        ({"profile": "strict", "more": 1}, "more"),
    ],
)
def test_a_fault_in_the_body_is_named(client: httpx.Client, run_id: str, supposed: Body, field: str) -> None:
    answer = client.post(WHAT_IF, json={"run_id": run_id, **supposed})
    assert answer.status_code == 422, answer.text
    problem = ProblemDetails.model_validate(answer.json())
    assert any(fault.field.startswith(field) for fault in problem.errors), problem


def test_a_misspelt_fact_is_met_with_the_nearest_name(client: httpx.Client, run_id: str) -> None:
    answer = client.post(WHAT_IF, json={"run_id": run_id, "facts": {"bias.strenght": 1.0}})
    assert answer.json()["detail"] == "no rule reads a fact bias.strenght; write bias.strength"


@pytest.mark.parametrize("supposed", [{"profile": "strict"}, {"facts": {"range.known": True}}])
@pytest.mark.parametrize("unknown", ["0" * 32, "not-a-run", ""])
def test_what_if_of_an_unknown_run_is_not_found(client: httpx.Client, unknown: str, supposed: Body) -> None:
    assert client.post(WHAT_IF, json={"run_id": unknown, **supposed}).status_code == 404
