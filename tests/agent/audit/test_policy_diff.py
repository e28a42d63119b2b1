"""Policy diff: the history under another rulebook, against walks done one by one."""

import asyncio
from collections import Counter

import pytest

from agent.analysis.steps import walk_now
from agent.audit.material import RecordedDecisions
from agent.audit.policy_diff import Ruling, policy_diff
from agent.store.pool import Database
from rulebook.loader import load_rulebook
from tests.agent.audit.history import record_history
from tests.agent.audit.recorded import ME, run_at, tamper

pytestmark = pytest.mark.anyio
LENGTH = 24
STRICT = load_rulebook("strict")
RELAXED = load_rulebook("relaxed")


@pytest.fixture
async def history(database: Database) -> Database:
    """Give a database with real decisions under the strict rules."""
    await record_history(database, LENGTH)
    return database


@pytest.mark.parametrize("workers", [1, 2])
async def test_the_flips_are_those_of_walks_done_one_by_one(history: Database, workers: int) -> None:
    found = await asyncio.to_thread(policy_diff, history.conninfo, ME, STRICT, RELAXED, workers=workers)
    with RecordedDecisions(history.conninfo, ME) as decisions:
        recorded = decisions.material(decisions.ids())
    before = {one.decision_id: Ruling.of(one.decision()) for one in recorded}
    after = {one.decision_id: Ruling.of(walk_now(one.request(), RELAXED)["decision"]) for one in recorded}
    flipped = [one for one in before if before[one].status != after[one].status]
    assert flipped, "the two profiles decide alike: the history shows nothing"
    assert [one.decision_id for one in found.flips] == flipped
    assert {one.decision_id: (one.before, one.after) for one in found.flips} == {
        one: (before[one], after[one]) for one in flipped
    }
    pairs = Counter((before[one].status, after[one].status) for one in before)
    assert {(first, second): count for first, second, count in found.pairs} == pairs
    assert (found.decisions, found.failures) == (LENGTH, ())
    assert all(one.before is not None and one.before.deciding_rules for one in found.flips)


async def test_no_rulebook_flips_against_itself_and_two_the_other_way_round(history: Database) -> None:
    same = await asyncio.to_thread(policy_diff, history.conninfo, ME, RELAXED, RELAXED)
    assert same.flips == ()
    assert sum(count for *_, count in same.pairs) == LENGTH
    there = await asyncio.to_thread(policy_diff, history.conninfo, ME, STRICT, RELAXED)
    back = await asyncio.to_thread(policy_diff, history.conninfo, ME, RELAXED, STRICT)
    assert [(one.before, one.after) for one in back.flips] == [(one.after, one.before) for one in there.flips]


async def test_what_cannot_be_judged_is_listed(history: Database) -> None:
    tamper(
        history.conninfo,
        "UPDATE input_windows SET payload = payload || '\\x00' "
        f"WHERE sha256 = ANY (SELECT unnest(window_sha256) FROM runs WHERE run_id = {run_at(1)})",
    )
    found = await asyncio.to_thread(policy_diff, history.conninfo, ME, RELAXED, STRICT)
    assert [one.failure is not None and "altered" in one.failure for one in found.failures] == [True]
    assert sum(count for *_, count in found.pairs) == LENGTH - 1


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE runs SET inputs = 'nothing' WHERE run_id = {run}", "stored inputs cannot be read"),
        ("UPDATE decisions SET decision = 'nothing' WHERE run_id = {run}", "recorded decision cannot be read"),
        ("UPDATE decisions SET decision = '{{\"status\": 1}}' WHERE run_id = {run}", "deciding_rules"),
    ],
)
async def test_what_cannot_be_read_any_more_is_listed(history: Database, statement: str, why: str) -> None:
    tamper(history.conninfo, statement.format(run=run_at(1)))
    found = await asyncio.to_thread(policy_diff, history.conninfo, ME, STRICT, STRICT)
    assert [why in str(one.failure) for one in found.failures] == [True]
    assert found.decisions == LENGTH
