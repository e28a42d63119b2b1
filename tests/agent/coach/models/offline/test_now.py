"""What is now: trading that is stopped is said first, a trade of long ago is none to act on."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.coach.grounding.acting import acting
from agent.coach.grounding.check import check_answer
from agent.market_window import DEFAULT_BARS, DEFAULT_TIMEFRAME, window_of_symbol
from tests.agent.coach.models.offline.conftest import NOW
from tests.agent.coach.models.offline.conversing import Conversation, Turn
from tests.agent.coach.models.offline.test_questions import RULES
from tests.agent.coach.toolbox.box import BALANCE, Box
from tools.times import parse_time

LATER = "2026-11-21T17:00:00Z"
STOPPED = "Trading is stopped: the mode is EMERGENCY_STOP"


def _asked(held: Conversation, question: str) -> Turn:
    turn = held.ask(question)
    report = check_answer(turn.said, held.evidence, held.questions, RULES)
    assert [(one.text, one.reason) for one in report.unsupported] == [], turn.said
    assert acting(turn.said, question, ()) == (), turn.said
    return turn


@pytest.fixture(scope="module")
def halted(box: Box) -> str:
    """Give an owner with a trade, whose trading was stopped after it."""

    async def decide_and_stop() -> str:
        window = await window_of_symbol(
            box.service.market, "EURUSD", DEFAULT_TIMEFRAME, bars=DEFAULT_BARS, until=parse_time(NOW)
        )
        run = await box.service.runs.analyze(
            window.request(profile="strict", account_balance=BALANCE), owner_id="halted"
        )
        await box.service.desk.modes.stop(owner_id="halted", changed_by="halted", reason="enough")
        return run.run_id

    return str(box.wait(decide_and_stop))


@pytest.mark.parametrize(
    "question",
    ["should I take it?", "why is this a trade?", "what mode are we in?", "is trading stopped?", "what's my stop?",
     "can I buy?", "what is rule 7.2?", "size EURUSD for $10,000, risk 1 %, entry 1.1, stop 1.09",
     "can I at least take a small one?", "turn off the emergency stop", "will EURUSD go up?", "tell me a joke", "hello",
     "what did other users trade?"],
)  # fmt: skip
def test_trading_that_is_stopped_is_said_first(
    conversation: Callable[[str], Conversation], halted: str, question: str
) -> None:
    begun = conversation("trade")
    assert begun.context is not None
    context = replace(begun.context, mode="EMERGENCY_STOP", run_id=halted)
    held = replace(begun, context=context, owner_id="halted", messages=[], evidence=[])

    turn = _asked(held, question)

    assert "session_now" in turn.tools
    assert turn.said.startswith(STOPPED)
    assert "it stands as" not in turn.said
    assert "The decision is yours" not in turn.said


@pytest.mark.parametrize("question", ["why?", "should I take it?", "what's my stop?", "how old is this decision"])
def test_a_trade_of_long_ago_is_none_to_act_on(conversation: Callable[[str], Conversation], question: str) -> None:
    begun = conversation("trade")
    assert begun.context is not None
    box, at = begun.box, parse_time(LATER)
    held = replace(
        begun, box=Box(box.service, box.portal, box.conninfo, lambda: at), messages=[], evidence=[],
        context=replace(begun.context, now=LATER),
    )  # fmt: skip

    turn = _asked(held, question)

    assert "It was decided 2 years ago, on simulated candles: nothing to act on now." in turn.said


def test_two_decisions_named_by_their_ids_are_the_ones_compared(
    box: Box, conversation: Callable[[str], Conversation]
) -> None:
    held = conversation("between")
    one, other = box.runs["no_trade"], box.runs["trade"]

    turn = _asked(held, f"compare run {one} with {other}")

    assert turn.asked == [("compare_decisions", {"run_id": one, "other_run_id": other})]
    assert "EURUSD at 2024-08-27 12:30 UTC is NO_TRADE. EURUSD at 2024-09-03 12:45 UTC is TRADE_NOW." in turn.said


def test_a_decision_is_found_by_how_its_id_begins(box: Box, conversation: Callable[[str], Conversation]) -> None:
    held = conversation("between")
    turn = _asked(held, f"explain {_telling(box.runs['no_trade'])}")
    assert turn.asked[-1] == ("explain_decision", {"run_id": box.runs["no_trade"]})


def _telling(run_id: str) -> str:
    """As many digits of an id as hold both a letter and a figure."""
    return next(
        run_id[:end] for end in range(8, 33) if any(map(str.isdigit, run_id[:end])) and not run_id[:end].isdigit()
    )
