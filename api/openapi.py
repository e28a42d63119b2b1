"""The OpenAPI document: names, tags, and exactly the answers each operation gives."""

from typing import Any, Final, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.door import REQUEST_ID
from api.examples import REQUESTS, recorded_answer
from api.langgraph.answers import ThreadRunEvent
from api.schemas.coach import CoachEvent
from api.schemas.problems import ProblemDetails
from api.schemas.runs import RunEvent

DESCRIPTION: Final = """\
A trader, a dashboard or another agent hands in candles; the service walks
**bias → liquidity → structure → entry → risk**, judges what it finds by a rulebook, and answers whether there is an
ICT trade, and exactly why or why not.

* Times are ISO-8601, UTC. Lists are `{total, count, items}` with `limit` and `offset`.
* A body is JSON as it stands: a `Content-Encoding` other than `identity`, such as `gzip`, is refused with 415.
* Every error is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document that names the field and, for
  candles, the first offending bar's index. Nothing is recorded for a request that was refused.
* A run belongs to the database and not to the connection: closing a stream ends nothing; `Last-Event-ID` resumes it.
"""
LANGGRAPH: Final = "langgraph"
TAGS: Final[list[dict[str, Any]]] = [
    {"name": "analysis", "description": "Candles in, a decision out."},
    {"name": "charts", "description": "Every ICT fact of a chart, as rows and as a picture."},
    {"name": "runs", "description": "Start, watch, look at and cancel runs."},
    {"name": "explanation", "description": "Why, and what would have to change."},
    {"name": "rules", "description": "The rulebook that judges."},
    {"name": "audit", "description": "Recorded decisions and their proof."},
    {"name": "session", "description": "What the New York clock says."},
    {"name": "calendar", "description": "Scheduled economic events, and what the news rule makes of them."},
    {"name": "settings", "description": "Profile, risk, account, mode and kill switch, each change kept."},
    {"name": "account", "description": "What was traded, and how the trader stands by it."},
    {"name": "coach", "description": "Ask in words; every number of an answer is traced to what the tools said."},
    {"name": "dashboard", "description": "A chart's reading in an existing dashboard's shape."},
    {
        "name": LANGGRAPH,
        "description": "The wire of LangGraph's own clients, for the same assistants. Fields that "
        "nobody here knows are tolerated; options that would do nothing are refused.",
    },
    {"name": "health", "description": "What each part really answered."},
]
_GENERATED_FAULTS: Final = ("HTTPValidationError", "ValidationError")
_REFERRED_TO: Final = (CoachEvent, ProblemDetails, RunEvent, ThreadRunEvent)
_AT_ROOT: Final = "_at_root"
_ACCEPT_ENCODING: Final = "Accept-Encoding"
_FIRST_PREFIX: Final = "/api/"


def operation_id(route: APIRoute) -> str:
    """Name an operation by its endpoint; the copies at the root get a name of their own."""
    has_no_other = route.path.startswith(_FIRST_PREFIX) or route.path == "/" or LANGGRAPH in route.tags
    return route.name if has_no_other else f"{route.name}{_AT_ROOT}"


def describe(app: FastAPI) -> None:
    """Make `app` serve the complete document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the way FastAPI documents for extending its schema


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=app.description, tags=app.openapi_tags,
        routes=app.routes,
    )  # fmt: skip
    components = document["components"]
    for name in _GENERATED_FAULTS:
        components["schemas"].pop(name, None)
    for model in _REFERRED_TO:
        schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        components["schemas"].update(schema.pop("$defs", {}))
        components["schemas"][model.__name__] = schema
    components["headers"] = {
        "RequestId": {"description": "Echoed, or made for this request.", "schema": {"type": "string"}},
        _ACCEPT_ENCODING: {
            "description": "`identity`, where the body came with another `Content-Encoding`: none is decoded here.",
            "schema": {"type": "string"},
        },
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return document


def _complete(operation: dict[str, Any]) -> None:
    responses = cast(dict[str, Any], operation["responses"])
    content = responses.get("422", {}).get("content", {})
    if "HTTPValidationError" in str(content.get("application/json", {})):
        del responses["422"]  # FastAPI's own shape, which this service never answers with
    name = operation["operationId"].removesuffix(_AT_ROOT)
    _add_example(operation.get("requestBody", {}), REQUESTS.get(name))
    for status, response in responses.items():
        if status.startswith("2"):
            _add_example(response, recorded_answer(name))
        if status == "415":
            response["headers"] = {_ACCEPT_ENCODING: {"$ref": f"#/components/headers/{_ACCEPT_ENCODING}"}}
        response.setdefault("headers", {})[REQUEST_ID] = {"$ref": "#/components/headers/RequestId"}


def _add_example(holder: dict[str, Any], example: Any | None) -> None:
    described = holder.get("content", {}).get("application/json")
    if described is not None and example is not None:
        described["example"] = example
