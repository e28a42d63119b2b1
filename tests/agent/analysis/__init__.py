"""Tests of the analysis walk."""
