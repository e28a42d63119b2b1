"""What every command finds around it: the exit statuses, and the settings by the wall clock."""

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from agent.settings import Settings

BAD_INPUT: Final = 2
FAILED: Final = 1


def settings() -> "Settings":
    """Return the settings to open the service with.

    Raises:
        InvalidParameter: a setting cannot be.
    """
    from api.commands.opening import service_settings

    return service_settings(int(time.time()))
