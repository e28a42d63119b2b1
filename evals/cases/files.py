"""The files cases stand in: JSONL with a case a line, or a folder with a `case.json` and its candle files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from agent.labels.parts import Fault, Part
from evals.cases.candle_documents import CandleFiles
from evals.cases.case import Case
from evals.cases.documents import case_document, case_of
from evals.cases.places import JsonText

CASE_FILE: Final = "case.json"
ROWS: Final = ".jsonl"


@dataclass(slots=True)
class ReadCases:
    """Cases as they are read, one file after the other, with everything that is wrong with them.

    Attributes:
        cases: those without faults, in the order they stand in.
        problems: each ``path:line: where: what is wrong; what to write instead``.
    """

    cases: list[Case] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)
    _files: CandleFiles = field(default_factory=lambda: CandleFiles.beside(None))

    def read_rows(self, path: Path) -> list[str]:
        """Read a JSONL file, and return its lines."""
        files = self._files.of(path.parent)
        lines = lines_of(self._text(path))
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._read(JsonText(str(path), line, number), files)
            else:
                self.problems.append(f"{path}:{number}: the line is empty; take it out")
        return lines

    def read_case_file(self, path: Path) -> None:
        """Read a `case.json`; the candle files it names lie relative to its folder."""
        text = self._text(path)
        if text:
            self._read(JsonText(str(path), text), self._files.of(path.parent))

    def read_folder(self, folder: Path) -> None:
        """Read every JSONL file and every `case.json` below a folder, in the order of their paths."""
        for path in files_below(folder):
            if path.name == CASE_FILE:
                self.read_case_file(path)
            elif path.suffix == ROWS:
                self.read_rows(path)

    def _text(self, path: Path) -> str:
        try:
            text = path.read_bytes().decode("utf-8")
        except OSError as error:
            self.problems.append(f"{path}:1: the file cannot be read ({error.strerror}); make it readable")
            return ""
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.problems.append(f"{path}:{line}: the file is not UTF-8 text; save it as UTF-8")
            return ""
        if not text.strip():
            self.problems.append(f"{path}:1: the file is empty; write a case")
            return ""
        return text

    def _read(self, source: JsonText, files: CandleFiles) -> None:
        document, problems = source.read()
        self.problems += problems
        if problems:
            return
        faults: list[Fault] = []
        case = case_of(Part(document, (), faults), files)
        self._refuse_twice(source, document, faults)
        self.problems += [source.told(one) for one in faults]
        if case is not None and not faults:
            self.cases.append(case)

    def _refuse_twice(self, source: JsonText, document: Any, faults: list[Fault]) -> None:
        name = document.get("id") if isinstance(document, dict) else None
        if not isinstance(name, str):
            return
        place = f"{source.label}:{source.line(('id',))}"
        if name in self._places:
            faults.append(Fault(("id",), f"{name!r} is the id of {self._places[name]} too", "write another"))
        self._places.setdefault(name, place)


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, in the order of their paths; those of a Python package that are code are not."""
    is_code = (folder / "__init__.py").is_file()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if is_code and (path.suffix in (".py", ".pyc") or "__pycache__" in path.parts):
            continue
        if path.is_file():
            yield path


def lines_of(text: str) -> list[str]:
    """Return the lines of a JSONL file; only a line feed ends one: a text may hold other ends of lines."""
    return text.removesuffix("\n").split("\n") if text else []


def rows_of(cases: Sequence[Case]) -> bytes:
    """Return cases as a JSONL file; the same cases give the same bytes."""
    return b"".join(orjson.dumps(case_document(case)) + b"\n" for case in cases)


def case_file_of(case: Case) -> str:
    """Return a case as a `case.json`, for people to read: a key a line, a bar a line."""
    return case_text(case_document(case))


def case_text(document: dict[str, Any]) -> str:
    """Return a case's document as a `case.json`; see `case_file_of`."""
    return _written(document, "") + "\n"


def _written(value: Any, margin: str) -> str:
    inner = margin + "  "
    if isinstance(value, dict) and value:
        rows = [f"{inner}{_scalar(key)}: {_written(one, inner)}" for key, one in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{margin}}}"
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        return "[\n" + ",\n".join(inner + _written(one, inner) for one in value) + f"\n{margin}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    return orjson.dumps(value).decode()
