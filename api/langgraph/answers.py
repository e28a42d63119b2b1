"""What LangGraph's clients are told, field by field."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from agent.threads.records import MultitaskStrategy, RunStatus, ThreadStatus
from api.schemas.base import Time

Json = dict[str, Any]


class Told(BaseModel):
    """An answer whose fields are all there."""

    model_config = ConfigDict(extra="forbid")


class Ok(Told):
    """The service answers."""

    ok: Literal[True]


class Info(Told):
    """What serves."""

    version: str
    langgraph_py_version: str
    flags: dict[str, bool]


class AssistantDocument(TypedDict, total=False):
    """An assistant; they come with the service, one for each graph."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    assistant_id: str
    graph_id: str
    name: str
    description: str | None
    config: Json
    context: Json
    metadata: Json
    version: int
    created_at: Time
    updated_at: Time


class GraphSchemas(Told):
    """JSON schemas of a graph; null where a caller has nothing to say."""

    graph_id: str
    input_schema: Json | None
    output_schema: Json | None
    state_schema: Json | None
    config_schema: Json | None
    context_schema: Json | None


class Node(BaseModel):
    """A node of a graph's drawing."""

    id: str
    type: str | None = None
    data: Any = None


class Edge(BaseModel):
    """An edge of a graph's drawing."""

    source: str
    target: str
    data: str | None = None
    conditional: bool = False


class GraphDrawing(Told):
    """A graph, to be drawn."""

    nodes: list[Node]
    edges: list[Edge]


class CheckpointDocument(Told):
    """Where a state stands; `checkpoint_id` is null where a thread has none yet."""

    thread_id: str
    checkpoint_ns: str
    checkpoint_id: str | None
    checkpoint_map: Json | None


class ThreadDocument(TypedDict, total=False):
    """A thread."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    thread_id: str
    created_at: Time
    updated_at: Time
    state_updated_at: Time
    metadata: Json
    config: Json
    context: Json
    status: ThreadStatus
    values: Json | None
    interrupts: Annotated[Json, Field(description="Empty: no node asks a question. A breakpoint shows in `status`.")]
    title: str | None


class TaskDocument(Told):
    """A node about to run, or that has run, in a state."""

    id: str
    name: str
    path: list[Any]
    error: str | None
    interrupts: list[Json]
    checkpoint: Json | None
    state: Json | None
    result: Any


class StateDocument(TypedDict, total=False):
    """A state of a thread."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    values: Any
    next: list[str]
    tasks: list[TaskDocument]
    metadata: Json | None
    created_at: str | None
    checkpoint: CheckpointDocument | None
    parent_checkpoint: CheckpointDocument | None
    interrupts: list[Json]
    checkpoint_id: str | None
    parent_checkpoint_id: str | None


class RunError(Told):
    """Why a run failed: the error's name, and a sentence."""

    error: str
    message: str


class RunDocument(TypedDict, total=False):
    """A run on a thread."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    run_id: str
    thread_id: str
    assistant_id: str
    created_at: Time
    updated_at: Time
    status: RunStatus
    metadata: Json
    multitask_strategy: MultitaskStrategy
    error: RunError | None


class ThreadRunEvent(Told):
    """One server-sent event, field by field as a client gives it."""

    id: str = Field(pattern="^[1-9][0-9]*$", description="The event's number; send it back as `Last-Event-ID`.")
    event: str = Field(
        description="`metadata`, `values`, `updates`, `messages`, `custom`, `tasks`, `checkpoints`, `debug`, `error` "
        "or `end`; a subgraph's has `|` and its place behind it.",
        examples=["values"],
    )
    data: str = Field(
        description="JSON.",
        json_schema_extra={"contentMediaType": "application/json"},
        examples=['{"run_id":"5e0f4f0a-8b60-4d5c-a3a7-0c6f5f1f2b9d","attempt":1}'],
    )
