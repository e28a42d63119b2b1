"""Ask the coach: what the web service and the command line do alike before an answer is made."""

from typing import Any, Final

from agent.service import Service
from agent.threads.records import RunRequest, StreamMode, Thread, ThreadRun
from api.requests import canonical_symbol
from tools.errors import ThreadNotFound

COACH: Final = "coach"
RECORDED: Final[tuple[StreamMode, ...]] = ("messages-tuple", "custom")
"""What a run's log must hold for its answer to be told."""


async def ask(
    service: Service,
    message: str,
    *,
    owner_id: str,
    thread_id: str | None = None,
    run_id: str | None = None,
    symbol: str | None = None,
) -> ThreadRun:
    """Begin an answer; it is made to its end, whoever stays to hear it.

    Args:
        service: open.
        message: what is asked.
        owner_id: who asks.
        thread_id: the conversation to go on with; None begins one.
        run_id: the analysis it is about; None leaves that as it is.
        symbol: the market it is about, in any usual spelling; None leaves that as it is.

    Raises:
        ThreadNotFound: no conversation of this owner has that id.
        RunNotFound: no analysis of this owner has that id.
        ThreadBusy: an answer of the conversation is being made.
        DataError: the question cannot be asked like this.
        StoreUnavailable: the database did not answer.
    """
    if thread_id is not None:
        await conversation_of(service, thread_id, owner_id=owner_id)
    question: dict[str, Any] = {"messages": [{"role": "user", "content": message}]}
    if run_id is not None:
        question["run_id"] = (await service.runs.get(run_id, owner_id=owner_id)).run_id
    if symbol is not None:
        question["symbol"] = canonical_symbol(symbol)
    request = RunRequest(COACH, question, stream_modes=RECORDED, multitask_strategy="reject")
    return await service.threads.start(thread_id, request, owner_id=owner_id)


async def conversation_of(service: Service, thread_id: str, *, owner_id: str) -> Thread:
    """Return a conversation with the coach, without its values.

    Raises:
        ThreadNotFound: no thread of this owner has that id, or it is of another assistant.
    """
    thread = await service.threads.get(thread_id, owner_id=owner_id, with_values=False)
    if thread.assistant_id not in {None, coach_id(service)}:
        raise ThreadNotFound(f"the thread {thread_id} is no conversation with the coach")
    return thread


def coach_id(service: Service) -> str:
    """Return the id of the coach among the assistants."""
    return service.assistants.get(COACH).assistant_id
