"""Why a run decided as it did, and what would have come of other facts or rules, on the wire."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.schemas.base import Answer, Body, Profile, RunId
from api.schemas.decision import ConfidenceBasis, Decision, Risk, Setup, Sha256, Status
from api.schemas.rules import Node, Outcome, Verdict

Action = Literal["no_trade", "wait", "manual_approval", "auto_eligible", "high_conviction"]
TraceId = Annotated[
    str,
    Field(
        description="A recorded verdict, `<run_id>/<rule_id>`, or one of its operands, `<run_id>/<rule_id>/<n>`, "
        "counted from 1 in the order written.",
        examples=["9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43/7.2"],
    ),
]
TraceIds = Annotated[
    list[TraceId],
    Field(
        description="What the sentence rests on; empty where it rests on the inputs alone, as that they are simulated."
    ),
]
SupposedValue = bool | int | float | Annotated[str, Field(max_length=100)] | None


class ExplainBody(Body):
    """Which run to explain."""

    run_id: RunId


class Sentence(Answer):
    """A sentence and what it rests on."""

    text: str
    trace_ids: TraceIds


class ChartLevel(Sentence):
    """A fact on the chart, or an event of the calendar, that an operand's value came from."""

    level: Literal["fact"]
    fact_id: str
    kind: str = Field(examples=["fair_value_gap"])
    time: str | None = Field(description="ISO-8601 UTC open of the bar it is drawn on.")
    price: float | None
    on_chart: str | None = Field(
        description="The page that draws the chart it stands on; null for what stands on no chart.",
        examples=["/api/v1/runs/9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43/chart.html?timeframe=15m"],
    )


class OperandLevel(Sentence):
    """One comparison of a rule, as it was recorded."""

    level: Literal["operand"]
    trace_id: TraceId
    fact: str = Field(examples=["risk.reward_ratio"])
    value: Any
    unit: str | None = Field(examples=["R"])
    operator: str = Field(examples=["at_least"])
    threshold: Any
    parameter: str | None = Field(examples=["minimum"])
    margin: float | None = Field(description="How far from flipping, in the operand's unit.")
    holds: bool | None
    wanted: bool = Field(description="The truth the rule wants of it: false under a `not`.")
    children: list[ChartLevel]


class RuleLevel(Sentence):
    """One rule's recorded verdict."""

    level: Literal["rule"]
    trace_id: TraceId
    rule_id: str = Field(examples=["7.2"])
    name: str
    kind: str
    weight: float
    outcome: Outcome
    margin: float | None
    decides: bool = Field(description="Whether the status comes from it.")
    closes: bool = Field(description="Whether it closes its gate.")
    children: list[OperandLevel]


class NodeLevel(Sentence):
    """One node of the walk, with every rule of it."""

    level: Literal["node"]
    node: Node
    reached: bool = Field(description="False where an earlier gate had closed.")
    children: list[RuleLevel]


class DecisionLevel(Sentence):
    """The decision."""

    level: Literal["decision"]
    status: Status
    action: Action
    warnings: list[Sentence] = Field(description="What the decision warns of; gates let through unknown are among it.")
    children: list[NodeLevel]


class NodeExplanation(Answer):
    """What one node found and how the rules judged it."""

    node: Node
    reached: bool = Field(description="False where an earlier gate had closed.")
    summary: str
    rules: list[Verdict]


class Change(Answer):
    """One fact that would have to be otherwise."""

    fact: str = Field(examples=["structure.displacement_atr"])
    now: Any = Field(description="Its value; null where it is unknown.")
    needed: Any = Field(description="The nearest value that will do.")
    distance: float | None = Field(description="How far the number must move; null for flags, texts and unknowns.")
    unit: str | None = Field(examples=["ATR"])
    rule_ids: list[str] = Field(description="The rules this change flips, alone or with the others.")
    trace_ids: TraceIds
    sentence: str = Field(
        examples=["Largest displacement body must rise from 1.32 ATR to at least 1.5 (0.18 ATR away)"]
    )


class WhyNot(Answer):
    """The smallest set of changes that turns the decision into a trade; `proven` by judging the changed facts."""

    is_trade: bool
    changes: list[Change]
    proven: bool


class StopMove(Answer):
    """One fact that would have to move for a gate to close."""

    fact: str
    now: Any = Field(description="Its value; null where it is unknown.")
    fails_at: float | None = Field(
        description="Where it begins to fail: the end of its room, or the next whole step; null for flags and texts."
    )
    distance: float | None
    unit: str | None


class Stop(Sentence):
    """One open gate of a trade, and the nearest moves that together would close it."""

    rule_id: str
    name: str
    closeness: float = Field(
        ge=0, le=1, description="Distance over the larger of value and threshold; 1 for flags, texts and unknowns."
    )
    moves: list[StopMove]


class Explanation(Answer):
    """Why the run decided as it did: a tree from the decision to facts on the chart, and what would change it."""

    run_id: RunId
    decision: Decision
    summary: str = Field(description="One paragraph: `summary_sentences`, joined.")
    summary_sentences: list[Sentence]
    tree: DecisionLevel
    nodes: list[NodeExplanation]
    why_not: WhyNot
    what_would_stop_it: list[Stop] = Field(
        description="For `TRADE_NOW`, each gate with the nearest way to close it, nearest first; else empty."
    )


class WhatIfBody(Body):
    """Which run, and what to suppose: another profile, or other facts."""

    run_id: RunId
    profile: Profile | None = Field(
        default=None, description="Walk again over the stored inputs by this profile's rules of today."
    )
    facts: dict[Annotated[str, Field(max_length=100)], SupposedValue] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="Values by fact name, as the rules read them; null supposes the fact unknown.",
        examples=[{"session.in_kill_zone": True}],
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.profile is None) == (self.facts is None):
            expected = "profile or facts, and not both"
            raise PydanticCustomError("what_if", "give either profile or facts", {"expected": expected})
        return self


class Outcomes(Answer):
    """What one set of facts and rules comes to."""

    status: Status
    reason_short: str
    confidence: float
    confidence_basis: ConfidenceBasis = Field(
        description="What the confidence rests on. Two sides of different bases are no comparison: one is a grade, the "
        "other a measured share."
    )
    action: Action
    confluence_score: float
    deciding_rules: list[str]
    rulebook_hash: Sha256


class SupposedOutcomes(Outcomes):
    """What the supposed facts or rules come to."""

    setup: Setup | None = Field(description="What would be offered; null where nothing is, and for `facts`.")
    risk: Risk | None


class ChangedRule(Answer):
    """One rule of another outcome, or whose gate opens or closes; null on a side that has no such rule."""

    rule_id: str
    name: str
    node: Node
    before: Outcome | None
    after: Outcome | None
    closes_before: bool
    closes_after: bool
    sentence_before: str | None
    sentence_after: str | None
    trace_ids: TraceIds


class ChangedFact(Answer):
    """One fact of another value; null is unknown."""

    fact: str
    unit: str | None
    before: Any
    after: Any


class WhatIf(Answer):
    """The recorded decision beside the supposed one; nothing is recorded."""

    run_id: RunId
    kind: Literal["profile", "facts"]
    recorded: Outcomes
    what_if: SupposedOutcomes
    flips: bool = Field(description="Whether the status is another.")
    changed_rules: list[ChangedRule]
    changed_facts: list[ChangedFact]
