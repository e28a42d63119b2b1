"""What a text mentions: the parsers' common form, for answers, for the tools' sentences and for the user's words."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from agent.coach.grounding.claims import Kind
from agent.coach.grounding.passages import Passage

Limit = Literal["least", "most"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that was said.

    Attributes:
        value: with its sign; durations in minutes, ratios as multiples of the risk.
        quantum: one unit of its last digit, in the same measure.
        unit: see `agent.coach.grounding.vocabulary.UNITS`; None where none was said.
        is_rough: whether it was said to be about right.
        nouns: stems of the words right behind it, which say what is counted.
        role: what it is said to be, such as ``entry``; None where its place in the sentence does not say.
        limit: ``least`` or ``most`` where it is said to be a limit.
        extreme: ``high`` or ``low`` where it is said to be that price of something.
    """

    value: Decimal
    quantum: Decimal
    unit: str | None
    is_rough: bool = False
    nouns: frozenset[str] = frozenset()
    role: str | None = None
    limit: Limit | None = None
    extreme: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that was said, as far as it was said.

    Attributes:
        date: ISO date, or ``--MM-DD`` without its year; None for a clock's time alone.
        minute: minute of the day; None for a date alone.
        second: of the minute, 0 where none was said.
        zone: ``UTC``, an IANA name, an offset such as ``-04:00``; None where none was said.
        weekday: 0 for Monday; None where none was said.
        other_zone: the one other zone its sentence names; None for none.
        role: what is said to have happened then, such as ``confirmed``; None where nothing right before it says.
    """

    date: str | None = None
    minute: int | None = None
    second: int = 0
    zone: str | None = None
    weekday: int | None = None
    other_zone: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A word that says something: a direction, a status, a rule, a verdict, a symbol, an identifier.

    Attributes:
        word: plainly written.
        subject: what it is said of; None where nothing is named.
        is_denied: whether the sentence denies it.
        is_supposed: whether the sentence only supposes it.
    """

    word: str
    subject: str | None = None
    is_denied: bool = False
    is_supposed: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing a text mentions, and where."""

    kind: Kind
    start: int
    end: int
    said: Quantity | Moment | Said


@dataclass(slots=True)
class Reading:
    """A passage while it is read: each parser blanks what it took, so that no character is read twice."""

    passage: Passage
    text: str = ""
    found: list[Mention] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with the whole passage."""
        self.text = self.text or self.passage.plain

    def take(self, kind: Kind, start: int, end: int, said: Quantity | Moment | Said) -> None:
        """Note a mention; `settle` blanks it for the parsers that come after."""
        self.found.append(Mention(kind, start, end, said))
        self.taken.append((start, end))

    def settle(self) -> None:
        """Blank what was taken, keeping every position."""
        parts, done = [], 0
        for start, end in sorted(self.taken):
            if start >= done:
                parts += [self.text[done:start], "\x00" * (end - start)]
                done = end
        self.text = "".join(parts) + self.text[done:]
        self.taken.clear()
