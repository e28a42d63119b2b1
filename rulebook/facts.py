"""The facts a rule may read: what one is, what it is called, and which node gathers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Self

NODES = ("bias", "liquidity", "structure", "entry", "risk")
"""The five nodes in the order they are walked."""

CONFLUENCE = "checklist.confluence"
"""The one fact no node gathers: the judge adds it up from the verdicts so far."""

FactType = Literal["number", "flag", "text"]
Scalar = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Point at one detected fact on the chart that a value came from.

    Attributes:
        fact_id: The id of the detected fact.
        kind: What it is, for example `fair_value_gap`.
        time: ISO-8601 UTC open of the bar it is drawn on, or None where it has no bar.
        price: The price it stands at, or None where it has none.
    """

    fact_id: str
    kind: str
    time: str | None = None
    price: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"fact_id": self.fact_id, "kind": self.kind, "time": self.time, "price": self.price}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        return cls(data["fact_id"], data["kind"], data["time"], data["price"])


@dataclass(frozen=True, slots=True)
class Fact:
    """Hold one named fact's value as a node found it.

    Attributes:
        value: The value, or None when it is unknown.
        evidence: What on the chart it came from.
        unknown_because: Why it is unknown; set exactly when `value` is None.

    Raises:
        ValueError: When a value and a reason for having none are both given, or neither.
    """

    value: Scalar | None
    evidence: tuple[Evidence, ...] = ()
    unknown_because: str | None = None

    def __post_init__(self) -> None:
        """Refuse a value and a reason together, or neither."""
        if (self.value is None) == (self.unknown_because is None):
            raise ValueError("a fact has either a value or, when it is None, a reason in unknown_because")

    @classmethod
    def unknown(cls, because: str) -> Self:
        """Return a fact whose value could not be known, and why."""
        return cls(None, (), because)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "value": self.value,
            "evidence": [item.to_dict() for item in self.evidence],
            "unknown_because": self.unknown_because,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        evidence = tuple(Evidence.from_dict(item) for item in data["evidence"])
        return cls(data["value"], evidence, data["unknown_because"])


