"""A calendar as a table: CSV with a heading line; comma, semicolon or tab."""

import csv
import re
from datetime import tzinfo
from typing import Final

from tools.economic_calendar.columns import EXPECTED, EventColumns, find_columns
from tools.economic_calendar.entries import CalendarContent, Entry, content_of, fault, read_coverage
from tools.errors import InvalidCalendar

_SEPARATORS: Final = (",", ";", "\t")
_COVERS: Final = re.compile(r"#\s*covers\b:?(.*)", re.IGNORECASE)


def read_csv_calendar(text: str, zone: tzinfo, file: str) -> CalendarContent:
    """Read a table of events.

    The first line that is neither empty nor begins with ``#`` names the columns. A line
    ``# covers 2024-01-01 to 2024-06-30`` says for which days the table is whole; without one it is for the days from
    its first event to its last.

    Args:
        text: the file's.
        zone: in which days, and times without an offset, are read unless their column is named after UTC or GMT.
        file: its name, for the errors.

    Raises:
        InvalidCalendar: with every fault, each with its line.
    """
    covers = None
    columns: EventColumns | None = None
    entries: list[Entry | str] = []
    headings: list[str] = []
    for line, cells in _rows(text, file):
        place = f"{file} line {line}"
        if cells[0].startswith("#"):
            said = _COVERS.fullmatch(",".join(cells).strip())
            covers = read_coverage(said[1], zone, place, entries) if said else covers
        elif columns is None:
            headings, columns = cells, _columns(cells, file, place)
        elif any(cells[len(headings) :]):
            entries.append(
                fault(place, f"the row has {len(cells)} cells", f"at most {len(headings)}, as the heading names")
            )
        else:
            entries.append(columns.entry(dict(zip(headings, cells, strict=False)), place))
    if columns is None:
        entries.append(fault(file, "there is no heading line", EXPECTED))
    return content_of(entries, zone, file, covers=covers)


def _columns(cells: list[str], file: str, place: str) -> EventColumns:
    found = find_columns(cells)
    if isinstance(found, str):
        raise InvalidCalendar([fault(place, found, EXPECTED)], field=file)
    return found


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything, each with the line it begins on."""
    lines = text.splitlines(keepends=True)
    heading = next((one for one in lines if one.strip() and not one.lstrip().startswith("#")), "")
    separator = max(_SEPARATORS, key=heading.count)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((begins, stripped))
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise InvalidCalendar(
            [fault(f"{file} line {begins}", str(problem), "one event a line")], field=file
        ) from problem
    return rows
