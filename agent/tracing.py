"""Traces of the coach's runs for LangSmith, where a key is set; and silence everywhere else.

What leaves the machine is the shape of a run: which nodes, tools and models, how long they took, how many tokens, how
they failed; and what was said with every figure taken out. No balance, size, amount or owner is in it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.schemas import Run
from langsmith import Client, configure

from agent.settings import TracingSettings

LANGSMITH_URL: Final = "https://api.smith.langchain.com"
HIDDEN: Final = "[hidden]"
_MODELS: Final = frozenset({"llm", "chat_model"})
_FLUSH_S: Final = 5.0
_LONGEST: Final = 20_000
_FIGURES: Final = re.compile(
    r"\d[\d.,:  ']*\d|\d"
    r"|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
    r"|grand|half|dozen)\b",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(
    r"account|balance|equity|owner|user|currency|money|amount|size|contract|lot|unit|risk|pnl|profit|loss|drawdown|margin"
    r"|deposit|result",
    re.IGNORECASE,
)
_TOLD_AS_IT_IS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,2}\.\d{1,2}", re.IGNORECASE)
_NAMED: Final = frozenset({"run_id", "rule", "rule_id"})
_SCORES: Final = frozenset({"confidence", "confluence_score"})
_BEST: Final = 10


def trace_only_when_told() -> None:
    """Let no environment variable start a trace in this process; what `Tracing` is told goes on as it was told."""
    configure(enabled=False)


class Tracing:
    """Sends traces to one project; one for the life of a service."""

    def __init__(self, settings: TracingSettings) -> None:
        """Connect lazily: nothing is sent before a run has ended, nor waited for."""
        self._project = settings.project
        self._client = Client(
            settings.endpoint or LANGSMITH_URL,
            api_key=settings.api_key,
            omit_traced_runtime_info=True,
            tracing_mode="langsmith",
            tracing_sampling_rate=1.0,
        )

    def callbacks(self) -> Sequence[BaseCallbackHandler]:
        """Return what one run is watched by."""
        return (_RunTracer(self._client, self._project),)

    def close(self) -> None:
        """Send what is still to be sent, for a few seconds at most."""
        self._client.flush(timeout=_FLUSH_S)
        self._client.close()


class _RunTracer(BaseTracer):
    """Keeps one run's steps until it ends, then sends them at once, without figures."""

    run_inline = True

    def __init__(self, client: Client, project: str) -> None:
        super().__init__(_schema_format="original+chat")
        self._client = client
        self._project = project

    def _persist_run(self, run: Run) -> None:
        for step in _with_children(run):
            self._client.create_run(
                name=step.name,
                inputs=_told(step, step.inputs),
                outputs=_told(step, step.outputs),
                run_type="llm" if step.run_type in _MODELS else "tool" if step.run_type == "tool" else "chain",
                project_name=self._project,
                id=step.id,
                trace_id=step.trace_id,
                dotted_order=step.dotted_order,
                parent_run_id=step.parent_run_id,
                start_time=step.start_time,
                end_time=step.end_time,
                error=None if step.error is None else step.error.split("(", 1)[0].split("\n", 1)[0],
                extra={"metadata": _counted(step)},
            )


def without_figures(value: Any, key: str = "") -> Any:
    """Return a JSON value, or a message, with every figure and everything of an account taken out.

    Args:
        value: what is to be told; of figures only run ids, rule ids and scores stay.
        key: under which it stands; what it names as the account's is hidden whole.
    """
    if _ACCOUNT.search(key):
        return HIDDEN
    match value:
        case BaseMessage():
            return _message(value)
        case Mapping():
            return {_text(str(name)): without_figures(one, str(name)) for name, one in value.items()}
        case str():
            return value if key in _NAMED and _TOLD_AS_IT_IS.fullmatch(value) else _said(value)
        case list() | tuple():
            return [without_figures(one, key) for one in value]
        case None | bool():
            return value
        case int() | float():
            return value if key in _SCORES and 0 <= value <= _BEST else "#"
    return HIDDEN


def _said(text: str) -> Any:
    """Read an answer of a tool as what it is; everything else is text."""
    if text.startswith("{"):
        try:
            return without_figures(json.loads(text))
        except ValueError:
            pass
    return _text(text)


def _text(text: str) -> str:
    return _FIGURES.sub("#", text[:_LONGEST])


def _message(message: BaseMessage) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.type, "content": _said(str(message.text))}
    calls = getattr(message, "tool_calls", None)
    if calls:
        told["calls"] = [{"name": call["name"], "args": without_figures(call["args"])} for call in calls]
    return told


def _with_children(run: Run) -> Iterator[Run]:
    yield run
    for child in run.child_runs:
        yield from _with_children(child)


def _told(step: Run, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a model or a tool was given and gave back; a node's state would only say it again."""
    if not values:
        return {}
    told = _of_model(values) if step.run_type in _MODELS else values if step.run_type == "tool" else {}
    return {name: without_figures(value) for name, value in told.items()}


def _of_model(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the messages of a model's call, out of the wrappings its serialised form has."""
    batches = values.get("messages") or [
        [one.get("message") for one in batch] for batch in values.get("generations", [])
    ]
    return {"messages": [_unwrapped(message) for batch in batches for message in batch]}


def _unwrapped(message: Any) -> dict[str, Any]:
    kwargs = message.get("kwargs", {}) if isinstance(message, Mapping) else {}
    calls = [{"name": call["name"], "args": call["args"]} for call in kwargs.get("tool_calls") or []]
    return {"role": kwargs.get("type"), "content": kwargs.get("content"), **({"calls": calls} if calls else {})}


def _counted(step: Run) -> dict[str, Any]:
    """Return the tokens of a model's call, as LangSmith counts them."""
    generations = (step.outputs or {}).get("generations") or []
    for batch in generations:
        for one in batch:
            usage = ((one.get("message") or {}).get("kwargs") or {}).get("usage_metadata")
            if usage:
                return {
                    "usage_metadata": {name: usage[name] for name in ("input_tokens", "output_tokens", "total_tokens")}
                }
    return {}
