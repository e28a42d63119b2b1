"""The `analysis` graph: accept → bias → liquidity → structure → entry → risk → decision, as the walk goes.

It judges nothing itself. Its first node records a run like any other; each further one follows that run's log up to the
end of the walk's node of the same name, so that a client sees the walk step by step and every rule verdict as it falls.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import cache
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent.analysis.steps import DECISION
from agent.analysis_assistant.following import AnalysisContext, end_followed, follow, start_recorded
from agent.analysis_assistant.state import INPUTS, AnalysisInput, AnalysisOutput, AnalysisState
from agent.store.records import StoredEvent
from rulebook.facts import NODES
from tools.errors import InvalidParameter

NAME: Final = "analysis"
ACCEPT: Final = "accept"
Update = dict[str, Any]
Node = Callable[..., Awaitable[Update]]


class AnalysisGraph(CompiledStateGraph[Any, Any, Any, Any]):
    """The compiled graph: whoever ends it, between two nodes or in one, ends the recorded run it follows.

    That of a run that was let go is left alone; see `agent.analysis_assistant.following.let_go`.
    """

    async def astream(
        self,
        input: Any,
        config: RunnableConfig | None = None,
        *,
        context: AnalysisContext | None = None,
        **options: Any,
    ) -> AsyncIterator[Any]:
        """Stream as every graph does."""
        try:
            stream: Any = super().astream(input, config, context=context, **options)
            async with aclosing(stream) as parts:
                async for part in parts:
                    yield part
        except (asyncio.CancelledError, GeneratorExit):
            if context is not None:
                await asyncio.shield(asyncio.create_task(end_followed(context)))
            raise


def analysis_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> AnalysisGraph:
    """Return the compiled graph over a checkpointer; it is compiled once, and this is a copy of it."""
    return _compiled().copy({"checkpointer": checkpointer})


@cache
def _compiled() -> AnalysisGraph:
    graph = StateGraph(
        AnalysisState, input_schema=AnalysisInput, output_schema=AnalysisOutput, context_schema=AnalysisContext
    )
    graph.add_node(ACCEPT, _accept)
    for node in NODES:
        graph.add_node(node, _walking(node))
    graph.add_node(DECISION, _decide)
    graph.add_edge(START, ACCEPT)
    graph.add_edge(ACCEPT, NODES[0])
    for node, following in zip(NODES, (*NODES[1:], DECISION), strict=True):
        graph.add_conditional_edges(node, _gate_to(following), list(dict.fromkeys((following, DECISION))))
    graph.add_edge(DECISION, END)
    return AnalysisGraph(**vars(graph.compile(name=NAME)))


def _gate_to(following: str) -> Callable[[AnalysisState], Awaitable[str]]:
    async def choose(state: AnalysisState) -> str:
        return DECISION if state["closed_gates"] else following

    return choose


async def _accept(state: AnalysisState, runtime: Runtime[AnalysisContext]) -> Update:
    given = {name: state[name] for name in INPUTS if state.get(name) is not None}  # type: ignore[literal-required]
    if not given:
        raise InvalidParameter(
            "there are no candles to analyse: they are not kept over an interruption before the node 'accept'",
            field="input",
            expected="the analysis's input again, in a new run",
        )
    run_id = await start_recorded(runtime.context, given)
    fresh = AnalysisOutput(run_id=run_id, status="running", visited=[], closed_gates=[], decision=None)
    return {**dict.fromkeys(given), **fresh, "seq": 0}


def _walking(name: str) -> Node:
    def is_end(event: StoredEvent) -> bool:
        return event.event == "node.finished" and bool(event.data["node"] == name)

    async def walk(state: AnalysisState, runtime: Runtime[AnalysisContext]) -> Update:
        told = await _told(state, runtime, name, is_end)
        closed = told[-1].data["closed_gates"]
        return {"seq": told[-1].seq, "visited": [*state["visited"], name], "closed_gates": closed}

    return walk


async def _decide(state: AnalysisState, runtime: Runtime[AnalysisContext]) -> Update:
    told = await _told(state, runtime, DECISION, lambda event: event.event == "run.finished")
    decision = next(event.data for event in told if event.event == "decision")
    without_seq = {name: value for name, value in decision.items() if name != "seq"}
    return {"seq": told[-1].seq, "status": "completed", "decision": without_seq}


async def _told(
    state: AnalysisState, runtime: Runtime[AnalysisContext], node: str, until: Callable[[StoredEvent], bool]
) -> list[StoredEvent]:
    return await follow(
        runtime.context, state["run_id"], after=state["seq"], node=node, tell=runtime.stream_writer, until=until
    )
