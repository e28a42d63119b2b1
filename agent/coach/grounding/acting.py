"""Finds where an answer speaks of acting on a market: every mention counts, outside the forms known as safe."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent.coach.grounding import acting_words as words
from agent.coach.grounding.markets_named import MarketsNamed, markets_named
from agent.coach.grounding.plain_words import plain_words

_SENTENCE_END: Final = re.compile(r"[.!?]+[\"')\]]{0,3}(?=\s|$)|\n|;")
_CLAUSE_END: Final = re.compile(
    r"[,:()|]|\s-\s|\b(?:but|so|then|(?<!not )yet|however|though|although|while|whereas|still|because|and|since)\b",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"^(?:,? ?(?:and|or|nor)?,? ?)(?:to |going |being )?(?:\w+ing|or|nor)\b", re.IGNORECASE)
_OR_BEHIND: Final = re.compile(r",? (?:or|nor)\b", re.IGNORECASE)
_VERB_FOLLOWS: Final = re.compile(
    r"^\s(?:it|now|here|at market|this|anyway|that|them|immediately|today)\b", re.IGNORECASE
)
_ARTICLE: Final = re.compile(r"\b(?:an?|the|any|this|no)\s$", re.IGNORECASE)
_LONG: Final = re.compile(
    r"\b(?:buy|buying|buys|long|longs|bulls?|buyers?|lift(?:ing)? the offer|kauf\w*|achet\w+|compr\w+)\b"
)
_SHORT: Final = re.compile(
    r"\b(?:sell|selling|sells|short|shorting|shorts|bears?|sellers?|hit(?:ting)? the bid|verkauf\w*|vend\w+)\b"
)
_LONGEST: Final = 1_000
"""Characters of a sentence that are read together: more than anybody writes, and a bound of the work."""
_DATED: Final = re.compile(r"\d\d:\d\d|\d{4}-\d\d-\d\d")
_QUOTED: Final = re.compile(r'"([^"\n]{1,300})"')


@dataclass(frozen=True, slots=True)
class Acted:
    """One mention of acting that no safe form excuses.

    Attributes:
        text: the words.
        directions: ``long`` and ``short``, as its sentence names them; empty where it names none.
        markets: what its sentence names, else the whole answer.
    """

    text: str
    directions: frozenset[str]
    markets: MarketsNamed


def acting(answer: str, asked: str = "", titles: Sequence[str] = ()) -> tuple[Acted, ...]:
    """Return where an answer speaks of acting on a market, at most one a sentence, in the order it is said.

    Args:
        answer: what the model said.
        asked: the user's last question: a bare yes to one about acting is such a mention.
        titles: of scheduled events; one that is quoted in a line with its time is somebody else's text.
    """
    written = plain_words(answer)
    known = {plain_words(title) for title in titles}
    plain = _QUOTED.sub(lambda found: _without_title(found, written, known), written)
    sentences = _sentences(plain)
    everywhere = markets_named(plain)
    found = []
    asks = bool(asked) and _mentions_acting(plain_words(asked))
    for number, sentence in enumerate(sentences):
        text = _taken_out(sentence)
        said = next(_advised(text, sentences[number + 1 : number + 3]), None)
        if said is not None:
            found.append(_acted(said, sentence, everywhere))
        if number == 0 and asks and words.ONLY_AFFIRMED.match(sentence):
            found.append(_acted(sentence.strip(), plain_words(asked), everywhere))
    return tuple(found)


def _acted(said: str, sentence: str, everywhere: MarketsNamed) -> Acted:
    lowered = words.HARMLESS.sub(" ", sentence).lower()
    sides = (("long", _LONG), ("short", _SHORT))
    directions = frozenset(side for side, pattern in sides if pattern.search(lowered))
    named = markets_named(sentence)
    return Acted(said, directions, named if named.is_any else everywhere)


def _sentences(plain: str) -> list[str]:
    parts, done = [], 0
    for end in _SENTENCE_END.finditer(plain):
        parts.append(plain[done : end.end()])
        done = end.end()
    whole = (one for one in (*parts, plain[done:]) if one.strip())
    return [one[at : at + _LONGEST] for one in whole for at in range(0, len(one), _LONGEST)]


def _taken_out(sentence: str) -> str:
    """Take out what only looks like acting."""
    text = words.HARMLESS.sub(lambda found: " _ ", sentence)
    return words.RESTING_ORDERS.sub(
        lambda found: found[0] if words.PLACING.search(text[: found.start()]) else " _ ", text
    )


def _mentions_acting(text: str) -> bool:
    return words.ACTING.search(_taken_out(text)) is not None


def _advised(sentence: str, following: Sequence[str]) -> Iterator[str]:
    """Yield the mentions of a sentence that stand in no safe form."""
    for found in words.ACTING.finditer(sentence):
        if not _is_safe(sentence, found, following):
            yield found[0]


def _is_safe(sentence: str, found: re.Match[str], following: Sequence[str]) -> bool:
    if sentence.rstrip(" \"')").endswith("?"):
        return words.SUGGESTED.search(sentence) is None and not (following and words.AFFIRMED.match(following[0]))
    return any(form(sentence, found, following) for form in (_denied, _of_record, _needed, _quoted, _defined))


def _clause(sentence: str, found: re.Match[str]) -> tuple[str, str]:
    """Return what stands before a mention in its clause, and in the clause before that."""
    bounds = [0, *(end.end() for end in _CLAUSE_END.finditer(sentence, 0, found.start()))]
    before = sentence[bounds[-2] : bounds[-1]] if len(bounds) > 1 else ""
    return sentence[bounds[-1] : found.start()], before


def _denied(sentence: str, found: re.Match[str], following: Sequence[str]) -> bool:
    if words.REVERSED.search(sentence):
        return False
    head, before = _clause(sentence, found)
    if words.DENIED.search(head):
        return True
    if words.DENIED_BEHIND.match(sentence, found.end()) or words.DENIED_BEHIND.search(sentence[found.end() :]):
        is_noun = _ARTICLE.search(head) is not None or found[0].lower().endswith("ing")
        return is_noun or not _VERB_FOLLOWS.match(sentence[found.end() :])
    is_listed = _JOINED.match(head.lstrip() + found[0]) is not None
    is_listed |= not head.strip() and _OR_BEHIND.match(sentence[found.end() :]) is not None
    return is_listed and words.DENIED.search(before) is not None


def _of_record(sentence: str, found: re.Match[str], following: Sequence[str]) -> bool:
    if _VERB_FOLLOWS.match(sentence[found.end() :]):
        return False
    front, behind = sentence[: found.start()], sentence[found.end() :]
    if words.LABELLED.search(front):
        return True
    if words.METHOD.search(front) and words.CHARTED.match(behind):
        return True
    if words.ROW.match(sentence) and words.CELL_ENDS.search(front) and words.CELL_BEGINS.match(behind):
        return True
    head, _ = _clause(sentence, found)
    return words.TOLD_OF_RECORD.search(head) is not None and words.JUDGED.search(head) is None


def _needed(sentence: str, found: re.Match[str], following: Sequence[str]) -> bool:
    """Whether it is said what a trade would need, or would have."""
    head, _ = _clause(sentence, found)
    if words.PAST_HYPOTHETICAL.search(head) or words.PAST_TRADE.search(head):
        return True
    if words.NO_CONDITION.search(sentence) or words.URGED.search(sentence):
        return False
    if words.NEEDED.search(head) and words.NEEDS.match(sentence[found.end() :]) is not None:
        return True
    return words.CONDITION.search(sentence) is not None and words.HYPOTHETICAL.search(sentence) is not None


def _quoted(sentence: str, found: re.Match[str], following: Sequence[str]) -> bool:
    """Whether it is the user's own words, told of and turned down."""
    told = words.ATTRIBUTED.search(sentence)
    if told is None or words.REVERSED.search(sentence):
        return False
    bounds = [end.start() for end in _CLAUSE_END.finditer(sentence, min(told.end(), found.start()), found.start())]
    if told.start() < found.start() and bounds and '"' not in sentence[told.start() : found.start()]:
        return False
    rest = " ".join((sentence[found.end() :], *following[:1]))
    return words.TURNED_DOWN.search(rest) is not None


def _defined(sentence: str, found: re.Match[str], following: Sequence[str]) -> bool:
    return words.DEFINED.search(sentence) is not None and words.ADDRESSED.search(sentence) is None


def _without_title(found: re.Match[str], written: str, titles: set[str]) -> str:
    """Take a quoted title of a scheduled event out of the line that says when it is."""
    start = max(written.rfind("\n", 0, found.start()) + 1, found.start() - _LONGEST)
    return '"_"' if found[1] in titles and _DATED.search(written, start, found.start()) else found[0]
