"""Facts of the liquidity node: the dealing range, the pools of the structure timeframe, and what was taken."""

from rulebook.fact_spec import count, flag, number

FACTS = (
    flag(
        "range.known",
        "liquidity",
        "no dealing range is known",
        "a dealing range is known",
        "Whether a dealing range can be drawn at the last closed bar.",
    ),
    number(
        "range.right_half_depth",
        "liquidity",
        "percent",
        "depth in the right half of the range",
        "How deep price stands in the half that suits the bias: 50 - pd for bullish, pd - 50 for bearish.",
    ),
    count(
        "range.external_targets",
        "liquidity",
        "number of external pools ahead",
        "Untaken swing and previous-period pools ahead of price in the direction of the bias.",
    ),
    count(
        "range.internal_gaps",
        "liquidity",
        "number of open gaps inside the range",
        "Fair value gaps with the bias inside the dealing range that price has not filled.",
    ),
    flag(
        "liquidity.sweep_present",
        "liquidity",
        "no pool against the bias has been swept",
        "a pool against the bias has been swept",
        "Whether a pool on the side that suits the bias was swept (sell-side for a bullish bias).",
    ),
    count(
        "liquidity.bars_since_sweep",
        "liquidity",
        "time since the sweep",
        "Closed bars since the latest sweep that suits the bias was confirmed.",
        unit="bars",
    ),
    count(
        "liquidity.pools_above",
        "liquidity",
        "number of buy-side pools above",
        "Untaken buy-side pools of the structure timeframe above the last close.",
    ),
    count(
        "liquidity.pools_below",
        "liquidity",
        "number of sell-side pools below",
        "Untaken sell-side pools of the structure timeframe below the last close.",
    ),
    count(
        "liquidity.equal_pools",
        "liquidity",
        "number of equal highs or lows ahead",
        "Untaken equal highs above price for a bullish bias, equal lows below it for a bearish one.",
    ),
    flag(
        "liquidity.inducement_taken",
        "liquidity",
        "early stops inside the leg still stand",
        "early stops inside the leg were taken",
        "Whether price traded through an internal swing formed inside the leg of the dealing range (a low if bullish).",
    ),
    count(
        "liquidity.voids_ahead",
        "liquidity",
        "number of voids ahead",
        "Fair value gaps not yet filled whose near edge lies ahead of price in the direction of the bias.",
    ),
    count(
        "session.levels",
        "liquidity",
        "number of session levels",
        "Highs and lows of completed sessions that were confirmed in the current trading day.",
    ),
)
