"""Recorded decisions and their proof."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from agent.store.decisions import DecisionFilter
from api.json_answer import JsonAnswer
from api.requests import canonical_symbol
from api.run_documents import decision_summary, recorded_decision
from api.schemas.audit import DecisionList, DecisionsQuery, RecordedDecision, Replay
from api.schemas.problems import problems
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["audit"])


@router.get("/audit/decisions", response_model=DecisionList, responses=problems(400, 503))
async def list_decisions(
    query: Annotated[DecisionsQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """List recorded decisions, newest first."""
    page = await context.service.runs.decisions(
        _wanted(query), owner_id=owner_id, limit=query.limit, offset=query.offset
    )
    items = [decision_summary(record) for record in page.items]
    return JsonAnswer({"total": page.total, "count": len(items), "items": items})


@router.get("/audit/decisions/{decision_id}", response_model=RecordedDecision, responses=problems(404, 503))
async def get_decision(decision_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show one decision with every fact it looked at and every rule's verdict."""
    return JsonAnswer(recorded_decision(await context.service.runs.decision(decision_id, owner_id=owner_id)))


@router.post("/audit/decisions/{decision_id}/replay", responses=problems(404, 422, 500, 503))
async def replay_decision(decision_id: str, context: ContextDep, owner_id: OwnerDep) -> Replay:
    """Walk again over the recorded inputs by the recorded rules, and compare the bytes; nothing is recorded."""
    replayed = await context.service.runs.replay(decision_id, owner_id=owner_id)
    return Replay(
        decision_id=replayed.decision_id,
        identical=replayed.is_identical,
        recorded_hash=replayed.recorded_hash,
        replayed_hash=replayed.replayed_hash,
    )


def _wanted(query: DecisionsQuery) -> DecisionFilter:
    return DecisionFilter(
        symbol=None if query.symbol is None else canonical_symbol(query.symbol),
        status=query.status,
        since=_moment(query.since),
        until=_moment(query.until),
    )


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)
