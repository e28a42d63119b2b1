"""The conclusion: from verdicts to TRADE_NOW, WAIT or NO_TRADE, with a score, a confidence and an action."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rulebook.book import Rulebook
from rulebook.judge import closed_gates, confluence
from rulebook.schema import Rule
from rulebook.sentences import exact_text
from rulebook.verdict import Verdict
from tools.errors import RulebookError

Status = Literal["TRADE_NOW", "WAIT", "NO_TRADE"]
Action = Literal["no_trade", "wait", "manual_approval", "auto_eligible", "high_conviction"]

CONFIDENCE_BASIS = "uncalibrated"
"""The confidence grades how strongly the rules hold; it is no measured frequency of winning."""

_ACTIONS: tuple[Action, ...] = ("no_trade", "wait", "manual_approval", "auto_eligible", "high_conviction")
_BANDS = (0.3, 0.5, 0.7, 0.9)
"""The graded strength from which on the second, third, fourth and fifth action begins."""

_MOST: dict[Status, Action] = {"NO_TRADE": "no_trade", "WAIT": "wait", "TRADE_NOW": "high_conviction"}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Hold what a walk's verdicts come to.

    Attributes:
        status: `NO_TRADE` where a gate that blocks trading is closed, else `WAIT` where any gate is, else
            `TRADE_NOW`.
        deciding_rules: Ids of the closed gates that made the status; empty for `TRADE_NOW`.
        confluence_score: Points of the rules that pass, those of one group once, 0 to 10.
        confidence: The graded strength, 0 to 1, to four places; of a `TRADE_NOW` by a rulebook with a calibration,
            the share of trades of that strength that were measured to win.
        confidence_basis: What the confidence rests on.
        action: What may be done: `no_trade`, `wait`, `manual_approval`, `auto_eligible`, `high_conviction`. The
            graded strength names one (from 0.3, 0.5, 0.7 and 0.9 on the next), and the status caps it.
        warnings: Gates let through though they are unknown, and rules of kind `warning` that are not met or
            unknown, each with the reason.
        reason_short: The status in one sentence.
        strength: The weighted mean of the graded strengths, where the confidence is another figure; else None.
    """

    status: Status
    deciding_rules: tuple[str, ...]
    confluence_score: float
    confidence: float
    confidence_basis: str
    action: Action
    warnings: tuple[str, ...]
    reason_short: str
    strength: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "status": self.status,
            "deciding_rules": list(self.deciding_rules),
            "confluence_score": self.confluence_score,
            "confidence": self.confidence,
            "confidence_basis": self.confidence_basis,
            **self.grade(),
            "action": self.action,
            "warnings": list(self.warnings),
            "reason_short": self.reason_short,
        }

    def grade(self) -> dict[str, float]:
        """Return the entry of the strength; none where it is the confidence itself."""
        return {} if self.strength is None else {"strength": self.strength}


def conclude(rulebook: Rulebook, verdicts: Sequence[Verdict]) -> Conclusion:
    """Conclude from the verdicts of a whole walk.

    Args:
        rulebook: The rulebook that judged.
        verdicts: One verdict for each of its rules, unreached ones included.

    Raises:
        RulebookError: When the verdicts are not one for each rule of this rulebook.
    """
    _must_be_whole(rulebook, verdicts)
    status, deciding = _status(rulebook, verdicts)
    strength = graded_confidence(rulebook, verdicts)
    measured = rulebook.calibration if status == "TRADE_NOW" else None  # nothing else was ever filled and counted
    score = confluence(rulebook, verdicts)
    return Conclusion(
        status=status,
        deciding_rules=deciding,
        confluence_score=score,
        confidence=strength if measured is None else measured.confidence(strength),
        confidence_basis=CONFIDENCE_BASIS if measured is None else measured.basis,
        action=_action(status, strength),
        warnings=_warnings(rulebook, verdicts),
        reason_short=_reason(verdicts, deciding, score),
        strength=None if measured is None else strength,
    )


def _must_be_whole(rulebook: Rulebook, verdicts: Sequence[Verdict]) -> None:
    judged = sorted(one.rule_id for one in verdicts)
    if judged != sorted(rule.id for rule in rulebook.rules):
        raise RulebookError(
            [f"verdicts: they are of rules {', '.join(judged)}; give one for each rule of the rulebook"]
        )


def _status(rulebook: Rulebook, verdicts: Sequence[Verdict]) -> tuple[Status, tuple[str, ...]]:
    closed = closed_gates(rulebook, verdicts)
    forbidding = tuple(rule_id for rule_id in closed if rulebook.rule(rule_id).blocks == "no_trade")
    if forbidding:
        return "NO_TRADE", forbidding
    return ("WAIT", closed) if closed else ("TRADE_NOW", ())


def _action(status: Status, strength: float) -> Action:
    band = sum(strength >= start for start in _BANDS)
    return _ACTIONS[min(band, _ACTIONS.index(_MOST[status]))]


def _warnings(rulebook: Rulebook, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    found = (_warning(rulebook.rule(one.rule_id), one) for one in verdicts if one.reached)
    return tuple(one for one in found if one is not None)


def _warning(rule: Rule, verdict: Verdict) -> str | None:
    subject = f"{rule.id} {rule.name}"
    if verdict.outcome == "not_evaluated" and rule.when_unknown == "warn":
        return f"{subject} was let through: {verdict.reason}"
    if rule.kind != "warning" or verdict.outcome == "pass":
        return None
    if verdict.outcome == "fail":
        return f"{subject} is not met: {verdict.sentence}"
    return f"{subject} could not be judged: {verdict.reason}"


def graded_confidence(rulebook: Rulebook, verdicts: Sequence[Verdict]) -> float:
    """Return the weighted mean of the strengths that verdicts, of all nodes or of some, grade; 0 where none does."""
    graded = [
        (rule.strength.weight, _grade(rule, one))
        for one in verdicts
        if (rule := rulebook.rule(one.rule_id)).strength is not None
    ]
    total = math.fsum(weight for weight, _ in graded)
    return round(math.fsum(weight * grade for weight, grade in graded) / total, 4) if graded else 0.0


def _grade(rule: Rule, verdict: Verdict) -> float:
    strength = rule.strength
    values = [one.value for one in verdict.operands if strength is not None and one.fact == strength.fact]
    if strength is None or not values or not isinstance(values[0], int | float):
        return 0.0
    return strength.grade(values[0])


def _reason(verdicts: Sequence[Verdict], deciding: tuple[str, ...], score: float) -> str:
    if not deciding:
        return f"Every gate is open, with {exact_text(score)} of 10 points of confluence"
    first = next(one for one in verdicts if one.rule_id == deciding[0])
    others = len(deciding) - 1
    if not others:
        return first.sentence
    return f"{first.sentence}; and {others} more closed gate{'s' if others > 1 else ''}"
