"""What a sentence of an answer tells of its own claims: whose rules they are, which chart, which instant."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from agent.coach.grounding.known import KnownNumber, instant_of
from agent.coach.grounding.mentions import Mention, Moment, Said
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.places import Place

_OF_A_CLOCK: Final = "new_york"


def owners_of(passage: Passage, mentions: Sequence[Mention]) -> dict[int, frozenset[str]]:
    """Return the rules each sentence cites; a text that begins with one rule's number is all about it."""
    found: dict[int, set[str]] = {}
    for one in mentions:
        if one.kind == "rule" and isinstance(one.said, Said):
            found.setdefault(passage.sentence(one.start)[0], set()).add(one.said.word)
    first = next((one for one in mentions if one.kind == "rule"), None)
    if first is not None and passage.plain[: first.start].strip(" [(") == "" and isinstance(first.said, Said):
        found.setdefault(-1, {first.said.word})
    return {start: frozenset(rules) for start, rules in found.items()}


def timeframe_of(mentions: Sequence[Mention], start: int, end: int) -> str | None:
    """Return the one timeframe a clause names, None for none or several."""
    named = {
        one.said.word
        for one in mentions
        if start <= one.start < end and isinstance(one.said, Said) and one.said.subject == "timeframe"
    }
    return next(iter(named)) if len(named) == 1 else None


def in_minutes(number: KnownNumber) -> KnownNumber:
    """Return a duration in minutes."""
    for unit, size in (("hours", 60), ("days", 1440), ("seconds", Decimal(1) / 60)):
        if unit in number.units:
            return replace(number, value=number.value * size, units=(number.units - {unit}) | {"minutes"})
    return number


def instant_said(said: Moment, place: Place) -> int | None:
    """Return the UTC epoch second of a time with its date, None without."""
    return instant_of(said, said.zone or "UTC") if said.date is not None else None


def clock_said(said: Moment, place: Place) -> Moment | None:
    """Return what was said, in New York's zone where the key names it."""
    if said.zone is None and _OF_A_CLOCK in place.path:
        return replace(said, zone="America/New_York")
    return said
