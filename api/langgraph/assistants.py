"""The assistants, their schemas and their graphs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from agent.threads.assistants import Assistant
from api.json_answer import JsonAnswer
from api.langgraph import answers
from api.langgraph.bodies import AssistantFilter, AssistantSearch
from api.langgraph.documents import assistant_document, graph_schemas, selected
from api.langgraph.pages import page_headers
from api.openapi import LANGGRAPH
from api.schemas.problems import problems
from api.state import Context, ContextDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=[LANGGRAPH], prefix="/assistants")
_ONE = problems(404)


@router.post("/search", response_model=list[answers.AssistantDocument], responses=problems(400, 413, 415, 422))
async def search_assistants(context: ContextDep, body: AssistantSearch | None = None) -> Response:
    """List assistants."""
    asked = body or AssistantSearch()
    found = _found(context, asked)
    found.sort(key=lambda one: str(one[asked.sort_by or "graph_id"]), reverse=asked.sort_order == "desc")
    offset, limit = asked.offset or 0, asked.limit or 10
    rows = [selected(one, asked.select) for one in found[offset : offset + limit]]
    return JsonAnswer(rows, headers=page_headers(len(found), offset, len(rows)))


@router.post("/count", response_model=int, responses=problems(400, 413, 415, 422))
async def count_assistants(context: ContextDep, body: AssistantFilter | None = None) -> Response:
    """Count assistants."""
    return JsonAnswer(len(_found(context, body or AssistantFilter())))


@router.get("/{assistant_id}", response_model=answers.AssistantDocument, responses=_ONE)
async def get_assistant(assistant_id: str, context: ContextDep) -> Response:
    """Show an assistant, by its id or its graph's name."""
    return JsonAnswer(assistant_document(_named(context, assistant_id)))


@router.get("/{assistant_id}/schemas", response_model=answers.GraphSchemas, responses=_ONE)
async def get_assistant_schemas(assistant_id: str, context: ContextDep) -> Response:
    """Show what an assistant's graph takes, keeps and gives, as JSON schemas."""
    assistant = _named(context, assistant_id)
    return JsonAnswer(graph_schemas(assistant.graph_id, assistant.compile(None)))


@router.get("/{assistant_id}/graph", response_model=answers.GraphDrawing, responses=problems(400, 404))
async def get_assistant_graph(
    assistant_id: str,
    context: ContextDep,
    xray: Annotated[bool | int, Query(description="Whether, and how deep, subgraphs are drawn too.")] = False,
) -> Response:
    """Show an assistant's graph, to be drawn."""
    drawing: dict[str, Any] = _named(context, assistant_id).compile(None).get_graph(xray=xray).to_json()
    for node in drawing["nodes"]:
        if isinstance(node.get("data"), dict):
            node["data"].pop("id", None)  # the class behind it
    return JsonAnswer(drawing)


@router.get("/{assistant_id}/subgraphs", response_model=dict[str, answers.GraphSchemas], responses=problems(400, 404))
async def list_assistant_subgraphs(
    assistant_id: str,
    context: ContextDep,
    recurse: Annotated[bool, Query(description="Whether those within subgraphs are listed too.")] = False,
) -> Response:
    """Show the schemas of a graph's subgraphs, by their place in it."""
    assistant = _named(context, assistant_id)
    found = assistant.compile(None).get_subgraphs(recurse=recurse)
    return JsonAnswer({place: graph_schemas(assistant.graph_id, graph) for place, graph in found})  # type: ignore[arg-type]


def _named(context: Context, assistant_id: str) -> Assistant:
    return context.service.assistants.get(assistant_id)


def _found(context: Context, asked: AssistantFilter) -> list[dict[str, Any]]:
    documents = [assistant_document(one) for one in context.service.assistants.all]
    name = (asked.name or "").casefold()
    wanted = (asked.metadata or {}).items()
    return [
        one
        for one in documents
        if asked.graph_id in {None, one["graph_id"]}
        and name in one["name"].casefold()
        and all(one["metadata"].get(key) == value for key, value in wanted)
    ]
