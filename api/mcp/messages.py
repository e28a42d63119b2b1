"""Lines of standard input that are no message of the protocol: each gets an error for an answer, never silence.

Source: JSON-RPC 2.0, https://www.jsonrpc.org/specification, section 5.1.
"""

import json
from typing import Any, Final

from mcp.types import (
    INVALID_REQUEST,
    JSONRPC_VERSION,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    RequestId,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError

_AN_ANSWER: Final = frozenset({"result", "error"})


def fault_of(line: str) -> JSONRPCError | None:
    """Return the error that answers a line, with the id of its request where it has one; None for a proper message.

    Args:
        line: as it came; bytes that are no UTF-8 stand in it as half surrogates.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return _fault(PARSE_ERROR, "the line is no JSON", None)
    if not isinstance(message, dict):
        return _fault(INVALID_REQUEST, f"expected one JSON object a line, got {_kind(message)}", None)
    if not _is_text(json.dumps(message, ensure_ascii=False)):
        return _fault(INVALID_REQUEST, "the message holds half a surrogate pair or bytes that are no UTF-8", message)
    try:
        jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError:
        return _fault(INVALID_REQUEST, "the message is no request, notification or answer of JSON-RPC 2.0", message)
    if "method" in message and "id" in message and _request_id(message["id"]) is None:  # it is no notification
        return _fault(INVALID_REQUEST, "expected a text or a whole number for an id", None)
    return None


def _fault(code: int, told: str, message: dict[str, Any] | None) -> JSONRPCError:
    # An answer's id is of the other side's requests, and would mean another one here.
    request_id = None if message is None or _AN_ANSWER & message.keys() else _request_id(message.get("id"))
    return JSONRPCError(jsonrpc=JSONRPC_VERSION, id=request_id, error=ErrorData(code=code, message=told))


def _request_id(given: object) -> RequestId | None:
    if isinstance(given, str):
        return given if _is_text(given) else None
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: object) -> str:
    return "an array" if isinstance(value, list) else "null" if value is None else "a single value"
