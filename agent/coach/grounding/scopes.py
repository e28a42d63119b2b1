"""Whose a claim is: the market, decision and profile it names, and whether it says what is, would be, or was said."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from agent.coach.grounding.known import Origin
from agent.coach.grounding.mentions import Mention, Said
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.tables import Tables

_BUNDLED: Final = ("strict", "relaxed")
_WOULD: Final = re.compile(
    r"\b(?:would|wouldn't|could|might|if|unless|suppos(?:e|es|ed|ing)|what[- ]if|hypothetical(?:ly)?|assum(?:e|ed|ing)"
    r"|imagin(?:e|ing)|in that (?:case|scenario)|becomes?|instead of|rather than|(?:goes|go|turns?|moves?) from"
    r"|even with|with no|come out differently|comes out differently|what changes"
    r"|from (?:pass|fail|not[ _]evaluated) to)\b|'d\b",
    re.IGNORECASE,
)
_CONTRAST: Final = re.compile(r"\b(?:instead of|rather than|and is|as recorded|not the|today|now)\b", re.IGNORECASE)
_FARTHEST: Final = 600
"""How far behind a supposition, in characters, its line may go on to say what would be."""
_AS_IT_IS: Final = re.compile(
    r"\b(?:now|today|currently|actual(?:ly)?|in fact|recorded|as it stands|at present|is still|remains)\b",
    re.IGNORECASE,
)
_UNDER: Final = r"\bunder (?:the |your |a )?(?:{profiles})\b"
_WOULD_BE: Final = re.compile(
    r"(?:\bwould|'d)(?: still| then| now| also)?(?: (?:be|have been|become|turn into|give|come out as)"
    r"(?: a| an)?)?[ *\"]*$",
    re.IGNORECASE,
)
_THEIRS: Final = re.compile(
    r"\byou(?:'ve| have| had)?(?: just| also)? (?:said|say|asked?|want(?:ed)?|mention(?:ed)?|wrote|named?|quoted?"
    r"|suggest(?:ed)?|think|thought|meant?|propos(?:ed?)|gave|were asking|are asking|expect(?:ed)?|hoped?|call(?:ed)?"
    r"|typed|put|set|chose|picked)\b|\byour (?:question|message|words|idea|own)\b|^[ \t]*>",
    re.IGNORECASE,
)
_YOU: Final = re.compile(r"\byou(?:r|rs|'d|'re|'ve|'ll)?\b|^[ \t]*>", re.IGNORECASE)
_OF: Final = re.compile(r"[\"'*)]{0,2} ?\(?(?:(?:on|for|in|under|by|with|of|from) (?:the )?)?[\"*]{0,2}")
_Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose a claim is.

    Attributes:
        symbol: of the market it names; None for none.
        run_id: of the decision, as far as it is written out.
        profile: of the rulebook.
        supposes: whether its sentence says what would be.
        would_be: whether right before it stands that it would be so.
        is_theirs: whether its sentence says that the user said it, or asks.
        speaks_to_them: whether its sentence speaks of the user's own.
    """

    symbol: str | None = None
    run_id: str | None = None
    profile: str | None = None
    supposes: bool = False
    would_be: bool = False
    is_theirs: bool = False
    speaks_to_them: bool = False

    def fits(self, origin: Origin) -> bool:
        """Whether a value of an origin is of what the claim names; what names none fits."""
        if origin.nature == "supposed" and not self.supposes:
            return False
        return (
            (self.symbol is None or origin.symbol in (None, self.symbol))
            and (self.profile is None or origin.profile in (None, self.profile))
            and (self.run_id is None or origin.run_id is None or origin.run_id.startswith(self.run_id))
        )

    def is_named(self, origin: Origin) -> bool:
        """Whether the claim names the very market or profile a value is of."""
        return (self.symbol is not None and origin.symbol == self.symbol) or (
            self.profile is not None and origin.profile == self.profile
        )


