"""What somebody says is true of a chart: events, zones, bias, decision, setup, and who says so."""

from agent.labels.labels import (
    BIASES,
    EVENT_KINDS,
    ZONE_KINDS,
    Bias,
    DecisionLabel,
    Direction,
    EventLabel,
    Labelling,
    Labels,
    OutcomeLabel,
    Provenance,
    SetupLabel,
    ZoneLabel,
)

__all__ = [
    "BIASES",
    "EVENT_KINDS",
    "ZONE_KINDS",
    "Bias",
    "DecisionLabel",
    "Direction",
    "EventLabel",
    "Labelling",
    "Labels",
    "OutcomeLabel",
    "Provenance",
    "SetupLabel",
    "ZoneLabel",
]
