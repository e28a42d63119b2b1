"""The server of the label page: this machine only, one visitor, and no other page may post to it."""

import asyncio
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from evals.labelling.desk import Desk
from evals.labelling.page import label_page
from tools.errors import InvalidParameter
from tools.timeframes import Timeframe

HOST: Final = "127.0.0.1"
_MOST_BYTES: Final = 4_000_000
_JSON: Final = "application/json"


@dataclass(slots=True)
class Door:
    """Who may come in: whoever opens the address with the token first, and from then on the browser that did.

    Attributes:
        port: the server's.
        token: of the address, good for one visit.
    """

    port: int
    token: str | None = field(default_factory=lambda: secrets.token_urlsafe(24))
    _session: str | None = None

    @property
    def address(self) -> str:
        """Where to begin."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie; browsers share cookies between the ports of a machine."""
        return f"ict-label-{self.port}"

    def open(self, token: str) -> str | None:
        """Take the token and return the session's key; None where it is not the one, or was taken already."""
        if self.token is None or not secrets.compare_digest(token.encode(), self.token.encode()):
            return None
        self.token, self._session = None, secrets.token_urlsafe(24)
        return self._session

    def refusal(self, request: Request) -> str | None:
        """Return why a request is not served; None where it is."""
        hosts = {f"{HOST}:{self.port}", f"localhost:{self.port}"}
        if request.headers.get("host") not in hosts:
            return "This server is asked for by its own address only."
        if request.method == "POST":
            if request.headers.get("origin") not in {f"http://{host}" for host in hosts}:
                return "Only the page of this server may send anything to it."
            if request.headers.get("content-type", "").partition(";")[0].strip() != _JSON:
                return f"Send {_JSON}."
        if "token" in request.query_params and request.method == "GET":
            return None
        key = request.cookies.get(self.cookie, "")
        if self._session is None or not secrets.compare_digest(key.encode(), self._session.encode()):
            return "Open the address that ict eval label printed; it is good for one browser."
        return None


def label_application(desk: Desk, door: Door) -> Starlette:
    """Return the application.

    Args:
        desk: what is labelled.
        door: who may come in.
    """
    served = _Served(desk, door)
    routes = [
        Route("/", served.page, methods=["GET"]),
        Route("/save", served.save, methods=["POST"]),
        Route("/facts", served.facts, methods=["POST"]),
        Route("/unsaved", served.unsaved, methods=["POST"]),
    ]
    return Starlette(routes=routes)


class _Served:
    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk, self._door = desk, door
        self._saving = asyncio.Lock()

    async def page(self, request: Request) -> Response:
        """Answer with the page; the first time, with the token, send the browser on with its key."""
        if (refusal := self._door.refusal(request)) is not None:
            return _refused(refusal)
        if "token" in request.query_params:
            return self._enter(request)
        frames = self._desk.chart.windows
        wanted = request.query_params.get("timeframe", self._desk.chart.base.timeframe.value)
        if wanted not in {frame.value for frame in frames}:
            return _refused(f"The chart has no timeframe {wanted!r}.", HTTPStatus.NOT_FOUND)
        made = label_page(self._desk, Timeframe(wanted))
        headers = {"content-security-policy": f"{made.policy}; frame-ancestors 'none'", **_QUIET}
        return Response(made.html, media_type="text/html", headers=headers)

    async def save(self, request: Request) -> Response:
        """Save what the page sends, or answer with every fault."""
        said, refused = await self._sent(request)
        if refused is not None:
            return refused
        try:
            async with self._saving:  # one after the other: each is held against what the one before it wrote
                faults = await run_in_threadpool(self._desk.save, said)
        except InvalidParameter as problem:
            faults = [{"where": "", "wrong": str(problem), "instead": problem.expected or "try again"}]
        # Status 200 even so: a browser tells its console of any other, and faults are an answer like any.
        return JSONResponse({"faults": faults, "place": self._desk.place.name}, headers=_QUIET)

    async def facts(self, request: Request) -> Response:
        """Answer with what the program finds, once something was saved."""
        _, refused = await self._sent(request)
        if refused is not None:
            return refused
        found = await run_in_threadpool(self._desk.facts)
        if found is None:
            return _refused("Save first: until then labels are blind.", HTTPStatus.CONFLICT)
        return JSONResponse(found, headers=_QUIET)

    async def unsaved(self, request: Request) -> Response:
        """Note how many changes the page holds, to tell of them at the end."""
        said, refused = await self._sent(request)
        if refused is not None:
            return refused
        count = said.get("count") if isinstance(said, dict) else None
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            return _refused("Send {count: a whole number from 0 on}.", HTTPStatus.UNPROCESSABLE_ENTITY)
        self._desk.unsaved = count
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=_QUIET)

    async def _sent(self, request: Request) -> tuple[Any, Response | None]:
        """Return what was sent as JSON, or the answer that refuses it."""
        if (refusal := self._door.refusal(request)) is not None:
            return None, _refused(refusal)
        if not request.headers.get("content-length", "").isdigit():
            return None, _refused("Say how long it is.", HTTPStatus.LENGTH_REQUIRED)
        if int(request.headers["content-length"]) > _MOST_BYTES:
            return None, _refused(f"It is longer than {_MOST_BYTES:,} bytes.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            return orjson.loads(await request.body()), None
        except orjson.JSONDecodeError as problem:
            return None, _refused(f"It is no JSON: {problem}", HTTPStatus.BAD_REQUEST)

    def _enter(self, request: Request) -> Response:
        key = self._door.open(request.query_params["token"])
        if key is None:
            return _refused("This address was used already, or never was one; start ict eval label again.")
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER, headers=_QUIET)
        answer.set_cookie(self._door.cookie, key, httponly=True, samesite="strict")
        return answer


_QUIET: Final = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


def _refused(why: str, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> Response:
    return PlainTextResponse(f"{why}\n", status, headers=_QUIET)
