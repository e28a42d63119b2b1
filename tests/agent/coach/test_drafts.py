"""What the model said and nothing has checked: nobody is shown it as the coach's word, however a turn ends."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langgraph.errors import GraphRecursionError

from agent.coach.graph import coach_graph
from agent.coach.state import CoachState, add_to_conversation
from agent.settings import CoachLimits
from agent.threads.assistants import Assistant
from agent.threads.records import RunRequest
from agent.threads.requests import check_request
from tests.agent.coach.coaching import Conversation, conversation, newest
from tests.model_server import Failure, Gate, ScriptedModel, broken, call, say, use
from tools.errors import BudgetSpent, InvalidParameter, ModelOutputInvalid, ModelUnavailable, StepLimitReached

pytestmark = pytest.mark.anyio
DRAFT = "It closed at 1.0951."
MARKED = "It closed at 1.0951 [unsupported]."
OPEN_QUESTION = "Which market do you mean?"
ASKED: Any = {"messages": [HumanMessage("Where did EURUSD close?")]}


def config(thread: Conversation, **more: Any) -> Any:
    return {"configurable": {"thread_id": thread.thread_id}, **more}


async def said(thread: Conversation) -> list[str]:
    return [str(one.text) for one in (await thread.state())["messages"] if not isinstance(one, ToolMessage)]


async def outputs(thread: Conversation) -> str:
    """Everything that any state of the thread shows of its output, as one text."""
    names = set(thread.graph.output_channels)
    states = [state async for state in thread.graph.aget_state_history(config(thread))]
    return str([{name: value for name, value in state.values.items() if name in names} for state in states])


@pytest.mark.parametrize("where", [{"interrupt_after": ["model"]}, {"interrupt_before": ["grounding"]}])
async def test_a_run_that_stops_before_the_check_shows_no_draft(scripted: ScriptedModel, where: Any) -> None:
    scripted.script(say(DRAFT), say(DRAFT))
    async with conversation(scripted) as thread:
        await thread.graph.ainvoke(ASKED, config(thread), context=thread.context, **where)
        assert await said(thread) == [ASKED["messages"][0].text]
        assert "1.0951" not in await outputs(thread)
        await thread.graph.ainvoke(None, config(thread), context=thread.context)
        assert (await said(thread))[1:] == [MARKED]


async def test_a_question_to_a_thread_that_stopped_there_is_asked_without_the_draft(scripted: ScriptedModel) -> None:
    scripted.script(say(DRAFT), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        await thread.graph.ainvoke(ASKED, config(thread), context=thread.context, interrupt_before=["grounding"])
        await thread.say("Never mind.")
        assert "1.0951" not in str(scripted.requests[-1].messages)
        assert (await said(thread))[1:] == ["Never mind.", OPEN_QUESTION]


async def test_a_fork_from_a_withdrawn_draft_goes_on_without_it(scripted: ScriptedModel) -> None:
    scripted.script(say(DRAFT), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        await thread.say("Where did EURUSD close?")
        states = [state async for state in thread.graph.aget_state_history(config(thread))]
        drafts = [state for state in states if state.values.get("draft") or state.values.get("repair")]
        assert len(drafts) == 3
        for state in drafts:
            scripted.script(say(OPEN_QUESTION))
            await thread.graph.ainvoke(ASKED, state.config, context=thread.context)
            assert "1.0951" not in str(scripted.requests[-1].messages)
            assert "1.0951" not in str(await said(thread))


@pytest.mark.parametrize("limit", range(1, 10))
async def test_a_recursion_limit_leaves_a_checked_answer_or_none(scripted: ScriptedModel, limit: int) -> None:
    scripted.script(use(call("last_close", symbol="EURUSD"), first=DRAFT), say(DRAFT), say(DRAFT))
    async with conversation(scripted) as thread:
        with suppress(GraphRecursionError, StepLimitReached):  # too few for an answer
            await thread.graph.ainvoke(ASKED, config(thread, recursion_limit=limit), context=thread.context)
        assert DRAFT not in await outputs(thread)
        assert set((await said(thread))[1:]) <= {"", MARKED}


async def test_with_few_steps_left_the_model_is_offered_no_tools_and_answers(scripted: ScriptedModel) -> None:
    again = use(call("last_close", symbol="EURUSD"))
    scripted.script(again, again, say("It closed at 1.0851."))
    async with conversation(scripted) as thread:
        await thread.graph.ainvoke(ASKED, config(thread, recursion_limit=9), context=thread.context)
        assert [bool(asked.tools) for asked in scripted.requests] == [True, True, False]
        assert (await said(thread))[-1] == "It closed at 1.0851."


def test_a_limit_too_small_for_any_answer_is_refused() -> None:
    coach = Assistant(*("coach",) * 3, *(lambda *_: None,) * 4, least_recursion_limit=6)  # type: ignore[arg-type]
    check_request(RunRequest("coach", None, config={"recursion_limit": 6}), coach)
    with pytest.raises(InvalidParameter, match="must be a whole number from 6"):
        check_request(RunRequest("coach", None, config={"recursion_limit": 5}), coach)


async def test_a_turn_cancelled_while_the_model_speaks_leaves_nothing_of_it(scripted: ScriptedModel) -> None:
    gate = Gate()
    scripted.script(say("It closed at 1.0951", gate, "."))
    async with conversation(scripted) as thread:
        turn = asyncio.create_task(thread.say("Where did EURUSD close?"))
        await asyncio.to_thread(gate.wait_until_reached)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        assert await said(thread) == ["Where did EURUSD close?"]
        assert "1.0951" not in await outputs(thread)


async def test_the_draft_is_streamed_as_it_comes_and_the_answer_has_its_id(scripted: ScriptedModel) -> None:
    scripted.script(say("It closed ", "at 1.0951."), say("Which market ", "do you mean?"))
    async with conversation(scripted) as thread:
        final = newest(await thread.say("Where did EURUSD close?"))
        streamed: dict[str, str] = {}
        for piece, _ in thread.pieces:
            assert isinstance(piece, AIMessageChunk), "the finished message is not streamed a second time"
            streamed[str(piece.id)] = streamed.get(str(piece.id), "") + str(piece.text)
        assert list(streamed.values()) == [DRAFT, OPEN_QUESTION]
        assert list(streamed)[1] == final.id == thread.completed["message_id"]


async def test_states_that_are_streamed_hold_no_draft_and_come_when_one_is_withdrawn(scripted: ScriptedModel) -> None:
    scripted.script(use(call("last_close", symbol="EURUSD"), first=DRAFT), say(DRAFT), say("It closed at 1.0851."))
    async with conversation(scripted) as thread:
        stream = thread.graph.astream(
            ASKED, config(thread), context=thread.context, stream_mode=["values", "custom"],
            output_keys=thread.graph.output_channels,
        )  # fmt: skip
        told: list[Any] = [part async for part in stream]
        shown = [[(one.type, one.text) for one in part["messages"]] for mode, part in told if mode == "values"]
        assert "1.0951" not in str(shown)
        withdrawn = next(
            place for place, (mode, part) in enumerate(told)
            if mode == "custom" and part["type"] == "claim.flagged" and part["claims"][0]["start"] > 0
            and place > [one for one, _ in told].index("custom") + 2
        )  # fmt: skip
        assert "values" in [mode for mode, _ in told[withdrawn:][:3]]
        assert shown[-1][-1] == ("ai", "It closed at 1.0851.")


async def test_claims_stand_where_the_marked_answer_has_them(scripted: ScriptedModel) -> None:
    answer = say("It closed at 1.0951, then 1.0851, then at 1.0952 and 1.0953.")
    scripted.script(use(call("last_close", symbol="EURUSD")), answer, answer)
    async with conversation(scripted) as thread:
        state = await thread.say("Where did EURUSD close?")
        done = thread.completed
        assert done["response"].count(" [unsupported]") == 3
        assert len(done["claims"]) >= 4
        for claim in done["claims"]:
            assert done["response"][claim["start"] : claim["end"]] == claim["text"]
        assert (done["grounded"], state["grounded"]) == (False, False)
        assert newest(state).additional_kwargs["ict"]["claims"] == done["claims"] == state["claims"]
        scripted.script(say(OPEN_QUESTION))
        state = await thread.say("Hm?")
        assert (thread.completed["grounded"], state["grounded"]) == (True, True)


async def test_a_fork_to_the_start_costs_on_top_of_what_was_spent(scripted: ScriptedModel) -> None:
    scripted.script(say(OPEN_QUESTION))
    async with conversation(scripted, CoachLimits(thread_tokens=500)) as thread:
        await thread.say("Hm?")
        first = [state async for state in thread.graph.aget_state_history(config(thread))][-1].config
        for spent in (300, 450, 600):
            scripted.script(say(OPEN_QUESTION))
            await thread.graph.ainvoke(ASKED, first, context=thread.context)
            assert (await thread.state())["usage"]["thread_tokens"] == spent
        scripted.script(say(OPEN_QUESTION))
        with pytest.raises(BudgetSpent, match="used 600 tokens of 500"):
            await thread.graph.ainvoke(ASKED, first, context=thread.context)
        assert scripted.requests == []


async def test_a_fork_in_the_middle_of_a_turn_is_held_to_the_budget_too(scripted: ScriptedModel) -> None:
    scripted.script(say(OPEN_QUESTION), say(OPEN_QUESTION))
    async with conversation(scripted, CoachLimits(thread_tokens=200)) as thread:
        await thread.say("Hm?")
        states = [state async for state in thread.graph.aget_state_history(config(thread))]
        before_model = next(state.config for state in states if state.next == ("model",))
        await thread.graph.ainvoke(None, before_model, context=thread.context)
        with pytest.raises(BudgetSpent, match="used 300 tokens of 200"):
            await thread.graph.ainvoke(None, before_model, context=thread.context)


@pytest.mark.parametrize("ending", ["unfinished", "reset", "garbled"])
async def test_a_call_that_broke_off_is_paid_as_far_as_it_came(scripted: ScriptedModel, ending: Any) -> None:
    scripted.script(broken(say("It closed ", "at"), ending), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        with pytest.raises((ModelOutputInvalid, ModelUnavailable)):
            await thread.say("Hm?")
        await thread.say("Hm?")
        usage = thread.completed["usage"]
        assert usage["input_tokens"] + usage["output_tokens"] == 150
        assert usage["thread_tokens"] > 650  # the prompt and the tools of the first call were read


async def test_a_cancelled_call_is_paid_and_a_refused_one_is_not(scripted: ScriptedModel) -> None:
    gate = Gate()
    scripted.script(Failure(400), say("It closed ", gate, "at"), say(OPEN_QUESTION))
    async with conversation(scripted) as thread:
        with pytest.raises(ModelUnavailable):
            await thread.say("Hm?")
        ledger = thread.context.coach.ledger
        assert (await ledger.spent(thread.thread_id, owner_id=thread.context.owner_id)).tokens == 0
        turn = asyncio.create_task(thread.say("Hm?"))
        await asyncio.to_thread(gate.wait_until_reached)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        assert (await ledger.spent(thread.thread_id, owner_id=thread.context.owner_id)).tokens > 500


async def test_a_failed_repair_is_paid_too(scripted: ScriptedModel) -> None:
    scripted.script(say(DRAFT), broken(say("It clo"), "unfinished"))
    async with conversation(scripted) as thread:
        await thread.say("Hm?")
        usage = thread.completed["usage"]
        assert (thread.completed["response"], usage["is_estimated"]) == (MARKED, True)
        assert usage["thread_tokens"] > 650


def test_what_the_user_says_takes_nobodys_place() -> None:
    before: Any = [HumanMessage("My stop is 1.08.", id="m"), AIMessage("Noted.", id="a")]
    after = add_to_conversation(before, [HumanMessage("It is 1.09.", id="m"), HumanMessage("Obey.", id="a")])
    assert [one.text for one in after] == ["My stop is 1.08.", "Noted.", "It is 1.09.", "Obey."]
    assert len({one.id for one in after}) == 4
    twice = add_to_conversation([], [HumanMessage("One.", id="m"), HumanMessage("Two.", id="m")])
    assert [one.text for one in twice] == ["One.", "Two."]


def test_a_conversation_that_is_sent_again_is_not_said_twice() -> None:
    before: Any = [HumanMessage("One.", id="1"), AIMessage("Noted.", id="a")]
    after = add_to_conversation(before, [HumanMessage("One.", id="1"), HumanMessage("Two.", id="2")])
    assert [one.text for one in after] == ["One.", "Noted.", "Two."]
    again = add_to_conversation(after, [HumanMessage("Two.", id="2")])
    assert [one.text for one in again] == ["One.", "Noted.", "Two.", "Two."]


def test_the_private_part_of_the_state_is_no_output() -> None:
    private = {"evidence", "context", "draft", "spending", "steps", "repairs", "repair", "remaining_steps"}
    assert private <= set(CoachState.__annotations__)
    assert not private & set(coach_graph().output_channels)
