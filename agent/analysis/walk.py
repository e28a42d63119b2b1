"""One walk: a request and a rulebook in, the same events and the same decision out, every time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

from agent.analysis.graph import Event, WalkContext, analysis_graph, empty_state
from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from agent.analysis.steps import walk_now
from rulebook.book import Rulebook

__all__ = ["WalkEvent", "walk", "walk_now"]


@dataclass(frozen=True, slots=True)
class WalkEvent:
    """One event of a walk: its name on the wire, and its JSON-ready data without run id and sequence number."""

    event: str
    data: dict[str, Any]


async def walk(request: AnalysisRequest, rulebook: Rulebook) -> AsyncIterator[WalkEvent]:
    """Walk the five nodes.

    Args:
        request: checked inputs (`AnalysisRequest.check`).
        rulebook: the rules to judge by.

    Yields:
        ``node.started``, ``tool.called``, ``rule.evaluated`` and ``node.finished`` as they happen, then one
        ``decision`` whose data is ``{"decision", "facts", "verdicts"}``: facts of all nodes, a verdict of every rule.

    Raises:
        NodeFailed: a tool or a rule failed; names the node.
    """
    context = WalkContext(Reading(request, rulebook))
    async for told in analysis_graph().astream(empty_state(), context=context, stream_mode="custom"):
        for name, data in cast(list[Event], told):
            yield WalkEvent(name, data)
