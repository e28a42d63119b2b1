"""What all wire schemas share: no unknown fields, no coercion on the way in, times as ISO-8601 UTC."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from tools.errors import InvalidParameter
from tools.times import parse_time

_TIME_EXAMPLE: Final = "2024-01-05T14:30:00Z"


class Body(BaseModel):
    """What a caller sends: unknown fields, texts for numbers and infinities are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Query(BaseModel):
    """A query string: its texts are read as what they mean, unknown names are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Answer(BaseModel):
    """What the service sends; every field is always there."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


def _moment(value: Any) -> int:
    try:
        return parse_time(value)
    except InvalidParameter as problem:
        message = str(problem).partition(": ")[2].replace("{", "(").replace("}", ")")
        raise PydanticCustomError("time", message, {"expected": problem.expected}) from problem


Moment = Annotated[
    int,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "date-time"}, {"type": "integer", "minimum": 0}],
            "description": "ISO-8601 with an offset, or epoch seconds (UTC); 1970 to 2100, whole seconds.",
            "examples": [_TIME_EXAMPLE],
        }
    ),
]
QueryMoment = Annotated[
    int,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [_TIME_EXAMPLE]}),
]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=[_TIME_EXAMPLE])]
Symbol = Annotated[
    str,
    Field(
        pattern=r"^[!-~]{1,40}$",
        description="An instrument in any usual spelling (EURUSD, EUR/USD, OANDA:EURUSD, NQ1!, BTC-PERP).",
        examples=["EURUSD"],
    ),
]
Profile = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="The rulebook profile that judges.", examples=["strict"]),
]
Currency = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,8}$", examples=["USD"])]
RunId = Annotated[
    str,
    Field(description="A run's id, as `POST /runs` gave it.", examples=["9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43"]),
]
