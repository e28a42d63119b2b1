"""Discipline as it stood at a moment: what was traded and lost, read off the ledger. A pure function."""

from itertools import takewhile
from typing import Final

from agent.analysis.discipline import NEVER_MINUTES, Discipline
from agent.desk.ledger import Ledger
from tools.instruments import Instrument
from tools.session_windows import Window
from tools.sessions import session_status

_DECIMALS: Final = 6


def session_start(at: int, instrument: Instrument, kill_zones: tuple[Window, ...] | None = None) -> tuple[int, int]:
    """Return when the session and when the trading day that hold a moment began, both UTC epoch seconds.

    The session is the tradeable kill zone under way, of overlapping ones the earliest begun; where none is, or the
    market is closed, it is the trading day.

    Args:
        at: the moment, UTC epoch seconds.
        instrument: whose trading day and, unless others are given, whose kill zones count.
        kill_zones: a trader's own windows, in place of the instrument's.
    """
    status = session_status(at, instrument, kill_zones)
    day = status.trading_day_start
    zones = (one.start for one in status.active if one.kind == "kill_zone" and one.trade)
    return next(zones, day), day


def discipline_of(
    ledger: Ledger, instrument: Instrument, at: int, kill_zones: tuple[Window, ...] | None = None
) -> Discipline:
    """Return what the ledger says at a moment; nothing opened or closed after it counts.

    Every trade counts, whatever its market: it is one trader and one account. A loss belongs to the session and the day
    in which it was closed; losses in a row are those of the day, so that the next one begins anew.

    Args:
        ledger: account and trades.
        instrument: whose trading day and kill zones are meant.
        at: the moment, UTC epoch seconds.
        kill_zones: a trader's own windows, in place of the instrument's.
    """
    session, day = session_start(at, instrument, kill_zones)
    last_loss = next((one.at for one in ledger.latest_first(at) if one.pnl < 0), None)
    return Discipline(
        trades_this_session=len(ledger.opened_within(session, at)),
        trades_today=len(ledger.opened_within(day, at)),
        losses_this_session=sum(one.pnl < 0 for one in ledger.closed_within(session, at)),
        losses_in_row=sum(1 for _ in takewhile(lambda one: one.pnl < 0 and one.at >= day, ledger.latest_first(at))),
        minutes_since_loss=NEVER_MINUTES if last_loss is None else min((at - last_loss) / 60, NEVER_MINUTES),
        daily_loss_pct=daily_loss_pct(ledger, day, at),
        drawdown_pct=_lost_pct(ledger.highest_until(at), ledger.balance_at(at)),
    )


def daily_loss_pct(ledger: Ledger, day: int, at: int) -> float:
    """Return what the trades closed since the day began lost, in percent of the balance it began with; 0 for a gain.

    Args:
        ledger: account and trades.
        day: when the trading day began, UTC epoch seconds.
        at: the moment up to which they count.
    """
    return _lost_pct(ledger.balance_before(day), ledger.balance_at(at))


def _lost_pct(before: float, after: float) -> float:
    """Return how far a balance fell, in percent of what it was: 0 for a gain, at most 100."""
    if after >= before:
        return 0.0
    if before <= 0:
        return 100.0
    return min(round((before - after) / before * 100, _DECIMALS), 100.0)
