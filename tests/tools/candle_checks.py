"""Candles that a tool made are held to the rules that a caller's are."""

from tools.candle_rules import check_candles
from tools.candles import Candles


def assert_keeps_the_rules(candles: Candles) -> None:
    """Fail with the first bar that breaks a rule."""
    columns = {name: getattr(candles, name) for name in ("open", "high", "low", "close", "volume")}
    check_candles(candles.timeframe, candles.time, columns, "bars")
