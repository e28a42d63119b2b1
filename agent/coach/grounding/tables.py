"""Markdown tables of an answer: what a cell's column is headed, and what its row begins with."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ROW: Final = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_RULED: Final = re.compile(r"[ \t|:-]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell below a header.

    Attributes:
        start: where it begins in the text.
        end: where it ends, exclusive.
        header: what its column is headed.
        label: what its row begins with; the cell itself where it is the first.
        row: where its row begins and ends.
        head: where the header of its column begins and ends.
    """

    start: int
    end: int
    header: str
    label: str
    row: tuple[int, int]
    head: tuple[int, int]


class Tables:
    """The cells of a text's tables, by place."""

    def __init__(self, text: str) -> None:
        """Read the tables; linear in the text's length."""
        self._cells = list(_cells(text))
        self._starts = [one.start for one in self._cells]

    def cell(self, at: int) -> Cell | None:
        """Return the cell around a place, None for none."""
        place = bisect_right(self._starts, at) - 1
        if place < 0 or self._cells[place].end <= at:
            return None
        return self._cells[place]


def _cells(text: str) -> Iterator[Cell]:
    heads: list[tuple[int, int]] = []
    done = -2
    for found in _ROW.finditer(text):
        if found.start() > done + 1:
            heads = _spans(text, found)
        elif not _RULED.fullmatch(found[0]):
            yield from _of_row(text, heads, _spans(text, found), found.span())
        done = found.end()


def _of_row(
    text: str, heads: list[tuple[int, int]], spans: list[tuple[int, int]], row: tuple[int, int]
) -> Iterator[Cell]:
    label = text[slice(*spans[0])].strip() if spans else ""
    for number, (start, end) in enumerate(spans):
        head = heads[number] if number < len(heads) else (0, 0)
        yield Cell(start, end, text[slice(*head)].strip(), label, row, head)


def _spans(text: str, found: re.Match[str]) -> list[tuple[int, int]]:
    """Return where the cells between the bars of a line stand."""
    bars = [at for at in range(found.start(), found.end()) if text[at] == "|"]
    return [(first + 1, last) for first, last in itertools.pairwise(bars)]
