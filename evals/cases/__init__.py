"""Labelled charts and questions: what a case is, how it is written, sealed and read."""
