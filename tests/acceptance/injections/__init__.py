"""Texts that order a model about, the model that obeys them all, and what it must not come to."""
