"""Measure what the kill switch compares: the day's loss, failing runs, a lost source, a surge of news."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from agent.analysis.request import CalendarEvent
from agent.desk.discipline_of import daily_loss_pct
from agent.desk.kill_switch import Figures, Measured, Reading, readings
from agent.desk.ledger import Ledger
from agent.desk.news import News, given_surge
from agent.desk.settings import ErrorRate, KillSwitch
from agent.store.desk import DeskRepository
from tools.market.port import MarketData
from tools.trading_day import TradingDay, trading_day_start

DESK_DAY: Final = TradingDay.NEW_YORK_17
"""The day whose loss the kill switch looks at, whatever market is traded."""
_ASKED_AGAIN_AFTER_S: Final = 15
_DECIMALS: Final = 4


class SourceWatch:
    """Remember since when the market data source has been found lost; it is asked when somebody wants to know.

    Nobody asks for hours at times, and hours in which nobody asked are no hours without an answer: a loss counts from
    the first ask that failed, and ends with the next one that does not.
    """

    def __init__(self, market: MarketData, clock: Callable[[], int]) -> None:
        """Nothing is known to be lost yet; `clock` gives UTC epoch seconds."""
        self._market = market
        self._clock = clock
        self._asked_at: int | None = None
        self._lost_since: int | None = None

    async def lost_minutes(self) -> float:
        """Return the minutes since the source was first found not to answer; 0 where it answers."""
        now = self._clock()
        if self._asked_at is None or not 0 <= now - self._asked_at < _ASKED_AGAIN_AFTER_S:
            answers = (await self._market.health()).ok
            self._asked_at = now
            if answers:
                self._lost_since = None
            elif self._lost_since is None:
                self._lost_since = now
        return 0.0 if self._lost_since is None else max(now - self._lost_since, 0) / 60


class Watch:
    """Take the figures of an owner's kill switch, only those that are asked for."""

    def __init__(self, repository: DeskRepository, source: SourceWatch, news: News, clock: Callable[[], int]) -> None:
        """Measure with these; `clock` gives UTC epoch seconds."""
        self._repository = repository
        self._source = source
        self._news = news
        self._clock = clock

    async def readings(
        self,
        switch: KillSwitch,
        ledger: Ledger | None,
        *,
        owner_id: str,
        brought: Sequence[CalendarEvent] | None = None,
    ) -> tuple[Reading, ...]:
        """Return every condition that is set as it stands now: the desk is judged, and no chart of some other day.

        Args:
            switch: what is set.
            ledger: account and trades, None where no account is set.
            owner_id: whose runs are counted.
            brought: a calendar that a caller brought; counted beside the service's own, and the more events count.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        now = self._clock()
        lost, surge = switch.source_lost_minutes, switch.news_surge
        news = None
        if surge is not None:
            news = _larger(await self._news.surge(now, surge.minutes), given_surge(brought, now, surge.minutes))
        return readings(
            switch,
            Figures(
                daily_loss_pct=None if switch.daily_loss_pct is None else _daily_loss(ledger, now),
                error_share=None if switch.error_rate is None else await self._errors(switch.error_rate, owner_id),
                source_lost_minutes=None if lost is None else Measured(round(await self._source.lost_minutes(), 2)),
                news_events=news,
            ),
        )

    async def _errors(self, rate: ErrorRate, owner_id: str) -> Measured:
        endings = await self._repository.recent_endings(rate.minutes, owner_id=owner_id)
        if endings.ended < rate.of_at_least_runs:
            return Measured(None, f"only {endings.ended} of at least {rate.of_at_least_runs} runs ended")
        return Measured(round(endings.failed / endings.ended, _DECIMALS))


def _larger(own: Measured, brought: Measured) -> Measured:
    """Return the count that is larger; one that is not known is none, and neither known is the service's own."""
    known = [one for one in (own, brought) if one.figure is not None]
    return max(known, key=lambda one: one.figure or 0, default=own)


def _daily_loss(ledger: Ledger | None, now: int) -> Measured:
    if ledger is None:
        return Measured(None, "no account is set")
    day = int(trading_day_start(np.array([now], dtype=np.int64), DESK_DAY)[0])
    return Measured(daily_loss_pct(ledger, day, now))
