"""What a node hands over: named facts for the rulebook, findings for the nodes after it, and the tools it called."""

from dataclasses import dataclass, field
from typing import Any

from rulebook.facts import Evidence, Fact
from tools.candles import Candles
from tools.facts import Facts
from tools.times import iso_utc

Findings = dict[str, Any]
"""What earlier nodes found, as plain JSON values: direction, bias, setup, targets."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a deterministic tool: its name, the timeframe and bars it read, and how many facts it found."""

    tool: str
    timeframe: str
    bars: int
    found: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"tool": self.tool, "timeframe": self.timeframe, "bars": self.bars, "found": self.found}


@dataclass(frozen=True, slots=True)
class Observation:
    """One node's facts by name, its findings, and the tools it called, in order."""

    facts: dict[str, Fact]
    findings: Findings = field(default_factory=dict)
    calls: tuple[ToolCall, ...] = ()


def call_of(tool: str, candles: Candles, found: int) -> ToolCall:
    """Describe a call of a tool over candles."""
    return ToolCall(tool, candles.timeframe.value, len(candles), found)


def evidence_of(facts: Facts, row: int, candles: Candles, price: float | None = None) -> Evidence:
    """Point at one detected fact, with the time of the bar it is drawn on."""
    at = iso_utc(int(candles.time[facts.formed_index[row]]))
    return Evidence(facts.id_of(row, candles), facts.KIND, at, price)
