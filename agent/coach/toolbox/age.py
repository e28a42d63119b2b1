"""How long ago something was: minutes for whoever reckons, words for whoever reads."""

from typing import Any, Final

from tools.times import parse_time

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_MONTH: Final = 30 * _DAY
_YEAR: Final = 365 * _DAY
_UNITS: Final = ((2 * _YEAR, _YEAR, "years"), (2 * _MONTH, _MONTH, "months"), (2 * _DAY, _DAY, "days"))


def age_of(moment: str, now: int) -> dict[str, Any]:
    """Return how old a moment is, as the keys of an answer.

    Args:
        moment: ISO-8601 with its offset.
        now: UTC epoch seconds.

    Returns:
        ``minutes_since_as_of``, whole minutes and never below 0; ``age``, the same in words, rounded down.
    """
    minutes = max(0, (now - parse_time(moment, field="as_of")) // 60)
    return {"minutes_since_as_of": minutes, "age": _words(minutes)}


def _words(minutes: int) -> str:
    for least, unit, name in _UNITS:
        if minutes >= least:
            return f"{minutes // unit} {name}"
    return f"{minutes // _HOUR} h" if minutes >= 2 * _HOUR else f"{minutes} min"
