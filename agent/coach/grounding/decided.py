"""The newest decision on a market, as advice is held against it, and what is said where it does not bear it."""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from agent.coach.grounding.claims import Evidence
from tools.times import iso_utc

_TRADE: Final = "TRADE_NOW"
_TOOL: Final = "newest_decision"
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Decided:
    """An owner's newest decision on a market.

    Attributes:
        run_id: of its run.
        symbol: the market.
        status: TRADE_NOW, WAIT or NO_TRADE.
        as_of: what moment it was decided about, UTC epoch seconds.
        lasts_s: seconds after which it is past.
        direction: of the setup, ``long`` or ``short``; None where there is none.
        rule: the first rule that decided; None where none did.
        name: of that rule.
        sentence: what it came to.
    """

    run_id: str
    symbol: str
    status: str
    as_of: int
    lasts_s: int
    direction: str | None = None
    rule: str | None = None
    name: str | None = None
    sentence: str | None = None

    def evidence(self) -> Evidence:
        """Return what supports a sentence about it, in the form of a tool's answer."""
        verdict = {"rule": self.rule, "name": self.name, "outcome": "fail", "sentence": self.sentence}
        told: dict[str, Any] = {
            "tool": _TOOL,
            "decision": {
                "run_id": self.run_id,
                "symbol": self.symbol,
                "status": self.status,
                "as_of": iso_utc(self.as_of),
            },
            "deciding_rules": [verdict] if self.rule and self.status != _TRADE else [],
            "setup": None if self.direction is None else {"direction": self.direction},
            "lasts_minutes": self.lasts_s // _SECONDS,
        }
        return Evidence(call_id=_TOOL, tool=_TOOL, arguments={}, answer=json.dumps(told))

    def in_words(self) -> str:
        """Return what was decided, and by which rule."""
        said = f"the decision on {self.symbol} is {self.status}"
        if self.status != _TRADE and self.rule:
            said += f", because of rule {self.rule}{f' {self.name}' if self.name else ''}"
        if self.status != _TRADE and self.sentence:
            said += f": {self.sentence.rstrip('.')}"
        return said


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is said in place of an answer.

    Attributes:
        kind: what the answer was at fault for.
        text: what is said instead.
        reason: why, in few words, for who is told that the answer does not stand.
        passage: what of the answer is at fault.
        decision: what it stands against; None where there is none.
        market: whose decision was looked for; None where no market was known.
    """

    kind: Literal["advice", "language"]
    text: str
    reason: str
    passage: str
    decision: Decided | None
    market: str | None

    def evidence(self) -> Evidence:
        """Return what supports the text: what the record says of the market, in the form of a tool's answer."""
        if self.decision is not None:
            return self.decision.evidence()
        told = {"tool": _TOOL, "symbol": self.market, "decision": None}
        return Evidence(call_id=_TOOL, tool=_TOOL, arguments={}, answer=json.dumps(told))


def not_borne(decision: Decided, directions: frozenset[str], now: int) -> str | None:
    """Return why a decision does not bear acting on its market; None where it does.

    Args:
        decision: the newest on that market.
        directions: in which acting is advised; empty where none is said.
        now: UTC epoch seconds.
    """
    said = decision.in_words()
    if decision.status != _TRADE:
        return f"{said}. Run {decision.run_id}."
    if now - decision.as_of > decision.lasts_s:
        lasts = decision.lasts_s // _SECONDS
        taken = f"it is of {iso_utc(decision.as_of)} and counts for {lasts} minutes"
        return f"{said}, but it is past: {taken}. Run {decision.run_id}."
    if directions - {decision.direction}:
        return f"{said}, and its setup is {decision.direction or 'without a direction'}. Run {decision.run_id}."
    return None
