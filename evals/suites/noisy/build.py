"""Builds the noisy suite: the simulated stories with a raid, under noise that may have undone what they planted.

The labels are the stories' intent, and no definition's verdict; so no case is pinned and no event has a price.
"""

from typing import Final

from evals.cases.case import Case
from evals.suites.simulated import scenarios_refused, scenarios_trade
from evals.suites.simulated.paths import HEAVY

_MODULES: Final = (scenarios_trade, scenarios_refused)


def build() -> tuple[Case, ...]:
    """Build every chart; the same each time."""
    return tuple(case for module in _MODULES for case in module.cases((HEAVY,)))
