"""The owner's newest decision on a market, by when it was recorded: what advice is held against."""

from typing import Any, Final

from agent.coach.grounding.decided import Decided
from agent.coach.toolbox.box import ToolSources
from agent.desk.desk import past_after_s
from agent.store.decisions import DecisionFilter
from tools.timeframes import Timeframe
from tools.times import parse_time

_FINEST_S: Final = 60
_SIDES: Final = {"bullish": "long", "bearish": "short"}


async def newest_decision(sources: ToolSources, owner_id: str, symbol: str) -> Decided | None:
    """Return an owner's newest decision on a market; None where there is none.

    Args:
        sources: what the tools read from.
        owner_id: whose decision.
        symbol: the market, as decisions write it.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    page = await sources.runs.decisions(DecisionFilter(symbol=symbol), owner_id=owner_id, limit=1)
    if not page.items:
        return None
    found = page.items[0]
    told = found.decision
    rule = next(iter(told["deciding_rules"]), None)
    verdict: dict[str, Any] = {}
    if rule is not None:
        audited = await sources.runs.decision(found.decision_id, owner_id=owner_id)
        verdict = next((one for one in audited.verdicts if one["rule_id"] == rule), {})
    return Decided(
        run_id=found.run_id,
        symbol=found.symbol,
        status=found.status,
        as_of=parse_time(told["timestamp"]),
        lasts_s=past_after_s(_bar_s(told["timeframes"])),
        direction=None if told["setup"] is None else _SIDES[told["setup"]["direction"]],
        rule=rule,
        name=verdict.get("name"),
        sentence=verdict.get("sentence"),
    )


def _bar_s(timeframes: dict[str, Any]) -> int:
    """Return the seconds of the finest bar that was looked at; of one that was resampled, the finest there is."""
    entry = timeframes["entry"]
    return _FINEST_S if entry in timeframes["resampled"] else Timeframe(entry).seconds
