"""What a run executes: the walk, as a port."""

from collections.abc import AsyncIterator
from typing import Protocol

from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import WalkEvent
from rulebook.loader import Rulebook


class Walk(Protocol):
    """Walk from candles to a decision.

    Yields the events ``node.started``, ``tool.called``, ``rule.evaluated`` and ``node.finished``, then exactly one
    ``decision`` whose data holds ``decision``, ``facts`` and ``verdicts``. The same request and rulebook give the same
    events, byte for byte: that is what lets an interrupted run be taken up again. Raises ``NodeFailed``.
    """

    def __call__(self, request: AnalysisRequest, rulebook: Rulebook) -> AsyncIterator[WalkEvent]:
        """Start a walk."""
        ...
