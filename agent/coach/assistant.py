"""The coach as an assistant of the service: its graph, its tools, its model and its limits put together."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.coach.graph import NAME, coach_graph
from agent.coach.input import read_input, title_of
from agent.coach.ledger import Ledger, MemoryLedger
from agent.coach.models.factory import NamedModel
from agent.coach.moment import read_moment
from agent.coach.newest import newest_decision
from agent.coach.toolbox.box import ToolSources, coach_tools
from agent.coach.toolbox.compact import tokens_at_most
from agent.coach.turn import Coach, CoachContext, Moment, Newest, Tools
from agent.rulebooks import Rulebooks
from agent.settings import CoachLimits
from agent.threads.assistants import Assistant

_NODES_A_STEP: Final = 2
_OTHER_NODES: Final = 8
_FEWEST_NODES: Final = 6
"""For an answer, its repair and their checks, without any tool."""
_NOBODY: Final = ""


def coach_assistant(
    sources: ToolSources,
    model: NamedModel,
    limits: CoachLimits = CoachLimits(),  # noqa: B008 - frozen
    callbacks: Callable[[], Sequence[BaseCallbackHandler]] = tuple,
    ledger: Ledger | None = None,
) -> Assistant:
    """Return the coach.

    Args:
        sources: what its tools read from.
        model: who speaks; see `agent.coach.models.factory.speaking_model`.
        limits: how far one conversation may go.
        callbacks: what is told of every run; see `agent.tracing`.
        ledger: where spending is counted; None counts as long as the assistant lives.
    """
    coach = new_coach(
        model,
        limits,
        tools=partial(coach_tools, sources),
        moment=partial(read_moment, sources),
        newest=partial(newest_decision, sources),
        known_rules=rule_names(sources.rulebooks),
        clock=sources.clock,
        ledger=ledger,
    )
    return Assistant(
        graph_id=NAME,
        name="Coach",
        description="Explains what was decided and why, from the trace: every number of it can be traced.",
        compile=coach_graph,
        context=partial(CoachContext, coach),
        read_input=read_input,
        title=title_of,
        callbacks=callbacks,
        recursion_limit=most_nodes(limits),
        least_recursion_limit=_FEWEST_NODES,
    )


def most_nodes(limits: CoachLimits) -> int:
    """Return the most nodes that one turn within the limits takes."""
    return _NODES_A_STEP * limits.steps + _OTHER_NODES


def new_coach(
    model: NamedModel,
    limits: CoachLimits,
    *,
    tools: Tools,
    moment: Moment,
    newest: Newest,
    known_rules: Mapping[str, str],
    clock: Callable[[], int],
    ledger: Ledger | None = None,
) -> Coach:
    """Put a coach together; what every owner's model is offered is written once, here."""
    offered: list[dict[str, Any]] = [convert_to_openai_tool(tool) for tool in tools(owner_id=_NOBODY)]
    return Coach(
        model=model,
        with_tools=model.chat.bind_tools(offered),
        offered_tokens=tokens_at_most(json.dumps(offered)),
        limits=limits,
        tools=tools,
        moment=moment,
        newest=newest,
        known_rules=known_rules,
        clock=clock,
        ledger=MemoryLedger() if ledger is None else ledger,
    )


def rule_names(rulebooks: Rulebooks) -> dict[str, str]:
    """Return the names of all rules of all profiles, by their ids."""
    return {rule.id: rule.name for profile in rulebooks.profiles for rule in rulebooks.get(profile).rules}
