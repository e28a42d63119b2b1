"""The phase of the trading day, of which the coach's stance depends.

By the sessions of the instrument and its tradeable kill zones that lie, at least in part, in open hours of its trading
day (``docs/GLOSSARY.md``), the first of these that holds:

- ``weekend``: the market is closed for the weekend or a bank holiday, or the day has no kill zone at all;
- ``kill_zone``: a tradeable one is under way;
- ``pre_market``: none of the day's has opened yet;
- ``post_market``: the last of the day's is over, or the market has closed early;
- ``in_session``: the market is open, between two of them, lunch included.
"""

from typing import Final

from agent.coach.state import Phase
from tools.instruments import Instrument
from tools.market_hours import opens_at
from tools.session_windows import Window, kill_zone_profile, occurrences
from tools.sessions import SessionStatus

_CLOSED_DAYS: Final = frozenset({"weekend", "bank_holiday"})


def phase_of(
    status: SessionStatus, at: int, instrument: Instrument, kill_zones: tuple[Window, ...] | None = None
) -> Phase:
    """Return the phase at an instant.

    Args:
        status: what the clock says then, as `tools.sessions.session_status` reads it.
        at: the instant, UTC epoch seconds.
        instrument: whose trading day and kill zones count.
        kill_zones: a trader's own windows; None for those of the instrument.
    """
    if status.closed_reason in _CLOSED_DAYS:
        return "weekend"
    if status.kill_zone is not None:
        return "kill_zone"
    zones = _zones_of_the_day(status, instrument, kill_zones)
    if not zones:
        return "weekend"
    if at < min(opens for opens, _ in zones):
        return "pre_market"
    if not status.is_open or at >= max(ends for _, ends in zones):
        return "post_market"
    return "in_session"


def _zones_of_the_day(
    status: SessionStatus, instrument: Instrument, kill_zones: tuple[Window, ...] | None
) -> list[tuple[int, int]]:
    windows = kill_zone_profile(instrument.kill_zones) if kill_zones is None else kill_zones
    found = []
    for window, begins, ends in occurrences(windows, status.trading_day_start, status.trading_day_end):
        opens = opens_at(begins, instrument)
        if window.trade and begins >= status.trading_day_start and opens < ends:
            found.append((opens, ends))
    return found
