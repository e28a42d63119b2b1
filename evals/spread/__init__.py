"""How decisions spread over many charts: driftless random walks, and windows of real candle files."""
