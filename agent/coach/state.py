"""What a conversation's state holds: plain JSON values and messages, all of which the checkpoints keep."""

import operator
import uuid
from typing import Annotated, Any, Literal

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.graph.message import add_messages
from langgraph.managed import RemainingSteps
from typing_extensions import TypedDict  # pydantic, which writes the schemas, takes no other before Python 3.12

Phase = Literal["weekend", "kill_zone", "in_session", "pre_market", "post_market"]
Messages = list[AnyMessage]


class Evidence(TypedDict):
    """One answer of a tool: all that may support what the coach says, beside the user's own words.

    Attributes:
        call_id: of the model's call.
        tool: its name.
        arguments: as the tool was given them.
        answer: the JSON text it returned; a refusal is a sentence that begins with ``Error: ``.
    """

    call_id: str
    tool: str
    arguments: dict[str, Any]
    answer: str


class Usage(TypedDict):
    """What a turn has cost, and the thread so far.

    Attributes:
        input_tokens: read by the model in this turn.
        output_tokens: written in this turn.
        cost_usd: of this turn; None where no prices are known.
        is_estimated: whether any of the turn's counts is ours and not the server's.
        thread_tokens: read and written in the thread, this turn included.
        thread_cost_usd: of the thread; None where no prices are known.
    """

    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    is_estimated: bool
    thread_tokens: int
    thread_cost_usd: float | None


class Repair(TypedDict):
    """An answer that was withdrawn, and what the model is told about it; neither is kept in the thread's messages."""

    draft: str
    request: str


def add_to_conversation(before: Messages, new: Messages) -> Messages:
    """Add messages as `add_messages` does, but let nothing the user says take the place of what is there.

    A human message under an id that is taken gets another one; only where it says again, word for word, what stands
    under that id, as clients do that send the whole conversation, and something else follows it, is it left out.
    """
    there = {message.id: message for message in before}
    added: Messages = []
    for place, message in enumerate(new, start=1):
        if isinstance(message, HumanMessage) and message.id in there:
            if place < len(new) and there[message.id] == message:
                continue
            message.id = str(uuid.uuid4())
        if message.id is not None and isinstance(message, HumanMessage):
            there[message.id] = message
        added.append(message)
    merged: Messages = add_messages(before, added)  # type: ignore[assignment, arg-type]
    return merged


class CoachInput(TypedDict, total=False):
    """What a turn starts from.

    Attributes:
        messages: what the user says; anybody else's messages were dropped by then.
        run_id: the analysis the conversation is about.
        symbol: the market it is about.
    """

    messages: Annotated[Messages, add_to_conversation]
    run_id: str | None
    symbol: str | None


class CoachOutput(CoachInput, total=False):
    """What a reader sees of the state.

    Attributes:
        phase: of the trading day, when the turn began.
        mode: the trading mode, likewise.
        model: who spoke.
        citations: what supports the answer, each ``{kind, id, text, tool, call_id}``.
        context_meta: the tools used in the turn, each ``{tool, call_id, arguments, as_of, summary}``.
        claims: what the answer says that can be checked, each as `agent.coach.grounding` tells it.
        grounded: whether nothing unsupported is left in the answer; None until there is one.
        usage: what the turn and the thread have cost.
    """

    phase: Phase
    mode: str
    model: str
    citations: list[dict[str, Any]]
    context_meta: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    grounded: bool | None
    usage: Usage


class CoachState(CoachOutput, total=False):
    """The whole state; whoever looks at a thread from outside is shown `CoachOutput` alone.

    Attributes:
        evidence: every answer of a tool in the thread; the tool node alone adds to it, and no refusal is among them.
        context: what the prompt of this turn says of the moment: the line `agent.coach.models.context` writes.
        draft: what the model said last, as `write_draft` keeps it; None once it was checked or its calls were answered.
        spending: what `usage` will say once the draft is out.
        steps: calls of the model in this turn.
        repairs: attempts at repairing the answer of this turn.
        repair: what is to be repaired; None where nothing is.
        remaining_steps: of the nodes the run may still take, this one included; LangGraph's own count.
    """

    evidence: Annotated[list[Evidence], operator.add]
    context: str
    draft: dict[str, Any] | None
    spending: Usage
    steps: int
    repairs: int
    repair: Repair | None
    remaining_steps: RemainingSteps


def write_draft(message: AIMessage) -> dict[str, Any]:
    """Return what the model said as plain values: as no message, nothing takes it for one that was said to the user."""
    return message.model_dump()


def read_draft(state: CoachState) -> AIMessage:
    """Return what the model said last."""
    return AIMessage.model_validate(state["draft"])
