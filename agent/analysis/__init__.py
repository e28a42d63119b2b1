"""The analysis: five nodes over closed candles, judged by the rulebook, ending in one decision."""
