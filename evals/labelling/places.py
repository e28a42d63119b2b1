"""Where a labelled chart is kept: a folder of its own, or a row of a JSONL file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import orjson

from evals.cases.exclusive import exclusive
from evals.cases.files import CASE_FILE, case_text
from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.timeframes import Timeframe
from tools.times import iso_utc
from tools.whole_file import write_whole

Document = dict[str, Any]
_FIELD: Final = "FILE"


class Place(Protocol):
    """A place that holds one case."""

    @property
    def folder(self) -> Path:
        """What the paths of its candle files are relative to."""

    @property
    def name(self) -> str:
        """How it is told of."""

    def write(self, document: Document) -> None:
        """Put the case there, whole or not at all.

        Raises:
            InvalidParameter: it cannot be written, or was changed by somebody else since it was opened.
        """


@dataclass(slots=True)
class CaseFolder:
    """A folder with a ``case.json``.

    Attributes:
        before: the bytes of its ``case.json`` when it was opened, None where there was none.
        windows: candles to be written beside it as files of their own, which the case then names with their SHA-256.
    """

    folder: Path
    before: bytes | None
    windows: Mapping[Timeframe, Candles]

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.folder / CASE_FILE)

    def write(self, document: Document) -> None:
        """Write the candle files first, then the case that names them."""
        path = self.folder / CASE_FILE
        if self.windows:
            _make(self.folder)
        with exclusive(path, field=_FIELD):
            _refuse_changed(path, self.before, _bytes_of(path))
            if self.windows:
                written = {frame.value: _write_candles(self.folder, window) for frame, window in self.windows.items()}
                document = {**document, "chart": {**document["chart"], "candles": written}}
            text = case_text(document)
            write_whole(path, text, field=_FIELD)
            self.before = text.encode()


@dataclass(slots=True)
class CaseRow:
    """A row of a JSONL file; the others stay as they are, byte for byte."""

    path: Path
    id: str
    before: bytes

    @property
    def folder(self) -> Path:
        """The file's."""
        return self.path.parent

    @property
    def name(self) -> str:
        """The file and the case's id."""
        return f"{self.path}, case {self.id}"

    def write(self, document: Document) -> None:
        """Replace the row, whatever was done to the others meanwhile."""
        row = orjson.dumps(document)
        with exclusive(self.path, field=_FIELD):
            lines = (_bytes_of(self.path) or b"").split(b"\n")
            if self.before not in lines:
                _refuse_changed(self.path, self.before, None)
            lines[lines.index(self.before)] = row
            write_whole(self.path, b"\n".join(lines).decode(), field=_FIELD)
            self.before = row


def candle_text(candles: Candles) -> str:
    """Return candles as a CSV file that reads back to the same: UTC times, every digit."""
    columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    rows = zip(candles.time.tolist(), *(column.tolist() for column in columns), strict=True)
    lines = (",".join([iso_utc(second), *map(repr, values)]) for second, *values in rows)
    return "\n".join(("time,open,high,low,close,volume", *lines)) + "\n"


def _write_candles(folder: Path, candles: Candles) -> Document:
    name, text = f"{candles.timeframe.value}.csv", candle_text(candles)
    path, content = folder / name, text.encode()
    there = _bytes_of(path)
    if there is not None and there != content:
        raise InvalidParameter(
            f"{path} holds other candles already", field="--to", expected="a folder without them", got=str(folder)
        )
    write_whole(path, text, field="--to")
    span = {"from": iso_utc(int(candles.time[0])), "to": iso_utc(int(candles.time[-1]) + candles.timeframe.seconds)}
    return {"file": name, "sha256": hashlib.sha256(content).hexdigest(), **span}


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise InvalidParameter(
            f"{path} cannot be read: {problem.strerror or problem}",
            field=_FIELD, expected="a file that can be read", got=str(path),
        ) from problem  # fmt: skip


def _refuse_changed(path: Path, before: bytes | None, now: bytes | None) -> None:
    if before != now:
        raise InvalidParameter(
            f"{path} was changed since it was opened, and is left as it is now",
            field=_FIELD, expected="the case as it was opened", got="another",
        )  # fmt: skip


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InvalidParameter(
            f"{folder} cannot be made: {problem.strerror or problem}",
            field="--to", expected="a folder that can be made", got=str(folder),
        ) from problem  # fmt: skip
