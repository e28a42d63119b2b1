"""Open the service for one command: the same database and the same market data as ``ict serve`` has."""

from dataclasses import replace
from importlib.metadata import version
from typing import Any, Final

from pydantic import ValidationError

from agent.settings import Settings
from api.settings import Environment
from tools.errors import InvalidParameter

SETTINGS_FILE: Final = ".env"


def read_environment(**given: Any) -> Environment:
    """Read the settings: what the command line gave, else the environment, else ``.env`` in the current folder.

    Raises:
        InvalidParameter: a setting cannot be; the message names each variable.
    """
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Environment(**{"_env_file": SETTINGS_FILE, **chosen})
    except ValidationError as faults:
        told = [f"{_variable(fault['loc'])}: {fault['msg']}" for fault in faults.errors(include_url=False)]
        raise InvalidParameter("; ".join(told), field="environment") from faults


def service_settings(clock_now: int) -> Settings:
    """Return the settings to open the service with, the wall clock standing at `clock_now` (UTC epoch seconds).

    Raises:
        InvalidParameter: a setting cannot be.
    """
    settings = read_environment().for_service(lambda: clock_now, code_version())
    return replace(settings, takes_up_orphans=False)  # a single command executes its own run and claims nobody else's


def code_version() -> str:
    """Return the version of this code, as every decision records it."""
    return version("ict-agent")


def _variable(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "settings"
