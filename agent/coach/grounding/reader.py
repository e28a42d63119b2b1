"""Read everything a text claims: the parsers in their order."""

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache
from typing import Final

from agent.coach.grounding.mentions import Mention, Reading, Said
from agent.coach.grounding.moments import read_moments
from agent.coach.grounding.passages import Passage, read_passage
from agent.coach.grounding.quantities import read_quantities, read_ratios, read_timeframes
from agent.coach.grounding.speech import (
    DIRECTION,
    VERDICT,
    read_directions,
    read_identifiers,
    read_rules,
    read_statuses,
    read_symbols,
    verdicts,
)


def read_mentions(
    text: str, known_rules: Mapping[str, str], known_ids: Container[str] = ()
) -> tuple[Passage, list[Mention]]:
    """Return what a text mentions, in its order, with the text as it was read.

    Args:
        text: English prose or Markdown.
        known_rules: names by rule id, to tell `7.2` the rule from 7.2 the number.
        known_ids: identifiers that may be written out.
    """
    passage = read_passage(text)
    reading = Reading(passage)
    read_identifiers(reading, known_ids)
    read_moments(reading)
    read_ratios(reading)
    read_timeframes(reading)
    read_rules(reading, known_rules)
    read_quantities(reading)
    read_statuses(reading)
    read_directions(reading)
    read_symbols(reading)
    reading.settle()
    _leave_names(reading, known_rules)
    judged = _without_names(passage.plain, known_rules)
    found = sorted((*reading.found, *_verdicts(reading, judged)), key=lambda one: (one.start, one.end))
    return passage, found


def _verdicts(reading: Reading, text: str) -> Iterator[Mention]:
    """Yield each verdict with the rule it is said of: those named since the last verdict, else those that follow."""
    clauses: dict[int, list[Mention]] = {}
    for one in reading.found:
        if one.kind == "rule":
            clauses.setdefault(reading.passage.clause(one.start)[0], []).append(one)
    for start, rules in clauses.items():
        yield from _of_clause(text, rules, start, reading.passage.clause(start)[1])


def _of_clause(text: str, rules: list[Mention], start: int, end: int) -> Iterator[Mention]:
    said = list(verdicts(text, start, end))
    rules = sorted(rules, key=lambda one: one.start)
    done, last_chosen = start, list[Mention]()
    for number, (outcome, first, last) in enumerate(said):
        until = said[number + 1][1] if number + 1 < len(said) else end
        before = [one for one in rules if done <= one.start < first]
        after = _right_behind(text, last, [one for one in rules if last <= one.start < until])
        points_on = _points_on(text, first, last)
        chosen = after if (points_on and after) or not before else before
        done = max((one.end for one in after), default=last) if chosen is after else last
        if not chosen and _GOES_ON.search(text, start, first):
            chosen = last_chosen
        chosen, last_chosen = chosen + _likewise(text, last, rules), chosen
        if _GENERAL.search(text, max(start, first - 60), first) and outcome in ("not_evaluated", "deciding"):
            continue
        word = _denied(text, first, outcome)
        for one in chosen:
            rule = one.said.word if isinstance(one.said, Said) else ""
            yield Mention("verdict", first, last, Said(word, subject=rule))


_GENERAL: Final = re.compile(r"\b(?:if|when|whenever|unless|once|where)\b", re.IGNORECASE)
_GOES_ON: Final = re.compile(r"(?:\bfrom\b.{1,40}\bto |→ ?)$", re.IGNORECASE)
_LIKEWISE: Final = re.compile(r",? (?:as|and so|so|just as|like) (?:did|do|does|were|was|are|is) (?:rules? |gates? )?")


def _likewise(text: str, last: int, rules: list[Mention]) -> list[Mention]:
    """Return the rules a verdict is said of by `as did`."""
    found = _LIKEWISE.match(text, last)
    after = [one for one in rules if found is not None and one.start >= found.end()]
    if found is None or not after or after[0].start != found.end():
        return []
    chosen = [after[0]]
    for one in after[1:]:
        if not _JOINED.fullmatch(text, chosen[-1].end, one.start):
            break
        chosen.append(one)
    return chosen


_JOINED: Final = re.compile(r"(?:, | and |, and | \([^)]{1,60}\),? )*")


def _leave_names(reading: Reading, known_rules: Mapping[str, str]) -> None:
    """Leave out the directions in a rule's own name, such as `Buy-side and sell-side liquidity`."""
    names = _directing_names(tuple(known_rules.values()))
    spans = [one.span() for one in names.finditer(reading.passage.plain)] if names is not None else []
    starts = [start for start, _ in spans]
    reading.found[:] = [one for one in reading.found if not (one.kind == "direction" and _inside(one, spans, starts))]


def _inside(mention: Mention, spans: list[tuple[int, int]], starts: list[int]) -> bool:
    place = bisect_right(starts, mention.start) - 1
    return place >= 0 and mention.end <= spans[place][1]


@lru_cache(maxsize=32)
def _directing_names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    telling = [re.escape(one) for one in names if DIRECTION.search(one)]
    return re.compile("|".join(telling), re.IGNORECASE) if telling else None


def _without_names(text: str, known_rules: Mapping[str, str]) -> str:
    """Blank the names of rules that hold a verdict's word themselves, such as `Bias held for the session`."""
    names = _telling_names(tuple(known_rules.values()))
    return text if names is None else names.sub(lambda found: " " * len(found[0]), text)


@lru_cache(maxsize=32)
def _telling_names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    telling = [re.escape(one) for one in names if VERDICT.search(one)]
    return re.compile("|".join(telling), re.IGNORECASE) if telling else None


_LEADING: Final = re.compile(
    r" ?[:(]?(?: |the |us |it |you |this |that |by |on |at |of |because |is |are |was |were |"
    r"rules? |gates? |only |, |and |both |number )*",
    re.IGNORECASE,
)
_OWN_VERB: Final = re.compile(r" (?:would|will|could|did|has|itself)\b")
_NEXT: Final = re.compile(r"[^.;:!?]{0,70}")


def _right_behind(text: str, last: int, rules: list[Mention]) -> list[Mention]:
    """Return the rules a verdict may speak of ahead: the first right behind it, and those listed with that one."""
    if not rules or not _LEADING.fullmatch(text, last, rules[0].start):
        return []
    if _OWN_VERB.match(text, rules[0].end) and not _points_on(text, last, last):
        return []
    chosen = [rules[0]]
    for one in rules[1:]:
        if not _NEXT.fullmatch(text, chosen[-1].end, one.start):
            break
        chosen.append(one)
    return chosen


def _points_on(text: str, first: int, last: int) -> bool:
    """Whether a verdict word speaks of what follows: `because of 7.2`, `blocked by 7.2`, `not met: 7.2`."""
    behind = text[last : last + 6].lower()
    return behind.startswith((" by ", " on ", " at ")) or text[first:last].lower().endswith((" of", " to"))


def _denied(text: str, first: int, outcome: str) -> str:
    before = text[max(0, first - 14) : first].lower()
    if outcome in ("fail", "deciding") and before.endswith(
        (" not ", "n't ", " never ", "not have ", "not been ", "not the ")
    ):
        return f"not_{outcome}"
    if outcome == "pass" and _NEITHER.search(text, max(0, first - 60), first):
        return "fail"
    return outcome


_NEITHER: Final = re.compile(r"\bneither [\w. (),]{1,40}\bnor [^;,]{1,30}$", re.IGNORECASE)
