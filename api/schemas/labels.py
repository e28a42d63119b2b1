"""Labels of a chart on the wire: described here, read by `agent.labels.documents`, which names every fault at once."""

from typing import Annotated, Any, Final, get_args

from pydantic import WithJsonSchema

from agent.labels import BIASES, EVENT_KINDS, ZONE_KINDS, Direction
from agent.labels.labels import Result, Status
from rulebook.verdict import Outcome

_Schema = dict[str, Any]
_PRICE: Final[_Schema] = {"type": "number", "exclusiveMinimum": 0}
_BAR: Final[_Schema] = {"type": "string", "format": "date-time", "description": "When one of the run's bars opened."}
_TIMEFRAME: Final[_Schema] = {"type": "string", "description": "One the run was given.", "examples": ["15m"]}
_RULE: Final[_Schema] = {"type": "string", "examples": ["7.2"]}


def _words(known: tuple[str, ...]) -> _Schema:
    return {"type": "string", "enum": list(known)}


def _object(required: tuple[str, ...], **properties: _Schema) -> _Schema:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _by_name(value: _Schema, description: str) -> _Schema:
    return {"type": "object", "additionalProperties": value, "description": description}


_DRAWN: Final = ("kind", "direction", "timeframe")
_EVENT: Final = _object(
    (*_DRAWN, "at", "detected_at"),
    kind=_words(EVENT_KINDS),
    direction=_words(get_args(Direction)),
    timeframe=_TIMEFRAME,
    at=_BAR,
    detected_at=_BAR,
    price=_PRICE,
)
_ZONE: Final = _object(
    (*_DRAWN, "top", "bottom", "from"),
    kind=_words(ZONE_KINDS),
    direction=_words(get_args(Direction)),
    timeframe=_TIMEFRAME,
    top=_PRICE,
    bottom=_PRICE,
    **{"from": _BAR, "to": _BAR},
    detected_at=_BAR,
)
_SETUP: Final = _object(
    ("direction", "entry", "stop"),
    direction=_words(get_args(Direction)),
    entry=_PRICE,
    stop=_PRICE,
    targets={"type": "array", "items": _PRICE},
    rule=_RULE,
)
LABELS_SCHEMA: Final = {
    **_object(
        (),
        events={"type": "array", "items": _EVENT},
        zones={"type": "array", "items": _ZONE},
        complete=_by_name(
            {"type": "array", "items": _words((*EVENT_KINDS, *ZONE_KINDS))},
            "By timeframe the kinds of which every instance is listed.",
        ),
        bias=_by_name(_words(BIASES), "By timeframe; that of the walk under `htf`."),
        rules=_by_name(_words(get_args(Outcome)), "What each rule should come to, by its id."),
        decision=_object(("status",), status=_words(get_args(Status)), rule=_RULE),
        setup=_SETUP,
        outcome=_object(("result",), result=_words(get_args(Result)), r={"type": "number"}, at=_BAR),
    ),
    "description": "What is true of the chart; what is left out is not judged.",
}

LabelsDocument = Annotated[dict[str, Any], WithJsonSchema(LABELS_SCHEMA)]
