"""A model's reply put together from its pieces, and refused where it is none: cut off, or empty."""

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from langchain_core.messages import AIMessage, AIMessageChunk, InvalidToolCall, ToolCall
from langchain_core.messages.ai import UsageMetadata

from tools.errors import ModelOutputInvalid

LENGTH: Final = "length"
"""Why a reply ended that was cut at the model's limit of output."""
_LONGEST_ARGUMENTS: Final = 20_000


@dataclass(slots=True)
class _Call:
    """A call as its pieces come in."""

    call_id: str = ""
    name: str = ""
    arguments: str = ""


def read_reply(pieces: Sequence[AIMessageChunk], taken: Collection[str] = ()) -> AIMessage:
    """Put a whole stream together.

    Arguments of a call are read strictly: what is no JSON object is an invalid call, never a guess at what was meant.

    Args:
        pieces: every piece, in the order they came.
        taken: ids of earlier calls, which some servers give again and again.

    Returns:
        One message with the pieces' id, valid calls in ``tool_calls`` and malformed ones in ``invalid_tool_calls``,
        each with an id of its own, and the last count of tokens that the server gave.

    Raises:
        ModelOutputInvalid: no piece says why the stream ended, so it was cut; or nothing was said and nothing called.
    """
    finish_reason = _last(piece.response_metadata.get("finish_reason") for piece in pieces)
    if finish_reason is None:
        raise ModelOutputInvalid("the model's answer was cut off: its stream ended without a finish reason")
    text = "".join(str(piece.text) for piece in pieces)
    calls, malformed = _read_calls(pieces, taken)
    if not text.strip() and not calls and not malformed:
        raise ModelOutputInvalid(f"the model's answer is empty (finish reason {finish_reason!r})")
    usage: UsageMetadata | None = _last(piece.usage_metadata for piece in pieces)
    return AIMessage(
        content=text,
        id=_last(piece.id for piece in pieces),
        tool_calls=calls,
        invalid_tool_calls=malformed,
        usage_metadata=usage,
        response_metadata={"finish_reason": finish_reason},
    )


def _last(values: Iterable[Any]) -> Any:
    found = [value for value in values if value is not None]
    return found[-1] if found else None


def _read_calls(
    pieces: Sequence[AIMessageChunk], earlier: Collection[str]
) -> tuple[list[ToolCall], list[InvalidToolCall]]:
    calls: list[ToolCall] = []
    malformed: list[InvalidToolCall] = []
    taken = set(earlier)
    for call in _whole_calls(pieces):
        call_id = call.call_id if call.call_id and call.call_id not in taken else f"call_{uuid.uuid4().hex}"
        taken.add(call_id)
        arguments = _arguments(call.arguments)
        if isinstance(arguments, dict):
            calls.append(ToolCall(name=call.name, args=arguments, id=call_id, type="tool_call"))
        else:
            malformed.append(
                InvalidToolCall(
                    name=call.name, args=call.arguments, id=call_id, error=arguments, type="invalid_tool_call"
                )
            )
    return calls, malformed


def _whole_calls(pieces: Sequence[AIMessageChunk]) -> list[_Call]:
    """Join the pieces of each call; a new id at a place that has one already begins another call."""
    calls: list[_Call] = []
    under_way: dict[Any, _Call] = {}
    for piece in pieces:
        for part in piece.tool_call_chunks:
            place, call_id = part.get("index"), part.get("id") or ""
            call = under_way.get(place)
            if call is None or (call_id and call.call_id and call_id != call.call_id):
                call = under_way[place] = _Call()
                calls.append(call)
            call.call_id = call.call_id or call_id
            call.name += part.get("name") or ""
            call.arguments += part.get("args") or ""
    return calls


def _arguments(text: str) -> dict[str, Any] | str:
    """Return the arguments, or what is wrong with them; a tool without arguments may be given none."""
    if len(text) > _LONGEST_ARGUMENTS:
        return f"they are {len(text)} characters long; at most {_LONGEST_ARGUMENTS} are read"
    try:
        read = json.loads(text) if text.strip() else {}
    except ValueError as error:
        return f"they are no JSON: {error}"
    except RecursionError:
        return "they are nested too deeply"
    return read if isinstance(read, dict) else f"they are a JSON {type(read).__name__}, not an object"
