"""Builds the adversarial suite from its modules, in their order."""

from typing import Final

from evals.cases.case import Case
from evals.suites.adversarial import (
    clock,
    gaps_and_blocks,
    leg_ends,
    legs,
    liquidity_and_delivery,
    models,
    offers,
    period_ends,
    plans,
    readings,
    record,
    swings_and_breaks,
    time_and_place,
)

_MODULES: Final = (
    swings_and_breaks, gaps_and_blocks, liquidity_and_delivery, readings, legs, models, offers, plans, record,
    clock, time_and_place, leg_ends, period_ends,
)  # fmt: skip


def build() -> tuple[Case, ...]:
    """Build every pair; the same each time."""
    return tuple(case for module in _MODULES for case in module.cases())
