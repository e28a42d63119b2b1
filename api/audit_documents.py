"""What the audit found and counted, as wire documents."""

from typing import Any

from agent.audit.findings import VerifyReport
from agent.audit.metrics import Counted, Metrics, RuleExample
from api.run_documents import stamp
from tools.times import iso_utc


def verification(report: VerifyReport) -> dict[str, Any]:
    """Return a report; see `api.schemas.audit.Verification`."""
    return {
        "owner": report.owner_id,
        "intact": False if not report.is_intact else (True if report.is_complete else None),
        "after_seq": report.after_seq,
        "last_seq": report.last_seq,
        "links": report.links,
        "complete": report.is_complete,
        "head_hash": report.head_hash,
        "first_bad_seq": None if report.first is None else report.first.seq,
        "findings": [
            {"seq": found.seq, "kind": found.kind, "what": found.what, "decision_id": found.decision_id}
            for found in report.findings
        ],
        "counts": report.counts,
    }


def metrics_document(metrics: Metrics) -> dict[str, Any]:
    """Return the counts; see `api.schemas.audit.Metrics`."""
    return {
        "decisions": metrics.decisions,
        "statuses": dict(metrics.statuses),
        "symbols": [_counted(counted) for counted in metrics.symbols],
        "kill_zones": [_counted(counted) for counted in metrics.kill_zones],
        "new_york_hours": [_counted(counted) for counted in metrics.hours],
        "rules": [
            {
                "rule_id": rule.rule_id,
                "passed": rule.outcomes["pass"],
                "failed": rule.outcomes["fail"],
                "not_evaluated": rule.outcomes["not_evaluated"],
                "errors": rule.outcomes["error"],
                "hit_rate": None if rule.hit_rate is None else round(rule.hit_rate, 4),
            }
            for rule in metrics.rules
        ],
    }


def rule_example(example: RuleExample) -> dict[str, Any]:
    """Return a recorded verdict with where it stands; see `api.schemas.rules.RuleExample`."""
    verdict = example.verdict
    return {
        "run_id": example.run_id,
        "decision_id": example.decision_id,
        "symbol": example.symbol,
        "status": example.status,
        "as_of": iso_utc(example.as_of),
        "created_at": stamp(example.created_at),
        "outcome": example.outcome,
        "sentence": verdict["sentence"],
        "reason": verdict["reason"],
        "margin": verdict["margin"],
        "operands": verdict["operands"],
        "evidence": verdict["evidence"],
    }


def _counted(counted: Counted) -> dict[str, Any]:
    return {"name": counted.name, "total": counted.total, "statuses": dict(counted.statuses)}
