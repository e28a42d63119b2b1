"""Whatever the model does, a question ends in an answer or a typed error, and the next one is answered.

Afterwards nothing is left of it: no task in the service's loop, no connection in use, no request at the model.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.acceptance.coached import (
    API,
    Coached,
    Told,
    ask_on_the_wire,
    ask_streaming,
    ask_waiting,
    coached_server,
)
from tests.api.running_server import empty_database
from tests.model_server import (
    NOT_A_MODEL,
    Answer,
    Call,
    Failure,
    Gate,
    ScriptedModel,
    Turn,
    broken,
    busy,
    call,
    model_server,
    say,
    use,
    words,
)

pytestmark = pytest.mark.anyio
Ask = Callable[..., Awaitable[Told]]
RETRIES: Final = 1
STEPS: Final = 4
TIMEOUT_S: Final = 1.0
STALLED: Final = 40
QUESTION: Final = "Is London worth waiting for?"
UNAVAILABLE, INVALID, TOO_MANY = "ModelUnavailable", "ModelOutputInvalid", "StepLimitReached"
SOON: Final = {"retry-after-ms": "1"}
DOWN, OVERLOADED = Failure(500, headers=SOON), Failure(503, headers=SOON)
HALF: Final = Answer(pieces=("Price is ", "below the "))
NOW: Final = use(call("session_now", symbol="EURUSD"))
WAYS: Final[dict[str, Ask]] = {"sse": ask_streaming, "json": ask_waiting, "wire": ask_on_the_wire}


@dataclass(frozen=True, slots=True)
class Fault:
    """What the model does, and what the question must come to: words of the answer, or the error's name."""

    turns: tuple[Turn, ...]
    answer: str = ""
    error: str = ""


def answered(*turns: Turn, by: str = "Patience.") -> Fault:
    return Fault(turns, answer=by)


def failed(error: str, *turns: Turn) -> Fault:
    return Fault(turns, error=error)


PATIENCE: Final = say("Patience.")
FAULTS: Final = {
    "split call": answered(use(Call("session_now", '{"symbol": "EURUSD"}', split=1, splits_name=True)), PATIENCE),
    "parallel calls": answered(
        use(call("session_now", symbol="EURUSD"), call("look_up_rule", words="kill zone"), call("list_decisions")),
        PATIENCE,
    ),
    "words before a call": answered(use(call("session_now", symbol="EURUSD"), first="Let me look."), PATIENCE),
    "two calls of one id": answered(
        use(Call("session_now", "{}", call_id="one"), Call("list_decisions", "{}", call_id="one")), PATIENCE
    ),
    "busy, then not": answered(busy(), PATIENCE),
    "busy between two steps": answered(NOW, busy(), PATIENCE),
    "busy for ever": failed(UNAVAILABLE, *[busy()] * (1 + RETRIES)),
    "busy, and not said for how long": answered(busy(retry_after_s=None), PATIENCE),
    "error, then none": answered(DOWN, PATIENCE),
    "overloaded, then not": answered(OVERLOADED, PATIENCE),
    "error for ever": failed(UNAVAILABLE, *[DOWN] * (1 + RETRIES)),
    "overloaded for ever": failed(UNAVAILABLE, *[OVERLOADED] * (1 + RETRIES)),
    "error after a tool": failed(UNAVAILABLE, NOW, *[DOWN] * (1 + RETRIES)),
    "wrong key": failed(UNAVAILABLE, Failure(401)),
    "unknown model": failed(UNAVAILABLE, Failure(404)),
    "too long a prompt": failed(UNAVAILABLE, Failure(400, "maximum context length exceeded")),
    "redirected": failed(UNAVAILABLE, Failure(302, headers={"location": "https://example.test/"})),
    "cut before its finish": failed(INVALID, broken(HALF, "unfinished")),
    "cut inside a chunk": failed(INVALID, broken(HALF, "torn")),
    "half a chunk": failed(INVALID, broken(HALF, "garbled")),
    "connection lost": failed(UNAVAILABLE, broken(HALF, "reset")),
    "call cut off": failed(INVALID, broken(NOW, "unfinished")),
    "cut after a tool": failed(INVALID, NOW, broken(HALF, "unfinished")),
    "arguments are no json": answered(use(Call("session_now", '{"symbol": ')), NOW, PATIENCE),
    "arguments are a list": answered(use(Call("session_now", '["EURUSD"]')), PATIENCE),
    "arguments nested deeply": answered(use(Call("session_now", "[" * 5_000, split=1_000)), PATIENCE),
    "unknown tool": answered(use(call("open_trade", symbol="EURUSD")), PATIENCE),
    "nameless tool": answered(use(Call("", "{}")), PATIENCE),
    "wrong arguments": answered(use(call("session_now", market=7)), PATIENCE),
    "calls for ever": failed(TOO_MANY, *[NOW] * (STEPS + 1)),
    "malformed calls for ever": failed(TOO_MANY, *[use(Call("session_now", "{"))] * (STEPS + 1)),
    "calls until asked to stop": answered(*[NOW] * STEPS, PATIENCE),
    "empty": failed(INVALID, say()),
    "blank": failed(INVALID, say(" \n ")),
    "call announced, none made": failed(INVALID, Answer(finish="tool_calls")),
    "refusal": answered(Answer(refusal="I cannot help with that."), by="I cannot help with that."),
    "filtered before a word": failed(INVALID, Answer(finish="content_filter")),
    "too long an answer": answered(Answer(pieces=("Patience is",), finish="length"), by="Patience is"),
    "no usage": answered(Answer(pieces=("Patience.",), usage=None)),
    "web page": failed(INVALID, NOT_A_MODEL),
    "wrong content type": answered(Answer(pieces=("Patience.",), content_type="application/octet-stream")),
    "json that is no answer": failed(INVALID, Failure(200, body=b'{"detail": "hello"}')),
}
SLOW: Final = "Patience is the plan, however long it takes."
SILENCES: Final = {
    "no byte": failed(UNAVAILABLE, *[say(Gate())] * (1 + RETRIES)),
    "no more bytes": failed(UNAVAILABLE, broken(HALF, "stall")),
    "a byte now and then": answered(words(SLOW, pause_s=TIMEOUT_S / 5), by=SLOW),  # longer in all than one may wait
}


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with model_server() as model:
        yield model


