"""Where candles come from: the market data port and its adapters, the only I/O in `tools`."""
