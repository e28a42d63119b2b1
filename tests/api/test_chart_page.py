"""A run's chart as a page: rebuilt from what was recorded, with what was decided, and harmless in a browser."""

import asyncio
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import httpx
import psycopg
import pytest

from agent.analysis.reading import Reading
from agent.runs.charts import recorded_charts
from agent.store.pool import Database
from api.chart_picture import picture_view
from api.requests import analysis_request
from api.schemas.analysis import AnalyzeBody
from api.schemas.problems import ProblemDetails
from api.state import DEFAULT_OWNER
from rulebook.loader import load_rulebook
from tests.api.running_server import NOW
from tools.candles import Candles
from tools.picture import chart_page
from tools.timeframes import Timeframe

Body = dict[str, Any]
OWN = {
    "asset_class": "equity", "tick_size": 0.00001, "contract_size": 1, "size_step": 1, "trading_day": "new_york_17",
    "kill_zones": "index",
}  # fmt: skip


@pytest.fixture
def decision(client: httpx.Client, body: Body) -> Body:
    answer: Body = client.post("/api/v1/analyze", json=body).raise_for_status().json()
    return answer


def policy_of(page: str) -> str:
    policy: str = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[0]
    return policy


def recorded_status(page: str) -> str:
    """Return the status of an undecided run by its badge, for a worker may take the run up at any moment."""
    (badge,) = re.findall(r'<strong class="status none">(\w+)</strong>', page)
    return "accepted" if badge == "QUEUED" else "running"


def drawn(client: httpx.Client, run_id: str, **query: str) -> httpx.Response:
    return client.get(f"/api/v1/runs/{run_id}/chart.html", params=query)


@pytest.mark.anyio
@pytest.mark.parametrize("profile", ["strict", "relaxed"])
async def test_the_charts_are_those_the_walk_read(
    service_database: str, base_url: str, body: Body, profile: str
) -> None:
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        answer = await client.post("/api/v1/analyze", json={**body, "profile": profile})
    reading = Reading(
        analysis_request(AnalyzeBody.model_validate({**body, "profile": profile}), now=NOW), load_rulebook(profile)
    )
    database = Database(service_database, size=1)
    await database.open()
    try:
        ladder = reading.ladder
        wanted: dict[Timeframe | None, Candles] = {one.timeframe: one for one in (*ladder.bias, ladder.entry)}
        for timeframe, candles in {**wanted, None: ladder.entry}.items():
            run_id = answer.json()["run_id"]
            read = (await recorded_charts(database, run_id, owner_id=DEFAULT_OWNER)).read(timeframe)
            assert read.chart.to_dict() == reading.chart(candles).to_dict()
            assert read.decision == answer.json()
    finally:
        await database.close()


def test_a_run_is_drawn_on_the_timeframe_of_its_entry(client: httpx.Client, body: Body, decision: Body) -> None:
    page = drawn(client, decision["run_id"])
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    request = analysis_request(AnalyzeBody.model_validate(body), now=NOW)
    chart = Reading(request, load_rulebook("strict")).chart(request.base)
    assert page.text == chart_page(chart, picture_view(chart, simulated=False, decision=decision))
    assert drawn(client, decision["run_id"], timeframe="15min").text == page.text


def test_a_run_is_drawn_on_any_timeframe_it_had(client: httpx.Client, decision: Body) -> None:
    hourly, daily = (drawn(client, decision["run_id"], timeframe=name) for name in ("60min", "1D"))
    assert hourly.status_code == daily.status_code == 200
    assert hourly.text != daily.text


def test_the_page_may_run_its_own_scripts_and_load_nothing(client: httpx.Client, decision: Body) -> None:
    page = drawn(client, decision["run_id"])
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL)
    digests = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts}
    assert policy["script-src"] in digests
    assert page.headers["content-security-policy"] == f"{policy_of(page.text)}; frame-ancestors 'none'"
    assert not re.search(r"<[^>]*\son[a-z]+=", page.text), "an inline handler would not be run"


