"""The steps of a walk, as plain functions: the graph takes them one by one, `walk_now` all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Literal, Self

from agent.analysis.decision import decide
from agent.analysis.nodes import OBSERVERS
from agent.analysis.observation import Findings, Gathered, Observation
from agent.analysis.reading import Reading, SharedCharts
from agent.analysis.request import AnalysisRequest
from rulebook.book import Rulebook
from rulebook.facts import NODES, Fact
from rulebook.judge import closed_gates, judge_node
from rulebook.verdict import Verdict
from tools.errors import NodeFailed

DECISION: Final = "decision"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk has come.

    Attributes:
        visited: the nodes walked so far, in order.
        facts: every fact gathered so far, by name.
        findings: what later nodes and the decision need besides facts.
        verdicts: the verdicts so far, in walk order.
        closed: ids of the gates that the last node closed.
    """

    visited: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    findings: Findings = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One node walked: what it observed, how its rules judged that, and the progress after it."""

    observed: Observation
    verdicts: tuple[Verdict, ...]
    after: Progress

    def refuse_errors(self) -> None:
        """Raise for the first rule that could not be judged at all.

        Raises:
            NodeFailed: a rule's verdict is an error; names the node and the rule.
        """
        for verdict in self.verdicts:
            if verdict.outcome == "error":
                raise NodeFailed(verdict.node, f"rule {verdict.rule_id}: {verdict.reason}")


class NodeDoor:
    """Give whatever is raised inside a ``with`` block the node's name, as `NodeFailed`; the run loop records it."""

    def __init__(self, node: str) -> None:
        """Take the name."""
        self._node = node

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        """Raise a foreign error as the node's."""
        if isinstance(error, Exception) and not isinstance(error, NodeFailed):
            raise NodeFailed(self._node, f"{type(error).__name__}: {error}") from error
        return False


def take_step(reading: Reading, node: str, before: Progress) -> Step:
    """Walk one node: observe its facts, and judge its rules by them and by those of the nodes before."""
    observed = OBSERVERS[node](reading, Gathered(before.facts, before.findings, before.verdicts))
    facts = {**before.facts, **observed.facts}
    verdicts = judge_node(reading.rulebook, node, facts, so_far=before.verdicts)
    after = Progress(
        visited=(*before.visited, node),
        facts=facts,
        findings={**before.findings, **observed.findings},
        verdicts=(*before.verdicts, *verdicts),
        closed=closed_gates(reading.rulebook, verdicts),
    )
    return Step(observed, verdicts, after)


def conclude_walk(reading: Reading, walked: Progress, *, facts_beyond: bool = True) -> dict[str, Any]:
    """Make the outcome of a walk that has ended: ``{"decision", "verdicts", "facts"}``, JSON-ready.

    Args:
        reading: what was read.
        walked: how far it came.
        facts_beyond: whether the facts of the nodes behind a closed gate are gathered too: the why-not asks for them,
            the trace does not judge them. Without them the decision is the same.
    """
    facts, findings = _beyond_the_gate(reading, walked, facts_beyond=facts_beyond)
    outcome = decide(
        reading,
        visited=walked.visited,
        closed=walked.closed,
        facts=facts,
        findings=findings,
        verdicts=walked.verdicts,
    )
    outcome["facts"] = {name: fact.to_dict() for name, fact in facts.items()}
    return outcome


def walk_now(
    request: AnalysisRequest, rulebook: Rulebook, *, facts_beyond: bool = True, charts: SharedCharts | None = None
) -> dict[str, Any]:
    """Walk the five nodes at once, without a graph and without events.

    Args:
        request: checked inputs (`AnalysisRequest.check`).
        rulebook: the rules to judge by.
        facts_beyond: see `conclude_walk`.
        charts: those of earlier walks over the same windows, `SharedCharts(request)` for the first; None reads anew.

    Returns:
        ``{"decision", "verdicts", "facts"}``, byte for byte what the graph's ``decision`` event holds.

    Raises:
        NodeFailed: a tool or a rule failed; names the node.
    """
    reading, walked = Reading(request, rulebook, charts), Progress()
    for node in NODES:
        with NodeDoor(node):
            step = take_step(reading, node, walked)
            step.refuse_errors()
        walked = step.after
        if walked.closed:
            break
    with NodeDoor(DECISION):
        return conclude_walk(reading, walked, facts_beyond=facts_beyond)


def _beyond_the_gate(reading: Reading, walked: Progress, *, facts_beyond: bool) -> tuple[Mapping[str, Fact], Findings]:
    """Gather what lies behind a closed gate: all of it, or only what the decision shows of a setup it offers."""
    facts, findings = dict(walked.facts), dict(walked.findings)
    hidden = NODES[len(walked.visited) :]
    if not facts_beyond and not (hidden == NODES[-1:] and findings["setup"] is not None):
        return facts, findings
    for node in hidden:
        observed = OBSERVERS[node](reading, Gathered(facts, findings, walked.verdicts))
        findings |= observed.findings
        if facts_beyond:
            facts |= observed.facts
    return facts, findings
