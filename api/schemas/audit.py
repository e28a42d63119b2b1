"""Recorded decisions, on the wire."""

from typing import Any

from pydantic import Field

from api.schemas.base import Answer, Query, QueryMoment, RunId, Symbol, Time
from api.schemas.decision import Decision, Status
from api.schemas.rules import Verdict


class DecisionsQuery(Query):
    """Which decisions."""

    symbol: Symbol | None = None
    status: Status | None = None
    since: QueryMoment | None = Field(default=None, description="Recorded at or after this moment.")
    until: QueryMoment | None = Field(default=None, description="Recorded before this moment.")
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class DecisionSummary(Answer):
    """One recorded decision, in short."""

    decision_id: str
    run_id: RunId
    symbol: str
    status: Status
    as_of: Time
    reason_short: str
    confidence: float
    decision_hash: str
    rulebook_hash: str
    created_at: Time


class DecisionList(Answer):
    """Decisions, newest first."""

    total: int
    count: int
    items: list[DecisionSummary]


class RecordedDecision(Answer):
    """One decision with all that proves it."""

    decision_id: str
    run_id: RunId
    symbol: str
    status: Status
    as_of: Time
    decision: Decision
    decision_hash: str
    rulebook_hash: str
    code_version: str
    created_at: Time
    facts: dict[str, Any] = Field(description="Every fact the rules were judged on, by name.")
    trace: list[Verdict] = Field(description="Every rule's verdict, in the order of the walk.")


class Replay(Answer):
    """What came out when the recorded inputs and rules were walked again."""

    decision_id: str
    identical: bool = Field(description="Whether the replay made the same bytes.")
    recorded_hash: str
    replayed_hash: str
