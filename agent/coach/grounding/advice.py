"""Advice to trade: held against the owner's newest decision of each market it names, and refused unless borne by it.

What is advice is found by `agent.coach.grounding.acting`; every mention of acting is, outside a few safe forms.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from agent.coach.grounding.acting import Acted
from agent.coach.grounding.decided import Decided, Refusal, not_borne
from agent.coach.grounding.markets_named import MarketsNamed
from tools.instruments import find_instrument

NewestDecision = Callable[[str], Awaitable[Decided | None]]
"""Reads the newest decision on a market by its symbol; None where there is none."""
_NO_ADVICE: Final = "I will not advise that"
_NO_MARKET: Final = f"{_NO_ADVICE}: no decision is known that it could rest on. Ask me to analyse the market first."
_LONGEST_NAME: Final = 20


async def advice_against(
    acts: Sequence[Acted], asked: MarketsNamed, symbol: str | None, newest: NewestDecision, now: int
) -> Refusal | None:
    """Return the refusal of an answer that advises what no decision bears, None where it may stand.

    Advice is held against every market its sentence names, else the answer, else the question, else the one the
    conversation is about. It passes where each one's newest decision is TRADE_NOW, in its direction, and not past. A
    market nobody knows has no decision.

    Args:
        acts: where the answer speaks of acting.
        asked: the markets that the user's question names.
        symbol: the market the conversation is about.
        newest: reads a market's newest decision.
        now: UTC epoch seconds.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    for act in acts:
        markets = _markets(act, asked, symbol)
        if not markets:
            return Refusal("advice", _NO_MARKET, "no decision is known", act.text, None, None)
        for market in markets:
            refusal = _refusal(act, market, await newest(market), now)
            if refusal is not None:
                return refusal
    return None


def market_in_focus(symbol: str | None) -> str | None:
    """Return the market a conversation is about as decisions write it; one nobody knows stays as it is."""
    known = None if symbol is None else find_instrument(symbol)
    return symbol if known is None else known.symbol


def _markets(act: Acted, asked: MarketsNamed, symbol: str | None) -> list[str]:
    named = act.markets if act.markets.is_any else asked
    if named.is_any:
        return [*sorted(word.upper() for word in named.unknown), *sorted(named.known)]
    return [] if symbol is None else [symbol]


def _refusal(act: Acted, market: str, decision: Decided | None, now: int) -> Refusal | None:
    if decision is None:
        name = market[:_LONGEST_NAME]
        text = f"{_NO_ADVICE}: no decision on {name} is known. Ask me to analyse the market first."
        return Refusal("advice", text, f"no decision on {name} is known", act.text, None, name)
    why = not_borne(decision, act.directions, now)
    return None if why is None else Refusal("advice", f"{_NO_ADVICE}: {why}", why, act.text, decision, market)
