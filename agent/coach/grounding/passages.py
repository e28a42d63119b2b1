"""Text as the parsers read it: the same length as what was written, its typography made plain, its sentences known."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_PLAIN: Final = str.maketrans(
    {
        "−": "-", "‐": "-", "‑": "-", "–": "–", "—": "–", "‒": "–",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\t": " ",
        "“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "`": " ", "*": " ", "|": ",", "\r": " ",
        "∶": ":", "：": ":", "％": "%",
    }
)  # fmt: skip
_NUMBERED: Final = re.compile(r"^[ >#]{0,8}(?:[-+] {1,3})?(\d{1,2})[.)] ", re.MULTILINE)
_LABELLED: Final = re.compile(r"\b(?:step|option|scenario|reason|item|part) (\d{1,2})\b(?![.:]\d)", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?]+[\"')\]]{0,3}(?=\s|$)|\n|;")
_CLAUSE_END: Final = re.compile(r",? \b(?:but|while|whereas|although|though|yet|however)\b|\s–\s", re.IGNORECASE)
_NOT_AN_END: Final = re.compile(r"(?:\b(?:e\.g|i\.e|vs|approx|incl|no|a\.m|p\.m)|\b(?-i:[A-QS-Z]))$", re.IGNORECASE)
_TERMS: Final = (
    re.compile(r"\b(?:ICT )?2022(?=(?: ICT)? (?:model|mentorship|entry))|(?<=ICT )2022\b", re.IGNORECASE),
    re.compile(
        r"\b(?:FVG|gap|CE|consequent encroachment|mean threshold|equilibrium|midpoint)s?"
        r"(?:'s)? (?:at |of |is |\()?(0\.50?|50 ?%)(?![\d.])",
        re.IGNORECASE,
    ),
    re.compile(r"\bOTE(?: (?:zone|band|range|at|of|from|is|sweet spot|\()){0,3} (0\.62|0\.705|0\.79)(?!\d)"),
    re.compile(r"(?<=\d)(?: ?/ ?| of | out of (?:a possible )?)10\b(?! ?(?:rules|gates|facts|%))(?!\.\d)"),
    re.compile(r"\b(24/7|24/5)\b"),
    re.compile(r"\b\d{1,2} o'clock(?= (?:silver|macro))"),
    re.compile(r"\b(?:three|3)-(?:candle|bar)\b", re.IGNORECASE),
    re.compile(r"\b(?:S&P|SP) ?500\b|\bNasdaq[- ]?100\b|\bDow ?30\b|\bRussell ?2000\b", re.IGNORECASE),
)
"""The method's own names and constants: a number in one of them says nothing of this market."""


@dataclass(frozen=True)
class Passage:
    """A text to be read.

    Attributes:
        written: the text as it came.
        plain: the same length; dashes, quotes, blanks and emphasis made plain, list numbers and names blanked.
    """

    written: str
    plain: str

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Where sentences begin, ascending."""
        ends = (end for end in _SENTENCE_END.finditer(self.plain))
        return [
            0,
            *(end.end() for end in ends if not _NOT_AN_END.search(self.plain[max(0, end.start() - 8) : end.start()])),
        ]

    @cached_property
    def clause_starts(self) -> list[int]:
        """Where clauses begin, ascending; every sentence begins one."""
        inside = (end.end() for end in _CLAUSE_END.finditer(self.plain))
        return sorted({*self.sentence_starts, *inside})

    def sentence(self, at: int) -> tuple[int, int]:
        """Return where the sentence around a position begins and ends."""
        return _around(self.sentence_starts, at, len(self.plain))

    def clause(self, at: int) -> tuple[int, int]:
        """Return where the clause around a position begins and ends."""
        return _around(self.clause_starts, at, len(self.plain))


def read_passage(text: str) -> Passage:
    """Make a text ready for the parsers; linear in its length."""
    plain = text.translate(_PLAIN)
    plain = _without_numbering(plain)
    for term in _TERMS:
        plain = term.sub(lambda found: _blanked(found), plain)
    return Passage(text, plain)


def _without_numbering(text: str) -> str:
    """Blank the numbers of lists that count 1, 2, 3: any other number at a line's start is a claim."""
    expected, kept, done = 1, [], 0
    for found in sorted((*_NUMBERED.finditer(text), *_LABELLED.finditer(text)), key=lambda one: one.start()):
        number = int(found[1])
        if number in (1, expected) and found.start() >= done:
            kept += [text[done : found.start(1)], " " * len(found[1]), " "]
            done, expected = min(found.end(1) + 1, len(text)), number + 1
    return ("".join(kept) + text[done:])[: len(text)]


def _blanked(found: re.Match[str]) -> str:
    """Keep the words of a term, and its length; only its digits go."""
    return re.sub(r"[\d.%/]", " ", found[0])


def _around(starts: list[int], at: int, length: int) -> tuple[int, int]:
    place = bisect_right(starts, at)
    return starts[place - 1], starts[place] if place < len(starts) else length
