"""Discipline as it stood at a moment: what was traded and lost, read off the ledger. A pure function."""

from itertools import takewhile

from agent.analysis.discipline import NEVER_MINUTES, Discipline
from agent.desk.ledger import Ledger
from tools.instruments import Instrument
from tools.session_windows import Window
from tools.sessions import session_status


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
    status = session_status(at, instrument, kill_zones)
    session, day = status.session_start, status.trading_day_start
    last_loss = next((one.at for one in ledger.latest_first(at) if one.pnl < 0), None)
    return Discipline(
        trades_this_session=len(ledger.opened_within(session, at)),
        trades_today=len(ledger.opened_within(day, at)),
        losses_this_session=sum(one.pnl < 0 for one in ledger.closed_within(session, at)),
        losses_in_row=sum(1 for _ in takewhile(lambda one: one.pnl < 0 and one.at >= day, ledger.latest_first(at))),
        minutes_since_loss=NEVER_MINUTES if last_loss is None else min((at - last_loss) / 60, NEVER_MINUTES),
        daily_loss_pct=daily_loss_pct(ledger, day, at),
        drawdown_pct=ledger.drawdown_pct(at),
    )


def daily_loss_pct(ledger: Ledger, day: int, at: int) -> float:
    """Return what the trades closed since the day began lost, in percent of the balance it began with; 0 for a gain.

    Money paid in or out during the day is neither.

    Args:
        ledger: account and trades.
        day: when the trading day began, UTC epoch seconds.
        at: the moment up to which they count.
    """
    return ledger.lost_pct(day, at)
