"""A trader's own kill zones, where the profile in force has some."""

from rulebook.book import Rulebook
from tools.session_windows import Window


def own_zones(rulebook: Rulebook | None) -> tuple[Window, ...] | None:
    """Return a rulebook's own kill zones; None where those of the instrument stand, or nothing judges."""
    own = None if rulebook is None else rulebook.kill_zones
    return None if own is None else tuple(one.window() for one in own)
