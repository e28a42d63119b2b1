"""Which column is which: the names exports give them, in any case, and the order of those that give none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tools.errors import InvalidCandles

_TIME_NAMES: Final = (
    "time", "timestamp", "datetime", "opentime", "date", "gmttime", "utctime", "timeutc", "timestamputc",
    "datetimeutc", "localtime", "unix", "unixtime", "epoch", "tsevent", "t",
)  # fmt: skip
_PRICE_NAMES: Final = {
    "open": ("open", "o", "openprice", "bidopen"),
    "high": ("high", "h", "highprice", "bidhigh"),
    "low": ("low", "l", "lowprice", "bidlow"),
    "close": ("close", "c", "closeprice", "bidclose", "closelast", "last"),
}
_VOLUME_NAMES: Final = ("volume", "tickvolume", "tickvol", "vol", "v")
_CLOCK: Final = re.compile(r"\d\d?:\d\d(?::\d\d)?")
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns that count; `clock` is the second half of a time split in two columns.

    `is_utc` tells that the time column's own name says UTC.
    """

    time: int
    clock: int | None
    prices: tuple[int, int, int, int]
    volume: int | None
    is_utc: bool = False


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether a first line names columns: none of its cells is a number."""
    return not any(_is_number(cell) for cell in cells)


def named_columns(names: Sequence[str], first_row: Sequence[str], file: str, *, where: str | None = None) -> Columns:
    """Find the columns by name.

    Names nobody needs, such as indicators, are ignored, and may repeat.

    Args:
        names: the names, in the columns' order.
        first_row: the first bar's cells.
        file: its name, for the error.
        where: file and line of the names, for the error; None is the file alone.

    Raises:
        InvalidCandles: there is no time or no open, high, low or close among them, or one of those that count is
            there twice.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(re.sub(r"[^a-z]", "", name.lower()), place)

    def place_of(known: Sequence[str]) -> int | None:
        return next((places[name] for name in known if name in places), None)

    time = place_of(_TIME_NAMES)
    prices = [place_of(known) for known in _PRICE_NAMES.values()]
    missing = [name for name, place in zip(("time", *_PRICE_NAMES), (time, *prices), strict=True) if place is None]
    if time is None or missing:
        raise InvalidCandles(
            f"{file} has no column {', '.join(missing)}; it has {', '.join(names)[:200]}", field=file,
            expected="columns time, open, high, low, close and optionally volume", got=", ".join(names)[:200],
        )  # fmt: skip
    volume = place_of(_VOLUME_NAMES)
    _refuse_twice(names, [place for place in (time, *prices, volume) if place is not None], where or file, file)
    clock = None
    if "date" in places and "time" in places and _CLOCK.fullmatch(_cell(first_row, places["time"])):
        time, clock = places["date"], places["time"]
    is_utc = re.search(r"utc|gmt", names[time].lower()) is not None
    found = tuple(place for place in prices if place is not None)
    return Columns(time, clock, (found[0], found[1], found[2], found[3]), volume, is_utc)


def _refuse_twice(names: Sequence[str], counting: Sequence[int], where: str, file: str) -> None:
    spelt = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in names]
    for place in sorted(counting):
        if spelt.count(spelt[place]) > 1:
            alike = " and ".join(repr(name[:40]) for name, one in zip(names, spelt, strict=True) if one == spelt[place])
            raise InvalidCandles(
                f"{where}: the header names one column twice ({alike}), and nothing tells which counts", field=file,
                expected="each column once", got=alike,
            )  # fmt: skip


def unnamed_columns(first_row: Sequence[str], file: str) -> Columns:
    """Take the usual order: time (or date and clock), open, high, low, close, volume.

    Raises:
        InvalidCandles: there are too few columns.
    """
    clock = 1 if len(first_row) > 1 and _CLOCK.fullmatch(first_row[1].strip()) else None
    start = 1 if clock is None else 2
    if len(first_row) - start < _FEWEST - 1:
        raise InvalidCandles(
            f"{file} line 1 has {len(first_row)} columns", field=file, index=0,
            expected="time, open, high, low, close, separated by comma, semicolon or tab",
            got=str(len(first_row)),
        )  # fmt: skip
    prices = (start, start + 1, start + 2, start + 3)
    return Columns(0, clock, prices, start + 4 if len(first_row) > start + 4 else None)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True
