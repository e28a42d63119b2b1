"""Talk to the coach, go back to what was said, and see what the record says."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from agent.coach.insight_reader import InsightReader
from agent.store.thread_runs import require_events
from agent.threads.records import ThreadRun
from api.accept import wanted_form
from api.coach_documents import coach_run, conversation, conversation_detail, insight
from api.coach_projection import problem_told
from api.coach_stream import Told, stream_answer, whole_answer
from api.conversations import RECORDED, ask, coach_id, conversation_of
from api.json_answer import JsonAnswer
from api.problems import Problem, ProblemError
from api.requests import canonical_symbol
from api.schemas import coach as wire
from api.schemas.problems import problems
from api.sse import HEADERS, MEDIA_TYPE, read_last_event_id
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["coach"], prefix="/coach")
LastEventId = Annotated[int, Depends(read_last_event_id)]
Accept = Annotated[
    str | None,
    Header(description="`text/event-stream` (the usual one) streams the answer; `application/json` waits for it."),
]

_MOST_DATED: Final = 500
_JSON: Final = "application/json"
_FORMS: Final = (MEDIA_TYPE, _JSON)
_EVENTS: Final = """\
id: 1
event: thread
data: {"seq":1,"thread_id":"0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10","run_id":"5e0f4f0a-8b60-4d5c-a3a7-0c6f5f1f2b9d",\
"title":"Why no trade?"}

id: 2
event: tool.called
data: {"seq":2,"id":"call_1","name":"why_not","arguments":{}}

"""
_STREAM: Final[dict[str, Any]] = {
    "schema": {"$ref": "#/components/schemas/CoachEvent"},
    "examples": {"stream": {"summary": "How the stream begins, byte for byte", "value": _EVENTS}},
}
_ENDS: Final = (
    "The last event is `message.completed` or `error`, and then the stream closes. A `claim.flagged` with "
    "`will_repair` withdraws what was streamed under its `message_id`: another message follows. Comments ping every "
    "15 s and carry no id."
)
_LOCATION: Final = {"description": "Where the answer's events are, for a cut stream.", "schema": {"type": "string"}}


@router.post(
    "/chat",
    response_model=wire.CoachAnswer,
    responses={
        200: {
            "description": f"The answer: its events as they happen, or the whole as JSON. {_ENDS}",
            "content": {MEDIA_TYPE: _STREAM},
            "headers": {"Content-Location": _LOCATION},
        },
        **problems(400, 404, 406, 409, 413, 415, 422, 500, 502, 503),
    },
)
async def chat(
    body: wire.ChatBody, context: ContextDep, owner_id: OwnerDep, request: Request, accept: Accept = None
) -> Response:
    """Ask the coach, and stream the answer or wait for it; the answer is made to its end whoever stays to read it."""
    form = wanted_form(accept, _FORMS)
    started = await ask(
        context.service,
        body.message,
        owner_id=owner_id,
        thread_id=body.thread_id,
        run_id=body.run_id,
        symbol=body.symbol,
    )
    threads = context.service.threads
    told = _told(started, started.title, owner_id, request)
    if form == MEDIA_TYPE:
        return stream_answer(threads, told, headers={"Content-Location": told.path})
    last = await whole_answer(threads, told)
    document = {name: value for name, value in last.data.items() if name != "seq"}
    if last.event == "error":
        raise ProblemError(problem_told(document))
    return JsonAnswer(document)


@router.get("/threads", response_model=wire.ConversationList, responses=problems(400, 503))
async def list_conversations(
    query: Annotated[wire.PageQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """List conversations with the coach, the last used first."""
    page = await context.service.threads.search(
        owner_id=owner_id,
        assistant_id=coach_id(context.service),
        limit=query.limit,
        offset=query.offset,
        with_values=False,
    )
    items = [conversation(one) for one in page.items]
    return JsonAnswer({"total": page.total, "count": len(items), "items": items})


@router.get("/threads/{thread_id}", response_model=wire.ConversationDetail, responses=problems(404, 503))
async def get_conversation(thread_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show a conversation: what was said, what each answer rests on, and which tools were used for it."""
    thread = await conversation_of(context.service, thread_id, owner_id=owner_id)
    if thread.assistant_id is None:  # nothing was asked yet
        return JsonAnswer(conversation_detail(thread, {}, ()))
    state = await context.service.threads.state(thread_id, owner_id=owner_id)
    runs = await context.service.threads.runs(thread_id, owner_id=owner_id, limit=_MOST_DATED, with_input=True)
    return JsonAnswer(conversation_detail(thread, state.values, runs.items))


