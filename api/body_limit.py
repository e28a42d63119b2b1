"""Refuse bodies that are too large: at once where the length is declared, else at the chunk that crosses the line."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, ProblemError, problem_response


class BodyLimit:
    """Pure ASGI middleware: no more than `limit` bytes of a request's body ever reach the application."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        """Wrap `app`; `limit` is in bytes."""
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413, or pass the request on with its chunks counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif self._declared(scope) > self.limit:
            await problem_response(self._too_large(), scope)(scope, receive, send)
        else:
            counted = _CountedRequest(self.limit, receive, send, self._too_large())
            await self.app(scope, counted.receive, counted.send)

    def _declared(self, scope: Scope) -> int:
        length = Headers(scope=scope).get("content-length", "")
        return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0

    def _too_large(self) -> Problem:
        megabytes = self.limit / 2**20
        return Problem(
            "body-too-large",
            "The body is too large",
            413,
            f"a body may have {megabytes:g} MiB; send fewer bars",
        )


class _CountedRequest:
    def __init__(self, limit: int, receive: Receive, send: Send, problem: Problem) -> None:
        self._left = limit
        self._receive = receive
        self._send = send
        self._problem = problem
        self._started = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                if self._started:  # nobody waits for this body any more: the answer is on its way
                    return {"type": "http.disconnect"}
                raise ProblemError(self._problem)
        return message

    async def send(self, message: Message) -> None:
        self._started = True
        await self._send(message)
