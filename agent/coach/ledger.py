"""Where a thread's spending is counted: outside its states, so that neither a fork nor a failed call hides a token."""

from collections import defaultdict
from typing import Protocol

from agent.threads.records import Spending


class Ledger(Protocol):
    """Counts what threads have spent."""

    async def spent(self, thread_id: str, *, owner_id: str) -> Spending:
        """Return what a thread has spent so far."""

    async def add(self, thread_id: str, spent: Spending, *, owner_id: str) -> Spending:
        """Count one more call, and return what the thread has spent with it."""


class MemoryLedger:
    """Counts for as long as the process lives."""

    def __init__(self) -> None:
        """Start with nothing spent."""
        self._spent: defaultdict[tuple[str, str], Spending] = defaultdict(Spending)

    async def spent(self, thread_id: str, *, owner_id: str) -> Spending:
        """Return what a thread has spent so far."""
        return self._spent[owner_id, thread_id]

    async def add(self, thread_id: str, spent: Spending, *, owner_id: str) -> Spending:
        """Count one more call, and return what the thread has spent with it."""
        before = self._spent[owner_id, thread_id]
        costs = [one for one in (before.cost_usd, spent.cost_usd) if one is not None]
        total = Spending(before.tokens + spent.tokens, sum(costs) if costs else None)
        self._spent[owner_id, thread_id] = total
        return total
