"""The server: one loopback port, answers from a script or from a function, and a record of all that it was asked."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.model_server.asked import Asked
from tests.model_server.talk import Talk
from tests.model_server.turns import PATIENCE_S, Failure, Turn

Reply = Callable[[Asked], Turn]


class ScriptedModel:
    """An OpenAI-compatible model whose answers are written by a test; safe to use from any thread."""

    def __init__(self) -> None:
        """Know no answer yet."""
        self.requests: list[Asked] = []
        self.unscripted = 0
        self.open_connections = 0
        self.port = 0
        self._script: deque[Turn] = deque()
        self._reply: Reply | None = None
        self._answers = 0

    @property
    def base_url(self) -> str:
        """What `OPENAI_BASE_URL` is set to."""
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, *turns: Turn) -> None:
        """Answer the next requests with these turns, in this order; forget the script and the requests before."""
        self._script = deque(turns)
        self._reply = None
        self.requests = []
        self.unscripted = 0

    def obey(self, reply: Reply) -> None:
        """Be a puppet: answer every request by a function of it."""
        self.script()
        self._reply = reply

    @property
    def turns_left(self) -> int:
        """How many turns of the script nobody has asked for."""
        return len(self._script)

    def take(self, asked: Asked) -> tuple[Turn, int]:
        """Return the turn that answers a request, and its number."""
        self.requests.append(asked)
        self._answers += 1
        if self._reply is not None:
            return self._reply(asked), self._answers
        if self._script:
            return self._script.popleft(), self._answers
        self.unscripted += 1
        return Failure(500, "the script has no turn left"), self._answers


@contextmanager
def model_server() -> Iterator[ScriptedModel]:
    """Serve a scripted model in a thread of its own until the block ends."""
    model = ScriptedModel()
    listening = threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        end = asyncio.Event()
        loops.append((asyncio.get_running_loop(), end))
        talks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talk = asyncio.create_task(Talk(reader, writer, model.take).listen())
            talks.add(talk)
            model.open_connections = len(talks)
            talk.add_done_callback(leave)

        def leave(talk: asyncio.Task[None]) -> None:
            talks.discard(talk)
            model.open_connections = len(talks)

        server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=2**24, backlog=1024)
        model.port = server.sockets[0].getsockname()[1]
        listening.set()
        await end.wait()
        server.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="model")
    thread.start()
    assert listening.wait(PATIENCE_S), "the model server did not start"
    ((loop, end),) = loops
    try:
        yield model
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
