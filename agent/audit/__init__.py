"""The audit: the chain that seals what was decided, and everything that is asked of the record as a whole."""
