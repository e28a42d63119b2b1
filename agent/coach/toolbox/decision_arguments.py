"""What the tools about decisions, rules, the clock and the calendar may be asked.

None of them takes an account, a risk, a size, a mode or a setting: those are the owner's, and never a model's.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from agent.coach.toolbox.arguments import Arguments, InstrumentArguments, Symbol

MOST_DECISIONS: Final = 10
MOST_FACTS: Final = 8
MOST_HOURS: Final = 168

RunId = Annotated[str, Field(min_length=1, max_length=64, description="id of a run; default newest")]
GivenRunId = Annotated[str, Field(min_length=1, max_length=64, description="id of a run")]
RuleId = Annotated[str, Field(min_length=1, max_length=20, description="e.g. 2.2")]
Profile = Annotated[str, Field(min_length=1, max_length=60, description="e.g. strict, relaxed")]
FactName = Annotated[str, Field(max_length=100)]
FactText = Annotated[str, Field(strict=True, max_length=100)]
FactNumber = Annotated[StrictFloat, Field(allow_inf_nan=False)]
FactValue = StrictBool | StrictInt | FactNumber | FactText | None


class RunArguments(Arguments):
    """Which recorded decision."""

    run_id: RunId | SkipJsonSchema[None] = None


class ExplainArguments(RunArguments):
    """Which recorded decision, and which rule of it to show in full."""

    rule_id: RuleId | SkipJsonSchema[None] = None


class WhatIfArguments(RunArguments):
    """What to suppose of a recorded decision."""

    profile: Profile | SkipJsonSchema[None] = None
    facts: (
        Annotated[
            dict[FactName, FactValue],
            Field(min_length=1, max_length=MOST_FACTS, description="values by fact name; null: unknown"),
        ]
        | SkipJsonSchema[None]
    ) = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.profile is None) == (self.facts is None):
            raise PydanticCustomError("what_if", "give either profile or facts")
        return self


class ListArguments(Arguments):
    """Which recorded decisions."""

    symbol: Symbol | SkipJsonSchema[None] = None
    status: Literal["TRADE_NOW", "WAIT", "NO_TRADE"] | SkipJsonSchema[None] = None
    on: (
        Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="YYYY-MM-DD: decided as of that UTC day")]
        | SkipJsonSchema[None]
    ) = None
    limit: Annotated[int, Field(ge=1, le=MOST_DECISIONS)] = 5


class CompareArguments(Arguments):
    """Which two recorded decisions."""

    run_id: GivenRunId
    other_run_id: GivenRunId


class RuleArguments(Arguments):
    """Which rule: by its number, or by words of it; neither lists every rule. By the owner's profile, or another."""

    rule_id: RuleId | SkipJsonSchema[None] = None
    profile: Profile | SkipJsonSchema[None] = None
    words: (
        Annotated[str, Field(min_length=1, max_length=100, description="e.g. displacement, kill zone")]
        | SkipJsonSchema[None]
    ) = None


class ClockArguments(Arguments):
    """Which market's clock."""

    symbol: Symbol | SkipJsonSchema[None] = None


class EventArguments(InstrumentArguments):
    """Which market's events, and how far ahead."""

    hours: Annotated[int, Field(ge=1, le=MOST_HOURS, description="how far ahead")] = 24


class RunAnalysisArguments(InstrumentArguments):
    """Which market is analysed; whose rulebook judges is no model's choice."""
