"""A checked answer, for those who look whether its claims agree with each other and with what is known beside them."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.coach.grounding.claims import Kind
from agent.coach.grounding.mentions import Mention, Moment, Quantity, Said
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.pieces import Known
from agent.coach.grounding.scopes import Scope, Scopes
from agent.coach.grounding.support import Support

Checked = tuple[Mention, Support]


@dataclass(frozen=True)
class Looked:
    """An answer whose claims have their support."""

    passage: Passage
    found: Sequence[Checked]
    known: Known
    scopes: Scopes

    @property
    def text(self) -> str:
        """The answer as it is read."""
        return self.passage.plain

    @cached_property
    def moments(self) -> list[Checked]:
        """The times it says, in their order."""
        return [one for one in self.found if isinstance(one[0].said, Moment)]

    @cached_property
    def numbers(self) -> list[Checked]:
        """The numbers it says, in their order."""
        return [one for one in self.found if isinstance(one[0].said, Quantity)]

    @cached_property
    def rules(self) -> list[Checked]:
        """The rules it cites, in their order."""
        return [one for one in self.found if one[0].kind == "rule"]

    def scope(self, start: int, end: int) -> Scope:
        """Return whose something said at a place is."""
        return self.scopes.of(Mention("number", start, end, Said("")))

    def within(self, those: Sequence[Checked], start: int, end: int) -> list[Checked]:
        """Return those that begin between two places."""
        return list(those[bisect_left(those, start, key=_begins) : bisect_left(those, end, key=_begins)])

    def claimed(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield what a pattern finds, but in questions and in what is only supposed."""
        for one in pattern.finditer(self.text):
            start, end = self.passage.sentence(one.start())
            asks = self.text[max(start, end - 8) : end].rstrip(" \n\"')").endswith("?")
            if not asks and not self.scope(one.start(), one.end()).supposes:
                yield one


def _begins(one: Checked) -> int:
    return one[0].start


def refused(kind: Kind, start: int, end: int, reason: str) -> Checked:
    """Return an unsupported claim."""
    return Mention(kind, start, end, Said("untrue")), Support(reason=reason)
