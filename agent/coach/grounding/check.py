"""Check an answer: each claim of it against what the tools returned in the thread and what the user said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from agent.coach.grounding.agreement import counted_lists, disagreements, wrong_weights
from agent.coach.grounding.attributes import wrong_attributes
from agent.coach.grounding.binding import bound
from agent.coach.grounding.citations import citations_of
from agent.coach.grounding.claims import Claim, Evidence, Report
from agent.coach.grounding.derived import derived_support
from agent.coach.grounding.looked import Looked
from agent.coach.grounding.mentions import Mention, Moment, Quantity, Said
from agent.coach.grounding.named import wrong_names
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.pieces import Known
from agent.coach.grounding.quantities import role_named
from agent.coach.grounding.reader import read_mentions
from agent.coach.grounding.remembered import known_of
from agent.coach.grounding.scopes import Scope, Scopes
from agent.coach.grounding.support import MomentIndex, NumberIndex, Support, verdict_support
from agent.coach.grounding.vocabulary import stems
from agent.coach.grounding.words import Words
from agent.coach.grounding.written import Written, read_written

_MOST_REPAIRS: Final = 12
_GOES_ON: Final = re.compile(
    r"[\s-]*(?:it|its|it's|they|that|this|now|currently|today|but|yet|which|while|and|versus|against|you)\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r'"([^"\n]{1,300})"')
_FEWEST_WORDS: Final = 3
"""Of a title whose quotation is known for one: a title of one word says what any answer may say in quotes."""
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
    known = known_of(evidence, said, known_rules)
    written = read_written(answer)
    passage, mentions = read_mentions(written.text, known_rules, known.identifiers)
    checked = _Check(known, passage, mentions, known_rules).run()
    claims = tuple(_claim(answer, written, mention, support) for mention, support in checked)
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

    known: Known
    passage: Passage
    mentions: list[Mention]
    known_rules: Mapping[str, str]
    numbers: NumberIndex = field(init=False)
    moments: MomentIndex = field(init=False)
    words: Words = field(init=False)
    scopes: Scopes = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = NumberIndex(self.known)
        self.moments = MomentIndex([one.moments for one in self.known.pieces])
        self.scopes = Scopes(self.passage, self.mentions, self.known.profiles, self.known.runs)
        self.words = Words(self.passage, self.mentions, self.known, self.known_rules)

    def run(self) -> list[Supported]:
        """Return every claim with what supports it."""
        claimed = [one for one in self.mentions if not _is_open(one) and not self._is_of_a_title(one)]
        found = [(one, self._support(one)) for one in claimed]
        found = [(one, support) if support.sources else self._as_rule(one, support) for one, support in found]
        found = [(one, support if support.sources else self._derived(one, found, support)) for one, support in found]
        found = bound(self.passage, found)
        look = Looked(self.passage, found, self.known, self.scopes)
        return _with(found, [one for looks in _LOOKS for one in looks(look)])

    def _is_of_a_title(self, mention: Mention) -> bool:
        """Whether a direction stands in the quoted title of an event: it says what is scheduled, of no market."""
        if mention.kind != "direction":
            return False
        plain = self.passage.plain
        start, end = plain.rfind("\n", 0, mention.start) + 1, plain.find("\n", mention.end)
        within = (one.span(1) for one in _QUOTED.finditer(plain, start, len(plain) if end < 0 else end))
        around = (self.passage.written[first:last] for first, last in within if first <= mention.start < last)
        return any(len(one.split()) >= _FEWEST_WORDS and self.known.is_title(one) for one in around)

    def _support(self, mention: Mention) -> Support:
        scope = self.scopes.of(mention)
        match mention.said:
            case Quantity() as said if said.role is None and (role := self._headed(mention)) is not None:
                return self.numbers.support(replace(said, role=role), self._around(mention), scope)
            case Quantity() as said:
                return self.numbers.support(said, self._around(mention), scope)
            case Moment() as said:
                return self.moments.support(said, scope)
            case Said() as said:
                return self._word(mention, said, scope)

    def _headed(self, mention: Mention) -> str | None:
        """Return what the column or the row of a table says a number is."""
        cell = self.scopes.tables.cell(mention.start)
        return None if cell is None else role_named(cell.header) or role_named(cell.label)

    def _word(self, mention: Mention, said: Said, scope: Scope) -> Support:
        match mention.kind:
            case "direction":
                return self.words.direction(mention, said, scope)
            case "status":
                return self.words.status(mention, said, scope)
            case "rule":
                return self.words.rule(mention, said)
            case "verdict":
                return verdict_support(self.known, said, scope)
            case _:
                return self._name(mention, said, scope)

    def _name(self, mention: Mention, said: Said, scope: Scope) -> Support:
        found = self.words.name(said)
        if not found.sources and said.subject == "timeframe" and said.word.endswith("m"):
            minutes = Quantity(Decimal(said.word[:-1]), Decimal(1), "minutes")
            return self.numbers.support(minutes, self._around(mention), scope)
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
        return derived_support(self.passage, mention, beside, self.known) or refused


_LOOKS: Final = (counted_lists, wrong_weights, wrong_names, disagreements, wrong_attributes)


def _with(found: list[Supported], looked: Sequence[Supported]) -> list[Supported]:
    """Return the claims with what was seen when they were looked at together."""
    places = {(mention.start, mention.end): at for at, (mention, _) in enumerate(found)}
    for mention, support in looked:
        at = places.get((mention.start, mention.end))
        if at is None:
            found.append((mention, support))
        elif found[at][0] is mention or not support.sources:
            found[at] = (found[at][0], support)
    return sorted(found, key=lambda one: (one[0].start, one[0].end))


def _is_open(mention: Mention) -> bool:
    """Whether a direction is only asked for or supposed; every other claim is one wherever it stands."""
    return mention.kind == "direction" and isinstance(mention.said, Said) and mention.said.is_supposed


def _claim(answer: str, written: Written, mention: Mention, support: Support) -> Claim:
    supported = bool(support.sources)
    start, end = written.place(mention.start, mention.end)
    return Claim(
        text=answer[start:end],
        start=start,
        end=end,
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
