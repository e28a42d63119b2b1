"""The intents: the words a question is recognised by, the tools it is answered from, and who speaks.

The table is read from above; the first intent one of whose patterns is found in the question counts. Patterns read
lower case, one kind of apostrophe.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from agent.coach.models.offline import plans
from agent.coach.models.offline.conversation import Call
from agent.coach.models.offline.intent_words import WORDS
from agent.coach.models.offline.said import charts, decisions, moments, parts, plain, rulebook
from agent.coach.models.offline.turn import Turn

Plan = Callable[[Turn], list[Call]]
Speech = Callable[[Turn], list[str]]


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing people ask for.

    Attributes:
        name: as the tests call it.
        words: patterns, any of which gives it away.
        asks: every call it wants, given what is answered already.
        says: paragraphs, once nothing is left to ask.
        is_topic: whether a bare "and GBPUSD?" asks it again.
    """

    name: str
    words: tuple[str, ...]
    asks: Plan
    says: Speech
    is_topic: bool = True


INTENTS: Final = (
    Intent("code", WORDS["code"], plans.nothing, plain.abstains, is_topic=False),
    Intent("what_if", WORDS["what_if"], plans.what_if, decisions.what_if),
    Intent("would_differ", WORDS["would_differ"], plans.would_differ, decisions.would_differ),
    Intent("waiting", WORDS["waiting"], plans.waiting, moments.waiting),
    Intent("compare", WORDS["compare"], plans.compare, parts.compared),
    Intent("others", WORDS["others"], plans.nothing, plain.abstains, is_topic=False),
    Intent("list", WORDS["list"], plans.listed, parts.decisions),
    Intent("change", WORDS["change"], plans.nothing, plain.change, is_topic=False),
    Intent("instrument", WORDS["instrument"], plans.instrument, parts.instrument),
    Intent("size", WORDS["size"], plans.size, parts.size),
    Intent("run", WORDS["run"], plans.run, decisions.ran),
    Intent("what_if", WORDS["what_if_rules"], plans.what_if, decisions.what_if),
    Intent("rules_of", WORDS["rules_of"], plans.rules_of, rulebook.rules_of),
    Intent("rule_verdict", WORDS["rule_verdict"], plans.rule_verdict, rulebook.rule_verdict),
    Intent("rule", WORDS["rule"], plans.rule, rulebook.rule),
    Intent("origin", WORDS["origin"], plans.origin, parts.origin),
    Intent("age", WORDS["age"], plans.explain, parts.age),
    Intent("then", WORDS["then"], plans.then, moments.then),
    Intent("confidence", WORDS["confidence"], plans.explain, parts.confidence),
    Intent("warnings", WORDS["warnings"], plans.explain, parts.warnings),
    Intent("foretell", WORDS["foretell"], plans.nothing, plain.foretell, is_topic=False),
    Intent("why", WORDS["why"], plans.explain, decisions.why),
    Intent("mode", WORDS["mode"], plans.mode, moments.mode),
    Intent("advice", WORDS["advice"], plans.advice, decisions.advice),
    Intent("bias", WORDS["alignment"], plans.explain, parts.bias),
    Intent("chart", WORDS["chart"], plans.chart, charts.chart),
    Intent("setup", WORDS["setup"], plans.explain, parts.setup),
    Intent("risk", WORDS["risk"], plans.explain, parts.risk),
    Intent("calendar", WORDS["calendar"], plans.calendar, moments.calendar),
    Intent("clock", WORDS["clock"], plans.clock, moments.clock),
    Intent("bias", WORDS["bias"], plans.explain, parts.bias),
    Intent("chart", WORDS["chart_overview"], plans.chart, charts.chart),
    Intent("decision", WORDS["decision"], plans.explain, decisions.why),
    Intent("thanks", WORDS["thanks"], plans.nothing, plain.thanks, is_topic=False),
    Intent("help", WORDS["help"], plans.nothing, plain.greeting, is_topic=False),
)
"""From the most telling words to the vaguest."""
ABSTAINS: Final = Intent("unknown", (), plans.nothing, plain.abstains, is_topic=False)
_NAMED: Final = {intent.name: intent for intent in reversed(INTENTS)}


@cache
def _patterns(intent: Intent) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(words) for words in intent.words)


def intent_named(name: str) -> Intent:
    """Return an intent of the table, or the one that abstains."""
    return _NAMED.get(name, ABSTAINS)


def recognise(plain: str) -> Intent:
    """Return the first intent whose words a question holds, or the one that abstains."""
    found = (one for one in INTENTS if any(pattern.search(plain) for pattern in _patterns(one)))
    return next(found, ABSTAINS)
