"""Whole turns of the coach, with a model on a real port: what is streamed, what is kept, and how a turn can fail."""

import asyncio
import json
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage

from agent.coach.graph import coach_graph
from agent.coach.nodes.tools import MOST_CALLS
from agent.coach.state import CoachState
from agent.settings import CoachLimits
from tests.agent.coach.coaching import NEW_RUN_ID, OWNER, RUN_ID, conversation, newest
from tests.model_server import Answer, Call, Failure, Gate, ScriptedModel, broken, call, say, use
from tools.errors import BudgetSpent, ModelOutputInvalid, ModelUnavailable, StepLimitReached, StoreUnavailable

pytestmark = pytest.mark.anyio
WHY = "Why was there no trade?"
BECAUSE = "There was no trade: rule 2.2 fails, no pool was swept."
OPEN_QUESTION = "Which market do you mean?"


async def test_a_turn_asks_a_tool_and_says_what_it_told(scripted: ScriptedModel) -> None:
    scripted.script(
        use(call("explain_decision"), first="Let me look. "), say("There was no trade: ", "rule 2.2 fails.")
    )
    async with conversation(scripted) as thread:
        state = await thread.say(WHY)
        assert thread.toolbox.asked == [(OWNER, "explain_decision", {"run_id": RUN_ID})]
        assert [event["type"] for event in thread.events] == ["tool.called", "tool.result", "message.completed"]
        (called,), (result,) = thread.told("tool.called"), thread.told("tool.result")
        assert called["id"] == result["id"]
        assert (called["name"], called["arguments"]) == ("explain_decision", {"run_id": RUN_ID})
        assert result["ok"] is True
        assert result["summary"] == "NO_TRADE: rule 2.2 fails, no pool was swept."
        done = thread.completed
        assert done["response"] == "There was no trade: rule 2.2 fails."
        assert (done["phase"], done["mode"], done["model"]) == ("kill_zone", "ANALYSIS_ONLY", "test-model")
        assert done["timestamp"] == "2024-01-17T14:00:00Z"
        (used,) = done["context_meta"]
        assert (used["tool"], used["as_of"], used["call_id"]) == ("explain_decision", "2024-01-17T13:45Z", called["id"])
        assert {one["kind"] for one in done["citations"]} >= {"rule"}
        assert done["usage"]["input_tokens"] == 240
        assert [type(one) for one in state["messages"]] == [HumanMessage, AIMessage, ToolMessage, AIMessage]
        final = newest(state)
        assert final.id == done["message_id"]
        assert final.additional_kwargs["ict"]["grounded"] is True
        (evidence,) = state["evidence"]
        assert (evidence["tool"], evidence["arguments"], evidence["answer"]) == (
            "explain_decision", {"run_id": RUN_ID}, result["content"]
        )  # fmt: skip


async def test_every_piece_of_an_answer_is_streamed_once_under_the_messages_id(scripted: ScriptedModel) -> None:
    scripted.script(say("Which ", "market ", "do you mean?"))
    async with conversation(scripted) as thread:
        state = await thread.say("Hm?")
        spoken = [(piece, about) for piece, about in thread.pieces if isinstance(piece, AIMessageChunk)]
        assert "".join(piece.text for piece, _ in spoken) == "Which market do you mean?"
        assert {piece.id for piece, _ in spoken} == {newest(state).id}
        assert {about["langgraph_node"] for _, about in spoken} == {"model"}


