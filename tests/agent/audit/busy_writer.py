"""A worker in a process of its own that records decisions as fast as it can."""

import asyncio
import sys

from agent.store.pool import Database
from tests.agent.audit.recorded import ME, open_worker
from tests.agent.runs.scripted_walk import request


async def work(conninfo: str, decisions: int) -> None:
    """Record so many decisions, several at once."""
    database = Database(conninfo)
    await database.open()
    runs = await open_worker(database)
    ended = await asyncio.gather(*(runs.analyze(request(), owner_id=ME) for _ in range(decisions)))
    assert {run.status for run in ended} == {"completed"}
    await runs.close(grace_s=0.0)
    await database.close()


asyncio.run(work(sys.argv[1], int(sys.argv[2])))
