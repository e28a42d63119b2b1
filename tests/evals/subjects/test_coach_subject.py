"""The coach as a subject: the real graph over memory, the same every time, without a network."""

import hashlib
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest

from agent.labels import Labelling, Labels, Provenance
from evals.cases.case import Case, Conversation, Turn
from evals.subjects.asked import asked_of
from evals.subjects.coach import CoachSubject
from evals.subjects.documents import found_document
from evals.subjects.found import Found, FoundAnswer
from evals.suites.coach.record import FOLDER, chart_of
from evals.suites.coach.sheets import read_sheets
from tests.model_server import model_server, say
from tools.times import parse_time

NOW: Final = parse_time("2024-09-04T07:35:00Z")
ENTRY: Final = "1.13796"
_SOME: Final = ("why-short-reward", "compare-two-days", "levels-stop-followed", "session-weekend")
_HASHED: Final = """
import hashlib, json
from evals.subjects.asked import asked_of
from evals.subjects.coach import CoachSubject
from evals.subjects.documents import found_document
from evals.suites.coach.build import build
found = [found_document(CoachSubject().find(asked_of(case))) for case in build() if case.id in {ids!r}]
print(hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest())
"""

_watched: list[str] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is not None and event.startswith("socket.") and event != "socket.__new__":
        _watched.append(f"{event} {arguments[1:]}")


@pytest.fixture
def sockets() -> Iterator[list[str]]:
    """Give what is asked of the network from here on; a hook cannot be taken out, so it is only put to rest."""
    global _watched
    _hooked()
    _watched = []
    yield _watched
    _watched = None


@cache
def _hooked() -> None:
    sys.addaudithook(_watch)


@cache
def charts() -> dict[str, Any]:
    sheets = read_sheets(FOLDER).charts
    return {name: chart_of(sheets[name]) for name in ("model-2022", "short-reward", "stopped")}


def case(*questions: str | Turn, of: tuple[str, ...] = ("model-2022", "short-reward"), now: int = NOW) -> Case:
    analyses = tuple(charts()[name] for name in of)
    turns = tuple(Turn(question) if isinstance(question, str) else question for question in questions)
    by = Labelling(Labels(), Provenance("tests", "hand", "2026-11-21", "none"))
    return Case("a-case", "a test", Conversation(now, analyses, turns), (by,))


def answers(*questions: str, **about: Any) -> tuple[FoundAnswer, ...]:
    (held,) = CoachSubject().find(asked_of(case(*questions, **about))).answers
    return held


def test_an_answer_has_its_tools_its_text_and_what_the_model_was_sent() -> None:
    (why,) = answers("why no trade?")
    assert why.tools == ("explain_decision",)
    assert "NO_TRADE" in why.text
    assert "Rule 7.2" in why.text
    assert why.is_grounded
    assert not why.abstained
    assert why.told.startswith("system: You are the trading coach")
    assert '"now":"2024-09-04T07:35:00Z"' in why.told
    assert "human: why no trade?" in why.told
    assert 'tool: {"tool":"explain_decision"' in why.told
    assert why.told.count("You are the trading coach") == 1


def test_turns_are_one_conversation() -> None:
    _, stop = answers("why was EURUSD a trade on 2024-09-03?", "and the stop?")
    assert "1.13673" in stop.text
    assert "human: why was EURUSD a trade on 2024-09-03?" in stop.told


def test_a_turn_that_has_its_answer_is_spoken_by_it_and_checked_and_the_next_is_the_models_own() -> None:
    draft = Turn("why?", ("explain_decision",), says="Rule 7.2 refused it; the entry was 1.19999.")
    ((said, own),) = CoachSubject().find(asked_of(case(draft, "why no trade?"))).answers
    assert said.tools == ("explain_decision",)
    assert said.text == "Rule 7.2 refused it; the entry was 1.19999 [unsupported]."
    assert not said.is_grounded
    assert 'tool: {"tool":"explain_decision"' in said.told
    assert "human: REPAIR: " in said.told
    assert own.is_grounded
    assert own.text.startswith("EURUSD at 2024-09-04 07:30 UTC is NO_TRADE.")


