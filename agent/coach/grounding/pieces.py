"""What one text told, ready to be looked up; and what the texts of a thread told together, in their order.

Nothing is merged or sorted again when a thread goes on: a look-up asks every piece in its order, so that what it finds,
and in which order, is the same as if all of them had been read at once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Final, TypeVar

from agent.coach.grounding.known import Knowledge, KnownEvent, KnownNumber, KnownWord
from agent.coach.grounding.moment_table import MomentTable
from agent.coach.grounding.vocabulary import same_subject
from tools.instruments import Instrument, find_instrument

_PERCENT: Final = 100
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers in the order of their values; `values` are those, or a hundred times those of shares."""

    known: tuple[KnownNumber, ...]
    values: tuple[Decimal, ...]

    def between(self, first: Decimal, last: Decimal) -> Sequence[KnownNumber]:
        """Return those whose value lies between two, both included."""
        return self.known[bisect_left(self.values, first) : bisect_right(self.values, last)]


@dataclass(frozen=True, slots=True)
class Piece:
    """What one text told.

    Attributes:
        before: those of the identifiers known before it that it was read with.
        asked: all it would have been read with, had they been known.
        directions: by what they are said of, each with its place among them.
        verdicts: by the rule.
        titles: of events, as somebody else wrote them.
        flags: what is true or false of a decision or the clock.
        events: those that are planned.
        profiles: the rule profiles it names.
        weights: the points that rules gave.
        identifiers: those of its names that may be written out in prose.
        words: stems of all that stands around its numbers.
        markets: symbols of the known markets among its names.
    """

    before: frozenset[str]
    asked: frozenset[str]
    numbers: Numbers
    shares: Numbers
    moments: MomentTable
    directions: Mapping[str | None, Sequence[tuple[int, KnownWord]]]
    statuses: Sequence[KnownWord]
    verdicts: Mapping[str | None, Sequence[KnownWord]]
    rules: Mapping[str, Sequence[str]]
    names: Mapping[str, Sequence[str]]
    titles: frozenset[str]
    flags: Sequence[KnownWord]
    events: Sequence[KnownEvent]
    profiles: frozenset[str]
    weights: frozenset[tuple[str, str]]
    identifiers: frozenset[str]
    words: frozenset[str]
    roles: frozenset[str]
    markets: frozenset[str]


def piece_of(told: Knowledge, before: Iterable[str] = (), asked: Iterable[str] = ()) -> Piece:
    """Make what one text told ready to be looked up."""
    numbers = sorted(told.numbers, key=lambda one: one.value)
    shares = [one for one in numbers if one.is_share]
    return Piece(
        before=frozenset(before),
        asked=frozenset(asked),
        numbers=Numbers(tuple(numbers), tuple(one.value for one in numbers)),
        shares=Numbers(tuple(shares), tuple(one.value * _PERCENT for one in shares)),
        moments=MomentTable.of(told.moments),
        directions=_grouped((one.subject, (at, one)) for at, one in enumerate(told.directions)),
        statuses=tuple(told.statuses),
        verdicts=_grouped((one.subject, one) for one in told.verdicts),
        rules=dict(told.rules),
        names=dict(told.names),
        titles=frozenset(told.titles),
        flags=tuple(told.flags),
        events=tuple(told.events),
        profiles=frozenset(told.profiles),
        weights=frozenset(told.weights),
        identifiers=frozenset(filter(_may_be_written_out, told.names)),
        words=frozenset(chain.from_iterable(one.words for one in numbers)),
        roles=frozenset(one.role for one in numbers if one.role is not None),
        markets=frozenset(found.symbol for name in told.names if name.isupper() and (found := find_instrument(name))),
    )


