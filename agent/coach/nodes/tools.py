"""The node that runs the tools a model called: side by side, answered in the order of the calls.

Whatever a tool returns is data. The answers kept here are the only evidence there is, beside the user's own words; a
refusal, which may quote whatever the tool was asked, is none.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from langchain_core.messages import AIMessage, InvalidToolCall, ToolCall, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime

from agent.coach.checking import judge
from agent.coach.digest import REFUSED, as_of, decided_run, summary_of
from agent.coach.models.context import read_context
from agent.coach.state import CoachState, Evidence, read_draft
from agent.coach.together import together
from agent.coach.toolbox.compact import message as sentence
from agent.coach.turn import CoachContext

MOST_CALLS: Final = 8
"""The most calls of one reply that are run; a model that makes more is told to call the others again."""
_STARTS_A_RUN: Final = "run_analysis"
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class _Called:
    """One call: as the model made it, and what is to be run; without a tool only what to say instead."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    tool: BaseTool | None
    refusal: str


@dataclass(frozen=True, slots=True)
class _Answered:
    """One call and its answer."""

    called: _Called
    content: str
    is_refused: bool

    @property
    def has_run(self) -> bool:
        return self.called.tool is not None


async def tools(state: CoachState, runtime: Runtime[CoachContext]) -> dict[str, Any]:
    """Run every call of the draft; one that cannot be run is answered with what to call instead.

    The draft enters the conversation with the answers, so that no call is ever there without its own.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    message = await _checked(read_draft(state), state, runtime)
    calls = _calls(message, state, runtime.context)
    for called in calls:
        runtime.stream_writer(
            {"type": "tool.called", "id": called.call_id, "name": called.name, "arguments": called.arguments}
        )
    answered = await together(*(_answer(called, runtime) for called in calls))
    used = [one for one in answered if one.has_run]
    return {
        "messages": [message, *map(_result, answered)],
        "evidence": [_evidence(one) for one in used if not one.is_refused],
        "context_meta": [*state["context_meta"], *map(_meta, used)],
        "usage": state["spending"],
        "draft": None,
        **_new_focus(answered),
    }


async def _checked(message: AIMessage, state: CoachState, runtime: Runtime[CoachContext]) -> AIMessage:
    """Return the message, without its words where it said something beside its calls that does not stand."""
    said = str(message.text)
    if not said.strip():
        return message
    judged = await judge(said, state, runtime.context)
    if judged.stands:
        return message
    runtime.stream_writer(judged.flagged(message, will_repair=True))
    return message.model_copy(update={"content": ""})


def _calls(message: AIMessage, state: CoachState, context: CoachContext) -> list[_Called]:
    moment = read_context(state["context"])
    focus = None if moment is None else moment.run_id
    well_made = [_called(call, context.tools, state.get("run_id") or focus) for call in message.tool_calls]
    malformed = [_malformed(call, context.tools) for call in message.invalid_tool_calls]
    calls = [*well_made, *malformed]
    too_many = f"at most {MOST_CALLS} calls are run at once: call this one again if it is still needed"
    return [*calls[:MOST_CALLS], *(_refused(call.call_id, call.name, too_many) for call in calls[MOST_CALLS:])]


def _called(call: ToolCall, known: Mapping[str, BaseTool], focus: str | None) -> _Called:
    name, call_id, arguments = call["name"], str(call["id"]), dict(call["args"])
    tool = known.get(name)
    if tool is None:
        near = difflib.get_close_matches(name, known, 3) or sorted(known)
        return _refused(call_id, name[:_LONGEST_NAME], f"there is no tool {name[:60]!r}; call one of {', '.join(near)}")
    if focus is not None and "run_id" in tool.args and arguments.get("run_id") is None:
        arguments["run_id"] = focus
    return _Called(call_id, name, arguments, tool, "")


def _malformed(call: InvalidToolCall, known: Mapping[str, BaseTool]) -> _Called:
    name = call["name"] or ""
    tool = known.get(name)
    taken = f" with {', '.join(tool.args)}" if tool is not None and tool.args else ""
    why = f"the arguments cannot be used: {call['error']}. Call it again with one JSON object{taken}"
    return _refused(str(call["id"]), name, why)


def _refused(call_id: str, name: str, why: str) -> _Called:
    return _Called(call_id, name, {}, None, sentence(f"{REFUSED}{why}"))


async def _answer(called: _Called, runtime: Runtime[CoachContext]) -> _Answered:
    answered = _Answered(called, called.refusal, is_refused=True)
    if called.tool is not None:
        call = ToolCall(name=called.name, args=called.arguments, id=called.call_id, type="tool_call")
        result: ToolMessage = await called.tool.ainvoke(call)
        content = str(result.text)
        answered = _Answered(called, content, is_refused=result.status == "error" or content.startswith(REFUSED))
    runtime.stream_writer(
        {
            "type": "tool.result",
            "id": called.call_id,
            "name": called.name,
            "ok": not answered.is_refused,
            "summary": summary_of(answered.content),
            "content": answered.content,
        }
    )
    return answered


def _result(answered: _Answered) -> ToolMessage:
    called = answered.called
    status = "error" if answered.is_refused else "success"
    return ToolMessage(answered.content, tool_call_id=called.call_id, name=called.name, status=status)


def _evidence(answered: _Answered) -> Evidence:
    called = answered.called
    return Evidence(call_id=called.call_id, tool=called.name, arguments=called.arguments, answer=answered.content)


def _meta(answered: _Answered) -> dict[str, Any]:
    called = answered.called
    return {
        "tool": called.name,
        "call_id": called.call_id,
        "arguments": called.arguments,
        "as_of": as_of(answered.content),
        "summary": summary_of(answered.content),
    }


def _new_focus(answered: list[_Answered]) -> dict[str, str]:
    """Return what the conversation is about from now on, where a run was started."""
    started = [
        decided
        for one in answered
        if one.called.name == _STARTS_A_RUN and (decided := decided_run(one.content)) is not None
    ]
    return {"run_id": started[-1][0], "symbol": started[-1][1]} if started else {}
