"""RFC 8785 (JSON canonicalization) at the speed of the JSON encoder: the same bytes as the package `rfc8785` makes."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
import rfc8785

_LARGEST_SAFE: Final = 2**53 - 1
_SMALLEST_PLAIN: Final = 1e-4  # the encoder writes smaller ones with an exponent, ECMAScript only below 1e-6
_BEYOND_BMP: Final = re.compile(rb"[\xf0-\xf4]")


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 form of a JSON document, UTF-8.

    A number is the double it is read as, as the standard has it: so 10000000000000000 and 1e16, between which a
    database does not tell, come to the same bytes.

    Args:
        value: plain JSON values with texts for keys; a float that is no number counts as null, which is how it is
            stored.

    Raises:
        TypeError: a value is none that JSON has.
        OverflowError: an integer is larger than every double.
    """
    text = orjson.dumps(_numbers_written(value), option=orjson.OPT_SORT_KEYS)
    if _BEYOND_BMP.search(text):  # the encoder sorts by code point, the standard by UTF-16 unit: they differ up here
        return rfc8785.dumps(_doubles(value))
    return text


def is_same_decision(decision: Mapping[str, Any], recorded: str) -> bool:
    """Tell whether a decision comes to the very bytes that were recorded.

    Args:
        decision: as a walk gives it.
        recorded: the canonical text that was kept.
    """
    return canonical_json(decision).decode() == recorded


def _numbers_written(value: Any) -> Any:
    """Replace the numbers that the encoder would not write as ECMAScript does."""
    kind = type(value)
    if kind is dict:
        return {key: _numbers_written(one) for key, one in value.items()}
    if kind is list or kind is tuple:
        return [_numbers_written(one) for one in value]
    if kind is float:
        return _float_written(value)
    if kind is int and not -_LARGEST_SAFE <= value <= _LARGEST_SAFE:
        return _float_written(float(value))
    return value


def _float_written(value: float) -> Any:
    size = abs(value)
    if value.is_integer() and size <= _LARGEST_SAFE:
        return int(value)
    if _SMALLEST_PLAIN <= size <= _LARGEST_SAFE or not math.isfinite(value):
        return value
    return orjson.Fragment(rfc8785.dumps(value))


def _doubles(value: Any) -> Any:
    """Replace what the package refuses: integers beyond the safe ones, and floats that are no numbers."""
    if isinstance(value, dict):
        return {key: _doubles(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_doubles(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not -_LARGEST_SAFE <= value <= _LARGEST_SAFE:
        return float(value)
    return value
