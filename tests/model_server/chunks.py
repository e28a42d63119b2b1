"""An answer in the words of OpenAI's chat-completions protocol: as chunks of a stream, and as one document."""

import json
from collections.abc import Iterator
from itertools import takewhile, zip_longest
from typing import Any, Final

from tests.model_server.turns import Answer, Call, Gate

MODEL: Final = "scripted-1"
_CREATED: Final = 1_704_983_400
Step = bytes | Gate | float


def stream(answer: Answer, number: int, *, with_usage: bool) -> Iterator[Step]:
    """Give the events of a stream up to where the answer ends or breaks off, with the gates and pauses between.

    Args:
        answer: what is answered.
        number: which answer of this server it is; its ids are made of it.
        with_usage: whether the client has asked for the usage chunk.
    """
    before = tuple(takewhile(lambda piece: not isinstance(piece, str), answer.pieces))
    yield from before  # type: ignore[misc]  # gates and pauses alone
    yield _event(number, {"role": "assistant", "content": ""})
    for piece in answer.pieces[len(before) :]:
        yield _event(number, {"content": piece}) if isinstance(piece, str) else piece
    if answer.refusal is not None:
        yield _event(number, {"refusal": answer.refusal})
    for delta in _mixed_calls(answer.calls, number):
        yield _event(number, {"tool_calls": [delta]})
    if answer.ending in {"torn", "garbled"}:
        whole = _event(number, {"content": " and then"})
        yield whole[: len(whole) // 2] + (b"\n\n" if answer.ending == "garbled" else b"")
    if answer.ending == "whole":
        yield _event(number, {}, answer.finish)
        if with_usage and answer.usage is not None:
            yield _write({**_head(number, "chat.completion.chunk"), "choices": [], "usage": _usage(answer.usage)})
        yield b"data: [DONE]\n\n"


def document(answer: Answer, number: int) -> bytes:
    """Write the answer as one JSON document."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None, "refusal": answer.refusal}
    if answer.calls:
        message["tool_calls"] = [
            {
                "id": _id_of(one, number, index),
                "type": "function",
                "function": {"name": one.name, "arguments": one.arguments},
            }
            for index, one in enumerate(answer.calls)
        ]
    finish = answer.finish if answer.ending == "whole" else None
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    head = {**_head(number, "chat.completion"), "choices": [choice]}
    return json.dumps(head if answer.usage is None else {**head, "usage": _usage(answer.usage)}).encode()


def _mixed_calls(calls: tuple[Call, ...], number: int) -> Iterator[dict[str, Any]]:
    """Take the next chunk of each call in turn, until all are told."""
    told = [list(_call_deltas(one, number, index)) for index, one in enumerate(calls)]
    for row in zip_longest(*told):
        yield from (delta for delta in row if delta is not None)


def _call_deltas(one: Call, number: int, index: int) -> Iterator[dict[str, Any]]:
    name, rest = (one.name[:3], one.name[3:]) if one.splits_name else (one.name, "")
    head = {"index": index, "id": _id_of(one, number, index), "type": "function"}
    yield {**head, "function": {"name": name, "arguments": ""}}
    if rest:
        yield {"index": index, "function": {"name": rest}}
    for start in range(0, len(one.arguments), one.split):
        yield {"index": index, "function": {"arguments": one.arguments[start : start + one.split]}}


def _id_of(one: Call, number: int, index: int) -> str:
    return one.call_id or f"call_{number}_{index}"


def _event(number: int, delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _write({**_head(number, "chat.completion.chunk"), "choices": [choice]})


def _write(document: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(document).encode() + b"\n\n"


def _head(number: int, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{number}",
        "object": kind,
        "created": _CREATED,
        "model": MODEL,
        "system_fingerprint": "fp_scripted",
    }


def _usage(tokens: tuple[int, int]) -> dict[str, int]:
    read, written = tokens
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
