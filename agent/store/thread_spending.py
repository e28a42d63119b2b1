"""What threads have spent on a language model: counted beside their states, where no fork of a state reaches it."""

from psycopg.rows import DictRow

from agent.store.pool import Database
from agent.threads.records import Spending


class ThreadSpending:
    """Read and add up what threads have spent, always by their owner."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database

    async def spent(self, thread_id: str, *, owner_id: str) -> Spending:
        """Return what a thread has spent so far; nothing where it has called no model yet.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        row = await self._database.one("spent_on_thread", thread_id=thread_id, owner_id=owner_id)
        return Spending() if row is None else _spending(row)

    async def add(self, thread_id: str, spent: Spending, *, owner_id: str) -> Spending:
        """Commit what one call has cost and return what the thread has spent with it.

        A caller that is cancelled meanwhile changes nothing: it is counted all the same.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        row = await self._database.one(
            "spend_on_thread", thread_id=thread_id, owner_id=owner_id, tokens=spent.tokens, cost_usd=spent.cost_usd
        )
        return spent if row is None else _spending(row)  # no row: the thread is another owner's, and not run here


def _spending(row: DictRow) -> Spending:
    return Spending(row["tokens"], row["cost_usd"])