def test_an_answer_of_the_cases_own_needs_no_tools_and_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    draft = Turn("hello?", says="Which market do you mean?")
    ((said,),) = CoachSubject("a-model").find(asked_of(case(draft))).answers
    assert (said.text, said.tools, said.is_grounded) == ("Which market do you mean?", (), True)


def test_the_clock_stands_at_the_conversations_now() -> None:
    (clock,) = answers("what time is it?")
    assert "03:35 New York time" in clock.text
    (later,) = answers("what time is it?", now=NOW + 3600)
    assert "04:35 New York time" in later.text


def test_the_mode_is_that_of_the_newest_analysis() -> None:
    (stopped,) = answers("what mode are we in?", of=("model-2022", "stopped"))
    assert "EMERGENCY_STOP" in stopped.text
    (usual,) = answers("what mode are we in?", of=("stopped", "model-2022"))
    assert "ANALYSIS_ONLY" in usual.text


def test_a_decision_under_a_stop_is_recorded_as_one() -> None:
    (why,) = answers("why no trade?", of=("stopped",))
    assert "Rule 7.6.1" in why.text


def test_what_cannot_be_known_is_an_abstention() -> None:
    (future, nothing) = answers("will EURUSD go up?", "why no trade on NZDUSD?")
    assert future.abstained
    assert nothing.abstained


def test_nothing_was_decided_where_nothing_is_analysed() -> None:
    (why,) = answers("why no trade?", of=())
    assert why.abstained
    assert "no decision is recorded yet" in why.text


def test_an_analysis_may_be_asked_for_and_is_recorded_in_the_conversation_alone() -> None:
    _, listed = answers("analyse EURUSD", "list my decisions", of=("model-2022",))
    assert listed.text.count("EURUSD at") == 2
    (again,) = answers("list my decisions", of=("model-2022",))
    assert again.text.count("EURUSD at") == 1


def test_repeats_are_conversations_held_anew() -> None:
    once, twice = CoachSubject(repeats=2).find(asked_of(case("why?", "what about it?"))).answers
    assert once == twice
    assert len(once) == 2


def test_a_chart_is_none_of_its_cases() -> None:
    by = Labelling(Labels(), Provenance("tests", "hand", "2026-11-21", "none"))
    assert CoachSubject().find(asked_of(Case("a-chart", "a test", charts()["model-2022"], (by,)))) == Found()


def test_a_subject_goes_to_another_process_and_says_what_it_is() -> None:
    subject = CoachSubject(repeats=3)
    assert pickle.loads(pickle.dumps(subject)) == subject
    said = subject.identity()
    assert (said["subject"], said["model"], said["repeats"]) == ("coach", "offline", 3)
    assert CoachSubject("offline").identity() == CoachSubject().identity()
    assert CoachSubject("other").identity() != CoachSubject().identity()


def test_nothing_goes_over_the_network(sockets: list[str]) -> None:
    answers("why no trade?", "which kill zone is open?", "where is the liquidity on the 1h?", "analyse EURUSD")
    assert sockets == []


def test_another_process_with_other_hashes_finds_the_same_bytes() -> None:
    script = _HASHED.format(ids=_SOME)
    found = [
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    assert len(found[0].strip()) == hashlib.sha256().digest_size * 2


def test_the_same_case_gives_the_same_bytes() -> None:
    asked = case("why?", "what would have to change?", "compare the last two", "any order blocks on the 15m?")
    first, second = (json.dumps(found_document(CoachSubject().find(asked_of(asked))), sort_keys=True) for _ in range(2))
    assert first == second


def test_a_model_that_is_named_is_asked_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server() as scripted:
        scripted.script(say("I cannot answer that from the trace."))
        monkeypatch.setenv("OPENAI_BASE_URL", scripted.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        ((said,),) = CoachSubject("a-model").find(asked_of(case("what is your win rate?"))).answers
        assert said.text == "I cannot answer that from the trace."
        assert said.abstained
        assert "human: what is your win rate?" in said.told
        assert CoachSubject("a-model").identity()["address"] == scripted.base_url
        assert "sk-test" not in json.dumps(CoachSubject("a-model").identity())
