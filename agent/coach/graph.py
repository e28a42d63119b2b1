"""The coach as a state machine: prepare → model ⇄ tools → grounding, and back to the model once for a repair.

What the model says is a draft that nobody is shown as the coach's word. It enters the conversation by the tools node,
with the answers to its calls and without words that do not stand, or by the grounding node, checked.
"""

from functools import cache
from typing import Any, Final

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.coach.nodes.grounding import grounding
from agent.coach.nodes.model import is_calling, model
from agent.coach.nodes.prepare import prepare
from agent.coach.nodes.tools import tools
from agent.coach.state import CoachInput, CoachOutput, CoachState, read_draft
from agent.coach.turn import CoachContext

NAME: Final = "coach"
Graph = CompiledStateGraph[CoachState, CoachContext, CoachInput, CoachOutput]


def coach_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Return the compiled graph over a checkpointer; it is compiled once, and this is a copy of it."""
    return _compiled().copy({"checkpointer": checkpointer})


@cache
def _compiled() -> Graph:
    graph = StateGraph(CoachState, context_schema=CoachContext, input_schema=CoachInput, output_schema=CoachOutput)
    graph.add_node("prepare", prepare)
    graph.add_node("model", model)
    graph.add_node("tools", tools)
    graph.add_node("grounding", grounding)
    graph.add_edge(START, "prepare")
    graph.add_edge("prepare", "model")
    graph.add_conditional_edges("model", _after_model, ["tools", "grounding"])
    graph.add_edge("tools", "model")
    graph.add_conditional_edges("grounding", _after_grounding, ["model", END])
    return graph.compile(name=NAME)


async def _after_model(state: CoachState) -> str:  # a plain function would cost a hop to a thread
    return "tools" if is_calling(read_draft(state)) else "grounding"


async def _after_grounding(state: CoachState) -> str:
    return END if state["repair"] is None else "model"