@pytest.fixture(scope="module")
def coached(postgres_server: str, tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Coached]:
    limits = {"model_retries": RETRIES, "coach_steps": STEPS}
    with (
        empty_database(postgres_server, "coach_faults") as url,
        coached_server(url, tmp_path_factory.mktemp("data"), model, **limits) as service,
    ):
        yield service


@pytest.fixture(scope="module")
def impatient(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel
) -> Iterator[Coached]:
    """Give a service that gives a silent model up after a second."""
    limits = {"model_retries": RETRIES, "model_timeout_s": TIMEOUT_S}
    with (
        empty_database(postgres_server, "coach_silences") as url,
        coached_server(url, tmp_path_factory.mktemp("data"), model, **limits) as service,
    ):
        yield service


@pytest.fixture
async def client(coached: Coached) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(coached) as client:
        yield client


@asynccontextmanager
async def client_of(coached: Coached) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a service that has answered a question of every kind, so that its lasting tasks run."""
    async with coached.client() as client:
        coached.model.script(*[say("Well.")] * len(WAYS))
        for ask in WAYS.values():
            await ask(client, "How are you?")
        await coached.remember_its_tasks()
        yield client


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_ends_in_an_answer_or_a_typed_error_and_leaves_nothing_behind(
    coached: Coached, client: httpx.AsyncClient, name: str, way: str
) -> None:
    await assert_bears(coached, client, FAULTS[name], WAYS[way])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SILENCES)
async def test_a_silent_model_is_given_up_and_a_slow_one_is_not(impatient: Coached, name: str, way: str) -> None:
    async with client_of(impatient) as client:
        await assert_bears(impatient, client, SILENCES[name], WAYS[way])


async def assert_bears(coached: Coached, client: httpx.AsyncClient, fault: Fault, ask: Ask) -> None:
    model = coached.model
    model.script(*fault.turns)
    told = await ask(client, QUESTION)
    assert_as_expected(fault, told)
    assert model.turns_left == model.unscripted == 0
    await assert_goes_on(client, model, told.thread_id)
    await coached.assert_at_rest()


def assert_as_expected(fault: Fault, told: Told) -> None:
    if fault.error:
        assert told.failure == fault.error
    else:
        assert fault.answer in told.response


async def assert_goes_on(client: httpx.AsyncClient, model: ScriptedModel, thread_id: str) -> None:
    """The next question is answered, by a model that is told of a whole conversation."""
    model.script(say("Still here."))
    after = await ask_streaming(client, "And now?", thread_id)
    assert after.response == "Still here."
    (asked,) = model.requests
    assert asked.messages[-1]["content"] == "And now?"
    assert_is_whole(asked.messages)


def assert_is_whole(messages: list[dict[str, Any]]) -> None:
    """Every call has its answer behind it, and every answer its call: a model's server refuses anything else."""
    called: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            called.remove(message["tool_call_id"])
            continue
        assert called == [], "a call without an answer"
        called = [one["id"] for one in message.get("tool_calls") or ()]
        assert len(set(called)) == len(called)
    assert called == []


