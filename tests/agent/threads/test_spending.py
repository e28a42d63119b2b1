"""What a thread has spent: added up in the database, by owner, whoever counts."""

import asyncio
import uuid

import pytest

from agent.store.pool import Database
from agent.store.thread_spending import ThreadSpending
from agent.threads.records import Spending

pytestmark = pytest.mark.anyio
ME, OTHER = "me", "somebody else"


async def test_calls_add_up_and_a_cost_is_known_as_soon_as_one_call_has_a_price(database: Database) -> None:
    spending, thread_id = ThreadSpending(database), str(uuid.uuid4())
    assert await spending.spent(thread_id, owner_id=ME) == Spending(0, None)
    assert await spending.add(thread_id, Spending(100), owner_id=ME) == Spending(100, None)
    assert await spending.add(thread_id, Spending(50, 0.5), owner_id=ME) == Spending(150, 0.5)
    assert await spending.add(thread_id, Spending(1), owner_id=ME) == Spending(151, 0.5)
    assert await spending.add(thread_id, Spending(0, 0.25), owner_id=ME) == Spending(151, 0.75)
    assert await spending.spent(thread_id, owner_id=ME) == Spending(151, 0.75)
    assert await spending.spent(thread_id, owner_id=OTHER) == Spending()


async def test_calls_that_are_counted_at_once_are_all_counted(database: Database) -> None:
    spending, thread_id = ThreadSpending(database), str(uuid.uuid4())
    await asyncio.gather(*(spending.add(thread_id, Spending(10), owner_id=ME) for _ in range(20)))
    assert (await spending.spent(thread_id, owner_id=ME)).tokens == 200


async def test_another_owner_adds_nothing_to_a_thread(database: Database) -> None:
    spending, thread_id = ThreadSpending(database), str(uuid.uuid4())
    await spending.add(thread_id, Spending(10), owner_id=ME)
    await spending.add(thread_id, Spending(90), owner_id=OTHER)
    assert (await spending.spent(thread_id, owner_id=ME)).tokens == 10
