"""Governance: the method reads price and time; evidence of any other kind would be an indicator."""

from collections.abc import Mapping
from typing import Final

from rulebook.facts import Fact
from tools.facts import DIRECTIONS
from tools.timeframes import DAY, Timeframe

_FACTS: Final = {
    "swing", "break", "displacement", "fvg", "inverse_gap", "bpr", "volume_imbalance", "opening_gap", "order_block",
    "breaker", "mitigation_block", "rejection_block", "pool", "sweep", "mss", "cisd", "smt", "judas", "setup",
    "dealing_range", "power_of_three",
}  # fmt: skip
_DRAWS: Final = {f"previous_{period}_{end}" for period in ("day", "week") for end in ("high", "low")} | {
    f"{frame}_{way}_fvg" for frame in Timeframe if frame.seconds >= DAY for way in DIRECTIONS.values()
}
KINDS: Final = frozenset({*_FACTS, *_DRAWS, "structure_break", "candle", "clock", "calendar_event", "account"})
"""Every kind of evidence that the walk may rest on: ICT facts, candles, the clock, the calendar and the account."""


def indicator_facts(facts: Mapping[str, Fact]) -> Fact:
    """Count the pieces of evidence, each once, whose kind is none of `KINDS`; they are its own evidence."""
    every = dict.fromkeys(one for fact in facts.values() for one in fact.evidence)
    strange = tuple(one for one in every if one.kind not in KINDS)
    return Fact(len(strange), strange)
