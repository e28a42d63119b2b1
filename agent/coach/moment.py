"""Where a conversation stands when a turn begins: the time, the phase, the mode, and the decision it is about."""

from typing import Final

from agent.coach.models.context import ConversationContext, NextKillZone
from agent.coach.own_zones import own_zones
from agent.coach.phases import phase_of
from agent.coach.together import both
from agent.coach.toolbox.box import ToolSources
from agent.store.decisions import DecisionFilter
from tools.errors import RunNotFound
from tools.instruments import find_instrument, instrument
from tools.sessions import session_status
from tools.times import iso_utc

_USUAL: Final = instrument("EURUSD")


async def read_moment(
    sources: ToolSources, owner_id: str, run_id: str | None, symbol: str | None
) -> ConversationContext:
    """Read the moment for an owner.

    Args:
        sources: what the tools read from.
        owner_id: whose mode, decisions and, where their profile has some, own kill zones.
        run_id: the run the conversation is about; None takes the newest decision of the symbol, else of all.
        symbol: the market it is about; None takes that of the run. The clock of a market nobody knows is that of forex.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    (desk, judged), (focus, market) = await both(
        both(sources.desk.state(owner_id), sources.desk.judged(owner_id)), _focus(sources, owner_id, run_id, symbol)
    )
    windows = own_zones(judged.rulebook)
    known = None if market is None else find_instrument(market)
    clocked, now = known or _USUAL, sources.clock()
    status = session_status(now, clocked, windows)
    following = status.next_kill_zone
    return ConversationContext(
        now=iso_utc(now),
        phase=phase_of(status, now, clocked, windows),
        mode=desk.mode,
        run_id=focus,
        symbol=market,
        market_open=None if known is None else status.is_open,
        kill_zone=status.kill_zone,
        next_kill_zone=None
        if following is None
        else NextKillZone(following.name, iso_utc(following.start), following.minutes_until),
    )


async def _focus(
    sources: ToolSources, owner_id: str, run_id: str | None, symbol: str | None
) -> tuple[str | None, str | None]:
    if run_id is not None:
        return run_id, symbol or await _symbol_of(sources, owner_id, run_id)
    known = None if symbol is None else find_instrument(symbol)
    wanted = DecisionFilter(symbol=symbol if known is None else known.symbol)
    newest = (await sources.runs.decisions(wanted, owner_id=owner_id, limit=1)).items
    return (newest[0].run_id, newest[0].symbol) if newest else (None, symbol)


async def _symbol_of(sources: ToolSources, owner_id: str, run_id: str) -> str | None:
    try:
        return (await sources.runs.get(run_id, owner_id=owner_id)).symbol
    except RunNotFound:
        return None  # the tools say so when they are asked about it
