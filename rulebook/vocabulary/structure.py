"""Facts of the structure node: trends, breaks, displacement, the shift, and the stage of the day's delivery."""

from rulebook.fact_spec import count, flag, number, text

FACTS = (
    flag(
        "structure.aligned",
        "structure",
        "the structure timeframe does not trend with the bias",
        "the structure timeframe trends with the bias",
        "Whether the structure timeframe's internal trend equals the bias.",
    ),
    flag(
        "structure.external_aligned",
        "structure",
        "external structure does not trend with the bias",
        "external structure trends with the bias",
        "Whether the structure timeframe's external trend equals the bias.",
    ),
    number(
        "structure.displacement_atr",
        "structure",
        "ATR",
        "largest displacement body",
        "Largest body, in ATR, of a candle with the bias that closes in its outer third, in the lookback.",
    ),
    number(
        "structure.break_close_atr",
        "structure",
        "ATR",
        "close beyond the broken swing",
        "How far the close of the latest internal break with the bias lay beyond the swing, in ATR of that bar.",
    ),
    flag(
        "structure.mss_present",
        "structure",
        "no market structure shift with the bias is confirmed",
        "a market structure shift with the bias is confirmed",
        "Whether a market structure shift in the bias direction is confirmed.",
    ),
    count(
        "structure.bars_since_mss",
        "structure",
        "time since the market structure shift",
        "Closed bars since the latest market structure shift with the bias was confirmed.",
        unit="bars",
    ),
    number(
        "delivery.expansion_atr",
        "structure",
        "ATR",
        "net move with the bias",
        "Net move over the lookback, in ATR, positive with the bias and negative against it.",
    ),
    text(
        "delivery.stage",
        "structure",
        ("accumulation", "manipulation", "distribution"),
        "stage of the day",
        "The stage of the power of three that the trading day has come to.",
    ),
)
