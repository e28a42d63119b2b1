"""What the judgement of one side of a case comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.labels import EventLabel, Labels, ZoneLabel
from tools.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and the find it was held against; one of the two may be lacking.

    Attributes:
        fault: why the label is not met, or the find is false; None where the find meets the label.
    """

    label: EventLabel | ZoneLabel | None
    find: EventLabel | ZoneLabel | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One side of a case: JSON-ready counts that add up over cases, and what was not as it should be.

    Attributes:
        parts: what summaries are made of; None where the labels state nothing of it.
        failures: sentences a trader reads.
        pairs: of events and zones what was held against what; their faults are the failures.
        not_looked_for: labels by kind that are not judged, because the subject does not look for such.
    """

    parts: Any = None
    failures: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    not_looked_for: dict[str, int] = field(default_factory=dict)


def judge_pairs(judged: Judged, pairs: Iterable[Pair]) -> None:
    """Add what was held against what, and what of it is a failure."""
    listed = list(pairs)
    judged.pairs.extend(listed)
    judged.failures.extend(one.fault for one in listed if one.fault is not None)


def spoken_of(
    labels: Labels, listed: Iterable[EventLabel | ZoneLabel], known: Sequence[str]
) -> list[tuple[Timeframe, str, bool]]:
    """Return each timeframe and kind that labels speak of, and whether every instance of it is listed.

    Args:
        labels: what is true.
        listed: its events or its zones.
        known: the kinds there are of such.
    """
    exhaustive = {(frame, kind) for frame, kinds in labels.complete.items() for kind in kinds if kind in known}
    named = exhaustive | {(one.timeframe, one.kind) for one in listed}
    ordered = sorted(named, key=lambda one: (one[0].seconds, one[1]))
    return [(frame, kind, (frame, kind) in exhaustive) for frame, kind in ordered]
