"""Metrics: every count is of one moment, whatever is recorded meanwhile."""

from collections.abc import Sequence

import pytest
from psycopg.rows import DictRow

from agent.audit.metrics import read_metrics
from agent.store.decisions import DecisionFilter
from agent.store.pool import Database, Snapshot
from tests.agent.audit.recorded import ME, record

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("wanted", [DecisionFilter(), DecisionFilter(symbol="EURUSD")])
async def test_a_decision_recorded_between_two_counts_is_in_neither(
    database: Database, monkeypatch: pytest.MonkeyPatch, wanted: DecisionFilter
) -> None:
    await record(database, mine=2)
    filtered = Snapshot.filtered

    async def then_record(self: Snapshot, name: str, filters: Sequence[str], **parameters: object) -> list[DictRow]:
        rows = await filtered(self, name, filters, **parameters)
        await record(database, mine=1)
        return rows

    monkeypatch.setattr(Snapshot, "filtered", then_record)
    counted = await read_metrics(database, wanted, owner_id=ME)
    assert counted.decisions == 2
    assert counted.rules
    assert {sum(rule.outcomes.values()) for rule in counted.rules} == {2}
    assert (await read_metrics(database, wanted, owner_id=ME)).decisions > 2
