"""A language model for the coach's benchmark: a process of its own that speaks OpenAI's protocol, and no word of sense.

``python -m evals.bench.coach_model`` prints its port and serves until its input ends. How much it says, how fast, and
whether it asks for a tool first stands in the question: ``30 words, 20 ms apart, 1 tools first``.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any, Final

WORDS: Final = ("wait ", "for ", "the ", "plan ", "and ", "let ", "it ", "come ", "to ", "you, ")
_WANTED: Final = re.compile(r"(\d+) words, (\d+) ms apart, (\d+) tools first")
_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def question(words: int, pause_ms: int, tools: int = 0) -> str:
    """Write the question that gets such an answer."""
    return f"Tell me: {words} words, {pause_ms} ms apart, {tools} tools first"


def answer_to(asked: str) -> tuple[str, float, int]:
    """Return the whole answer to a question, the seconds between two words, and how many tools come first."""
    wanted = _WANTED.search(asked)
    if wanted is None:
        raise ValueError(f"expected a question such as {question(30, 20)!r}, got {asked[:100]!r}")
    words, pause_ms, tools = (int(one) for one in wanted.groups())
    return "".join(islice(cycle(WORDS), words)), pause_ms / 1000, tools


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
            writer.write(_HEAD)
            await _answer(body["messages"], writer)
            writer.write(b"0\r\n\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.transport.abort()  # the client has left


async def _answer(messages: list[dict[str, Any]], writer: asyncio.StreamWriter) -> None:
    last = max(place for place, one in enumerate(messages) if one["role"] == "user")
    _, pause_s, tools = answer_to(str(messages[last]["content"]))
    if sum(one["role"] == "tool" for one in messages[last:]) < tools:
        _write(writer, _call())
    else:
        for word in _said(str(messages[last]["content"])):
            _write(writer, word)
            if pause_s:
                await writer.drain()
                await asyncio.sleep(pause_s)
        _write(writer, _chunk({}, "stop"))
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    _write(writer, {**_chunk({}, None), "choices": [], "usage": usage})


def _said(asked: str) -> Iterator[dict[str, Any]]:
    text, _, _ = answer_to(asked)
    return (_chunk({"role": "assistant", "content": word}, None) for word in re.findall(r"\S+ ", text))


def _call() -> dict[str, Any]:
    function = {"name": "session_now", "arguments": "{}"}
    one = {"index": 0, "id": "call_1", "type": "function", "function": function}
    return _chunk({"role": "assistant", "content": None, "tool_calls": [one]}, "tool_calls")


def _chunk(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "bench", "choices": [choice]}


def _write(writer: asyncio.StreamWriter, chunk: dict[str, Any]) -> None:
    event = b"data: " + json.dumps(chunk).encode() + b"\n\n"
    writer.write(b"%x\r\n%b\r\n" % (len(event), event))


async def _serve() -> None:
    server = await asyncio.start_server(_talk, "127.0.0.1", 0, limit=2**24, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
