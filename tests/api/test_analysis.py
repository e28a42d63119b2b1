"""Candles in, a decision out, by every spelling and in batches."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from agent.store.records import Run
from api.run_documents import undecided
from api.schemas.decision import Decision
from api.schemas.runs import BatchResults
from tools.candles import Candles

Body = dict[str, Any]


def decide(client: httpx.Client, body: Body) -> Decision:
    answer = client.post("/api/v1/analyze", json=body)
    assert answer.status_code == 200, answer.text
    return Decision.model_validate(answer.json())


def test_an_analysis_answers_with_a_decision_that_is_recorded(client: httpx.Client, body: Body) -> None:
    decision = decide(client, body)
    assert decision.symbol == "EURUSD"
    assert decision.timestamp == "2024-01-11T14:30:00Z"
    run = client.get(f"/api/v1/runs/{decision.run_id}").json()
    assert run["status"] == "completed"
    assert Decision.model_validate(run["decision"]) == decision


def test_every_spelling_of_the_same_input_gives_the_same_hash(
    client: httpx.Client, body: Body, candles: Candles
) -> None:
    rows = candles.to_rows()
    short = [{name[0]: value for name, value in row.items()} for row in rows]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    epochs = [{**row, "time": int(at) * 1000} for row, at in zip(rows, candles.time, strict=True)]
    spellings = [
        {"15m": rows}, {"15min": rows}, {"M15": short}, {"15": columns}, {"15M": epochs},
    ]  # fmt: skip
    hashes = {decide(client, {**body, "timeframe_bars": bars}).decision_hash for bars in spellings}
    hashes.add(decide(client, {**body, "symbol": "OANDA:EUR/USD"}).decision_hash)
    hashes.add(decide(client, {**body, "as_of": "2024-01-11T09:30:00-05:00"}).decision_hash)
    assert len(hashes) == 1


def test_another_balance_is_another_decision(client: httpx.Client, body: Body) -> None:
    assert decide(client, body).decision_hash != decide(client, {**body, "account_balance": 20_000}).decision_hash


def test_an_unknown_symbol_is_analysed_with_an_instrument_of_its_own(client: httpx.Client, body: Body) -> None:
    own = {
        "asset_class": "equity",
        "tick_size": 0.00001,
        "contract_size": 1,
        "size_step": 1,
        "trading_day": "new_york_17",
        "kill_zones": "index",
    }
    assert decide(client, {**body, "symbol": "ACME", "instrument": own}).symbol == "ACME"


def test_a_batch_answers_each_item_for_itself(client: httpx.Client, body: Body) -> None:
    unknown = {**body, "symbol": "ZZZZZ"}
    unfit = {**body, "timeframe_bars": {"15m": [*body["timeframe_bars"]["15m"][:40], 7]}}
    answer = client.post("/api/v1/analyze/batch", json={"items": [body, unknown, {"symbol": 3}, unfit, 5, body]})
    assert answer.status_code == 200, answer.text
    results = BatchResults.model_validate(answer.json())
    assert (results.total, results.count) == (6, 6)
    assert [item.index for item in results.items] == list(range(6))
    statuses = [item.problem and item.problem.status for item in results.items]
    assert statuses == [None, 422, 422, 422, 422, None]
    first, last = results.items[0], results.items[5]
    assert first.decision is not None
    assert last.decision is not None
    assert first.decision.decision_hash == last.decision.decision_hash
    assert first.run_id != last.run_id
    unfit_problem = results.items[3].problem
    assert unfit_problem is not None
    assert (unfit_problem.errors[0].field, unfit_problem.errors[0].index) == ("timeframe_bars.15m", 40)
    assert unfit_problem.instance.endswith("/items/3")


@pytest.mark.parametrize("items", [[], [{}] * 101, None, {}])
def test_a_batch_has_one_to_a_hundred_items(client: httpx.Client, items: Any) -> None:
    answer = client.post("/api/v1/analyze/batch", json={"items": items})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "items"


@pytest.mark.anyio
async def test_a_run_cancelled_while_its_caller_waits_is_409_and_names_the_run(
    base_url: str, service_database: str, body: Body
) -> None:
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=60) as client,
        await psycopg.AsyncConnection.connect(service_database) as holding,
    ):
        await holding.execute("LOCK TABLE rule_traces IN EXCLUSIVE MODE")  # no run can be completed meanwhile
        waiting = asyncio.create_task(client.post("/api/v1/analyze", json={**body, "symbol": "USDCHF"}))
        listed: list[Body] = []
        while not listed and not waiting.done():
            listed = (await client.get("/api/v1/runs?symbol=USDCHF&limit=1")).json()["items"]
        run_id = listed[0]["run_id"]
        assert (await client.post(f"/api/v1/runs/{run_id}/cancel")).status_code == 200
        await holding.rollback()
        answer = await waiting
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:ict:problem:run-cancelled"
    assert answer.json()["run_id"] == run_id


def test_a_run_that_failed_inside_is_told_with_its_node() -> None:
    at = datetime(2024, 1, 11, tzinfo=UTC)
    failed = Run(
        run_id="ab" * 16, symbol="EURUSD", status="failed", profile="strict", rulebook_hash="0" * 64, as_of=0,
        attempts=1, last_seq=9, created_at=at, started_at=at, finished_at=at, cancel_requested_at=None,
        decision_id=None, decision=None, error={"node": "structure", "message": "fell over"},
    )  # fmt: skip
    problem = undecided(failed)
    assert (problem.status, problem.slug, problem.extra) == (500, "run-failed", {"run_id": failed.run_id})
    assert "in node structure" in problem.detail
