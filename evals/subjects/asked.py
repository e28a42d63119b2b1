"""What a subject is given of a case: what is to be looked at and what of it is judged, and not one label."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from agent.labels import Labels
from evals.cases.case import Case, Chart, Conversation, Turn
from tools.timeframes import Timeframe

WALK: Final = "htf"
"""Under which labels and finds have the bias of the walk."""
Kind = tuple[Timeframe, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case without its labels.

    Attributes:
        id: its name.
        subject: the chart or conversation, no chart with what followed it, and no turn with more than its question and,
            where the case has it answered, that answer and the tools called before it.
        kinds: kinds of events and zones that are judged, by timeframe.
        biases: where a bias is judged: timeframes, and `WALK`.
        rules: ids of the rules that are judged.
        wants_walk: whether something is judged that only a walk tells; not what.
        amounts: one number for each label of a kind, how many bars late an event is known or how high a zone is; for
            who is told them (`Subject.is_told_amounts`), and empty for all others.
    """

    id: str
    subject: Chart | Conversation
    kinds: Mapping[Timeframe, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    biases: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    wants_walk: bool = False
    amounts: Mapping[Kind, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))


def asked_of(case: Case, *, with_amounts: bool = False) -> Asked:
    """Return what a subject may know of a case.

    Args:
        case: with its labels.
        with_amounts: whether it may know how many labels of each kind there are.
    """
    if isinstance(case.subject, Conversation):
        questions = tuple(_question(turn) for turn in case.subject.turns)
        analyses = tuple(replace(chart, after=None) for chart in case.subject.analyses)
        return Asked(case.id, replace(case.subject, analyses=analyses, turns=questions))
    chart, labels = case.subject, case.labels
    said = (labels.decision, labels.setup, labels.outcome)
    return Asked(
        case.id,
        replace(chart, after=None),
        _kinds(labels),
        frozenset(labels.bias),
        frozenset(labels.rules),
        any(one is not None for one in said) or bool(labels.rules) or WALK in labels.bias,
        _amounts(chart, labels) if with_amounts else {},
    )


def _question(turn: Turn) -> Turn:
    return Turn(turn.question) if turn.says is None else Turn(turn.question, turn.tools, says=turn.says)


def _kinds(labels: Labels) -> dict[Timeframe, frozenset[str]]:
    named = [(one.timeframe, one.kind) for one in labels.events]
    named += [(one.timeframe, one.kind) for one in labels.zones]
    named += [(frame, kind) for frame, kinds in labels.complete.items() for kind in kinds]
    frames = dict.fromkeys(frame for frame, _ in named)
    return {frame: frozenset(kind for of, kind in named if of is frame) for frame in frames}


def _amounts(chart: Chart, labels: Labels) -> dict[Kind, tuple[float, ...]]:
    found: dict[Kind, list[float]] = {}
    for event in labels.events:
        at, known = np.searchsorted(chart.windows[event.timeframe].time, (event.at, event.detected_at)).tolist()
        found.setdefault((event.timeframe, event.kind), []).append(known - at)
    for zone in labels.zones:
        found.setdefault((zone.timeframe, zone.kind), []).append(zone.top - zone.bottom)
    return {kind: tuple(numbers) for kind, numbers in found.items()}
