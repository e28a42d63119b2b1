"""Charts of 10 to 80 candles drawn by hand from the definitions, each with the sentence that says why."""
