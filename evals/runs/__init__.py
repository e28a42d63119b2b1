"""Runs of suites: cases put before a subject in one process or many, kept by content, written, compared, guarded."""
