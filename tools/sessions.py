"""What the clock says: open or closed, the kill zone under way and the next one, the day's opening prices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import numpy as np

from tools.candles import Candles
from tools.instruments import Instrument
from tools.market_hours import bank_holiday_at, closed_reason, opens_at
from tools.opening_bars import opening_bars
from tools.session_windows import (
    KILL_ZONES,
    MACROS,
    SESSIONS,
    SILVER_BULLETS,
    Window,
    kill_zone_codes,
    kill_zone_profile,
    kill_zone_windows,
    occurrences,
)
from tools.trading_day import DAY_SECONDS, NEW_YORK, TradingDay, day_ordinals, day_start, new_york_epoch

__all__ = [
    "KILL_ZONES", "MACROS", "SESSIONS", "SILVER_BULLETS", "ActiveWindow", "NextKillZone", "OpeningPrices",
    "SessionStatus", "Window", "kill_zone_codes", "kill_zone_windows", "kill_zones_ahead", "opening_prices",
    "session_status",
]  # fmt: skip

_LONGEST_WEEKEND_DAYS: Final = 4
_LONGEST_CLOSURE_DAYS: Final = 10


@dataclass(frozen=True, slots=True)
class ActiveWindow:
    """A window under way, bounds in epoch seconds; `kind` is kill_zone, silver_bullet, macro or session."""

    name: str
    kind: str
    start: int
    end: int
    trade: bool


@dataclass(frozen=True, slots=True)
class NextKillZone:
    """The next kill zone to open, from its start or from the market's opening within it (epoch second)."""

    name: str
    start: int
    minutes_until: int


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """What the clock says at one instant.

    Attributes:
        new_york_time: the instant on the New York clock, with its offset.
        trading_day_start: epoch second at which the instrument's trading day began.
        trading_day_end: epoch second at which it ends, and the next one begins.
        is_open: whether the market may be traded.
        closed_reason: ``weekend``, ``bank_holiday``, ``early_close``, ``daily_halt``, or None while open.
        bank_holiday: the name of the trading day's bank holiday, or None.
        kill_zone: the tradeable kill zone under way, the earliest begun of overlapping ones; None while
            closed, and in a window in which one stays out, whatever else is under way.
        active: every window under way, lunch included; empty while closed.
        next_kill_zone: the next tradeable kill zone that will open.
        silver_bullet: the silver bullet under way, or None.
        macro: the macro under way, or None.
    """

    new_york_time: datetime
    trading_day_start: int
    trading_day_end: int
    is_open: bool
    closed_reason: str | None
    bank_holiday: str | None
    kill_zone: str | None
    active: tuple[ActiveWindow, ...]
    next_kill_zone: NextKillZone | None
    silver_bullet: str | None
    macro: str | None

    @property
    def session_start(self) -> int:
        """Epoch second at which the tradeable kill zone under way began, outside of one the trading day."""
        zones = (one.start for one in self.active if one.kind == "kill_zone")
        return self.trading_day_start if self.kill_zone is None else next(zones)


@dataclass(frozen=True, slots=True)
class OpeningPrices:
    """Opening prices of one trading day; each None until it is known."""

    true_day_open: float | None
    open_0830: float | None
    open_0930: float | None


def session_status(at: int, instrument: Instrument, kill_zones: tuple[Window, ...] | None = None) -> SessionStatus:
    """Read the session at epoch second `at`: what is open, what is under way, what comes next.

    Args:
        at: the instant.
        instrument: whose calendar, trading day and kill-zone profile count.
        kill_zones: a trader's own windows, which take the place of the profile's; None for the profile's.
    """
    reason = closed_reason(at, instrument)
    zones = kill_zone_profile(instrument.kill_zones) if kill_zones is None else kill_zones
    active = () if reason else _active_windows(at, zones)

    def under_way(kind: str) -> str | None:
        inside = [window for window in active if window.kind == kind]
        return inside[0].name if inside and all(window.trade for window in inside) else None

    ordinal = int(day_ordinals(np.array([at], dtype=np.int64), instrument.trading_day)[0])
    return SessionStatus(
        new_york_time=datetime.fromtimestamp(at, UTC).astimezone(NEW_YORK),
        trading_day_start=day_start(ordinal, instrument.trading_day),
        trading_day_end=day_start(ordinal + 1, instrument.trading_day),
        is_open=reason is None,
        closed_reason=reason,
        bank_holiday=bank_holiday_at(at, instrument),
        kill_zone=under_way("kill_zone"),
        active=active,
        next_kill_zone=_next_kill_zone(at, instrument, zones),
        silver_bullet=under_way("silver_bullet"),
        macro=under_way("macro"),
    )


