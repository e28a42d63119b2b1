"""Places in a label for values of a recorded decision: ``{decision.setup.entry_price}``.

A place is a path into what `evals.suites.coach.record` keeps of the decision in focus, the newest of the scene; with a
chart's name in front (``{model-2022.decision.status}``), into that chart's. A list is entered by number and a rule that
failed by its id: ``{change[0]}``, ``{rules[7.2].sentence}``. Behind a bar stands how a value is written:
``{decision.timestamp | moment}`` gives ``2024-09-03 13:00 UTC``.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

_PLACE: Final = re.compile(r"\{([\w.\[\]-]+)\s*(?:\|\s*(\w+)\s*)?\}")
_STEP: Final = re.compile(r"([\w-]+)|\[([^\]]+)\]")


class NoSuchValue(Exception):
    """A place names nothing that the record holds."""


def filled(text: str, focus: str | None, record: Mapping[str, Any]) -> str:
    """Return a label with every place filled in.

    Args:
        text: the label as it is written.
        focus: the chart whose decision is meant where no chart is named; None without one.
        record: what is kept of every chart's decision, by the chart's name.

    Raises:
        NoSuchValue: a place's path leads nowhere, or to what is no single value.
    """

    def value(place: re.Match[str]) -> str:
        path = place[1].strip()
        return _written(_found(path, focus, record), place[2], path)

    return _PLACE.sub(value, text)


def _found(path: str, focus: str | None, record: Mapping[str, Any]) -> Any:
    steps = [name or key for name, key in _STEP.findall(path)]
    if steps and steps[0] not in record:
        steps = [focus or "", *steps]
    found: Any = record
    for step in steps:
        if isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict) and step in found:
            found = found[step]
        else:
            raise NoSuchValue(f"{{{path}}} leads nowhere: there is no {step!r}")
    return found


def _written(value: Any, how: str | None, path: str) -> str:
    if isinstance(value, dict | list) or value is None:
        raise NoSuchValue(f"{{{path}}} is no single value")
    if how == "moment" and isinstance(value, str):
        return f"{value[:10]} {value[11:16]} UTC"
    if how == "words" and isinstance(value, str):
        return value.replace("_", " ")
    if how is not None:
        raise NoSuchValue(f"{{{path} | {how}}}: a value is written as moment or words")
    return f"{value:.10g}" if isinstance(value, float) else str(value)
