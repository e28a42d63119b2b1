"""The coach on the wire: what is asked, what it answers, its threads, and the events of an answer."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from api.schemas.base import Answer, Body, Query, Symbol, Time

LONGEST_MESSAGE = 8_000
CoachEventName = Literal[
    "thread", "message.delta", "tool.called", "tool.result", "claim.flagged", "message.completed", "error"
]
CitationKind = Literal["decision", "rule", "chart", "calendar", "session", "size", "user"]
RunStatus = Literal["pending", "running", "success", "error", "interrupted"]
Phase = Literal["pre_market", "kill_zone", "in_session", "post_market", "weekend"]
_THREAD = "0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10"


def _says_something(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "it says nothing", {"expected": "a text with more than spaces in it"})
    return text


ThreadId = Annotated[str, Field(description="A conversation's id.", examples=[_THREAD])]
ThreadRunId = Annotated[
    str,
    Field(
        description="Id of the run that makes one answer; not the id of an analysis.",
        examples=["5e0f4f0a-8b60-4d5c-a3a7-0c6f5f1f2b9d"],
    ),
]
Words = Annotated[str, AfterValidator(_says_something)]


class ChatBody(Body):
    """A question to the coach."""

    message: Words = Field(
        min_length=1, max_length=LONGEST_MESSAGE, examples=["Why didn't we take that long on EURUSD?"]
    )
    thread_id: str | None = Field(
        default=None,
        max_length=64,
        description="The conversation to go on with. Left out, a new one begins.",
        examples=[_THREAD],
    )
    run_id: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{32}$",
        description="The analysis the question is about. Left out: the one the conversation is about, else the newest "
        "decision of `symbol`, else the newest of all.",
        examples=["9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43"],
    )
    symbol: Symbol | None = None


class RenameBody(Body):
    """A conversation's new title."""

    title: Words = Field(min_length=1, max_length=200, examples=["The long we did not take"])


class PageQuery(Query):
    """Which part of a list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class Citation(Answer):
    """What a part of an answer rests on."""

    kind: CitationKind
    id: str = Field(description="Of what is cited: a run, a rule, a chart, an event.", examples=["8.1"])
    text: str
    tool: str | None = Field(
        description="Which tool told it; null for the user's own words and a rule's name.",
        examples=["explain_decision"],
    )
    call_id: str | None = Field(description="`id` of the tool call; null where no tool told it.")


class Claim(Answer):
    """Something in an answer that can be checked: a number, price, time, direction, rule, verdict.

    `start` and `end` count characters of the answer as it is, marks included: its text from one to the other is `text`.
    """

    text: str = Field(examples=["1.0850"])
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    kind: str = Field(examples=["price"])
    value: str = Field(description="What it says, written plainly.", examples=["1.085"])
    unit: str | None
    supported: bool = Field(description="Whether a tool's answer or the user's own words say the same.")
    reason: str = Field(description="Why not; empty where it is supported.")
    sources: list[str] = Field(description="What supports it: a place in the answer of a tool call, or `user`.")


class ContextMeta(Answer):
    """One tool that was used for an answer."""

    tool: str
    call_id: str
    arguments: dict[str, Any]
    as_of: str | None = Field(
        description="The moment its answer looks from, UTC, where it has one.", examples=["2024-01-05T14:30Z"]
    )
    summary: str


class Usage(Answer):
    """Tokens of the answer and of the whole conversation; costs are US dollars, null where no prices are set."""

    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    cost_usd: float | None
    is_estimated: bool = Field(description="Whether the model's server left them out, and they were counted here.")
    thread_tokens: int = Field(ge=0)
    thread_cost_usd: float | None


class CoachAnswer(Answer):
    """A finished answer: the body of `application/json`, and the data of `message.completed`."""

    thread_id: ThreadId
    run_id: ThreadRunId
    message_id: str
    response: str = Field(
        description="The answer. `[unsupported]` stands behind each claim that nothing supports.",
        examples=["It was no trade because rule 8.1 (Inside a kill zone) failed."],
    )
    timestamp: Time
    phase: Phase = Field(description="Where the New York clock stands.")
    mode: str = Field(description="The trading mode.", examples=["ANALYSIS_ONLY"])
    model: str = Field(description="Which model spoke; `offline` is the one without any key.", examples=["offline"])
    citations: list[Citation]
    context_meta: list[ContextMeta] = Field(description="Every tool that was used, in the order of use.")
    claims: list[Claim] = Field(description="Everything in the answer that can be checked, and whether it holds.")
    grounded: bool = Field(description="Whether every claim of it is supported; where not, marks stand in the answer.")
    usage: Usage


class CoachEvent(Answer):
    """One server-sent event of an answer, field by field as a client's EventSource gives it."""

    id: str = Field(pattern="^[1-9][0-9]*$", description="Send it back as `Last-Event-ID`.")
    event: CoachEventName
    data: str = Field(
        description="A JSON object that carries the same `seq`, and what the event tells: `thread` {thread_id, run_id, "
        "title}; `message.delta` {message_id, delta}; `tool.called` {id, name, arguments}; `tool.result` {id, name, "
        "ok, summary, content}; `claim.flagged` {message_id, claims, will_repair}; `message.completed` what "
        "`CoachAnswer` says; `error` a problem document.",
        json_schema_extra={
            "contentMediaType": "application/json",
            "contentSchema": {"type": "object", "required": ["seq"], "properties": {"seq": {"type": "integer"}}},
        },
        examples=['{"seq":4,"message_id":"run-1","delta":"No "}'],
    )


