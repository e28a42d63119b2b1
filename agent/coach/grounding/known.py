"""What is known: every value of the tools' answers and of the user's words, typed, with where it came from."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo

from agent.coach.grounding.mentions import Limit, Moment

USER: Final = "user"
NEW_YORK: Final = "America/New_York"


Nature = Literal["told", "supposed", "sized", "echoed", "said"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose a value is.

    Attributes:
        symbol: of the market; None where nothing says.
        run_id: of the decision, likewise.
        profile: that judged it, likewise.
        nature: ``told`` by a tool; ``supposed`` what would be; ``sized`` of a position somebody only thought of;
            ``echoed`` what a call itself had given; ``said`` by the user.
    """

    symbol: str | None = None
    run_id: str | None = None
    profile: str | None = None
    nature: Nature = "told"


NOBODYS: Final = Origin()


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
        origin: whose it is.
        nouns: stems of what it counts, none where no sentence says.
        limit: ``least`` or ``most`` where it is a limit.
    """

    value: Decimal
    units: frozenset[str | None]
    words: frozenset[str]
    role: str | None
    group: str
    source: str
    rules: frozenset[str] = frozenset()
    origin: Origin = NOBODYS
    nouns: frozenset[str] = frozenset()
    limit: Limit | None = None

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
    origin: Origin = NOBODYS


@dataclass(frozen=True, slots=True)
class KnownWord:
    """A direction, a status or a verdict, and what it is of.

    Attributes:
        word: plainly written.
        subject: what has that direction; the rule of a verdict.
        origin: whose it is.
        is_denied: whether it was denied.
        timeframe: of the chart it is said of; None where nothing says.
    """

    word: str
    subject: str | None
    group: str
    source: str
    origin: Origin = NOBODYS
    is_denied: bool = False
    timeframe: str | None = None


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """A planned release: its title is somebody else's text; impact, currency and place are the tool's."""

    title: str
    currency: str | None
    impact: str | None
    group: str
    minutes_until: Decimal | None = None


@dataclass(slots=True)
class Knowledge:
    """What one tool's answer, or one message of the user's, tells, by kind, while it is read."""

    numbers: list[KnownNumber] = field(default_factory=list)
    moments: list[KnownMoment] = field(default_factory=list)
    directions: list[KnownWord] = field(default_factory=list)
    statuses: list[KnownWord] = field(default_factory=list)
    verdicts: list[KnownWord] = field(default_factory=list)
    flags: list[KnownWord] = field(default_factory=list)
    """What is true or false of a decision or the clock, by its key; false is denied."""
    events: list[KnownEvent] = field(default_factory=list)
    weights: set[tuple[str, str]] = field(default_factory=set)
    """The points that rules gave."""
    profiles: set[str] = field(default_factory=set)
    rules: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Identifiers, symbols and timeframes, with their sources."""
    titles: set[str] = field(default_factory=set)
    """Of events, as somebody else wrote them."""


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
