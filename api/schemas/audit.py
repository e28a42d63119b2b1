"""Recorded decisions, on the wire."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.base import Answer, Query, QueryMoment, RunId, Symbol, Time
from api.schemas.decision import Decision, Sha256, Status
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


class ChainHead(Answer):
    """What the owner's chain of decisions ends with, signed: keep it outside the database to hold the record to it."""

    owner: str = Field(examples=["default"])
    seq: int = Field(description="The last link's place, from 1; 0 for an empty chain.")
    hash: Sha256 = Field(description="The last link's hash; zeros for an empty chain.")
    decisions: int = Field(description="How many decisions there are.")
    at: Time
    key_id: str = Field(description="The public key that checks the signature, in short.", pattern="^[0-9a-f]{16}$")
    signature: str = Field(description="Ed25519 over the RFC 8785 form of all the rest, base64.")


class VerifyQuery(Query):
    """Which stretch of the chain to verify."""

    after_seq: int = Field(default=0, ge=0, le=2**62, description="Begin behind this link, as an answer's `last_seq`.")
    limit: int = Field(default=200, ge=1, le=1000, description="Look at no more links than this.")


FindingKind = Literal[
    "link", "gap", "missing", "record", "facts", "traces", "inputs", "run", "window", "rulebook", "outside",
    "undecided", "head", "truncated", "signature", "dropped",
]  # fmt: skip


class ChainFinding(Answer):
    """One thing that is not as it was recorded."""

    seq: int = Field(description="The place in the chain, from 1.")
    kind: FindingKind
    what: str
    decision_id: str | None


class Verification(Answer):
    """What a stretch of the chain came to: each decision, its trace, inputs and rules against what was sealed."""

    owner: str = Field(examples=["default"])
    intact: bool | None = Field(
        description="Whether all is as it was recorded; null where nothing was found yet and the chain goes on."
    )
    after_seq: int
    last_seq: int = Field(description="The last link looked at: the next stretch's `after_seq`.")
    links: int = Field(description="How many links were looked at.")
    complete: bool = Field(description="Whether this stretch reaches the chain's end.")
    head_hash: Sha256 | None = Field(description="Hash of the last link looked at.")
    first_bad_seq: int | None
    findings: list[ChainFinding] = Field(description="In the order of the chain; at most 100.")
    counts: dict[FindingKind, int] = Field(description="How many there are of each kind, listed or not.")


class MetricsQuery(Query):
    """Which decisions to count."""

    symbol: Symbol | None = None
    since: QueryMoment | None = Field(default=None, description="Recorded at or after this moment.")
    until: QueryMoment | None = Field(default=None, description="Recorded before this moment.")


class StatusCounts(Answer):
    """Decisions by status."""

    TRADE_NOW: int
    WAIT: int
    NO_TRADE: int


class CountedDecisions(Answer):
    """The decisions of one symbol, session or hour."""

    name: str | None = Field(description="Null for decisions outside every kill zone.", examples=["london"])
    total: int
    statuses: StatusCounts


class RuleMetrics(Answer):
    """How often a rule was met."""

    rule_id: str = Field(examples=["7.2"])
    passed: int
    failed: int
    not_evaluated: int
    errors: int
    hit_rate: float | None = Field(description="passed / (passed + failed); null where it never came to either.")


class Metrics(Answer):
    """Counts over recorded decisions."""

    decisions: int
    statuses: StatusCounts
    symbols: list[CountedDecisions]
    kill_zones: list[CountedDecisions]
    new_york_hours: list[CountedDecisions] = Field(description="By the hour of New York's clock at `as_of`, 00 to 23.")
    rules: list[RuleMetrics] = Field(description="Every rule that was ever judged, in the order of the ids.")
