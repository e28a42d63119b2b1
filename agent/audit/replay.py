"""Replay the whole record: walk again over every decision's inputs by its own rulebook, and compare the bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.analysis.steps import walk_now
from agent.audit.canonical import is_same_decision
from agent.audit.material import Material, RecordedDecisions, readable
from agent.audit.workforce import work_through
from tools.errors import DataError, IctError, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Differing:
    """A decision that does not come out again; `reason` says why, `replayed_hash` is None where there is none."""

    decision_id: str
    run_id: str
    symbol: str
    reason: str
    recorded_hash: str
    replayed_hash: str | None


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """How many decisions were replayed, and those that came out otherwise, oldest first."""

    decisions: int
    differing: tuple[Differing, ...]

    @property
    def is_identical(self) -> bool:
        """Whether every decision came out in the same bytes."""
        return not self.differing


def replay_all(
    conninfo: str,
    owner_id: str,
    *,
    since: datetime | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> ReplayReport:
    """Replay every decision of an owner; blocks, so call it in a thread. Nothing is recorded.

    Args:
        conninfo: the database.
        owner_id: whose decisions.
        since: only those recorded at or after this moment.
        workers: processes to walk in; 1 walks in this one.
        on_progress: told how many of how many are done.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    with RecordedDecisions(conninfo, owner_id) as decisions:
        ids = decisions.ids(since=since)
    found = work_through(
        replay_chunk,
        None,
        ids,
        conninfo=conninfo,
        owner_id=owner_id,
        workers=workers,
        on_progress=lambda done: on_progress(done, len(ids)),
    )
    return ReplayReport(len(ids), tuple(found))


def replay_chunk(decisions: RecordedDecisions, setting: None, decision_ids: Sequence[str]) -> list[Differing]:
    """Replay some decisions and return those that differ."""
    del setting
    told = [_replay(decisions, material) for material in decisions.material(decision_ids)]
    return [one for one in told if one is not None]


def _replay(decisions: RecordedDecisions, material: Material) -> Differing | None:
    try:
        rulebook = decisions.rulebook(material.rulebook_hash)
        request = material.request()
        with readable("the stored inputs"):
            decision = walk_now(request, rulebook, facts_beyond=False)["decision"]
    except StoreUnavailable:
        raise
    except IctError as error:
        return _differing(material, f"it cannot be walked again: {error}", None)
    if is_same_decision(decision, material.canonical):
        return None
    return _differing(material, _what_differs(material, decision), decision["decision_hash"])


def _what_differs(material: Material, decision: dict[str, object]) -> str:
    try:
        recorded = material.decision()
    except DataError as error:
        return f"other bytes: {error}"
    names = sorted(name for name in recorded | decision if recorded.get(name) != decision.get(name))
    return f"other bytes, in {', '.join(names)}" if names else "other bytes"


def _differing(material: Material, reason: str, replayed_hash: str | None) -> Differing:
    return Differing(
        decision_id=material.decision_id,
        run_id=material.run_id,
        symbol=material.symbol,
        reason=reason,
        recorded_hash=material.decision_hash,
        replayed_hash=replayed_hash,
    )
