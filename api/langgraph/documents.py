"""What the threads keep, as LangGraph's clients are told it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
from langgraph.types import Interrupt, PregelTask, StateSnapshot

from agent.threads.assistants import Assistant, Graph
from agent.threads.documents import error_document
from agent.threads.records import Thread, ThreadRun
from tools import errors

Document = dict[str, Any]
_SINCE: Final = "2026-01-01T00:00:00+00:00"
"""The assistants come with the code, and were never made by anybody; clients want a date all the same."""
_OURS: Final = frozenset(
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.IctError)
)


def selected(document: Document, select: Iterable[str] | None) -> Document:
    """Return those fields of a document that were asked for; all of them where none was."""
    wanted = set(select or document)
    return {name: value for name, value in document.items() if name in wanted}


def assistant_document(assistant: Assistant) -> Document:
    """Write an assistant."""
    return {
        "assistant_id": assistant.assistant_id,
        "graph_id": assistant.graph_id,
        "name": assistant.name,
        "description": assistant.description,
        "config": {},
        "context": {},
        "metadata": {"created_by": "system"},
        "version": 1,
        "created_at": _SINCE,
        "updated_at": _SINCE,
    }


def graph_schemas(graph_id: str, graph: Graph) -> Document:
    """Write the JSON schemas of a graph."""
    return {
        "graph_id": graph_id,
        "input_schema": graph.get_input_jsonschema(),
        "output_schema": graph.get_output_jsonschema(),
        "state_schema": graph.get_output_jsonschema(),
        "config_schema": None,
        "context_schema": None,
    }


def thread_document(thread: Thread) -> Document:
    """Write a thread."""
    return {
        "thread_id": thread.thread_id,
        "created_at": _time(thread.created_at),
        "updated_at": _time(thread.updated_at),
        "state_updated_at": _time(thread.updated_at),
        "metadata": dict(thread.metadata),
        "config": {},
        "context": {},
        "status": thread.status,
        "values": thread.values,
        "interrupts": {},
        "title": thread.title,
    }


def run_document(run: ThreadRun) -> Document:
    """Write a run, without its input."""
    return {
        "run_id": run.run_id,
        "thread_id": run.thread_id,
        "assistant_id": run.assistant_id,
        "created_at": _time(run.created_at),
        "updated_at": _time(run.updated_at),
        "status": run.status,
        "metadata": dict(run.request.metadata),
        "multitask_strategy": run.request.multitask_strategy,
        "error": run.error,
    }


def state_document(state: StateSnapshot, thread_id: str, select: Iterable[str] | None = None) -> Document:
    """Write a state, or the fields of it that were asked for; its messages become dicts when the answer is encoded."""
    here = _checkpoint(state.config, thread_id)
    parent = _checkpoint(state.parent_config, thread_id) if state.parent_config else None
    document = {
        "next": list(state.next),
        "metadata": state.metadata,
        "created_at": state.created_at,
        "checkpoint": here,
        "parent_checkpoint": parent,
        "interrupts": [_interrupt(one) for one in state.interrupts],
        "checkpoint_id": here["checkpoint_id"],
        "parent_checkpoint_id": parent["checkpoint_id"] if parent else None,
    }
    return selected({"values": state.values, "tasks": [_task(task) for task in state.tasks], **document}, select)


def _checkpoint(config: RunnableConfig | None, thread_id: str) -> Document:
    configurable: Mapping[str, Any] = (config or {}).get("configurable") or {}
    return {
        "thread_id": thread_id,
        "checkpoint_ns": configurable.get("checkpoint_ns") or "",
        "checkpoint_id": configurable.get("checkpoint_id"),
        "checkpoint_map": configurable.get("checkpoint_map"),
    }


def _task(task: PregelTask) -> Document:
    return {
        "id": task.id,
        "name": task.name,
        "path": list(task.path),
        "error": None if task.error is None else _error(task.error),
        "interrupts": [_interrupt(one) for one in task.interrupts],
        "checkpoint": None,  # of a subgraph, and the graphs have none
        "state": None,
        "result": task.result,
    }


def _error(error: object) -> str:
    """Tell an error of ours as it is, and of any other that the run failed; a checkpoint holds what `repr` gave."""
    if isinstance(error, errors.IctError):
        return f"{type(error).__name__}: {error}"
    text = str(error)
    return text if text.partition("(")[0] in _OURS else error_document(RuntimeError())["message"]


def _interrupt(interrupt: Interrupt[Any]) -> Document:
    return {"id": interrupt.id, "value": interrupt.value}


def _time(moment: datetime) -> str:
    return moment.isoformat()
