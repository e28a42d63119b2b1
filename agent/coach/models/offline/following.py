"""What a conversation is about: its questions in order, each with what it leaves out taken from those before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from agent.coach.models.offline.intents import ABSTAINS, Intent, intent_named, recognise
from agent.coach.models.offline.parting import parts_of
from agent.coach.models.offline.question import Question, read_question
from agent.coach.models.offline.sizing import NOTHING_GIVEN, Sizing, read_sizing
from agent.coach.models.offline.supposing import NOTHING_SUPPOSED, Supposed, read_supposed
from agent.coach.models.offline.turn import NOTHING_KNOWN, Subject
from agent.coach.models.offline.words import CHART_TOOLS

MOST_SUBJECTS: Final = 3
_BARE: Final = (
    ("rule_id", "rule"),
    ("session", "clock"),
    ("timeframe", "chart"),
    ("symbol", "decision"),
    ("run_id", "decision"),
)
"""What a subject alone asks, where nothing was asked before."""
_OF_EACH: Final = frozenset({
    "why", "would_differ", "what_if", "advice", "bias", "confidence", "setup", "risk", "warnings", "decision",
    "chart", "instrument", "rules_of", "age", "origin",
})  # fmt: skip
"""What is asked of two markets by naming both."""
_FORGETS: Final = frozenset({"list", "run", "compare"})
"""After these the decision named before is no longer the one spoken of."""
_IN_ORDER: Final = frozenset({"rule", "rule_verdict"})
_ANEW: Final = frozenset({"entry", "stop"})


def subject_of(questions: Sequence[str]) -> Subject:
    """Return what the last question is about; of several subjects, the last."""
    return subjects_of(questions)[-1]


def subjects_of(questions: Sequence[str]) -> tuple[Subject, ...]:
    """Read a conversation's questions in order; what one leaves out is what the one before it was about.

    Returns:
        The subjects of the last question, in the order it names them: one at least.
    """
    subjects: tuple[Subject, ...] = (NOTHING_KNOWN,)
    for text in questions:
        before, subjects = subjects[-1], ()
        for part in parts_of(text):
            found = _of_each(_followed(before, part))
            before, subjects = found[-1], (*subjects, *found)
    return subjects


def _of_each(subject: Subject) -> tuple[Subject, ...]:
    """Return a subject for each of two markets, or each of two profiles, that are named in one question."""
    question = subject.question
    if subject.intent == "what_if" and len(question.profiles) > 1:
        return tuple(replace(subject, profile=profile) for profile in question.profiles)
    other = question.other_symbol
    if other is None or subject.intent not in _OF_EACH or subject.chart_tool == "find_smt":
        return (subject,)
    turned = replace(question, symbol=other, other_symbol=question.symbol, mended=None)
    return (subject, replace(subject, question=turned, symbol=other, symbol_before=question.symbol))


def _followed(before: Subject, text: str) -> Subject:
    question = read_question(text)
    names_decision = question.reference.is_given
    intent = recognise(question.plain)
    if question.is_bare:
        intent = _again(before, question.rule_id, names_decision=names_decision) or _bare(question)
    again = question.is_bare and (before.topic or "") in _IN_ORDER
    is_new_market = question.symbol not in (None, before.symbol)
    chart_tool = next((tool for words, tool in CHART_TOOLS if re.search(words, question.plain)), None)
    supposed = _supposed(before, question) if intent.name == "what_if" else NOTHING_SUPPOSED
    is_new = is_new_market or intent.name in _FORGETS
    return Subject(
        intent=intent.name,
        topic=intent.name if intent.is_topic else before.topic,
        question=question,
        symbol=question.symbol or before.symbol,
        symbol_before=before.symbol if is_new_market else None,
        reference=question.reference if names_decision or is_new else before.reference,
        rule_id=question.rule_id or (question.lone_rule if again else None) or before.rule_id,
        timeframe=question.timeframe or before.timeframe,
        session=question.session or before.session,
        profile=question.profile or (before.profile if question.is_bare and not supposed.facts else None),
        chart_tool=chart_tool or before.chart_tool,
        supposed=supposed,
        sizing=_sizing(before, question, intent),
    )


def _bare(question: Question) -> Intent:
    """Return what a subject asks by itself; the one that abstains where there is none either."""
    named = (name for slot, name in _BARE if getattr(question, slot) is not None)
    return intent_named(next(named, "decision" if question.reference.is_given else ABSTAINS.name))


def _again(before: Subject, rule_id: str | None, *, names_decision: bool) -> Intent | None:
    if before.topic is None or (names_decision and before.topic in _FORGETS):
        return None
    return intent_named("rule" if rule_id is not None and before.topic not in _IN_ORDER else before.topic)


def _supposed(before: Subject, question: Question) -> Supposed:
    """Read what is supposed; a number without a fact is a value of the one fact supposed before."""
    known = [fact for fact in before.supposed.facts if fact != "risk.risk_pct"]
    found = read_supposed(question.plain, question.profile, known[0] if len(known) == 1 else None)
    if question.is_bare and not (found.facts or found.left or question.profile or question.numbers):
        return before.supposed
    if question.is_bare and not known and before.supposed.number is not None and question.numbers:
        return Supposed(number=question.numbers[-1])
    return found


def _sizing(before: Subject, question: Question, intent: Intent) -> Sizing:
    """Read what is given to size by; what a follow-up leaves out is what was given before it."""
    if intent.name != "size":
        return before.sizing if intent.is_topic is False else NOTHING_GIVEN
    found = read_sizing(_without_symbols(question))
    if before.topic != "size" or found.given.keys() >= _ANEW:
        return found
    is_new_market = question.symbol not in (None, before.symbol)
    kept: Mapping[str, float | str] = {
        name: value for name, value in before.sizing.given.items() if not (is_new_market and name in _ANEW)
    }
    return Sizing({**kept, **found.given}, found.troubles)


def _without_symbols(question: Question) -> str:
    return re.sub(r"\b[A-Za-z]+\d+[A-Za-z!]*(?=\s|$)", " ", question.text)
