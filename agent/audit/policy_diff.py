"""Policy diff: judge the recorded history by two rulebooks, and list the decisions that flip."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from agent.analysis.reading import SharedCharts
from agent.analysis.request import AnalysisRequest
from agent.analysis.steps import walk_now
from agent.audit.material import Material, RecordedDecisions, readable
from agent.audit.workforce import work_through
from rulebook.book import Rulebook
from tools.errors import IctError


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rulebook comes to: the status, the rules that decide it, and the sentence."""

    status: str
    deciding_rules: tuple[str, ...]
    reason: str

    @classmethod
    def of(cls, decision: dict[str, Any]) -> Self:
        """Read a decision."""
        return cls(decision["status"], tuple(decision["deciding_rules"]), decision["reason_short"])


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision of the history under both rulebooks; `as_of` is epoch seconds UTC.

    Attributes:
        before: under the first rulebook.
        after: under the second; both are None where the walk failed.
        failure: why it failed, or None.
    """

    decision_id: str
    run_id: str
    symbol: str
    as_of: int
    before: Ruling | None
    after: Ruling | None
    failure: str | None = None

    @property
    def flips(self) -> bool:
        """Whether the two rulebooks come to another status."""
        return self.before is not None and self.after is not None and self.before.status != self.after.status


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What another policy would have changed.

    Attributes:
        decisions: how many were judged.
        pairs: how many there are of each (status before, status after), sorted.
        flips: the decisions whose status changes, oldest first.
        failures: those that could not be judged, oldest first.
    """

    decisions: int
    pairs: tuple[tuple[str, str, int], ...]
    flips: tuple[Judged, ...]
    failures: tuple[Judged, ...]


def policy_diff(
    conninfo: str,
    owner_id: str,
    before: Rulebook,
    after: Rulebook,
    *,
    since: datetime | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> PolicyDiff:
    """Judge an owner's history by two rulebooks; blocks, so call it in a thread. Nothing is recorded.

    A decision that was recorded under one of the two is not walked again for it.

    Args:
        conninfo: the database.
        owner_id: whose decisions.
        before: the first rulebook.
        after: the second.
        since: only decisions recorded at or after this moment.
        workers: processes to walk in; 1 walks in this one.
        on_progress: told how many of how many are done.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    with RecordedDecisions(conninfo, owner_id) as decisions:
        ids = decisions.ids(since=since)
    judged = work_through(
        judge_chunk,
        (before.to_dict(), after.to_dict()),
        ids,
        conninfo=conninfo,
        owner_id=owner_id,
        workers=workers,
        on_progress=lambda done: on_progress(done, len(ids)),
    )
    counted = Counter((one.before.status, one.after.status) for one in judged if one.before and one.after)
    return PolicyDiff(
        decisions=len(judged),
        pairs=tuple((*pair, counted[pair]) for pair in sorted(counted)),
        flips=tuple(one for one in judged if one.flips),
        failures=tuple(one for one in judged if one.failure is not None),
    )


def judge_chunk(
    decisions: RecordedDecisions, snapshots: tuple[dict[str, Any], dict[str, Any]], decision_ids: Sequence[str]
) -> list[Judged]:
    """Judge some decisions by two rulebooks, given as snapshots."""
    before, after = (Rulebook.from_dict(snapshot) for snapshot in snapshots)
    return [_judge(material, before, after) for material in decisions.material(decision_ids)]


def _judge(material: Material, before: Rulebook, after: Rulebook) -> Judged:
    named = (material.decision_id, material.run_id, material.symbol, material.as_of)
    try:
        request = material.request()
        with readable("what was recorded"):
            charts = SharedCharts(request)
            first = _ruling(material, request, before, charts)
            second = _ruling(material, request, after, charts)
    except IctError as error:
        return Judged(*named, None, None, str(error))
    return Judged(*named, first, second)


def _ruling(material: Material, request: AnalysisRequest, rulebook: Rulebook, charts: SharedCharts) -> Ruling:
    if rulebook.hash == material.rulebook_hash:
        return Ruling.of(material.decision())
    return Ruling.of(walk_now(request, rulebook, charts=charts, facts_beyond=False)["decision"])
