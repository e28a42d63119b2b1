"""Runs on a thread of their own, which goes when they end unless it is to be kept."""

from fastapi import APIRouter
from starlette.responses import Response

from agent.threads.records import ThreadRun
from api.langgraph import answers
from api.langgraph.bodies import StatelessRunBody
from api.langgraph.requests import IN_BACKGROUND, run_request
from api.langgraph.runs import RESULT, STARTS, STREAM, WHERE, started
from api.langgraph.streams import Watched
from api.openapi import LANGGRAPH
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=[LANGGRAPH], prefix="/runs")


@router.post("", response_model=answers.RunDocument, responses={200: {"headers": WHERE}, **STARTS})
async def create_stateless_run(body: StatelessRunBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Start a run in the background, on a thread of its own."""
    request = run_request(body, unless_said=IN_BACKGROUND)
    run = await context.service.threads.start(None, request, owner_id=owner_id)
    return started(run, context, owner_id)


@router.post("/stream", response_class=Response, responses={200: STREAM, **STARTS})
async def stream_stateless_run(body: StatelessRunBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Start a run on a thread of its own and stream it."""
    return (await _watched(body, context, owner_id)).stream(is_starter=True)


@router.post("/wait", response_class=Response, responses={200: RESULT, **STARTS})
async def await_stateless_run(body: StatelessRunBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Start a run on a thread of its own and wait for the state it leaves."""
    return (await _watched(body, context, owner_id)).result(is_starter=True)


async def _watched(body: StatelessRunBody, context: ContextDep, owner_id: str) -> Watched:
    run: ThreadRun = await context.service.threads.start(None, run_request(body), owner_id=owner_id)
    return Watched(context.service.threads, run, owner_id)
