"""What threads, their runs and their events look like to those who ask: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

ThreadStatus = Literal["idle", "busy", "interrupted", "error"]
RunStatus = Literal["pending", "running", "success", "error", "interrupted"]
MultitaskStrategy = Literal["reject", "enqueue", "interrupt"]
StreamMode = Literal["values", "updates", "messages-tuple", "custom", "tasks", "checkpoints", "debug"]

ENDED: Final[frozenset[str]] = frozenset({"success", "error", "interrupted"})
"""Of a run's statuses those after which nothing more happens."""

MOST_BYTES: Final = 16_384
"""The most bytes of JSON that a caller's metadata, of a thread or of a run, or `configurable` may have."""


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread of an owner.

    Attributes:
        thread_id: a UUID, lower case with hyphens.
        assistant_id: of its newest run; None before the first.
        title: what a reader sees in a list; None until somebody says something.
        metadata: the caller's own.
        status: idle; busy while a run is under way or waits; interrupted or error as the newest run ended.
        values: the assistant's output state as its newest run left it; None before the first ended, and where they were
            not asked for.
        grounded: whether all of its last answer is supported, as its assistant says; None before the first.
    """

    thread_id: str
    assistant_id: str | None
    title: str | None
    metadata: dict[str, Any]
    status: ThreadStatus
    values: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    grounded: bool | None = None


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is to be run on a thread.

    Attributes:
        assistant_id: id or graph name of an assistant.
        input: the graph's input; None goes on from where an interrupted run stands. A run that is read back has its
            input only where it was asked for, and a long one no more once it has ended.
        config: of the caller: ``tags``, which reach the traces, and ``recursion_limit``.
        metadata: the caller's own; it is kept with the run alone.
        stream_modes: what the log records; readers may ask for a part of it.
        stream_subgraphs: whether events of subgraphs are recorded too.
        multitask_strategy: what happens if a run of the thread is under way: ``reject`` refuses this one, ``enqueue``
            has it wait, ``interrupt`` ends the other one first.
        cancel_on_disconnect: whether the run ends when the reader who started it goes away.
        checkpoint_id: the state to start from; None is the newest.
        interrupt_before: nodes before which to stop, or ``*``.
        interrupt_after: nodes after which to stop, or ``*``.
        deletes_thread: whether the thread goes with the run's end (a stateless run).
    """

    assistant_id: str
    input: Mapping[str, Any] | None
    config: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    stream_modes: tuple[StreamMode, ...] = ("values",)
    stream_subgraphs: bool = False
    multitask_strategy: MultitaskStrategy = "enqueue"
    cancel_on_disconnect: bool = False
    checkpoint_id: str | None = None
    interrupt_before: tuple[str, ...] = ()
    interrupt_after: tuple[str, ...] = ()
    deletes_thread: bool = False


@dataclass(frozen=True, slots=True)
class ThreadRun:
    """One run on a thread.

    Attributes:
        run_id: a UUID, lower case with hyphens.
        status: pending until its turn comes, then running, then one of `ENDED`.
        request: what it was asked.
        error: ``{"error": class name, "message": sentence}`` of a run that failed.
        last_seq: seq of its newest event; 0 before the first.
        title: its thread's.
        has_log: whether its events are still there; they go a while after its end.
    """

    run_id: str
    thread_id: str
    assistant_id: str
    status: RunStatus
    request: RunRequest
    error: dict[str, Any] | None
    last_seq: int
    created_at: datetime
    updated_at: datetime
    title: str | None = None
    has_log: bool = True

    @property
    def has_ended(self) -> bool:
        """Whether no further event will come."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Spending:
    """What has been spent on a language model: tokens read and written, and US dollars where a price is known."""

    tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class StatesAsked:
    """Which states of a thread, newest first.

    Attributes:
        limit: the most to return.
        before: the checkpoint before which to begin.
        checkpoint_id: the one checkpoint to return.
        metadata: what the states' metadata must hold.
        with_values: whether each comes with its values and tasks, for much more work.
    """

    limit: int = 10
    before: str | None = None
    checkpoint_id: str | None = None
    metadata: Mapping[str, Any] | None = None
    with_values: bool = True


@dataclass(frozen=True, slots=True)
class ThreadEvent:
    """One event of a run, in the words of LangGraph's wire.

    Attributes:
        seq: 1, 2, 3, … within its run.
        event: ``metadata`` first; ``values``, ``updates``, ``messages``, ``custom``, ``tasks``, ``checkpoints``,
            ``debug`` (with ``|namespace`` behind for a subgraph's); ``error`` before the end of a run that failed;
            ``end`` last.
        data: JSON text.
    """

    seq: int
    event: str
    data: str
