"""Whether an answer agrees with itself: what is above what, one time in two zones, how many are listed, from-to."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final

from agent.coach.grounding.looked import Checked, Looked, refused
from agent.coach.grounding.mentions import Mention, Moment, Quantity, Said
from agent.coach.grounding.support import Support
from agent.coach.grounding.vocabulary import stem

_SIDE: Final = re.compile(
    r"\b(?P<side>above|below|under|beneath|higher than|lower than)\b(?! ?(?:,|at\b|:))", re.IGNORECASE
)
_OVER: Final = ("above", "higher than")
_ROLE: Final = re.compile(
    r"\b(?:(?P<entry>entry)|(?P<stop>stop(?:[- ]loss)?)|(?P<target>target)|(?P<invalidation>invalidation)"
    r"|(?P<close>price|last close))\b",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"[)\s,]*(?:(?:is|was|are|lies|sits|stands|closed|closes|trades|trading|which|that|i\.e\.|well|just|far|clearly|"
    r"comfortably|about|roughly|level|at|of|still|now|\(?-?\d[\d.]*(?![\d.])\)?|pips?|points|ticks|ATR)[\s,)]*)*",
    re.IGNORECASE,
)
_TO: Final = re.compile(
    r"(?:the|its|an?|entry|stop(?:[- ]loss)?|target|equilibrium|invalidation(?: point)?|price|level|of|at|is|was"
    r"|which|midpoint|last close|[\s,(])*",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"\b(?P<side>above|over|below|under) (?:the|its) (?:\w+ )?(?:dealing )?range \(? ?(?P<pct>-?\d[\d.]*) ?%",
    re.IGNORECASE,
)
_SAME: Final = re.compile(r"[ ,]{0,2}(?:\(|/|=|– )? ?(?:i\.e\.,? |that's |that is |which is |or )?")
_OPENED: Final = re.compile(r"[:(]")
_PARTIAL: Final = re.compile(r"\b(?:including|such as|e\.g|for example|for instance|among|like)\b", re.IGNORECASE)
_MOST_LISTED: Final = 6
_FROM: Final = re.compile(r"(?:\bfrom|:|\bof) (?:just |about |a )?$", re.IGNORECASE)
_FROM_TO: Final = re.compile(r"(?: [A-Za-z]+)? (?:to|→|->) (?:just |about |a )?")
_BEFORE: Final = re.compile(r"(?:^|[:.])(?:decision|before|now)(?:\.|$)")
_AFTER: Final = re.compile(r"(?:^|[:.])(?:other|would_be|after|becomes)(?:\.|$)")
_WEIGHT: Final = re.compile(
    r"(?P<rule>\b\d{1,2}(?:\.\d{1,2}){0,2})\)?(?: gives| gave| scores?| earns?| adds?| contributes?|:)? "
    r"(?P<points>\d)\b(?! ?(?:%|R\b|\.\d|pips|bars|ATR|minutes))"
)


def disagreements(look: Looked) -> Iterator[Checked]:
    """Yield what the answer itself, or what is known of the same, gainsays."""
    yield from _sides(look)
    yield from _ranges(look)
    yield from _zones(look)
    yield from _from_to(look)
    yield from _without_width(look)


def _sides(look: Looked) -> Iterator[Checked]:
    for found in look.claimed(_SIDE):
        start, end = look.passage.sentence(found.start())
        left, right = _left(look, start, found.start()), _right(look, found.end(), end)
        if left is None or right is None or left == right:
            continue
        if (left > right) != (found["side"].lower() in _OVER):
            yield refused("direction", *found.span("side"), f"{left:f} is not {found['side'].lower()} {right:f}")


def _ranges(look: Looked) -> Iterator[Checked]:
    for found in look.claimed(_RANGE):
        percent, over = Decimal(found["pct"]), found["side"].lower() in ("above", "over")
        if (percent < 0 and over) or (percent > 100 and not over):
            yield refused("direction", *found.span("side"), f"{percent} % of a range is not {found['side']} it")


def _left(look: Looked, start: int, at: int) -> Decimal | None:
    """Return the price that something is said to be above or below of: the nearest number or named price before."""
    prices = [one for one in look.within(look.numbers, start, at) if _is_price(one[0])]
    roles = list(_ROLE.finditer(look.text, start, at))
    number = prices[-1][0] if prices else None
    role = roles[-1] if roles else None
    if number is not None and _LINK.fullmatch(look.text, number.end, at) and isinstance(number.said, Quantity):
        return number.said.value
    if role is not None and _LINK.fullmatch(look.text, role.end(), at):
        return _of_role(look, role.lastgroup or "")
    return None


def _right(look: Looked, at: int, end: int) -> Decimal | None:
    prices = [one for one in look.within(look.numbers, at, end) if _is_price(one[0])]
    if prices and _TO.fullmatch(look.text, at, prices[0][0].start) and isinstance(prices[0][0].said, Quantity):
        return prices[0][0].said.value
    role = _ROLE.search(look.text, at, min(end, at + 14))
    return _of_role(look, role.lastgroup or "") if role else None


def _of_role(look: Looked, role: str) -> Decimal | None:
    """Return the one price known in a role, None where there are several."""
    found = {
        number.value
        for piece in look.known.pieces
        for number in piece.numbers.known
        if number.role == role and number.origin.nature == "told" and number.units == {None}
    }
    return next(iter(found)) if len(found) == 1 else None


def _is_price(mention: Mention) -> bool:
    said = mention.said
    return isinstance(said, Quantity) and said.unit is None and len(str(abs(int(said.value / said.quantum)))) >= 4


def _zones(look: Looked) -> Iterator[Checked]:
    """Yield the second of two times that are said to be one, where no known time is both."""
    for (first, one), (last, other) in pairwise(look.moments):
        between = look.text[first.end : last.start]
        said = (first.said, last.said)
        if len(between) > 14 or not _SAME.fullmatch(between) or not (between.strip() and one.groups and other.groups):
            continue
        zones = {each.zone for each in said if isinstance(each, Moment)}
        if len(zones) == 2 and not one.groups & other.groups:
            yield refused("time", last.start, last.end, "the two times beside each other are not the same")


def _from_to(look: Looked) -> Iterator[Checked]:
    """Yield the second of two values that are said to have changed the other way about."""
    for (first, one), (last, other) in pairwise(look.numbers):
        between = look.text[first.end : last.start]
        if not _FROM_TO.fullmatch(between) or not _FROM.search(look.text[max(0, first.start - 12) : first.start]):
            continue
        if _is_only(one, _AFTER, _BEFORE) and _is_only(other, _BEFORE, _AFTER):
            yield refused(last.kind, last.start, last.end, "it changed the other way about")


def _without_width(look: Looked) -> Iterator[Checked]:
    """Yield the second end of a range whose ends are the same."""
    for (first, _), (last, _) in pairwise(look.numbers):
        is_range = look.text[first.end : last.start].strip() in ("–", "-")
        if is_range and _is_price(first) and _is_price(last) and _value(first) == _value(last):
            yield refused(last.kind, last.start, last.end, "a range has two ends")


def _value(mention: Mention) -> Decimal | None:
    return mention.said.value if isinstance(mention.said, Quantity) else None


def _is_only(support: Support, this: re.Pattern[str], other: re.Pattern[str]) -> bool:
    return any(this.search(one) for one in support.sources) and not any(other.search(one) for one in support.sources)


def counted_lists(look: Looked) -> Iterator[Checked]:
    """Yield how many rules are said to be listed, with the support of the list or without."""
    for mention, _ in look.numbers:
        said = mention.said
        if not isinstance(said, Quantity) or not said.nouns & {stem("gates"), stem("rules")}:
            continue
        if said.value > _MOST_LISTED or said.unit is not None:
            continue
        _, end = look.passage.sentence(mention.start)
        opened = _OPENED.search(look.text, mention.end, end)
        if opened is None or _PARTIAL.search(look.text, mention.start, end):
            continue
        listed = look.within(look.rules, opened.end(), end)
        if not listed or any(one.kind == "verdict" for one, _ in look.within(look.found, opened.end(), end)):
            continue
        sources = tuple(source for _, support in listed for source in support.sources[:1])
        if len({_word(one) for one, _ in listed}) == said.value and sources:
            yield mention, Support(sources[:8])
        else:
            yield mention, Support(reason=f"{len(listed)} are listed")


def wrong_weights(look: Looked) -> Iterator[Checked]:
    """Yield points that are said of a rule, and known to be others; and those that are known so."""
    told: dict[str, set[str]] = {}
    for rule, points in look.known.weights:
        told.setdefault(rule, set()).add(points)
    if not told:
        return
    rules = {one.start for one, _ in look.rules}
    numbers = {one.start: one for one, _ in look.numbers}
    for found in _WEIGHT.finditer(look.text):
        mention = numbers.get(found.start("points"))
        if mention is None or found.start("rule") not in rules | set(numbers):
            continue
        if found["points"] in told.get(found["rule"], ()):
            yield mention, Support((look.known.rule(found["rule"])[0],))
        elif told:
            yield mention, Support(reason=f"rule {found['rule']} is not known to give so many")


def _word(mention: Mention) -> str:
    return mention.said.word if isinstance(mention.said, Said) else ""
