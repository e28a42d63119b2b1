"""The walk from candles to a decision, the runs that record it, and the store that keeps them."""

import os

# Read by langgraph when it is imported: checkpoints hold plain values only, and nothing else is ever unpickled.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
