"""Questions of the clock at other times than the table's: a weekend, a zone under way, an owner's own kill zones."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.coach.grounding.check import check_answer
from agent.coach.models.offline.said.fill import duration
from agent.desk.configuration import Change
from tests.agent.coach.models.offline.conversing import Conversation
from tests.agent.coach.models.offline.test_questions import RULES
from tests.agent.coach.toolbox.box import Box
from tools.times import parse_time

_PROFILE = """profile: early
description: Early.
extends: strict
kill_zones:
  first_light: "06:00-07:30"
  zone_2: "11:00-12:00"
  tea: "15:00-16:00"
"""


def _ask(begun: Conversation, moment: str, question: str, owner_id: str = "me") -> str:
    at = parse_time(moment)
    held = replace(
        begun, box=Box(begun.box.service, begun.box.portal, begun.box.conninfo, lambda: at), owner_id=owner_id,
        messages=[], evidence=[],
    )  # fmt: skip
    said = held.ask(question).said
    report = check_answer(said, held.evidence, held.questions, RULES)
    assert [(one.text, one.reason) for one in report.unsupported] == [], said
    return said


@pytest.mark.parametrize(
    ("moment", "question", "pieces"),
    [
        (
            "2024-09-07T22:11:00Z", "is London worth waiting for?",
            ("It opens in 22 h 49 min, at 2024-09-08 21:00 UTC", "London opens in 31 h 49 min, at 02:00 New York time"),
        ),
        ("2024-09-07T22:11:00Z", "which kill zone is next?", ("Next is Asia, in 25 h 49 min, at 20:00 New York time",)),
        (
            "2024-09-04T07:00:00Z", "how long is left in London?",
            ("London kill zone is open, with 2 h left", "London opens again in 23 h,"),
        ),
        (
            "2024-09-04T08:30:00Z", "when does New York open?",
            ("with 30 min left", "New York AM opens in 2 h 30 min", "New York PM opens in 9 h"),
        ),
        ("2024-09-04T13:55:00Z", "what time is it?", ("09:55 New York time", "The macro_0950 window is open too")),
        (
            "2024-09-04T07:35:00Z", "are we in a silver bullet window?",
            ("The EURUSD market", "A silver bullet window is open: silver_bullet_03"),
        ),
        ("2024-09-04T14:20:00Z", "what time is it?", ("A silver bullet window is open: silver_bullet_10",)),
        ("2024-09-04T08:30:00Z", "are we in a silver bullet window?", ("silver bullet is none of the kill zones",)),
        ("2024-09-04T11:00:00Z", "when does London open?", ("London opens in 19 h, at 02:00 New York time",)),
    ],
)  # fmt: skip
def test_times_are_said_as_a_trader_says_them(
    conversation: Callable[[str], Conversation], moment: str, question: str, pieces: tuple[str, ...]
) -> None:
    said = _ask(conversation("no_trade"), moment, question)

    assert [one for one in pieces if one not in said] == [], said


def test_a_window_that_is_open_is_not_said_to_be_none(conversation: Callable[[str], Conversation]) -> None:
    begun = conversation("no_trade")
    assert "is none of" not in _ask(begun, "2024-09-04T07:35:00Z", "are we in a silver bullet window?")
    assert "window is open" not in _ask(begun, "2024-09-04T08:30:00Z", "are we in a silver bullet window?")


def test_an_owners_own_kill_zones_are_asked_for_by_their_own_names(
    box: Box, conversation: Callable[[str], Conversation]
) -> None:
    box.wait(lambda: box.service.desk.configuration.put_profile(_PROFILE, Change("early", "early", None, None)))
    begun = conversation("none")

    said = _ask(begun, "2024-09-04T12:00:00Z", "when does first light open?", "early")
    other = _ask(begun, "2024-09-04T12:00:00Z", "when does London open?", "early")

    assert "first light opens in 22 h, at 06:00 New York time" in said
    assert "Next is zone_2, in 3 h" in other
    assert "London is none of the kill zones that lie ahead" in other


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 min"), (45, "45 min"), (60, "1 h"), (1909, "31 h 49 min"), (120.0, "2 h"), (-5, None), (0.5, None),
     (None, None), (True, None), ("75", None)],
)  # fmt: skip
def test_minutes_are_said_in_hours_and_minutes(minutes: Any, said: str | None) -> None:
    assert duration(minutes) == said