def kill_zones_ahead(
    at: int, instrument: Instrument, kill_zones: tuple[Window, ...] | None = None
) -> tuple[NextKillZone, ...]:
    """Return the next opening after epoch second `at` of every tradeable kill zone, the soonest first.

    Each opens within a day of market time: later than a day from now where the market is closed in between, and where a
    day without that window comes first. One under way is listed with its opening after this one.

    Args:
        at: the instant.
        instrument: whose calendar and kill-zone profile count.
        kill_zones: a trader's own windows, which take the place of the profile's; None for the profile's.
    """
    zones = kill_zone_profile(instrument.kill_zones) if kill_zones is None else kill_zones
    wanted = {window.name for window in zones if window.trade}
    found: dict[str, NextKillZone] = {}
    for days in (1, _LONGEST_WEEKEND_DAYS, _LONGEST_CLOSURE_DAYS):
        for one in _openings(at, at + days * DAY_SECONDS, instrument, zones):
            found.setdefault(one.name, one)
        if found.keys() == wanted:
            break
    return tuple(sorted(found.values(), key=lambda one: one.start))


def opening_prices(candles: Candles, at: int, trading_day: TradingDay = TradingDay.NEW_YORK_17) -> OpeningPrices:
    """Read the 00:00, 08:30 and 09:30 New York opens of the trading day that holds epoch second `at`.

    Each is the open of the bar that shows it, see `opening_bars`, within that day and once that bar has closed by
    `at`. It is None while no such bar has closed, where the candles begin after the time, and where a bar began before
    the time and ended after it: then they are too coarse to show the price at that time.
    """
    ordinal = int(day_ordinals(np.array([at], dtype=np.int64), trading_day)[0])
    day = date.fromordinal(ordinal)
    day_end = day_start(ordinal + 1, trading_day)
    clock = (time(0, 0), time(8, 30), time(9, 30))
    return OpeningPrices(*(_open_at(candles, new_york_epoch(day, moment), min(at, day_end)) for moment in clock))


def _open_at(candles: Candles, moment: int, until: int) -> float | None:
    bar = int(opening_bars(candles, np.array([moment], dtype=np.int64))[0])
    if bar == len(candles) or candles.end[bar : bar + 1][0] > until:
        return None
    return float(candles.open[bar])


def _active_windows(at: int, kill_zones: tuple[Window, ...]) -> tuple[ActiveWindow, ...]:
    kinds = (
        ("kill_zone", kill_zones), ("silver_bullet", SILVER_BULLETS),
        ("macro", MACROS), ("session", SESSIONS),
    )  # fmt: skip
    return tuple(
        ActiveWindow(window.name, kind, begins, ends, window.trade)
        for kind, windows in kinds
        for window, begins, ends in occurrences(windows, at, at + 1)
    )


def _next_kill_zone(at: int, instrument: Instrument, kill_zones: tuple[Window, ...]) -> NextKillZone | None:
    for days in (1, _LONGEST_CLOSURE_DAYS):  # nearly always within a day
        if (found := _next_within(at, at + days * DAY_SECONDS, instrument, kill_zones)) is not None:
            return found
    return None


def _next_within(at: int, horizon: int, instrument: Instrument, kill_zones: tuple[Window, ...]) -> NextKillZone | None:
    return next(_openings(at, horizon, instrument, kill_zones), None)


def _openings(at: int, horizon: int, instrument: Instrument, kill_zones: tuple[Window, ...]) -> Iterator[NextKillZone]:
    for window, begins, ends in occurrences(kill_zones, at, horizon):
        if not window.trade:
            continue
        opens = opens_at(begins, instrument)
        if at < opens < ends:
            yield NextKillZone(window.name, opens, -(-(opens - at) // 60))
