"""Why a recorded decision is what it is, what would change it, and what would have come of other facts or rules."""
