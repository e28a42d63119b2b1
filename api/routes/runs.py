"""Start, watch, look at and cancel runs."""

from asyncio import to_thread
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.json_answer import JsonAnswer
from api.requests import analysis_request, canonical_symbol
from api.run_documents import run_detail, run_summary
from api.schemas.analysis import AnalyzeBody
from api.schemas.problems import problems
from api.schemas.runs import RunAccepted, RunDetail, RunList, RunsQuery
from api.sse import event_stream, read_last_event_id, stream_response
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["runs"])
LastEventId = Annotated[int, Depends(read_last_event_id)]

_EVENTS: Final = """\
id: 1
event: run.started
data: {"seq":1,"run_id":"9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43","symbol":"EURUSD"}

id: 2
event: node.started
data: {"seq":2,"node":"bias"}

"""
_STREAM: Final[dict[str, Any]] = {
    "description": "The run's events, oldest first; the last is `run.finished`, `run.failed` or `run.cancelled`, and "
    "then the stream closes. Comments ping every 15 s and carry no id.",
    "content": {
        "text/event-stream": {
            "schema": {"$ref": "#/components/schemas/RunEvent"},
            "examples": {"stream": {"summary": "How the stream begins, byte for byte", "value": _EVENTS}},
        }
    },
}
_LOCATION: Final = {"description": "Where the run is.", "schema": {"type": "string"}}


@router.post(
    "/runs",
    status_code=202,
    responses={202: {"headers": {"Location": _LOCATION}}, **problems(400, 413, 415, 422, 503)},
)
async def start_run(
    body: AnalyzeBody, context: ContextDep, owner_id: OwnerDep, request: Request, response: Response
) -> RunAccepted:
    """Start an analysis and answer at once; once this answers, the run will end, whatever happens here."""
    accepted = await to_thread(analysis_request, body, now=context.clock())
    run_id = await context.service.runs.start(accepted, owner_id=owner_id)
    response.headers["Location"] = _path_of(request, run_id)
    return RunAccepted(run_id=run_id)


@router.get("/runs", response_model=RunList, responses=problems(400, 503))
async def list_runs(query: Annotated[RunsQuery, Query()], context: ContextDep, owner_id: OwnerDep) -> Response:
    """List runs, newest first."""
    page = await context.service.runs.list(owner_id=owner_id, **_filters(query))
    items = [run_summary(run) for run in page.items]
    return JsonAnswer({"total": page.total, "count": len(items), "items": items})


@router.post(
    "/runs/stream",
    response_class=Response,
    responses={
        200: {**_STREAM, "headers": {"Content-Location": _LOCATION}},
        **problems(400, 413, 415, 422, 503),
    },
)
async def start_and_stream_run(
    body: AnalyzeBody, context: ContextDep, owner_id: OwnerDep, request: Request
) -> Response:
    """Start an analysis and watch it in one call; a cut connection is resumed at `Content-Location` + `/events`."""
    accepted = await to_thread(analysis_request, body, now=context.clock())
    run_id = await context.service.runs.start(accepted, owner_id=owner_id)
    headers = {"Content-Location": _path_of(request, run_id)}
    return stream_response(context.service.runs, run_id, owner_id=owner_id, headers=headers)


@router.get("/runs/{run_id}", response_model=RunDetail, responses=problems(404, 503))
async def get_run(run_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show one run, with its decision once it has one."""
    return JsonAnswer(run_detail(await context.service.runs.get(run_id, owner_id=owner_id)))


@router.get(
    "/runs/{run_id}/events",
    response_class=Response,
    responses={
        200: _STREAM,
        204: {"description": "The run has ended and the reader has everything; an EventSource stops reconnecting."},
        **problems(400, 404, 503),
    },
)
async def stream_run_events(run_id: str, after: LastEventId, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Watch a run, from the start or after `Last-Event-ID`; whoever comes late gets the same events."""
    return await event_stream(context.service.runs, run_id, owner_id=owner_id, after=after)


@router.post("/runs/{run_id}/cancel", response_model=RunDetail, responses=problems(404, 409, 503))
async def cancel_run(run_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Cancel a run for good; asking again changes nothing, and a run that has ended answers 409."""
    return JsonAnswer(run_detail(await context.service.runs.cancel(run_id, owner_id=owner_id)))


def _filters(query: RunsQuery) -> dict[str, Any]:
    return {**query.model_dump(), "symbol": query.symbol and canonical_symbol(query.symbol)}


def _path_of(request: Request, run_id: str) -> str:
    return request.url_for("get_run", run_id=run_id).path
