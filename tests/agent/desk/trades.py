"""Ledgers drawn by hand."""

from agent.desk.ledger import Ledger, Statement
from agent.desk.settings import Account
from agent.store.desk import Trade
from tools.times import parse_time

BALANCE = 10_000.0
NEW_YORK_MORNING = "2024-01-11T14:30:00Z"  # Thursday, 09:30 in New York: the kill zone new_york_am


def at(text: str) -> int:
    return parse_time(text)


def trade(
    opened: str,
    closed: str | None = None,
    pnl: float | None = None,
    *,
    risk: float | None = 1.0,
    r: float | None = None,
) -> Trade:
    """Draw a trade; without a close it is open."""
    return Trade(
        trade_id=f"{opened} {closed} {pnl}",
        symbol="EURUSD",
        direction="long",
        opened_at=at(opened),
        risk_pct=risk,
        closed_at=None if closed is None else at(closed),
        pnl=pnl,
        result_r=r,
    )


def ledger(*trades: Trade, stated: str = "2024-01-01T00:00:00Z", balance: float = BALANCE) -> Ledger:
    return Ledger([Statement(Account(balance), at(stated))], trades)
