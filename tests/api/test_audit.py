"""The audit on the wire: signed heads, the check of the chain, metrics, and recorded examples of a rule."""

from typing import Any

import httpx
import psycopg
import pytest

from agent.audit.heads import KEY_FILE, SignedHead, Signer
from api.schemas.audit import ChainHead, Metrics, Verification
from api.schemas.rules import RuleExampleList

Body = dict[str, Any]


@pytest.fixture(scope="module")
def decided(client: httpx.Client, _body: Body) -> list[dict[str, Any]]:
    bodies = [_body, {**_body, "profile": "relaxed"}, {**_body, "symbol": "GBPUSD"}]
    return [client.post("/api/v1/analyze", json=body).raise_for_status().json() for body in bodies]


def test_a_head_is_signed_by_the_key_in_the_data_folder(
    client: httpx.Client, decided: list[dict[str, Any]], data_dir: Any
) -> None:
    told = client.get("/api/v1/audit/head").json()
    head = ChainHead.model_validate(told)
    assert head.seq == head.decisions >= len(decided)
    assert (data_dir / KEY_FILE).stat().st_mode & 0o777 == 0o600
    key = Signer.of_folder(data_dir).public_key
    assert SignedHead.from_dict(told, source="the answer").is_signed_by(key)
    assert not SignedHead.from_dict({**told, "decisions": 0}, source="the answer").is_signed_by(key)


def test_the_chain_is_checked_in_stretches_up_to_its_head(client: httpx.Client, decided: list[dict[str, Any]]) -> None:
    links, after = 0, 0
    while True:
        part = Verification.model_validate(
            client.get("/api/v1/audit/verify", params={"after_seq": after, "limit": 2}).json()
        )
        assert part.intact is (True if part.complete else None), part.findings
        assert (part.first_bad_seq, part.counts) == (None, {})
        links, after = links + part.links, part.last_seq
        if part.complete:
            break
    head = client.get("/api/v1/audit/head").json()
    assert (links, after, part.head_hash) == (head["seq"], head["seq"], head["hash"])


@pytest.mark.parametrize("query", ["after_seq=-1", "limit=0", "limit=1001", "limit=x", "page=2", "after_seq=1e99"])
def test_a_stretch_that_cannot_be_is_refused(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/api/v1/audit/verify?{query}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:ict:problem:invalid-query"


def test_tampering_is_told_with_its_first_bad_place(
    client: httpx.Client, decided: list[dict[str, Any]], service_database: str
) -> None:
    change = "UPDATE decisions SET symbol = %s WHERE run_id = %s"
    victim = decided[1]["run_id"]
    with psycopg.connect(service_database, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        place = connection.execute("SELECT seq FROM audit_chain WHERE run_id = %s", (victim,)).fetchall()[0][0]
        connection.execute(change, ("XAUUSD", victim))
        try:
            told = Verification.model_validate(client.get("/api/v1/audit/verify?limit=1000").json())
        finally:
            connection.execute(change, ("EURUSD", victim))
    assert (told.intact, told.first_bad_seq) == (False, place)
    assert told.counts == {"record": 1, "run": 1}
    assert client.get("/api/v1/audit/verify?limit=1000").json()["intact"]


def test_metrics_count_every_decision_once(client: httpx.Client, decided: list[dict[str, Any]]) -> None:
    told = Metrics.model_validate(client.get("/api/v1/audit/metrics").json())
    assert told.decisions == client.get("/api/v1/audit/decisions").json()["total"]
    for counted in (told.symbols, told.kill_zones, told.new_york_hours):
        assert sum(one.total for one in counted) == told.decisions
        assert all(one.total == sum(one.statuses.model_dump().values()) for one in counted)
    for status, count in told.statuses.model_dump().items():
        assert count == client.get("/api/v1/audit/decisions", params={"status": status}).json()["total"]
    for rule in told.rules:
        assert rule.passed + rule.failed + rule.not_evaluated + rule.errors <= told.decisions
        judged = rule.passed + rule.failed
        assert rule.hit_rate == (round(rule.passed / judged, 4) if judged else None)
    listed = client.get("/api/v1/rules?limit=200").json()["items"]
    assert sorted(rule.rule_id for rule in told.rules) == sorted(rule["id"] for rule in listed)


def test_metrics_are_narrowed_by_symbol_and_time(client: httpx.Client, decided: list[dict[str, Any]]) -> None:
    only = Metrics.model_validate(client.get("/api/v1/audit/metrics?symbol=gbp/usd").json())
    assert [one.name for one in only.symbols] == ["GBPUSD"]
    total = client.get("/api/v1/audit/decisions?symbol=GBPUSD").json()["total"]
    assert only.decisions == only.symbols[0].total == total
    assert {rule.passed + rule.failed + rule.not_evaluated + rule.errors for rule in only.rules} == {total}
    since = client.get("/api/v1/audit/metrics?since=2024-01-01T00:00:00Z").json()
    assert since == client.get("/api/v1/audit/metrics").json()
    nothing = Metrics.model_validate(client.get("/api/v1/audit/metrics?until=2024-01-01T00:00:00Z").json())
    assert (nothing.decisions, nothing.symbols, nothing.rules) == (0, [], [])


def test_a_rules_examples_come_from_the_record_newest_first(
    client: httpx.Client, decided: list[dict[str, Any]]
) -> None:
    told = RuleExampleList.model_validate(client.get("/api/v1/rules/1.1/examples?limit=3").json())
    assert [one.run_id for one in told.items] == [one["run_id"] for one in reversed(decided)]
    assert told.count == 3 <= told.total
    newest = told.items[0]
    shown = client.get(f"/api/v1/audit/decisions/{newest.decision_id}").json()
    (verdict,) = [verdict for verdict in shown["trace"] if verdict["rule_id"] == "1.1"]
    assert newest.sentence == verdict["sentence"]
    assert [one.model_dump() for one in newest.operands] == verdict["operands"]


def test_examples_are_narrowed_by_outcome(client: httpx.Client, decided: list[dict[str, Any]]) -> None:
    totals = {}
    for outcome in ("pass", "fail", "not_evaluated", "error"):
        told = RuleExampleList.model_validate(client.get(f"/api/v1/rules/7.2/examples?outcome={outcome}").json())
        assert {one.outcome for one in told.items} <= {outcome}
        totals[outcome] = told.total
    assert sum(totals.values()) == client.get("/api/v1/rules/7.2/examples").json()["total"]
    assert totals["error"] == 0


@pytest.mark.parametrize(
    ("path", "status"), [("99.9/examples", 404), ("7.2/examples?outcome=maybe", 400), ("7.2/examples?limit=0", 400)]
)
def test_examples_that_cannot_be_are_refused(client: httpx.Client, path: str, status: int) -> None:
    assert client.get(f"/api/v1/rules/{path}").status_code == status
