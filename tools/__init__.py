"""Facts: pure, causal functions over candles. No model, database, environment, wall clock or network."""
