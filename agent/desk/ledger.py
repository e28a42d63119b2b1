"""An account and every trade recorded on it, ready to be asked how they stood at any moment."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from agent.desk.settings import Account
from agent.store.desk import Trade


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


class Ledger:
    """The account's balance through time, from what was stated and what each closed trade made.

    The balance stated holds at the moment it was stated: trades that closed later are added to it, and before that
    moment it was less by what the trades closed since then had made. So a trade recorded late is never counted twice,
    and money paid in or out, told by stating the balance anew, is neither gain nor loss. Sums are exact to the digits
    written.
    """

    def __init__(self, account: Account, stated_at: int, trades: Iterable[Trade]) -> None:
        """Sort what was recorded.

        Args:
            account: as its owner stated it last.
            stated_at: when, UTC epoch seconds.
            trades: every trade of the owner, in the order they were recorded.
        """
        given = tuple(trades)
        self.account = account
        self.opened = sorted((Opened(one.opened_at, one.risk_pct) for one in given), key=lambda one: one.at)
        closes = (
            Closed(one.closed_at, one.pnl, one.result_r)
            for one in given
            if one.closed_at is not None and one.pnl is not None
        )
        self.closed = sorted(closes, key=lambda one: one.at)
        self._opened_at = [one.at for one in self.opened]
        self._closed_at = [one.at for one in self.closed]
        made = list(accumulate((_exact(one.pnl) for one in self.closed), initial=Decimal(0)))
        start = _exact(account.balance) - made[bisect_right(self._closed_at, stated_at)]
        self._balances = [start + one for one in made]
        self._highest = list(accumulate(self._balances, max))

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
        """Return the balance with every trade closed by a moment."""
        return float(self._balances[bisect_right(self._closed_at, at)])

    def balance_before(self, at: int) -> float:
        """Return the balance with every trade closed before a moment."""
        return float(self._balances[bisect_left(self._closed_at, at)])

    def highest_until(self, at: int) -> float:
        """Return the highest the balance stood, from before the first trade up to a moment."""
        return float(self._highest[bisect_right(self._closed_at, at)])

    def balances_after(self, at: int, last: int) -> list[float]:
        """Return the balance after each of the `last` trades closed by a moment, fewer where fewer had closed."""
        reached = bisect_right(self._closed_at, at)
        return [float(one) for one in self._balances[max(reached - last, 0) + 1 : reached + 1]]


def _exact(number: float) -> Decimal:
    """Return the number as written: 15 significant digits are all a float holds faithfully."""
    return Decimal(f"{number:.15g}")
