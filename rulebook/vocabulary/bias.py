"""Facts of the bias node: which way the higher timeframes lean, how clearly, and how old the candles are."""

from rulebook.fact_spec import count, flag, number, text

FACTS = (
    number(
        "bias.strength",
        "bias",
        "ratio",
        "bias strength",
        "Absolute weighted vote for the bias; 0 when votes cancel or price stands near equilibrium.",
    ),
    text(
        "bias.direction",
        "bias",
        ("bullish", "bearish", "neutral"),
        "higher-timeframe bias",
        "The side the weighted higher-timeframe votes lean to; neutral below the strength that rule 1.1 asks for.",
    ),
    number(
        "bias.opposing_share",
        "bias",
        "ratio",
        "share of the votes against the bias",
        "Share of the known votes' weight that stands against the bias direction.",
    ),
    flag(
        "bias.held",
        "bias",
        "the bias has turned since the session began",
        "the bias still leans as it did when the session began",
        "Whether the votes lean the way they leaned when the kill zone under way, else the trading day, began.",
    ),
    flag(
        "bias.counter_trend",
        "bias",
        "the bias runs with the highest trend",
        "the bias runs against the highest trend",
        "Whether the bias runs against the trend of the highest bias timeframe that has one.",
    ),
    flag(
        "bias.hourly_shift",
        "bias",
        "the lowest bias timeframe has not shifted with the bias",
        "the lowest bias timeframe has shifted with the bias",
        "Whether the lowest bias timeframe (hourly) has a recent market structure shift with the bias.",
    ),
    count(
        "candles.bars_behind",
        "bias",
        "age of the candles",
        "Bars of the finest timeframe that the open market had time for between the last close and the decision.",
        unit="bars",
    ),
    flag(
        "discipline.stopped",
        "bias",
        "trading is not stopped",
        "trading is stopped",
        "Whether an emergency stop or a kill switch has stopped trading.",
    ),
)
