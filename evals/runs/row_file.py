"""Files of rows: JSONL with a header line, written the same each time, and read strictly, every fault with its line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.errors import InvalidResults
from tools.whole_file import write_whole

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Row = Mapping[str, Any]


class Strict(BaseModel):
    """One line, with no key too many and no value taken for another kind."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Header(Strict):
    format: str
    subject: dict[str, Any]
    suites: dict[str, Sha256]


@dataclass(frozen=True, slots=True)
class RowFile:
    """What such a file holds.

    Attributes:
        subject: the identity of what was put to the test.
        suites: by name, the SHA-256 that seals its cases.
        rows: one a case, by suite and id, as plain JSON values.
    """

    subject: Row
    suites: Mapping[str, str]
    rows: tuple[Row, ...]


FileT = TypeVar("FileT", bound=RowFile)


@dataclass(frozen=True, slots=True)
class RowFormat(Generic[FileT]):
    """One kind of such a file.

    Attributes:
        name: what its first line names as ``format``.
        kind: what it is read as.
        row: what each line but the first is.
        expected: what such a file is, for who is told that another is none.
    """

    name: str
    kind: type[FileT]
    row: type[Strict]
    expected: str

    def text(self, file: FileT) -> str:
        """Return the whole file: the same text for the same rows."""
        header = {"format": self.name, "subject": dict(file.subject), "suites": dict(file.suites)}
        return "".join(f"{as_json(line).decode()}\n" for line in (header, *file.rows))

    def write(self, path: Path, file: FileT, *, field: str) -> None:
        """Write the file whole, or not at all.

        Args:
            path: where.
            file: what.
            field: the option that named the path.

        Raises:
            InvalidParameter: it cannot be written; what stood there before is unchanged.
        """
        write_whole(path, self.text(file), field=field)

    def read(self, path: Path) -> FileT:
        """Read what `write` wrote: the header, and rows in order of their ``suite`` and ``case``.

        Raises:
            InvalidResults: it cannot be opened, or any line is not as it should be.
        """
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as problem:
            told = f"{path} cannot be read: {problem.strerror or problem}"
            raise InvalidResults([told], expected=self.expected) from problem
        problems: list[str] = []
        if lines[-1]:
            problems.append(f"{path}:{len(lines)}: the line has no end: the file was cut off")
        header = _line(_Header, lines[0], f"{path}:1", problems)
        if header and header["format"] != self.name:
            problems.append(f"{path}:1: format: it is {header['format']!r} and not {self.name!r}")
        rows = [_line(self.row, line, f"{path}:{number}", problems) for number, line in enumerate(lines[1:-1], 2)]
        problems += _order_faults(rows, header, str(path))
        if problems:
            raise InvalidResults(problems, expected=self.expected)
        return self.kind(header["subject"], header["suites"], tuple(rows))


def as_json(document: Row) -> bytes:
    """Return a row's or a header's text: one line, keys in order, no number changed."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _line(model: type[Strict], line: bytes, where: str, problems: list[str]) -> dict[str, Any]:
    """Read one line; what is wrong with it goes to `problems`, and nothing of it is returned."""
    try:
        document = orjson.loads(line)
        model.model_validate(document)
    except orjson.JSONDecodeError as problem:
        problems.append(f"{where}: this is no JSON: {problem}")
    except ValidationError as faults:
        problems += [
            f"{where}: {'.'.join(map(str, fault['loc'])) or 'the line'}: {fault['msg']}"
            for fault in faults.errors(include_url=False)
        ]
    else:
        return dict(document)
    return {}


def _order_faults(rows: Sequence[Row], header: Row, path: str) -> Iterator[str]:
    before = ("", "")
    for number, row in enumerate(rows, 2):
        if not row:
            continue
        key = (row["suite"], row["case"])
        if key == before:
            yield f"{path}:{number}: case {key[0]}/{key[1]} stands there twice"
        elif key < before:
            yield f"{path}:{number}: case {key[0]}/{key[1]} stands behind {before[0]}/{before[1]}; rows are in order"
        if header and key[0] not in header["suites"]:
            yield f"{path}:{number}: suite {key[0]} is not named in the first line"
        before = key
