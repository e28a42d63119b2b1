"""What is said of an event, a break or a flag must be what is known of that very one."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from agent.coach.grounding.known import KnownEvent
from agent.coach.grounding.looked import Checked, Looked, refused
from agent.coach.grounding.mentions import Mention, Moment, Quantity
from agent.coach.grounding.support import Support

_IMPACT: Final = re.compile(
    r"\b(?P<one>high|medium|low)[- ]impact\b|\bimpact(?: is| was|:) (?P<two>high|medium|low)\b"
    r"|[(,] ?(?P<three>high|medium|low) ?(?=[),]|$)",
    re.IGNORECASE,
)
_CURRENCY: Final = re.compile(r"(?<![\d$€£.] )\b(?P<money>USD|EUR|GBP|JPY|CHF|AUD|NZD|CAD)\b")
_BREAK: Final = re.compile(r"\b(?:BOS|CHoCH)\b", re.IGNORECASE)
_NEAR: Final = 70
_COUNTER: Final = re.compile(r"\bcounter-?trend\b(?! needs)|\bagainst the trend\b", re.IGNORECASE)
_HOLIDAY: Final = re.compile(r"\b(?:is|it's|it is)(?: a)? bank holiday\b", re.IGNORECASE)
_MARKET: Final = re.compile(r"\bmarkets? (?:is|are) (?:now |currently )?(?P<way>open|closed|shut)\b", re.IGNORECASE)
_NOT: Final = re.compile(r"\b(?:not|n't|no(?!,)|neither|nor|never)\b[^.;]{0,16}$", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\b(?:when|if|unless|until|once|because|rule|needs|must be that|called)\b[^.;]{0,40}$", re.IGNORECASE
)
_EITHER: Final = re.compile(r"\bnews is too near, or $", re.IGNORECASE)
"""Before what the news rule's own sentence says may be so instead: it fails for either."""


def wrong_attributes(look: Looked) -> Iterator[Checked]:
    """Yield what is said of one thing and known of another."""
    yield from _events(look)
    yield from _breaks(look)
    yield from _flags(look)


def _events(look: Looked) -> Iterator[Checked]:
    named = [(one, _anchors(one, look.known.events)) for one in look.known.events]
    found = [
        (found.start(), event)
        for event, anchors in named
        for anchor in anchors
        for found in re.finditer(rf"\b{re.escape(anchor)}\b", look.text)
    ]
    places = sorted(found, key=lambda one: one[0])
    in_sentence: dict[int, set[str]] = {}
    for at, event in places:
        in_sentence.setdefault(look.passage.sentence(at)[0], set()).add(event.group)
    for number, (at, event) in enumerate(places):
        start, end = look.passage.sentence(at)
        following = places[number + 1][0] if number + 1 < len(places) else end
        alone = in_sentence[start] == {event.group}
        yield from _of_event(look, event, start if alone else at, min(end, following))


def _anchors(event: KnownEvent, events: Sequence[KnownEvent]) -> list[str]:
    """Return the first word of a title by which no other is known."""
    words = [one for one in re.findall(r"[A-Za-z]{3,}", event.title) if one[0].isupper()]
    words += [one.lower() for one in words if not one.isupper()]
    others = {word for one in events if one.title != event.title for word in re.findall(r"[A-Za-z]{3,}", one.title)}
    first = next((one for one in words if one not in others), None)
    return [] if first is None else [first] if first.isupper() else [first, first.lower()]


def _of_event(look: Looked, event: KnownEvent, start: int, end: int) -> Iterator[Checked]:
    if event.impact is not None:
        for found in _IMPACT.finditer(look.text, start, end):
            word = found.lastgroup or "one"
            if found[word].lower() != event.impact.lower():
                yield refused("identifier", *found.span(word), f"{event.title} is of {event.impact} impact")
    for found in _CURRENCY.finditer(look.text, start, end):
        if event.currency is not None and found["money"] != event.currency and found["money"] not in event.title:
            yield refused("symbol", *found.span("money"), f"{event.title} is an event of {event.currency}")
    for mention, support in look.within(look.found, start, end):
        if _is_of_another(support, event, mention) or _is_other_span(look, event, mention):
            yield mention, Support(reason=f"that is not {event.title}'s")


def _is_of_another(support: Support, event: KnownEvent, mention: Mention) -> bool:
    """Whether a time, or a time until, is known of events and not of this one."""
    if not (isinstance(mention.said, Moment) or mention.kind == "duration") or not support.groups:
        return False
    if isinstance(mention.said, Moment) and (mention.said.date or mention.said.weekday is not None):
        return event.group not in support.groups
    return (
        all(".events." in f".{one}" or "events." in one for one in support.groups) and event.group not in support.groups
    )


def _is_other_span(look: Looked, event: KnownEvent, mention: Mention) -> bool:
    """Whether a time is said to pass until an event, or since, that is not so long."""
    if not isinstance(mention.said, Quantity) or mention.said.unit != "minutes" or event.minutes_until is None:
        return False
    if not _UNTIL.match(look.text, mention.end):
        return False
    return abs(abs(event.minutes_until) - abs(mention.said.value)) > mention.said.quantum


_UNTIL: Final = re.compile(r" (?:ago|away|from now|off|to go)\b")


def _breaks(look: Looked) -> Iterator[Checked]:
    told = list(look.known.directions("break_type"))
    if not told:
        return
    beside = [
        one
        for one in look.found
        if one[1].groups and (isinstance(one[0].said, Moment) or one[0].kind == "price")
    ]  # fmt: skip
    groups_told = {one.group for one in told}
    for found in _BREAK.finditer(look.text):
        start, end = look.passage.clause(found.start())
        first, last = max(start, found.start() - _NEAR), min(end, found.start() + _NEAR)
        near = [one for one in look.within(beside, first, last) if one[1].groups & groups_told]
        own = {one.group for one in told if one.word == found[0].lower()}
        nearest = min(near, key=lambda one: abs(one[0].start - found.start()), default=None)
        if nearest is not None and not nearest[1].groups & own:
            yield refused("identifier", *found.span(), f"what is said of it here was no {found[0]}")


def _flags(look: Looked) -> Iterator[Checked]:
    for pattern, key, must_be_known in ((_COUNTER, "is_counter_trend", False), (_HOLIDAY, "bank_holiday", True)):
        for found in look.claimed(pattern):
            before = look.text[max(0, found.start() - 40) : found.start()]
            if _WHEN.search(before) or (key == "bank_holiday" and _EITHER.search(before)):
                continue
            is_denied = _NOT.search(before) is not None or "n't" in found[0]
            scope = look.scope(*found.span())
            told = [one.is_denied for one in look.known.flags if one.word == key and scope.fits(one.origin)]
            is_wrong = bool(told) and is_denied not in told
            if is_wrong or (must_be_known and not told and not is_denied):
                yield refused("direction", *found.span(), "that is not what is known")
    for found in look.claimed(_MARKET):
        told = [one.is_denied for one in look.known.flags if one.word == "market_open"]
        if told and (found["way"].lower() != "open") not in told:
            yield refused("status", *found.span("way"), "the market is known to be otherwise")
