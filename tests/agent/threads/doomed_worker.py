"""A worker in a process of its own, whose run stops half-way: made to be killed."""

import asyncio
import sys

from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.threads.service import Threads
from tests.agent.threads.graphs import Gate, asked, every


async def work(conninfo: str) -> None:
    """Start two runs on one thread, tell their ids once the first is half-way, and wait for the end."""
    database = Database(conninfo)
    await database.open()
    gate = Gate()
    threads = Threads(database, InMemoryWakeups(), every(gate))
    await threads.open()
    thread_id = (await threads.create(owner_id="me")).thread_id
    runs = [await threads.start(thread_id, asked(str(number)), owner_id="me") for number in range(2)]
    await gate.entered.acquire()
    while not (await threads.state(thread_id, owner_id="me")).values.get("done"):
        pass  # a state is written behind the step's back
    sys.stdout.write("\n".join([thread_id, *(run.run_id for run in runs)]) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(work(sys.argv[1]))
