"""The state machine: bias → liquidity → structure → entry → risk → decision, each gate an edge to the decision."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Final, Literal, Self, TypedDict, TypeVar

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent.analysis.decision import decide
from agent.analysis.nodes import OBSERVERS
from agent.analysis.observation import Findings
from agent.analysis.reading import Reading
from rulebook.facts import NODES
from rulebook.judge import closed_gates, judge_node, why_stopped
from rulebook.verdict import Verdict
from tools.errors import NodeFailed

DECISION: Final = "decision"
BARS_ON_THE_LOOP: Final = 5_000
Found = TypeVar("Found")


class WalkState(TypedDict):
    """What the nodes hand on: plain JSON values only.

    Attributes:
        visited: the nodes walked so far.
        facts: every fact gathered so far, by name.
        findings: what later nodes and the decision need besides facts.
        verdicts: the verdicts so far, in walk order.
        closed: ids of the gates that the last node closed.
        outcome: the decision with its whole trace, once it is made.
    """

    visited: list[str]
    facts: dict[str, Any]
    findings: Findings
    verdicts: list[dict[str, Any]]
    closed: list[str]
    outcome: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class WalkContext:
    """What the nodes read from; it never enters the state."""

    reading: Reading


Graph = CompiledStateGraph[WalkState, WalkContext, WalkState, WalkState]
Node = Callable[..., Any]
Event = tuple[str, dict[str, Any]]


def empty_state() -> WalkState:
    """Return the state a walk starts from."""
    return WalkState(visited=[], facts={}, findings={}, verdicts=[], closed=[], outcome=None)


@cache
def analysis_graph() -> Graph:
    """Return the compiled graph: stateless, one for every run; its record is the trace, so it has no checkpointer."""
    graph = StateGraph(WalkState, context_schema=WalkContext)
    for node in NODES:
        graph.add_node(node, _node(node))
    graph.add_node(DECISION, _decision)
    graph.add_edge(START, NODES[0])
    for node, following in zip(NODES, (*NODES[1:], DECISION), strict=True):
        graph.add_conditional_edges(node, _gate_to(following), list(dict.fromkeys((following, DECISION))))
    graph.add_edge(DECISION, END)
    return graph.compile(name="analysis")


def _gate_to(following: str) -> Callable[[WalkState], Awaitable[str]]:
    async def choose(state: WalkState) -> str:  # a plain function would cost a hop to a thread on every edge
        return DECISION if state["closed"] else following

    return choose


def _node(name: str) -> Node:
    async def walk_node(state: WalkState, runtime: Runtime[WalkContext]) -> dict[str, Any]:
        events: list[Event] = [("node.started", {"node": name})]
        try:
            with _NodeDoor(name):
                return await _off_the_loop(_walk_node, runtime.context.reading, name, state, events)
        finally:  # in one piece: each write wakes the reader, which costs more than most rules
            runtime.stream_writer(events)

    return walk_node


async def _off_the_loop(work: Callable[..., Found], reading: Reading, *arguments: Any) -> Found:
    """Do the work of a node here, or in a thread where it would keep the event loop from everybody else."""
    if reading.bars <= BARS_ON_THE_LOOP:
        return work(reading, *arguments)
    return await asyncio.to_thread(work, reading, *arguments)


def _walk_node(reading: Reading, name: str, state: WalkState, events: list[Event]) -> dict[str, Any]:
    observed = OBSERVERS[name](reading, state["findings"])
    events += (("tool.called", {"node": name, **call.to_dict()}) for call in observed.calls)
    so_far = [Verdict.from_dict(verdict) for verdict in state["verdicts"]]
    verdicts = judge_node(reading.rulebook, name, observed.facts, so_far=so_far)
    rows = [verdict.to_dict() for verdict in verdicts]
    events += (("rule.evaluated", row) for row in rows)
    _refuse_errors(name, verdicts)
    closed = list(closed_gates(reading.rulebook, verdicts))
    summary = why_stopped(closed) if closed else "every gate open"
    events.append(("node.finished", {"node": name, "closed_gates": closed, "summary": summary}))
    return {
        "visited": [*state["visited"], name],
        "facts": {**state["facts"], **{key: fact.to_dict() for key, fact in observed.facts.items()}},
        "findings": {**state["findings"], **observed.findings},
        "verdicts": [*state["verdicts"], *rows],
        "closed": closed,
    }


def _refuse_errors(node: str, verdicts: tuple[Verdict, ...]) -> None:
    for verdict in verdicts:
        if verdict.outcome == "error":
            raise NodeFailed(node, f"rule {verdict.rule_id}: {verdict.reason}")


async def _decision(state: WalkState, runtime: Runtime[WalkContext]) -> dict[str, Any]:
    with _NodeDoor(DECISION):
        reading = runtime.context.reading
        facts, findings = await _off_the_loop(_beyond_the_gate, reading, state)
        outcome = decide(
            reading,
            visited=state["visited"],
            closed=state["closed"],
            findings=findings,
            verdicts=[Verdict.from_dict(verdict) for verdict in state["verdicts"]],
        )
        outcome["facts"] = facts
        runtime.stream_writer([("decision", outcome)])
        return {"outcome": outcome}


def _beyond_the_gate(reading: Reading, state: WalkState) -> tuple[dict[str, Any], Findings]:
    """Gather the facts of the nodes that were not reached: the why-not asks for them, the trace does not judge them."""
    facts, findings = dict(state["facts"]), dict(state["findings"])
    for node in NODES:
        if node not in state["visited"]:
            observed = OBSERVERS[node](reading, findings)
            findings |= observed.findings
            facts |= {key: fact.to_dict() for key, fact in observed.facts.items()}
    return facts, findings


class _NodeDoor:
    """Give whatever a node raises the node's name; the run loop records it."""

    def __init__(self, node: str) -> None:
        self._node = node

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if isinstance(error, Exception) and not isinstance(error, NodeFailed):
            raise NodeFailed(self._node, f"{type(error).__name__}: {error}") from error
        return False
