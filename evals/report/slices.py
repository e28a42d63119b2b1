"""Scores by suite and by slice: rule, symbol, timeframe, session, volatility, and whatever cases are tagged with."""

from collections.abc import Mapping
from typing import Any, Final

from evals.report.families import scores_table
from evals.report.tables import Cell, Content, table
from evals.report.words import figure, score_title
from tools.picture.markup import element, text

_COLUMNS: Final = (
    "events.f1_at_0", "zones.f1_at_90", "bias.accuracy", "rules.accuracy", "decisions.accuracy",
    "decisions.false_trades_per_100", "decisions.right_for_the_right_reason", "coach.pass_all",
)  # fmt: skip
_FIRST: Final = ("rule", "symbol", "timeframe", "session", "volatility")
MOST_VALUES: Final = 400
"""Values of one slice that are listed."""


def suites_body(suites: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one table over all suites, and each one's every score behind a click."""
    body = slice_table("Suites", "suite", suites)
    for name, scores in suites.items():
        shown = {key: one for key, one in scores.items() if isinstance(one, Mapping)}
        title = element("summary", text(f"{name}: every score"))
        body += element("details", title + scores_table(f"{name}: every score", shown, titles=score_title))
    return body


def slices_body(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Return a table for each slice, those that every chart has first."""
    ordered = sorted(slices, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    return "".join(slice_table(f"By {name}", name, slices[name]) for name in ordered)


def slice_table(caption: str, name: str, groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a sortable table of groups of cases: how many there are, how many passed, and the main scores."""
    columns = [column for column in _COLUMNS if any(column in scores for scores in groups.values())]
    lines = [_line(value, scores, columns) for value, scores in list(groups.items())[:MOST_VALUES]]
    heads = [name, "cases", "passed, at least", "passed", *map(score_title, columns)]
    left = len(groups) - len(lines)
    note = element("p", text(f"{left:,} more values of {name} are not listed."), class_="note") if left > 0 else ""
    return table(caption, heads, lines) + note


def _line(value: str, scores: Mapping[str, Any], columns: list[str]) -> list[Content]:
    passed = scores["passed"]
    line: list[Content] = [value, Cell(f"{scores['cases']:,}", scores["cases"])]
    line += [Cell(figure(passed[name]), passed[name]) for name in ("low", "value")]
    for column in columns:
        number = scores.get(column, {"value": None})["value"]
        line.append(Cell(figure(number), number))
    return line
