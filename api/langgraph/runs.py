"""Runs on a thread: start, watch, join, cancel and delete them."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from agent.threads.records import RunRequest, RunStatus, ThreadRun
from api.langgraph import answers
from api.langgraph.bodies import MOST_LISTED, ThreadRunBody
from api.langgraph.documents import run_document, selected
from api.langgraph.plain_answer import PlainAnswer
from api.langgraph.queries import CancelsOnDisconnect, RunFields, StreamModes
from api.langgraph.requests import IN_BACKGROUND, run_request
from api.langgraph.streams import Watched
from api.openapi import LANGGRAPH
from api.schemas.problems import problems
from api.sse import read_last_event_id
from api.state import Context, ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=[LANGGRAPH], prefix="/threads/{thread_id}/runs")
LastEventId = Annotated[int, Depends(read_last_event_id)]
_HEADER: Final = {"schema": {"type": "string"}}
WHERE: Final = {
    "Content-Location": {"description": "Where the run is.", **_HEADER},
    "Location": {"description": "Where a reader whose connection was cut comes back to.", **_HEADER},
}
STREAM: Final[dict[str, Any]] = {
    "description": "`metadata` first, then what was asked for by `stream_mode` (`messages-tuple` arrives as "
    "`messages`), `error` where the run fails, and `end` last. Comments ping every 15 s and carry no id.",
    "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/ThreadRunEvent"}}},
    "headers": WHERE,
}
RESULT: Final[dict[str, Any]] = {
    "description": 'The state the run leaves, or `{"__error__": {error, message}}`. Blanks before it mean nothing.',
    "content": {"application/json": {"schema": {"type": "object"}}},
    "headers": WHERE,
}
STARTS: Final = problems(400, 404, 409, 413, 415, 422, 503)
_LOOKS: Final = problems(404, 503)


@router.post("", response_model=answers.RunDocument, responses={200: {"headers": WHERE}, **STARTS})
async def create_run(thread_id: str, body: ThreadRunBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Start a run in the background; it will end, whatever happens here."""
    run = await _start(
        thread_id, body, run_request(body, thread_id=thread_id, unless_said=IN_BACKGROUND), context, owner_id
    )
    return started(run, context, owner_id)


@router.get("", response_model=list[answers.RunDocument], responses=problems(400, 404, 503))
async def list_thread_runs(
    thread_id: str,
    select: RunFields,
    context: ContextDep,
    owner_id: OwnerDep,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 10,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    status: Annotated[RunStatus | None, Query()] = None,
) -> Response:
    """List a thread's runs, newest first."""
    page = await context.service.threads.runs(thread_id, owner_id=owner_id, limit=limit, offset=offset, status=status)
    return PlainAnswer([selected(run_document(run), select) for run in page.items])


@router.post("/stream", response_class=Response, responses={200: STREAM, **STARTS})
async def stream_new_run(thread_id: str, body: ThreadRunBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Start a run and stream it."""
    run = await _start(thread_id, body, run_request(body, thread_id=thread_id), context, owner_id)
    return Watched(context.service.threads, run, owner_id).stream(is_starter=True)


@router.post("/wait", response_class=Response, responses={200: RESULT, **STARTS})
async def await_new_run(thread_id: str, body: ThreadRunBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Start a run and wait for the state it leaves."""
    run = await _start(thread_id, body, run_request(body, thread_id=thread_id), context, owner_id)
    return Watched(context.service.threads, run, owner_id).result(is_starter=True)


@router.get("/{run_id}", response_model=answers.RunDocument, responses=_LOOKS)
async def get_thread_run(thread_id: str, run_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show a run."""
    return PlainAnswer(run_document(await context.service.threads.run(thread_id, run_id, owner_id=owner_id)))


@router.delete("/{run_id}", status_code=204, responses=problems(404, 409, 503))
async def delete_thread_run(thread_id: str, run_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Delete a run that has ended, with its events."""
    await context.service.threads.delete_run(thread_id, run_id, owner_id=owner_id)
    return Response(status_code=204)


@router.get(
    "/{run_id}/stream",
    response_class=Response,
    responses={
        200: STREAM,
        204: {"description": "The run has ended and the reader has everything; an EventSource stops reconnecting."},
        **problems(400, 404, 410, 503),
    },
)
async def stream_run(
    thread_id: str,
    run_id: str,
    after: LastEventId,
    modes: StreamModes,
    context: ContextDep,
    owner_id: OwnerDep,
    cancels: CancelsOnDisconnect = False,
) -> Response:
    """Join a run's stream, from the start or after `Last-Event-ID`; whoever comes late gets the same events."""
    run = await context.service.threads.run(thread_id, run_id, owner_id=owner_id)
    return Watched(context.service.threads, run, owner_id).stream(after=after, modes=modes, cancels=cancels)


@router.get("/{run_id}/join", response_class=Response, responses={200: RESULT, **problems(400, 404, 410, 503)})
async def join_run(
    thread_id: str, run_id: str, context: ContextDep, owner_id: OwnerDep, cancels: CancelsOnDisconnect = False
) -> Response:
    """Wait for the state a run leaves."""
    run = await context.service.threads.run(thread_id, run_id, owner_id=owner_id)
    return Watched(context.service.threads, run, owner_id).result(cancels=cancels)


@router.post(
    "/{run_id}/cancel",
    response_class=Response,
    status_code=202,
    responses={
        202: {"description": "It will be cancelled, whatever happens here."},
        204: {"description": "It has been cancelled, as `wait` asked."},
        **problems(400, 404, 409, 503),
    },
)
async def cancel_thread_run(
    thread_id: str,
    run_id: str,
    context: ContextDep,
    owner_id: OwnerDep,
    wait: Annotated[bool, Query(description="Whether to answer only once it has ended.")] = False,
    action: Annotated[Literal["interrupt"], Query(description="Its states are kept.")] = "interrupt",
) -> Response:
    """Cancel a run for good; one that has ended answers 409."""
    await context.service.threads.cancel(thread_id, run_id, owner_id=owner_id, wait=wait)
    return Response(status_code=204 if wait else 202)


def started(run: ThreadRun, context: Context, owner_id: str) -> Response:
    """Answer that a run has been accepted."""
    headers = Watched(context.service.threads, run, owner_id).headers("stream")
    return PlainAnswer(run_document(run), headers=headers)


async def _start(
    thread_id: str, body: ThreadRunBody, request: RunRequest, context: Context, owner_id: str
) -> ThreadRun:
    return await context.service.threads.start(
        thread_id, request, owner_id=owner_id, if_not_exists=body.if_not_exists or "reject"
    )
