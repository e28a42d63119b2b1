"""Rules and verdicts as the wire shows them."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.base import Answer, Profile, Query, RunId, Time

Node = Literal["bias", "liquidity", "structure", "entry", "risk"]
Outcome = Literal["pass", "fail", "not_evaluated", "error"]


class Parameter(Answer):
    """One number (or text) of a rule that a profile may set."""

    value: Any
    unit: str | None
    description: str
    read_by: str | None = Field(description="`node` where the node that gathers the facts reads it.")
    values: list[str] | None = Field(description="The closed set that a text is one of.")
    minimum: float | None = Field(description="The least a number may be; null where nothing bounds it.")
    maximum: float | None = Field(description="The most a number may be; null where nothing bounds it.")
    whole: bool = Field(description="Whether only whole numbers are taken.")


class RuleStrength(Answer):
    """How a fact is graded for the confidence: 0 at `zero`, a half a third of the way on, 0.9 at `full`."""

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
    kind: Literal["gate", "score", "warning"] = Field(
        description="A gate that fails stops the walk; a score earns points; a warning is a score that, "
        "where it is not met, is named in the decision's warnings."
    )
    weight: float = Field(description="Confluence points the rule gives when it passes.")
    group: str | None = Field(description="Rules of one group earn their points once, the most of them.")
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


class RuleExamplesQuery(Query):
    """Which recorded verdicts of a rule."""

    outcome: Outcome | None = None
    limit: int = Field(default=20, ge=1, le=200)


class RuleExample(Answer):
    """What the rule said in one recorded decision."""

    run_id: RunId
    decision_id: str
    symbol: str = Field(examples=["EURUSD"])
    status: Literal["TRADE_NOW", "WAIT", "NO_TRADE"]
    as_of: Time
    created_at: Time
    outcome: Outcome
    sentence: str
    reason: str | None
    margin: float | None
    operands: list[Operand]
    evidence: list[Evidence]


class RuleExampleList(Answer):
    """Recorded verdicts of one rule, newest first."""

    total: int
    count: int
    items: list[RuleExample]
