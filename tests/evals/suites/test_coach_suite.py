"""The coach's suite: enough questions of every kind, sheets read strictly, labels off the record, pinned cases met."""

import asyncio
import re
from collections import Counter
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest

from agent.coach.stance import prompt
from agent.coach.toolbox.box import coach_tools
from evals.cases.case import Case, Conversation, Turn
from evals.scoring.score import score_case
from evals.subjects.asked import asked_of
from evals.subjects.coach import CoachSubject, recorded
from evals.suites.coach.build import ADVICE, build
from evals.suites.coach.places import NoSuchValue, filled
from evals.suites.coach.record import FOLDER, decisions_of, kept_decisions, write_decisions
from evals.suites.coach.sheets import read_sheets
from tools.errors import InvalidSuite

TOPICS: Final = {
    "why", "rules-decided", "change", "bias", "liquidity", "structure", "zones", "levels", "risk", "session", "news",
    "rule-texts", "compare", "record", "what-if", "advice", "injection", "unanswerable", "mode", "told", "drafts",
    "exact",
}  # fmt: skip
MARKS: Final = ("[unsupported]", "I will not advise")
RECORD: Final[dict[str, Any]] = {
    "a-chart": {
        "decision": {
            "setup": {"entry_price": 1.13796, "take_profit": [1.14, 1.15]},
            "timestamp": "2024-09-03T13:00:00Z",
        },
        "rules": {"7.2": {"sentence": "it pays"}},
        "kill_zone": "new_york_am",
    },
    "other": {"decision": {"setup": None, "size": 3.0}},
}


@cache
def cases() -> tuple[Case, ...]:
    return build()


@cache
def turns() -> tuple[Turn, ...]:
    return tuple(turn for case in cases() for turn in conversation(case).turns)


def conversation(case: Case) -> Conversation:
    assert isinstance(case.subject, Conversation)
    return case.subject


def test_there_are_enough_of_every_kind() -> None:
    topics = Counter(case.tags["topic"] for case in cases())
    assert set(topics) == TOPICS
    assert len(cases()) >= 150
    assert min(topics.values()) >= 5
    assert sum(bool(turn.must_be_told) for turn in turns()) >= 15
    assert sum(turn.abstains is True for turn in turns()) >= 20
    assert sum(set(ADVICE) <= set(turn.must_not_say) for turn in turns()) >= 30
    assert sum(len(conversation(case).turns) > 1 for case in cases()) >= 10
    assert {case.tags["status"] for case in cases()} == {"NO_TRADE", "WAIT", "TRADE_NOW", "none"}
    symbols = {chart.instrument.symbol for case in cases() for chart in conversation(case).analyses}
    assert symbols == {"EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "NQ", "ES"}
    assert {chart.profile for case in cases() for chart in conversation(case).analyses} == {"strict", "relaxed"}


def test_every_case_has_a_name_a_reason_and_a_question_of_its_own() -> None:
    assert len({case.id for case in cases()}) == len(cases())
    assert all(re.fullmatch(r"[a-z0-9.-]+", case.id) for case in cases())
    assert all(case.why.endswith(".") for case in cases())
    asked = [(turns.question for turns in conversation(case).turns) for case in cases()]
    assert all(question.strip() for questions in asked for question in questions)
    assert [case.id for case in cases()] == sorted(case.id for case in cases())


def test_every_turn_is_judged_by_something_in_its_conversation() -> None:
    for case in cases():
        assert any(
            turn.tools or turn.must_say or turn.must_not_say or turn.must_be_told or turn.abstains is not None
            for turn in conversation(case).turns
        ), case.id


def test_the_tools_expected_are_tools_of_the_coach() -> None:
    sources = asyncio.run(recorded("nobody", Conversation(0, (), ())))
    known = {tool.name for tool in coach_tools(sources, owner_id="nobody")}
    assert {name for turn in turns() for name in turn.tools} <= known


def test_what_must_be_told_stands_in_the_prompts_or_the_moment() -> None:
    phases = ("weekend", "kill_zone", "in_session", "pre_market", "post_market")
    modes = ("EMERGENCY_STOP", "ANALYSIS_ONLY", "SIMULATION", "APPROVAL_REQUIRED", "SEMI_AUTO", "FULL_AUTO")
    wanted = {text for turn in turns() for text in turn.must_be_told}
    for name in phases:
        assert any(text in prompt(name, "ANALYSIS_ONLY", "") and text.startswith("Phase:") for text in wanted), name
    for name in modes:
        assert any(text in prompt("weekend", name, "") and text.startswith(f"Mode: {name}") for text in wanted), name


def test_the_labels_values_are_what_the_walks_decide_today(tmp_path: Path) -> None:
    decisions = decisions_of(read_sheets(FOLDER))
    write_decisions(decisions, tmp_path / "decisions.json")
    assert (tmp_path / "decisions.json").read_bytes() == (FOLDER / "decisions.json").read_bytes()
    assert kept_decisions() == decisions


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": {"decision": {"status": "WAIT"}},\n "b": [}', r"kept\.json:2: it is not JSON \("),
        (b'{"a":\n\xff}', r"kept\.json:2: the file is not UTF-8"),
        (b"[]", r"kept\.json:1: it is "),
        (b"{}", r"kept\.json:1: a: there is no decision with its status"),
        (b'{"a": {"decision": {"status": "WAIT"}},\n "b": {"decision": {}}}', r"kept\.json:2: b: there is no decision"),
        (b'{"a": {"decision": {\n"status": 3}}}', r"kept\.json:2: a\.decision\.status: "),
    ],
)
def test_a_record_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "kept.json").write_bytes(content)
    with pytest.raises(InvalidSuite, match=said):
        kept_decisions(["a"], tmp_path / "kept.json")
    with pytest.raises(InvalidSuite, match=r"absent\.json:1: the file cannot be read"):
        kept_decisions(["a"], tmp_path / "absent.json")


