"""Management: how an open trade is run, by the rules about partials, break-even and trailing."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rulebook.book import Rulebook
from tools.tick_prices import on_tick

PARTIALS_RULE: Final = "7.4"
PROTECTION_RULE: Final = "7.5"


def management(rulebook: Rulebook, setup: Mapping[str, Any], targets: Sequence[float], tick: float) -> dict[str, Any]:
    """Return the plan of a trade: ``{"partials", "breakeven_at_price", "breakeven_at_r", "trail_by"}``.

    Rule 7.4's share is closed at the first target and the rest at the farthest, all of it there where it is the only
    one; without a target there are no partials. From rule 7.5's multiple of the risk on, the stop moves to the entry,
    and what trails it after that is the rule's too.

    Args:
        rulebook: the rules.
        setup: its direction, entry price and stop loss.
        targets: prices, nearest first.
        tick: the instrument's price step; the break-even price is the first on it that has earned its multiple.
    """
    entry, way = setup["entry_price"], 1 if setup["direction"] == "bullish" else -1
    risk = abs(entry - setup["stop_loss"])
    breakeven_r = float(rulebook.number(PROTECTION_RULE, "breakeven_r"))
    shares = _shares(targets, float(rulebook.number(PARTIALS_RULE, "partial_pct")))
    return {
        "partials": [
            {"price": price, "share_pct": share, "at_r": round(abs(price - entry) / risk, 4)}
            for price, share in shares
            if share
        ],
        "breakeven_at_price": on_tick(entry + way * breakeven_r * risk, tick, -way),
        "breakeven_at_r": breakeven_r,
        "trail_by": rulebook.parameter(PROTECTION_RULE, "trail_by"),
    }


def _shares(targets: Sequence[float], partial_pct: float) -> list[tuple[float, float]]:
    """Return the prices at which a part is closed, and percent of the position; they sum to 100."""
    if len(targets) < 2:
        return [(price, 100.0) for price in targets]
    return [(targets[0], partial_pct), (targets[-1], 100 - partial_pct)]
