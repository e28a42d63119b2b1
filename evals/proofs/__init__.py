"""Proofs too long for the test suite: many thousands of recorded decisions, walked again elsewhere."""
