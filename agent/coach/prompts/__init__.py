"""The coach's prompts: one file for who it is, one for each phase of the trading day, one for each trading mode."""
