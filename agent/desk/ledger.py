"""An account and every trade recorded on it, ready to be asked how they stood at any moment."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Final

from agent.desk.settings import Account
from agent.store.desk import Trade

_NOTHING: Final = Decimal(0)
_WHOLE: Final = Decimal(1)
_PERCENT: Final = 100
_PCT_DECIMALS: Final = 6
_EQUITY_DECIMALS: Final = 12


@dataclass(frozen=True, slots=True)
class Statement:
    """An account as its owner stated it at a moment, UTC epoch seconds."""

    account: Account
    at: int


@dataclass(frozen=True, slots=True)
class Opened:
    """When a trade was opened (UTC epoch seconds), and what percent of the balance it risked; None is unknown."""

    at: int
    risk_pct: float | None


@dataclass(frozen=True, slots=True)
class Closed:
    """When a trade was closed, what it made in the account currency, and in R where that is known."""

    at: int
    pnl: float
    result_r: float | None


@dataclass(frozen=True, slots=True)
class _Point:
    """How the account stood from a moment on: its balance, the index of its returns, and the highest that had been."""

    at: int
    balance: Decimal
    index: Decimal
    highest: Decimal


class Ledger:
    """The account through time, from every balance stated and what each closed trade made.

    A balance stated holds at the moment it was stated, with all that had closed by then; trades that close later are
    added to it until the next statement. Before the first one the balance was less by what the trades closed since then
    had made. It never falls below nothing: where what is recorded would lead there, the account is used up, or, before
    the first statement, nobody knows the balance, and it reads 0.

    Drawdown and daily loss look at returns, and not at balances: each close multiplies an index by the balance after
    it over the balance before it, and a statement leaves the index alone. So money paid in or out is neither gain nor
    loss. A trade on a balance nobody knows moves nothing; a loss on an account that is used up is one of everything.
    Such an account begins anew, drawdown and all, with its next statement. Sums are exact to the digits written.
    """

    def __init__(self, statements: Sequence[Statement], trades: Iterable[Trade]) -> None:
        """Sort what was recorded.

        Args:
            statements: every one of the owner, at least one, in the order they were made. One that bears a later time
                than the next (by another worker's clock) counts as made with the next.
            trades: every trade of the owner, in the order they were recorded.
        """
        given = tuple(trades)
        self._statements = _in_time(statements)
        self._stated_at = [one.at for one in self._statements]
        self.opened = sorted((Opened(one.opened_at, one.risk_pct) for one in given), key=lambda one: one.at)
        closes = (
            Closed(one.closed_at, one.pnl, one.result_r)
            for one in given
            if one.closed_at is not None and one.pnl is not None
        )
        self.closed = sorted(closes, key=lambda one: one.at)
        self._opened_at = [one.at for one in self.opened]
        self._closed_at = [one.at for one in self.closed]
        self._kept: list[Decimal] = []
        self._equity = [_WHOLE]
        self._points = self._course()
        self._point_at = [one.at for one in self._points]

    @property
    def account(self) -> Account:
        """The account as it was stated last."""
        return self._statements[-1].account

    def account_at(self, at: int) -> Account:
        """Return the account as it was last stated by a moment; before the first statement, as that says."""
        return self._statements[max(bisect_right(self._stated_at, at) - 1, 0)].account

    def opened_within(self, since: int, until: int) -> list[Opened]:
        """Return the trades opened from `since` to `until`, both inclusive, the earliest first."""
        return self.opened[bisect_left(self._opened_at, since) : bisect_right(self._opened_at, until)]

    def closed_within(self, since: int, until: int) -> list[Closed]:
        """Return the trades closed from `since` to `until`, both inclusive, the earliest first."""
        return self.closed[bisect_left(self._closed_at, since) : bisect_right(self._closed_at, until)]

    def closed_until(self, at: int) -> list[Closed]:
        """Return the trades closed by a moment, the earliest first."""
        return self.closed[: bisect_right(self._closed_at, at)]

    def latest_first(self, at: int) -> Iterator[Closed]:
        """Give the trades closed by a moment, the latest first."""
        return map(self.closed.__getitem__, range(bisect_right(self._closed_at, at) - 1, -1, -1))

    def balance_at(self, at: int) -> float:
        """Return the balance with every trade closed by a moment; 0 where nothing is left, or nobody knows."""
        return float(self._standing(at).balance)

    def lost_pct(self, since: int, until: int) -> float:
        """Return what the trades closed from `since` to `until`, both inclusive, lost, in percent; 0 for a gain."""
        kept = self._kept[bisect_left(self._closed_at, since) : bisect_right(self._closed_at, until)]
        return _lost(prod(kept, start=_WHOLE))

    def drawdown_pct(self, at: int) -> float:
        """Return how far the returns up to a moment stand below the highest they stood, in percent of that."""
        standing = self._standing(at)
        return _lost(standing.index / standing.highest)

    def equity_after(self, at: int, last: int) -> list[float]:
        """Return the index of returns after each of the `last` trades closed by a moment, fewer where fewer had closed.

        It begins with 1 before the first trade; 12 decimals.
        """
        reached = bisect_right(self._closed_at, at)
        return [round(float(one), _EQUITY_DECIMALS) for one in self._equity[max(reached - last, 0) + 1 : reached + 1]]

    def _standing(self, at: int) -> _Point:
        return self._points[bisect_right(self._point_at, at) - 1]

    def _course(self) -> list[_Point]:
        """Return a point for each close and each statement; the first one lies before them all."""
        unknown, balance = self._before_the_first_statement()
        index = highest = _WHOLE
        points = [_Point(-(2**63), _NOTHING if unknown else balance, index, highest)]
        for at, is_statement, number in self._events():
            if is_statement:
                balance = _exact(self._statements[number].account.balance)
                if index == 0:
                    index = highest = _WHOLE
            else:
                kept = _WHOLE
                if number >= unknown:
                    made = _exact(self.closed[number].pnl)
                    balance, kept = _after(balance, made)
                index *= kept
                highest = max(highest, index)
                self._kept.append(kept)
                self._equity.append(index)
            is_known = is_statement or number >= unknown - 1
            points.append(_Point(at, balance if is_known else _NOTHING, index, highest))
        return points

    def _events(self) -> list[tuple[int, bool, int]]:
        """Return (moment, whether it is a statement, its number) in time; a statement knows what closed that second."""
        closes = [(at, False, number) for number, at in enumerate(self._closed_at)]
        return sorted([*closes, *((at, True, number) for number, at in enumerate(self._stated_at))])

    def _before_the_first_statement(self) -> tuple[int, Decimal]:
        """Return how many of the first closes lie on a balance nobody knows, and the balance after those."""
        balance = _exact(self._statements[0].account.balance)
        for number in range(bisect_right(self._closed_at, self._stated_at[0]) - 1, -1, -1):
            before = balance - _exact(self.closed[number].pnl)
            if before <= 0:
                return number + 1, balance
            balance = before
        return 0, balance


def _in_time(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    ordered: list[Statement] = []
    for one in reversed(statements):
        ordered.append(Statement(one.account, min(one.at, ordered[-1].at) if ordered else one.at))
    return tuple(reversed(ordered))


def _after(balance: Decimal, made: Decimal) -> tuple[Decimal, Decimal]:
    """Return the balance after a trade, not below nothing, and what share of the balance before it that is."""
    after = max(balance + made, _NOTHING)
    if balance > 0:
        return after, after / balance
    return after, _NOTHING if made < 0 else _WHOLE


def _lost(kept: Decimal) -> float:
    """Return what is lost where a share is kept, in percent, from 0 to 100."""
    return max(round(float((_WHOLE - kept) * _PERCENT), _PCT_DECIMALS), 0.0)


def _exact(number: float) -> Decimal:
    """Return the number as written: 15 significant digits are all a float holds faithfully."""
    return Decimal(f"{number:.15g}")
