"""What each tool may be asked: typed arguments that refuse whatever they do not know.

A value of None, or none given, leaves a choice open. The words of each choice are those of the chart's own tables.
"""

from functools import cache
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

MOST_ROWS: Final = 20
_SMALLEST: Final = 1e-9
_LARGEST: Final = 1e12
_LARGEST_BALANCE: Final = 1e15
_NOT_SHOWN: Final = {
    "string": ("title", "maxLength", "minLength"),
    "number": ("title", "maximum", "minimum"),
    "integer": ("title",),
    "object": ("title", "minProperties", "maxProperties", "propertyNames", "additionalProperties"),
}

Symbol = Annotated[str, Field(min_length=1, max_length=40)]
Price = Annotated[float, Field(ge=_SMALLEST, le=_LARGEST, allow_inf_nan=False)]
State = Literal["alive", "ended", "any"]
ScopeWord = Literal["internal", "external"]
_PoolKind = Literal["swing", "equal", "previous_day", "previous_week", "previous_month", "session"]


class Arguments(BaseModel):
    """The base of all arguments: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InstrumentArguments(Arguments):
    """Which market."""

    symbol: Symbol


class ChartArguments(Arguments):
    """Which chart, and when."""

    symbol: Symbol
    timeframe: Annotated[str, Field(max_length=20, description="e.g. 15m, 4h, 1D")]
    as_of: (
        Annotated[str, Field(max_length=40, description="ISO-8601 with offset: as it stood then; default newest")]
        | SkipJsonSchema[None]
    ) = None


class SummaryArguments(ChartArguments):
    """Which chart, and the market to compare it with."""

    companion: Symbol | SkipJsonSchema[None] = None


class FactArguments(ChartArguments):
    """Which facts of a chart."""

    direction: Literal["bullish", "bearish"] | SkipJsonSchema[None] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 8


class PricedArguments(FactArguments):
    """Which facts that lie at a price."""

    near: Annotated[Price, Field(description="a price: nearest first")] | SkipJsonSchema[None] = None


class LivingArguments(PricedArguments):
    """Which facts that end one day."""

    state: State = "any"


class SwingArguments(PricedArguments):
    """Which swings."""

    scope: ScopeWord | SkipJsonSchema[None] = None
    degree: Literal["short", "intermediate", "long"] | SkipJsonSchema[None] = None


class BreakArguments(PricedArguments):
    """Which structure breaks."""

    scope: ScopeWord | SkipJsonSchema[None] = None
    type: Literal["BOS", "CHoCH", "MSS"] | SkipJsonSchema[None] = None


class OpeningGapArguments(LivingArguments):
    """Which opening gaps."""

    kind: Literal["ndog", "nwog"] | SkipJsonSchema[None] = None


class OrderBlockArguments(LivingArguments):
    """Which order blocks."""

    scope: ScopeWord | SkipJsonSchema[None] = None


class PoolArguments(LivingArguments):
    """Which liquidity pools."""

    kind: _PoolKind | SkipJsonSchema[None] = None


class SweepArguments(PricedArguments):
    """Which sweeps."""

    kind: _PoolKind | SkipJsonSchema[None] = None


class DivergenceArguments(PricedArguments):
    """Which SMT divergences, and from which market."""

    companion: Annotated[Symbol, Field(description="correlated market, e.g. GBPUSD")]


class SetupArguments(LivingArguments):
    """Which setups."""

    model: (
        Literal[
            "ict_2022_model", "sweep_displacement_fvg", "mss_ote", "ote", "fvg", "power_of_three", "turtle_soup",
            "silver_bullet", "unicorn",
        ]
        | SkipJsonSchema[None]
    ) = None  # fmt: skip


class SizeArguments(InstrumentArguments):
    """What is to be sized, and for which account."""

    account_balance: Annotated[float, Field(ge=0, le=_LARGEST_BALANCE, allow_inf_nan=False)]
    risk_pct: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    entry: Price
    stop: Price
    account_currency: Annotated[str, Field(min_length=1, max_length=10)] = "USD"
    quote_to_account_rate: (
        Annotated[Price, Field(description="account currency per unit of quote currency")] | SkipJsonSchema[None]
    ) = None


@cache
def schema_of(arguments: type[Arguments]) -> dict[str, Any]:
    """Return the JSON Schema a model is shown: without titles, null defaults and bounds no honest value meets."""
    schema = arguments.model_json_schema()
    properties = {name: _plain(told) for name, told in schema["properties"].items()}
    return {
        "type": "object",
        "properties": properties,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    hidden = _NOT_SHOWN[told["type"]]
    return {word: value for word, value in told.items() if word not in hidden and (word, value) != ("default", None)}
