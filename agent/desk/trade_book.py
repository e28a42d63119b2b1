"""The trades an owner took: recorded when they are opened and when they are closed, and never changed."""

import math
from collections.abc import Callable
from dataclasses import replace

from agent.desk.ledger import Ledger
from agent.desk.state import StateReader
from agent.store.desk import DeskRepository, Trade
from agent.store.ids import is_id, new_id
from agent.store.records import Page
from tools.errors import InvalidParameter, RunNotFound, TradeConflict
from tools.times import iso_utc


class TradeBook:
    """Record and list trades. This service sends no order: it is told what was traded."""

    def __init__(self, repository: DeskRepository, states: StateReader, clock: Callable[[], int]) -> None:
        """Work on these; `clock` gives UTC epoch seconds."""
        self._repository = repository
        self._states = states
        self._clock = clock

    async def open(
        self,
        *,
        owner_id: str,
        symbol: str,
        direction: str,
        opened_at: int,
        risk_pct: float | None = None,
        run_id: str | None = None,
        client_id: str | None = None,
    ) -> Trade:
        """Record that a trade was taken; the same one under the same `client_id` again changes nothing.

        Args:
            owner_id: whose it is.
            symbol: canonical.
            direction: long or short.
            opened_at: UTC epoch seconds.
            risk_pct: percent of the balance it risks, None where unknown.
            run_id: the analysis it came from.
            client_id: the caller's own id for it.

        Raises:
            InvalidParameter: it opens in the future.
            RunNotFound: no run of this owner has that id.
            TradeConflict: the `client_id` names another trade.
        """
        self._not_after_now("opened_at", opened_at)
        if run_id is not None and not is_id(run_id):
            raise RunNotFound(f"no run has the id {run_id!r}")
        trade = Trade(new_id(), symbol, direction, opened_at, client_id, risk_pct, run_id)
        if await self._repository.open_trade(trade, owner_id=owner_id):
            return trade
        known = None if client_id is None else await self._repository.trade_of_client(client_id, owner_id=owner_id)
        if known is None:
            raise RunNotFound(f"no run has the id {run_id!r}")
        as_opened = replace(known, trade_id=trade.trade_id, closed_at=None, pnl=None, result_r=None)
        if as_opened != trade:
            raise TradeConflict(
                f"client_id {client_id!r} names trade {known.trade_id} of {known.symbol}, opened at "
                f"{iso_utc(known.opened_at)}, which is another one"
            )
        return known

    async def close(
        self, trade_id: str, *, owner_id: str, closed_at: int, pnl: float | None = None, result_r: float | None = None
    ) -> Trade:
        """Record how a trade ended, by its profit or by its result in R; the same again changes nothing.

        The one follows from the other where the trade's risk and the account are known: 1 R is the risk in percent of
        the balance as it stood when the trade was opened. Where that balance is nothing, or nobody knows it, so is 1 R.

        Args:
            trade_id: which.
            owner_id: whose it is.
            closed_at: UTC epoch seconds, not before it was opened.
            pnl: what it made in the account currency, negative for a loss; or
            result_r: what it made in R.

        Raises:
            TradeNotFound: no trade of this owner has that id.
            TradeConflict: it is closed already, and otherwise.
            InvalidParameter: the times or the results cannot be, or the profit does not follow from the result.
        """
        trade = await self._repository.trade(trade_id, owner_id=owner_id)
        self._not_after_now("closed_at", closed_at)
        if closed_at < trade.opened_at:
            opened = iso_utc(trade.opened_at)
            raise InvalidParameter(
                f"the trade would close at {iso_utc(closed_at)}, before it opened at {opened}",
                field="closed_at", expected=f"{opened} or later", got=iso_utc(closed_at),
            )  # fmt: skip
        _exactly_one(pnl, result_r)
        if trade.closed_at is None:
            made, in_r = await self._results(trade, owner_id, pnl, result_r)
            await self._repository.close_trade(
                trade_id, owner_id=owner_id, closed_at=closed_at, pnl=made, result_r=in_r
            )
            trade = await self._repository.trade(trade_id, owner_id=owner_id)
        is_same = trade.pnl == pnl if result_r is None else trade.result_r == result_r
        if trade.closed_at != closed_at or not is_same:
            raise TradeConflict(f"trade {trade_id} is closed already, with a result of {trade.pnl:g}")
        return trade

    async def page(
        self, *, owner_id: str, symbol: str | None, is_open: bool | None, limit: int, offset: int
    ) -> Page[Trade]:
        """Return trades, the latest opened first; `is_open` None lists open and closed ones."""
        return await self._repository.trades(
            owner_id=owner_id, symbol=symbol, is_open=is_open, limit=limit, offset=offset
        )

    async def _results(
        self, trade: Trade, owner_id: str, pnl: float | None, result_r: float | None
    ) -> tuple[float, float | None]:
        one_r = _one_r(trade, (await self._states.read(owner_id)).ledger)
        if pnl is not None:
            return pnl, None if isinstance(one_r, str) else round(pnl / one_r, 6)
        if isinstance(one_r, str):
            raise InvalidParameter(
                f"what 1 R was worth is not known: {one_r}",
                field="result_r", expected="pnl, in the account currency", got=repr(result_r),
            )  # fmt: skip
        assert result_r is not None
        return round(result_r * one_r, 2), result_r

    def _not_after_now(self, field: str, moment: int) -> None:
        now = self._clock()
        if moment > now:
            raise InvalidParameter(
                f"{field} is {iso_utc(moment)}, and it is {iso_utc(now)}",
                field=field, expected=f"{iso_utc(now)} or earlier", got=iso_utc(moment),
            )  # fmt: skip


def _one_r(trade: Trade, ledger: Ledger | None) -> float | str:
    """Return what 1 R of a trade was worth in the account currency, above 0, or why nobody knows."""
    if trade.risk_pct is None:
        return "the trade has no risk_pct"
    if ledger is None:
        return "no account is set"
    one_r = ledger.balance_at(trade.opened_at) * trade.risk_pct / 100
    if one_r <= 0:
        return f"no balance above 0 is known for {iso_utc(trade.opened_at)}, when the trade was opened"
    return one_r


def _exactly_one(pnl: float | None, result_r: float | None) -> None:
    given = [one for one in (pnl, result_r) if one is not None]
    if len(given) != 1 or not math.isfinite(given[0]):
        raise InvalidParameter(
            "a close takes either pnl or result_r, and one of them", field="pnl",
            expected="a number for pnl or for result_r", got=f"pnl {pnl!r}, result_r {result_r!r}",
        )  # fmt: skip
