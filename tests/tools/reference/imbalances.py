"""Fair value gaps: three bars of which the first and the third do not meet."""

from tests.tools.reference.bars import Bar, Row, first_bar, upside_down, upside_down_rows
from tests.tools.reference.displacement import average_true_range, displacements


def fair_value_gaps(bars: list[Bar], minimum_atr: float = 0.0, displacement_k: float = 1.5) -> list[Row]:
    """Return every gap of both directions with its life."""
    bearish = []
    for row in upside_down_rows(_bullish(upside_down(bars), minimum_atr, displacement_k), ["top", "bottom", "middle"]):
        row["top"], row["bottom"] = row["bottom"], row["top"]
        bearish.append(row)
    return _bullish(bars, minimum_atr, displacement_k) + bearish


def _bullish(bars: list[Bar], minimum_atr: float, displacement_k: float) -> list[Row]:
    atr = average_true_range(bars)
    displaced = {row["formed_index"] for row in displacements(bars, displacement_k) if row["direction"] == 1}
    found = []
    for t in range(2, len(bars)):
        top, bottom = bars[t].low, bars[t - 2].high
        if not top > bottom:
            continue
        if minimum_atr > 0 and not top - bottom >= minimum_atr * atr[t - 1]:  # false where the ATR is NaN
            continue
        middle = (top + bottom) / 2
        found.append(
            {
                "direction": 1,
                "formed_index": t - 1,
                "confirmed_index": t,
                "top": top,
                "bottom": bottom,
                "middle": middle,
                "displaced": t - 1 in displaced,
                "touched_index": first_bar(bars, t, lambda bar, level=top: bar.low <= level),
                "ce_index": first_bar(bars, t, lambda bar, level=middle: bar.low <= level),
                "filled_index": first_bar(bars, t, lambda bar, level=bottom: bar.low <= level),
                "inverted_index": first_bar(bars, t, lambda bar, level=bottom: bar.close < level),
            }
        )
    return found
