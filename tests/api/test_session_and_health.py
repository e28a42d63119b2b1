"""What the clock says, and what each part answered, also where the database went away."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.schemas.health import AgentHealth, AgentState, Health, Welcome
from api.schemas.session import CurrentSession, KillZoneStatus
from tests.api.running_server import empty_database, running_server

Body = dict[str, Any]


def test_the_session_is_that_of_the_services_clock(client: httpx.Client) -> None:
    now = CurrentSession.model_validate(client.get("/api/v1/session/current").json())
    assert now.new_york_time == "2024-01-11T09:30:00-05:00"
    assert now.trading_day_start == "2024-01-10T22:00:00Z"
    assert now.is_open
    assert "new_york_am" in [window.name for window in now.active]


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        ("2024-01-11T07:00:00Z", "london"), ("2024-07-11T06:00:00Z", "london"), ("2024-01-11T10:00:00Z", None),
        ("2024-01-11T06:59:59Z", None), ("2024-01-13T07:00:00Z", None), ("2024-01-11T02:00:00-05:00", "london"),
    ],
)  # fmt: skip
def test_a_kill_zone_follows_new_yorks_clock(client: httpx.Client, at: str, zone: str | None) -> None:
    answer = client.get("/api/v1/killzone/status", params={"symbol": "eur/usd", "at": at})
    status = KillZoneStatus.model_validate(answer.json())
    assert status.symbol == "EURUSD"
    assert status.kill_zone == zone
    assert status.in_kill_zone == (zone is not None)
    assert status.next_kill_zone is not None


@pytest.mark.parametrize("path", ["/api/v1/session/current", "/api/v1/killzone/status"])
@pytest.mark.parametrize(
    ("query", "status"), [("symbol=ZZZZZ", 404), ("at=now", 400), ("at=1969-01-01T00:00:00Z", 400), ("when=now", 400)]
)
def test_a_clock_asked_wrongly_says_so(client: httpx.Client, path: str, query: str, status: int) -> None:
    assert client.get(f"{path}?{query}").status_code == status


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_health_tells_what_each_part_answered(client: httpx.Client, prefix: str) -> None:
    health = Health.model_validate(client.get(f"{prefix}/health").json())
    assert health.status == "ok"
    assert "PostgreSQL" in health.database.detail
    assert health.migrations.ok
    assert [source.name for source in health.data_sources] == ["demo"]
    agent = AgentHealth.model_validate(client.get(f"{prefix}/agent/health").json())
    assert agent.nodes == ["bias", "liquidity", "structure", "entry", "risk"]
    assert {rulebook.profile for rulebook in agent.rulebooks} >= {"strict", "relaxed"}
    assert AgentState.model_validate(client.get(f"{prefix}/agent/state").json()).status in {"idle", "working"}


def test_the_front_door_says_where_to_go(client: httpx.Client) -> None:
    welcome = Welcome.model_validate(client.get("/").json())
    for path in (welcome.links.docs, welcome.links.openapi, welcome.links.health):
        assert client.get(path).status_code == 200


@pytest.fixture
def orphaned_service(postgres_server: str, tmp_path: Path) -> Iterator[str]:
    """Give the address of a service whose database refuses every connection from now on."""
    with (
        empty_database(postgres_server, "orphaned") as url,
        running_server(url, tmp_path) as address,
        psycopg.connect(postgres_server, autocommit=True) as connection,
    ):
        connection.execute("ALTER DATABASE orphaned ALLOW_CONNECTIONS false")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'orphaned'")
        yield address


@pytest.mark.anyio
async def test_a_database_that_went_away_is_503_and_never_500(orphaned_service: str, body: Body) -> None:
    async with httpx.AsyncClient(base_url=orphaned_service, timeout=60) as client:
        health, rules, *refused = await asyncio.gather(
            client.get("/health"),
            client.get("/api/v1/rules"),
            client.post("/api/v1/analyze", json=body),
            client.post("/api/v1/runs/stream", json=body),
            client.get(f"/api/v1/runs/{'0' * 32}"),
            client.get(f"/api/v1/runs/{'0' * 32}/events"),
            client.get("/agent/state"),
        )
    assert health.status_code == 503
    assert not Health.model_validate(health.json()).database.ok
    assert rules.status_code == 503, "an owner's own profile and limits lie in the database"
    for answer in refused:
        assert answer.status_code == 503, answer.text
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["type"] == "urn:ict:problem:store-unavailable"
