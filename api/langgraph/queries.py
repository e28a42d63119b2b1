"""Query parameters as LangGraph's clients spell them: lists as repeated names or as one JSON list, null as nothing."""

from typing import Annotated, Any, Final, get_args

import orjson
from fastapi import Depends, Query

from agent.threads.records import StreamMode
from api.langgraph.bodies import RunField, StateField
from api.problems import FieldFault, Problem, ProblemError


def _listed(values: list[str] | None) -> list[Any]:
    found: list[Any] = []
    for value in values or ():
        try:
            read = orjson.loads(value) if value.startswith("[") else [value] if value else []
        except orjson.JSONDecodeError:
            read = [value]
        found += read
    return found


def _refuse_others(name: str, given: list[Any], known: tuple[str, ...]) -> None:
    strange = [one for one in given if one not in known]
    if strange:
        message, expected = f"{name} names what there is not", "one of " + ", ".join(known)
        fault = FieldFault(name, None, message, expected, repr(strange[0])[:80])
        raise ProblemError(Problem("invalid-query", "The query is not what this takes", 400, message, (fault,)))


def _stream_modes(
    stream_mode: Annotated[
        list[str] | None, Query(description="Which kinds of events, of those the run records. Default: all of them.")
    ] = None,
) -> tuple[StreamMode, ...]:
    given = _listed(stream_mode)
    _refuse_others("stream_mode", given, get_args(StreamMode))
    return tuple(dict.fromkeys(given))


_SELECT: Final = Query(description="Which fields. Default: all of them.")


def _state_fields(select: Annotated[list[str] | None, _SELECT] = None) -> list[Any]:
    given = _listed(select)
    _refuse_others("select", given, get_args(StateField))
    return given


def _run_fields(select: Annotated[list[str] | None, _SELECT] = None) -> list[Any]:
    given = _listed(select)
    _refuse_others("select", given, get_args(RunField))
    return given


StreamModes = Annotated[tuple[StreamMode, ...], Depends(_stream_modes)]
StateFields = Annotated[list[Any], Depends(_state_fields)]
RunFields = Annotated[list[Any], Depends(_run_fields)]
CancelsOnDisconnect = Annotated[
    bool, Query(alias="cancel_on_disconnect", description="Whether the run ends when this reader goes away.")
]
