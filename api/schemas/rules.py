"""Rules and verdicts as the wire shows them."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.base import Answer, Profile, Query

Node = Literal["bias", "liquidity", "structure", "entry", "risk"]
Outcome = Literal["pass", "fail", "not_evaluated", "error"]


class Parameter(Answer):
    """One number (or text) of a rule that a profile may set."""

    value: Any
    unit: str | None
    description: str
    read_by: str | None = Field(description="`node` where the node that gathers the facts reads it.")


class RuleStrength(Answer):
    """How a fact is graded for the confidence: 0 at `zero`, 1 at `full`."""

    fact: str
    zero: float
    full: float
    weight: float


class RuleCase(Answer):
    """A worked example: these facts, that outcome."""

    title: str
    facts: dict[str, Any]
    profile: str | None


class RuleCases(Answer):
    """Worked examples in which the rule is met, is not, and cannot be known."""

    met: list[RuleCase]
    unmet: list[RuleCase]
    unknown: list[RuleCase]


class Rule(Answer):
    """One rule of the rulebook, resolved by a profile."""

    id: str = Field(examples=["7.2"])
    name: str = Field(examples=["Minimum R:R"])
    category: str
    node: Node
    description: str
    when_valid: str
    when_invalid: str
    kind: Literal["gate", "score"] = Field(description="A gate that fails stops the walk; a score earns points.")
    weight: float = Field(description="Confluence points the rule gives when it passes.")
    blocks: Literal["no_trade", "wait"] | None = Field(description="What a closed gate means.")
    when_unknown: Literal["block", "warn"] | None = Field(description="Whether an unknown closes the gate.")
    parameters: dict[str, Parameter]
    condition: dict[str, Any] = Field(description="A tree of `all`, `any` and `not` over comparisons of facts.")
    strength: RuleStrength | None
    references: list[str]
    status: str = Field(examples=["stable"])
    cases: RuleCases


class RulesQuery(Query):
    """By which profile to resolve the rules."""

    profile: Profile = "strict"


class RuleListQuery(RulesQuery):
    """Which page of the rules."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class RuleList(Answer):
    """The rules in the order in which the walk judges them."""

    total: int
    count: int
    items: list[Rule]
    profile: str
    rulebook_hash: str


class Operand(Answer):
    """One comparison of a rule's condition."""

    fact: str = Field(examples=["risk.reward_ratio"])
    value: Any
    unit: str | None = Field(examples=["R"])
    operator: str = Field(examples=["at_least"])
    threshold: Any
    parameter: str | None = Field(examples=["minimum"])
    margin: float | None = Field(description="How far from flipping, in the operand's unit.")
    holds: bool | None


class Evidence(Answer):
    """A fact on the chart that a verdict rests on."""

    fact_id: str
    kind: str
    time: str | None
    price: float | None


class Verdict(Answer):
    """What one rule said in one run."""

    rule_id: str
    name: str
    category: str
    node: str
    kind: str
    weight: float
    outcome: Outcome
    operands: list[Operand]
    margin: float | None
    evidence: list[Evidence]
    sentence: str
    reason: str | None
