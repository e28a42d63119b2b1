"""Laws of the offline model: whatever is said or answered, it stays on its feet, asks nothing twice, and ends."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import BaseMessage, HumanMessage

from agent.coach.models.context import ConversationContext
from agent.coach.models.offline.conversation import read_conversation
from agent.coach.models.offline.reply import reply
from tests.agent.coach.models.offline.conftest import Talk
from tests.agent.coach.models.offline.conversing import called, prompt
from tests.agent.coach.models.offline.questions import QUESTIONS, README, Row

CONTEXT = ConversationContext("2024-09-03T12:45:00Z", "kill_zone", "ANALYSIS_ONLY", "a" * 32, "EURUSD")
WORDS = sorted({word for _, questions, _, _ in (*README, *QUESTIONS) for word in questions.split()})
TOOLS = frozenset({tool for _, _, tools, _ in (*README, *QUESTIONS) for tool in tools} | {"run_analysis"})
ANSWERED = [row for row in (*README, *QUESTIONS) if row[2]]
SPOILT = 8
"""How often each real answer is spoilt anew."""


def turn(question: str, answers: st.DataObject) -> tuple[int, str]:
    """Hold one turn in which each tool answers whatever is drawn; how often the model was called, what it said."""
    messages: list[BaseMessage] = [*prompt(CONTEXT), HumanMessage(question)]
    asked: list[tuple[str, str]] = []
    for calls_of_model in range(1, 5):
        said = reply(read_conversation(messages, TOOLS))
        assert said == reply(read_conversation(messages, TOOLS))
        if not said.calls:
            return calls_of_model, said.text
        for call in said.calls:
            assert call.tool in TOOLS
            made = (call.tool, json.dumps(call.arguments, sort_keys=True))
            assert made not in asked
            asked.append(made)
            answer = answers.draw(st.sampled_from(({}, {"tool": call.tool}, "Error: no")))
            messages += called(len(asked), call.tool, answer, **call.arguments)
    raise AssertionError(f"no answer after {calls_of_model} calls: {asked}")


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join) | st.text(max_size=80), st.data())
def test_any_question_and_any_answers_end_in_words(question: str, answers: st.DataObject) -> None:
    _, said = turn(question, answers)
    assert said.strip()


def _without(told: Any, chance: random.Random) -> Any:
    """Drop some values of a real answer."""
    match told:
        case dict():
            return {key: _without(value, chance) for key, value in told.items() if chance.random() < 0.8}
        case list():
            return [_without(value, chance) for value in told if chance.random() < 0.8]
    return None if chance.random() < 0.1 else told


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: str(row[1]))
def test_an_answer_that_lacks_something_is_spoken_of_without_it(talk: Talk, row: Row) -> None:
    _, held = talk(row[0], row[1])
    for seed in range(SPOILT):
        chance = random.Random(seed)
        messages: list[BaseMessage] = [*prompt(held.context), HumanMessage(row[1].split("//")[-1])]
        for number, one in enumerate(held.evidence[-len(row[2]) :]):
            if one["answer"].startswith("{"):
                told = _without(json.loads(one["answer"]), chance)
                messages += called(number, one["tool"], told, **one["arguments"])
        said = reply(read_conversation(messages, frozenset()))
        assert said.text.strip()
        assert "None" not in said.text