@dataclass(frozen=True)
class Known:
    """Everything that may support a claim, by kind."""

    pieces: Sequence[Piece]

    @cached_property
    def words(self) -> frozenset[str]:
        """Stems of all that stands around a number."""
        return frozenset[str]().union(*(one.words for one in self.pieces))

    @cached_property
    def roles(self) -> frozenset[str]:
        """What numbers are known to be."""
        return frozenset[str]().union(*(one.roles for one in self.pieces))

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Names that may be written out in prose."""
        return frozenset[str]().union(*(one.identifiers for one in self.pieces))

    @cached_property
    def statuses(self) -> list[KnownWord]:
        """What decisions are known to be."""
        return [known for one in self.pieces for known in one.statuses]

    @cached_property
    def flags(self) -> list[KnownWord]:
        """What is true or false of a decision or the clock."""
        return [known for one in self.pieces for known in one.flags]

    @cached_property
    def events(self) -> list[KnownEvent]:
        """What is planned, each once."""
        return list(dict.fromkeys(known for one in self.pieces for known in one.events))

    @cached_property
    def profiles(self) -> frozenset[str]:
        """The rule profiles that are named."""
        return frozenset[str]().union(*(one.profiles for one in self.pieces))

    @cached_property
    def weights(self) -> frozenset[tuple[str, str]]:
        """The points that rules gave."""
        return frozenset[tuple[str, str]]().union(*(one.weights for one in self.pieces))

    @cached_property
    def runs(self) -> frozenset[str]:
        """The decisions something is known of."""
        words = (word for one in self.pieces for word in (*one.statuses, *one.flags))
        numbers = (number.origin.run_id for one in self.pieces for number in one.numbers.known)
        return frozenset(one for one in (*(word.origin.run_id for word in words), *numbers) if one is not None)

    @property
    def market(self) -> Instrument | None:
        """The one market that is spoken of, None where there are several."""
        markets = frozenset[str]().union(*(one.markets for one in self.pieces))
        return find_instrument(next(iter(markets))) if len(markets) == 1 else None

    def numbers(self, first: Decimal, last: Decimal) -> list[KnownNumber]:
        """Return the numbers between two values, both included, the smallest first."""
        found = [known for one in self.pieces for known in one.numbers.between(first, last)]
        return sorted(found, key=lambda one: one.value)

    def shares(self, first: Decimal, last: Decimal) -> list[KnownNumber]:
        """Return the parts of one that lie between two values in percent, both included, the smallest first."""
        found = [known for one in self.pieces for known in one.shares.between(first, last)]
        return sorted(found, key=lambda one: one.value)

    def directions(self, subject: str | None) -> Iterator[KnownWord]:
        """Yield the directions of a subject and of its kinds, and those of no named subject; of None all."""
        for piece in self.pieces:
            named = [
                found
                for of, found in piece.directions.items()
                if subject is None or of is None or same_subject(of, subject)
            ]
            yield from (known for _, known in sorted(chain.from_iterable(named), key=lambda one: one[0]))

    def is_title(self, text: str) -> bool:
        """Whether a text is the title of an event."""
        return any(text in one.titles for one in self.pieces)

    def verdicts(self, rule: str | None) -> list[KnownWord]:
        """Return how a rule is known to have come out."""
        return [known for one in self.pieces for known in one.verdicts.get(rule, ())]

    def rule(self, rule: str) -> list[str]:
        """Return where a rule is spoken of."""
        return [source for one in self.pieces for source in one.rules.get(rule, ())]

    def name(self, name: str) -> list[str]:
        """Return where a name stands."""
        return [source for one in self.pieces for source in one.names.get(name, ())]

    def name_beginning(self, prefix: str) -> str | None:
        """Return the first name that begins so, None for none."""
        names = (name for one in self.pieces for name in one.names if name.startswith(prefix))
        return next(names, None)


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    found: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _may_be_written_out(name: str) -> bool:
    """Whether prose may hold a name as an identifier; see `agent.coach.grounding.speech.read_identifiers`."""
    return name[0].isalpha() and any(letter.isdigit() for letter in name)
