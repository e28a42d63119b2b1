"""What a caller asks of a run, checked before there is one: nothing that would do nothing, and nothing too long."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from agent.threads.assistants import Assistant
from agent.threads.documents import to_json
from agent.threads.ids import id_of_new_thread, id_of_thread
from agent.threads.records import MOST_BYTES, RunRequest
from tools.errors import InvalidParameter

_MOST_TAGS: Final = 20
_LONGEST_TAG: Final = 100


def check_request(request: RunRequest, assistant: Assistant) -> None:
    """Refuse what an assistant cannot be run with.

    Raises:
        InvalidParameter: a part of the configuration is of the wrong kind or too long; `recursion_limit` is so small
            that the assistant could come to no end, or more than it ever takes; a node to stop at is none of its own.
    """
    check_size("metadata", request.metadata)
    _check_limit(request.config.get("recursion_limit"), assistant)
    _check_tags(request.config.get("tags"))
    configurable = request.config.get("configurable")
    if configurable is not None and not isinstance(configurable, Mapping):
        raise _wrong("config.configurable", "an object", configurable)
    check_size("config.configurable", configurable or {})
    _check_nodes("interrupt_before", request.interrupt_before, assistant)
    _check_nodes("interrupt_after", request.interrupt_after, assistant)


def check_size(field: str, value: Mapping[str, Any]) -> None:
    """Refuse an object of a caller's that is too long to be kept.

    Raises:
        InvalidParameter: it is.
    """
    size = len(to_json(value).encode())
    if size > MOST_BYTES:
        raise _wrong(field, f"at most {MOST_BYTES} bytes of JSON", f"{size} bytes")


def where_to_run(thread_id: str | None, request: RunRequest, *, may_create: bool) -> tuple[str, bool]:
    """Return the id of the thread to run on, and whether it is to be made where it is not there.

    Raises:
        InvalidParameter: a state is named and no thread, or a new thread's id is no UUID.
        ThreadNotFound: no thread could have that id.
    """
    if thread_id is None:
        if request.checkpoint_id is not None:
            raise _wrong("checkpoint_id", "left out where no thread is named: a new one has no state", "a state's id")
        return str(uuid.uuid4()), True
    if may_create and request.checkpoint_id is None:  # a thread that is not there has no state to start from either
        return id_of_new_thread(thread_id), True
    return id_of_thread(thread_id), False


def read_request(assistant: Assistant, request: RunRequest) -> tuple[dict[str, Any] | None, str | None]:
    """Return what the graph is given, and a title for the thread; a long input takes a while, so call it in a thread.

    Raises:
        DataError: the assistant cannot be given that input.
    """
    if request.input is None:
        return None, None
    return assistant.read_input(request.input), assistant.title(request.input)


def _check_limit(limit: Any, assistant: Assistant) -> None:
    least, most = assistant.least_recursion_limit, assistant.recursion_limit
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or not least <= limit <= most):
        raise _wrong("config.recursion_limit", f"a whole number from {least} to {most}", limit)


def _check_tags(tags: Any) -> None:
    if tags is None:
        return
    if not (isinstance(tags, list | tuple) and all(isinstance(tag, str) for tag in tags)):
        raise _wrong("config.tags", "a list of texts", tags)
    if len(tags) > _MOST_TAGS or any(len(tag) > _LONGEST_TAG for tag in tags):
        raise _wrong("config.tags", f"at most {_MOST_TAGS} texts of at most {_LONGEST_TAG} characters", tags)


def _check_nodes(field: str, names: tuple[str, ...], assistant: Assistant) -> None:
    if not names:
        return
    known = [name for name in assistant.compile(None).nodes if not name.startswith("__")]
    for name in names:
        if name != "*" and name not in known:
            raise _wrong(field, f"a node of {assistant.graph_id} ({', '.join(known)}) or *", name)


def _wrong(field: str, expected: str, got: object) -> InvalidParameter:
    told = got if isinstance(got, str) else repr(got)
    return InvalidParameter(f"{field} must be {expected}", field=field, expected=expected, got=told[:60])
