"""The composition root of the web service: reads the environment and the clock, opens the parts, wires the routes."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from sse_starlette.sse import AppStatus
from starlette.middleware import Middleware

from agent.service import open_service
from agent.settings import Settings
from api.analysis_input import analysis_reader
from api.body_limit import BodyLimit
from api.door import REQUEST_ID, Door
from api.langgraph.router import router as langgraph_router
from api.mcp.http import mcp_route, open_mcp
from api.openapi import DESCRIPTION, TAGS, describe, operation_id
from api.routes import (
    account,
    analysis,
    audit,
    calendar,
    charts,
    coach,
    config,
    dashboard,
    explain,
    feedback,
    health,
    rules,
    runs,
    session,
    welcome,
)
from api.settings import Environment
from api.state import Context, LifespanState
from api.validation import install_problem_handlers

PREFIX: Final = "/api/v1"
_MCP_SESSION: Final = "Mcp-Session-Id"
_OF_MCP: Final = (_MCP_SESSION, "Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name")
"""What MCP's own clients send beside every message, in a browser too."""
_FEATURES: Final = (
    analysis, charts, runs, feedback, explain, coach, rules, audit, session, calendar, config, account, dashboard,
)  # fmt: skip


def create_app(environment: Environment | None = None, *, clock: Callable[[], int] | None = None) -> FastAPI:
    """Build the web service.

    Args:
        environment: the settings; None reads them from the process's environment.
        clock: UTC epoch seconds; None is the wall clock.

    Raises:
        pydantic.ValidationError: the environment holds a setting that cannot be.
    """
    chosen = environment or Environment()
    app = FastAPI(
        title="ICT agent",
        summary="Candles in, an ICT decision out, and the proof of why.",
        description=DESCRIPTION,
        version=_version(),
        openapi_tags=TAGS,
        lifespan=_lifespan(chosen, clock or _wall_clock),
        middleware=_middleware(chosen),
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
    )
    for feature in _FEATURES:
        app.include_router(feature.router, prefix=PREFIX)
    app.include_router(health.router, prefix=PREFIX)
    app.include_router(health.router)
    app.include_router(welcome.router)
    app.include_router(langgraph_router)
    app.router.routes.append(mcp_route())
    install_problem_handlers(app)
    describe(app)
    return app


def _middleware(environment: Environment) -> list[Middleware]:
    """Return the middleware, outermost first: a refused or failed request still carries CORS headers and an id."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=environment.cors_origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Content-Type", "Last-Event-ID", "Prefer", "X-Api-Key", REQUEST_ID, *_OF_MCP],
        expose_headers=[
            "Content-Location",
            "Location",
            _MCP_SESSION,
            "Retry-After",
            "X-Pagination-Next",
            "X-Pagination-Total",
            REQUEST_ID,
        ],
    )
    return [cors, Middleware(Door), Middleware(BodyLimit, limit=environment.max_body_bytes)]


def _lifespan(
    environment: Environment, clock: Callable[[], int]
) -> Callable[[FastAPI], AbstractAsyncContextManager[LifespanState]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[LifespanState]:
        # sse-starlette remembers a shutdown for the whole process; this is another service's beginning.
        AppStatus.should_exit = False
        async with (
            open_service(_settings(environment, clock)) as service,
            open_mcp(service, environment, clock, version=_version()) as mcp,
        ):
            yield LifespanState(context=Context(service, clock, _version()), mcp=mcp)

    return lifespan


def _settings(environment: Environment, clock: Callable[[], int]) -> Settings:
    return replace(environment.for_service(clock, _version()), read_analysis=analysis_reader(clock))


def _version() -> str:
    return version("ict-agent")


def _wall_clock() -> int:
    return int(time.time())
