"""A conversation on the terminal: words as they come, one dim line a tool, what nothing supports in colour."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.cells import cell_len
from rich.text import Text

from api.terminal.screen import Screen

UNSUPPORTED: Final = "[unsupported]"
_ALARM: Final = "bold yellow"
_MARKED: Final = re.compile(re.escape(UNSUPPORTED))
_PIECES: Final = re.compile(r"\n|[^\S\n]+|\S+")
_LONGEST_SUMMARY: Final = 120
_UNNAMED: Final = {"decision": "recorded decisions", "rule": "the rulebook"}
"""How a source without an id of its own is called, where its kind alone would say too little."""


class WordStream:
    """Write words to a terminal as they come, broken between words; what was written can be taken back."""

    def __init__(self, screen: Screen) -> None:
        """Write to `screen`, which is a terminal."""
        self._console = screen.console
        self._width = max(screen.console.width - 1, 1)
        self._rows = 0
        self._column = 0
        self._pending = ""

    def add(self, text: str) -> None:
        """Write a piece of text; its last word waits until something says that it is whole."""
        whole = self._pending + _printable(text)
        pieces = _PIECES.findall(whole)
        self._pending = pieces.pop() if pieces and not pieces[-1].isspace() else ""
        for piece in pieces:
            self._place(piece)
        self._console.file.flush()

    def end(self) -> None:
        """Write what waits, and end the line."""
        if self._pending:
            self._place(self._pending)
            self._pending = ""
        if self._column:
            self._break()
        self._console.file.flush()

    def take_back(self) -> bool:
        """Clear all that was written, and say whether it could be: what has scrolled away stays."""
        self.end()
        if self._rows >= self._console.height:
            return False
        if self._rows:
            self._console.file.write(f"\x1b[{self._rows}F\x1b[J")
            self._console.file.flush()
        self._rows = 0
        return True

    def _place(self, piece: str) -> None:
        if piece == "\n":
            self._break()
            return
        wide = cell_len(piece)
        if self._column + wide > self._width and self._column:
            self._break()
            if piece.isspace():
                return
        while cell_len(piece) > self._width:  # a word wider than the terminal
            self._write(piece[: self._width])
            self._break()
            piece = piece[self._width :]
        self._write(piece)

    def _write(self, piece: str) -> None:
        self._console.file.write(piece)
        self._column += cell_len(piece)

    def _break(self) -> None:
        self._console.file.write("\n")
        self._rows += 1
        self._column = 0


class CoachView:
    """Show the events of one answer after another, each as it comes; without a terminal only what is final."""

    def __init__(self, screen: Screen) -> None:
        """Print to `screen`."""
        self._screen = screen
        self._streams = screen.console.is_terminal
        self._words: WordStream | None = None
        self._message_id: str | None = None
        self._said = ""
        self._calls: dict[str, Mapping[str, Any]] = {}

    def header(self, model: str, phase: str, mode: str, symbol: str | None) -> None:
        """Print who speaks, at which time of the trading day, in which mode and of what."""
        told = [model, phase.replace("_", " "), mode, *([] if symbol is None else [symbol])]
        self._screen.mixed([("coach", "bold"), (f"  {' · '.join(told)}", "dim")], hang=2)

    def show(self, event: str, data: Mapping[str, Any]) -> None:
        """Show one event of the wire; an ``error`` is left to the caller, and what was begun is ended."""
        if event == "message.delta":
            self._add(data["message_id"], data["delta"])
        elif event == "tool.called":
            self._calls[data["id"]] = data["arguments"]
        elif event == "tool.result":
            self._end_words()
            self._tool(data)
        elif event == "claim.flagged":
            self._flagged(data)
        elif event == "message.completed":
            self._completed(data)
        elif event == "error":
            self.end()

    def end(self) -> None:
        """End what was begun of an answer: nothing more of it is shown."""
        self._end_words()
        self._forget()
        self._calls.clear()

    def _add(self, message_id: str | None, delta: str) -> None:
        if message_id != self._message_id:
            self._end_words()
            self._message_id = message_id
            self._said = ""
        self._said += delta
        if self._streams:
            self._words = self._words or WordStream(self._screen)
            self._words.add(delta)

    def _tool(self, data: Mapping[str, Any]) -> None:
        arguments = ", ".join(f"{name}={value}" for name, value in self._calls.pop(data["id"], {}).items())
        summary = _cut(" ".join(str(data["summary"]).split()))
        line = Text(_printable(f"  {'·' if data['ok'] else '!'} {data['name']}({arguments}): {summary}"), "dim")
        if self._streams:
            line.truncate(self._screen.console.width, overflow="ellipsis")
        self._screen.console.print(line, soft_wrap=True)

    def _flagged(self, data: Mapping[str, Any]) -> None:
        if not data["will_repair"]:
            return
        if self._words is not None and not self._words.take_back():
            self._screen.line("the answer above is withdrawn", _ALARM, indent=2)
        for reason in _why_withdrawn(data["claims"]):
            self._screen.line(f"· a draft is withdrawn: {_cut(reason)}", "dim", indent=2, hang=2)
        self._forget()

    def _completed(self, data: Mapping[str, Any]) -> None:
        response = str(data["response"])
        if self._words is not None and response.strip() == self._said.strip():
            self._words.end()
        else:
            if self._words is not None and not self._words.take_back():
                self._screen.line("the answer above is replaced by this one:", _ALARM)
            self._answer(response, [str(one["text"]) for one in data["claims"] if not one["supported"]])
        self._footer(data)
        self._forget()

    def _answer(self, response: str, doubtful: list[str]) -> None:
        for row in response.strip().splitlines():
            self._screen.mixed(_marked(_printable(row), doubtful))

    def _footer(self, data: Mapping[str, Any]) -> None:
        sources = _sources(data["citations"])
        told = [f"from {_cut(', '.join(sources))}"] if sources else []
        usage = data["usage"]
        if usage["input_tokens"] or usage["output_tokens"]:
            cost = "" if usage["cost_usd"] is None else f", ${usage['cost_usd']:.4f}"
            told.append(f"{usage['input_tokens'] + usage['output_tokens']:,} tokens{cost}")
        if told:
            self._screen.line(f"  {' · '.join(told)}", "dim", hang=2)

    def _end_words(self) -> None:
        if self._words is not None:
            self._words.end()
            self._words = None

    def _forget(self) -> None:
        self._words, self._message_id, self._said = None, None, ""


def _sources(citations: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what an answer rests on, each once; a kind by itself only where none of that kind has a name."""
    named = {str(one["kind"]) for one in citations if _is_named(one)}
    return list(dict.fromkeys(_source(one) for one in citations if _is_named(one) or one["kind"] not in named))


