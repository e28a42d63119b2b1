"""A worker in a process of its own, whose runs all stop half-way: made to be killed."""

import asyncio
import sys

from agent.runs.preparation import AsGiven
from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from tests.agent.runs.scripted_walk import EMPTY_RULEBOOK, ScriptedWalk, request


async def work(conninfo: str) -> None:
    """Start three runs, tell their ids, and wait for the end."""
    database = Database(conninfo)
    await database.open()
    runs = Runs(
        database,
        InMemoryWakeups(),
        ScriptedWalk(hold_at="structure"),
        AsGiven(lambda _: EMPTY_RULEBOOK),
        code_version="test",
    )
    await runs.open()
    for _ in range(3):
        run_id = await runs.start(request(), owner_id="me")
        async for event in runs.events(run_id, owner_id="me"):
            if event.event == "node.finished":
                break
        sys.stdout.write(f"{run_id}\n")
    sys.stdout.write("waiting\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(work(sys.argv[1]))
