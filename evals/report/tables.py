"""Tables a reader may sort, by keyboard too."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.picture.markup import element, text


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        words: what stands there.
        value: what it is sorted by, where that is no text.
        style: its class, None for a plain one.
        markup: what stands there instead, where it is more than words.
    """

    words: str
    value: float | None = None
    style: str | None = None
    markup: str | None = None


Content = Cell | str


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Content]], *, sorts: bool = True) -> str:
    """Return a table whose first column names the rows.

    Args:
        caption: what it shows.
        heads: of the columns.
        rows: as many cells each.
        sorts: whether a column's head sorts by it.
    """
    figures = [any(_is_figure(row[place]) for row in rows) for place in range(len(heads))]
    can_sort = sorts and len(rows) > 1
    head = "".join(_head(one, is_figure, sorts=can_sort) for one, is_figure in zip(heads, figures, strict=True))
    body = "".join(element("tr", _first(first) + "".join(map(_cell, rest))) for first, *rest in rows)
    content = element("caption", text(caption)) + element("thead", element("tr", head)) + element("tbody", body or " ")
    frame = {"tabindex": "0", "role": "region", "aria_label": caption}
    return element("div", element("table", content), class_="scrolls", **frame)


def _head(words: str, is_figure: bool, *, sorts: bool) -> str:
    style = "figure" if is_figure else None
    if not sorts:
        return element("th", text(words) or " ", scope="col", class_=style)
    return element("th", element("button", text(words), type="button"), scope="col", class_=style, aria_sort="none")


def _is_figure(one: Content) -> bool:
    return isinstance(one, Cell) and one.value is not None


def _first(one: Content) -> str:
    cell = one if isinstance(one, Cell) else Cell(one)
    return element("th", cell.markup or text(cell.words) or " ", scope="row", class_=cell.style)


def _cell(one: Content) -> str:
    cell = one if isinstance(one, Cell) else Cell(one)
    style = " ".join(filter(None, ("figure" if _is_figure(cell) or cell.words == "–" else None, cell.style))) or None
    value = None if cell.value is None else repr(cell.value)
    return element("td", cell.markup or text(cell.words) or " ", class_=style, data_value=value)
