"""Offline evaluation and benchmarks of the service."""
