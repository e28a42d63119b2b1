"""Planted regressions: careless changes, each made to a copy of this code, and the proof that the gate stops them."""
