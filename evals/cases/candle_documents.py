"""Candles of a case as JSON: one by one, evenly spaced from a start, or a window of a file and that file's SHA-256."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

import numpy as np

from agent.labels.parts import Part
from tools.candles import Candles
from tools.errors import DataError, InvalidCandles
from tools.market.candle_file import candles_of_bytes
from tools.timeframes import Timeframe
from tools.times import iso_utc

_PRICES: Final = ("open", "high", "low", "close")
_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "rows": ("rows",),
    "bars": ("start", "bars"),
    "file": ("file", "sha256", "from", "to"),
}


def candles_document(candles: Candles) -> dict[str, Any]:
    """Return candles as JSON values: evenly spaced bars from a start where they are, else rows with their times."""
    columns = [candles.open, candles.high, candles.low, candles.close]
    if candles.volume.any():
        columns.append(candles.volume)
    bars = [list(bar) for bar in zip(*(column.tolist() for column in columns), strict=True)]
    times = candles.time.tolist()
    if (
        len(times)
        and candles.timeframe is not Timeframe.MO1
        and (np.diff(candles.time) == candles.timeframe.seconds).all()
    ):
        return {"start": iso_utc(times[0]), "bars": bars}
    return {"rows": [[iso_utc(second), *bar] for second, bar in zip(times, bars, strict=True)]}


@dataclass(frozen=True, slots=True)
class CandleFiles:
    """Where the files lie that cases refer to; each is read once.

    Attributes:
        folder: what the paths are relative to; None where no file may be referred to.
    """

    folder: Path | None
    _read: dict[tuple[Path, Timeframe], "_ReadFile"]

    @classmethod
    def beside(cls, folder: Path | None) -> "CandleFiles":
        """Look for files in a folder."""
        return cls(folder, {})

    def of(self, folder: Path) -> "CandleFiles":
        """Look in another folder, and read no file again that was read already."""
        return CandleFiles(folder, self._read)

    def candles(self, part: Part, timeframe: Timeframe) -> Candles | None:
        """Read candles in any of the three forms; None where they have a fault, which `part` then has noted."""
        forms = [form for form in _FORMS if isinstance(part.value, dict) and form in part.value]
        if len(forms) != 1:
            written = ", or ".join(" with ".join(keys) for keys in _FORMS.values())
            part.fault("it says not in one way where the bars are", f"write {written}")
            return None
        said = part.members(_FORMS[forms[0]])
        read = {"rows": _of_rows, "bars": _of_bars, "file": self._of_file}[forms[0]]
        return read(said, timeframe)

    def _of_file(self, said: Mapping[str, Part], timeframe: Timeframe) -> Candles | None:
        before = len(said["file"].faults)
        name, sha256 = said["file"].text(), said["sha256"].text()
        since, until = said["from"].moment(), said["to"].moment()
        if not said["file"].is_sound_since(before):
            return None
        if self.folder is None or not _lies_beside(name):
            said["file"].fault(f"{name} is no path beside the case", "write one into or below the case's own folder")
            return None
        whole = self._whole(self.folder / name, sha256, timeframe, said)
        if whole is None:
            return None
        window = whole[int(np.searchsorted(whole.time, since)) : int(np.searchsorted(whole.time, until))]
        if not len(window):
            span = f"{iso_utc(int(whole.time[0]))} to {iso_utc(int(whole.time[-1]))}"
            said["from"].fault(f"no bar of {name} opened from there to before 'to'", f"write a window in {span}")
            return None
        return window

    def _whole(self, path: Path, sha256: str, timeframe: Timeframe, said: Mapping[str, Part]) -> Candles | None:
        if (path, timeframe) not in self._read:
            self._read[path, timeframe] = _read_file(path, timeframe)
        read = self._read[path, timeframe]
        if read.sha256 is None:
            said["file"].fault(f"it cannot be read ({read.fault})", "put the file there")
        elif read.sha256 != sha256:
            wrong = f"{path.name} was altered: its SHA-256 is {read.sha256}, not {sha256}"
            said["sha256"].fault(wrong, "restore the file it was labelled on")
        elif read.candles is None:
            said["file"].fault(read.fault, "correct the file")
        else:
            return read.candles
        return None


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """One reading of a file: the SHA-256 of its bytes and the candles of the same bytes, else why there are none."""

    sha256: str | None
    candles: Candles | None
    fault: str = ""


def _read_file(path: Path, timeframe: Timeframe) -> _ReadFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        return _ReadFile(None, None, str(error.strerror))
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        return _ReadFile(sha256, candles_of_bytes(content, path.name, timeframe))
    except DataError as error:
        return _ReadFile(sha256, None, str(error))


def _lies_beside(name: str) -> bool:
    """Whether a path leads into or below the case's folder, on any system that it is read on."""
    ways = (PurePosixPath(name), PureWindowsPath(name))
    return "\0" not in name and not any(way.anchor or ".." in way.parts for way in ways)


