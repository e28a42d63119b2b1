"""What ``ict eval label FILE`` means: a candle file to begin with, a case's folder, or a row of a JSONL file."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from agent.labels.parts import Fault, Part
from evals.cases.candle_documents import CandleFiles, candles_document
from evals.cases.case import Case, Chart
from evals.cases.chart_documents import chart_document
from evals.cases.documents import case_of
from evals.cases.files import CASE_FILE, ROWS, lines_of
from evals.cases.places import JsonText
from evals.labelling.desk import Desk, Labeller, is_same_person
from evals.labelling.places import CaseFolder, CaseRow, Document, Place
from evals.outcomes.sources import candles_of
from tools.errors import InvalidParameter, InvalidSuite
from tools.market.file_names import CANDLE_SUFFIXES
from tools.times import parse_time

MOST_BARS: Final = 300
"""Of a candle file, unless somebody says how many: as many as a screen shows well."""
_FIELD: Final = "FILE"
_NO_ID: Final = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class CandleOptions:
    """How a candle file is read; a case says all this itself.

    Attributes:
        symbol: the market; None reads it from the file's name.
        timeframe: of the bars; None takes it from their distance.
        time_zone: IANA name, of times without an offset; None is UTC.
        bars: how many of the last ones are labelled; None is `MOST_BARS`.
        as_of: ISO-8601 moment by which they have closed, None for the file's end.
        to: the folder of the case, None for one beside the file that is named after it.
    """

    symbol: str | None = None
    timeframe: str | None = None
    time_zone: str | None = None
    bars: int | None = None
    as_of: str | None = None
    to: Path | None = None

    def check_unused(self, case: str, *, but: Collection[str] = ()) -> None:
        """Refuse to open a case with options that only a candle file heeds.

        Args:
            case: how the case is told of.
            but: the options that were heeded.

        Raises:
            InvalidParameter: one of the others was given.
        """
        given = {
            "--symbol": self.symbol, "--timeframe": self.timeframe, "--time-zone": self.time_zone, "--bars": self.bars,
            "--as-of": self.as_of, "--to": self.to,
        }  # fmt: skip
        for name, value in given.items():
            if value is not None and name not in but:
                raise InvalidParameter(
                    f"{name} does not go with {case}, which is a case already and says all this itself",
                    field=name, expected=f"no {name}, or a candle file that is no case yet", got=str(value),
                )  # fmt: skip


def open_desk(path: Path, case: str | None, options: CandleOptions, labeller: Labeller) -> Desk:
    """Open what is to be labelled.

    Raises:
        InvalidParameter: there is no such file or case; it is a conversation; an option has no effect on it; or the
            labeller would agree with himself, as the reference and as a second opinion.
        InvalidSuite: the case has faults.
        DataError: the candle file cannot be read.
    """
    if path.suffix == ROWS:
        options.check_unused(str(path))
        return _row(path, case, labeller)
    if case is not None:
        raise InvalidParameter(
            f"--case names a row, and {path} has none", field="--case", expected=f"a {ROWS} file", got=str(path)
        )
    if path.name == CASE_FILE or path.is_dir():
        options.check_unused(str(path))
        return _folder(path.parent if path.name == CASE_FILE else path, labeller)
    return _candles(path, options, labeller)


def _candles(path: Path, options: CandleOptions, labeller: Labeller) -> Desk:
    folder = options.to or path.with_name(_stem(path))
    if (folder / CASE_FILE).is_file():
        options.check_unused(str(folder), but=("--to",))
        return _folder(folder, labeller)
    if folder.exists() and not folder.is_dir():
        raise InvalidParameter(
            f"{folder} is no folder for the case", field="--to", expected="a folder", got=str(folder)
        )
    if labeller.is_second:
        raise InvalidParameter(
            f"{path} has no labels yet, beside which a second opinion could stand",
            field="--as-second", expected="a case", got=str(path),
        )  # fmt: skip
    until = None if options.as_of is None else parse_time(options.as_of, field="--as-of")
    bars = options.bars or MOST_BARS
    candles, market = candles_of(
        str(path), options.symbol, options.timeframe, since=None, until=until, bars=bars,
        time_zone=options.time_zone or "UTC",
    )  # fmt: skip
    window = candles[max(0, len(candles) - bars) :]
    if not len(window):
        raise InvalidParameter(
            f"{path} has no bar that had closed by then", field="--as-of", expected="a later moment", got="none"
        )
    chart = Chart(market, {window.timeframe: window}, int(window.end[-1]) if until is None else until)
    document = {"id": _id(folder.resolve().name), "why": "", "chart": chart_document(chart, candles_document)}
    return Desk(chart, document, CaseFolder(folder, None, chart.windows), labeller)


def _folder(folder: Path, labeller: Labeller) -> Desk:
    path = folder / CASE_FILE
    content = _read(path)
    document = _document(JsonText(str(path), _decoded(path, content)))
    return _desk(document, JsonText(str(path), content.decode()), CaseFolder(folder, content, {}), labeller)


def _row(path: Path, case: str | None, labeller: Labeller) -> Desk:
    lines = lines_of(_decoded(path, _read(path)))
    ids = [_id_of(line) for line in lines]
    if case is None and len(lines) == 1:
        case = ids[0]
    if case is None or case not in ids:
        known = [one for one in ids if one]
        raise InvalidParameter(
            f"{path} has {len(lines)} rows: name one" if case is None else f"{path} has no case {case}",
            field="--case", expected=f"one of {', '.join(known[:12])}{' …' if len(known) > 12 else ''}",
            got=case or "none",
        )  # fmt: skip
    number = ids.index(case)
    source = JsonText(str(path), lines[number], number + 1)
    return _desk(_document(source), source, CaseRow(path, case, lines[number].encode()), labeller)


def _desk(document: Document, source: JsonText, place: Place, labeller: Labeller) -> Desk:
    faults: list[Fault] = []
    case = case_of(Part(document, (), faults), CandleFiles.beside(place.folder))
    if case is None:
        raise InvalidSuite([source.told(one) for one in faults])
    if not isinstance(case.subject, Chart):
        raise InvalidParameter(
            f"{place.name} is a conversation, and only charts are marked", field=_FIELD, expected="a chart",
            got="a conversation",
        )  # fmt: skip
    _refuse_one_person(case, place, labeller)
    return Desk(case.subject, document, place, labeller)


def _refuse_one_person(case: Case, place: Place, labeller: Labeller) -> None:
    """Refuse a second opinion of the reference's own labeller, and the other way round: nobody agrees with himself."""
    reference, *others = (one.provenance for one in case.labellings)
    if labeller.is_second and is_same_person(labeller.by, reference.by):
        raise InvalidParameter(
            f"the reference of {place.name} is by {reference.by}, and a second opinion is another person's",
            field="--as-second", expected="--by another, or no --as-second", got=labeller.by,
        )  # fmt: skip
    if not labeller.is_second and any(is_same_person(labeller.by, one.by) for one in others):
        raise InvalidParameter(
            f"{labeller.by} gave a second opinion of {place.name}, and the reference is another person's",
            field="--by", expected="--by another, or --as-second", got=labeller.by,
        )  # fmt: skip


def _document(source: JsonText) -> Document:
    document, problems = source.read()
    if not problems and not isinstance(document, dict):
        problems = [f"{source.label}:{source.first_line}: it is no case; write an object"]
    if problems:
        raise InvalidSuite(problems)
    made: Document = document
    return made


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InvalidParameter(
            f"{path} cannot be read: {problem.strerror or problem}",
            field=_FIELD, expected="a candle file, a case's folder or a .jsonl file", got=str(path),
        ) from problem  # fmt: skip


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InvalidSuite([f"{path}:1: the file is not UTF-8 text; save it as UTF-8"]) from problem


def _id_of(line: str) -> str | None:
    try:
        document: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return document.get("id") if isinstance(document, dict) else None


def _stem(path: Path) -> str:
    suffix = next((one for one in CANDLE_SUFFIXES if path.name.lower().endswith(one)), path.suffix)
    return _id(path.name[: len(path.name) - len(suffix)])


def _id(name: str) -> str:
    return _NO_ID.sub("-", name.lower()).strip("-.") or "chart"
