"""The route class of every endpoint: bodies are JSON, declared as JSON, not compressed, and read strictly."""

from asyncio import to_thread
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.problems import Problem, ProblemError
from api.strict_json import read_json

_AS_IT_IS: Final = frozenset(("", "identity"))
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
    """A route that answers 415 to a body encoded or not declared as JSON; `StrictRequest` reads the rest."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the ordinary handler."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None

        async def strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if takes_body and await strict.body():
                _check_content_encoding(request.headers.getlist("content-encoding"))
                _check_content_type(request.headers.get("content-type"))
            return await handle(strict)

        return strictly


def _check_content_encoding(declared: list[str]) -> None:
    encodings = [encoding.strip() for line in declared for encoding in line.split(",")]
    if all(encoding.lower() in _AS_IT_IS for encoding in encodings):
        return
    detail = f"send the body as it is, without Content-Encoding; got {', '.join(encodings)!r}"
    problem = Problem("encoded-body", "The body is compressed or otherwise encoded", 415, detail)
    raise ProblemError(problem, {"Accept-Encoding": "identity"})  # RFC 9110, section 12.5.3: tells what was wanted


def _check_content_type(declared: str | None) -> None:
    header = Message()
    header["content-type"] = declared or ""
    subtype = header.get_content_subtype()
    if header.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json")):
        return
    detail = f"write Content-Type: application/json; got {declared!r}"
    raise ProblemError(Problem("not-json", "The body is not declared as JSON", 415, detail))
