"""What a node hands over: named facts for the rulebook, findings for the nodes after it, and the tools it called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rulebook.facts import Evidence, Fact
from rulebook.verdict import Verdict
from tools.candles import Candles
from tools.facts import Facts
from tools.times import iso_utc

Findings = dict[str, Any]
"""What earlier nodes found, as plain JSON values: direction, bias, setup, targets."""

NO_LEAN: Final = "there is no lean either way, so no direction can be asked about"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the nodes before gathered: their facts by name, what they found besides, and how the rules judged it.

    Behind a closed gate there are no verdicts, also of nodes whose facts are there.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    findings: Findings = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()

    @property
    def lean(self) -> int:
        """The direction that the bias node chose: +1, -1, or 0 for neither."""
        return int(self.findings["direction"])


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


def candle_evidence(candles: Candles, bar: int, price: float) -> Evidence:
    """Point at one bar, and at a price of it."""
    at = iso_utc(int(candles.time[bar]))
    return Evidence(f"candle:{candles.timeframe}:{at}", "candle", at, price)


def all_unknown(names: tuple[str, ...], because: str) -> dict[str, Fact]:
    """Return facts that cannot be known, all for one reason."""
    return dict.fromkeys(names, Fact.unknown(because))
