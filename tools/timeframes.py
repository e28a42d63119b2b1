"""Timeframes, and the many ways in which people spell them."""

import re
from enum import StrEnum
from typing import Final

from tools.errors import UnknownTimeframe

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class Timeframe(StrEnum):
    """The length of one bar; members ascend from one minute to one month."""

    M1 = "1m"
    M2 = "2m"
    M3 = "3m"
    M5 = "5m"
    M10 = "10m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    D1 = "1D"
    W1 = "1W"
    MO1 = "1mo"

    @property
    def seconds(self) -> int:
        """Nominal length in seconds; a month counts as 30 days."""
        return _SECONDS[self]

    @property
    def is_intraday(self) -> bool:
        """Whether a bar is shorter than a trading day."""
        return self.seconds < DAY

    @property
    def is_utc_aligned(self) -> bool:
        """Whether bars start on multiples of their length from 00:00 UTC (one hour and shorter)."""
        return self.seconds <= HOUR

    @classmethod
    def parse(cls, text: str, *, field: str | None = None) -> "Timeframe":
        """Read a timeframe as people spell it.

        ``15m``, ``15M``, ``15min``, ``M15``, ``1H``, ``60min``, ``1D``, ``daily``, ``1W`` and ``monthly`` all do.
        A number without a unit counts minutes, as in TradingView's exports. An upper-case ``M`` after a number means
        minutes, never months: months are ``1mo``, ``MN1`` or ``monthly``.

        Raises:
            UnknownTimeframe: no timeframe has that spelling.
        """
        found = _parse(text) if isinstance(text, str) else None
        if found is None:
            known = ", ".join(cls)
            raise UnknownTimeframe(
                f"unknown timeframe {text!r}: write one of {known}",
                field=field,
                expected=f"one of {known}",
                got=repr(text),
            )
        return found


_SECONDS: Final[dict[Timeframe, int]] = {
    Timeframe.M1: MINUTE,
    Timeframe.M2: 2 * MINUTE,
    Timeframe.M3: 3 * MINUTE,
    Timeframe.M5: 5 * MINUTE,
    Timeframe.M10: 10 * MINUTE,
    Timeframe.M15: 15 * MINUTE,
    Timeframe.M30: 30 * MINUTE,
    Timeframe.H1: HOUR,
    Timeframe.H2: 2 * HOUR,
    Timeframe.H4: 4 * HOUR,
    Timeframe.D1: DAY,
    Timeframe.W1: 7 * DAY,
    Timeframe.MO1: 30 * DAY,
}
_BY_SECONDS: Final = {seconds: timeframe for timeframe, seconds in _SECONDS.items()}
_UNITS: Final[dict[str, int]] = {
    "": MINUTE, "m": MINUTE, "min": MINUTE, "mins": MINUTE, "minute": MINUTE, "minutes": MINUTE,
    "h": HOUR, "hr": HOUR, "hour": HOUR, "hours": HOUR,
    "d": DAY, "day": DAY, "days": DAY,
    "w": 7 * DAY, "wk": 7 * DAY, "week": 7 * DAY, "weeks": 7 * DAY,
    "mo": 30 * DAY, "mn": 30 * DAY, "month": 30 * DAY, "months": 30 * DAY,
}  # fmt: skip
_WORDS: Final[dict[str, Timeframe]] = {
    "hourly": Timeframe.H1, "h": Timeframe.H1,
    "daily": Timeframe.D1, "day": Timeframe.D1, "d": Timeframe.D1,
    "weekly": Timeframe.W1, "week": Timeframe.W1, "w": Timeframe.W1,
    "monthly": Timeframe.MO1, "month": Timeframe.MO1,
}  # fmt: skip
_NUMBER_FIRST: Final = re.compile(r"([0-9]{1,5})\s*([a-z]*)")
_UNIT_FIRST: Final = re.compile(r"([a-z]+)([0-9]{1,5})")


def _parse(text: str) -> Timeframe | None:
    lowered = text.strip().lower()
    if lowered in _WORDS:
        return _WORDS[lowered]
    if match := _NUMBER_FIRST.fullmatch(lowered):
        count, unit = match.groups()
    elif match := _UNIT_FIRST.fullmatch(lowered):
        unit, count = match.groups()
    else:
        return None
    if unit not in _UNITS:
        return None
    return _BY_SECONDS.get(int(count) * _UNITS[unit])
