"""The state machine: bias → liquidity → structure → entry → risk → decision, each gate an edge to the decision."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, TypedDict, TypeVar

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent.analysis.observation import Findings
from agent.analysis.reading import Reading
from agent.analysis.steps import DECISION, NodeDoor, Progress, conclude_walk, take_step
from rulebook.facts import NODES, Fact
from rulebook.judge import why_stopped
from rulebook.verdict import Verdict

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


@dataclass(slots=True)
class WalkContext:
    """What the nodes of one walk read from; it never enters the state.

    Attributes:
        reading: the request, the rules and the charts.
        walked: what the state says, as the step functions take it, so that no node parses what the last one wrote.
    """

    reading: Reading
    walked: Progress = field(default_factory=Progress)


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
            with NodeDoor(name):
                return await _off_the_loop(_walk_node, runtime.context, name, state, events)
        finally:  # in one piece: each write wakes the reader, which costs more than most rules
            runtime.stream_writer(events)

    return walk_node


async def _off_the_loop(work: Callable[..., Found], context: WalkContext, *arguments: Any) -> Found:
    """Do the work of a node here, or in a thread where it would keep the event loop from everybody else."""
    if context.reading.bars <= BARS_ON_THE_LOOP:
        return work(context, *arguments)
    return await asyncio.to_thread(work, context, *arguments)


def _walk_node(context: WalkContext, name: str, state: WalkState, events: list[Event]) -> dict[str, Any]:
    step = take_step(context.reading, name, _walked(context, state))
    events += (("tool.called", {"node": name, **call.to_dict()}) for call in step.observed.calls)
    rows = [verdict.to_dict() for verdict in step.verdicts]
    events += (("rule.evaluated", row) for row in rows)
    step.refuse_errors()
    context.walked = step.after
    closed = list(step.after.closed)
    summary = why_stopped(closed) if closed else "every gate open"
    events.append(("node.finished", {"node": name, "closed_gates": closed, "summary": summary}))
    return {
        "visited": list(step.after.visited),
        "facts": {**state["facts"], **{key: fact.to_dict() for key, fact in step.observed.facts.items()}},
        "findings": step.after.findings,
        "verdicts": [*state["verdicts"], *rows],
        "closed": closed,
    }


def _walked(context: WalkContext, state: WalkState) -> Progress:
    """Return the progress that the state tells of: the context's own, else read back from the state."""
    return context.walked if context.walked.visited == tuple(state["visited"]) else read_state(state)


def read_state(state: WalkState) -> Progress:
    """Read the plain values of a state back into what the step functions take."""
    return Progress(
        visited=tuple(state["visited"]),
        facts={name: Fact.from_dict(fact) for name, fact in state["facts"].items()},
        findings=state["findings"],
        verdicts=tuple(Verdict.from_dict(verdict) for verdict in state["verdicts"]),
        closed=tuple(state["closed"]),
    )


async def _decision(state: WalkState, runtime: Runtime[WalkContext]) -> dict[str, Any]:
    with NodeDoor(DECISION):
        outcome = await _off_the_loop(_conclude, runtime.context, state)
        runtime.stream_writer([("decision", outcome)])
        return {"outcome": outcome}


def _conclude(context: WalkContext, state: WalkState) -> dict[str, Any]:
    return conclude_walk(context.reading, _walked(context, state))
