"""Runs and their events, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Answer, Query, RunId, Symbol, Time
from api.schemas.decision import Decision
from api.schemas.problems import ProblemDetails

RunStatus = Literal["accepted", "running", "completed", "failed", "cancelled"]
EventName = Literal[
    "run.started", "node.started", "tool.called", "rule.evaluated", "node.finished", "decision",
    "run.finished", "run.failed", "run.cancelled",
]  # fmt: skip


class RunAccepted(Answer):
    """The run stands in the database and will end, whatever happens to this connection."""

    run_id: RunId


class RunError(Answer):
    """Why a run failed; `node` is the node of the walk, where one is to blame."""

    node: str | None
    message: str


class RunSummary(Answer):
    """One run, as far as it has come."""

    run_id: RunId
    symbol: str
    status: RunStatus
    profile: str
    rulebook_hash: str
    as_of: Time
    attempts: int = Field(description="How often a worker has taken it up; more than once after a crash.")
    last_seq: int = Field(description="`seq` of the last event written; 0 before the first.")
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    cancel_requested_at: Time | None
    decision_id: str | None = Field(description="Id of its decision in the audit.")
    decision_status: Literal["TRADE_NOW", "WAIT", "NO_TRADE"] | None
    error: RunError | None


class RunDetail(RunSummary):
    """One run with its decision."""

    decision: Decision | None


class RunList(Answer):
    """Runs, newest first."""

    total: int
    count: int
    items: list[RunSummary]


class RunsQuery(Query):
    """Which runs."""

    symbol: Symbol | None = None
    status: RunStatus | None = None
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class RunEvent(Answer):
    """One server-sent event, field by field as a client's EventSource gives it."""

    id: str = Field(pattern="^[1-9][0-9]*$", description="The event's `seq`; send it back as `Last-Event-ID`.")
    event: EventName
    data: str = Field(
        description="A JSON object that carries the same `seq`, and what the event tells.",
        json_schema_extra={
            "contentMediaType": "application/json",
            "contentSchema": {"type": "object", "required": ["seq"], "properties": {"seq": {"type": "integer"}}},
        },
        examples=['{"seq":2,"node":"bias"}'],
    )


class BatchResult(Answer):
    """One item's own result: its decision, or its problem. A run that was recorded has its `run_id` here."""

    index: int = Field(ge=0, description="Its place in the request.")
    run_id: str | None
    decision: Decision | None
    problem: ProblemDetails | None


class BatchResults(Answer):
    """One result for each item, in the order of the request."""

    total: int
    count: int
    items: list[BatchResult]
