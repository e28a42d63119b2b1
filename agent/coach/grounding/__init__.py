"""Grounding: every claim of an answer is matched to what the tools returned or the user said, deterministically."""
