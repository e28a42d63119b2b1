"""What a thread's state is, was, and was before that."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.langgraph import answers
from api.langgraph.bodies import MOST_LISTED, HistoryBefore, HistoryBody, StateAt
from api.langgraph.documents import selected, state_document
from api.langgraph.plain_answer import PlainAnswer
from api.langgraph.queries import StateFields
from api.openapi import LANGGRAPH
from api.problems import Problem, ProblemError
from api.schemas.problems import problems
from api.state import Context, ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=[LANGGRAPH], prefix="/threads/{thread_id}")
_LOOKS: Final = problems(400, 404, 503)
_ASKS: Final = problems(400, 404, 413, 415, 422, 503)


@router.get("/state", response_model=answers.StateDocument, responses=_LOOKS)
async def get_state(thread_id: str, select: StateFields, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show a thread's newest state; one that has none yet is empty."""
    return await _state(context, thread_id, owner_id, None, select)


@router.post("/state", status_code=422, response_class=Response, responses=problems(404, 422, 503))
async def update_state(thread_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Refuse to write into a thread's state, which its runs alone do."""
    await context.service.threads.get(thread_id, owner_id=owner_id)
    detail = "a caller does not write into a state: run an assistant on the thread"
    raise ProblemError(Problem("not-supported", "The service does not have this option", 422, detail))


@router.post("/state/checkpoint", response_model=answers.StateDocument, responses=_ASKS)
async def get_state_by_checkpoint(thread_id: str, body: StateAt, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show the state of a thread that a checkpoint names; one without an id names the newest."""
    return await _state(context, thread_id, owner_id, body.checkpoint.checkpoint_id, body.select)


@router.get("/state/{checkpoint_id}", response_model=answers.StateDocument, responses=_LOOKS)
async def get_state_at(
    thread_id: str, checkpoint_id: str, select: StateFields, context: ContextDep, owner_id: OwnerDep
) -> Response:
    """Show the state of a thread that has this id."""
    return await _state(context, thread_id, owner_id, checkpoint_id, select)


@router.get("/history", response_model=list[answers.StateDocument], responses=_LOOKS)
async def list_history(
    thread_id: str,
    context: ContextDep,
    owner_id: OwnerDep,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 10,
    before: Annotated[str | None, Query(description="Id of a state: only older ones are listed.")] = None,
) -> Response:
    """List a thread's states, newest first."""
    return await _history(context, thread_id, owner_id, HistoryBody(limit=limit, before=before or None))


@router.post("/history", response_model=list[answers.StateDocument], responses=_ASKS)
async def search_history(
    thread_id: str, context: ContextDep, owner_id: OwnerDep, body: HistoryBody | None = None
) -> Response:
    """List a thread's states, newest first."""
    return await _history(context, thread_id, owner_id, body or HistoryBody())


async def _state(
    context: Context, thread_id: str, owner_id: str, checkpoint_id: str | None, select: list[Any] | None
) -> Response:
    state = await context.service.threads.state(thread_id, owner_id=owner_id, checkpoint_id=checkpoint_id)
    return PlainAnswer(selected(state_document(state, thread_id), select))


async def _history(context: Context, thread_id: str, owner_id: str, asked: HistoryBody) -> Response:
    states = await context.service.threads.history(
        thread_id,
        owner_id=owner_id,
        limit=asked.limit or 10,
        before=_before(asked.before),
        checkpoint_id=asked.checkpoint.checkpoint_id if asked.checkpoint is not None else None,
        metadata=asked.metadata,
    )
    return PlainAnswer([selected(state_document(one, thread_id), asked.select) for one in states])


def _before(named: str | HistoryBefore | None) -> str | None:
    if named is None or isinstance(named, str):
        return named
    return (named.configurable or named).checkpoint_id
