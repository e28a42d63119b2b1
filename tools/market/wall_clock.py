"""Naive times read in a stated time zone, honest about the hour a clock change skips or repeats."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from tools.errors import InvalidParameter
from tools.market.row_fault import RowFault

IntArray = npt.NDArray[np.int64]


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises:
        InvalidParameter: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidParameter(
            f"unknown time zone {name!r}",
            field="time_zone",
            expected="an IANA name such as Europe/Athens",
            got=repr(name),
        ) from None


def epochs_of_walls(walls: IntArray, zone: ZoneInfo) -> IntArray:
    """Turn ascending wall-clock seconds into epoch seconds.

    The hour that autumn repeats is told apart by order alone: where the clock steps back within it, the rows
    before are the first pass and the rows from there on the second. Without that step nothing says which pass
    was meant.

    Raises:
        RowFault: a row's time does not exist in the zone, or happened twice and nothing says which one is
            meant.
    """
    index = pd.DatetimeIndex(walls.astype("datetime64[s]"))
    everything = np.ones(len(walls), dtype=np.bool_)
    earlier = index.tz_localize(zone, ambiguous=everything, nonexistent="NaT")
    missing = np.asarray(earlier.isna())
    if missing.any():
        position = int(np.argmax(missing))
        raise RowFault(
            position, f"{_text(walls[position])} does not exist in {zone.key}: the clock skips it",
            f"a time that exists in {zone.key}, or one with an offset", _text(walls[position]),
        )  # fmt: skip
    later = index.tz_localize(zone, ambiguous=~everything, nonexistent="NaT")
    first, second = _seconds(earlier), _seconds(later)
    return np.where(_in_second_pass(walls, first != second, zone), second, first)


def _in_second_pass(walls: IntArray, twice: npt.NDArray[np.bool_], zone: ZoneInfo) -> npt.NDArray[np.bool_]:
    second_pass = np.zeros(len(walls), dtype=np.bool_)
    positions = np.flatnonzero(twice)
    for run in np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1):
        if not len(run):
            continue
        steps_back = np.flatnonzero(np.diff(walls[run]) <= 0)
        if not len(steps_back):
            position = int(run[0])
            raise RowFault(
                position,
                f"{_text(walls[position])} happened twice in {zone.key} and nothing says which is meant",
                "a time with an offset", _text(walls[position]),
            )  # fmt: skip
        second_pass[run[steps_back[0] + 1 :]] = True
    return second_pass


def _seconds(index: pd.DatetimeIndex) -> IntArray:
    seconds: IntArray = index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return seconds


def _text(wall: np.int64) -> str:
    return datetime.fromtimestamp(int(wall), UTC).strftime("%Y-%m-%d %H:%M:%S")
