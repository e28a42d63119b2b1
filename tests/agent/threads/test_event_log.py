"""The one writer: what gathers during a commit goes into the next, its memory is bounded, and its failures are told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.store.thread_runs import ThreadRunRepository
from agent.store.threads import ThreadRepository
from agent.threads.documents import error_document, to_json
from agent.threads.event_log import EventLog, RunLog
from agent.threads.records import RunRequest, ThreadEvent
from tools.errors import RunOwnershipLost

pytestmark = pytest.mark.anyio
ME, WORKER = "me", 7
MEGABYTE = "x" * 1_000_000


class CountingRepository(ThreadRunRepository):
    """The real one, which remembers how many events each commit took."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.batches: list[int] = []

    async def append(self, written: Sequence[tuple[str, ThreadEvent]], *, worker: int) -> dict[str, bool]:
        self.batches.append(len(written))
        return await super().append(written, worker=worker)


class Log:
    """An open log with three running runs, and what it told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.repository = CountingRepository(database)
        self.failed: dict[str, Exception] = {}
        self.asked: list[str] = []
        self.log = EventLog(self.repository, InMemoryWakeups(), failed=self.failed.__setitem__, asked=self.asked.append)
        self.runs: list[RunLog] = []

    async def begin(self, stack: AsyncExitStack) -> None:
        for number in range(3):
            run_id = f"run-{number}"
            await ThreadRepository(self.database).create(f"thread-{number}", owner_id=ME)
            await self.repository.accept(
                run_id,
                f"thread-{number}",
                RunRequest("a", None),
                owner_id=ME,
                assistant_id="a",
                graph_id="a",
                title=None,
                worker=WORKER,
            )
            self.runs.append(stack.enter_context(self.log.writing(run_id, 0)))

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Let no write of the first run through for the length of the block, and one be under way."""
        async with self.database.pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT FROM thread_runs WHERE run_id = 'run-0' FOR UPDATE")
            await self.runs[0].append("custom", "0")
            while not self.repository.batches:
                await asyncio.sleep(0)
            yield


@pytest.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    """Give an open log."""
    async with AsyncExitStack() as stack:
        log = Log(database)
        await log.begin(stack)
        log.log.open(WORKER)
        yield log
        await log.log.close()


async def test_what_gathers_during_a_commit_goes_into_one(log: Log) -> None:
    async with log.held():
        for number in range(10):
            for run in log.runs:
                await run.append("custom", str(number))
    for run in log.runs:
        await run.flushed()
    assert log.repository.batches == [1, 30]
    page = await log.repository.events("thread-0", "run-0", owner_id=ME, after=0)
    assert [(event.seq, event.data) for event in page.events] == [
        (1, "0"), *((number + 2, str(number)) for number in range(10)),
    ]  # fmt: skip


async def test_a_run_that_writes_faster_than_the_database_waits(log: Log) -> None:
    appended = 0

    async def write() -> None:
        nonlocal appended
        for _ in range(40):
            await log.runs[0].append("values", MEGABYTE)
            appended += 1

    async with log.held():
        writing = asyncio.create_task(write())
        for _ in range(100):
            await asyncio.sleep(0)
        assert appended == 17  # the one that filled the buffer is in it
        assert not writing.done()
    await writing
    await log.runs[0].flushed()
    assert (await log.repository.get("thread-0", "run-0", owner_id=ME)).run.last_seq == 41
    assert max(log.repository.batches) <= 5


async def test_events_of_a_run_that_is_no_longer_ours_are_not_kept(log: Log) -> None:
    await log.database.run(b"UPDATE thread_runs SET worker = 8 WHERE run_id = 'run-1'", {})
    for run in log.runs:
        await run.append("custom", "1")
    await log.runs[0].flushed()
    await log.runs[2].flushed()
    with pytest.raises(RunOwnershipLost):
        await log.runs[1].flushed()
    with pytest.raises(RunOwnershipLost):
        await log.runs[1].append("custom", "2")
    assert list(log.failed) == ["run-1"]
    assert (await log.repository.events("thread-1", "run-1", owner_id=ME, after=0)).events == ()


async def test_a_write_tells_who_was_asked_to_end(log: Log) -> None:
    await log.repository.request_cancel("thread-2", "run-2", owner_id=ME)
    for run in log.runs:
        await run.append("custom", "1")
        await run.flushed()
    assert log.asked == ["run-2"]


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert to_json({"text": "a\ud83d"}) == '{"text": "a\ufffd"}'
    assert to_json({"text": "\ud83d\ude00"}) == '{"text": "\U0001f600"}'
    assert to_json({"text": "a\x00b"}) == '{"text":"a\\u0000b"}'


def test_errors_in_documents_tell_no_more_than_they_may() -> None:
    assert to_json([ValueError("account 1234")]) == '[{"error":"InternalError","message":"the run failed"}]'
    assert error_document(RunOwnershipLost("it is another's"))["error"] == "RunOwnershipLost"
    with pytest.raises(TypeError):
        to_json(object())
