"""The chain over recorded decisions, read from one unchanging view of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import DictRow

from agent.audit.content import Parts, SealedRecord
from agent.store.pool import Snapshot


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a link seals, as it stands in the database now.

    Attributes:
        record: the decision's row, facts left out.
        decision_seq: its number in the table.
        facts: its facts, JSON.
        inputs: its run's inputs, JSON; None where the run is gone.
        window_sha256: the windows its run names.
        traces: (position, rule id, node, outcome, verdict as JSON, number of its decision), in order.
        is_time_kept: whether it carries the link's time.
        is_run_kept: whether its run's row says the same as it does.
    """

    record: SealedRecord
    decision_seq: int
    facts: str
    inputs: str | None
    window_sha256: frozenset[str]
    traces: tuple[tuple[int, str, str, str, str, int | None], ...]
    is_time_kept: bool
    is_run_kept: bool


@dataclass(frozen=True, slots=True)
class StoredLink:
    """One link as it is stored; `sealed` is None where its decision is gone, `at_us` epoch microseconds UTC."""

    seq: int
    decision_id: str
    run_id: str
    parts: Parts
    content_hash: str
    previous_hash: str
    hash: str
    at_us: int
    sealed: Sealed | None


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last link's seq and hash (0 and None before the first), and how many decisions the owner has."""

    seq: int
    hash: str | None
    decisions: int


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Something that has no link, and the place in the chain it would have; or a link, and the place it stands at."""

    place: int
    id: str


class ChainReader:
    """Read one owner's chain."""

    def __init__(self, snapshot: Snapshot, owner_id: str) -> None:
        """Read from a view of the database."""
        self._snapshot = snapshot
        self._owner_id = owner_id

    async def exists(self) -> bool:
        """Tell whether there is a table of chains at all."""
        row = await self._snapshot.one("has_chain")
        return row is not None and bool(row["is_there"])

    async def hash_at(self, seq: int) -> str | None:
        """Return the hash of one link, or None where there is no such link."""
        row = await self._snapshot.one("chain_link", owner_id=self._owner_id, seq=seq)
        return None if row is None else str(row["hash"])

    async def links(self, *, after: int, limit: int) -> list[StoredLink]:
        """Return the next links behind a place, with what they seal."""
        rows = await self._snapshot.all("chain_links", owner_id=self._owner_id, after=after, limit=limit)
        run_ids = [row["run_id"] for row in rows]
        traces: dict[str, list[DictRow]] = {run_id: [] for run_id in run_ids}
        for one in await self._snapshot.all("sealed_traces", owner_id=self._owner_id, run_ids=run_ids):
            traces[one["run_id"]].append(one)
        return [_link(self._owner_id, row, traces[row["run_id"]]) for row in rows]

    async def window_digests(self, sha256: Sequence[str]) -> Mapping[str, str]:
        """Return what stored windows really hash to, by the SHA-256 they are kept under; left out are those gone."""
        rows = await self._snapshot.all("stored_digests", owner_id=self._owner_id, sha256=list(sha256))
        return {row["sha256"]: row["is_really"] for row in rows}

    async def rulebooks(self, hashes: Sequence[str]) -> Mapping[str, str]:
        """Return the snapshots of rulebooks, JSON, by hash; those that are gone are left out."""
        rows = await self._snapshot.all("kept_rulebooks", hashes=list(hashes))
        return {row["hash"]: row["snapshot"] for row in rows}

    async def below_start(self, *, limit: int) -> tuple[int, list[Misplaced]]:
        """Count the links at places below 1, where no chain has any, and return some of them by their decisions."""
        return await self._misplaced("count_below_start", "links_below_start", "decision_id", limit)

    async def outside(self, *, limit: int) -> tuple[int, list[Misplaced]]:
        """Count the decisions without a link, and return the first of them."""
        return await self._misplaced("count_outside", "decisions_outside", "decision_id", limit)

    async def undecided(self, *, limit: int) -> tuple[int, list[Misplaced]]:
        """Count the completed runs without a decision or a link, and return the first of them."""
        return await self._misplaced("count_undecided", "undecided_runs", "run_id", limit)

    async def _misplaced(self, count: str, some: str, name: str, limit: int) -> tuple[int, list[Misplaced]]:
        counted = await self._snapshot.one(count, owner_id=self._owner_id)
        if counted is None or not counted["total"]:
            return 0, []
        rows = await self._snapshot.all(some, owner_id=self._owner_id, limit=limit)
        return counted["total"], [Misplaced(row["place"], row[name]) for row in rows]


def chain_end(row: Mapping[str, Any] | None) -> ChainEnd:
    """Read a row of the statement ``chain_head``."""
    if row is None or row["seq"] is None:
        return ChainEnd(0, None, 0 if row is None else row["decisions"])
    return ChainEnd(row["seq"], row["hash"], row["decisions"])


def _link(owner_id: str, row: DictRow, traces: Sequence[DictRow]) -> StoredLink:
    return StoredLink(
        seq=row["seq"],
        decision_id=row["decision_id"],
        run_id=row["run_id"],
        parts=_parts(row["parts"]),
        content_hash=row["content_hash"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
        at_us=row["at_us"],
        sealed=None if row["decision_seq"] is None else _sealed(owner_id, row, traces),
    )


def _parts(stored: Any) -> Parts:
    """Read a link's list of digests, whatever it was altered into."""
    given = stored if isinstance(stored, dict) else {}
    return Parts(**{name: str(given.get(name)) for name in Parts.__dataclass_fields__})


def _sealed(owner_id: str, row: DictRow, traces: Sequence[DictRow]) -> Sealed:
    columns = {name: row[name] for name in SealedRecord.__dataclass_fields__ if name not in {"owner_id", "run_id"}}
    return Sealed(
        record=SealedRecord(owner_id=owner_id, run_id=row["decided_run_id"], **columns),
        decision_seq=row["decision_seq"],
        facts=row["facts"],
        inputs=row["inputs"],
        window_sha256=frozenset(row["window_sha256"] or ()),
        traces=tuple(
            (one["position"], one["rule_id"], one["node"], one["outcome"], one["verdict"], one["decision_seq"])
            for one in traces
        ),
        is_time_kept=row["is_time_kept"],
        is_run_kept=row["run_status"] == "completed"
        and all(row[f"run_{name}"] == row[name] for name in ("symbol", "as_of", "rulebook_hash")),
    )
