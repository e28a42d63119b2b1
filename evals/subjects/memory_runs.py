"""Recorded runs in memory: the twin of `agent.runs.service.Runs` for whoever needs no database.

Walking, explaining and supposing are the service's own functions; what differs is only where a record lies. A test
holds the two against each other.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from agent.analysis.request import AnalysisRequest, inputs_hash
from agent.analysis.walk import walk, walk_now
from agent.audit.canonical import canonical_json
from agent.explanation.explain import Explanation, explain
from agent.explanation.what_if import WhatIf
from agent.runs.preparation import Preparation
from agent.runs.service import AuditedDecision
from agent.runs.what_if import DecidedRun, check_wanted, suppose_facts, suppose_rulebook
from agent.store.decisions import DecisionFilter
from agent.store.records import DecisionRecord, Page, Run, StoredInputs
from rulebook.book import Rulebook
from rulebook.facts import Scalar
from tools.errors import DecisionNotFound, RunNotFound

CODE_VERSION: Final = "in memory"
_NAMESPACE: Final = uuid.UUID("6f2c1f0e-4f0d-5c62-9a53-0d8d3f6f0c11")
_KEPT_WALKS: Final = 128


@dataclass(frozen=True, slots=True)
class _Walked:
    """What a walk came to, as it is read back from where it is stored."""

    canonical: str
    facts: dict[str, Any]
    verdicts: tuple[dict[str, Any], ...]


class Walks:
    """Walk each request and explain each run once; the newest are kept, whoever asks."""

    def __init__(self) -> None:
        """Start with none."""
        self._kept: OrderedDict[tuple[str, str], _Walked] = OrderedDict()
        self._explained: OrderedDict[str, Explanation] = OrderedDict()

    def walked(self, request: AnalysisRequest, rulebook: Rulebook) -> _Walked:
        """Return what a request comes to by a rulebook.

        Raises:
            NodeFailed: the walk does not come to a decision.
        """
        key = inputs_hash(request.to_inputs()), rulebook.hash
        if key not in self._kept:
            outcome = walk_now(request, rulebook)
            self._kept[key] = _Walked(
                canonical=canonical_json(outcome["decision"]).decode(),
                facts=orjson.loads(orjson.dumps(outcome["facts"])),
                verdicts=tuple(orjson.loads(orjson.dumps(outcome["verdicts"]))),
            )
            if len(self._kept) > _KEPT_WALKS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def explained(self, run: DecidedRun) -> Explanation:
        """Return why a run of `MemoryRuns` decided what it decided; its id stands for all that went into it."""
        run_id = run.record.run_id
        if run_id not in self._explained:
            self._explained[run_id] = explain(run.record, run.verdicts, run.stored.rulebook)
            if len(self._explained) > _KEPT_WALKS:
                self._explained.popitem(last=False)
        self._explained.move_to_end(run_id)
        return self._explained[run_id]


class MemoryRuns:
    """One owner's runs, walked at once and kept for as long as this lives; passes for `RecordedRuns`.

    The ids of run and decision follow from the inputs, the rulebook and the run's number, so that the same runs have
    the same ids wherever and for whomever they are made.
    """

    def __init__(self, preparation: Preparation, walks: Walks, clock: Callable[[], int], *, owner_id: str) -> None:
        """Start with no runs.

        Args:
            preparation: makes a request whole.
            walks: walks it.
            clock: UTC epoch seconds, when a run is recorded.
            owner_id: whose runs; another owner has none here.
        """
        self._preparation = preparation
        self._walks = walks
        self._clock = clock
        self._owner_id = owner_id
        self._runs: dict[str, DecidedRun] = {}
        self._by_decision: dict[str, str] = {}

    async def analyze(self, request: AnalysisRequest, *, owner_id: str) -> Run:
        """Make a request whole, walk it, and keep what came of it; see `RecordedRuns`.

        Raises:
            NodeFailed: the walk does not come to a decision; nothing is kept.
        """
        whole, rulebook = await self._preparation.prepare(request, owner_id=owner_id)
        made_of = f"{len(self._runs) + 1}/{inputs_hash(whole.to_inputs())}/{rulebook.hash}"
        run_id, decision_id = (uuid.uuid5(_NAMESPACE, f"{kind}/{made_of}").hex for kind in ("run", "decision"))
        walked = self._walks.walked(whole, rulebook)
        record = _record(run_id, decision_id, whole, rulebook, walked, self._clock())
        stored = StoredInputs(orjson.loads(orjson.dumps(whole.to_inputs())), whole.window_bytes(), rulebook)
        self._runs[run_id] = DecidedRun(record, walked.verdicts, stored)
        self._by_decision[decision_id] = run_id
        return await self.get(run_id, owner_id=owner_id)

    async def get(self, run_id: str, *, owner_id: str) -> Run:
        """Return a run, completed; it has no log, so its last event is none. See `RecordedRuns`."""
        run = self._run(run_id, owner_id)
        record = run.record
        return Run(
            run_id=record.run_id,
            symbol=record.symbol,
            status="completed",
            profile=run.stored.rulebook.profile,
            rulebook_hash=record.rulebook_hash,
            as_of=record.as_of,
            attempts=1,
            last_seq=0,
            created_at=record.created_at,
            started_at=record.created_at,
            finished_at=record.created_at,
            cancel_requested_at=None,
            decision_id=record.decision_id,
            decision=record.decision,
            error=None,
        )

    async def explain(self, run_id: str, *, owner_id: str) -> Explanation:
        """Say why a run decided what it decided; see `RecordedRuns`."""
        return self._walks.explained(self._run(run_id, owner_id))

    async def what_if(
        self,
        run_id: str,
        *,
        owner_id: str,
        profile: str | None = None,
        facts: Mapping[str, Scalar | None] | None = None,
    ) -> WhatIf:
        """Say what a run would have come to otherwise; see `RecordedRuns`."""
        check_wanted(profile, facts)
        run = self._run(run_id, owner_id)
        if facts is not None:
            return suppose_facts(run, facts)
        rulebook = await self._preparation.rulebook(profile, owner_id=owner_id)
        return await suppose_rulebook(run, walk, replace(run.request, profile=profile), rulebook)

    async def decisions(
        self, wanted: DecisionFilter | None = None, *, owner_id: str, limit: int = 50, offset: int = 0
    ) -> Page[DecisionRecord]:
        """Return recorded decisions, newest first; see `RecordedRuns`."""
        own = reversed(self._runs.values()) if owner_id == self._owner_id else ()
        found = [run.record for run in own if _is_wanted(run.record, wanted or DecisionFilter())]
        return Page(len(found), tuple(found[offset : offset + limit]), limit, offset)

    async def decision(self, decision_id: str, *, owner_id: str) -> AuditedDecision:
        """Return a decision with its whole trace; see `RecordedRuns`."""
        if decision_id not in self._by_decision or owner_id != self._owner_id:
            raise DecisionNotFound(f"no decision has the id {decision_id!r}")
        run = self._runs[self._by_decision[decision_id]]
        return AuditedDecision(run.record, run.verdicts)

    def _run(self, run_id: str, owner_id: str) -> DecidedRun:
        if run_id not in self._runs or owner_id != self._owner_id:
            raise RunNotFound(f"no run has the id {run_id!r}")
        return self._runs[run_id]


def _record(
    run_id: str, decision_id: str, request: AnalysisRequest, rulebook: Rulebook, walked: _Walked, now: int
) -> DecisionRecord:
    decision = {"run_id": run_id, **orjson.loads(walked.canonical)}
    return DecisionRecord(
        decision_id=decision_id,
        run_id=run_id,
        symbol=request.symbol,
        status=decision["status"],
        as_of=request.as_of,
        canonical=walked.canonical,
        decision=decision,
        decision_hash=decision["decision_hash"],
        facts=walked.facts,
        rulebook_hash=rulebook.hash,
        code_version=CODE_VERSION,
        created_at=datetime.fromtimestamp(now, UTC),
    )


def _is_wanted(record: DecisionRecord, wanted: DecisionFilter) -> bool:
    """Tell whether a decision is among those asked for, as `DecisionFilter.conditions` says it in SQL."""
    is_same = wanted.symbol in (None, record.symbol) and wanted.status in (None, record.status)
    recorded, decided = record.created_at.timestamp(), record.as_of
    begun = (wanted.since is None or recorded >= wanted.since.timestamp()) and decided >= (
        wanted.decided_from or decided
    )
    is_before = wanted.until is None or recorded < wanted.until.timestamp()
    return is_same and begun and is_before and (wanted.decided_before is None or decided < wanted.decided_before)
