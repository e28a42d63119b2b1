"""From a body to the request that the threads take."""

from typing import Any, Final

from agent.threads.records import RunRequest, StreamMode
from api.langgraph.bodies import RunBody, StatelessRunBody
from api.langgraph.refusals import OF_COMMANDS, OF_RUNS, not_supported, refuse, refuse_checkpoint
from api.problems import FieldFault

STREAMED: Final[tuple[StreamMode, ...]] = ("values",)
IN_BACKGROUND: Final[tuple[StreamMode, ...]] = ("values", "updates", "messages-tuple", "custom")
"""What a run records that says nothing of it and that nobody reads yet: what any of the usual readers may ask for."""

_UNASKED_LIMITS: Final = frozenset({25, 10_007})
"""What langchain-core and langgraph send as `recursion_limit` though nobody said one."""


def run_request(
    body: RunBody, *, thread_id: str | None = None, unless_said: tuple[StreamMode, ...] = STREAMED
) -> RunRequest:
    """Read what is to be run.

    Args:
        body: the validated body.
        thread_id: the thread it is to be run on; None where it gets one of its own.
        unless_said: the stream modes of a body that names none.

    Raises:
        ProblemError: 422, it asks for what is not there.
    """
    refuse(body, OF_RUNS)
    refuse_checkpoint(body.checkpoint, thread_id)
    return RunRequest(
        assistant_id=body.assistant_id,
        input=_input(body),
        config=_config(body),
        metadata=_metadata(body),
        stream_modes=tuple(dict.fromkeys(body.stream_mode or unless_said)),
        stream_subgraphs=bool(body.stream_subgraphs),
        multitask_strategy=body.multitask_strategy or "enqueue",
        cancel_on_disconnect=body.on_disconnect == "cancel",
        checkpoint_id=_checkpoint_id(body),
        interrupt_before=tuple(body.interrupt_before or ()),
        interrupt_after=tuple(body.interrupt_after or ()),
        deletes_thread=isinstance(body, StatelessRunBody) and body.on_completion != "keep",
    )


def _input(body: RunBody) -> dict[str, Any] | None:
    if body.command is None:
        return body.input
    refuse(body.command, OF_COMMANDS, under="command.")
    if body.input is not None:
        message = "command goes on from where an interrupted run stands, and takes no input"
        raise not_supported((FieldFault("command", None, message, "one of the two", "both"),))
    if body.command.resume is False:
        message = "command.resume is false, and a run that is not to go on needs no command"
        raise not_supported((FieldFault("command.resume", None, message, "true", "False"),))
    return None


def _config(body: RunBody) -> dict[str, Any]:
    if body.config is None:
        return {}
    config = body.config.model_dump(include={"tags", "recursion_limit", "configurable"}, exclude_none=True)
    if config.get("recursion_limit") in _UNASKED_LIMITS:
        del config["recursion_limit"]
    return config


def _metadata(body: RunBody) -> dict[str, Any]:
    of_config = body.config.metadata if body.config is not None else None
    return {**(of_config or {}), **(body.metadata or {})}


def _checkpoint_id(body: RunBody) -> str | None:
    if body.checkpoint_id is not None:
        return body.checkpoint_id
    if body.checkpoint is not None:
        return body.checkpoint.checkpoint_id
    configurable = body.config.configurable if body.config is not None else None
    named = (configurable or {}).get("checkpoint_id")
    return named if isinstance(named, str) else None
