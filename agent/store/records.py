"""What the store gives back: plain frozen values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from rulebook.book import Rulebook

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Run:
    """One analysis, as far as it has come.

    Attributes:
        status: accepted, running, completed, failed or cancelled.
        as_of: UTC epoch seconds the analysis looks from.
        attempts: how often a worker has taken it up.
        last_seq: seq of the last event written; 0 before the first.
        cancel_requested_at: when somebody asked to cancel it; it may still be running for a moment.
        decision_id: id of the decision in the audit, for a completed run.
        decision: the decision with its ``run_id``, for a completed run.
        error: ``{node, message}`` of a failed run; node is None when no node is to blame.
    """

    run_id: str
    symbol: str
    status: str
    profile: str
    rulebook_hash: str
    as_of: int
    attempts: int
    last_seq: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None
    decision_id: str | None
    decision: dict[str, Any] | None
    error: dict[str, Any] | None

    @property
    def has_ended(self) -> bool:
        """Whether no further event will come."""
        return self.status in {"completed", "failed", "cancelled"}


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of a run; ``data`` carries ``seq`` too. ``at`` is when it was written, UTC."""

    seq: int
    event: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events after a given one, and whether the run's last event lies within or before them."""

    events: tuple[StoredEvent, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A recorded decision.

    Attributes:
        canonical: the decision's canonical JSON (RFC 8785), the bytes a replay must make again.
        decision: the same read, with its ``run_id``.
        facts: every fact the rules were judged on, by name.
        as_of: UTC epoch seconds.
    """

    decision_id: str
    run_id: str
    symbol: str
    status: str
    as_of: int
    canonical: str
    decision: dict[str, Any]
    decision_hash: str
    facts: dict[str, Any]
    rulebook_hash: str
    code_version: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """Some of many: ``total`` counts all that match, ``items`` holds those from ``offset`` on, newest first."""

    total: int
    items: tuple[ItemT, ...]
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class StoredInputs:
    """What a run was accepted with: its inputs, the bytes of its windows by SHA-256, and its rulebook."""

    inputs: dict[str, Any]
    windows: Mapping[str, bytes]
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write one attempt of one run; every write is fenced by it."""

    run_id: str
    owner_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """A run that was taken over from a worker that vanished."""

    lease: Lease
    rulebook_hash: str
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """An event as it stands in the log: ``document`` is the JSON text, byte for byte."""

    seq: int
    event: str
    document: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision ready to be recorded; `kill_zone` is the one it was made in, or None."""

    decision_id: str
    symbol: str
    status: str
    as_of: int
    kill_zone: str | None
    canonical: str
    decision_hash: str
    facts: dict[str, Any]
    rulebook_hash: str
    code_version: str
