"""What a thread's state is, was, and was before that."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from langgraph.types import StateSnapshot
from starlette.responses import Response, StreamingResponse

from agent.threads.documents import to_json
from agent.threads.service import Threads
from agent.threads.states import id_of_state
from api.langgraph import answers
from api.langgraph.bodies import MOST_STATES, HistoryBefore, HistoryBody, StateAt
from api.langgraph.documents import state_document
from api.langgraph.plain_answer import plain_answer
from api.langgraph.queries import StateFields
from api.langgraph.refusals import not_supported, refuse_checkpoint
from api.langgraph.streams import JSON
from api.openapi import LANGGRAPH
from api.problems import FieldFault, Problem, ProblemError
from api.schemas.problems import problems
from api.state import Context, ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=[LANGGRAPH], prefix="/threads/{thread_id}")
_PAGE: Final = 10
_WITHOUT_VALUES: Final = frozenset(
    {"metadata", "created_at", "checkpoint", "parent_checkpoint", "checkpoint_id", "parent_checkpoint_id"}
)
"""What is known of a state without reading its values."""

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
    refuse_checkpoint(body.checkpoint, thread_id)
    if body.subgraphs:
        message = "subgraphs asks for states of graphs within a graph, and the graphs have none"
        raise not_supported((FieldFault("subgraphs", None, message, "leave it out", "True"),))
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
    limit: Annotated[int, Query(ge=1, le=MOST_STATES)] = 10,
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
    return await plain_answer(state_document(state, thread_id, select))


async def _history(context: Context, thread_id: str, owner_id: str, asked: HistoryBody) -> Response:
    refuse_checkpoint(asked.checkpoint, thread_id)
    pages = _pages(context.service.threads, thread_id, owner_id, asked)
    first = await anext(pages)  # whatever is wrong shows here, while there is still a status to tell it by
    return StreamingResponse(_listed(first, pages), media_type=JSON)


async def _pages(threads: Threads, thread_id: str, owner_id: str, asked: HistoryBody) -> AsyncIterator[list[bytes]]:
    """Give the states as JSON, a few at a time: each may be as long as its conversation."""
    left, before = asked.limit or 10, _before(asked.before)
    with_values = not asked.select or not _WITHOUT_VALUES.issuperset(asked.select)
    named = asked.checkpoint.checkpoint_id if asked.checkpoint is not None else None
    while True:
        wanted = min(left, _PAGE)
        states = await threads.history(
            thread_id,
            owner_id=owner_id,
            limit=wanted,
            before=before,
            checkpoint_id=named,
            metadata=asked.metadata,
            with_values=with_values,
        )
        yield await asyncio.to_thread(_written, states, thread_id, asked.select)
        left -= len(states)
        if len(states) < wanted or left == 0 or named is not None:
            return
        before = id_of_state(states[-1])


def _written(states: Sequence[StateSnapshot], thread_id: str, select: Sequence[str] | None) -> list[bytes]:
    return [to_json(state_document(state, thread_id, select)).encode() for state in states]


async def _listed(first: list[bytes], others: AsyncIterator[list[bytes]]) -> AsyncIterator[bytes]:
    yield b"[" + b",".join(first)
    async for page in others:
        if page:
            yield b"," + b",".join(page)
    yield b"]"


def _before(named: str | HistoryBefore | None) -> str | None:
    if named is None or isinstance(named, str):
        return named
    return (named.configurable or named).checkpoint_id
