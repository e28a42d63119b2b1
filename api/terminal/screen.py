"""Where the command line writes: coloured and wrapped on a terminal, plain and unwrapped everywhere else."""

import textwrap
from collections.abc import Iterable
from typing import Any, Final

import orjson
from rich.console import Console
from rich.text import Text

_NARROWEST: Final = 30
_LABEL_WIDTH: Final = 14


class Screen:
    """Print lines with hanging indents to standard output."""

    def __init__(self, console: Console | None = None) -> None:
        """Write to `console`; None is standard output, with a character it cannot show replaced."""
        self.console = console or Console(highlight=False, markup=False, emoji=False)

    def line(self, text: str = "", style: str = "", *, indent: int = 0, hang: int = 0) -> None:
        """Print one line, `indent` columns in; what does not fit goes on `hang` columns further in."""
        self.mixed([(text, style)], indent=indent, hang=hang)

    def mixed(self, parts: Iterable[tuple[str, str]], *, indent: int = 0, hang: int = 0) -> None:
        """Print one line made of (text, style) parts."""
        whole = Text.assemble(*parts)
        for number, row in enumerate(self._rows(whole, indent, hang)):
            lead = " " * (indent if number == 0 else indent + hang)
            self.console.print(Text(lead).append_text(row), soft_wrap=True)

    def field(self, label: str, value: str, style: str = "", *, indent: int = 2) -> None:
        """Print a label and its value, the value's further lines under its first."""
        self.mixed([(f"{label:<{_LABEL_WIDTH - 1}} ", "dim"), (value, style)], indent=indent, hang=_LABEL_WIDTH)

    def rule(self, title: str, style: str = "") -> None:
        """Print a heading: drawn across a terminal, one line elsewhere."""
        self.console.print()
        if self.console.is_terminal:
            self.console.rule(Text(title, style), align="left", style=style or "dim")
        else:
            self.line(title)

    def json(self, value: Any) -> None:
        """Print a value as JSON, indented, and nothing around it."""
        self.console.file.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")

    def whole(self, text: str) -> None:
        """Print a text as it stands, and nothing around it."""
        self.console.file.write(text)

    def _rows(self, whole: Text, indent: int, hang: int) -> list[Text]:
        room = self.console.width - indent
        if not self.console.is_terminal or len(whole) <= room:
            return [whole]
        widths = max(room, _NARROWEST), max(room - hang, _NARROWEST)
        plain = whole.plain
        first = textwrap.wrap(plain, widths[0], drop_whitespace=False)[0]
        rest = textwrap.wrap(plain[len(first) :].lstrip(), widths[1])
        rows, at = [whole[: len(first)]], len(first)
        for row in rest:
            start = plain.index(row, at)
            at = start + len(row)
            rows.append(whole[start:at])
        return rows