def test_made_up_candles_are_marked(client: httpx.Client, body: Body, decision: Body) -> None:
    made_up = client.post("/api/v1/analyze", json={**body, "simulated": True}).json()["run_id"]
    assert "SIMULATED" in drawn(client, made_up).text
    assert "EURUSD 15m, SIMULATED" not in drawn(client, decision["run_id"]).text


def test_a_symbol_is_text_and_never_markup(client: httpx.Client, body: Body) -> None:
    evil = "<script>alert(1)</script>"
    answer = client.post("/api/v1/analyze", json={**body, "symbol": evil, "instrument": OWN})
    page = drawn(client, answer.json()["run_id"])
    assert page.status_code == 200
    assert evil not in page.text
    assert "alert(1)" in page.text


@pytest.mark.anyio
async def test_a_run_that_has_not_decided_is_drawn_without_a_decision(
    base_url: str, service_database: str, body: Body
) -> None:
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=60) as client,
        await psycopg.AsyncConnection.connect(service_database) as holding,
    ):
        await holding.execute("LOCK TABLE rule_traces IN EXCLUSIVE MODE")  # no run can be completed meanwhile
        run_id = (await client.post("/api/v1/runs", json=body)).json()["run_id"]
        address = f"/api/v1/runs/{run_id}"
        before = await client.get(f"{address}/chart.html")
        assert (await client.get(address)).json()["decision"] is None
        early = recorded_status(before.text)
        await holding.rollback()
        await client.get(f"{address}/events")  # ends with the run
        after = await client.get(f"{address}/chart.html")
        decided = (await client.get(address)).json()["decision"]
    assert (before.status_code, after.status_code) == (200, 200)
    request = analysis_request(AnalyzeBody.model_validate(body), now=NOW)
    chart = Reading(request, load_rulebook("strict")).chart(request.base)
    assert before.text == chart_page(chart, picture_view(chart, simulated=False, run_status=early))
    assert after.text == chart_page(chart, picture_view(chart, simulated=False, decision=decided))


@pytest.mark.anyio
async def test_a_cancelled_run_says_so_and_draws_no_plan(base_url: str, service_database: str, body: Body) -> None:
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=60) as client,
        await psycopg.AsyncConnection.connect(service_database) as holding,
    ):
        await holding.execute("LOCK TABLE rule_traces IN EXCLUSIVE MODE")  # no run can be completed meanwhile
        address = f"/api/v1/runs/{(await client.post('/api/v1/runs', json=body)).json()['run_id']}"
        (await client.post(f"{address}/cancel")).raise_for_status()
        await holding.rollback()
        await client.get(f"{address}/events")  # ends with the run
        status = (await client.get(address)).json()["status"]
        page = await client.get(f"{address}/chart.html")
    assert status == "cancelled"
    assert ">CANCELLED</strong>" in page.text
    assert "Entry " not in page.text


@pytest.mark.parametrize("run_id", ["0" * 32, "not-a-run", "%00", "x" * 1000])
def test_an_unknown_run_is_404(client: httpx.Client, run_id: str) -> None:
    answer = drawn(client, run_id)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert ProblemDetails.model_validate(answer.json()).type == "urn:ict:problem:run-not-found"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"timeframe": "7x"}, "unknown timeframe '7x'"),
        ({"timeframe": ""}, "unknown timeframe ''"),
        ({"timeframe": "1m"}, "the run had no 1m chart; it had 15m, 1h, 4h, 1D"),
        ({"timeframes": "15m"}, "timeframes"),
    ],
)
def test_a_timeframe_the_run_had_not_is_400(client: httpx.Client, decision: Body, query: Body, said: str) -> None:
    answer = drawn(client, decision["run_id"], **query)
    assert answer.status_code == 400
    problem = ProblemDetails.model_validate(answer.json())
    assert said in problem.detail
    assert problem.errors[0].field == next(iter(query))


def test_several_pages_at_once_are_the_same(base_url: str, decision: Body) -> None:
    async def pages() -> set[str]:
        async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
            answers = (client.get(f"/api/v1/runs/{decision['run_id']}/chart.html") for _ in range(8))
            return {answer.text for answer in await asyncio.gather(*answers)}

    assert len(asyncio.run(pages())) == 1
