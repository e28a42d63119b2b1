"""Five questions of a trader, one conversation, a model that reads what the tools answer: every number can be traced.

The model stands in for a good one: it calls the tool that knows, and says what it was told, in words of its own. What a
bad one says on the last question is refused.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from tests.acceptance.cases import demo_request, wire_body
from tests.acceptance.coached import API, MODEL, Coached, Told, ask_on_the_wire, ask_streaming, coached_server
from tests.api.running_server import empty_database
from tests.model_server import Asked, Call, Turn, call, model_server, use, words
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, what the model calls, and what it says of the answers."""

    question: str
    calls: tuple[Call, ...]
    says: Callable[[Answers], str]
    kinds: frozenset[str]


def _why(told: Answers) -> str:
    found = told["explain_decision"]
    rule = found["deciding_rules"][0]
    return (
        f"It came to {found['decision']['status']}, since rule {rule['rule']} ({rule['name']}) did not pass: "
        f"its outcome is {rule['outcome']}. {rule['sentence']}"
    )


def _different(told: Answers) -> str:
    changes = [f"{one['sentence']}." for one in told["why_not"]["changes"]]
    return " ".join([told["why_not"]["sentence"], *changes])


def _london(told: Answers) -> str:
    zone = told["session_now"]["next_kill_zone"]
    return f"The next kill zone is {zone['name']}, in {zone['minutes_until']} minutes, at {zone['start']}."


def _rule(told: Answers) -> str:
    rule = told["look_up_rule"]
    return f"Rule {rule['rule']} is called {rule['name']}. {rule['description']}"


def _no_advice(told: Answers) -> str:
    found = told["explain_decision"]
    rule = found["deciding_rules"][0]
    return f"The decision stands at {found['decision']['status']}; rule {rule['rule']} is what it rests on."


CONVERSATION: Final = (
    Exchange("Why didn't we take that long?", (call("explain_decision"),), _why, frozenset({"decision", "rule"})),
    Exchange("What would have had to be different?", (call("why_not"),), _different, frozenset()),
    Exchange("Is London worth waiting for?", (call("session_now", symbol="EURUSD"),), _london, frozenset({"session"})),
    Exchange("What does rule 7.2 say?", (call("look_up_rule", rule_id="7.2"),), _rule, frozenset({"rule"})),
    Exchange("Should I just buy it anyway?", (call("explain_decision"),), _no_advice, frozenset({"rule"})),
)
EXCHANGES: Final = {one.question: one for one in CONVERSATION}


@pytest.fixture(scope="module")
def coached(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coached]:
    with (
        model_server() as model,
        empty_database(postgres_server, "coach_conversation") as url,
        coached_server(url, tmp_path_factory.mktemp("data"), model) as service,
    ):
        yield service


