"""What each list of a chart's reading means, in one sentence a trader would accept; shown beside every fact.

Source: the definitions this project fixed (docs/GLOSSARY.md); each tool's docstring holds the exact inequalities.
"""

from typing import Final, NamedTuple


class Definition(NamedTuple):
    """The name of one kind of fact and what it is."""

    title: str
    meaning: str


DEFINITIONS: Final[dict[str, Definition]] = {
    "swings": Definition(
        "Swing",
        "A bar whose high (low) exceeds those of the bars on both sides; known once the bars after it closed.",
    ),
    "structure_breaks": Definition(
        "Structure break",
        "The first close beyond the latest swing: BOS with the trend, CHoCH against it, MSS when a change of character "
        "also swept liquidity, displaced price and left a fair value gap.",
    ),
    "displacements": Definition(
        "Displacement", "A candle whose body is a multiple of the average true range and that closes near its extreme."
    ),
    "fair_value_gaps": Definition(
        "Fair value gap", "Three bars of which the first and the third do not meet; the space between their wicks."
    ),
    "inverse_gaps": Definition(
        "Inverse fair value gap", "A fair value gap that price closed through; from then on it works the other way."
    ),
    "balanced_ranges": Definition(
        "Balanced price range", "The overlap of a bullish and a bearish fair value gap that formed close to each other."
    ),
    "volume_imbalances": Definition(
        "Volume imbalance", "Two bars whose bodies leave a space between them while their wicks meet."
    ),
    "opening_gaps": Definition(
        "Opening gap",
        "The space between the last close before the daily (NDOG) or weekly (NWOG) halt and the next open.",
    ),
    "order_blocks": Definition(
        "Order block", "The last run of opposing candles before the leg that broke structure; known at the break."
    ),
    "breakers": Definition(
        "Breaker",
        "The last up-close candle before a swing high: price then took the liquidity below and broke that high.",
    ),
    "mitigation_blocks": Definition(
        "Mitigation block", "As a breaker, but price turned before it took the liquidity below."
    ),
    "rejection_blocks": Definition(
        "Rejection block", "The wick of a swing whose bar swept liquidity: from its extreme to its body."
    ),
    "liquidity_pools": Definition(
        "Liquidity pool",
        "A level beyond which stops rest: swings, equal highs and lows, previous days, weeks, sessions.",
    ),
    "sweeps": Definition("Sweep", "A pool that was taken and closed back inside: the stops were hunted."),
    "cisd": Definition(
        "Change in the state of delivery",
        "A close beyond the open of the run of opposing candles that made the latest extreme.",
    ),
    "smt": Definition(
        "SMT divergence", "Two correlated markets swing together, and only one of them makes a new extreme."
    ),
    "judas_swings": Definition(
        "Judas swing", "An early move beyond the day's open that takes liquidity and is reversed by a structure shift."
    ),
    "setups": Definition(
        "Setup",
        "An entry to wait for, a stop, and what would prove it wrong; fresh until its entry or its stop has traded.",
    ),
    "dealing_range": Definition(
        "Dealing range", "From the origin of the last external break to the extreme since: premium above its middle."
    ),
    "power_of_three": Definition(
        "Power of three", "The day's stages: accumulation, manipulation (the Judas swing), distribution."
    ),
    "session": Definition(
        "Session", "What the New York clock says at the last close: kill zones, macros, opening prices."
    ),
}
"""By the name of the list (or object) in `tools.chart.Chart.to_dict`."""
