"""Answers for a model: compact JSON text that is never too long.

Prices are rounded to the decimals of the tick, times to the minute. Texts are data: one line of printable characters,
and never more of them than an answer can bear.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

Row = dict[str, Any]

MOST_TOKENS: Final = 2000
_MOST_MESSAGE: Final = 600
_MOST_TEXT: Final = 500
_DIGITS: Final = 10
_MOST_DECIMALS: Final = 10
_CUT: Final = "..."
_LETTERS: Final = re.compile(r"[A-Za-z]+")
_SECONDS: Final = re.compile(r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}):00(Z|[+-]\d{2}:\d{2})$")
_DECIMALS: Final = {"pd_percent": 2, "retracement": 3, "body_atr": 2}
_BETWEEN_TICKS: Final = ("entry", "stop", "middle")
# Of another market, whose ticks this chart does not know: as they are.
_UNROUNDED: Final = ("companion_price", "companion_first_price")


def tokens_at_most(text: str) -> int:
    """Return a number of tokens that no usual tokenizer exceeds on an answer.

    One for every digit and every sign, as if none were ever merged, and one for every two letters of a word: the
    answers are ASCII, and of numbers, times and plain words only. So 2,000 tokens are at most 4,000 characters.
    """
    words = [len(word) for word in _LETTERS.findall(text)]
    return len(text) - sum(words) + sum((length + 1) // 2 for length in words)


def tick_decimals(tick_size: float) -> int:
    """Return how many decimals a price in whole ticks needs: 5 for 0.00001, 2 for 0.25, 0 for 1."""
    exponent = Decimal(repr(tick_size)).normalize().as_tuple().exponent
    return min(max(0, -int(exponent)), _MOST_DECIMALS)


def compact(value: Any, decimals: int, name: str = "") -> Any:
    """Return a JSON value as an answer shows it: prices rounded to `decimals`, times to the minute.

    Entries, stops and middles are computed and may stand between two ticks: they keep one decimal more.

    Args:
        value: any JSON value of a chart's document.
        decimals: those of the instrument's tick.
        name: the key or column it stands under; ratios have decimals of their own.
    """
    match value:
        case Mapping():
            return {key: compact(one, decimals, key) for key, one in value.items()}
        case list() | tuple():
            return [compact(one, decimals, name) for one in value]
        case float():
            return value if name in _UNROUNDED else round(value, _decimals_of(name, decimals)) + 0.0
        case str():
            return _SECONDS.sub(r"\1\2", value)
    return value


def _decimals_of(name: str, decimals: int) -> int:
    return _DECIMALS.get(name, decimals + (name in _BETWEEN_TICKS))


def object_answer(content: Mapping[str, Any]) -> str:
    """Write one object."""
    return _text(content)


def table_answer(head: Mapping[str, Any], total: int, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Write a table whose last rows are left out where it would be too long; `shown` says how many are in it.

    Args:
        head: what the answer is about.
        total: how many facts there are, shown or not.
        columns: names of the columns.
        rows: values in the order of `columns`, the most wanted first.
    """
    kept = list(rows)
    while True:
        text = _text({**head, "total": total, "shown": len(kept), "columns": columns, "rows": kept})
        if tokens_at_most(text) <= MOST_TOKENS or not kept:
            return text
        kept.pop()


def fitted_answer(content: Mapping[str, Any], lists: Sequence[str]) -> str:
    """Write an object whose lists lose their last entries where it would be too long.

    Args:
        content: what is answered.
        lists: keys of it that hold lists, the first to be shortened first. Where any is, `left_out` says by how many.
    """
    kept = {**content, **{key: list(content[key]) for key in lists}}
    left_out: dict[str, int] = {}
    for key in lists:
        while tokens_at_most(text := _text(kept)) > MOST_TOKENS and kept[key]:
            kept[key].pop()
            left_out[key] = left_out.get(key, 0) + 1
            kept["left_out"] = left_out
        if tokens_at_most(text) <= MOST_TOKENS:
            return text
    return _text(kept)


def plain_number(value: float) -> float:
    """Return a number without the digits that no reader needs: ten of them stay."""
    return float(f"{value:.{_DIGITS}g}")


def plain_text(text: str, longest: int = _MOST_TEXT) -> str:
    """Return a text as one line of printable characters, cut where its JSON is longer than `longest` characters.

    What steers a terminal or hides in a text (control and format characters) becomes a space.
    """
    if not text.isprintable():
        text = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    if text.isascii() and len(text) <= longest:
        return text
    room = longest
    for at, one in enumerate(text):
        room -= len(json.dumps(one)) - 2
        if room < 0:
            return text[:at] + _CUT
    return text


def message(text: str) -> str:
    """Return the sentence of an error as one line, cut where it is too long to be one."""
    said = plain_text(text, _MOST_MESSAGE * 12)
    return said if len(said) <= _MOST_MESSAGE else said[: _MOST_MESSAGE - 1] + "…"


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(_plain(content), separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    match value:
        case str():
            return plain_text(value)
        case Mapping():
            return {plain_text(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value
