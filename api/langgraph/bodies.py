"""What LangGraph's clients send. Fields nobody knows are tolerated, since clients grow; `refusals` knows others."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from agent.threads.records import MultitaskStrategy, StreamMode, ThreadStatus

MOST_LISTED: Final = 1_000
MOST_STATES: Final = 100
"""Each is as long as its conversation; who wants more pages on with `before`."""

Json = dict[str, Any]
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED)]
Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]
Id = Annotated[str, Field(min_length=1, max_length=100)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
ThreadField = Literal[
    "thread_id", "created_at", "updated_at", "state_updated_at", "metadata", "config", "context", "status", "values",
    "interrupts", "title",
]  # fmt: skip
StateField = Literal[
    "values", "next", "tasks", "metadata", "created_at", "checkpoint", "parent_checkpoint", "interrupts",
    "checkpoint_id", "parent_checkpoint_id",
]  # fmt: skip
AssistantField = Literal[
    "assistant_id", "graph_id", "name", "description", "config", "context", "created_at", "updated_at", "metadata",
    "version",
]  # fmt: skip
RunField = Literal[
    "run_id", "thread_id", "assistant_id", "created_at", "updated_at", "status", "metadata", "multitask_strategy",
    "error",
]  # fmt: skip


class Wire(BaseModel):
    """A body: types as they are declared, further fields kept apart in ``model_extra``."""

    model_config = ConfigDict(extra="allow", strict=True, allow_inf_nan=False)


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _one_or_many_of(items: Json) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [items, {"type": "array", "items": items}, {"type": "null"}]})


_MODES: Final = {"type": "string", "enum": list(StreamMode.__args__)}  # type: ignore[attr-defined]
Modes = Annotated[list[StreamMode] | None, BeforeValidator(_one_or_many), _one_or_many_of(_MODES)]
Nodes = Annotated[list[Name] | None, BeforeValidator(_one_or_many), _one_or_many_of({"type": "string"})]


class RunConfig(Wire):
    """How a run is executed."""

    tags: list[str] | None = Field(default=None, description="They stand beside every message, and in the traces.")
    recursion_limit: int | None = Field(
        default=None,
        ge=1,
        description="At most the assistant's own. What the libraries send unasked, 25 and 10007, counts as unsaid.",
    )
    configurable: Json | None = Field(
        default=None, description="`checkpoint_id` starts from that state; nothing else in it is read."
    )
    metadata: Json | None = None


class Checkpoint(Wire):
    """A state of a thread."""

    thread_id: str | None = None
    checkpoint_ns: Literal[""] | None = Field(default=None, description="The graphs have no subgraphs.")
    checkpoint_id: Id | None = None
    checkpoint_map: Json | None = None


class RunCommand(Wire):
    """How an interrupted run goes on."""

    resume: bool | None = Field(
        default=None, description="`true` goes on behind a breakpoint, as `input: null` does; no node asks a question."
    )


class RunBody(Wire):
    """What is to be run."""

    assistant_id: Name = Field(description="An assistant's id or its graph's name.", examples=["analysis"])
    input: Json | None = Field(default=None, description="Null goes on from where an interrupted run stands.")
    command: RunCommand | None = None
    config: RunConfig | None = None
    metadata: Json | None = None
    stream_mode: Modes = None
    stream_subgraphs: bool | None = None
    stream_resumable: bool | None = Field(default=None, description="Every stream can be resumed, asked for or not.")
    interrupt_before: Nodes = None
    interrupt_after: Nodes = None
    checkpoint: Checkpoint | None = None
    checkpoint_id: Id | None = None
    checkpoint_during: Literal[True] | None = None
    durability: Literal["async"] | None = None
    multitask_strategy: MultitaskStrategy | None = Field(default=None, description="Default: `enqueue`.")
    on_disconnect: Literal["cancel", "continue"] | None = Field(
        default=None, description="What happens when the reader who started it goes away. Default: `continue`."
    )


class ThreadRunBody(RunBody):
    """What is to be run on a thread."""

    if_not_exists: Literal["create", "reject"] | None = Field(default=None, description="Default: `reject`.")
    on_completion: Literal["keep"] | None = None


class StatelessRunBody(RunBody):
    """What is to be run on a thread of its own."""

    if_not_exists: Literal["create", "reject"] | None = None
    on_completion: Literal["delete", "keep"] | None = Field(
        default=None, description="What happens to the thread. Default: `delete`."
    )


class ThreadBody(Wire):
    """A new thread."""

    thread_id: Id | None = Field(default=None, description="A UUID. Default: one is made.")
    metadata: Json | None = None
    if_exists: Literal["raise", "do_nothing"] | None = Field(default=None, description="Default: `raise`.")


class ThreadPatch(Wire):
    """What changes of a thread."""

    metadata: Json | None = Field(default=None, description="Merged into what is there.")


class ThreadFilter(Wire):
    """Which threads."""

    metadata: Json | None = None
    status: ThreadStatus | None = None
    ids: list[Id] | None = Field(default=None, max_length=MOST_LISTED)


class ThreadSearch(ThreadFilter):
    """Which threads, in which order, and how much of each."""

    limit: Limit | None = Field(default=None, description="Default: 10.")
    offset: Offset | None = None
    sort_by: Literal["thread_id", "status", "created_at", "updated_at", "state_updated_at"] | None = None
    sort_order: Literal["asc", "desc"] | None = Field(default=None, description="Default: `desc`.")
    select: list[ThreadField] | None = None


class StateAt(Wire):
    """Which state of a thread, and how much of it."""

    checkpoint: Checkpoint
    subgraphs: bool | None = None
    select: list[StateField] | None = None


class HistoryBefore(Checkpoint):
    """A state as a run's configuration names it."""

    configurable: Checkpoint | None = None


class HistoryBody(Wire):
    """Which states of a thread, newest first."""

    limit: Annotated[int, Field(ge=1, le=MOST_STATES)] | None = Field(default=None, description="Default: 10.")
    before: Id | HistoryBefore | None = None
    metadata: Json | None = None
    checkpoint: Checkpoint | None = None
    select: list[StateField] | None = None


class AssistantFilter(Wire):
    """Which assistants."""

    graph_id: str | None = None
    name: str | None = Field(default=None, description="A part of the name, in any case.")
    metadata: Json | None = None


class AssistantSearch(AssistantFilter):
    """Which assistants, in which order, and how much of each."""

    limit: Limit | None = Field(default=None, description="Default: 10.")
    offset: Offset | None = None
    sort_by: Literal["assistant_id", "graph_id", "name", "created_at", "updated_at"] | None = None
    sort_order: Literal["asc", "desc"] | None = None
    select: list[AssistantField] | None = None
