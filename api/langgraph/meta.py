"""Whether the service answers, and what it is."""

from importlib.metadata import version

from fastapi import APIRouter
from starlette.responses import Response

from api.json_answer import JsonAnswer
from api.langgraph import answers
from api.openapi import LANGGRAPH
from api.state import ContextDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=[LANGGRAPH])


@router.get("/ok", response_model=answers.Ok)
async def is_ok() -> Response:
    """Say that the service answers; `/health` says how each of its parts is."""
    return JsonAnswer({"ok": True})


@router.get("/info", response_model=answers.Info)
async def get_info(context: ContextDep) -> Response:
    """Say what serves, and which of the platform's further features there are."""
    flags = {"assistants": True, "crons": False, "langsmith": False}
    return JsonAnswer({"version": context.version, "langgraph_py_version": version("langgraph"), "flags": flags})
