"""Problem details (RFC 9457), as every error of the service answers."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ConfigDict, Field

from api.problems import MEDIA_TYPE
from api.schemas.base import Answer

_DESCRIPTIONS: Final[Mapping[int, str]] = {
    400: "The request cannot be read: malformed JSON, or a bad query parameter.",
    404: "There is no such thing here.",
    405: "This address does not take that method.",
    406: "None of the forms this answers with is one that `Accept` takes.",
    409: "What is there already does not allow this: the run's state, a setting's version, the mode, a trade.",
    410: "What was asked for is no longer kept.",
    413: "The body is too large.",
    415: "The body is not declared as JSON, or is encoded (`Content-Encoding`).",
    422: "The body can be read and is wrong; `errors` names each field, and the first offending bar's index.",
    500: "The run failed inside; `detail` names the node, and the trace up to there is kept.",
    502: "The market data source or the language model did not answer.",
    503: "The database did not answer; try again after `Retry-After` seconds.",
}


class FieldFault(Answer):
    """One thing wrong with one field."""

    field: str = Field(examples=["timeframe_bars.15m"])
    index: int | None = Field(description="Position of the first offending bar (or list item).", examples=[12])
    message: str = Field(examples=["timeframe_bars.15m[12]: high is below low (1.0931)"])
    expected: str | None = Field(examples=["high at or above low"])
    got: str | None = Field(examples=["1.0931"])


class ProblemDetails(Answer):
    """An RFC 9457 problem document."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:ict:problem:invalid-candles"])
    title: str = Field(examples=["The candles cannot be"])
    status: int = Field(ge=400, le=599, examples=[422])
    detail: str = Field(examples=["timeframe_bars.15m[12]: high is below low (1.0931)"])
    instance: str = Field(description="Path of the request.", examples=["/api/v1/analyze"])
    errors: list[FieldFault]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's description of the problems an operation can answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    described: dict[int | str, dict[str, Any]] = {
        status: {"description": _DESCRIPTIONS[status], "content": content} for status in statuses
    }
    if 503 in described:
        described[503]["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
    return described
