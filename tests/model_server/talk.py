"""One connection to the model server: plain HTTP/1.1, written by hand, since a test wants to break it anywhere."""

import asyncio
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus

from tests.model_server.asked import Asked
from tests.model_server.chunks import MODEL, document, stream
from tests.model_server.turns import Answer, Failure, Gate, Turn


class _ClientLeft(Exception):
    """The client has closed its end before it was told everything."""


class Talk:
    """Requests, one after another, each answered before the next is read."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Callable[[Asked], tuple[Turn, int]]
    ) -> None:
        """Answer what `take` says."""
        self._reader, self._writer, self._take = reader, writer, take

    async def listen(self) -> None:
        """Answer until the client leaves or an answer breaks the connection."""
        try:
            while not self._writer.is_closing() and (request := await self._read()) is not None:
                await self._answer(*request)
        except (asyncio.IncompleteReadError, ConnectionError, _ClientLeft):
            return  # the client is gone, as clients go
        finally:
            self._writer.transport.abort()

    async def _read(self) -> tuple[str, Asked] | None:
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return first.rpartition(" ")[0], Asked(headers, json.loads(body) if body else {})

    async def _answer(self, wanted: str, asked: Asked) -> None:
        if wanted == "GET /v1/models":
            await self._tell(200, json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}).encode())
        elif wanted != "POST /v1/chat/completions":
            await self._tell(404, json.dumps({"error": {"message": f"there is no {wanted}"}}).encode())
        else:
            try:
                await self._play(asked, *self._take(asked))
                asked.end("told")
            finally:
                asked.end("abandoned")

    async def _play(self, asked: Asked, turn: Turn, number: int) -> None:
        if isinstance(turn, Failure):
            error = {"message": turn.message, "type": "scripted_failure", "param": None, "code": None}
            body = json.dumps({"error": error}).encode() if turn.body is None else turn.body
            await self._tell(turn.status, body, turn.content_type, turn.headers)
        elif asked.body.get("stream"):
            options = asked.body.get("stream_options") or {}
            await self._stream(turn, number, with_usage=bool(options.get("include_usage")))
        else:
            await self._tell_at_once(turn, number)

    async def _stream(self, turn: Answer, number: int, *, with_usage: bool) -> None:
        has_begun = False
        for step in stream(turn, number, with_usage=with_usage):
            if not isinstance(step, bytes):
                await self._wait(step)
                continue
            if not has_begun:
                self._begin(200, turn.content_type, {"transfer-encoding": "chunked"})
                has_begun = True
            self._writer.write(b"%x\r\n%b\r\n" % (len(step), step))
            await self._writer.drain()
        await self._break_off(turn)
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def _tell_at_once(self, turn: Answer, number: int) -> None:
        for piece in turn.pieces:
            if not isinstance(piece, str):
                await self._wait(piece)
        body = document(turn, number)
        if turn.ending in {"torn", "garbled", "reset", "stall"}:
            self._begin(200, "application/json", {"content-length": str(len(body))})
            self._writer.write(body[: len(body) // 2])
            await self._writer.drain()
            await self._break_off(turn)
            raise _ClientLeft
        await self._tell(200, body)

    async def _break_off(self, turn: Answer) -> None:
        if turn.ending == "reset":
            raise _ClientLeft
        if turn.ending == "stall":
            await self._wait(Gate())

    async def _tell(
        self, status: int, body: bytes, content_type: str = "application/json", headers: Mapping[str, str] | None = None
    ) -> None:
        self._begin(status, content_type, {"content-length": str(len(body)), **(headers or {})})
        self._writer.write(body)
        await self._writer.drain()

    def _begin(self, status: int, content_type: str, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"content-type: {content_type}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))

    async def _wait(self, for_what: Gate | float) -> None:
        """Wait at a gate or for so many seconds, but no longer than the client does."""
        passed = asyncio.ensure_future(for_what.passed() if isinstance(for_what, Gate) else asyncio.sleep(for_what))
        left = asyncio.create_task(self._reader.read(1))  # a client that waits for an answer sends nothing but its end
        try:
            await asyncio.wait((passed, left), return_when=asyncio.FIRST_COMPLETED)
            if left.done():
                raise _ClientLeft
        finally:
            passed.cancel()
            left.cancel()
            await asyncio.gather(passed, left, return_exceptions=True)
