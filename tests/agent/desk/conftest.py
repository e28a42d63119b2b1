"""A desk on a database of the test's own, with a clock and a calendar that a test sets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from agent.analysis.request import AnalysisRequest
from agent.desk.configuration import Change
from agent.desk.desk import Desk
from agent.rulebooks import Rulebooks
from agent.store.desk import DeskRepository
from agent.store.pool import Database
from tests.agent.desk.trades import NEW_YORK_MORNING, at
from tests.agent.runs.scripted_walk import candles
from tools.economic_calendar.port import CalendarReading, ScheduledEvent, within
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.market.port import SourceHealth
from tools.timeframes import Timeframe

ME = "me"
OTHER = "somebody else"


class SettableCalendar:
    """A calendar on the real port that knows what a test tells it; None: nothing."""

    name = "test"

    def __init__(self) -> None:
        self.known: tuple[ScheduledEvent, ...] | None = None

    async def events(self, since: int, until: int) -> CalendarReading:
        if self.known is None:
            return CalendarReading((), None, None, self.name)
        return CalendarReading(within(self.known, since, until), 0, 4_000_000_000, self.name)

    async def revision(self) -> str:
        return str(self.known)


class SettableMarket(DemoMarketData):
    """The demo market, whose health a test decides."""

    answers = True

    async def health(self) -> SourceHealth:
        return SourceHealth("demo", self.answers, "", 0.0)


@dataclass
class Office:
    """A desk and what surrounds it; `now` is what its clock shows."""

    database: Database
    rulebooks: Rulebooks
    now: int = at(NEW_YORK_MORNING)
    calendar: SettableCalendar = field(default_factory=SettableCalendar)

    def __post_init__(self) -> None:
        self.market = SettableMarket(seed=7, clock=lambda: self.now)
        self.repository = DeskRepository(self.database)
        self.desk = self.another_desk()

    def another_desk(self) -> Desk:
        """Open another worker's desk on the same database."""
        return Desk(self.database, self.rulebooks, self.market, self.calendar, lambda: self.now)


def change(owner_id: str = ME, *, expected_version: int | None = None, reason: str | None = None) -> Change:
    return Change(owner_id, owner_id, reason, expected_version)


def bare_request(**stated: object) -> AnalysisRequest:
    """Build a request that states nothing but its candles, and what is given."""
    whole: dict[str, object] = {"account_balance": None, "risk_pct": None, "profile": None, **stated}
    return AnalysisRequest(
        symbol="EURUSD",
        instrument=instrument("EURUSD"),
        windows={Timeframe.M15: candles(Timeframe.M15, 40)},
        as_of=at(NEW_YORK_MORNING),
        **whole,  # type: ignore[arg-type]
    )


async def lose(office: Office, pnl: float) -> None:
    """Record a trade that closes a minute later with this result."""
    opened = await office.desk.trades.open(owner_id=ME, symbol="EURUSD", direction="long", opened_at=office.now)
    office.now += 60
    await office.desk.trades.close(opened.trade_id, owner_id=ME, closed_at=office.now, pnl=pnl)


@pytest.fixture(scope="session")
def rulebooks() -> Rulebooks:
    """Give the shipped rulebooks."""
    return Rulebooks()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give an open database."""
    database = Database(database_url, size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def office(database: Database, rulebooks: Rulebooks) -> Office:
    """Give a desk on a database where nobody has set anything."""
    return Office(database, rulebooks)
