"""Pieces that were read before: what a tool's answer tells depends on nothing but its text, so it is read once."""

import json
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from agent.coach.grounding.claims import Evidence
from agent.coach.grounding.gather import Gatherer
from agent.coach.grounding.known import USER
from agent.coach.grounding.newest import newest
from agent.coach.grounding.pieces import Known, Piece, piece_of

MOST_CHARACTERS: Final = 2_000_000
"""How long the texts may be, all together, whose pieces are kept; a piece takes some 30 bytes a character."""


@dataclass(frozen=True, eq=False, slots=True)
class Rules:
    """A rulebook's names by rule id, hashed as the one object that it is."""

    names: Mapping[str, str]


class Remembered:
    """Pieces by what they were read from, those used longest ago leaving first; any number of threads may ask."""

    def __init__(self, most_characters: int = MOST_CHARACTERS) -> None:
        """Begin with none."""
        self._most = most_characters
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[int, Piece]] = OrderedDict()
        self._characters = 0

    @property
    def characters(self) -> int:
        """How long the texts are whose pieces are kept."""
        return self._characters

    def answer(self, evidence: Evidence, rules: Rules, before: Set[str]) -> Piece:
        """Return what a tool's answer tells, to somebody who knows some identifiers already."""
        key = (rules, evidence["call_id"], evidence["tool"], _spelt(evidence["arguments"]), evidence["answer"])
        found = self._find(key, before)
        if found is not None:
            return found
        gatherer = Gatherer(rules.names, before)
        gatherer.take_answer(evidence)
        return self._keep(key, len(evidence["answer"]), _piece(gatherer))

    def said(self, text: str, rules: Rules, before: Set[str]) -> Piece:
        """Return what the user's words tell, likewise."""
        key = (rules, USER, text)
        found = self._find(key, before)
        if found is not None:
            return found
        gatherer = Gatherer(rules.names, before)
        gatherer.take_said(text)
        return self._keep(key, len(text), _piece(gatherer))

    def _find(self, key: Hashable, before: Set[str]) -> Piece | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[1].before != before & found[1].asked:
                return None
            self._kept.move_to_end(key)
            return found[1]

    def _keep(self, key: Hashable, characters: int, piece: Piece) -> Piece:
        with self._lock:
            characters_before, _ = self._kept.pop(key, (0, None))
            self._kept[key] = (characters, piece)
            self._characters += characters - characters_before
            while self._characters > self._most:
                _, (length, _) = self._kept.popitem(last=False)
                self._characters -= length
        return piece


_REMEMBERED: Final = Remembered()


def known_of(
    evidence: Sequence[Evidence],
    said: Sequence[str],
    known_rules: Mapping[str, str],
    remembered: Remembered | None = None,
) -> Known:
    """Return everything the tools answered and the user said; only what is new is read.

    Args:
        evidence: the tools' answers, the oldest first.
        said: the user's own words, likewise.
        known_rules: the rulebook's names by rule id.
        remembered: what was read before; None takes what this process keeps.
    """
    memory = _REMEMBERED if remembered is None else remembered
    rules = _rules(tuple(known_rules.items()))
    identifiers: set[str] = set()
    pieces: list[Piece] = []
    for one in newest(evidence):
        pieces.append(memory.answer(one, rules, identifiers))
        identifiers |= pieces[-1].identifiers
    for text in said:
        pieces.append(memory.said(text, rules, identifiers))
        identifiers |= pieces[-1].identifiers
    return Known(tuple(pieces))


def _piece(gatherer: Gatherer) -> Piece:
    return piece_of(gatherer.knowledge, gatherer.before & gatherer.asked, gatherer.asked)


def _spelt(arguments: Mapping[str, Any]) -> str:
    """Return the arguments as one text: the reading of an answer depends on what it may only repeat."""
    return json.dumps(arguments, sort_keys=True, default=repr)


@lru_cache(maxsize=16)
def _rules(items: tuple[tuple[str, str], ...]) -> Rules:
    return Rules(dict(items))
