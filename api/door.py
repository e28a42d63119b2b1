"""The request handler's outermost door: every request gets an id, and whatever escapes becomes a problem."""

import logging
import re
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, problem_response

REQUEST_ID: Final = "X-Request-Id"
_ACCEPTED_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = logging.getLogger(__name__)


class Door:
    """Pure ASGI middleware: echo or make ``X-Request-Id``; answer 500 without internals for an unexpected error."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _ACCEPTED_ID.fullmatch(given) else uuid4().hex
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:  # noqa: BLE001  one of the two outermost doors
            _log.exception("request %s %s %s failed", request_id, scope["method"], scope["path"])
            if not started:
                await problem_response(_unexpected(request_id), scope)(scope, receive, send_with_id)


def _unexpected(request_id: str) -> Problem:
    detail = f"this is a fault of the service; its log tells more under request id {request_id}"
    return Problem("internal-error", "Something went wrong here", 500, detail)
