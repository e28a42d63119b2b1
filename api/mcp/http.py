"""``/mcp``: the server over streamable HTTP, one request at a time; nothing is kept between two of them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.service import Service
from api.mcp.server import mcp_server, tool_sources
from api.settings import Environment
from api.state import DEFAULT_OWNER

PATH: Final = "/mcp"
STATE: Final = "mcp"
"""Under which name of the lifespan's state the open endpoint lies."""
_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")
_EVERYWHERE: Final = ("0.0.0.0", "::", "")
_ANY_ORIGIN: Final = "*"


@asynccontextmanager
async def open_mcp(
    service: Service, environment: Environment, clock: Callable[[], int], *, version: str
) -> AsyncIterator[ASGIApp]:
    """Open the endpoint for as long as the service is open.

    Args:
        service: open; what the tools read from.
        environment: says under which names the service may be called.
        clock: UTC epoch seconds.
        version: of this code.
    """
    server = mcp_server(tool_sources(service, clock), owner_id=DEFAULT_OWNER, version=version)
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, security_settings=security(environment)
    )
    async with manager.run():
        yield manager.asgi_app


def security(environment: Environment) -> TransportSecuritySettings:
    """Return who may call: a page of another site that was led here by its DNS name may not.

    The names are those of this machine, the one listened on, and ``ICT_MCP_HOSTS``. Pages may be those of the allowed
    CORS origins, and of this machine.
    """
    names = [*_LOCAL, *environment.mcp_hosts]
    if environment.host not in _EVERYWHERE:
        names.append(environment.host)
    origins = [one for one in environment.cors_origins if one != _ANY_ORIGIN]
    return TransportSecuritySettings(
        allowed_hosts=_with_ports(names),
        allowed_origins=[*origins, *_with_ports([f"http://{name}" for name in _LOCAL])],
    )


def mcp_route() -> Route:
    """Return the route. There is nothing to GET: a server that keeps no session has nothing to say unasked."""
    return Route(PATH, endpoint=_Endpoint(), methods=["POST"], include_in_schema=False)


class _Endpoint:
    """Pass a request on to the endpoint that the lifespan opened."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"][STATE](scope, receive, send)


def _with_ports(names: Sequence[str]) -> list[str]:
    return [spelt for name in dict.fromkeys(names) for spelt in (name, f"{name}:*")]
