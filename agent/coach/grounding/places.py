"""Where in an answer a value stands, whose it is, and who may have written it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from agent.coach.grounding.known import NOBODYS, Origin
from agent.coach.grounding.vocabulary import stems

_FOREIGN: Final = ("title", "words", "source", "notes", "note", "symbol", "name", "profile", "extends", "label")
"""Texts somebody else may have written: what they say of verdicts, directions, statuses and prices is no evidence."""
_SUPPOSED_KEYS: Final = ("would_be", "supposed")
_WITHOUT_MARKET: Final = ("session_now", "economic_events", "read_session")
"""Answers of the clock and the calendar: the market they were asked for tells whose events, not whose numbers."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an answer a value stands.

    Attributes:
        call_id: of the tool's call.
        path: keys and numbers from the top, joined by dots.
        group: path of the object or row around it.
        words: stems of the path, the tool's name and the labels beside it.
        rules: the rules it belongs to.
        origin: whose decision it is of.
        changed: whose is what stands under `before` and under `after`.
        is_foreign: whether somebody else may have written it.
        is_without_market: whether the symbol it was asked for says nothing of its values.
    """

    call_id: str
    path: str
    group: str
    words: frozenset[str]
    rules: frozenset[str] = frozenset()
    origin: Origin = NOBODYS
    changed: tuple[Origin, Origin] | None = None
    is_foreign: bool = False
    is_without_market: bool = False
    timeframe: str | None = None
    role: str | None = None
    depth: int = 0

    @property
    def source(self) -> str:
        """The place as a claim names it."""
        return f"{self.call_id}:{self.path}" if self.path else self.call_id

    def under(self, key: str) -> "Place":
        """Return the place of a value under a key."""
        path = f"{self.path}.{key}" if self.path else key
        origin = self.origin
        if key in _SUPPOSED_KEYS:
            origin = replace(self.changed[1] if self.changed else origin, nature="supposed")
        elif self.changed and key in ("before", "after"):
            origin = self.changed[key == "after"]
        return replace(
            self,
            path=path,
            words=self.words | stems(key.replace("_", " ")),
            origin=origin,
            is_foreign=self.is_foreign or key in _FOREIGN,
            depth=self.depth + 1,
        )


def owner_of(told: Mapping[str, Any], place: Place) -> Origin:
    """Return whose an object is: what it says of itself, else whose it stands in."""
    named = {key: told[key] for key in ("symbol", "run_id", "profile") if isinstance(told.get(key), str)}
    if place.is_without_market:
        named.pop("symbol", None)
    return replace(place.origin, **named) if named else place.origin


def whose(tool: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return whose an answer is, by the decision in it; and whose is what changed between two."""
    if tool in _WITHOUT_MARKET:
        return {"is_without_market": True}
    one, other = told.get("decision"), told.get("other")
    if not isinstance(one, dict):
        return {"origin": Origin(nature="sized")} if tool == "size_position" else {}
    first = _origin_of(one)
    if tool == "what_if":
        supposed = told.get("supposed")
        profile = supposed.get("profile", first.profile) if isinstance(supposed, dict) else first.profile
        profile = profile if isinstance(profile, str) else first.profile
        return {"origin": first, "changed": (first, replace(first, profile=profile, nature="supposed"))}
    if isinstance(other, dict):
        second = _origin_of(other)
        both = Origin(first.symbol if first.symbol == second.symbol else None)
        return {"origin": both, "changed": (first, second)}
    return {"origin": first}


def _origin_of(decision: Mapping[str, Any]) -> Origin:
    named = {key: decision[key] for key in ("symbol", "run_id", "profile") if isinstance(decision.get(key), str)}
    return Origin(**named)
