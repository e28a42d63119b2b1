"""Every failed case: what was wrong, why the labels are what they are, expected beside found; passed ones by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from evals.cases.case import Case, Conversation
from evals.report.material import Beside
from evals.report.pictures import pictures_of
from evals.report.tables import Content, table
from evals.scoring.coach import check_turn
from evals.scoring.summary import name_of
from evals.subjects.documents import read_found
from evals.subjects.found import Found, FoundAnswer
from tools.picture.markup import element, text

MOST_DRAWN: Final = 100
"""Failed cases that are drawn."""
MOST_TOLD: Final = 400
"""Failed cases that are told of; the result file has them all."""
MOST_NAMED: Final = 3_000
"""Passed cases that are named."""
_MOST_SENTENCES: Final = 12
_ROOM_OF_CHARTS: Final = 3_200_000
_ROOM: Final = 4_000_000
"""Bytes that failed cases may take on the page, which so stays below 5 MB; and those of charts among them."""
_MOST_CHARACTERS: Final = 4_000
_CHANGED: Final = "It cannot be drawn: the case is not at hand as it was judged."


@dataclass(slots=True)
class _Desk:
    beside: Beside
    drawn: int = 0
    left_out: int = 0
    used: int = 0
    used_by_charts: int = 0

    def tell(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """Yield what is told of each case, as long as there is room."""
        for row in rows[:MOST_TOLD]:
            if self.used >= _ROOM:
                return
            article = _article(row, self)
            self.used += len(article.encode())
            yield article


def failures_body(rows: Sequence[Mapping[str, Any]], beside: Beside) -> str:
    """Return the failed cases, pinned ones first; what is left out is said."""
    failed = sorted((row for row in rows if not row["passed"]), key=lambda row: (not row["pinned"], name_of(row)))
    if not failed:
        return element("p", "No case failed.")
    desk = _Desk(beside)
    told = list(desk.tell(failed))
    notes = [f"{len(failed):,} of {len(rows):,} cases failed, pinned ones first."]
    if desk.left_out:
        notes.append(f"{desk.drawn:,} are drawn; {desk.left_out:,} more are told without their chart.")
    if len(failed) > len(told):
        notes.append(f"{len(failed) - len(told):,} more failed and are not on this page: the result file has them.")
    return element("p", text(" ".join(notes))) + _LEGEND + "".join(told)


def passed_body(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the names of the cases that passed, by suite."""
    passed = [row for row in rows if row["passed"]]
    if not passed:
        return element("p", "No case passed.")
    body = ""
    for suite, mine in groupby(sorted(passed, key=name_of)[:MOST_NAMED], key=lambda row: row["suite"]):
        names = [row["case"] for row in mine]
        lines = element("ul", "".join(element("li", text(name)) for name in names), class_="names")
        body += element("details", element("summary", text(f"{suite}: {len(names):,} passed")) + lines)
    if len(passed) > MOST_NAMED:
        body += element("p", text(f"{len(passed) - MOST_NAMED:,} more passed and are not listed."), class_="note")
    return body


def _article(row: Mapping[str, Any], desk: _Desk) -> str:
    name = name_of(row)
    pinned = element("span", "pinned", class_="pinned") if row["pinned"] else ""
    body = element("h3", text(name) + pinned)
    body += element("p", text(_cut(row["why"])), class_="why")
    if row["error"] is not None:
        body += element("p", text(f"Error: {_cut(row['error'])}"), class_="alarm")
    sentences = row["failures"][:_MOST_SENTENCES]
    if len(row["failures"]) > len(sentences):
        sentences = [*sentences, f"and {len(row['failures']) - len(sentences)} more"]
    lines = "".join(element("li", text(_cut(one))) for one in sentences)
    body += element("ul", lines, class_="wrong") if lines else ""
    case = desk.beside.cases.get((row["suite"], row["case"]))
    if row["found"] is not None:
        body += _said(row) + _shown(row, case, desk)
    return element("article", body, aria_label=name)


