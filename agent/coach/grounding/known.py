"""What is known: every value of the tools' answers and of the user's words, typed, with where it came from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from agent.coach.grounding.mentions import Moment

USER: Final = "user"
NEW_YORK: Final = "America/New_York"


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number somebody returned or said.

    Attributes:
        value: durations in minutes, money in its currency.
        units: every unit it may be said in; None among them where it may be said bare.
        words: stems of what stands around it.
        role: what it is, such as ``entry``.
        group: the object, row or sentence it stands in.
        source: where it stands.
        rules: the rules it belongs to, none where it belongs to no rule.
    """

    value: Decimal
    units: frozenset[str | None]
    words: frozenset[str]
    role: str | None
    group: str
    source: str
    rules: frozenset[str] = frozenset()

    @property
    def is_share(self) -> bool:
        """Whether it is a part of one, which may be said in percent."""
        return "share" in self.units


@dataclass(frozen=True, slots=True)
class KnownMoment:
    """A time: an instant where its date, clock and zone are known, else only what was said.

    Attributes:
        role: what happened then, by its key, such as ``confirmed``; None where the key does not say.
    """

    instant: int | None
    said: Moment | None
    group: str
    source: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class KnownWord:
    """A direction, a status or a verdict, and what it is of.

    Attributes:
        word: plainly written.
        subject: what has that direction; the rule of a verdict.
        run_id: of a status.
        is_supposed: whether it is what would be, not what is.
        is_denied: whether it was denied.
        symbol: of the market it is said of; None where nothing says.
        timeframe: of the chart it is said of, likewise.
    """

    word: str
    subject: str | None
    group: str
    source: str
    run_id: str | None = None
    is_supposed: bool = False
    is_denied: bool = False
    symbol: str | None = None
    timeframe: str | None = None


@dataclass(slots=True)
class Knowledge:
    """Everything that may support a claim, by kind."""

    numbers: list[KnownNumber] = field(default_factory=list)
    moments: list[KnownMoment] = field(default_factory=list)
    directions: list[KnownWord] = field(default_factory=list)
    statuses: list[KnownWord] = field(default_factory=list)
    verdicts: list[KnownWord] = field(default_factory=list)
    rules: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Identifiers, symbols and timeframes, with their sources."""
    words: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)

    def add_numbers(self, numbers: Iterable[KnownNumber]) -> None:
        """Add numbers, and what is now known to be spoken of."""
        for one in numbers:
            self.numbers.append(one)
            self.words |= one.words
            if one.role is not None:
                self.roles.add(one.role)

    def sorted_numbers(self) -> list[KnownNumber]:
        """Return the numbers, the smallest first."""
        return sorted(self.numbers, key=lambda one: one.value)


def instant_of(moment: Moment, zone: str) -> int | None:
    """Return the epoch second of a moment with a full date and a clock, None where it has not both."""
    if moment.date is None or moment.date.startswith("-") or moment.minute is None:
        return None
    hours, minutes = divmod(moment.minute, 60)
    try:
        naive = datetime.fromisoformat(f"{moment.date}T{hours:02}:{minutes:02}:{moment.second:02}{_offset(zone)}")
    except ValueError:
        return None
    return int((naive if naive.tzinfo else naive.replace(tzinfo=ZoneInfo(zone))).timestamp())


def local(instant: int, zone: str) -> datetime:
    """Return an instant as a zone's clock shows it."""
    if zone[0] in "+-":
        return datetime.fromtimestamp(instant, datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo)
    return datetime.fromtimestamp(instant, UTC if zone == "UTC" else ZoneInfo(zone))


def _offset(zone: str) -> str:
    return "+00:00" if zone == "UTC" else zone if zone[0] in "+-" else ""
