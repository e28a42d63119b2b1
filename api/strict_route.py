"""The route class of every endpoint: bodies are JSON, declared as JSON, and read strictly."""

from asyncio import to_thread
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.problems import Problem, ProblemError
from api.strict_json import read_json

_LARGE: Final = 2**19
"""Bytes from which on reading a body in the event loop would keep every other request waiting."""


class StrictRequest(Request):
    """A request whose `json` refuses what `api.strict_json.read_json` refuses."""

    async def json(self) -> Any:
        """Read the body.

        Raises:
            ProblemError: 400 or 422, see `read_json`.
        """
        raw = await self.body()
        return read_json(raw) if len(raw) < _LARGE else await to_thread(read_json, raw)


class StrictRoute(APIRoute):
    """A route that answers 415 to a body not declared as JSON and reads the rest with `StrictRequest`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the ordinary handler."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None

        async def strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if takes_body and await strict.body():
                _check_content_type(request.headers.get("content-type"))
            return await handle(strict)

        return strictly


def _check_content_type(declared: str | None) -> None:
    header = Message()
    header["content-type"] = declared or ""
    subtype = header.get_content_subtype()
    if header.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json")):
        return
    detail = f"write Content-Type: application/json; got {declared!r}"
    raise ProblemError(Problem("not-json", "The body is not declared as JSON", 415, detail))
