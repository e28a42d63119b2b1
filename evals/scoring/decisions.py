"""Decisions: trade, wait or no trade, and whether for the right reason."""

from typing import Any

from agent.labels import Labels
from evals.scoring.parts import Judged
from evals.subjects.found import Found


def score_decision(labels: Labels, found: Found) -> Judged:
    """Hold the labelled decision against the one that was made.

    Returns:
        ``expected`` and ``found`` status (None where nothing was decided) and ``reason``: whether the labelled rule is
        among those that decided it, None where no rule is labelled. Nothing where no decision is labelled.
    """
    wanted, made = labels.decision, found.decision
    if wanted is None:
        return Judged()
    status, rules = (None, ()) if made is None else (made.status, made.rules)
    reason = None if wanted.rule is None else wanted.rule in rules
    failures = []
    if status != wanted.status:
        by = f" by rule {wanted.rule}" if wanted.rule else ""
        failures.append(f"expected {wanted.status}{by}; {_made(status, rules)}")
    elif reason is False:
        failures.append(f"expected {wanted.status} by rule {wanted.rule}; {_made(status, rules)}")
    return Judged({"expected": wanted.status, "found": status, "reason": reason}, failures)


def outcome_of(labels: Labels, found: Found) -> dict[str, Any] | None:
    """Return the confidence of a trade that was offered and whether it would have won.

    Nothing where no trade was offered, or the label does not say that its target or its stop came first.
    """
    outcome, made = labels.outcome, found.decision
    if outcome is None or outcome.result not in ("target", "stop"):
        return None
    if made is None or made.status != "TRADE_NOW":
        return None
    return {"confidence": made.confidence, "won": outcome.result == "target"}


def _made(status: str | None, rules: tuple[str, ...]) -> str:
    if status is None:
        return "nothing was decided"
    return f"decided {status} by {', '.join(rules) or 'no rule'}"
