"""Write what a graph hands out as JSON text: messages as the dicts they are made of, errors as name and sentence."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

import orjson
from langgraph.errors import GraphRecursionError
from langgraph.types import Send
from pydantic import BaseModel

from tools.errors import IctError

_OPTIONS: Final = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def to_json(value: Any) -> str:
    """Return a value as JSON text, whole numbers of any length among them.

    A half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.

    Raises:
        TypeError: something in it has no plain form, such as an open file.
    """
    try:
        return orjson.dumps(value, default=_plain, option=_OPTIONS).decode()
    except orjson.JSONEncodeError as error:
        if not any(known in str(error) for known in ("surrogates", "64-bit")):
            raise
        text = json.dumps(value, default=_plain, ensure_ascii=False)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def error_document(error: BaseException) -> dict[str, str]:
    """Return what a caller may read of an error: its name and sentence if it is ours, else that the run failed."""
    if isinstance(error, IctError):
        return {"error": type(error).__name__, "message": str(error)}
    if isinstance(error, GraphRecursionError):
        return {"error": "StepLimitReached", "message": "the run took more steps than it may"}
    return {"error": "InternalError", "message": "the run failed"}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset | deque):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, BaseException):
        return error_document(value)
    if isinstance(value, Send):
        return {"node": value.node, "arg": value.arg}
    if isinstance(value, tuple):
        return value._asdict() if hasattr(value, "_asdict") else list(value)
    raise TypeError(f"{type(value).__name__} has no plain form to write as JSON")
