"""What the coach needs of a service, as ports: recorded decisions, and what an owner has set.

`agent.runs.service.Runs` and `agent.desk.desk.Desk` pass for them over a database; evaluations bring twins in memory.
"""

from collections.abc import Mapping
from typing import Protocol

from agent.analysis.request import AnalysisRequest
from agent.desk.judging import Judged
from agent.desk.state import DeskState
from agent.explanation.explain import Explanation
from agent.explanation.what_if import WhatIf
from agent.runs.service import AuditedDecision
from agent.store.decisions import DecisionFilter
from agent.store.records import DecisionRecord, Page, Run
from rulebook.book import Rulebook
from rulebook.facts import Scalar


class RecordedRuns(Protocol):
    """Recorded runs with their decisions, and the way to one more; everything by owner. See `Runs`."""

    async def analyze(self, request: AnalysisRequest, *, owner_id: str) -> Run:
        """Make a request whole, analyse it, and return its run, ended.

        Raises:
            InvalidParameter, UnknownProfile, InvalidProfile: the request cannot be made whole.
        """

    async def get(self, run_id: str, *, owner_id: str) -> Run:
        """Return a run as it stands.

        Raises:
            RunNotFound: no run of this owner has that id.
        """

    async def explain(self, run_id: str, *, owner_id: str) -> Explanation:
        """Say why a run decided what it decided, and what would have made it a trade.

        Raises:
            RunNotFound: no run of this owner has that id.
            RunNotDecided: it has no decision.
        """

    async def what_if(
        self,
        run_id: str,
        *,
        owner_id: str,
        profile: str | None = None,
        facts: Mapping[str, Scalar | None] | None = None,
    ) -> WhatIf:
        """Say what a run would have come to by another profile's rules, or on other facts by its own rules.

        Raises:
            RunNotFound, RunNotDecided: as `explain` does.
            InvalidParameter: both or neither are given, or a fact cannot be as it is supposed.
            UnknownProfile: the profile has no rulebook.
            NodeFailed: the walk does not come to a decision.
        """

    async def decisions(
        self, wanted: DecisionFilter | None = None, *, owner_id: str, limit: int = 50, offset: int = 0
    ) -> Page[DecisionRecord]:
        """Return recorded decisions, newest first."""

    async def decision(self, decision_id: str, *, owner_id: str) -> AuditedDecision:
        """Return a recorded decision with its whole trace.

        Raises:
            DecisionNotFound: no decision of this owner has that id.
        """


class OwnersDesk(Protocol):
    """How owners stand, and what judges them. See `Desk`."""

    async def state(self, owner_id: str) -> DeskState:
        """Return how an owner's desk stands now."""

    async def judged(self, owner_id: str) -> Judged:
        """Return what judges an owner's requests that name no profile."""

    async def rulebook(self, profile: str | None, *, owner_id: str) -> Rulebook:
        """Return the rulebook by which a profile, or the owner's usual one, judges the owner's requests.

        Raises:
            UnknownProfile, InvalidProfile, InvalidParameter: there is none, or it does not fit.
        """
