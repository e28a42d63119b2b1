"""The economic calendar as a file: a JSON list of events as the wire takes them."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agent.analysis.request import CalendarEvent
from api.schemas import analysis as wire
from tools.errors import InvalidParameter

_EVENTS = TypeAdapter(list[wire.CalendarEvent])


def read_calendar(path: Path) -> tuple[CalendarEvent, ...]:
    """Read ``[{"time": …, "currency": …, "impact": …, "title": …}, …]``.

    Raises:
        InvalidParameter: the file cannot be read, or an event in it cannot be.
    """
    try:
        events = _EVENTS.validate_json(path.read_bytes())
    except OSError as problem:
        raise InvalidParameter(
            f"{path} cannot be read: {problem.strerror}",
            field="--calendar",
            expected="a JSON file",
            got=str(path),
        ) from problem
    except ValidationError as faults:
        first = faults.errors(include_url=False)[0]
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        raise InvalidParameter(
            f"{path.name}{where}: {first['msg']}",
            field="--calendar",
            expected="a list of events with time, currency, impact, title",
            got=type(first["input"]).__name__,
        ) from faults
    return tuple(CalendarEvent(one.time, one.currency, one.impact, one.title) for one in events)
