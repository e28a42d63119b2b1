"""A second implementation of every fact: plain loops over bars, straight from ICT.md, sharing no code with `tools`.

Slow on purpose and easy to read on purpose. Rows are plain dicts with the column names of the facts; -1 means "not
yet". Only the bullish side of a definition is written: the bearish one is the same function on bars turned upside down.
"""
