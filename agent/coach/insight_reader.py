"""Read what insights are counted from: an owner's newest decisions, and how the owner stands."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Final

import orjson
from psycopg.rows import DictRow

from agent.analysis.discipline import Discipline
from agent.coach.insights import Insight, Record, Refusal, ShortDecision, insights_of
from agent.desk.desk import Desk
from agent.store.decisions import DecisionFilter
from agent.store.pool import Database
from rulebook.book import Rulebook
from rulebook.facts import Fact
from tools.instruments import find_instrument

MOST_DECISIONS: Final = 1_000
MOST_REFUSALS: Final = 50
_MOST_RULEBOOKS: Final = 20
_ANY_MARKET: Final = "EURUSD"
"""Whose trading day counts where nothing was decided: an owner's trades count whatever their market."""


@dataclass(frozen=True, slots=True)
class InsightReader:
    """Count an owner's record.

    Attributes:
        database: open.
        desk: says how the owner stands.
        clock: UTC epoch seconds.
    """

    database: Database
    desk: Desk
    clock: Callable[[], int]

    async def read(self, *, owner_id: str, days: int, symbol: str | None = None) -> tuple[Insight, ...]:
        """Return what the decisions of the last days say.

        Args:
            owner_id: whose.
            days: how far back, up to now by the database's clock.
            symbol: only decisions of this market, by its canonical name; None counts all.

        Raises:
            StoreUnavailable: the database did not answer.
            InvalidProfile, InvalidParameter: the owner's profile and limits do not fit the rules of today.
        """
        wanted = DecisionFilter(symbol=symbol)
        given = {**wanted.parameters(owner_id), "days": days}
        conditions = [*wanted.conditions(), "created_at >= now() - make_interval(days => %(days)s)"]
        async with self.database.snapshot() as snapshot:
            rows = await snapshot.filtered("decisions_in_short", conditions, limit=MOST_DECISIONS, **given)
            refused = await snapshot.filtered("facts_of_refusals", conditions, limit=MOST_REFUSALS, **given)
            hashes = list(dict.fromkeys(row["rulebook_hash"] for row in rows))[:_MOST_RULEBOOKS]
            kept = await snapshot.all("kept_rulebooks", hashes=hashes)
        market = symbol or (rows[0]["symbol"] if rows else _ANY_MARKET)
        standing = await self._standing(market, owner_id)
        return await asyncio.to_thread(_counted, days, rows, refused, kept, standing)

    async def _standing(self, symbol: str, owner_id: str) -> Discipline | None:
        market = find_instrument(symbol)
        if market is None:  # no trading day is known for it
            return None
        return (await self.desk.discipline(market, self.clock(), owner_id=owner_id)).discipline


def _counted(
    days: int,
    rows: Sequence[DictRow],
    refused: Sequence[DictRow],
    kept: Sequence[DictRow],
    standing: Discipline | None,
) -> tuple[Insight, ...]:
    names = [one.name for one in fields(ShortDecision)]
    record = Record(
        days=days,
        total=rows[0]["total"] if rows else 0,
        decisions=[ShortDecision(**{name: row[name] for name in names}) for row in rows],
        refusals=[_refusal(row) for row in refused],
        rulebooks={row["hash"]: Rulebook.from_dict(orjson.loads(row["snapshot"])) for row in kept},
        discipline=standing,
    )
    return insights_of(record)


def _refusal(row: DictRow) -> Refusal:
    facts = {name: Fact.from_dict(fact) for name, fact in row["facts"].items()}
    return Refusal(row["run_id"], row["rulebook_hash"], facts)
