"""Small graphs under the engine: a chat that streams from a scripted model, and steps that wait, fail or misbehave."""

import asyncio
import operator
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, TypedDict

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.runtime import Runtime

from agent.threads.assistants import Assistant, Assistants, Graph
from agent.threads.records import RunRequest, StreamMode
from tools.errors import InvalidParameter, ModelUnavailable

WORDS = ("Wait ", "for ", "London", ".")


class WordByWord(BaseChatModel):
    """A model that says the same four words every time, as four chunks."""

    @property
    def _llm_type(self) -> str:
        return "word-by-word"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(WORDS)))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for word in WORDS:
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))


class Steps(TypedDict, total=False):
    """What is asked for, and what was done."""

    asked: str
    done: Annotated[list[str], operator.add]
    hidden: str


class Shown(TypedDict, total=False):
    """What a caller sees of it."""

    asked: str
    done: list[str]


class Gate:
    """Holds the second step until it is opened.

    Attributes:
        entered: how many runs have come to it.
        open: lets them through.
        events: how many custom events the first step writes.
    """

    def __init__(self) -> None:
        self.entered = asyncio.Semaphore(0)
        self.open = asyncio.Event()
        self.events = 1
        self.cancelled = 0


def chat() -> Assistant:
    """A conversation with the model that says the same four words."""
    model = WordByWord()

    async def speak(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"])]}

    builder = StateGraph(MessagesState)
    builder.add_node("model", speak)
    builder.add_edge(START, "model")
    builder.add_edge("model", END)

    def read_input(given: Mapping[str, Any]) -> dict[str, Any]:
        if not isinstance(given.get("messages"), list):
            raise InvalidParameter("messages must be a list", field="messages")
        return dict(given)

    return _assistant("chat", builder, read_input=read_input, title=lambda given: str(given["messages"][0]["content"]))


def steps(gate: Gate | None = None) -> Assistant:
    """Two steps: the first writes custom events and what it was asked; the second waits at a gate, or fails."""
    gate = gate or opened()

    async def first(state: Steps, runtime: Runtime[Any]) -> dict[str, Any]:
        writer = get_stream_writer()
        for number in range(gate.events):
            writer({"number": number, "for": runtime.context})
            await asyncio.sleep(0)
        return {"done": [f"first {state['asked']}"], "hidden": "never shown"}

    async def second(state: Steps) -> dict[str, Any]:
        gate.entered.release()
        try:
            await gate.open.wait()
        except asyncio.CancelledError:
            gate.cancelled += 1
            raise
        if state["asked"] == "fail":
            raise ModelUnavailable("the model did not answer")
        if state["asked"] == "break":
            raise ZeroDivisionError("account 1234")
        if state["asked"] == "unplain":
            return {"done": [object()]}
        return {"done": [f"second {state['asked']}"]}

    builder = StateGraph(Steps, output_schema=Shown)
    builder.add_node("first", first)
    builder.add_node("second", second)
    builder.add_edge(START, "first")
    builder.add_edge("first", "second")
    builder.add_edge("second", END)
    return _assistant("steps", builder, read_input=dict, title=lambda given: str(given["asked"]))


def forever() -> Assistant:
    """A graph that never comes to an end by itself."""

    async def again(state: Steps) -> dict[str, Any]:
        return {"done": ["again"]}

    builder = StateGraph(Steps)
    builder.add_node("again", again)
    builder.add_edge(START, "again")
    builder.add_edge("again", "again")
    return _assistant("forever", builder, read_input=dict, title=lambda _: None, recursion_limit=5)


def nested() -> Assistant:
    """A graph with another one inside."""

    async def inside(state: Steps) -> dict[str, Any]:
        return {"done": ["inside"]}

    inner = StateGraph(Steps)
    inner.add_node("inside", inside)
    inner.add_edge(START, "inside")
    outer = StateGraph(Steps)
    outer.add_node("inner", inner.compile())
    outer.add_edge(START, "inner")
    return _assistant("nested", outer, read_input=dict, title=lambda _: None)


def opened() -> Gate:
    """A gate that holds nobody."""
    gate = Gate()
    gate.open.set()
    return gate


def every(gate: Gate | None = None) -> Assistants:
    """All of them."""
    return Assistants((chat(), steps(gate), forever(), nested()))


def asked(what: str = "it", *, modes: tuple[StreamMode, ...] = ("values", "custom"), **of: Any) -> RunRequest:
    """A request to the steps."""
    return RunRequest("steps", {"asked": what}, stream_modes=modes, **of)


def said(text: str = "Hello", *, modes: tuple[StreamMode, ...] = ("messages-tuple",), **of: Any) -> RunRequest:
    """A request to the chat."""
    return RunRequest("chat", {"messages": [{"role": "user", "content": text}]}, stream_modes=modes, **of)


def _assistant(graph_id: str, builder: StateGraph[Any, Any, Any, Any], **of: Any) -> Assistant:
    def compiled(saver: BaseCheckpointSaver[Any] | None) -> Graph:
        return builder.compile(checkpointer=saver)

    return Assistant(
        graph_id=graph_id,
        name=graph_id.title(),
        description="A graph of the tests.",
        compile=compiled,
        context=lambda owner_id: f"context of {owner_id}",
        **of,
    )
