"""Read a request's JSON with nothing left to chance: UTF-8, no key twice, no text Postgres would refuse.

The literals NaN and Infinity, which many JSON writers make of a missing number, are read as what they mean: whoever
takes the number then refuses it with its field and the bar's index, which says more than "not JSON" would.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from api.problems import FieldFault, Problem, ProblemError

_ESCAPED: Final = b"\\u"
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_DEEPEST: Final = 64


def read_json(raw: bytes) -> Any:
    """Decode one JSON text.

    Raises:
        ProblemError: 400 where it is no JSON (bad UTF-8, a key given twice, a number too long, nesting too deep); 422
            where a text in it holds a NUL or half a surrogate pair.
    """
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_one_of_each)
    except UnicodeDecodeError as error:
        raise _malformed(f"the body is not UTF-8: byte {error.start} does not belong there") from error
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise _malformed("the body is nested too deeply") from error
    except ValueError as error:  # a whole number of more digits than Python converts
        raise _malformed("a number in the body has too many digits") from error
    _check_depth_and_text(value, look_at_text=_ESCAPED in raw)
    return value


def _malformed(detail: str) -> ProblemError:
    return ProblemError(Problem("malformed-json", "The body is not JSON", 400, detail))


def _one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _malformed(f"the key {twice[:40]!r} stands twice in one object")
    return made


def _check_depth_and_text(value: Any, *, look_at_text: bool) -> None:
    """Walk level by level; NUL and surrogates can only come through an escape, so most bodies skip the texts."""
    level = [("", value)]
    for _ in range(_DEEPEST):
        if look_at_text:
            _check_text(level)
        level = [child for path, holder in level for child in _holders(path, holder)]
        if not level:
            return
    raise _malformed(f"the body is nested more than {_DEEPEST} levels deep")


def _holders(path: str, holder: Any) -> list[tuple[str, Any]]:
    if isinstance(holder, dict):
        return [(f"{path}.{key}", child) for key, child in holder.items() if isinstance(child, dict | list)]
    if isinstance(holder, list):
        return [(f"{path}[{index}]", child) for index, child in enumerate(holder) if isinstance(child, dict | list)]
    return []


def _check_text(level: list[tuple[str, Any]]) -> None:
    for path, holder in level:
        for at, text in _texts(path, holder):
            if _UNSTORABLE.search(text):
                message = "a text holds a NUL character or half a surrogate pair"
                where = at.removeprefix(".") or "body"
                fault = FieldFault(where, None, message, "text of whole Unicode characters other than NUL")
                raise ProblemError(Problem("invalid-body", "The body is not what this takes", 422, message, (fault,)))


def _texts(path: str, holder: Any) -> Iterator[tuple[str, str]]:
    """Yield each text directly in a holder with the path it stands at; a key stands at its object's."""
    if isinstance(holder, str):
        yield path, holder
    elif isinstance(holder, dict):
        yield from ((path, key) for key in holder)
        yield from ((f"{path}.{key}", value) for key, value in holder.items() if isinstance(value, str))
    elif isinstance(holder, list):
        yield from ((f"{path}[{index}]", value) for index, value in enumerate(holder) if isinstance(value, str))
