"""Builds the simulated suite from its stories, in their order."""

from typing import Final

from evals.cases.case import Case
from evals.suites.simulated import scenarios_quiet, scenarios_refused, scenarios_trade

_MODULES: Final = (scenarios_trade, scenarios_refused, scenarios_quiet)


def build() -> tuple[Case, ...]:
    """Build every chart; the same each time."""
    return tuple(case for module in _MODULES for case in module.cases())
