"""Open the service for one command: the same database and the same market data as ``ict serve`` has."""

from typing import Any

from agent import environment
from agent.environment import code_version
from agent.settings import Settings
from api.settings import Environment

__all__ = ["code_version", "read_environment", "service_settings"]


def read_environment(**given: Any) -> Environment:
    """Read the settings: what the command line gave, else the environment, else ``.env`` in the current folder.

    Raises:
        InvalidParameter: a setting cannot be; the message names each variable.
    """
    return environment.read_environment(Environment, **given)


def service_settings(clock_now: int) -> Settings:
    """Return the settings to open the service with, the wall clock standing at `clock_now` (UTC epoch seconds).

    Raises:
        InvalidParameter: a setting cannot be.
    """
    return environment.command_settings(read_environment(), clock_now)
