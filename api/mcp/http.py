"""``/mcp``: the server over streamable HTTP, one request at a time; nothing is kept between two of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.service import Service
from api.mcp.callers import Callers
from api.mcp.server import mcp_server, tool_sources
from api.settings import Environment
from api.state import DEFAULT_OWNER

PATH: Final = "/mcp"
STATE: Final = "mcp"
"""Under which name of the lifespan's state the open endpoint lies."""


@asynccontextmanager
async def open_mcp(
    service: Service, environment: Environment, clock: Callable[[], int], *, version: str
) -> AsyncIterator[ASGIApp]:
    """Open the endpoint for as long as the service is open.

    Args:
        service: open; what the tools read from.
        environment: says under which names the service may be called, and how large a body may be.
        clock: UTC epoch seconds.
        version: of this code.
    """
    server = mcp_server(tool_sources(service, clock), owner_id=DEFAULT_OWNER, version=version)
    # Who calls is checked here, with problem documents for answers; the SDK's own check answers in plain text.
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=environment.max_body_bytes
    )
    callers = Callers.of(environment)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        callers.check(Headers(scope=scope))
        await manager.asgi_app(scope, receive, send)

    async with manager.run():
        yield answer


def mcp_route() -> Route:
    """Return the route. There is nothing to GET: a server that keeps no session has nothing to say unasked."""
    return Route(PATH, endpoint=_Endpoint(), methods=["POST"], include_in_schema=False)


class _Endpoint:
    """Pass a request on to the endpoint that the lifespan opened."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"][STATE](scope, receive, send)
