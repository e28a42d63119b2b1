"""The tables of threads: conversations and analyses of the assistants, their runs, and the runs' events.

The states themselves lie in the tables of LangGraph's checkpointer, by thread id; these are asked for only after the
thread's owner was checked here. What must come back as it was written is text; what is searched is JSONB.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

THREAD_ENDINGS = ("idle", "interrupted", "error")
THREAD_RUN_STATUSES = ("pending", "running", "success", "error", "interrupted")


def _text(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(Text, primary_key=primary_key, nullable=nullable)


def _now() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False, server_default=func.now())


def _time() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=True)


class ThreadRow(SQLModel, table=True):
    """One thread. ``ended_as`` is how its newest run left it; it is busy while it has an open run.

    ``deletes_at`` is set once the thread is on its way out: nothing may be started on it any more, and from that time
    on nobody sees it.
    """

    __tablename__ = "threads"
    __table_args__: ClassVar[tuple[object, ...]] = (
        CheckConstraint(f"ended_as IN {THREAD_ENDINGS}", name="threads_ending_is_known"),
        Index("threads_by_owner", "owner_id", text("updated_at DESC"), text("thread_id DESC")),
        Index("threads_to_delete", "deletes_at", postgresql_where=text("deletes_at IS NOT NULL")),
    )

    thread_id: str = Field(sa_column=_text(primary_key=True))
    owner_id: str = Field(sa_column=_text())
    assistant_id: str | None = Field(sa_column=_text(nullable=True))
    title: str | None = Field(sa_column=_text(nullable=True))
    metadata_: dict[str, Any] = Field(sa_column=Column("metadata", JSONB, nullable=False))
    ended_as: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'idle'")))
    values: str | None = Field(sa_column=_text(nullable=True))
    grounded: bool | None = Field(sa_column=Column(Boolean, nullable=True))
    is_stateless: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    deletes_at: datetime | None = Field(sa_column=_time())
    created_at: datetime = Field(sa_column=_now())
    updated_at: datetime = Field(sa_column=_now())


class ThreadRunRow(SQLModel, table=True):
    """One run on a thread; ``worker`` is the advisory lock key of the process that executes it, and fences its writes.

    The index on running runs is what holds a thread to one at a time. ``input`` stands apart from the rest of what was
    asked, since it may be megabytes of candles that nobody who looks at a run wants. ``has_log`` goes with its events.
    """

    __tablename__ = "thread_runs"
    __table_args__: ClassVar[tuple[object, ...]] = (
        CheckConstraint(f"status IN {THREAD_RUN_STATUSES}", name="thread_runs_status_is_known"),
        CheckConstraint("(worker IS NULL) = (started_at IS NULL)", name="thread_runs_started_by_a_worker"),
        Index("thread_runs_by_thread", "thread_id", "seq"),
        Index("thread_runs_one_running", "thread_id", unique=True, postgresql_where=text("status = 'running'")),
        Index(
            "thread_runs_open",
            "thread_id",
            "seq",
            postgresql_where=text("status IN ('pending', 'running')"),
        ),
        Index("thread_runs_pending", "seq", postgresql_where=text("status = 'pending'")),
        Index(
            "thread_runs_with_log",
            "updated_at",
            postgresql_where=text("has_log AND status IN ('success', 'error', 'interrupted')"),
        ),
    )

    run_id: str = Field(sa_column=_text(primary_key=True))
    thread_id: str = Field(sa_column=Column(Text, ForeignKey("threads.thread_id"), nullable=False))
    owner_id: str = Field(sa_column=_text())
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    assistant_id: str = Field(sa_column=_text())
    status: str = Field(sa_column=_text())
    request: str = Field(sa_column=_text())
    input: str | None = Field(sa_column=_text(nullable=True))
    error: str | None = Field(sa_column=_text(nullable=True))
    worker: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    last_seq: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    has_log: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("true")))
    created_at: datetime = Field(sa_column=_now())
    updated_at: datetime = Field(sa_column=_now())
    started_at: datetime | None = Field(sa_column=_time())
    cancel_requested_at: datetime | None = Field(sa_column=_time())


class ThreadSpendingRow(SQLModel, table=True):
    """What a thread has spent on a language model; a thread of LangGraph's development server has a row here alone."""

    __tablename__ = "thread_spending"

    thread_id: str = Field(sa_column=_text(primary_key=True))
    owner_id: str = Field(sa_column=_text())
    tokens: int = Field(sa_column=Column(BigInteger, nullable=False))
    cost_usd: float | None = Field(sa_column=Column(Double, nullable=True))


class ThreadEventRow(SQLModel, table=True):
    """One event of a run, numbered from 1; it goes when its run or its thread is deleted."""

    __tablename__ = "thread_events"

    run_id: str = Field(sa_column=_text(primary_key=True))
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    owner_id: str = Field(sa_column=_text())
    event: str = Field(sa_column=_text())
    data: str = Field(sa_column=_text())