def _source(citation: Mapping[str, Any]) -> str:
    kind = str(citation["kind"])
    if kind == "user":
        return "your own words"
    return f"{kind} {citation['id']}" if _is_named(citation) else _UNNAMED.get(kind, kind)


def _is_named(citation: Mapping[str, Any]) -> bool:
    return bool(citation["id"] != citation["call_id"])


def _why_withdrawn(claims: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in claims:
        if one["kind"] == "advice":
            yield _printable(str(one["reason"]))
    unsupported = [_printable(str(one["text"])) for one in claims if one["kind"] != "advice"]
    if unsupported:
        yield f"nothing supports {', '.join(unsupported)}"


def _marked(row: str, doubtful: list[str]) -> list[tuple[str, str]]:
    """Return a row of an answer in styled parts: each mark in colour, and the claim before it."""
    parts: list[tuple[str, str]] = []
    at = 0
    for mark in _MARKED.finditer(row):
        before = row[at : mark.start()]
        claim = next((one for one in doubtful if before.rstrip().endswith(one)), "")
        start = len(before.rstrip()) - len(claim)
        parts += [(before[:start], ""), (before[start:], _ALARM), (UNSUPPORTED, _ALARM)]
        at = mark.end()
    return [*parts, (row[at:], "")]


def _printable(text: str) -> str:
    """Write control characters out: what a model says must not steer the terminal."""
    return "".join(one if one.isprintable() or one == "\n" else " " if one == "\t" else repr(one)[1:-1] for one in text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SUMMARY else f"{text[: _LONGEST_SUMMARY - 1]}…"
