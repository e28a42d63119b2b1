"""The few values an answer may work out itself, because anybody can check them in the same sentence.

Exactly two: the distance between two known prices, and the span between two known times. Both ends must stand in the
sentence and be supported themselves. Everything else a model computes is unsupported: the tools compute.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final

from agent.coach.grounding.known import instant_of
from agent.coach.grounding.mentions import Mention, Moment, Quantity
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.pieces import Known
from agent.coach.grounding.support import Support
from tools.instruments import Instrument

_DISTANCE: Final = re.compile(
    r"\b(?:away|apart|distance|distant|wide|width|below|above|beyond|between|beneath|under|over|tall|gap of|"
    r"risk(?:s|ing)?|from|to go|far|off|further|higher|lower|pips?|ticks?)\b",
    re.IGNORECASE,
)
_PIPS: Final = {"JPY": Decimal("0.01")}
_PIP: Final = Decimal("0.0001")
_MOST_ENDS: Final = 8
_TELLING_DIGITS: Final = 3


def derived_support(
    passage: Passage, mention: Mention, beside: Sequence[tuple[Mention, Support]], known: Known
) -> Support | None:
    """Return the support of a distance or span between two supported ends of its sentence, None for neither."""
    if not isinstance(mention.said, Quantity):
        return None
    if mention.said.unit == "minutes":
        return _span(mention.said, [one for one in beside if isinstance(one[0].said, Moment)])
    if mention.said.unit not in (None, "pips", "ticks"):
        return None
    around = passage.plain[max(0, mention.start - 40) : mention.end + 40]
    if not _DISTANCE.search(around):
        return None
    return _distance(mention.said, [one for one in beside if _is_price(one[0])], known.market)


def _span(said: Quantity, ends: Sequence[tuple[Mention, Support]]) -> Support | None:
    for (first, one), (last, other) in combinations(ends[:_MOST_ENDS], 2):
        if isinstance(first.said, Moment) and isinstance(last.said, Moment):
            minutes = _minutes_between(first.said, last.said)
            if minutes is not None and Decimal(minutes) == abs(said.value):
                return _together(one, other)
    return None


def _minutes_between(first: Moment, last: Moment) -> int | None:
    if first.date is None and last.date is None and first.minute is not None and last.minute is not None:
        return (last.minute - first.minute) % 1440 if first.zone == last.zone else None
    instants = [instant_of(one, one.zone or "UTC") for one in (first, last)]
    if instants[0] is None or instants[1] is None:
        return None
    return abs(instants[1] - instants[0]) // 60


def _distance(said: Quantity, ends: Sequence[tuple[Mention, Support]], market: Instrument | None) -> Support | None:
    size = _step(said.unit, market)
    if size is None or said.value <= 0:
        return None
    for (first, one), (last, other) in combinations(ends[:_MOST_ENDS], 2):
        if isinstance(first.said, Quantity) and isinstance(last.said, Quantity):
            between = abs(first.said.value - last.said.value) / size
            if between and abs(between - said.value) <= (said.quantum / 2 if said.unit else 0):
                return _together(one, other)
    return None


def _step(unit: str | None, market: Instrument | None) -> Decimal | None:
    if unit is None:
        return Decimal(1)
    if market is None:
        return None
    if unit == "ticks":
        return Decimal(repr(market.tick_size))
    return _PIPS.get(market.quote_currency, _PIP) if market.asset_class == "forex" else None


def _is_price(mention: Mention) -> bool:
    said = mention.said
    if not isinstance(said, Quantity) or said.unit is not None:
        return False
    return len(str(int(abs(said.value / said.quantum)))) >= _TELLING_DIGITS


def _together(one: Support, other: Support) -> Support:
    return Support((*one.sources[:2], *other.sources[:2]), one.groups | other.groups)
