"""What a subject found as plain JSON values, and back without a loss."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from agent.labels import EventLabel, SetupLabel, ZoneLabel
from evals.subjects.found import Found, FoundAnswer, FoundDecision
from tools.timeframes import Timeframe


def found_document(found: Found) -> dict[str, Any]:
    """Return a find as plain JSON values, whose text is the same whatever the order of a set."""
    return {
        "kinds": sorted(found.kinds),
        "events": [_document(one) for one in found.events],
        "zones": [_document(one) for one in found.zones],
        "bias": dict(found.bias),
        "rules": dict(found.rules),
        "decision": None if found.decision is None else _decision_document(found.decision),
        "answers": [[_document(one) for one in repeat] for repeat in found.answers],
    }


def read_found(document: Mapping[str, Any]) -> Found:
    """Read back what `found_document` wrote, also through JSON.

    Raises:
        KeyError, TypeError, ValueError: it is no such document.
    """
    decision = document["decision"]
    return Found(
        kinds=frozenset(document["kinds"]),
        events=tuple(EventLabel(**_on_its_timeframe(one)) for one in document["events"]),
        zones=tuple(ZoneLabel(**_on_its_timeframe(one)) for one in document["zones"]),
        bias=dict(document["bias"]),
        rules=dict(document["rules"]),
        decision=None if decision is None else _read_decision(decision),
        answers=tuple(
            tuple(FoundAnswer(**{**one, "tools": tuple(one["tools"])}) for one in repeat)
            for repeat in document["answers"]
        ),
    )


def _document(one: EventLabel | ZoneLabel | FoundAnswer | SetupLabel) -> dict[str, Any]:
    return {field.name: _plain(getattr(one, field.name)) for field in fields(one)}


def _plain(value: Any) -> Any:
    if isinstance(value, Timeframe):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _decision_document(decision: FoundDecision) -> dict[str, Any]:
    return {
        "status": decision.status,
        "rules": list(decision.rules),
        "confidence": decision.confidence,
        "setup": None if decision.setup is None else _document(decision.setup),
        "hash": decision.hash,
        "terms": dict(decision.terms),
    }


def _on_its_timeframe(document: Mapping[str, Any]) -> dict[str, Any]:
    return {**document, "timeframe": Timeframe(document["timeframe"])}


def _read_decision(document: Mapping[str, Any]) -> FoundDecision:
    setup = document["setup"]
    return FoundDecision(
        status=document["status"],
        rules=tuple(document["rules"]),
        confidence=document["confidence"],
        setup=None if setup is None else SetupLabel(**{**setup, "targets": tuple(setup["targets"])}),
        hash=document["hash"],
        terms=dict(document["terms"]),
    )
