"""What must not stop a worker: a row that cannot be read, a commit that fails, a reader who cannot be told."""

import asyncio
import uuid
from collections.abc import Sequence
from contextlib import ExitStack

import pytest

from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.store.thread_runs import ThreadRunRepository
from agent.store.threads import ThreadRepository
from agent.threads.event_log import EventLog
from agent.threads.records import RunRequest, ThreadEvent
from agent.threads.service import Threads
from tests.agent.threads.conftest import OpenThreads
from tests.agent.threads.graphs import asked
from tools.errors import IctError, InvalidParameter, StoreUnavailable

pytestmark = pytest.mark.anyio
ME, WORKER = "me", 7


async def wait_in_the_table(threads: Threads, database: Database, request: str, assistant_id: str) -> tuple[str, str]:
    """Put a pending run into the table that no version of this code has written."""
    thread_id, run_id = (await threads.create(owner_id=ME)).thread_id, str(uuid.uuid4())
    await database.run(
        b"INSERT INTO thread_runs (run_id, thread_id, owner_id, assistant_id, status, request) "
        b"VALUES (%(run_id)s, %(thread_id)s, %(owner_id)s, %(assistant_id)s, 'pending', %(request)s)",
        {"run_id": run_id, "thread_id": thread_id, "owner_id": ME, "assistant_id": assistant_id, "request": request},
    )
    return thread_id, run_id


@pytest.mark.parametrize(
    ("request_text", "error"),
    [("[]", "InternalError"), ("no JSON", "InternalError"), ('{"assistant_id": "gone"}', "AssistantNotFound")],
)
async def test_a_run_that_cannot_be_read_ends_alone(
    open_threads: OpenThreads, database: Database, request_text: str, error: str
) -> None:
    threads = await open_threads()
    faulty = await wait_in_the_table(threads, database, request_text, "gone")
    sound = await wait_in_the_table(
        threads, database, '{"assistant_id": "steps"}', threads.assistants.get("steps").assistant_id
    )
    await threads.sweep()
    ended = await threads.join(*faulty, owner_id=ME)
    assert (ended.status, (ended.error or {})["error"]) == ("error", error)
    assert (await threads.join(*sound, owner_id=ME)).has_ended
    assert threads.ails is None
    again = await threads.start(faulty[0], asked(), owner_id=ME)
    assert (await threads.join(faulty[0], again.run_id, owner_id=ME)).status == "success"


async def test_an_older_request_that_lacks_fields_is_read_with_what_they_usually_are(
    open_threads: OpenThreads, database: Database
) -> None:
    threads = await open_threads()
    of = await wait_in_the_table(threads, database, '{"assistant_id": "steps"}', "x")
    assert (await threads.run(*of, owner_id=ME)).request == RunRequest("steps", None)


async def test_a_worker_tells_when_it_has_closed(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    assert threads.ails is None
    await threads.close()
    assert "looks for work" in str(threads.ails)
    assert "writes the events" in str(threads.ails)


class FaultyRepository(ThreadRunRepository):
    """The real one, whose answer is lost now and then: after the commit, or before it for what holds a word."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.loses = 0
        self.refuses = "never said"
        self.calls = 0

    async def append(self, written: Sequence[tuple[str, ThreadEvent]], *, worker: int) -> dict[str, bool]:
        self.calls += 1
        if any(self.refuses in event.data for _, event in written):
            raise InvalidParameter("no column holds this")
        done = await super().append(written, worker=worker)
        if self.loses > 0:
            self.loses -= 1
            raise StoreUnavailable("the answer was lost")
        return done


class DeafWakeups(InMemoryWakeups):
    """Wake-ups that break their promise never to fail."""

    def notify(self, topic: str) -> None:
        raise RuntimeError("nobody can be woken")


class Log:
    """A log over a faulty repository, with runs that are under way."""

    def __init__(self, database: Database, *, patience_s: float = 5.0, wakeups: InMemoryWakeups | None = None) -> None:
        self.database = database
        self.repository = FaultyRepository(database)
        self.failed: dict[str, Exception] = {}
        self.log = EventLog(
            self.repository,
            wakeups or InMemoryWakeups(),
            failed=self.failed.__setitem__,
            asked=lambda _: None,
            patience_s=patience_s,
        )
        self.log.open(WORKER)

    async def begin(self, run_id: str) -> None:
        thread_id = f"thread of {run_id}"
        await ThreadRepository(self.database).create(thread_id, owner_id=ME)
        await self.repository.accept(
            run_id,
            thread_id,
            RunRequest("a", None),
            owner_id=ME,
            assistant_id="a",
            graph_id="a",
            title=None,
            worker=WORKER,
        )

    async def kept(self, run_id: str) -> list[str]:
        page = await self.repository.events(f"thread of {run_id}", run_id, owner_id=ME, after=0)
        return [event.data for event in page.events]


async def test_a_commit_whose_answer_was_lost_is_done_again_and_changes_nothing(database: Database) -> None:
    log = Log(database)
    await log.begin("one")
    log.repository.loses = 2
    with log.log.writing("one", 0) as run:
        await run.append("custom", "1")
        await run.flushed()
        await run.append("custom", "2")
        await run.flushed()
    assert log.repository.calls == 4
    assert await log.kept("one") == ["1", "2"]
    assert log.failed == {}
    await log.log.close()


async def test_a_commit_that_fails_for_too_long_fails_its_runs(database: Database) -> None:
    log = Log(database, patience_s=0.0)
    await log.begin("one")
    log.repository.loses = 10**9
    with log.log.writing("one", 0) as run:
        await run.append("custom", "1")
        with pytest.raises(StoreUnavailable):
            await run.flushed()
    assert list(log.failed) == ["one"]
    await log.log.close()


async def test_an_event_that_cannot_be_written_fails_its_run_alone(database: Database) -> None:
    log = Log(database)
    for run_id in ("sound", "faulty"):
        await log.begin(run_id)
    log.repository.refuses = "poison"
    with ExitStack() as stack:
        sound, faulty = (stack.enter_context(log.log.writing(run_id, 0)) for run_id in ("sound", "faulty"))
        await asyncio.gather(sound.append("custom", "fine"), faulty.append("custom", "poison"))
        await sound.flushed()
        with pytest.raises(InvalidParameter):
            await faulty.flushed()
    assert list(log.failed) == ["faulty"]
    assert await log.kept("sound") == ["fine"]
    await log.log.close()


async def test_a_publish_that_fails_ends_the_run_and_not_the_writer(database: Database) -> None:
    log = Log(database, wakeups=DeafWakeups())
    await log.begin("one")
    with log.log.writing("one", 0) as run:
        await run.append("custom", "1")
        with pytest.raises(RuntimeError):
            await run.flushed()
    assert list(log.failed) == ["one"]
    assert log.log.is_alive
    await log.log.close()


async def test_a_run_that_is_committed_is_returned_whatever_fails_behind_it(
    open_threads: OpenThreads, database: Database
) -> None:
    threads = await open_threads()
    big = 10**40
    run = await threads.start(None, asked(metadata={"number": big}), owner_id=ME)
    assert (await threads.join(run.thread_id, run.run_id, owner_id=ME)).status == "success"
    for refused in (asked(checkpoint_id="1f"), asked(metadata={"long": "x" * 20_000})):
        with pytest.raises(IctError):
            await threads.start(None, refused, owner_id=ME)
    rows = await database.run(b"SELECT count(*) AS n FROM threads", {})
    assert rows == [{"n": 1}]
