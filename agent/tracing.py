"""Traces of the coach's runs for LangSmith, where a key is set; and silence everywhere else.

What leaves the machine is the shape of a run: which nodes, tools and models, how long each took, how long what it was
given and gave back is, how many tokens, and how it ended. No word of a message, an argument or an answer is in it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.schemas import Run
from langsmith import Client, configure

from agent.settings import TracingSettings

LANGSMITH_URL: Final = "https://api.smith.langchain.com"
_MODELS: Final = frozenset({"llm", "chat_model"})
_FLUSH_S: Final = 5.0
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_ROLES: Final = {name: name for name in ("human", "ai", "system", "tool")}
_COUNTS: Final = ("input_tokens", "output_tokens", "total_tokens")


def trace_only_when_told() -> None:
    """Let no environment variable start a trace in this process; what `Tracing` is told goes on as it was told."""
    configure(enabled=False)


class Tracing:
    """Sends traces to one project; one for the life of a service."""

    def __init__(self, settings: TracingSettings, model: str) -> None:
        """Connect lazily: nothing is sent before a run has ended, nor waited for.

        Args:
            settings: where traces go.
            model: the name of the model that speaks.
        """
        self._project = settings.project
        self._model = model
        self._client = Client(
            settings.endpoint or LANGSMITH_URL,
            api_key=settings.api_key,
            omit_traced_runtime_info=True,
            tracing_mode="langsmith",
            tracing_sampling_rate=1.0,
        )

    def callbacks(self) -> Sequence[BaseCallbackHandler]:
        """Return what one run is watched by."""
        return (_RunTracer(self._client, self._project, self._model),)

    def close(self) -> None:
        """Send what is still to be sent, for a few seconds at most."""
        self._client.flush(timeout=_FLUSH_S)
        self._client.close()


class _RunTracer(BaseTracer):
    """Keeps one run's steps until it ends, then sends them at once, without a word of what was said."""

    run_inline = True

    def __init__(self, client: Client, project: str, model: str) -> None:
        super().__init__(_schema_format="original+chat")
        self._client = client
        self._project = project
        self._model = model

    def _persist_run(self, run: Run) -> None:
        for step in _with_children(run):
            self._client.create_run(
                name=step.name,
                inputs=_given(step),
                outputs=_returned(step),
                run_type=_kind(step),
                project_name=self._project,
                id=step.id,
                trace_id=step.trace_id,
                dotted_order=step.dotted_order,
                parent_run_id=step.parent_run_id,
                start_time=step.start_time,
                end_time=step.end_time,
                error=None if step.error is None else _name_of(step.error),
                extra={"metadata": self._about(step)},
            )

    def _about(self, step: Run) -> dict[str, Any]:
        return {"ls_model_name": self._model, **_counted(step)} if _kind(step) == "llm" else {}


def _with_children(run: Run) -> Iterator[Run]:
    yield run
    for child in run.child_runs:
        yield from _with_children(child)


def _kind(step: Run) -> Literal["llm", "tool", "chain"]:
    return "llm" if step.run_type in _MODELS else "tool" if step.run_type == "tool" else "chain"


def _name_of(error: str) -> str:
    """Return the class of an error out of what ``repr`` made of it."""
    name = _NAME.match(error)
    return name[0] if name else "Error"


def _given(step: Run) -> dict[str, Any]:
    """Return how much a model or a tool was given; a node's state would only say it again."""
    match _kind(step):
        case "llm":
            batches = (step.inputs or {}).get("messages") or []
            return {"messages": [_measured(message) for batch in batches for message in batch]}
        case "tool":
            return {"characters": _length(step.inputs)}
    return {}


def _returned(step: Run) -> dict[str, Any]:
    match _kind(step):
        case "llm":
            return {"messages": [_measured(one) for one in _messages(step)]}
        case "tool":
            return {"characters": _length(step.outputs)}
    return {}


def _messages(step: Run) -> Iterator[Any]:
    for batch in (step.outputs or {}).get("generations") or []:
        for one in batch:
            yield one.get("message")


def _measured(message: Any) -> dict[str, Any]:
    """Return who speaks, how long, and how many tools are called; a serialised message keeps that under ``kwargs``."""
    kwargs = message.get("kwargs", {}) if isinstance(message, Mapping) else {}
    calls = kwargs.get("tool_calls") or []
    said = kwargs.get("content") or ""
    characters = len(said) if isinstance(said, str) else _length(said)
    return {"role": _ROLES.get(str(kwargs.get("type")), "other"), "characters": characters, "calls": len(calls)}


def _length(value: Any) -> int:
    return len(json.dumps(value, default=str))


def _counted(step: Run) -> dict[str, Any]:
    """Return the tokens of a model's call, as LangSmith counts them."""
    for message in _messages(step):
        usage = ((message or {}).get("kwargs") or {}).get("usage_metadata")
        if usage:
            return {"usage_metadata": {name: int(usage[name]) for name in _COUNTS}}
    return {}
