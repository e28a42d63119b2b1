"""The adapter to a model over the network: what it sends, what it makes of answers, how its failures are called."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk

from agent.coach.models.chat import ConnectedChat
from agent.coach.models.factory import NamedModel, speaking_model
from agent.coach.models.reply import read_reply
from agent.settings import ModelSettings
from tests.model_server import NOT_A_MODEL, Answer, Call, Failure, ScriptedModel, broken, busy, call, say, use
from tools.errors import AgentError, ModelOutputInvalid, ModelUnavailable

pytestmark = pytest.mark.anyio
ASKED = [SystemMessage("Be brief."), HumanMessage("Why not?")]


def settings(model: ScriptedModel, **others: float) -> ModelSettings:
    given = {"timeout_s": 20.0, "retries": 0, **others}
    return ModelSettings("test-model", model.base_url, "sk-test", **given)  # type: ignore[arg-type]


@asynccontextmanager
async def speaking(given: ModelSettings) -> AsyncIterator[ConnectedChat]:
    named = speaking_model(given)
    assert isinstance(named.chat, ConnectedChat)
    try:
        yield named.chat
    finally:
        await named.close()


async def reply(given: ModelSettings) -> AIMessage:
    async with speaking(given) as chat:
        pieces = [piece async for piece in chat.astream(ASKED)]
    return read_reply([piece for piece in pieces if isinstance(piece, AIMessageChunk)])


async def test_an_answer_has_its_words_its_tokens_and_an_id_of_our_own(scripted: ScriptedModel) -> None:
    scripted.script(say("Rule ", "2.2 ", "fails."))
    answer = await reply(settings(scripted))
    assert answer.text == "Rule 2.2 fails."
    assert answer.usage_metadata is not None
    assert (answer.usage_metadata["input_tokens"], answer.usage_metadata["output_tokens"]) == (120, 30)
    assert str(answer.id).startswith("lc_run--")
    (asked,) = scripted.requests
    assert asked.body["model"] == "test-model"
    assert asked.body["stream_options"] == {"include_usage": True}
    assert asked.headers["authorization"] == "Bearer sk-test"


@pytest.mark.parametrize("splits_name", [False, True])
async def test_split_and_parallel_calls_come_whole_and_in_order(scripted: ScriptedModel, splits_name: bool) -> None:
    first = Call("read_chart_summary", '{"symbol": "EURUSD", "timeframe": "15m"}', "a", 1, splits_name)
    scripted.script(use(first, call("session_now"), call("look_up_rule", rule_id="2.2"), first="Let me look."))
    answer = await reply(settings(scripted))
    assert answer.text == "Let me look."
    assert [(one["name"], one["args"]) for one in answer.tool_calls] == [
        ("read_chart_summary", {"symbol": "EURUSD", "timeframe": "15m"}),
        ("session_now", {}),
        ("look_up_rule", {"rule_id": "2.2"}),
    ]
    assert answer.tool_calls[0]["id"] == "a"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ('{"symbol": "EURU', "no JSON"),  # a partial parser would make a symbol of it
        ("[1]", "a JSON list, not an object"),
        ("[" * 10_000, "nested too deeply"),
        ('{"symbol": "' + "x" * 20_000 + '"}', "characters long"),
    ],
)
async def test_malformed_arguments_are_never_guessed(scripted: ScriptedModel, arguments: str, why: str) -> None:
    scripted.script(use(Call("session_now", arguments, split=5_000)))
    answer = await reply(settings(scripted))
    assert answer.tool_calls == []
    (malformed,) = answer.invalid_tool_calls
    assert malformed["name"] == "session_now"
    assert why in str(malformed["error"])


async def test_a_refusal_is_an_answer(scripted: ScriptedModel) -> None:
    scripted.script(Answer(refusal="I will not."))
    assert (await reply(settings(scripted))).text == "I will not."


async def test_a_server_that_counts_no_tokens_is_believed_to_have_counted_none(scripted: ScriptedModel) -> None:
    scripted.script(Answer(pieces=("Yes.",), usage=None))
    assert (await reply(settings(scripted))).usage_metadata is None


@pytest.mark.parametrize("ending", ["unfinished", "torn", "garbled", "reset"])
async def test_a_stream_that_is_cut_is_no_answer(scripted: ScriptedModel, ending: str) -> None:
    scripted.script(broken(say("Rule 2.2 ", "fails"), ending))  # type: ignore[arg-type]
    with pytest.raises(AgentError) as raised:
        await reply(settings(scripted))
    assert isinstance(raised.value, ModelOutputInvalid | ModelUnavailable)


async def test_a_stream_that_stalls_is_given_up(scripted: ScriptedModel) -> None:
    scripted.script(broken(say("Rule"), "stall"))
    with pytest.raises(ModelUnavailable, match="in time"):
        await reply(settings(scripted, timeout_s=0.2))
    scripted.requests[0].wait_until_over()
    assert scripted.requests[0].ended == "abandoned"


async def test_an_empty_answer_is_none(scripted: ScriptedModel) -> None:
    scripted.script(say(" "))
    with pytest.raises(ModelOutputInvalid, match="empty"):
        await reply(settings(scripted))


async def test_what_is_refused_for_a_moment_is_asked_again_and_nothing_else_is(scripted: ScriptedModel) -> None:
    scripted.script(busy(retry_after_s=0.01), Failure(500, headers={"retry-after-ms": "10"}), say("Yes."))
    assert (await reply(settings(scripted, retries=2))).text == "Yes."
    scripted.script(*[busy(retry_after_s=0.01)] * 3)
    with pytest.raises(ModelUnavailable, match="HTTP 429"):
        await reply(settings(scripted, retries=2))
    assert (len(scripted.requests), scripted.turns_left) == (3, 0)
    scripted.script(Failure(401, "Incorrect API key provided: sk-test"), say("never asked"))
    with pytest.raises(ModelUnavailable, match="HTTP 401") as raised:
        await reply(settings(scripted, retries=2))
    assert "sk-test" not in str(raised.value)
    assert len(scripted.requests) == 1


async def test_a_reason_that_is_about_the_request_is_told(scripted: ScriptedModel) -> None:
    scripted.script(Failure(400, "test-model does not support tools"))
    with pytest.raises(ModelUnavailable, match=r"HTTP 400: .*does not support tools"):
        await reply(settings(scripted))


async def test_a_page_that_is_no_model_is_called_so(scripted: ScriptedModel) -> None:
    scripted.script(NOT_A_MODEL)
    with pytest.raises(ModelOutputInvalid, match="no stream of a chat completion"):
        await reply(settings(scripted))


async def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable, match=r"cannot be reached"):
        await reply(ModelSettings("m", "http://127.0.0.1:9/v1", None, timeout_s=5, retries=0))


async def test_the_environment_decides_nothing(scripted: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {
        "OPENAI_API_KEY": "sk-other", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_BASE": "http://x.invalid",
        "OPENAI_ORG_ID": "org", "OPENAI_ORGANIZATION": "org", "OPENAI_PROJECT_ID": "proj",
        "OPENAI_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9",
        "OPENAI_CUSTOM_HEADERS": "X-Mine: 1", "OPENAI_ADMIN_KEY": "admin", "LANGSMITH_GATEWAY": "http://127.0.0.1:9",
        "LC_OUTPUT_VERSION": "v1", "LANGCHAIN_OPENAI_STREAM_CHUNK_TIMEOUT_S": "0.000001",
    }  # fmt: skip
    for name, value in there.items():
        monkeypatch.setenv(name, value)
    scripted.script(say("Yes."), say("Yes."))
    keyless = ModelSettings("test-model", scripted.base_url, None, timeout_s=20.0, retries=0)
    for given, key in ((settings(scripted), "Bearer sk-test"), (keyless, "Bearer none")):
        assert (await reply(given)).text == "Yes."
        headers = scripted.requests[-1].headers
        assert headers["authorization"] == key
        assert not {"openai-organization", "openai-project", "x-mine"} & set(headers)
    async with speaking(ModelSettings("m", None, "sk")) as chat:
        assert str(chat.root_async_client.base_url) == "https://api.openai.com/v1/"


async def test_without_settings_the_offline_model_speaks_and_no_client_is_loaded() -> None:
    offline = speaking_model(None)
    assert (offline.name, offline.is_offline, offline.settings) == ("offline", True, None)
    await offline.close()
    program = "import sys, agent.coach.assistant; print(sorted({'openai', 'langchain_openai'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


async def test_a_named_model_does_not_show_its_key() -> None:
    named = speaking_model(ModelSettings("m", "http://127.0.0.1:9/v1", "sk-secret"))
    assert isinstance(named, NamedModel)
    assert "sk-secret" not in repr(named)
    await named.close()


def piece(**given: object) -> AIMessageChunk:
    return AIMessageChunk(content="", **given)  # type: ignore[arg-type]


async def test_calls_at_one_place_with_ids_of_their_own_are_two() -> None:
    told = [
        tool_call_chunk(name="a", args="{}", id="1", index=0),
        tool_call_chunk(name="b", args="{}", id="2", index=0),
    ]
    end = piece(response_metadata={"finish_reason": "stop"})
    calls = read_reply([piece(tool_call_chunks=told), end]).tool_calls
    assert [(one["name"], one["id"]) for one in calls] == [("a", "1"), ("b", "2")]


async def test_every_call_has_an_id_of_its_own_whatever_the_server_says() -> None:
    told = [tool_call_chunk(name=name, args="", id=given, index=place) for place, (name, given) in enumerate(
        [("a", "same"), ("b", "same"), ("c", None)]
    )]  # fmt: skip
    calls = read_reply([piece(tool_call_chunks=told), piece(response_metadata={"finish_reason": "stop"})]).tool_calls
    ids = [one["id"] for one in calls]
    assert len(set(ids)) == 3
    assert ids[0] == "same"
    assert all(ids)


async def test_tokens_counted_over_and_over_are_counted_once() -> None:
    growing = [{"input_tokens": 9, "output_tokens": n, "total_tokens": 9 + n} for n in (1, 2, 3)]
    pieces = [AIMessageChunk(content="x", usage_metadata=one) for one in growing]  # type: ignore[arg-type]
    answer = read_reply([*pieces, piece(response_metadata={"finish_reason": "stop"})])
    assert answer.usage_metadata == growing[-1]


async def test_what_is_sent_back_of_a_malformed_call_is_json(scripted: ScriptedModel) -> None:
    scripted.script(say("Yes."))
    async with speaking(settings(scripted)) as chat:
        called = AIMessage("", tool_calls=[{"name": "session_now", "args": {}, "id": "1"}])
        sent = [*ASKED, called, ToolMessage("Error: no JSON", tool_call_id="1")]
        assert [one async for one in chat.astream(sent)]
    (asked,) = scripted.requests
    (told,) = asked.messages[2]["tool_calls"]
    assert json.loads(told["function"]["arguments"]) == {}