def _shown(row: Mapping[str, Any], case: Case | None, desk: _Desk) -> str:
    """Return the case's charts, or its conversation."""
    if case is None:
        return "" if "turns" in row["expected"] else element("p", _CHANGED, class_="note")
    found = read_found(row["found"])
    if isinstance(case.subject, Conversation):
        return "".join(_conversation(case.subject, found))
    if desk.drawn >= MOST_DRAWN or desk.used_by_charts >= _ROOM_OF_CHARTS:
        desk.left_out += 1
        return ""
    pictures = [
        element("figure", element("div", svg, class_="scrolls", tabindex="0", role="region", aria_label=title)
                + element("figcaption", text(title)))
        for title, svg in pictures_of(case, found)
    ]  # fmt: skip
    made = "".join(pictures)
    if desk.used_by_charts + len(made) > _ROOM_OF_CHARTS:
        desk.left_out += 1
        return ""
    desk.drawn += 1
    desk.used_by_charts += len(made)
    return made


def _said(row: Mapping[str, Any]) -> str:
    """Return what was expected and found of everything that is no place on a chart, where the two differ."""
    expected, found = row["expected"], row["found"] or {}
    lines: list[list[Content]] = []
    for name, singular in (("bias", "bias"), ("rules", "rule")):
        for key, wanted in expected.get(name, {}).items():
            got = found.get(name, {}).get(key)
            if got != wanted and wanted != "unclear":
                lines.append([f"{singular} {key}", str(wanted), str(got or "nothing")])
    lines += [list(line) for line in _decisions(expected, found)]
    return table("Expected and found", ["", "expected", "found"], lines, sorts=False) if lines else ""


def _decisions(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    made = found.get("decision") or {}
    if wanted := expected.get("decision"):
        rule = f" by {wanted['rule']}" if wanted.get("rule") else ""
        got = f"{made['status']} by {', '.join(made['rules']) or 'no rule'}" if made else "nothing"
        if wanted["status"] != made.get("status") or (wanted.get("rule") or "") not in ("", *made.get("rules", ())):
            yield "decision", f"{wanted['status']}{rule}", got
    if setup := expected.get("setup"):
        yield "setup", _setup(setup), _setup(made["setup"]) if made.get("setup") else "nothing offered"


def _setup(setup: Mapping[str, Any]) -> str:
    targets = ", ".join(f"{price:.10g}" for price in setup.get("targets") or ())
    prices = f"entry {setup['entry']:.10g}, stop {setup['stop']:.10g}"
    return f"{setup['direction']}, {prices}{f', targets {targets}' if targets else ''}"


def _conversation(conversation: Conversation, found: Found) -> Iterator[str]:
    """Yield each turn of the first repeat that failed: the question, what was expected, what was said."""
    for answers in found.answers or ((),):
        checked = [
            (turn, answers[place] if place < len(answers) else None) for place, turn in enumerate(conversation.turns)
        ]
        if all(problem is None for turn, answer in checked for problem in check_turn(turn, answer).values()):
            continue
        for turn, answer in checked:
            wanted = _wanted(turn)
            said = _cut(answer.text) if answer is not None else "nothing"
            parts = [("Question", turn.question), ("Expected", wanted), ("Said", said), ("Tools", _tools(answer))]
            yield element("dl", "".join(element("dt", name) + element("dd", text(words)) for name, words in parts))
        return


def _wanted(turn: Any) -> str:
    parts = [f"calls {' → '.join(turn.tools)}"] if turn.tools else []
    parts += [f"says {one!r}" for one in turn.must_say] + [f"does not say {one!r}" for one in turn.must_not_say]
    parts += [f"is told {one!r}" for one in turn.must_be_told]
    if turn.abstains is not None:
        parts.append("says that the record does not tell" if turn.abstains else "answers")
    return "; ".join(parts) or "every claim supported"


def _tools(answer: FoundAnswer | None) -> str:
    return " → ".join(answer.tools) if answer is not None and answer.tools else "none"


def _cut(words: str) -> str:
    left = len(words) - _MOST_CHARACTERS
    return words if left <= 0 else f"{words[:_MOST_CHARACTERS]} … ({left:,} more characters)"


def _sample(style: str) -> str:
    shapes = element("rect", class_="zone", x=1.0, y=2.0, width=16.0, height=10.0)
    shapes += element("path", class_="point", d="M26 2.5L30.5 7L26 11.5L21.5 7z")
    return element("svg", element("g", shapes, class_=f"given {style}"), class_="ict sample", viewBox="0 0 32 14",
                   aria_hidden="true")  # fmt: skip


_LEGEND: Final = element(
    "p",
    "".join(
        element("span", _sample(style) + words)
        for style, words in (
            ("expected", "expected, not found"),
            ("found", "found, not expected"),
            ("agreed", "expected and found"),
        )
    ),
    class_="legend",
)
