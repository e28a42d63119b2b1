"""Speaking of how old a decision is, and of what candles it rests on: whether there is anything to act on."""

from typing import Final

from agent.coach.models.offline.conversation import Row
from agent.coach.models.offline.said.fill import say

TRADE: Final = "TRADE_NOW"
_FEW_BARS_MINUTES: Final = 60
"""Four bars of the usual timeframe: after them a trade is no longer one to act on."""


def is_old(decision: Row) -> bool:
    """Whether a decision is more than a few bars behind the clock."""
    minutes = decision.get("minutes_since_as_of")
    return isinstance(minutes, int | float) and minutes > _FEW_BARS_MINUTES


def is_actionable(decision: Row) -> bool:
    """Whether a decision is a trade that is neither old nor made of simulated candles."""
    return decision.get("status") == TRADE and not is_old(decision) and not decision.get("simulated")


def not_to_act_on(decision: Row) -> list[str]:
    """Say of a trade that there is nothing to act on any more, or never was; nothing of any other decision."""
    if decision.get("status") != TRADE or is_actionable(decision):
        return []
    if not is_old(decision):
        return say("trade_simulated")
    return say("trade_old_simulated" if decision.get("simulated") else "trade_old", decision)
