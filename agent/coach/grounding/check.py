"""Check an answer: each claim of it against what the tools returned in the thread and what the user said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from agent.coach.grounding.binding import bound
from agent.coach.grounding.citations import citations_of
from agent.coach.grounding.claims import Claim, Evidence, Report
from agent.coach.grounding.derived import derived_support
from agent.coach.grounding.gather import gather
from agent.coach.grounding.known import Knowledge
from agent.coach.grounding.mentions import Mention, Moment, Quantity, Said
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.reader import read_mentions
from agent.coach.grounding.support import MomentIndex, NumberIndex, Support, verdict_support
from agent.coach.grounding.vocabulary import stems
from agent.coach.grounding.words import Words

_MOST_REPAIRS: Final = 12
_GOES_ON: Final = re.compile(
    r"[\s-]*(?:it|its|it's|they|that|this|now|currently|today|but|yet|which|while|and|versus|against|you)\b",
    re.IGNORECASE,
)
Supported = tuple[Mention, Support]


def check_answer(
    answer: str, evidence: Sequence[Evidence], said: Sequence[str], known_rules: Mapping[str, str]
) -> Report:
    """Match every claim of an answer to what is known; the same inputs always give the same report.

    Args:
        answer: what the model said, prose or Markdown.
        evidence: the tools' answers of this thread.
        said: the user's own words, message by message; never the model's.
        known_rules: the rulebook's names by rule id.
    """
    knowledge = gather(evidence, said, known_rules)
    passage, mentions = read_mentions(answer, known_rules, knowledge.names)
    checked = _Check(knowledge, passage, mentions, known_rules).run()
    claims = tuple(_claim(answer, mention, support) for mention, support in checked)
    return Report(claims, citations_of(claims, evidence, known_rules))


def mark(answer: str, report: Report) -> str:
    """Return the answer with ` [unsupported]` right behind each claim that nothing supports."""
    parts, done = [], 0
    for end in sorted({one.end for one in report.unsupported}):
        parts += [answer[done:end], " [unsupported]"]
        done = end
    return "".join(parts) + answer[done:]


def repair_request(report: Report) -> str:
    """Return what the model is told once: which claims nothing supports, why, and what it may do instead."""
    faults = [f"- {one.text!r}: {one.reason}" for one in report.unsupported[:_MOST_REPAIRS]]
    return "\n".join(
        (
            "These claims of your answer are supported by no tool's answer in this conversation "
            "and by nothing the user said:",
            *faults,
            "Write the whole answer again. Use only values, units, signs, directions, times and rule ids that a tool "
            "returned or the user said; call a tool if you need one; leave out what you cannot support.",
        )
    )


@dataclass(slots=True)
class _Check:
    """One answer beside what is known."""

    knowledge: Knowledge
    passage: Passage
    mentions: list[Mention]
    known_rules: Mapping[str, str]
    numbers: NumberIndex = field(init=False)
    moments: MomentIndex = field(init=False)
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = NumberIndex(self.knowledge)
        self.moments = MomentIndex(self.knowledge.moments)
        self.words = Words(self.passage, self.mentions, self.knowledge, self.known_rules)

    def run(self) -> list[Supported]:
        """Return every claim with what supports it."""
        found = [(one, self._support(one)) for one in self.mentions if not _is_open(one)]
        found = [(one, support) if support.sources else self._as_rule(one, support) for one, support in found]
        found = [(one, support if support.sources else self._derived(one, found, support)) for one, support in found]
        return bound(self.passage, found)

    def _support(self, mention: Mention) -> Support:
        match mention.said:
            case Quantity() as said:
                return self.numbers.support(said, self._around(mention))
            case Moment() as said:
                return self.moments.support(said)
            case Said() as said:
                return self._word(mention, said)

    def _word(self, mention: Mention, said: Said) -> Support:
        match mention.kind:
            case "direction":
                return self.words.direction(mention, said)
            case "status":
                return self.words.status(mention, said)
            case "rule":
                return self.words.rule(mention, said)
            case "verdict":
                return verdict_support(self.knowledge, said)
            case _:
                return self._name(mention, said)

    def _name(self, mention: Mention, said: Said) -> Support:
        found = self.words.name(said)
        if not found.sources and said.subject == "timeframe" and said.word.endswith("m"):
            minutes = Quantity(Decimal(said.word[:-1]), Decimal(1), "minutes")
            return self.numbers.support(minutes, self._around(mention))
        return found

    def _around(self, mention: Mention) -> frozenset[str]:
        start, end = self.passage.clause(mention.start)
        if start and _GOES_ON.match(self.passage.plain, start):
            start, _ = self.passage.sentence(start - 1)
        return stems(self.passage.plain[start:end])

    def _as_rule(self, mention: Mention, refused: Support) -> Supported:
        """Return a bare number that nothing knows, but that is a rule's, as that rule."""
        text = self.passage.plain[mention.start : mention.end]
        said = mention.said
        is_bare = isinstance(said, Quantity) and said.unit is None and said.role is None and "." in text
        if not is_bare or text not in self.known_rules:
            return mention, refused
        cited = Mention("rule", mention.start, mention.end, Said(text))
        return cited, self.words.rule(cited, Said(text))

    def _derived(self, mention: Mention, found: Sequence[Supported], refused: Support) -> Support:
        start, end = self.passage.sentence(mention.start)
        beside = [(one, support) for one, support in found if start <= one.start < end and support.sources]
        return derived_support(self.passage, mention, beside, self.knowledge) or refused


def _is_open(mention: Mention) -> bool:
    """Whether a direction is only asked for or supposed; every other claim is one wherever it stands."""
    return mention.kind == "direction" and isinstance(mention.said, Said) and mention.said.is_supposed


def _claim(answer: str, mention: Mention, support: Support) -> Claim:
    supported = bool(support.sources)
    return Claim(
        text=answer[mention.start : mention.end],
        start=mention.start,
        end=mention.end,
        kind=mention.kind,
        value=_value(mention),
        unit=mention.said.unit if isinstance(mention.said, Quantity) else None,
        supported=supported,
        reason="" if supported else support.reason,
        sources=support.sources,
    )


def _value(mention: Mention) -> str:
    match mention.said:
        case Quantity() as said:
            return f"{said.value:f}"
        case Moment() as said:
            clock = "" if said.minute is None else f"{said.minute // 60:02}:{said.minute % 60:02}"
            return " ".join(one for one in (said.date, clock, said.zone) if one) or f"weekday {said.weekday}"
        case Said() as said:
            of = f" of {said.subject}" if mention.kind in ("direction", "verdict") and said.subject else ""
            return f"{'not ' if said.is_denied else ''}{said.word}{of}"
