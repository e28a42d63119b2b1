"""Recorded decisions and their proof."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from agent.store.decisions import DecisionFilter
from api.audit_documents import metrics_document, verification
from api.json_answer import JsonAnswer
from api.requests import canonical_symbol
from api.run_documents import decision_summary, recorded_decision
from api.schemas.audit import (
    ChainHead,
    DecisionList,
    DecisionsQuery,
    Metrics,
    MetricsQuery,
    RecordedDecision,
    Replay,
    Verification,
    VerifyQuery,
)
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


@router.get("/audit/head", response_model=ChainHead, responses=problems(503))
async def chain_head(context: ContextDep, owner_id: OwnerDep) -> Response:
    """Sign what the chain of decisions ends with; kept elsewhere, it shows later whether the record was rewritten."""
    return JsonAnswer((await context.service.audit.head(owner_id=owner_id)).to_dict())


@router.get("/audit/verify", response_model=Verification, responses=problems(400, 503))
async def verify_chain(query: Annotated[VerifyQuery, Query()], context: ContextDep, owner_id: OwnerDep) -> Response:
    """Check a stretch of the chain and all it seals against what is stored now; nothing is changed."""
    report = await context.service.audit.verify(owner_id=owner_id, after_seq=query.after_seq, limit=query.limit)
    return JsonAnswer(verification(report))


@router.get("/audit/metrics", response_model=Metrics, responses=problems(400, 503))
async def read_metrics(query: Annotated[MetricsQuery, Query()], context: ContextDep, owner_id: OwnerDep) -> Response:
    """Count decisions by status, symbol, session and hour, and how often each rule was met."""
    wanted = DecisionFilter(
        symbol=None if query.symbol is None else canonical_symbol(query.symbol),
        since=_moment(query.since),
        until=_moment(query.until),
    )
    return JsonAnswer(metrics_document(await context.service.audit.metrics(wanted, owner_id=owner_id)))


def _wanted(query: DecisionsQuery) -> DecisionFilter:
    return DecisionFilter(
        symbol=None if query.symbol is None else canonical_symbol(query.symbol),
        status=query.status,
        since=_moment(query.since),
        until=_moment(query.until),
    )


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)
