"""The tables. Migrations are checked against them; the statements in ``sql/`` read and write them.

Every row carries its owner, and every query filters by it. Documents that must come back byte for byte (inputs, events,
decisions, rulebooks) are text; those that are only searched (verdicts, facts) are JSONB.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

RUN_STATUSES = ("accepted", "running", "completed", "failed", "cancelled")
_IS_OPEN = text("status IN ('accepted', 'running')")


def _text(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(Text, primary_key=primary_key, nullable=nullable)


def _now() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False, server_default=func.now())


def _time() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=True)


class RulebookRow(SQLModel, table=True):
    """A rulebook as it stood, under its hash; shared by all owners, since it holds rules and nobody's input."""

    __tablename__ = "rulebooks"

    hash: str = Field(sa_column=_text(primary_key=True))
    profile: str = Field(sa_column=_text())
    snapshot: str = Field(sa_column=_text())
    created_at: datetime = Field(sa_column=_now())


class InputWindowRow(SQLModel, table=True):
    """The canonical bytes of one candle window, stored once for an owner however many runs look at it."""

    __tablename__ = "input_windows"

    owner_id: str = Field(sa_column=_text(primary_key=True))
    sha256: str = Field(sa_column=_text(primary_key=True))
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=_now())


class RunRow(SQLModel, table=True):
    """One accepted analysis with all its inputs, and how far it got.

    ``worker`` is the advisory lock key of the process that executes it; ``attempt`` fences every write of that process.
    """

    __tablename__ = "runs"
    __table_args__: ClassVar[tuple[object, ...]] = (
        CheckConstraint(f"status IN {RUN_STATUSES}", name="runs_status_is_known"),
        Index("runs_by_owner", "owner_id", text("created_at DESC"), text("run_id DESC")),
        Index("runs_by_ending", "owner_id", "finished_at"),
        Index("runs_open", "created_at", postgresql_where=_IS_OPEN),
    )

    run_id: str = Field(sa_column=_text(primary_key=True))
    owner_id: str = Field(sa_column=_text())
    symbol: str = Field(sa_column=_text())
    profile: str = Field(sa_column=_text())
    rulebook_hash: str = Field(sa_column=Column(Text, ForeignKey("rulebooks.hash"), nullable=False))
    as_of: int = Field(sa_column=Column(BigInteger, nullable=False))
    status: str = Field(sa_column=_text())
    inputs: str = Field(sa_column=_text())
    window_sha256: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    worker: int = Field(sa_column=Column(BigInteger, nullable=False))
    attempt: int = Field(sa_column=Column(Integer, nullable=False))
    last_seq: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    error: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))
    created_at: datetime = Field(sa_column=_now())
    started_at: datetime | None = Field(sa_column=_time())
    finished_at: datetime | None = Field(sa_column=_time())
    cancel_requested_at: datetime | None = Field(sa_column=_time())


class RunEventRow(SQLModel, table=True):
    """One event of a run. Rows are only ever added: a trigger refuses anything else."""

    __tablename__ = "run_events"

    run_id: str = Field(sa_column=Column(Text, ForeignKey("runs.run_id"), primary_key=True))
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    owner_id: str = Field(sa_column=_text())
    event: str = Field(sa_column=_text())
    data: str = Field(sa_column=_text())
    at: datetime = Field(sa_column=_now())


class DecisionRow(SQLModel, table=True):
    """What a completed run decided, with all that is needed to prove it."""

    __tablename__ = "decisions"
    __table_args__: ClassVar[tuple[object, ...]] = (
        UniqueConstraint("run_id", name="decisions_one_per_run"),
        Index("decisions_by_owner", "owner_id", text("seq DESC")),
        Index("decisions_by_symbol", "owner_id", "symbol", text("seq DESC")),
        Index("decisions_by_status", "owner_id", "status", text("seq DESC")),
        Index(
            "decisions_by_time",
            "owner_id",
            "created_at",
            postgresql_include=["seq", "symbol", "status", "kill_zone", "as_of"],
        ),
    )

    decision_id: str = Field(sa_column=_text(primary_key=True))
    run_id: str = Field(sa_column=Column(Text, ForeignKey("runs.run_id"), nullable=False))
    owner_id: str = Field(sa_column=_text())
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False, unique=True))
    symbol: str = Field(sa_column=_text())
    status: str = Field(sa_column=_text())
    as_of: int = Field(sa_column=Column(BigInteger, nullable=False))
    decision: str = Field(sa_column=_text())
    decision_hash: str = Field(sa_column=_text())
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    rulebook_hash: str = Field(sa_column=Column(Text, ForeignKey("rulebooks.hash"), nullable=False))
    code_version: str = Field(sa_column=_text())
    created_at: datetime = Field(sa_column=_now())
    kill_zone: str | None = Field(sa_column=_text(nullable=True))


class RuleTraceRow(SQLModel, table=True):
    """One rule's verdict in one run, in the order of the walk; `decision_seq` is null where the run decided nothing."""

    __tablename__ = "rule_traces"
    __table_args__: ClassVar[tuple[object, ...]] = (
        UniqueConstraint("run_id", "rule_id", name="rule_traces_one_per_rule"),
        ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
        Index(
            "rule_traces_by_rule",
            "owner_id",
            "rule_id",
            "outcome",
            "decision_seq",
            postgresql_where=text("decision_seq IS NOT NULL"),
        ),
    )

    run_id: str = Field(sa_column=_text(primary_key=True))
    position: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    owner_id: str = Field(sa_column=_text())
    rule_id: str = Field(sa_column=_text())
    node: str = Field(sa_column=_text())
    outcome: str = Field(sa_column=_text())
    verdict: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    decision_seq: int | None = Field(sa_column=Column(BigInteger, nullable=True))
