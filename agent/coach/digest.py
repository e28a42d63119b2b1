"""A tool's answer in a few words, for those who watch a turn; and the parts of it that the graph goes by."""

import json
from collections.abc import Mapping
from typing import Any, Final

MOST_CHARACTERS: Final = 200
REFUSED: Final = "Error: "
_SAYS: Final = ("sentence", "summary", "reason")
_NAMES_IT: Final = "tool"


def summary_of(answer: str) -> str:
    """Return what an answer says, at most 200 characters: its own sentence, else its plain values."""
    told = _object(answer)
    if told is None:
        return _cut(answer)
    for key in _SAYS:
        said = told.get(key)
        first = said[0] if isinstance(said, list) and said else said
        if isinstance(first, str) and first:
            return _cut(first)
    plain = {key: value for key, value in told.items() if key != _NAMES_IT and isinstance(value, str | int | float)}
    if not plain:
        plain = next((value for value in told.values() if isinstance(value, dict)), {})
    return _cut(", ".join(f"{key} {value}" for key, value in plain.items() if not isinstance(value, dict | list)))


def as_of(answer: str) -> str | None:
    """Return the moment an answer is true of; None where it names none."""
    told = _object(answer) or {}
    moment = told.get("as_of") or told.get("now") or _decision(told).get("as_of")
    return moment if isinstance(moment, str) else None


def decided_run(answer: str) -> tuple[str, str] | None:
    """Return the run id and the symbol of the decision an answer is about; None where it is about none."""
    decision = _decision(_object(answer) or {})
    run_id, symbol = decision.get("run_id"), decision.get("symbol")
    return (run_id, symbol) if isinstance(run_id, str) and isinstance(symbol, str) else None


def _object(answer: str) -> dict[str, Any] | None:
    try:
        told = json.loads(answer)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _decision(told: Mapping[str, Any]) -> Mapping[str, Any]:
    decision = told.get("decision")
    return decision if isinstance(decision, dict) else {}


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MOST_CHARACTERS else f"{plain[: MOST_CHARACTERS - 1]}…"
