"""The scores of each family: events, zones, bias, rules, decisions, setups, coach, labellers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from evals.report.plots import lag_plot
from evals.report.section import Section
from evals.report.tables import Cell, Content, table
from evals.report.words import FAMILIES, figure, interval, metric_title, size
from evals.scoring.events import TOLERANCES
from tools.picture.markup import element, text

_CONFUSED: Final = {
    "bias": "What was taken for which bias",
    "decisions": "What was decided where",
    "rules": "What rules came to",
}
_EVENT_COLUMNS: Final = ("f1_at_0", "f1_at_1", "f1_at_3", "precision_at_0", "recall_at_0", "look_ahead", "lag_bars")
_ZONE_COLUMNS: Final = ("f1_at_50", "f1_at_75", "f1_at_90", "look_ahead", "overlap", "edge_ticks", "edge_atr")
_KINDS: Final = {"events": _EVENT_COLUMNS, "zones": _ZONE_COLUMNS}


def family_sections(summary: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> tuple[list[Section], list[str]]:
    """Return a section for each family that something is labelled of, and the titles of the others."""
    sections, absent = [], []
    for family, title in FAMILIES.items():
        if family == "passed":
            continue
        scores = {name: one for name, one in summary["overall"].items() if name.startswith(f"{family}.")}
        if not any(one["n"] for one in scores.values()):
            absent.append(title)
            continue
        body = _special(family, summary, rows) + scores_table(f"{title}: every score", scores)
        sections.append(Section(family, title, body))
    return sections, absent


def scores_table(caption: str, scores: Mapping[str, Mapping[str, Any]], *, titles: Any = metric_title) -> str:
    """Return a table of scores with their intervals; one that cannot be told says why."""
    lines: list[list[Content]] = []
    for name, score in scores.items():
        unknown = score["value"] is None
        value = Cell(str(score.get("reason", "–")), None, "reason") if unknown else Cell(figure(score["value"]))
        red = "alarm" if name.endswith("look_ahead") and score["value"] else None
        shown = value if unknown else Cell(value.words, score["value"], red)
        lines.append([titles(name), shown, Cell(interval(score), score["low"]), Cell(size(score), score["n"])])
    return table(caption, ["Score", "value", "95 % interval", "n"], lines)


def confusion_table(caption: str, confusion: Mapping[str, Any]) -> str:
    """Return a confusion matrix: a row for what is true, a column for what was found; the diagonal is marked."""
    classes, counts = confusion["classes"], confusion["rows"]
    lines: list[list[Content]] = []
    for true, row in zip(classes, counts, strict=True):
        if not sum(row):
            continue
        cells = [
            Cell(f"{count:,}", count, "right" if name == true else "wrong" if count else None)
            for name, count in zip(classes, row, strict=True)
        ]
        lines.append([f"is {true}", *cells])
    return table(caption, ["", *(f"found {name}" for name in classes)], lines, sorts=False)


def _special(family: str, summary: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    body = confusion_table(_CONFUSED[family], summary["confusion"][family]) if family in _CONFUSED else ""
    if family in _KINDS:
        body += _kinds_table(family, summary["kinds"][family])
    if family == "events":
        body += _lags(rows)
    if family == "rules":
        body += _rules_table(summary["rules"])
    return body


def _kinds_table(family: str, kinds: Mapping[str, Mapping[str, Any]]) -> str:
    columns = _KINDS[family]
    lines: list[list[Content]] = []
    for kind, scores in kinds.items():
        line: list[Content] = [kind.replace("_", " "), Cell(f"{scores['labelled']:,}", scores["labelled"])]
        for name in columns:
            value = scores[name]["value"]
            style = "alarm" if name == "look_ahead" and value else None
            line.append(Cell(figure(value), value, style))
        lines.append(line)
    heads = ["Kind", "labelled", *(metric_title(f"{family}.{name}") for name in columns)]
    return table(f"{FAMILIES[family]} by kind", heads, lines)


def _rules_table(rules: Mapping[str, Mapping[str, Any]]) -> str:
    lines: list[list[Content]] = []
    for rule, scores in rules.items():
        right = scores["accuracy"]
        cells = [Cell(figure(right[name]), right[name]) for name in ("low", "value")]
        lines.append([rule, *cells, Cell(size(right), right["n"]), _mistakes(scores["confusion"])])
    return table("Each rule", ["Rule", "at least right", "right", "n", "taken for something else"], lines)


def _mistakes(confusion: Mapping[str, Any]) -> str:
    classes = confusion["classes"]
    told = [
        f"{count} × {true} as {found}"
        for true, row in zip(classes, confusion["rows"], strict=True)
        for found, count in zip(classes, row, strict=True)
        if count and true != found
    ]
    return ", ".join(told) or "nothing"


def _lags(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the histogram of lags, and in red how often something was known before it could be."""
    parts = [part for row in rows for part in (row["score"] or {}).get("events", ())]
    lags = Counter(lag for part in parts for lag in part["lags"])
    ahead = sum(part["within"][str(TOLERANCES[0])][3] for part in parts)
    words = (
        f"{ahead:,} events were found before they could be known: look-ahead, which is a failure and no hit."
        if ahead
        else "No event was found before it could be known."
    )
    caption = element("figcaption", element("span", text(words), class_="alarm" if ahead else None))
    return element("figure", lag_plot(lags, ahead) + caption)
