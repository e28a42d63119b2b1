"""Moments: epoch seconds in UTC inside, ISO-8601 with an offset at the edges."""

from datetime import UTC, datetime
from typing import Any, Final

from tools.errors import InvalidParameter

EARLIEST: Final = 0
LATEST: Final = 4_102_444_800  # 2100-01-01
_MILLISECONDS: Final = 10**11
_MICROSECONDS: Final = 10**14
_NANOSECONDS: Final = 10**17


def iso_utc(second: int) -> str:
    """Write an epoch second as ``2024-01-05T14:30:00Z``."""
    return datetime.fromtimestamp(second, UTC).isoformat()[:19] + "Z"


def seconds_of_epoch(number: float) -> float:
    """Bring an epoch number in seconds, milli-, micro- or nanoseconds (told apart by size) to seconds."""
    size = abs(number)
    if size < _MILLISECONDS:
        return number
    if size < _MICROSECONDS:
        return number / 1_000
    if size < _NANOSECONDS:
        return number / 1_000_000
    return number / 1_000_000_000


def parse_time(value: Any, *, field: str = "time", index: int | None = None) -> int:
    """Read one moment as whole epoch seconds, UTC.

    Args:
        value: ISO-8601 text with an offset or ``Z``, a time-zone aware datetime, or an epoch number.
        field: what to call it in an error.
        index: the bar's position, for the error.

    Raises:
        InvalidParameter: the text is no time, is naive, has a fraction of a second, or lies outside 1970–2100.
    """
    second = _seconds(value)
    where = field if index is None else f"{field}[{index}]"
    wanted = "an ISO-8601 time with an offset, such as 2024-01-05T14:30:00Z, or epoch seconds"
    if isinstance(second, str):
        raise InvalidParameter(f"{where}: {second}", field=field, index=index, expected=wanted, got=repr(value))
    return second


def _seconds(value: Any) -> int | str:
    """Return whole seconds, or the sentence that says what is wrong."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return f"{value[:40]!r} is not an ISO-8601 time"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return f"{value.isoformat()} is naive: it names no time zone"
        number = value.timestamp()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = seconds_of_epoch(float(value))
        except OverflowError:
            return "this number is no time"
    else:
        return f"a {type(value).__name__} is no time"
    return _whole(number)


def _whole(number: float) -> int | str:
    if not EARLIEST <= number < LATEST:  # NaN fails this too
        return "the time lies outside 1970 to 2100"
    if number != int(number):
        return "the time has a fraction of a second"
    return int(number)
