"""What each part of the service really answered when it was asked."""

from dataclasses import asdict
from typing import Final, get_args

from fastapi import APIRouter, Response

from agent.service import Health as ServiceHealth
from api.schemas.health import AgentHealth, AgentState, Health, Part, RulebookInUse
from api.schemas.problems import problems
from api.schemas.runs import RunStatus
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute
from rulebook.book import Rulebook
from rulebook.facts import NODES

router = APIRouter(route_class=StrictRoute, tags=["health"])
_OPEN: Final = ("accepted", "running")
_SICK: Final = {
    "model": Health,
    "description": "A part that is needed did not answer; the same document says which.",
}


@router.get("/health", responses={503: _SICK})
async def health(context: ContextDep, response: Response) -> Health:
    """Ask the database, its migrations and the data sources how they are, now."""
    asked = await context.service.health()
    response.status_code = 200 if asked.ok else 503
    return _health(asked, context.version)


@router.get("/agent/health")
async def agent_health(context: ContextDep) -> AgentHealth:
    """Say which nodes are walked, and by which rulebooks they are judged."""
    rulebooks = [context.service.rulebooks.get(profile) for profile in context.service.rulebooks.profiles]
    in_use = [_in_use(one) for one in rulebooks]
    return AgentHealth(
        status="ok", nodes=list(NODES), rulebooks=in_use, calibration=context.service.rulebooks.calibration_use
    )


@router.get("/agent/state", responses=problems(503))
async def agent_state(context: ContextDep, owner_id: OwnerDep) -> AgentState:
    """Count the runs in each status."""
    counted = {
        status: (await context.service.runs.list(owner_id=owner_id, status=status, limit=1)).total
        for status in get_args(RunStatus)
    }
    return AgentState(status="working" if any(counted[one] for one in _OPEN) else "idle", runs=counted)


def _in_use(rulebook: Rulebook) -> RulebookInUse:
    fitted = rulebook.calibration
    return RulebookInUse(
        profile=rulebook.profile,
        hash=rulebook.hash,
        rules=len(rulebook.rules),
        calibration=None if fitted is None else fitted.version,
    )


def _health(asked: ServiceHealth, version: str) -> Health:
    migrations = asked.migrations
    is_current = migrations.current == migrations.head
    state = f"at {migrations.current}, this code's head is {migrations.head}"
    return Health(
        status="ok" if asked.ok else "failing",
        version=version,
        database=Part(name="postgres", **asdict(asked.database)),
        migrations=Part(name="alembic", ok=is_current, detail=state, latency_ms=None),
        wakeups=Part(name="wakeups", **asdict(asked.wakeups), latency_ms=None),
        threads=Part(name="threads", **asdict(asked.threads), latency_ms=None),
        data_sources=[Part(**asdict(source)) for source in asked.sources],
    )
