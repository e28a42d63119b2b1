"""The decision: the wire form of what an analysis concluded. Stored once, served as stored."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from api.schemas.base import Answer, RunId, Time

Status = Literal["TRADE_NOW", "WAIT", "NO_TRADE"]
RuleRefs = Annotated[list[str], Field(description="Ids of the rules this rests on.", examples=[["1.1", "1.1.1"]])]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
ConfidenceBasis = Annotated[
    str,
    Field(pattern="^(uncalibrated|calibration [0-9a-f]{12})$", examples=["uncalibrated", "calibration 1f0c8a2b94d7"]),
]


class Vote(Answer):
    """One reading's say in the bias."""

    name: str = Field(examples=["trend_middle"])
    vote: Literal["bullish", "bearish", "neutral", "unknown"]
    reason: str


class HtfBias(Answer):
    """The higher timeframes' bias."""

    value: Literal["bullish", "bearish", "neutral"]
    score: float | None = Field(description="Weighted votes, -1 (all bearish) to 1 (all bullish).")
    votes: list[Vote]
    rule_refs: RuleRefs


class LtfAlignment(Answer):
    """Whether the structure timeframe agrees with the bias."""

    timeframe: str = Field(examples=["15m"])
    alignment: Literal["aligned", "opposed", "unknown"]
    rule_refs: RuleRefs


class Session(Answer):
    """What the clock said at `timestamp`."""

    kill_zone: str | None = Field(
        description="The tradeable kill zone under way, by the profile's own windows where it has some.",
        examples=["london"],
    )
    new_york_time: str = Field(
        description="The moment on the New York clock, with its offset.", examples=["2024-01-10T03:15:00-05:00"]
    )
    market_open: bool


class Partial(Answer):
    """A part of the position to close on the way."""

    price: float
    share_pct: float = Field(gt=0, le=100, description="Percent of the whole position.")
    at_r: float = Field(description="The price in multiples of the distance from entry to stop.")


class Management(Answer):
    """How the trade is run once it is open."""

    partials: list[Partial] = Field(description="Nearest first; together 100 percent, none where no target is known.")
    breakeven_at_price: float = Field(description="The price from which on the stop stands at the entry.")
    breakeven_at_r: float = Field(ge=0, description="The same in multiples of the distance from entry to stop.")
    trail_by: Literal["internal_swings", "none"] = Field(description="What the stop follows after that.")


class Setup(Answer):
    """A standing setup: where to enter, where it is wrong, where it goes."""

    name: str = Field(examples=["2022 model"])
    type: str
    direction: Literal["bullish", "bearish"]
    entry_price: float
    entry_type: Literal["limit"]
    stop_loss: float
    take_profit: list[float]
    invalidation_point: float = Field(
        description="The swept extreme or the leg's origin: beyond it the idea is wrong. The stop lies further."
    )
    is_counter_trend: bool
    confluence_score: float = Field(ge=0, le=10)
    management: Management
    confirmed_at: Time
    fact_id: str = Field(description="The setup's name among the facts of the chart.")
    rule_refs: RuleRefs


class Risk(Answer):
    """What the setup puts at risk on the caller's account."""

    account_balance: float | None = Field(description="Null where it is unknown, and so is the size.")
    account_currency: str
    method: Literal["fixed", "half_kelly", "by_confidence", "session_cap", "equity_curve"] = Field(
        description="How the risk of the trade is found."
    )
    method_reason: str = Field(
        description="How the method came to this risk, or what it lacks.",
        examples=["fixed: 1 % of the balance, as asked"],
    )
    risk_pct: float | None = Field(
        description="Percent of the balance, after the method and a factor for news; null is unknown."
    )
    risk_money: float | None
    position_size: float | None = Field(
        description="Contracts or lots, rounded down to the instrument's step; 0 is an answer, null is unknown."
    )
    size_reason: str | None = Field(description="Why the size is zero or unknown.")
    rr: float = Field(description="Reward for one unit of risk.")


class Permission(Answer):
    """What the owner's trading mode lets come of the decision; the service itself sends no order."""

    mode: (
        Literal["EMERGENCY_STOP", "ANALYSIS_ONLY", "SIMULATION", "APPROVAL_REQUIRED", "SEMI_AUTO", "FULL_AUTO"] | None
    ) = Field(description="The mode at `timestamp`, null where nobody keeps one.")
    may: Literal["nothing", "simulate", "ask", "execute"]
    because: str = Field(examples=["the mode is ANALYSIS_ONLY"])


class Checklist(Answer):
    """The questions a trader asks before a trade; null where one could not be answered."""

    htf_bias_exists: bool | None
    ltf_mss: bool | None
    pd_alignment: bool | None
    liquidity_sweep_detected: bool | None
    session_ok: bool | None
    news_ok: bool | None
    rr_minimum_met: bool | None


class Timeframes(Answer):
    """Which timeframes were read for what."""

    bias: list[str] = Field(examples=[["1D", "4h", "1h"]])
    structure: str = Field(examples=["15m"])
    entry: str = Field(examples=["15m"])
    resampled: list[str] = Field(description="Built from lower timeframes.")


class Decision(Answer):
    """Is there a trade here, and exactly why or why not."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)  # `strength` may be left out

    run_id: RunId
    symbol: str = Field(examples=["EURUSD"])
    timestamp: Time = Field(description="`as_of`: the moment up to which the decision knows the market.")
    session: Session
    status: Status
    reason_short: str
    htf_bias: HtfBias
    ltf_alignment: LtfAlignment
    setup: Setup | None
    risk: Risk | None
    checklist: Checklist
    explanation: str
    graph_nodes_triggered: list[str] = Field(examples=[["bias", "liquidity", "structure", "entry", "risk"]])
    confidence: float = Field(
        ge=0,
        le=1,
        description="How strongly the rules hold; calibrated, the share of such trades that were measured to win.",
    )
    confidence_basis: ConfidenceBasis
    strength: Annotated[float, Field(ge=0, le=1)] | SkipJsonSchema[None] = Field(
        default=None,
        description="How strongly the rules hold; only beside a calibrated confidence.",
        exclude_if=lambda strength: strength is None,
    )
    action: Literal["no_trade", "wait", "manual_approval", "auto_eligible", "high_conviction"]
    permission: Permission
    confluence_score: float = Field(ge=0, le=10)
    deciding_rules: list[str] = Field(description="Ids of the rules that decided.")
    warnings: list[str]
    simulated: bool
    timeframes: Timeframes
    profile: str
    rulebook_hash: Sha256 = Field(description="SHA-256 of the rules that judged.")
    inputs_hash: Sha256 = Field(description="SHA-256 of everything the decision looked at.")
    decision_hash: Sha256 = Field(
        description="SHA-256 of what was decided and from what; the same inputs and rules give the same hash anywhere."
    )
