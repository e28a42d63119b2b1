"""What became of decisions: walked forward over candles, filled without looking ahead, measured with intervals."""