def _of_rows(said: Mapping[str, Part], timeframe: Timeframe) -> Candles | None:
    before = len(said["rows"].faults)
    rows = said["rows"].items()
    bars = [_bar(row, ("time", *_PRICES)) for row in rows]
    times = [
        Part(bar[0], (*row.path, 0), row.faults).moment() if bar else 0 for row, bar in zip(rows, bars, strict=True)
    ]
    if not said["rows"].is_sound_since(before):
        return None
    return _candles(said["rows"], times, [bar[1:] for bar in bars], timeframe)


def _of_bars(said: Mapping[str, Part], timeframe: Timeframe) -> Candles | None:
    before, start = len(said["bars"].faults), said["start"].moment()
    if timeframe is Timeframe.MO1:
        said["start"].fault("months are not evenly long", "write rows, each with its time")
    bars = [_bar(row, _PRICES) for row in said["bars"].items()]
    if not said["bars"].is_sound_since(before):
        return None
    times = [start + index * timeframe.seconds for index in range(len(bars))]
    return _candles(said["bars"], times, bars, timeframe)


def _bar(row: Part, names: tuple[str, ...]) -> list[Any]:
    """Return a bar's values, checked; the time of a row is left as it is."""
    first = int(names[0] == "time")
    is_whole = type(row.value) is list and len(row.value) in (len(names), len(names) + 1)
    if is_whole and all(type(cell) is float for cell in row.value[first:]):
        return row.value  # type: ignore[no-any-return]  # nearly every bar: none of its cells needs a look of its own
    cells = row.items()
    if isinstance(row.value, list) and len(cells) not in (len(names), len(names) + 1):
        row.fault(f"it has {len(cells)} values", f"write {', '.join(names)} and, if you like, volume")
    return [*(cell.value for cell in cells[:first]), *(cell.number() for cell in cells[first:])]


def _candles(part: Part, times: list[int], bars: list[list[Any]], timeframe: Timeframe) -> Candles | None:
    if not bars:
        part.fault("there are no bars", "write at least one")
        return None
    columns: dict[str, Any] = {"time": np.array(times, dtype=np.int64)}
    columns |= {name: np.array([bar[place] for bar in bars], dtype=float) for place, name in enumerate(_PRICES)}
    with_volume = [bar[len(_PRICES)] if len(bar) > len(_PRICES) else 0.0 for bar in bars]
    columns["volume"] = np.array(with_volume, dtype=float)
    try:
        return Candles.from_columns(columns, timeframe)
    except InvalidCandles as error:
        path = part.path if error.index is None else (*part.path, error.index)
        what = str(error).removeprefix("bars").removeprefix(f"[{error.index}]").removeprefix(":").strip()
        Part(None, path, part.faults).fault(what, f"write {error.expected or 'bars that can be'}")
        return None
