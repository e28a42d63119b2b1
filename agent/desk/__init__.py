"""The desk of one trader: settings kept as numbered snapshots, trades taken, the trading mode and the kill switch."""
