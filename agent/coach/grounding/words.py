"""Whether what is known supports a word: a direction, a status, a rule, a symbol, an identifier."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.coach.grounding.known import USER, Knowledge, KnownWord
from agent.coach.grounding.mentions import Mention, Said
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.support import Support, word_support
from agent.coach.grounding.vocabulary import same_subject

_SHORTEST_PREFIX: Final = 6
_BETWEEN: Final = re.compile(r"^[ ,:(–\-\"\[]{0,4}")
_NAMED_BEFORE: Final = re.compile(r"[ ,]{0,3}(?:\(|\[|\brule |\(rule |,? ?gate )$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one answer beside what is known."""

    passage: Passage
    mentions: Sequence[Mention]
    knowledge: Knowledge
    known_rules: Mapping[str, str]

    def direction(self, mention: Mention, said: Said) -> Support:
        """Return what supports a direction of its subject."""
        of_subject = [one for one in self.knowledge.directions if self._is_of(said, one)]
        of_subject = self._scoped(of_subject, "timeframe", self._timeframe(mention))
        of_subject = self._scoped(of_subject, "symbol", self._beside(mention, "symbol"))
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

    def status(self, mention: Mention, said: Said) -> Support:
        """Return what supports a status of the decision that is spoken of."""
        symbol, run_id = self._beside(mention, "symbol"), self._beside(mention, "identifier")
        known = [
            one for one in self.knowledge.statuses if said.is_supposed or not one.is_supposed or one.source == USER
        ]
        named = (
            [one for one in known if run_id in (None, one.run_id)] if run_id in {one.run_id for one in known} else known
        )
        named = [one for one in named if symbol is None or one.symbol in (None, symbol)]
        found = [one for one in named if (one.word == said.word) != (one.is_denied != said.is_denied)]
        told = sorted({one.word for one in named if not one.is_denied})
        return word_support(found, f"the decision is {' or '.join(told)}" if told else "no decision is known")

    def rule(self, mention: Mention, said: Said) -> Support:
        """Return what supports citing a rule."""
        name = self.known_rules.get(said.word)
        if name is None:
            return Support(reason=f"there is no rule {said.word}")
        other = self._named_beside(mention)
        if other is not None and other != said.word and self.known_rules[other] != name:
            return Support(reason=f"rule {said.word} is {name}")
        sources = self.knowledge.rules.get(said.word, [])
        if not sources:
            return Support(reason=f"no answer of this thread speaks of rule {said.word}")
        return Support(tuple(dict.fromkeys(sources))[:8])

    def name(self, said: Said) -> Support:
        """Return what supports a symbol, a timeframe, an identifier."""
        sources = self.knowledge.names.get(said.word, [])
        if not sources and said.subject == "id" and len(said.word) >= _SHORTEST_PREFIX:
            begun = (found for name, found in self.knowledge.names.items() if name.startswith(said.word))
            sources = next(begun, [])
        return Support(tuple(dict.fromkeys(sources))[:8], reason="" if sources else f"no answer names {said.word}")

    def _is_of(self, said: Said, known: KnownWord) -> bool:
        if said.subject is None or (known.subject is not None and same_subject(known.subject, said.subject)):
            return True
        return known.subject is None and known.source == USER

    def _scoped(self, known: list[KnownWord], scope: str, named: str | None) -> list[KnownWord]:
        """Keep what is of the named market or chart, where anything known is; what names none stays."""
        if named is None or named not in {getattr(one, scope) for one in known}:
            return known
        return [one for one in known if getattr(one, scope) in (None, named)]

    def _timeframe(self, mention: Mention) -> str | None:
        start, end = self.passage.clause(mention.start)
        inside = [
            one
            for one in self.mentions
            if isinstance(one.said, Said) and one.said.subject == "timeframe" and start <= one.start < end
        ]
        before = [one for one in inside if one.start < mention.start]
        chosen = before[-1] if before else inside[0] if inside else None
        return None if chosen is None or not isinstance(chosen.said, Said) else chosen.said.word

    def _beside(self, mention: Mention, kind: str) -> str | None:
        """Return the symbol or the id named nearest in the clause, None for none."""
        start, end = self.passage.clause(mention.start)
        inside = [
            one
            for one in self.mentions
            if one.kind == kind
            and start <= one.start < end
            and isinstance(one.said, Said)
            and one.said.subject != "timeframe"
        ]
        nearest = min(inside, key=lambda one: abs(one.start - mention.start), default=None)
        return None if nearest is None or not isinstance(nearest.said, Said) else nearest.said.word

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


def _only_user(known: Sequence[KnownWord]) -> bool:
    return all(one.source == USER for one in known)
