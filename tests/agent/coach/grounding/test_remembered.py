"""Reading an answer once: what was read before is what would be read now, whatever the thread around it."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from agent.coach.grounding.check import check_answer
from agent.coach.grounding.claims import Evidence
from agent.coach.grounding.pieces import Known
from agent.coach.grounding.remembered import Remembered, known_of
from tests.agent.coach.grounding.recorded import RULES, conversations, evidence_of, recorded_answers

_SAID: Final = ("what if I risk 2.5 % at 1.0912?", "is ev-204 the run of rule 7.2?")


def _fresh(evidence: list[Evidence], said: tuple[str, ...] = _SAID) -> Known:
    return known_of(evidence, said, RULES, Remembered())


def _names(name: str, call_id: str) -> Evidence:
    told = {"tool": "economic_events", "events": [{"id": name, "title": "CPI"}]}
    return evidence_of("economic_events", {}, json.dumps(told), call_id)


def _sentence(text: str, call_id: str, **arguments: Any) -> Evidence:
    told = {"tool": "find_swings", "reason": text, "limit": 5}
    return evidence_of("find_swings", arguments, json.dumps(told), call_id)


def test_what_was_read_before_is_what_would_be_read_now() -> None:
    remembered, chance = Remembered(), random.Random(20240903)
    answers = list(recorded_answers())

    for _ in range(12):
        thread = chance.sample(answers, 12)

        assert known_of(thread, _SAID, RULES, remembered) == _fresh(thread)
        assert known_of(thread, _SAID, RULES, remembered) == _fresh(thread)


def test_repeated_checks_give_the_same_report() -> None:
    for name, evidence in conversations().items():
        for one in evidence:
            first = check_answer(one["answer"], evidence, _SAID, RULES)

            assert check_answer(one["answer"], list(evidence), list(_SAID), dict(RULES)) == first, name


def test_only_what_is_new_is_read() -> None:
    remembered, thread = Remembered(), list(recorded_answers())[:6]
    before = known_of(thread[:5], (), RULES, remembered)
    after = known_of(thread, (), RULES, remembered)

    assert all(one is other for one, other in zip(before.pieces, after.pieces[:5], strict=True))


def test_an_identifier_known_from_elsewhere_changes_how_a_sentence_is_read() -> None:
    name, sentence = _names("ev-204", "call-1"), _sentence("Look at ev-204 and 12 more.", "call-2")
    remembered = Remembered()

    for thread in ([sentence], [name, sentence], [sentence, name], [name, sentence]):
        assert known_of(thread, (), RULES, remembered) == _fresh(thread, ())
    assert _fresh([sentence], ()).name("ev-204") == []
    assert _fresh([name, sentence], ()).name("ev-204").count("call-2:reason") == 1


def test_a_number_that_only_repeats_an_argument_is_none_of_the_same_answer_to_another_question() -> None:
    remembered = Remembered()
    five, six = _sentence("None.", "call-1", limit=5), _sentence("None.", "call-1", limit=6)

    for asked in (five, six, five):
        assert known_of([asked], (), RULES, remembered) == _fresh([asked], ())
    assert _fresh([five], ()) != _fresh([six], ())


def test_another_rulebook_reads_anew() -> None:
    remembered, told = Remembered(), [_sentence("Rule 7.2 passed, and so did 7.3.", "call-1")]
    others = {"7.3": "Another name"}

    assert known_of(told, (), RULES, remembered).rule("7.2") != []
    assert known_of(told, (), others, remembered) == known_of(told, (), others, Remembered())


def test_what_is_kept_is_bounded() -> None:
    answers = list(recorded_answers())
    most = max(len(one["answer"]) for one in answers) * 2
    remembered = Remembered(most)

    for one in answers:
        known_of([one], (), RULES, remembered)
        assert 0 < remembered.characters <= most
    assert known_of(answers, (), RULES, remembered) == _fresh(answers, ())


def test_threads_may_ask_together() -> None:
    remembered = Remembered(20_000)
    thread = list(recorded_answers())[:10]
    expected = _fresh(thread)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: known_of(thread, _SAID, RULES, remembered), range(24)))

    assert all(one == expected for one in found)
