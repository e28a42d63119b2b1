"""What a caller may say to the coach: their own words, and what the conversation is about. Nothing else is taken."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from langchain_core.messages import BaseMessage, HumanMessage

from agent.store.ids import is_id
from tools.errors import InvalidParameter
from tools.instruments import find_instrument

MOST_CHARACTERS: Final = 8_000
_LONGEST_TITLE: Final = 60
_SYMBOL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/!=^-]{0,39}")
_LONGEST_ID: Final = 100
_HUMAN: Final = frozenset({"human", "user"})


def read_input(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the graph is given: human messages as plain text, and the run and the market where either is named.

    Messages of anybody but the user are dropped, and so is every other key. Naming a market without a run leaves the
    earlier run behind, and the other way round. Both reach the prompt, so neither is free text: a run is named by its
    32 hexadecimal digits, a market by a spelling that is known or by the characters that symbols are made of.

    Raises:
        InvalidParameter: there is no human message, or something in it is not of its kind.
    """
    said = given.get("messages")
    listed = [said] if isinstance(said, str | Mapping | BaseMessage) else said
    if not isinstance(listed, Sequence):
        raise _refused("messages", "a list of messages, one of them human", type(said).__name__)
    read = [_message(message, place) for place, message in enumerate(listed)]
    human = [message for message in read if message is not None]
    if not human:
        raise _refused("messages", "a human message", f"{len(listed)} messages, none of them human")
    run_id = _named(given, "run_id", "a run's id: 32 hexadecimal digits", _run_id)
    symbol = _named(given, "symbol", "a market's symbol, such as EURUSD", _symbol)
    about = {} if run_id is None and symbol is None else {"run_id": run_id, "symbol": symbol}
    return {"messages": human, **about}


def title_of(given: Mapping[str, Any]) -> str | None:
    """Return the beginning of the first thing said in an input that `read_input` takes, before or after it has."""
    said = " ".join(str(read_input(given)["messages"][0].text).split()) if given.get("messages") else ""
    if not said:
        return None
    return said if len(said) <= _LONGEST_TITLE else f"{said[: _LONGEST_TITLE - 1].rstrip()}…"


def _message(message: Any, place: int) -> HumanMessage | None:
    where = f"messages[{place}]"
    if isinstance(message, str):
        return HumanMessage(_text(message, where))
    if isinstance(message, BaseMessage):
        message = {"type": message.type, "content": message.content, "id": message.id}
    if not isinstance(message, Mapping):
        raise _refused(where, "a message: {type, content}", type(message).__name__)
    if (message.get("type") or message.get("role")) not in _HUMAN:
        return None
    message_id = message.get("id")
    if message_id is not None and (not isinstance(message_id, str) or not 0 < len(message_id) <= _LONGEST_ID):
        raise _refused(f"{where}.id", f"a text of 1 to {_LONGEST_ID} characters", repr(message_id)[:_LONGEST_ID])
    return HumanMessage(_text(message.get("content"), f"{where}.content"), id=message_id)


def _text(content: Any, where: str) -> str:
    parts = content if isinstance(content, list) else [content]
    texts = [_part(part, where) for part in parts]
    said = "\n".join(texts)
    if not said.strip():
        raise _refused(where, "something said", "nothing")
    if len(said) > MOST_CHARACTERS:
        raise _refused(where, f"at most {MOST_CHARACTERS} characters", f"{len(said)}")
    return said


def _part(part: Any, where: str) -> str:
    text = part.get("text") if isinstance(part, Mapping) and part.get("type") == "text" else part
    if not isinstance(text, str):
        kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
        raise _refused(where, "text: the coach reads nothing else", repr(kind)[:_LONGEST_ID])
    return text


def _named(given: Mapping[str, Any], key: str, expected: str, read: Callable[[str], str | None]) -> str | None:
    value = given.get(key)
    if value is None:
        return None
    named = read(value.strip()) if isinstance(value, str) else None
    if named is None:
        raise _refused(key, expected, repr(value)[:_LONGEST_ID])
    return named


def _run_id(text: str) -> str | None:
    return text.lower() if is_id(text.lower()) else None


def _symbol(text: str) -> str | None:
    known = find_instrument(text)
    if known is not None:
        return known.symbol
    return text if _SYMBOL.fullmatch(text) else None


def _refused(field: str, expected: str, got: str) -> InvalidParameter:
    where = f"input.{field}"
    return InvalidParameter(f"{where}: expected {expected}, got {got}", field=where, expected=expected, got=got)
