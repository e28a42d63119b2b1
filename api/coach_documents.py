"""Conversations with the coach in their wire form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from agent.coach.input import read_input
from agent.coach.insights import Insight
from agent.threads.records import Thread, ThreadRun
from api.coach_projection import text_of
from api.run_documents import stamp
from tools.errors import InvalidParameter


def conversation(thread: Thread) -> dict[str, Any]:
    """Return one conversation as lists show it."""
    return {
        "thread_id": thread.thread_id,
        "title": thread.title,
        "status": thread.status,
        "grounded": thread.grounded,
        "created_at": stamp(thread.created_at),
        "updated_at": stamp(thread.updated_at),
    }


def conversation_detail(thread: Thread, state: Mapping[str, Any], runs: Sequence[ThreadRun]) -> dict[str, Any]:
    """Return one conversation with all that was said in it.

    Args:
        thread: the thread.
        state: the values of its newest state; empty before its first run.
        runs: its runs, newest first; they say when each question was asked.
    """
    messages = list(_messages(state.get("messages", ())))
    _date_questions([one for one in messages if one["role"] == "user"], runs)
    return {
        **conversation(thread),
        "focus_run_id": state.get("run_id"),
        "symbol": state.get("symbol"),
        "messages": messages,
    }


def _date_questions(questions: Sequence[dict[str, Any]], runs: Sequence[ThreadRun]) -> None:
    """Give each question the time of the run that asked it, going back from the newest."""
    asked = ((text, run) for run in runs for text in reversed(_questions(run)))
    for question in reversed(questions):
        found = next((run for text, run in asked if text == question["text"]), None)
        if found is None:
            return
        question["time"] = stamp(found.created_at)


def _questions(run: ThreadRun) -> list[str]:
    """Return what a run's input says, as the state keeps it."""
    try:
        return [text_of(one.content) for one in read_input(run.request.input or {})["messages"]]
    except InvalidParameter:  # it went on from where another stood, and asked nothing
        return []


def _messages(messages: Sequence[BaseMessage]) -> Iterator[dict[str, Any]]:
    """Yield what the user and the coach said; a message that calls tools is told by the answer that follows.

    An answer is what the coach's check has let through, and bears its report; nothing else is told as one.
    """
    calls: list[dict[str, Any]] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            calls = []
            yield _message(message, "user", calls)
        elif isinstance(message, AIMessage):
            called = [{"id": one["id"] or "", "name": one["name"], "arguments": one["args"]}
                      for one in message.tool_calls]  # fmt: skip
            calls = [*calls, *called]
            if message.additional_kwargs.get("ict"):
                yield _message(message, "coach", calls)
                calls = []


def _message(message: BaseMessage, role: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    said = message.additional_kwargs.get("ict") or {}
    return {
        "id": message.id or "",
        "role": role,
        "text": text_of(message.content),
        "time": said.get("timestamp"),
        "model": said.get("model"),
        "phase": said.get("phase"),
        "grounded": said.get("grounded"),
        "citations": said.get("citations", []),
        "claims": said.get("claims", []),
        "tool_calls": calls,
    }


def coach_run(run: ThreadRun) -> dict[str, Any]:
    """Return the making of one answer."""
    return {"thread_id": run.thread_id, "run_id": run.run_id, "status": run.status}


def insight(one: Insight) -> dict[str, Any]:
    """Return one insight."""
    return {
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "run_ids": list(one.run_ids),
        "rule_refs": list(one.rule_refs),
        "figures": dict(one.figures),
    }
