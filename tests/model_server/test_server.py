"""The scripted model satisfies the real clients, and goes wrong in just the way a test has asked for."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any, Final

import httpx
import openai
import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from pydantic import SecretStr

from tests.model_server import (
    NOT_A_MODEL,
    Answer,
    Asked,
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
from tests.model_server.turns import Ending

pytestmark = pytest.mark.anyio
MESSAGES: Final[Any] = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Why not?"}]
TOOLS: Final[Any] = [{"type": "function", "function": {"name": "why_not", "parameters": {"type": "object"}}}]


async def streamed(client: AsyncOpenAI, **options: Any) -> list[ChatCompletionChunk]:
    answer = await client.chat.completions.create(
        model="any", messages=MESSAGES, stream=True, stream_options={"include_usage": True}, **options
    )
    return [chunk async for chunk in answer]


def text_of_chunks(chunks: Iterable[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def finish_of(chunks: Iterable[ChatCompletionChunk]) -> str | None:
    return next((one.choices[0].finish_reason for one in chunks if one.choices and one.choices[0].finish_reason), None)


async def test_text_comes_piece_by_piece_with_its_finish_and_its_usage(
    model: ScriptedModel, client: AsyncOpenAI
) -> None:
    model.script(words("Price is below the opening."))
    chunks = await streamed(client)
    assert [one.choices[0].delta.content for one in chunks[1:-2]] == ["Price ", "is ", "below ", "the ", "opening."]
    assert finish_of(chunks) == "stop"
    usage = chunks[-1].usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (120, 30, 150)


async def test_no_usage_comes_unasked_nor_from_a_server_that_tells_none(
    model: ScriptedModel, client: AsyncOpenAI
) -> None:
    model.script(Answer(pieces=("Yes.",), usage=None), say("Yes."))
    assert all(chunk.usage is None for chunk in await streamed(client))
    unasked = await client.chat.completions.create(model="any", messages=MESSAGES, stream=True)
    assert [chunk.usage async for chunk in unasked if chunk.usage is not None] == []


async def test_one_document_holds_what_a_stream_tells(model: ScriptedModel, client: AsyncOpenAI) -> None:
    model.script(use(call("why_not", run_id="7"), first="Let me look."), broken(say("Half"), "unfinished"))
    whole = await client.chat.completions.create(model="any", messages=MESSAGES)
    message = whole.choices[0].message
    assert message.content == "Let me look."
    assert message.tool_calls is not None
    assert [one.to_dict()["function"] for one in message.tool_calls] == [
        {"name": "why_not", "arguments": '{"run_id": "7"}'}
    ]
    assert whole.choices[0].finish_reason == "tool_calls"
    assert whole.usage is not None
    half = await client.chat.completions.create(model="any", messages=MESSAGES)
    assert half.choices[0].finish_reason is None


async def test_the_requests_are_kept(model: ScriptedModel, client: AsyncOpenAI) -> None:
    model.script(say("Yes."))
    await streamed(client, tools=TOOLS)
    (asked,) = model.requests
    assert asked.messages == MESSAGES
    assert asked.tools == ["why_not"]
    assert asked.system == "Be short."
    assert asked.headers["authorization"] == "Bearer none"
    assert asked.ended == "told"


async def test_the_calls_of_an_answer_are_split_and_mixed_and_put_together_by_a_client(model: ScriptedModel) -> None:
    calls = (Call("why_not", '{"run_id": "a"}', split=1, splits_name=True), call("session_now", symbol="EURUSD"))
    model.script(Answer(calls=calls, finish="tool_calls"))
    chat = ChatOpenAI(base_url=model.base_url, api_key=SecretStr("none"), model="any", stream_usage=True, max_retries=0)
    pieces = [chunk async for chunk in chat.astream([HumanMessage("Why?")])]
    assert sum(bool(getattr(piece, "tool_call_chunks", ())) for piece in pieces) > 8
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece
    assert isinstance(whole, AIMessageChunk)
    assert [(one["name"], one["args"]) for one in whole.tool_calls] == [
        ("why_not", {"run_id": "a"}),
        ("session_now", {"symbol": "EURUSD"}),
    ]
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["total_tokens"] == 150


async def test_arguments_may_be_anything_but_json(model: ScriptedModel, client: AsyncOpenAI) -> None:
    model.script(use(Call("why_not", '{"run_id": ')))
    chunks = await streamed(client)
    written = "".join(
        one.function.arguments or ""
        for chunk in chunks
        if chunk.choices
        for one in chunk.choices[0].delta.tool_calls or ()
        if one.function
    )
    assert written == '{"run_id": '
    with pytest.raises(json.JSONDecodeError):
        json.loads(written)


@pytest.mark.parametrize(
    ("turn", "error"),
    [
        (busy(), openai.RateLimitError),
        (Failure(500), openai.InternalServerError),
        (Failure(503, headers={"retry-after": "1"}), openai.InternalServerError),
        (Failure(401), openai.AuthenticationError),
        (Failure(404), openai.NotFoundError),
    ],
)
async def test_a_failure_is_the_client_s_own_error(
    model: ScriptedModel, client: AsyncOpenAI, turn: Turn, error: type[Exception]
) -> None:
    model.script(turn)
    with pytest.raises(error, match=r"Rate limit|fails on purpose"):
        await streamed(client)


async def test_a_client_comes_again_after_a_429(model: ScriptedModel, client: AsyncOpenAI) -> None:
    model.script(busy(), busy(retry_after_s=0), say("Now."))
    assert text_of_chunks(await streamed(client.with_options(max_retries=2))) == "Now."
    assert len(model.requests) == 3


@pytest.mark.parametrize("ending", ["unfinished", "torn"])
async def test_a_stream_that_ends_before_its_finish_reason_raises_nothing_in_the_client(
    model: ScriptedModel, client: AsyncOpenAI, ending: Ending
) -> None:
    model.script(broken(say("The stop is"), ending))
    chunks = await streamed(client)
    assert text_of_chunks(chunks) == "The stop is"
    assert finish_of(chunks) is None


async def test_half_a_chunk_raises_what_openai_has_not_named_and_a_lost_line_what_it_has(
    model: ScriptedModel, client: AsyncOpenAI
) -> None:
    model.script(broken(say("The stop is"), "garbled"), broken(say("The stop is"), "reset"))
    with pytest.raises(json.JSONDecodeError):
        await streamed(client)
    with pytest.raises(openai.APIConnectionError):
        await streamed(client)


async def test_a_document_may_be_torn_too(model: ScriptedModel, client: AsyncOpenAI) -> None:
    model.script(broken(say("The stop is"), "torn"))
    with pytest.raises(openai.APIConnectionError):
        await client.chat.completions.create(model="any", messages=MESSAGES)


async def test_a_gate_holds_the_answer_until_the_test_opens_it(model: ScriptedModel, client: AsyncOpenAI) -> None:
    before, inside = Gate(), Gate()
    model.script(say(before, "One", inside, " two"))
    asking = asyncio.create_task(client.chat.completions.create(model="any", messages=MESSAGES, stream=True))
    await asyncio.to_thread(before.wait_until_reached)
    assert not asking.done()  # not even the head has come
    before.open()
    answer = await asking
    first = [await anext(answer) for _ in range(2)]
    assert text_of_chunks(first) == "One"
    await asyncio.to_thread(inside.wait_until_reached)
    inside.open()
    assert text_of_chunks([chunk async for chunk in answer]) == " two"


@pytest.mark.parametrize("turn", [say(Gate()), broken(say("Well"), "stall"), say("Well", Gate(), "…")])
async def test_a_client_that_gives_a_stalled_answer_up_is_noticed(
    model: ScriptedModel, client: AsyncOpenAI, turn: Turn
) -> None:
    model.script(turn, say("Still here."))
    with pytest.raises(openai.APITimeoutError):
        await streamed(client, timeout=0.2)
    await asyncio.to_thread(model.requests[0].wait_until_over)
    assert model.requests[0].ended == "abandoned"
    assert text_of_chunks(await streamed(client)) == "Still here."


async def test_the_other_ways_to_say_nothing(model: ScriptedModel, client: AsyncOpenAI) -> None:
    refusal = Answer(refusal="I cannot help with that.")
    filtered, cut = Answer(pieces=("It",), finish="content_filter"), Answer(pieces=("It is",), finish="length")
    model.script(say(), refusal, filtered, cut)
    empty, refused, *stopped = [await streamed(client) for _ in range(4)]
    assert text_of_chunks(empty) == ""
    assert "".join(one.choices[0].delta.refusal or "" for one in refused if one.choices) == "I cannot help with that."
    assert [finish_of(chunks) for chunks in stopped] == ["content_filter", "length"]


async def test_a_web_page_is_no_model(model: ScriptedModel, client: AsyncOpenAI) -> None:
    model.script(NOT_A_MODEL, Answer(pieces=("Hi",), content_type="application/octet-stream"))
    assert await streamed(client) == []  # the client raises nothing at all
    assert text_of_chunks(await streamed(client)) == "Hi"


async def test_a_puppet_answers_what_it_is_told(model: ScriptedModel, client: AsyncOpenAI) -> None:
    def reply(asked: Asked) -> Turn:
        return say(str(asked.messages[-1]["content"]).upper())

    model.obey(reply)
    answers = await asyncio.gather(*(streamed(client) for _ in range(20)))
    assert {text_of_chunks(chunks) for chunks in answers} == {"WHY NOT?"}
    assert len(model.requests) == 20


async def test_a_script_that_is_at_its_end_says_so(model: ScriptedModel, client: AsyncOpenAI) -> None:
    model.script(say("One"), say("Two"))
    await streamed(client)
    assert model.turns_left == 1
    await streamed(client)
    with pytest.raises(openai.InternalServerError, match="the script has no turn left"):
        await streamed(client)
    assert model.unscripted == 1


async def test_it_knows_its_models_and_no_other_path(model: ScriptedModel, client: AsyncOpenAI) -> None:
    assert [one.id async for one in client.models.list()] == ["scripted-1"]
    with pytest.raises(openai.NotFoundError, match="there is no POST /v1/embeddings"):
        await client.embeddings.create(model="any", input="x")


def test_it_ends_with_its_block_whoever_still_waits() -> None:
    with model_server() as model, httpx.Client() as client:
        model.script(broken(say("Well"), "stall"))
        body = {"messages": MESSAGES, "stream": True}
        with client.stream("POST", f"{model.base_url}/chat/completions", json=body) as answer:
            assert answer.status_code == 200
            assert model.open_connections == 1
    assert model.open_connections == 0
    assert model.requests[0].ended == "abandoned"
