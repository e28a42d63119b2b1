"""What a conversation is about: its questions in order, each with what it leaves out taken from those before."""

import re
from collections.abc import Sequence
from typing import Final

from agent.coach.models.offline.intents import ABSTAINS, Intent, intent_named, recognise
from agent.coach.models.offline.question import read_question
from agent.coach.models.offline.turn import NOTHING_KNOWN, Subject
from agent.coach.models.offline.words import CHART_TOOLS, FACTS

_BARE: Final = (
    ("rule_id", "rule"),
    ("session", "clock"),
    ("timeframe", "chart"),
    ("symbol", "decision"),
    ("run_id", "decision"),
)
"""What a subject alone asks, where nothing was asked before."""


def subject_of(questions: Sequence[str]) -> Subject:
    """Read a conversation's questions in order; what one leaves out is what the one before it was about."""
    subject = NOTHING_KNOWN
    for text in questions:
        subject = _followed(subject, text)
    return subject


def _followed(before: Subject, text: str) -> Subject:
    question = read_question(text)
    intent = _again(before, question.rule_id) if question.is_bare else recognise(question.plain)
    if question.is_bare and intent is None:
        named = (name for slot, name in _BARE if getattr(question, slot) is not None)
        intent = intent_named(next(named, ABSTAINS.name))
    intent = intent or ABSTAINS
    again = question.is_bare and (before.topic or "").startswith("rule")
    is_new_market = question.symbol not in (None, before.symbol)
    chart_tool = next((tool for words, tool in CHART_TOOLS if re.search(words, question.plain)), None)
    fact = next((fact for words, fact in FACTS if re.search(words, question.plain)), None)
    return Subject(
        intent=intent.name,
        topic=intent.name if intent.is_topic else before.topic,
        question=question,
        symbol=question.symbol or before.symbol,
        symbol_before=before.symbol if is_new_market else None,
        run_id=question.run_id or (None if is_new_market else before.run_id),
        rule_id=question.rule_id or (question.lone_rule if again else None) or before.rule_id,
        timeframe=question.timeframe or before.timeframe,
        session=question.session or before.session,
        profile=question.profile or (before.profile if question.is_bare else None),
        chart_tool=chart_tool or before.chart_tool,
        fact=fact or (before.fact if question.is_bare or (before.intent == "what_if" and question.numbers) else None),
        numbers=question.numbers or (before.numbers if question.is_bare else ()),
    )


def _again(before: Subject, rule_id: str | None) -> Intent | None:
    if before.topic is None:
        return None
    return intent_named("rule" if rule_id is not None and not before.topic.startswith("rule") else before.topic)