def test_no_place_is_left_in_a_label() -> None:
    for turn in turns():
        assert not any(re.search(r"\{(decision|deciding|rules|change|candles)", text) for text in turn.must_say)
        assert "{" not in turn.question


def test_every_pinned_case_is_met() -> None:
    subject = CoachSubject()
    pinned = [case for case in cases() if case.pinned]
    failed = {case.id: score_case(case, subject.find(asked_of(case))).failures for case in pinned}
    assert {name: why for name, why in failed.items() if why} == {}
    assert len(pinned) >= 50


def test_drafts_false_and_honest_are_judged_by_their_marks() -> None:
    drafts = {case.id: case for case in cases() if case.tags["topic"] == "drafts"}
    honest = [case for name, case in drafts.items() if name.startswith("drafts-honest-")]
    last = {name: conversation(case).turns[-1] for name, case in drafts.items()}
    assert all(turn.says is not None for turn in last.values())
    assert all("unsupported" in conversation(case).turns[-1].must_not_say for case in honest)
    false = [turn for name, turn in last.items() if not name.startswith("drafts-honest-")]
    assert all(any(mark in text for text in turn.must_say for mark in MARKS) for turn in false)
    assert len(honest) >= 8
    assert len(false) >= 25
    assert all(case.pinned for case in honest)
    assert {name for name, case in drafts.items() if not case.pinned} == {
        "drafts-confidence-as-win-rate", "drafts-limit-as-value", "drafts-other-day", "drafts-win-rate-in-words",
    }  # fmt: skip


def test_places_are_filled_from_the_record() -> None:
    assert filled("entry {decision.setup.entry_price}", "a-chart", RECORD) == "entry 1.13796"
    assert filled("{decision.setup.take_profit[1]}", "a-chart", RECORD) == "1.15"
    assert filled("{rules[7.2].sentence}.", "a-chart", RECORD) == "it pays."
    assert filled("{decision.timestamp | moment}", "a-chart", RECORD) == "2024-09-03 13:00 UTC"
    assert filled("{kill_zone|words}", "a-chart", RECORD) == "new york am"
    assert filled("{other.decision.size}", "a-chart", RECORD) == "3"
    assert filled('{"kept":1} {}', None, RECORD) == '{"kept":1} {}'


@pytest.mark.parametrize(
    ("label", "focus"),
    [
        ("{decision.setup.entry}", "a-chart"),
        ("{decision.setup.take_profit[2]}", "a-chart"),
        ("{decision.setup}", "a-chart"),
        ("{decision.setup.entry_price}", "other"),
        ("{decision.setup.entry_price}", None),
        ("{decision.timestamp | loudly}", "a-chart"),
        ("{rules[9.9].sentence}", "a-chart"),
    ],
)
def test_a_place_that_leads_nowhere_is_refused(label: str, focus: str | None) -> None:
    with pytest.raises(NoSuchValue):
        filled(label, focus, RECORD)


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    """Give a copy of the sheets that may be spoilt."""
    return copytree(FOLDER, tmp_path / "coach")


@pytest.mark.parametrize(
    ("path", "before", "after", "fault"),
    [
        ("questions/why.yaml", "  scene: short-reward", "  scne: short-reward", "there is no key 'scne' here; write"),
        ("questions/why.yaml", "  scene: short-reward", "  scene: nowhere", "there is no scene 'nowhere'"),
        ("questions/why.yaml", "  pinned: true", "  pinned: maybe", "pinned is the text 'maybe'; write true or false"),
        ("questions/why.yaml", "  ask: why no trade?", "  asks: why no trade?", "the key 'ask' is missing"),
        ("questions/why.yaml", "  tools: [explain_decision]", "  tools: explain_decision", "write a list of texts"),
        ("questions/why.yaml", "- id: short-reward\n", "- id: one-word\n", "the name 'why-one-word' is used twice"),
        (
            "questions/why.yaml",
            "- id: short-reward\n",
            "- id: Short Reward\n",
            "id is 'Short Reward'; write",
        ),
        ("scenes.yaml", "charts: [short-reward]", "charts: [short-rewards]", "no chart 'short-rewards'; write short"),
        ("scenes.yaml", '"2024-09-04T07:35:00Z"', '"half past seven"', "half past seven"),
        ("charts.yaml", "symbol: EURUSD", "symbol: 5", "symbol is the number 5; write a text"),
        ("charts.yaml", "rate: 0.007", "rate: much", "rate is the text 'much'; write a number"),
        ("charts.yaml", "impact: high", "weight: high", "the key 'impact' is missing"),
    ],
)
def test_a_fault_of_a_sheet_is_told_with_its_line(sheets: Path, path: str, before: str, after: str, fault: str) -> None:
    file = sheets / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InvalidSuite) as refused:
        read_sheets(sheets)
    told = [one for one in refused.value.problems if fault in one]
    assert told, refused.value.problems
    assert re.match(rf"{re.escape(str(sheets))}[\w/.-]*:\d+: ", told[0])


def test_every_fault_is_told_at_once(sheets: Path) -> None:
    (sheets / "questions" / "bias.yaml").write_text("- id: one\n- [1]\n", encoding="utf-8")
    (sheets / "questions" / "why.yaml").write_text(
        "- {id: a, scene: trade, why: So., ask: why?, x: 1}\n", encoding="utf-8"
    )
    with pytest.raises(InvalidSuite) as refused:
        read_sheets(sheets)
    assert len(refused.value.problems) == 2