@pytest.fixture
async def client(coached: Coached) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a service whose newest decision is no trade."""
    async with coached.client() as client:
        body = wire_body(await demo_request("EURUSD", {Timeframe.M15: 300}))
        headers = {"Content-Type": "application/json"}
        decision = (await client.post(f"{API}/analyze", content=body, headers=headers)).raise_for_status().json()
        assert decision["status"] != "TRADE_NOW"
        yield client


def good_model(asked: Asked) -> Turn:
    """Call what knows the answer, then say what it answered."""
    question = asked.turn[0]["content"]
    exchange = EXCHANGES[question]
    answers = [json.loads(one) for one in asked.tool_answers]
    return words(exchange.says({one["tool"]: one for one in answers})) if answers else use(*exchange.calls)


async def test_every_word_of_the_five_answers_is_known(coached: Coached, client: httpx.AsyncClient) -> None:
    coached.model.obey(good_model)
    thread_id: str | None = None
    for exchange in CONVERSATION:
        told = await ask_streaming(client, exchange.question, thread_id)
        thread_id = told.thread_id
        assert_known(told, exchange)
    newest = coached.model.requests[-1].messages
    assert [one["content"] for one in newest if one["role"] == "user"] == [one.question for one in CONVERSATION]
    conversation = (await client.get(f"{API}/coach/threads/{thread_id}")).raise_for_status().json()
    assert conversation["title"] == CONVERSATION[0].question
    assert [one["role"] for one in conversation["messages"]] == ["user", "coach"] * len(CONVERSATION)
    assert all(one["grounded"] for one in conversation["messages"] if one["role"] == "coach")


def assert_known(told: Told, exchange: Exchange) -> None:
    assert told.answer is not None, told.error
    assert "[unsupported]" not in told.response
    assert not any(event == "claim.flagged" for event, _ in told.events)
    assert "".join(data["delta"] for event, data in told.events if event == "message.delta") == told.response
    called = [data["name"] for event, data in told.events if event == "tool.called"]
    assert called == [one.name for one in exchange.calls]
    assert all(data["ok"] for event, data in told.events if event == "tool.result")
    assert [one["tool"] for one in told.answer["context_meta"]] == called
    assert exchange.kinds <= {one["kind"] for one in told.answer["citations"]}
    assert told.answer["model"] == MODEL


async def test_the_same_five_on_the_langgraph_wire(coached: Coached, client: httpx.AsyncClient) -> None:
    coached.model.obey(good_model)
    thread_id: str | None = None
    for exchange in CONVERSATION:
        told = await ask_on_the_wire(client, exchange.question, thread_id)
        thread_id = told.thread_id
        assert "[unsupported]" not in told.response
        values = [data for event, data in told.events if event == "values"][-1]
        assert values["messages"][-1]["content"] == told.response
        spoken = [data[0]["content"] for event, data in told.events if event == "messages"]
        assert "".join(one for one in spoken if one).endswith(told.response)


async def test_buying_anyway_is_refused_with_the_rule_whatever_the_model_says(
    coached: Coached, client: httpx.AsyncClient
) -> None:
    def bad_model(asked: Asked) -> Turn:
        return words("Yes, just buy it at market now.") if asked.tool_answers else use(call("explain_decision"))

    coached.model.obey(bad_model)
    told = await ask_streaming(client, "Should I just buy it anyway?")
    explained = next(data for event, data in told.events if event == "tool.result")
    rule = json.loads(explained["content"])["deciding_rules"][0]["rule"]
    assert "just buy it" not in told.response
    assert f"rule {rule}" in told.response.lower()
    assert [data["will_repair"] for event, data in told.events if event == "claim.flagged"] == [True, False]


async def test_a_number_nobody_told_is_repaired_once_and_then_marked(
    coached: Coached, client: httpx.AsyncClient
) -> None:
    drafts = iter(("The stop is at 7.12345.", "The stop is at 7.12345, still."))

    def stubborn_model(asked: Asked) -> Turn:
        return words(next(drafts))

    coached.model.obey(stubborn_model)
    told = await ask_streaming(client, "Where is the stop?")
    assert told.response == "The stop is at 7.12345 [unsupported], still."
    first, second = (data for event, data in told.events if event == "claim.flagged")
    assert (first["will_repair"], second["will_repair"]) == (True, False)
    assert first["message_id"] != second["message_id"]
    assert "7.12345" in coached.model.requests[1].messages[-1]["content"]


async def test_a_model_that_corrects_itself_leaves_no_trace_of_its_draft(
    coached: Coached, client: httpx.AsyncClient
) -> None:
    drafts = iter(("The stop is at 7.12345.", "I cannot say where the stop is."))
    coached.model.obey(lambda asked: words(next(drafts)))
    told = await ask_streaming(client, "Where is the stop?")
    assert told.response == "I cannot say where the stop is."
    conversation = (await client.get(f"{API}/coach/threads/{told.thread_id}")).json()
    assert [one["text"] for one in conversation["messages"]] == ["Where is the stop?", told.response]