@dataclass(slots=True)
class Scopes:
    """Finds whose each claim of an answer is."""

    passage: Passage
    mentions: Sequence[Mention]
    profiles: frozenset[str]
    known_runs: frozenset[str]
    tables: Tables = field(init=False)
    _spans: dict[str, list[_Span]] = field(init=False)
    _under: re.Pattern[str] = field(init=False)
    _manners: dict[int, Scope] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Find what is named."""
        names = sorted({*self.profiles, *_BUNDLED}, key=len, reverse=True)
        either = "|".join(re.escape(one) for one in names)
        named = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)
        self.tables = Tables(self.passage.written)
        self._under = re.compile(_UNDER.format(profiles=either), re.IGNORECASE)
        by_name = {one.lower(): one for one in names}
        self._spans = {
            "symbol": self._of_kind("symbol"),
            "run_id": [one for one in self._of_kind("identifier") if self._is_run(one[2])],
            "profile": [
                (one.start(), one.end(), by_name[one[0].lower()]) for one in named.finditer(self.passage.plain)
            ],
        }

    def of(self, mention: Mention) -> Scope:
        """Return whose a claim is."""
        start, end = self.passage.sentence(mention.start)
        if start not in self._manners:
            self._manners[start] = self._manner(start, end)
        would_be = _WOULD_BE.search(self.passage.plain, max(start, mention.start - 40), mention.start) is not None
        return replace(
            self._manners[start],
            symbol=self.named("symbol", mention),
            run_id=self.named("run_id", mention),
            profile=self.named("profile", mention),
            would_be=would_be,
        )

    def _manner(self, start: int, end: int) -> Scope:
        """Return how a sentence speaks: of what would be, of what the user said, or asking."""
        asks = self.passage.plain[start:end].rstrip(" \n\"')").endswith("?")
        return Scope(
            supposes=self._supposes(start, end),
            is_theirs=asks or self._found(_THEIRS, start, end),
            speaks_to_them=asks or self._found(_YOU, start, end),
        )

    def _supposes(self, start: int, end: int) -> bool:
        """Whether a sentence says what would be, or goes on in the line of one that does."""
        if self._found(_WOULD, start, end) or self._found(self._under, start, end):
            return True
        line = max(self.passage.plain.rfind("\n", max(0, start - _FARTHEST), start) + 1, start - _FARTHEST)
        return line < start and self._found(_WOULD, line, start) and not self._found(_AS_IT_IS, start, end)

    def named(self, kind: str, mention: Mention) -> str | None:
        """Return what a claim names: in its column or row, right behind it, before it, or elsewhere in its sentence."""
        spans = self._spans[kind]
        if not spans:
            return None
        if kind == "profile" and self._is_contrasted(spans, mention):
            return None
        cell = self.tables.cell(mention.start)
        if cell is not None:
            column, row = self._within(spans, *cell.head), self._within(spans, *cell.row)
            own = self._within(spans, cell.start, cell.end) or column or row
            return own[0][2] if own else None
        sentence, clause = self.passage.sentence(mention.start), self.passage.clause(mention.start)
        behind = self._within(spans, mention.end, sentence[1])[:1]
        if behind and behind[0][0] - mention.end < 14:
            between = self.passage.plain[mention.end : behind[0][0]]
            if _OF.fullmatch(between) and between.strip(" \"'*)"):
                return behind[0][2]
        for first, last in (clause, sentence):
            inside = self._within(spans, first, last)
            before = [one for one in inside if one[0] <= mention.start]
            if inside:
                return before[-1][2] if before else inside[0][2]
        return None

    def _is_contrasted(self, spans: list[_Span], mention: Mention) -> bool:
        """Whether `instead of` or its like stands between the profile that is named and a claim."""
        start, _ = self.passage.sentence(mention.start)
        before = self._within(spans, start, mention.start)
        return bool(before) and self._found(_CONTRAST, before[-1][1], mention.start)

    def _of_kind(self, kind: str) -> list[_Span]:
        return sorted(
            (one.start, one.end, one.said.word)
            for one in self.mentions
            if one.kind == kind and isinstance(one.said, Said) and one.said.subject != "timeframe"
        )

    def _is_run(self, word: str) -> bool:
        return any(one.startswith(word) for one in self.known_runs)

    def _within(self, spans: list[_Span], first: int, last: int) -> list[_Span]:
        return spans[bisect_left(spans, (first,)) : bisect_left(spans, (last,))]

    def _found(self, pattern: re.Pattern[str], start: int, end: int) -> bool:
        return pattern.search(self.passage.plain, start, end) is not None
