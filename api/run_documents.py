"""Runs and decisions as wire documents, and as the problem that takes a missing decision's place."""

from datetime import UTC, datetime
from typing import Any

from agent.runs.service import AuditedDecision
from agent.store.records import DecisionRecord, Run
from api.problems import Problem
from tools.times import iso_utc


def run_summary(run: Run) -> dict[str, Any]:
    """Return a run without its decision; see `api.schemas.runs.RunSummary`."""
    return {
        "run_id": run.run_id,
        "symbol": run.symbol,
        "status": run.status,
        "profile": run.profile,
        "rulebook_hash": run.rulebook_hash,
        "as_of": iso_utc(run.as_of),
        "attempts": run.attempts,
        "last_seq": run.last_seq,
        "created_at": stamp(run.created_at),
        "started_at": stamp(run.started_at),
        "finished_at": stamp(run.finished_at),
        "cancel_requested_at": stamp(run.cancel_requested_at),
        "decision_id": run.decision_id,
        "decision_status": None if run.decision is None else run.decision["status"],
        "error": run.error,
    }


def run_detail(run: Run) -> dict[str, Any]:
    """Return a run with its decision or null; see `api.schemas.runs.RunDetail`."""
    return {**run_summary(run), "decision": run.decision}


def undecided(run: Run) -> Problem:
    """Return why a run that has ended has no decision; the problem names the run, whose trace is kept."""
    extra = {"run_id": run.run_id}
    if run.status == "cancelled":
        return Problem("run-cancelled", "The run was cancelled", 409, f"run {run.run_id} was cancelled", extra=extra)
    node = (run.error or {}).get("node")
    where = f" in node {node}" if node else ""
    detail = f"run {run.run_id} failed{where}; its trace up to there is kept"
    return Problem("run-failed", "The run failed", 500, detail, extra=extra)


def decision_summary(record: DecisionRecord) -> dict[str, Any]:
    """Return a recorded decision in short; see `api.schemas.audit.DecisionSummary`."""
    return {
        "decision_id": record.decision_id,
        "run_id": record.run_id,
        "symbol": record.symbol,
        "status": record.status,
        "as_of": iso_utc(record.as_of),
        "reason_short": record.decision["reason_short"],
        "confidence": record.decision["confidence"],
        "decision_hash": record.decision_hash,
        "rulebook_hash": record.rulebook_hash,
        "created_at": stamp(record.created_at),
    }


def recorded_decision(audited: AuditedDecision) -> dict[str, Any]:
    """Return a recorded decision with its facts and trace; see `api.schemas.audit.RecordedDecision`."""
    record = audited.record
    return {
        "decision_id": record.decision_id,
        "run_id": record.run_id,
        "symbol": record.symbol,
        "status": record.status,
        "as_of": iso_utc(record.as_of),
        "decision": record.decision,
        "decision_hash": record.decision_hash,
        "rulebook_hash": record.rulebook_hash,
        "code_version": record.code_version,
        "created_at": stamp(record.created_at),
        "facts": record.facts,
        "trace": list(audited.verdicts),
    }


def stamp(moment: datetime | None) -> str | None:
    """Write a moment as ISO-8601 UTC, to the microsecond."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
