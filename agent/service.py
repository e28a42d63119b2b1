"""The one assembly: from settings to a service that runs. The API and the command line both open it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from agent.analysis.walk import walk
from agent.analysis_assistant.assistant import analysis_assistant
from agent.audit.service import Audit
from agent.calendar_window import economic_calendar
from agent.coach.assistant import coach_assistant
from agent.coach.models.factory import speaking_model
from agent.coach.toolbox.box import ToolSources
from agent.desk.desk import Desk
from agent.feedback.service import RunFeedback
from agent.rulebooks import Rulebooks
from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups, Wakeups
from agent.runs.wakeups_redis import RedisWakeups
from agent.settings import Settings
from agent.store.embedded import EmbeddedPostgres
from agent.store.health import DatabaseHealth, database_health, schema_version
from agent.store.migrate import SchemaVersion, migrate
from agent.store.pool import Database
from agent.store.thread_spending import ThreadSpending
from agent.threads.assistants import Assistant, Assistants
from agent.threads.service import Threads
from agent.tracing import Tracing, trace_only_when_told
from rulebook.calibration import read_calibration
from tools.economic_calendar.port import EconomicCalendar
from tools.errors import InvalidParameter, StoreUnavailable
from tools.market.demo import DemoMarketData
from tools.market.files import FilesMarketData
from tools.market.port import MarketData, SourceHealth


@dataclass(frozen=True, slots=True)
class WakeupsHealth:
    """What carries wake-ups, or why nothing does."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ThreadsHealth:
    """Whether this worker still begins runs of threads and writes their events, or what of it has stopped."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """What each part really answered."""

    database: DatabaseHealth
    migrations: SchemaVersion
    wakeups: WakeupsHealth
    threads: ThreadsHealth
    sources: tuple[SourceHealth, ...]

    @property
    def ok(self) -> bool:
        """Whether the service can do its work; a lost Redis only makes readers slower."""
        return (
            self.database.ok
            and self.migrations.current == self.migrations.head
            and self.threads.ok
            and all(source.ok for source in self.sources)
        )


@dataclass(frozen=True, slots=True)
class Service:
    """An open service: everything the API and the command line reach for."""

    runs: Runs
    audit: Audit
    database: Database
    market: MarketData
    rulebooks: Rulebooks
    wakeups: Wakeups
    schema: SchemaVersion
    calendar: EconomicCalendar
    desk: Desk
    threads: Threads
    assistants: Assistants
    feedback: RunFeedback

    async def health(self) -> Health:
        """Ask every part how it is."""
        database, migrations, wakeups, source = await asyncio.gather(
            database_health(self.database),
            schema_version(self.database, self.schema.head),
            _wakeups_health(self.wakeups),
            self.market.health(),
        )
        ails = self.threads.ails
        threads = ThreadsHealth(ok=ails is None, detail=ails or "at work")
        return Health(database, migrations, wakeups, threads, (source,))


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Service]:
    """Open everything in order, and close it in reverse, whatever happens.

    Starts the embedded Postgres if no database is named, migrates it, and takes up the runs that a crash cut off.

    Raises:
        RulebookError: a rule file or the calibration is at fault.
        StoreUnavailable: the database or Redis did not answer.
        InvalidParameter: a setting of the market or the calendar is wrong.
    """
    fitted = None if settings.calibration_file is None else read_calibration(settings.calibration_file)
    rulebooks = Rulebooks(settings.rulebook_folder, fitted)
    market = market_data(settings)
    calendar = economic_calendar(settings)
    async with AsyncExitStack() as stack:
        conninfo = settings.database_url or await _embedded(settings, stack)
        schema = await asyncio.to_thread(migrate, conninfo)
        database = Database(conninfo, size=settings.pool_size)
        stack.push_async_callback(database.close)
        await database.open()
        wakeups = await _wakeups(settings, stack)
        desk = Desk(database, rulebooks, market, calendar, settings.clock)
        runs = Runs(
            database,
            wakeups,
            walk,
            desk,
            code_version=settings.code_version,
            concurrent_runs=settings.concurrent_runs,
            sweep_interval_s=settings.sweep_interval_s,
        )
        stack.push_async_callback(runs.close, grace_s=settings.shutdown_grace_s)
        await runs.open(takes_up_orphans=settings.takes_up_orphans)
        audit = Audit(database, settings.data_dir, settings.clock)
        sources = ToolSources(runs, desk, rulebooks, market, calendar, settings.clock)
        assistants = Assistants(_assistants(settings, sources, runs, ThreadSpending(database), stack))
        threads = Threads(
            database,
            wakeups,
            assistants,
            concurrent_threads=settings.concurrent_threads,
            sweep_interval_s=settings.sweep_interval_s,
        )
        stack.push_async_callback(threads.close, grace_s=settings.shutdown_grace_s)
        await threads.open(takes_up_orphans=settings.takes_up_orphans)
        yield Service(
            runs, audit, database, market, rulebooks, wakeups, schema, calendar, desk, threads, assistants,
            RunFeedback(database),
        )  # fmt: skip


def _assistants(
    settings: Settings, sources: ToolSources, runs: Runs, ledger: ThreadSpending, stack: AsyncExitStack
) -> list[Assistant]:
    model = speaking_model(settings.model)
    stack.push_async_callback(model.close)
    trace_only_when_told()
    if settings.tracing is None:
        offered = [coach_assistant(sources, model, settings.coach, ledger=ledger)]
    else:
        tracing = Tracing(settings.tracing, model.name)
        stack.push_async_callback(asyncio.to_thread, tracing.close)
        offered = [coach_assistant(sources, model, settings.coach, tracing.callbacks, ledger)]
    if settings.read_analysis is not None:
        offered.append(analysis_assistant(runs, settings.read_analysis))
    return offered


async def _embedded(settings: Settings, stack: AsyncExitStack) -> str:
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    stack.push_async_callback(asyncio.to_thread, server.close)
    return await asyncio.to_thread(server.open)


async def _wakeups(settings: Settings, stack: AsyncExitStack) -> Wakeups:
    if settings.redis_url is None:
        return InMemoryWakeups()
    wakeups = RedisWakeups(settings.redis_url)
    stack.push_async_callback(wakeups.close)
    await wakeups.open()
    return wakeups


async def _wakeups_health(wakeups: Wakeups) -> WakeupsHealth:
    try:
        return WakeupsHealth(ok=True, detail=await wakeups.health())
    except StoreUnavailable as error:
        return WakeupsHealth(ok=False, detail=str(error))


def market_data(settings: Settings) -> MarketData:
    """Return the source of candles the settings name: a folder of files, or the simulated market.

    Raises:
        InvalidParameter: the folder does not exist.
    """
    if settings.market_folder is not None:
        if not settings.market_folder.is_dir():
            raise InvalidParameter(
                f"there is no folder {settings.market_folder} to read candles from",
                field="market_folder",
                expected="a folder of candle files",
                got=str(settings.market_folder),
            )
        return FilesMarketData(settings.market_folder, time_zone=settings.market_time_zone)
    return DemoMarketData(seed=settings.demo_seed, clock=settings.clock)
