"""The textbook suite: every chart of its modules, in their order."""

from collections.abc import Callable
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook import (
    acting,
    facts_gaps,
    facts_liquidity,
    facts_ranges,
    facts_shift,
    facts_structure,
    facts_turns,
    rules_1_bias,
    rules_1_structure,
    rules_2_structure,
    rules_3_liquidity,
    rules_4_delivery,
    rules_5_blocks,
    rules_5_ranges,
    rules_6_gaps,
    rules_6_models,
    rules_6_retracements,
    rules_7_risk,
    rules_8_time,
    rules_9_discipline,
)

_DRAWN: Final[tuple[Callable[[], tuple[Case, ...]], ...]] = (
    facts_structure.cases,
    facts_shift.cases,
    facts_liquidity.cases,
    rules_1_bias.cases,
    rules_1_structure.cases,
    rules_2_structure.cases,
    rules_3_liquidity.cases,
    rules_4_delivery.cases,
    rules_5_ranges.cases,
    rules_5_blocks.cases,
    rules_6_retracements.cases,
    rules_6_gaps.cases,
    rules_6_models.cases,
    rules_7_risk.cases,
    rules_8_time.cases,
    rules_9_discipline.cases,
    facts_gaps.cases,
    facts_ranges.cases,
    facts_turns.cases,
    acting.cases,
)
"""The `cases` of each module of drawings, one line each."""


def build() -> tuple[Case, ...]:
    """Draw every chart; the same each time."""
    return tuple(case for cases in _DRAWN for case in cases())
