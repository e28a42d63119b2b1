"""A calendar as JSON: the list of events requests take, or an object that also says which days it covers."""

import json
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from tools.economic_calendar.columns import find_columns
from tools.economic_calendar.entries import CalendarContent, Entry, content_of, fault, read_coverage
from tools.errors import InvalidCalendar

_WANTED: Final = 'a list of {"time", "currency", "impact", "title"}, or {"events": that list, "covers": "DATE to DATE"}'
_SPACE: Final = " \t\r\n"


def read_json_calendar(text: str, zone: tzinfo, file: str) -> CalendarContent:
    """Read a list of events.

    Args:
        text: the file's.
        zone: in which days, and times without an offset, are read.
        file: its name, for the errors.

    Raises:
        InvalidCalendar: with every fault, each with its line.
    """
    covers = None
    entries: list[Entry | str] = []
    try:
        for name, value, position in _members(text):
            place = f"{file} line {text.count(chr(10), 0, position) + 1}"
            if name == "covers" and isinstance(value, str):
                covers = read_coverage(value, zone, place, entries)
            elif name.startswith("event "):
                entries.append(_entry(value, f"{place}, {name}"))
            else:
                entries.append(fault(place, f"{name!r} is none of a calendar's members, or no list or text", _WANTED))
    except ValueError as problem:
        place = f"{file} line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else file
        what = problem.msg if isinstance(problem, json.JSONDecodeError) else str(problem)
        found = [one for one in entries if isinstance(one, str)]
        raise InvalidCalendar([*found, fault(place, f"not readable as JSON: {what}", _WANTED)], field=file) from problem
    except RecursionError as problem:
        raise InvalidCalendar([fault(file, "the JSON is nested too deeply", _WANTED)], field=file) from problem
    return content_of(entries, zone, file, covers=covers)


def _entry(value: Any, place: str) -> Entry | str:
    if not isinstance(value, dict):
        return fault(place, "it is no object", 'an object such as {"time": …, "title": …}')
    cells = {name: _text(cell) for name, cell in value.items()}
    columns = find_columns(list(cells))
    if isinstance(columns, str):
        return fault(place, columns.replace("column", "member"), "members time, currency, impact, title")
    return columns.entry(cells, place)


def _text(value: Any) -> str:
    """Return a member as the text a table would have; of what is no text or number its JSON, which no reader takes."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else json.dumps(value)


def _members(text: str) -> Iterator[tuple[str, Any, int]]:
    """Yield what the document holds, each with the position it begins at; events as ``event 0``, ``event 1``, ….

    Raises:
        ValueError: the text is no JSON, or no calendar.
    """
    reading = _Reading(text)
    if reading.next_is("["):
        yield from _events(reading)
    elif reading.next_is("{"):
        for name in reading.separated("}"):
            if not isinstance(name, str):
                raise json.JSONDecodeError("a member's name is no text", text, reading.at)
            reading.take(":")
            if name == "events" and reading.next_is("["):
                yield from _events(reading)
            else:
                begins = reading.at
                yield name, reading.value(), begins
    else:
        raise json.JSONDecodeError("it is neither a list nor an object", text, reading.at)
    reading.end()


def _events(reading: "_Reading") -> Iterator[tuple[str, Any, int]]:
    for number, value in enumerate(reading.separated("]")):
        yield f"event {number}", value, reading.began


class _Reading:
    """A place in a JSON text, so that each event's line is known."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse)
        self.at = self.began = 0
        self._skip()

    def next_is(self, mark: str) -> bool:
        return self._text.startswith(mark, self.at)

    def take(self, mark: str) -> None:
        if not self.next_is(mark):
            raise json.JSONDecodeError(f"expecting {mark!r}", self._text, self.at)
        self.at += 1
        self._skip()

    def value(self) -> Any:
        self.began = self.at
        value, self.at = self._decoder.raw_decode(self._text, self.at)
        self._skip()
        return value

    def separated(self, closing: str) -> Iterator[Any]:
        """Yield the values of a list, or the names of an object, up to its end."""
        self.at += 1
        self._skip()
        is_first = True
        while not self.next_is(closing):
            if not is_first:
                self.take(",")
            is_first = False
            yield self.value()
        self.take(closing)

    def end(self) -> None:
        if self.at < len(self._text):
            raise json.JSONDecodeError("something follows the calendar", self._text, self.at)

    def _skip(self) -> None:
        while self.at < len(self._text) and self._text[self.at] in _SPACE:
            self.at += 1


def _object(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the member {next(one for one in names if names.count(one) > 1)!r} stands there twice")
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")
