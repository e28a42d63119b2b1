"""One case: whether a subject met every label of it, what it missed, and the counts that summaries add up."""

from dataclasses import dataclass
from typing import Any, Final

from agent.labels import EVENT_KINDS, ZONE_KINDS
from evals.cases.case import Case, Chart, Conversation
from evals.scoring.agreement import labelled_twice
from evals.scoring.bars import Bars, bars_of
from evals.scoring.bias import score_bias
from evals.scoring.coach import score_coach
from evals.scoring.decisions import outcome_of, score_decision
from evals.scoring.events import score_events
from evals.scoring.parts import Judged
from evals.scoring.rules import score_rules
from evals.scoring.setups import score_setup
from evals.scoring.zones import HAND_DRAWN_OVERLAP, PASSING_OVERLAP, score_zones
from evals.subjects.found import Found

NOTHING_FOUND: Final = Found(kinds=frozenset((*EVENT_KINDS, *ZONE_KINDS)))
"""What a subject that looks for everything found where it could not read the case: every label is missed."""


@dataclass(frozen=True, slots=True)
class CaseScore:
    """How a subject did on one case.

    Attributes:
        passed: whether every label that is judged is met, and at least one was judged if there are any.
        failures: what was expected and what came instead, sentences for a trader.
        parts: JSON-ready counts by what they judge, from which `evals.scoring.summary` adds up.
    """

    passed: bool
    failures: tuple[str, ...]
    parts: dict[str, Any]


def score_case(case: Case, found: Found) -> CaseScore:
    """Judge what a subject found on one case.

    Args:
        case: what is true; its first labelling is the reference.
        found: what was found.

    Raises:
        InvalidParameter: a label speaks of a bar or a timeframe that the case does not have.
    """
    if isinstance(case.subject, Conversation):
        judged = {"coach": score_coach(case.subject, found)}
    else:
        judged = judge_chart(case, case.subject, found)
    ignored = {name: one.not_looked_for for name, one in judged.items() if one.not_looked_for}
    parts = {name: one.parts for name, one in judged.items() if one.parts}
    failures = tuple(failure for one in judged.values() for failure in one.failures)
    if ignored:
        parts["not_looked_for"] = ignored
        if len(parts) == 1:
            kinds = ", ".join(sorted(kind for one in ignored.values() for kind in one))
            failures = (f"nothing was judged: the subject does not look for {kinds}",)
    parts |= {name: part for name, part in _beside(case, found).items() if part is not None}
    return CaseScore(not failures, failures, parts)


def judge_chart(case: Case, chart: Chart, found: Found) -> dict[str, Judged]:
    """Judge what was found on the chart of a case: events, zones, bias, rules, decision and setup, by these names.

    Raises:
        InvalidParameter: a label speaks of a bar or a timeframe that the case does not have.
    """
    labels, bars = case.labels, bars_of(chart)
    passing = HAND_DRAWN_OVERLAP if case.provenance.method == "hand" else PASSING_OVERLAP
    return {
        "events": score_events(labels, found, bars),
        "zones": score_zones(labels, found, bars, passing),
        "bias": score_bias(labels, found),
        "rules": score_rules(labels, found),
        "decision": score_decision(labels, found),
        "setup": score_setup(labels, found, Bars(chart.base, chart.instrument.tick_size)),
    }


def _beside(case: Case, found: Found) -> dict[str, Any]:
    """Return what summaries are made of and no case passes or fails by."""
    if not isinstance(case.subject, Chart):
        return {}
    return {"calibration": outcome_of(case.labels, found), "agreement": labelled_twice(case)}