class ToolCall(Answer):
    """A tool that was used for a message."""

    id: str
    name: str
    arguments: dict[str, Any]


class Message(Answer):
    """What was said in a conversation; everything but id, role, text and time is the coach's alone."""

    id: str
    role: Literal["user", "coach"]
    text: str
    time: Time | None = Field(description="When it was said, where that is known.")
    model: str | None
    phase: Phase | None
    grounded: bool | None = Field(description="Whether every claim in it is supported.")
    citations: list[Citation]
    claims: list[Claim]
    tool_calls: list[ToolCall]


class Conversation(Answer):
    """One conversation, as far as lists show it."""

    thread_id: ThreadId
    title: str | None = Field(examples=["Why didn't we take that long on EURUSD?"])
    status: Literal["idle", "busy", "interrupted", "error"] = Field(
        description="`busy` while an answer is being made; `interrupted` or `error` as the last one ended."
    )
    grounded: bool | None = Field(
        description="Whether every claim of the last answer is supported; null before the first."
    )
    created_at: Time
    updated_at: Time


class ConversationList(Answer):
    """Conversations, the last used first."""

    total: int
    count: int
    items: list[Conversation]


class ConversationDetail(Conversation):
    """One conversation with all that was said in it, and the analysis it is about."""

    focus_run_id: str | None = Field(description="The analysis it is about.")
    symbol: str | None
    messages: list[Message]


class CoachRun(Answer):
    """The making of one answer."""

    thread_id: ThreadId
    run_id: ThreadRunId
    status: RunStatus


class InsightsQuery(Query):
    """Which decisions count."""

    days: int = Field(default=30, ge=1, le=3_650, description="Those recorded in so many days up to now.")
    symbol: Symbol | None = None


class Insight(Answer):
    """Something that the record says; every number in `text` stands in `figures` too."""

    kind: Literal[
        "stopping_rule", "near_miss", "kill_zone_trades", "kill_zone_refusals", "repeated_warning", "unknown_fact",
        "discipline",
    ] = Field(examples=["stopping_rule"])  # fmt: skip
    title: str
    text: str
    run_ids: list[str] = Field(description="The newest runs it was read from, at most ten.")
    rule_refs: list[str] = Field(examples=[["8.1"]])
    figures: dict[str, Any]


class InsightList(Answer):
    """What the record says, the most telling first; empty where nothing was decided."""

    total: int
    count: int
    items: list[Insight]