async def test_calls_run_side_by_side_and_are_answered_in_their_order(scripted: ScriptedModel) -> None:
    calls = (
        call("last_close", symbol="EURUSD"),
        call("explain_decision", run_id="other"),
        call("last_close", symbol="X"),
    )
    scripted.script(use(*calls), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        thread.toolbox.barrier = asyncio.Barrier(3)  # none returns before all were asked
        state = await thread.say(WHY)
        results = [message for message in state["messages"] if isinstance(message, ToolMessage)]
        assert [one.tool_call_id for one in results] == [one["id"] for one in state["messages"][1].tool_calls]
        assert [one["tool"] for one in state["evidence"]] == ["last_close", "explain_decision", "last_close"]
        assert state["evidence"][1]["arguments"] == {"run_id": "other"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Call("last_clse", "{}"), "there is no tool 'last_clse'; call one of last_close"),
        (Call("place_order", '{"size": 1}'), "there is no tool 'place_order'; call one of"),
        (Call("last_close", '{"symbol": "EURU'), "Call it again with one JSON object with symbol"),
        (Call("last_close", "[]"), "a JSON list, not an object"),
    ],
)
async def test_a_call_that_cannot_be_run_is_told_what_to_call(scripted: ScriptedModel, wrong: Call, told: str) -> None:
    scripted.script(use(wrong), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        state = await thread.say(WHY)
        assert thread.toolbox.asked == []
        assert state.get("evidence", []) == []
        assert state["context_meta"] == []
        (result,) = thread.told("tool.result")
        assert result["ok"] is False
        assert result["content"].startswith("Error: ")
        assert told in result["content"]
        assert told in scripted.requests[-1].tool_answers[0]
        assert thread.completed["response"] == OPEN_QUESTION


async def test_a_refusal_of_a_tool_is_no_evidence_and_a_wrong_argument_is_told(scripted: ScriptedModel) -> None:
    echoed = say("The price is 3.3333.")
    scripted.script(use(call("refuses", symbol="3.3333"), call("last_close", market="X")), echoed, echoed)
    async with conversation(scripted) as thread:
        state = await thread.say(WHY)
        refusal, wrong = sorted(thread.told("tool.result"), key=lambda one: one["name"], reverse=True)
        assert refusal["content"] == "Error: there is no market 3.3333"
        assert "symbol: Field required" in wrong["content"]
        assert [refusal["ok"], wrong["ok"]] == [False, False]
        assert state.get("evidence", []) == []
        assert [one["tool"] for one in state["context_meta"]] == ["refuses", "last_close"]
        assert thread.completed["response"] == "The price is 3.3333 [unsupported]."


async def test_a_call_id_that_a_server_gives_again_means_another_call(scripted: ScriptedModel) -> None:
    first, second = (Call("last_close", f'{{"symbol": "{one}"}}', "call_0") for one in ("EURUSD", "GBPUSD"))
    scripted.script(use(first), use(second), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        state = await thread.say(WHY)
        assert len({one["call_id"] for one in state["evidence"]}) == 2
        told = [json.loads(answer)["symbol"] for answer in scripted.requests[-1].tool_answers]
        assert told == ["EURUSD", "GBPUSD"]


async def test_more_calls_at_once_than_are_run_are_put_off(scripted: ScriptedModel) -> None:
    scripted.script(use(*[call("last_close", symbol="X")] * (MOST_CALLS + 2)), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        state = await thread.say(WHY)
        assert len(thread.toolbox.asked) == len(state["evidence"]) == MOST_CALLS
        assert sum(isinstance(message, ToolMessage) for message in state["messages"]) == MOST_CALLS + 2


async def test_an_unsupported_number_is_repaired_once_and_the_draft_is_withdrawn(scripted: ScriptedModel) -> None:
    scripted.script(use(call("last_close", symbol="EURUSD")), say("It closed at 1.0951."), say("It closed at 1.0851."))
    async with conversation(scripted) as thread:
        state = await thread.say("Where did EURUSD close?")
        (flagged,) = thread.told("claim.flagged")
        assert flagged["will_repair"] is True
        assert [one["text"] for one in flagged["claims"]] == ["1.0951"]
        assert flagged["message_id"] != thread.completed["message_id"]
        assert thread.completed["response"] == "It closed at 1.0851."
        assert all(one.id != flagged["message_id"] for one in state["messages"])
        assert len([one for one in state["messages"] if isinstance(one, HumanMessage)]) == 1
        draft, request = scripted.requests[-1].messages[-2:]
        assert (draft["role"], draft["content"]) == ("assistant", "It closed at 1.0951.")
        assert request["role"] == "user"
        assert "1.0951" in request["content"]


async def test_words_beside_a_call_are_checked_too(scripted: ScriptedModel) -> None:
    unfounded = use(call("explain_decision"), first="It stands at 1.0951. ")
    scripted.script(unfounded, use(call("explain_decision"), first="Let me look. "), say(BECAUSE))
    async with conversation(scripted) as thread:
        state = await thread.say(WHY)
        (flagged,) = thread.told("claim.flagged")
        first, second = (one for one in state["messages"] if isinstance(one, AIMessage) and one.tool_calls)
        assert (flagged["message_id"], flagged["will_repair"]) == (first.id, True)
        assert [one["text"] for one in flagged["claims"]] == ["1.0951"]
        assert (first.text, second.text) == ("", "Let me look. ")
        assert "1.0951" not in str(state["messages"])
        assert thread.completed["response"] == BECAUSE


async def test_what_stays_unsupported_is_marked_and_flagged_again(scripted: ScriptedModel) -> None:
    scripted.script(say("It closed at 1.0951."), say("It closed at 1.0952."))
    async with conversation(scripted) as thread:
        state = await thread.say("Where did EURUSD close?")
        assert [one["will_repair"] for one in thread.told("claim.flagged")] == [True, False]
        assert thread.completed["response"] == "It closed at 1.0952 [unsupported]."
        assert newest(state).text == "It closed at 1.0952 [unsupported]."
        assert newest(state).additional_kwargs["ict"]["grounded"] is False
        assert [one["supported"] for one in state["claims"]] == [False]


@pytest.mark.parametrize("failure", [Failure(500), broken(say("It clo"), "unfinished"), use(call("explain_decision"))])
async def test_a_repair_that_fails_leaves_the_answer_marked(scripted: ScriptedModel, failure: Any) -> None:
    scripted.script(say("It closed at 1.0951."), failure)
    async with conversation(scripted, CoachLimits(steps=1)) as thread:
        state = await thread.say("Where did EURUSD close?")
        assert thread.completed["response"] == newest(state).text == "It closed at 1.0951 [unsupported]."
        assert thread.completed["message_id"] not in {one["message_id"] for one in thread.told("claim.flagged")[:1]}
        assert [one["will_repair"] for one in thread.told("claim.flagged")] == [True, False]


async def test_a_later_turn_is_repaired_again(scripted: ScriptedModel) -> None:
    scripted.script(say("1.0951."), say(OPEN_QUESTION), say("1.0952."), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        for _ in range(2):
            await thread.say("Where did EURUSD close?")
            assert [one["will_repair"] for one in thread.told("claim.flagged")] == [True]
            assert thread.completed["response"] == OPEN_QUESTION


async def test_a_users_own_number_supports_and_the_models_earlier_words_do_not(scripted: ScriptedModel) -> None:
    scripted.script(say("You said 1.2345."), say("I said 1.2345 [sic], and 1.3456."), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        await thread.say("I bought at 1.2345.")
        assert thread.told("claim.flagged") == []
        await thread.say("And now?")
        assert [one["text"] for one in thread.told("claim.flagged")[0]["claims"]] == ["1.3456"]


async def test_advice_against_a_decision_is_refused_with_its_rule(scripted: ScriptedModel) -> None:
    advice = say("Buy EURUSD now.")
    scripted.script(use(call("explain_decision")), advice, advice)
    async with conversation(scripted) as thread:
        state = await thread.say("Should I buy EURUSD?")
        first, second = thread.told("claim.flagged")
        assert (first["will_repair"], second["will_repair"]) == (True, False)
        assert "advice" in {one["kind"] for one in first["claims"]}
        assert "Buy EURUSD now" not in thread.completed["response"]
        assert "2.2" in thread.completed["response"]
        assert newest(state).text == thread.completed["response"]


async def test_a_run_that_was_started_is_what_the_conversation_is_about(scripted: ScriptedModel) -> None:
    scripted.script(use(call("run_analysis", symbol="GBPUSD")), use(call("explain_decision")), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        state = await thread.say("Analyse GBPUSD.")
        assert (state["run_id"], state["symbol"]) == (NEW_RUN_ID, "GBPUSD")
        assert thread.toolbox.asked[1] == (OWNER, "explain_decision", {"run_id": NEW_RUN_ID})
        scripted.script(say(OPEN_QUESTION))
        state = await thread.say("And USDJPY?", symbol="USDJPY")
        assert (state["run_id"], state["symbol"]) == (None, "USDJPY")


async def test_after_the_last_step_the_model_is_asked_without_tools(scripted: ScriptedModel) -> None:
    again = use(call("last_close", symbol="EURUSD"))
    scripted.script(again, again, say(OPEN_QUESTION))
    async with conversation(scripted, CoachLimits(steps=2)) as thread:
        await thread.say(WHY)
        assert [bool(asked.tools) for asked in scripted.requests] == [True, True, False]
        assert thread.completed["response"] == OPEN_QUESTION
        scripted.script(again, again, again)
        with pytest.raises(StepLimitReached, match="after 2 steps"):
            await thread.say(WHY)
        scripted.script(say(OPEN_QUESTION))
        await thread.say("Never mind.")  # the thread is as usable as before
        assert thread.completed["response"] == OPEN_QUESTION


async def test_a_spent_budget_stops_the_next_call_and_spares_the_answer_that_is_there(scripted: ScriptedModel) -> None:
    scripted.script(say("It closed at 1.0951."))
    async with conversation(scripted, CoachLimits(thread_tokens=150)) as thread:
        await thread.say("Where did EURUSD close?")
        assert thread.completed["response"] == "It closed at 1.0951 [unsupported]."
        assert thread.completed["usage"]["thread_tokens"] == 150
        with pytest.raises(BudgetSpent, match="used 150 tokens of 150"):
            await thread.say("And now?")
        assert len(scripted.requests) == 1


async def test_money_is_counted_by_the_prices_and_limited(scripted: ScriptedModel) -> None:
    scripted.script(say(OPEN_QUESTION))
    limits = CoachLimits(thread_cost=0.0005)
    async with conversation(scripted, limits, input_cost=2.0, output_cost=10.0) as thread:
        await thread.say("Hm?")
        assert thread.completed["usage"]["cost_usd"] == pytest.approx(0.00054)
        with pytest.raises(BudgetSpent, match="US dollars"):
            await thread.say("Hm?")


async def test_tokens_nobody_counted_are_estimated_and_said_to_be(scripted: ScriptedModel) -> None:
    scripted.script(Answer(pieces=(OPEN_QUESTION,), usage=None))
    async with conversation(scripted) as thread:
        await thread.say("Hm?")
        usage = thread.completed["usage"]
        assert usage["is_estimated"] is True
        assert usage["input_tokens"] > 500  # the prompt and the tools count too
        assert usage["output_tokens"] > 0


async def test_an_answer_cut_at_the_models_limit_says_so(scripted: ScriptedModel) -> None:
    scripted.script(Answer(pieces=("Which market",), finish="length"))
    async with conversation(scripted) as thread:
        state = await thread.say("Hm?")
        assert newest(state).text == "Which market\n\n[This answer was cut: the model reached its limit of output.]"


async def test_a_models_refusal_is_an_answer(scripted: ScriptedModel) -> None:
    scripted.script(Answer(refusal="I cannot help with that."))
    async with conversation(scripted) as thread:
        await thread.say("Hm?")
        assert thread.completed["response"] == "I cannot help with that."


@pytest.mark.parametrize("ending", ["unfinished", "garbled", "reset", "torn"])
async def test_a_cut_answer_fails_the_turn_and_not_the_thread(scripted: ScriptedModel, ending: Any) -> None:
    scripted.script(broken(say("It closed ", "at"), ending))
    async with conversation(scripted) as thread:
        with pytest.raises((ModelOutputInvalid, ModelUnavailable)):
            await thread.say(WHY)
        assert thread.told("message.completed") == []
        scripted.script(say(OPEN_QUESTION))
        state = await thread.say("Again, please.")
        assert [one.text for one in state["messages"]] == [WHY, "Again, please.", OPEN_QUESTION]


async def test_a_lost_database_fails_the_turn_with_its_own_error_and_leaves_no_task(scripted: ScriptedModel) -> None:
    scripted.script(use(call("fails", symbol="X"), call("last_close", symbol="X")))
    async with conversation(scripted) as thread:
        before = asyncio.all_tasks()
        with pytest.raises(StoreUnavailable):
            await thread.say(WHY)
        assert asyncio.all_tasks() <= before
        scripted.script(say(OPEN_QUESTION))
        await thread.say("Again.")
        assert [one["role"] for one in scripted.requests[0].messages] == ["system", "user", "user"]


async def test_a_cancelled_turn_hangs_up_and_leaves_a_thread_that_goes_on(scripted: ScriptedModel) -> None:
    gate = Gate()
    scripted.script(use(call("explain_decision")), say("It closed ", gate, "at 1.0851."))
    async with conversation(scripted) as thread:
        before = asyncio.all_tasks()
        turn = asyncio.create_task(thread.say(WHY))
        await asyncio.to_thread(gate.wait_until_reached)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        await asyncio.to_thread(scripted.requests[1].wait_until_over)
        assert scripted.requests[1].ended == "abandoned"
        assert asyncio.all_tasks() <= before
        scripted.script(say(OPEN_QUESTION))
        await thread.say("Go on.")
        roles = [one["role"] for one in scripted.requests[0].messages]
        assert roles == ["system", "user", "assistant", "tool", "user"]


async def test_a_turn_may_be_interrupted_before_its_tools_and_gone_on_with(scripted: ScriptedModel) -> None:
    scripted.script(use(call("explain_decision")), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        config: Any = {"configurable": {"thread_id": thread.thread_id}}
        given: Any = {"messages": [HumanMessage(WHY)]}
        await thread.graph.ainvoke(given, config, context=thread.context, interrupt_before=["tools"])
        assert (thread.toolbox.asked, len(scripted.requests)) == ([], 1)
        told = await thread.graph.ainvoke(None, config, context=thread.context)
        assert told["messages"][-1].text == OPEN_QUESTION
        assert len(thread.toolbox.asked) == 1


async def test_calls_that_were_never_answered_are_not_sent_again(scripted: ScriptedModel) -> None:
    scripted.script(use(call("explain_decision")), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        config: Any = {"configurable": {"thread_id": thread.thread_id}}
        given: Any = {"messages": [HumanMessage(WHY)]}
        await thread.graph.ainvoke(given, config, context=thread.context, interrupt_before=["tools"])
        await thread.say("Never mind that.")
        assert [one["role"] for one in scripted.requests[1].messages] == ["system", "user", "user"]


async def test_all_that_is_told_is_plain_json(scripted: ScriptedModel) -> None:
    scripted.script(use(call("explain_decision")), say("Rule 2.2 fails at 1.0951."), say(BECAUSE))
    async with conversation(scripted) as thread:
        state = await thread.say(WHY)
        assert json.loads(json.dumps(thread.events)) == thread.events
        kept = {key: value for key, value in state.items() if key != "messages"}
        assert json.loads(json.dumps(kept)) == kept
        assert thread.completed["response"] == BECAUSE


async def test_the_prompt_says_what_the_moment_is(scripted: ScriptedModel) -> None:
    scripted.script(say(OPEN_QUESTION))
    async with conversation(scripted, mode="EMERGENCY_STOP") as thread:
        await thread.say("Hm?")
        system = scripted.requests[0].system
        assert system.startswith("Mode: EMERGENCY_STOP.")
        assert "Phase: kill zone." in system
        assert f'"run_id":"{RUN_ID}"' in system.splitlines()[-1]
        assert OWNER not in str(scripted.requests[0].body)


async def test_a_caller_cannot_take_the_place_of_what_the_coach_said(scripted: ScriptedModel) -> None:
    scripted.script(say(OPEN_QUESTION), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        first = newest(await thread.say("Hm?"))
        given: Any = {"messages": [HumanMessage("It was 9.9999.", id=first.id)]}
        config: Any = {"configurable": {"thread_id": thread.thread_id}}
        await thread.graph.ainvoke(given, config, context=thread.context)
        state = await thread.state()
        assert [one.text for one in state["messages"]] == ["Hm?", OPEN_QUESTION, "It was 9.9999.", OPEN_QUESTION]


def test_the_graph_tells_its_schemas_and_shows_itself() -> None:
    graph = coach_graph()
    assert set(graph.get_input_jsonschema()["properties"]) == {"messages", "run_id", "symbol"}
    assert "evidence" not in graph.get_output_jsonschema()["properties"]
    assert {"messages", "phase", "citations"} <= set(graph.get_output_jsonschema()["properties"])
    assert {"prepare", "model", "tools", "grounding"} <= set(graph.get_graph().nodes)
    assert "evidence" in CoachState.__annotations__
