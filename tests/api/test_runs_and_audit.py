"""Runs, explanations, rules and the audit: what is listed, shown, explained and replayed."""

from typing import Any

import httpx
import pytest

from api.schemas.audit import DecisionList, RecordedDecision, Replay
from api.schemas.explanation import Explanation
from api.schemas.rules import Rule, RuleList
from api.schemas.runs import RunDetail, RunList

Body = dict[str, Any]


@pytest.fixture
def run_id(client: httpx.Client, body: Body) -> str:
    return str(client.post("/api/v1/analyze", json=body).json()["run_id"])


def test_starting_a_run_answers_202_with_its_place(client: httpx.Client, body: Body) -> None:
    answer = client.post("/api/v1/runs", json=body)
    assert answer.status_code == 202
    location = answer.headers["location"]
    assert location == f"/api/v1/runs/{answer.json()['run_id']}"
    assert RunDetail.model_validate(client.get(location).json()).symbol == "EURUSD"


def test_runs_are_listed_newest_first_by_page_and_filter(client: httpx.Client, body: Body, run_id: str) -> None:
    other = client.post("/api/v1/analyze", json={**body, "symbol": "GBPUSD"}).json()["run_id"]
    newest = RunList.model_validate(client.get("/api/v1/runs?limit=2").json())
    assert [item.run_id for item in newest.items] == [other, run_id]
    assert newest.total >= newest.count == 2
    assert client.get("/api/v1/runs?limit=1&offset=1").json()["items"][0]["run_id"] == run_id
    only = client.get("/api/v1/runs?symbol=gbp/usd&status=completed").json()
    assert {item["symbol"] for item in only["items"]} == {"GBPUSD"}


def test_an_ended_run_cannot_be_cancelled(client: httpx.Client, run_id: str) -> None:
    answer = client.post(f"/api/v1/runs/{run_id}/cancel")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:ict:problem:run-already-ended"


def test_a_run_is_explained_node_by_node(client: httpx.Client, run_id: str) -> None:
    told = Explanation.model_validate(client.post("/api/v1/explain", json={"run_id": run_id}).json())
    assert [node.node for node in told.nodes] == ["bias", "liquidity", "structure", "entry", "risk"]
    assert told.decision.run_id == run_id
    assert told.why_not.is_trade or told.why_not.proven
    rules = RuleList.model_validate(client.get("/api/v1/rules").json())
    assert sorted(rule.rule_id for node in told.nodes for rule in node.rules) == sorted(rule.id for rule in rules.items)


@pytest.mark.parametrize("run_id", ["0" * 32, "not-a-run", "", "x" * 1000])
def test_an_unknown_run_is_not_explained(client: httpx.Client, run_id: str) -> None:
    assert client.post("/api/v1/explain", json={"run_id": run_id}).status_code == 404


def test_rules_are_resolved_by_a_profile(client: httpx.Client) -> None:
    strict = RuleList.model_validate(client.get("/api/v1/rules").json())
    relaxed = RuleList.model_validate(client.get("/api/v1/rules?profile=relaxed").json())
    assert strict.rulebook_hash != relaxed.rulebook_hash
    assert strict.total == strict.count == len(strict.items)
    one = Rule.model_validate(client.get("/api/v1/rules/7.2?profile=relaxed").json())
    assert one in relaxed.items
    assert one not in strict.items


def test_a_decision_is_audited_with_every_rule_and_replayed_to_the_same_bytes(
    client: httpx.Client, run_id: str
) -> None:
    listed = DecisionList.model_validate(client.get("/api/v1/audit/decisions?symbol=EURUSD&limit=1").json())
    assert listed.items[0].run_id == run_id
    decision_id = listed.items[0].decision_id
    shown = RecordedDecision.model_validate(client.get(f"/api/v1/audit/decisions/{decision_id}").json())
    assert len(shown.trace) == client.get("/api/v1/rules").json()["total"]
    assert shown.decision.decision_hash == listed.items[0].decision_hash
    replayed = Replay.model_validate(client.post(f"/api/v1/audit/decisions/{decision_id}/replay").json())
    assert replayed.identical
    assert replayed.replayed_hash == shown.decision_hash


def test_decisions_are_filtered_by_status_and_time(client: httpx.Client, run_id: str) -> None:
    newest = client.get("/api/v1/audit/decisions?limit=1").json()["items"][0]
    path = "/api/v1/audit/decisions"
    assert client.get(path, params={"status": newest["status"]}).json()["total"] > 0
    assert client.get(path, params={"until": "2024-01-01T00:00:00Z"}).json() == {"total": 0, "count": 0, "items": []}
    since = client.get(path, params={"since": "2024-01-01T00:00:00Z", "limit": 200}).json()
    assert run_id in [item["run_id"] for item in since["items"]]
