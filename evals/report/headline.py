"""What a report opens with: every main score by the end of its interval that flatters least, beside the baselines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from evals.report.material import Baseline
from evals.report.tables import Cell, Content, table
from evals.report.words import bound, figure, interval, score_title, size
from evals.scoring.estimates import all_metrics, clusters_of, columns_of, estimates
from evals.scoring.summary import HEADLINE, PASSED, SEED, is_of_intent, name_of, parts_of
from tools.picture.markup import element, text

_PASSED_CHARTS: Final = "passed, charts only"
_INTENT: Final = (
    "These charts have so much noise that their labels say what was planted, which is not always what the definitions "
    "see: how well a subject reads through noise, and not how well it keeps the definitions."
)


@dataclass(frozen=True, slots=True)
class _Score:
    """A score with its interval, and the end of that which flatters least; None where there is none."""

    score: Mapping[str, Any]
    worst: float | None
    is_better_high: bool

    def bound(self) -> Cell:
        """Return that end, and on which side of it the score lies."""
        return Cell(bound(self.worst, is_better_high=self.is_better_high), self.worst)


_UNTOLD: Final = _Score({"value": None}, None, True)
_Scores = Mapping[str, _Score]


def headline_tables(rows: Sequence[Mapping[str, Any]], subject: str, baselines: Sequence[Baseline]) -> str:
    """Return the table of main scores, one of the cases labelled by intent, and what is to be known of a baseline.

    Args:
        rows: those of the run.
        subject: how its subject is called.
        baselines: what it is held against.
    """
    caption = "Main scores, the end of each interval that flatters least first"
    made = _table(caption, [row for row in rows if not is_of_intent(row)], subject, baselines)
    intended = [row for row in rows if is_of_intent(row)]
    if intended:
        of_intent = _table("Cases labelled by intent, apart from the main scores", intended, subject, baselines)
        made += of_intent + element("p", text(_INTENT), class_="note")
    said = [f"{one.title}: {one.reason or 'no chart to look at'}." for one in baselines if one.reason or not one.rows]
    return made + "".join(element("p", text(sentence), class_="note") for sentence in said)


def _table(caption: str, rows: Sequence[Mapping[str, Any]], subject: str, baselines: Sequence[Baseline]) -> str:
    mine, cases = _scores(rows), {name_of(row) for row in rows}
    others = [(one.title, _scores([row for row in one.rows if name_of(row) in cases])) for one in baselines if one.rows]
    names = [name for name in (*HEADLINE[:1], _PASSED_CHARTS, *HEADLINE[1:]) if name in mine]
    heads = ["Score", f"{subject}: at least (at most)", "value", "95 % interval", "n"]
    heads += [head for title, _ in others for head in (f"{title}: at least (at most)", "value")]
    lines = [_line(name, mine, [scores for _, scores in others]) for name in names]
    return table(caption, heads, lines, sorts=False)


def _line(name: str, mine: _Scores, others: Sequence[_Scores]) -> list[Content]:
    one = mine[name]
    title = f"Cases: {name}" if name == _PASSED_CHARTS else score_title(name)
    cells: list[Content] = [title, replace(one.bound(), style="least"), _value(one.score)]
    cells += [Cell(interval(one.score), one.score["low"]), Cell(size(one.score), one.score["n"])]
    for scores in others:
        beside = scores.get(name, _UNTOLD)
        cells += [beside.bound(), _value(beside.score)]
    return cells


def _value(score: Mapping[str, Any]) -> Cell:
    if score["value"] is None and score.get("reason"):
        return Cell(str(score["reason"]), None, "reason")
    return Cell(figure(score["value"]), score["value"])


def _scores(rows: Sequence[Mapping[str, Any]]) -> _Scores:
    """Return the main scores of some rows; what nothing is labelled of is left out."""
    ordered = sorted(rows, key=name_of)
    parts = parts_of(ordered)
    metrics = [one for one in (PASSED, *all_metrics(parts)) if one.name in HEADLINE]
    clusters = clusters_of(ordered)
    columns = [one for one in columns_of(metrics, parts) if one.speaks.any()]
    made = dict(estimates(columns, parts, np.arange(len(ordered)), clusters, SEED))
    charts = np.array([at for at, row in enumerate(ordered) if "turns" not in row["expected"]], dtype=np.int64)
    if len(charts):
        passed = [one for one in columns if one.metric is PASSED]
        made[_PASSED_CHARTS] = estimates(passed, parts, charts, clusters, SEED)[PASSED.name]
    is_better_high = {one.name: one.is_better_high for one in metrics} | {_PASSED_CHARTS: True}
    return {name: _score(one.to_dict(), is_better_high[name]) for name, one in made.items()}


def _score(score: Mapping[str, Any], is_better_high: bool) -> _Score:
    return _Score(score, score["low"] if is_better_high else score["high"], is_better_high)