async def test_an_answer_without_usage_is_counted_by_the_service(
    client: httpx.AsyncClient, model: ScriptedModel
) -> None:
    model.script(Answer(pieces=("Patience.",), usage=None), say("Patience."))
    estimated, told = [(await ask_waiting(client, QUESTION)).answer for _ in range(2)]
    assert estimated is not None
    assert told is not None
    assert estimated["usage"]["is_estimated"] is True
    assert estimated["usage"]["input_tokens"] > 0
    assert {name: told["usage"][name] for name in ("is_estimated", "input_tokens", "output_tokens")} == {
        "is_estimated": False,
        "input_tokens": 120,
        "output_tokens": 30,
    }


async def test_an_answer_at_the_models_limit_says_that_it_was_cut(
    client: httpx.AsyncClient, model: ScriptedModel
) -> None:
    model.script(Answer(pieces=("Patience is",), finish="length"))
    said = (await ask_streaming(client, QUESTION)).response
    assert said.startswith("Patience is")
    assert "cut" in said.removeprefix("Patience is")


async def test_an_error_says_nothing_of_the_key(client: httpx.AsyncClient, model: ScriptedModel) -> None:
    model.script(Failure(401, "Incorrect API key provided: a-test-s-own"))
    told = await ask_waiting(client, QUESTION)
    assert "a-test-s-own" not in str(told.error)


async def test_conversations_that_wait_for_a_silent_model_hold_no_connection(
    coached: Coached, client: httpx.AsyncClient, model: ScriptedModel
) -> None:
    gate = Gate()
    held = Answer(pieces=("Patience ", gate, "pays."))
    model.script(*[held] * STALLED)
    asking = [asyncio.create_task(ask_streaming(client, QUESTION)) for _ in range(STALLED)]
    await asyncio.to_thread(gate.wait_until_reached)
    # The pool has 8 connections: were they held by the 40 who wait, nobody else would be served.
    others = await asyncio.gather(*(client.get(f"{API}/runs") for _ in range(STALLED)))
    assert {answer.status_code for answer in others} == {200}
    gate.open()
    told = await asyncio.gather(*asking)
    assert {one.response for one in told} == {"Patience pays."}
    await coached.assert_at_rest()


async def test_a_cancelled_answer_lets_the_model_go_and_the_thread_goes_on(
    coached: Coached, client: httpx.AsyncClient, model: ScriptedModel
) -> None:
    gate = Gate()
    model.script(say("Patience ", gate, "pays."))
    asking = asyncio.create_task(ask_streaming(client, QUESTION))
    await asyncio.to_thread(gate.wait_until_reached)
    (thread,) = (await client.get(f"{API}/coach/threads", params={"limit": 1})).json()["items"]
    (run,) = (await client.get(f"/threads/{thread['thread_id']}/runs")).json()
    path = f"{API}/coach/threads/{thread['thread_id']}/runs/{run['run_id']}/cancel"
    (await client.post(path)).raise_for_status()
    told = await asking
    assert told.error is not None
    assert told.error["type"] == "urn:ict:problem:run-cancelled"
    await asyncio.to_thread(model.requests[0].wait_until_over)
    assert model.requests[0].ended == "abandoned"
    await assert_goes_on(client, model, told.thread_id)
    await coached.assert_at_rest()


async def test_a_reader_who_leaves_ends_nothing(
    coached: Coached, client: httpx.AsyncClient, model: ScriptedModel
) -> None:
    gate = Gate()
    model.script(say("Patience ", gate, "pays."))
    asking = asyncio.create_task(ask_streaming(client, QUESTION))
    await asyncio.to_thread(gate.wait_until_reached)
    (thread,) = (await client.get(f"{API}/coach/threads", params={"limit": 1})).json()["items"]
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    gate.open()
    await asyncio.to_thread(model.requests[0].wait_until_over)
    assert model.requests[0].ended == "told"
    await coached.assert_at_rest()
    said = (await client.get(f"{API}/coach/threads/{thread['thread_id']}")).json()["messages"]
    assert [one["text"] for one in said] == [QUESTION, "Patience pays."]


async def test_a_model_that_is_not_there_is_unavailable(postgres_server: str, tmp_path: Path) -> None:
    with model_server() as model:
        gone = model
    with (
        empty_database(postgres_server, "coach_without_model") as url,
        coached_server(url, tmp_path, gone, model_retries=1) as service,
    ):
        async with service.client() as client:
            assert (await ask_waiting(client, QUESTION)).failure == UNAVAILABLE
            assert (await ask_streaming(client, QUESTION)).failure == UNAVAILABLE
