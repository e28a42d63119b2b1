"""Whether what is known supports a word: a direction, a status, a rule, a symbol, an identifier."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.coach.grounding.known import USER, KnownWord
from agent.coach.grounding.mentions import Mention, Said
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.pieces import Known
from agent.coach.grounding.scopes import Scope
from agent.coach.grounding.support import Support, word_support

_SHORTEST_PREFIX: Final = 6
_CHARTS: Final = {"daily": "1d", "hourly": "1h", "weekly": "1w", "monthly": "1M", "one-hour": "1h", "1-hour": "1h",
                  "four-hour": "4h", "4-hour": "4h"}  # fmt: skip
_NAMED_CHART: Final = re.compile(rf"\b(?:{'|'.join(_CHARTS)})\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"^[ ,:(–\-\"\[]{0,4}")
_NO_SUCH: Final = re.compile(r"\bthere(?: is|'s| are|'re) no (?:such )?(?:rules?|gates?) $", re.IGNORECASE)
_NAMED_BEFORE: Final = re.compile(r"[ ,]{0,3}(?:\(|\[|\brule |\(rule |,? ?gate )$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one answer beside what is known."""

    passage: Passage
    mentions: Sequence[Mention]
    known: Known
    known_rules: Mapping[str, str]

    def direction(self, mention: Mention, said: Said, scope: Scope) -> Support:
        """Return what supports a direction of its subject; one of nothing named is the setup's or the bias's."""
        of_subject = [
            one
            for one in self.known.directions(said.subject)
            if _is_of(said, one) and scope.fits(one.origin) and (one.origin.nature != "said" or scope.is_theirs)
        ]
        if said.subject is None:
            told = [one for one in of_subject if one.subject in ("setup", "bias") and ":rows." not in one.group]
            of_subject = told or of_subject
        of_subject = self._scoped(of_subject, self._timeframe(mention))
        same = [one for one in of_subject if (one.word == said.word) != one.is_denied]
        if said.is_denied:
            other = [one for one in of_subject if (one.word == said.word) == one.is_denied]
            reason = f"the {said.subject or 'direction'} is known to be {said.word}"
            return (
                Support(reason=reason)
                if same and not _only_user(same)
                else word_support(other, "nothing known has a direction")
            )
        subject = "nothing" if said.subject is None else f"no {said.subject}"
        return word_support(same, f"{subject} is known to be {said.word}")

    def status(self, mention: Mention, said: Said, scope: Scope) -> Support:
        """Return what supports a status of the decision that is spoken of."""
        if said.subject == "blocks":
            sources = self.known.name(said.word.lower())
            return Support(tuple(sources)[:8], reason="" if sources else f"no rule is known to block as {said.word}")
        named = [
            one
            for one in self.known.statuses
            if scope.fits(one.origin) and (one.origin.nature != "said" or scope.is_theirs)
        ]
        if scope.would_be:
            supposed = [one for one in named if one.origin.nature == "supposed"]
            named = supposed or named
        found = [one for one in named if (one.word == said.word) != (one.is_denied != said.is_denied)]
        told = sorted({one.word for one in named if not one.is_denied})
        return word_support(found, f"the decision is {' or '.join(told)}" if told else "no decision is known")

    def rule(self, mention: Mention, said: Said) -> Support:
        """Return what supports citing a rule."""
        name = self.known_rules.get(said.word)
        if self._is_denied(mention):
            asked = [] if name is not None else self.known.rule(said.word)
            reason = f"rule {said.word} is {name}" if name is not None else f"nobody speaks of a rule {said.word}"
            return Support(tuple(dict.fromkeys(asked))[:8], reason="" if asked else reason)
        if name is None:
            return Support(reason=f"there is no rule {said.word}")
        other = self._named_beside(mention)
        if other is not None and other != said.word and self.known_rules[other] != name:
            return Support(reason=f"rule {said.word} is {name}")
        sources = self.known.rule(said.word)
        if not sources:
            return Support(reason=f"no answer of this thread speaks of rule {said.word}")
        return Support(tuple(dict.fromkeys(sources))[:8])

    def _is_denied(self, mention: Mention) -> bool:
        """Whether it is said that there is no such rule."""
        return _NO_SUCH.search(self.passage.plain[max(0, mention.start - 40) : mention.start]) is not None

    def name(self, said: Said) -> Support:
        """Return what supports a symbol, a timeframe, an identifier."""
        sources = self.known.name(said.word)
        if not sources and said.subject == "id" and len(said.word) >= _SHORTEST_PREFIX:
            begun = self.known.name_beginning(said.word)
            sources = [] if begun is None else self.known.name(begun)
        return Support(tuple(dict.fromkeys(sources))[:8], reason="" if sources else f"no answer names {said.word}")

    def _scoped(self, known: list[KnownWord], named: str | None) -> list[KnownWord]:
        """Keep what is of the named chart, where anything known is; what names none stays."""
        if named is None or named not in {one.timeframe for one in known}:
            return known
        return [one for one in known if one.timeframe in (None, named)]

    def _timeframe(self, mention: Mention) -> str | None:
        """Return the chart named nearest before in the clause, else the first of it."""
        start, end = self.passage.clause(mention.start)
        inside = [
            (one.start, one.said.word)
            for one in self.mentions
            if isinstance(one.said, Said) and one.said.subject == "timeframe" and start <= one.start < end
        ]
        inside += [
            (one.start(), _CHARTS[one[0].lower()]) for one in _NAMED_CHART.finditer(self.passage.plain, start, end)
        ]
        inside.sort()
        before = [word for at, word in inside if at < mention.start]
        return before[-1] if before else inside[0][1] if inside else None

    def _named_beside(self, mention: Mention) -> str | None:
        """Return the rule whose name stands beside a number, behind it or, with brackets or `rule`, before it."""
        plain = self.passage.plain
        behind = plain[mention.end : mention.end + 70].lower()
        behind = _BETWEEN.sub("", behind)
        before = plain[max(0, mention.start - 70) : mention.start].lower()
        opened = _NAMED_BEFORE.search(before)
        before = before[: opened.start()].rstrip(' ,"') if opened else ""
        by_length = sorted(self.known_rules.items(), key=lambda one: -len(one[1]))
        for rule, name in by_length:
            plain_name = name.lower()
            if re.match(rf"{re.escape(plain_name)}(?![a-z])", behind):
                return rule
            if len(plain_name.split()) > 1 and before.endswith(plain_name):
                return rule
        return None


def _is_of(said: Said, known: KnownWord) -> bool:
    """Whether a direction may be of what is spoken of; one of nothing named only where the user said it."""
    return said.subject is None or known.subject is not None or known.source == USER


def _only_user(known: Sequence[KnownWord]) -> bool:
    return all(one.source == USER for one in known)