@dataclass(frozen=True, slots=True)
class FactSpec:
    """Say what a named fact means and how a sentence speaks of it.

    Attributes:
        name: The name rules use, `subject.fact`.
        node: The node that gathers it.
        type: `number`, `flag` or `text`.
        unit: The unit of a number, else None.
        description: What it means, in one sentence.
        values: The closed set of a text fact's values, else None.
        label: How a sentence calls a number or a text.
        phrases: How a sentence says a flag is (false, true), else None.
        whole: Whether the number counts things, so that it moves in steps of one.
        derived: Whether the judge makes it from verdicts; no node may supply it.
    """

    name: str
    node: str
    type: FactType
    unit: str | None
    description: str
    values: tuple[str, ...] | None = None
    label: str = ""
    phrases: tuple[str, str] | None = None
    whole: bool = False
    derived: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return what a judgement or a sentence depends on, as plain JSON values."""
        return {
            "node": self.node,
            "type": self.type,
            "unit": self.unit,
            "values": None if self.values is None else list(self.values),
            "label": self.label,
            "phrases": None if self.phrases is None else list(self.phrases),
            "whole": self.whole,
            "derived": self.derived,
        }

    @classmethod
    def from_dict(cls, name: str, data: Mapping[str, Any], description: str = "") -> Self:
        """Read back what `to_dict` wrote; the name and the description are kept beside it."""
        values, phrases = data["values"], data["phrases"]
        return cls(
            name=name,
            node=data["node"],
            type=data["type"],
            unit=data["unit"],
            description=description,
            values=None if values is None else tuple(values),
            label=data["label"],
            phrases=None if phrases is None else (phrases[0], phrases[1]),
            whole=data["whole"],
            derived=data["derived"],
        )


def _number(name: str, node: str, unit: str, label: str, description: str, *, whole: bool = False) -> FactSpec:
    return FactSpec(name, node, "number", unit, description, label=label, whole=whole)


def _flag(name: str, node: str, false: str, true: str, description: str) -> FactSpec:
    return FactSpec(name, node, "flag", None, description, label=true, phrases=(false, true))


_SPECS = (
    _number(
        "bias.strength",
        "bias",
        "ratio",
        "bias strength",
        "Absolute weighted vote for the bias; 0 when votes cancel or price stands near equilibrium.",
    ),
    FactSpec(
        "bias.direction",
        "bias",
        "text",
        None,
        "The side the weighted higher-timeframe votes lean to.",
        values=("bullish", "bearish", "neutral"),
        label="higher-timeframe bias",
    ),
    _number(
        "bias.opposing_share",
        "bias",
        "ratio",
        "share of the votes against the bias",
        "Share of the known votes' weight that stands against the bias direction.",
    ),
    _number(
        "candles.bars_behind",
        "bias",
        "bars",
        "age of the candles",
        "Bars of the finest timeframe that the open market had time for between the last close and the decision.",
        whole=True,
    ),
    _flag(
        "range.known",
        "liquidity",
        "no dealing range is known",
        "a dealing range is known",
        "Whether a dealing range can be drawn at the last closed bar.",
    ),
    _flag(
        "liquidity.sweep_present",
        "liquidity",
        "no pool against the bias has been swept",
        "a pool against the bias has been swept",
        "Whether a pool on the side that suits the bias was swept (sell-side for a bullish bias).",
    ),
    _number(
        "liquidity.bars_since_sweep",
        "liquidity",
        "bars",
        "time since the sweep",
        "Closed bars since the latest sweep that suits the bias was confirmed.",
        whole=True,
    ),
    _number(
        "range.right_half_depth",
        "liquidity",
        "percent",
        "depth in the right half of the range",
        "How deep price stands in the half that suits the bias: 50 - pd for bullish, pd - 50 for bearish.",
    ),
    _flag(
        "structure.aligned",
        "structure",
        "the structure timeframe does not trend with the bias",
        "the structure timeframe trends with the bias",
        "Whether the structure timeframe's trend equals the bias.",
    ),
    _number(
        "structure.displacement_atr",
        "structure",
        "ATR",
        "largest displacement body",
        "Largest body, in ATR, of a candle with the bias that closes in its outer third, in the lookback.",
    ),
    _flag(
        "structure.mss_present",
        "structure",
        "no market structure shift with the bias is confirmed",
        "a market structure shift with the bias is confirmed",
        "Whether a market structure shift in the bias direction is confirmed.",
    ),
    _number(
        "structure.bars_since_mss",
        "structure",
        "bars",
        "time since the market structure shift",
        "Closed bars since the latest market structure shift with the bias was confirmed.",
        whole=True,
    ),
    _number(
        "entry.fresh_arrays",
        "entry",
        "count",
        "number of fresh gaps and order blocks",
        "Fair value gaps and order blocks in the bias direction that price has not traded through.",
        whole=True,
    ),
    _flag(
        "entry.setup_present",
        "entry",
        "no fresh setup stands",
        "a fresh setup stands",
        "Whether a setup stands whose entry has not traded and whose stop was not hit.",
    ),
    _number(
        "entry.ote_retracement",
        "entry",
        "ratio",
        "retracement of the dealing range at the entry",
        "How far the entry retraces the dealing range against its direction.",
    ),
    _flag(
        "session.in_kill_zone",
        "entry",
        "no kill zone is open",
        "a kill zone is open",
        "Whether the analysis time lies inside a trading kill zone of the instrument.",
    ),
    _flag(
        "session.bank_holiday",
        "entry",
        "it is not a bank holiday",
        "it is a bank holiday",
        "Whether the trading day is a bank holiday of the instrument's market.",
    ),
    _number(
        "news.minutes_to_event",
        "entry",
        "minutes",
        "distance to the nearest high-impact event",
        "Minutes to the nearest high-impact event of the instrument's currencies, either way; at most 1440.",
    ),
    _number(
        "risk.reward_ratio",
        "risk",
        "R",
        "reward for the risk",
        "Distance to the farthest offered target over the distance to the stop.",
    ),
    _number(
        "risk.risk_pct",
        "risk",
        "percent",
        "risk on the account",
        "Share of the account put at risk by the trade.",
    ),
    _number(
        "risk.position_size",
        "risk",
        "contracts",
        "position size",
        "Contracts the risk pays for, rounded down to the instrument's step.",
    ),
    _number(
        "discipline.trades_this_session",
        "risk",
        "trades",
        "number of trades already taken this session",
        "Trades the caller says were taken this session.",
        whole=True,
    ),
    FactSpec(
        CONFLUENCE,
        "risk",
        "number",
        "points",
        "Sum of the weights of the rules that pass, out of ten.",
        label="confluence",
        derived=True,
    ),
)

VOCABULARY: Mapping[str, FactSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
"""Every fact a rule may read, by name."""
