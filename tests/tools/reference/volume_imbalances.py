"""Volume imbalances: a body wholly above the body before it, with wicks that meet."""

from tests.tools.reference.bars import Bar, Row
from tests.tools.reference.zones import both_ways, with_life


def volume_imbalances(bars: list[Bar]) -> list[Row]:
    """Return the imbalances of both directions with their life."""
    return both_ways(bars, _bullish)


def _bullish(bars: list[Bar]) -> list[Row]:
    found = []
    for t in range(1, len(bars)):
        before, bar = bars[t - 1], bars[t]
        top, bottom = min(bar.open, bar.close), max(before.open, before.close)
        if top > bottom and bar.low <= before.high:
            zone = {"direction": 1, "formed_index": t, "confirmed_index": t, "top": top, "bottom": bottom}
            found.append(with_life(bars, zone))
    return found