@router.patch(
    "/threads/{thread_id}", response_model=wire.Conversation, responses=problems(400, 404, 413, 415, 422, 503)
)
async def rename_conversation(
    thread_id: str, body: wire.RenameBody, context: ContextDep, owner_id: OwnerDep
) -> Response:
    """Give a conversation another title."""
    await conversation_of(context.service, thread_id, owner_id=owner_id)
    return JsonAnswer(
        conversation(await context.service.threads.update(thread_id, owner_id=owner_id, title=body.title))
    )


@router.delete("/threads/{thread_id}", status_code=204, responses=problems(404, 503))
async def delete_conversation(thread_id: str, context: ContextDep, owner_id: OwnerDep) -> None:
    """Delete a conversation for good; an answer that is being made is cancelled first."""
    await conversation_of(context.service, thread_id, owner_id=owner_id)
    await context.service.threads.delete(thread_id, owner_id=owner_id)


@router.get(
    "/threads/{thread_id}/runs/{run_id}/events",
    response_class=Response,
    responses={
        200: {"description": f"The answer's events, oldest first. {_ENDS}", "content": {MEDIA_TYPE: _STREAM}},
        204: {"description": "The answer is complete and the reader has it; an EventSource stops reconnecting."},
        **problems(400, 404, 409, 410, 503),
    },
)
async def stream_answer_events(
    thread_id: str, run_id: str, after: LastEventId, context: ContextDep, owner_id: OwnerDep, request: Request
) -> Response:
    """Watch an answer, from the start or after `Last-Event-ID`; whoever comes late gets the same events."""
    thread = await conversation_of(context.service, thread_id, owner_id=owner_id)
    run = await context.service.threads.run(thread_id, run_id, owner_id=owner_id)
    if not set(RECORDED) <= set(run.request.stream_modes):
        detail = f"the run was started to record {', '.join(run.request.stream_modes)}; its thread tells the answer"
        raise ProblemError(Problem("not-recorded", "The answer's events were not recorded", 409, detail))
    if run.has_ended and after >= run.last_seq:
        return Response(status_code=204, headers=HEADERS, media_type=MEDIA_TYPE)
    require_events(run)
    return stream_answer(context.service.threads, _told(run, thread.title, owner_id, request), after=after)


@router.post(
    "/threads/{thread_id}/runs/{run_id}/cancel", response_model=wire.CoachRun, responses=problems(404, 409, 503)
)
async def cancel_answer(thread_id: str, run_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Cancel an answer for good; its stream ends with the error `run-cancelled`, and the conversation goes on."""
    await conversation_of(context.service, thread_id, owner_id=owner_id)
    return JsonAnswer(coach_run(await context.service.threads.cancel(thread_id, run_id, owner_id=owner_id)))


@router.get("/insights", response_model=wire.InsightList, responses=problems(400, 422, 503))
async def list_insights(
    query: Annotated[wire.InsightsQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """Say what the owner's recorded decisions show when they are counted; no model speaks here."""
    reader = InsightReader(context.service.database, context.service.desk, context.clock)
    symbol = None if query.symbol is None else canonical_symbol(query.symbol)
    items = [insight(one) for one in await reader.read(owner_id=owner_id, days=query.days, symbol=symbol)]
    return JsonAnswer({"total": len(items), "count": len(items), "items": items})


def _told(run: ThreadRun, title: str | None, owner_id: str, request: Request) -> Told:
    path = request.url_for("stream_answer_events", thread_id=run.thread_id, run_id=run.run_id).path
    return Told(run, title, owner_id, path)
