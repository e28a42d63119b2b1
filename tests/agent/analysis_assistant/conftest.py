"""The same open runs that the tests of the runs have."""

from tests.agent.runs.conftest import database, open_runs

__all__ = ["database", "open_runs"]
