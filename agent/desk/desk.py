"""The desk: makes a request whole with what its owner has set, and stops trading when the kill switch says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from agent.analysis.discipline import UNKNOWN, Discipline
from agent.analysis.nodes.news import NEWS_RULE
from agent.analysis.permission import ANALYSIS_ONLY, APPROVAL_REQUIRED, EMERGENCY_STOP, FULL_AUTO, SEMI_AUTO
from agent.analysis.request import HIGHEST_BALANCE, AnalysisRequest, CalendarEvent
from agent.calendar_window import NEWS_MINUTES, calendar_for
from agent.desk.configuration import Configuration
from agent.desk.discipline_of import discipline_of
from agent.desk.judging import OWN_PROFILE, Judged, allowed_pct, judge, judged
from agent.desk.kill_switch import Reading, why_it_fires
from agent.desk.ledger import Ledger
from agent.desk.mode_switch import ModeSwitch
from agent.desk.news import News
from agent.desk.plan_of import plan_of
from agent.desk.settings import KillSwitch
from agent.desk.state import DeskState, StateReader, own_profile
from agent.desk.trade_book import TradeBook
from agent.desk.watch import SourceWatch, Watch
from agent.rulebooks import Rulebooks
from agent.store.desk import DeskRepository, Setting
from agent.store.pool import Database
from rulebook.book import Rulebook
from tools.economic_calendar.port import EconomicCalendar
from tools.errors import InvalidParameter
from tools.instruments import Instrument
from tools.market.port import MarketData
from tools.session_windows import Window
from tools.sessions import session_status
from tools.times import iso_utc

__all__ = [
    "KILL_SWITCH",
    "OWN_PROFILE",
    "Desk",
    "Stand",
    "Standing",
    "made_whole",
    "past_after_s",
    "stand_of",
    "with_calendar",
]

KILL_SWITCH = "kill_switch"
"""Who changed the mode, where the kill switch did."""
_LIVE_MODES: Final = frozenset({APPROVAL_REQUIRED, SEMI_AUTO, FULL_AUTO})
_PAST_BARS: Final = 2
_PAST_SLACK_S: Final = 300


@dataclass(frozen=True, slots=True)
class Stand:
    """The mode under which a request is decided, and why trading is stopped: "" where it is not."""

    mode: str
    stopped: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an owner stood at a moment: discipline and balance; where no account is set, unknown and None."""

    discipline: Discipline
    balance: float | None


class Desk:
    """What a service keeps for its owners beside their runs; passes for `agent.runs.preparation.Preparation`.

    Attributes:
        configuration: profile, risk settings, account and kill switch.
        modes: the trading mode.
        trades: what was traded.
    """

    def __init__(
        self,
        database: Database,
        rulebooks: Rulebooks,
        market: MarketData,
        calendar: EconomicCalendar,
        clock: Callable[[], int],
    ) -> None:
        """Put the parts together.

        Args:
            database: open and migrated.
            rulebooks: those of every profile.
            market: the source of candles, whose silence the kill switch may watch.
            calendar: the service's own economic calendar.
            clock: UTC epoch seconds.
        """
        repository = DeskRepository(database)
        news = News(calendar)
        self._repository = repository
        self._rulebooks = rulebooks
        self._calendar = calendar
        self._clock = clock
        self._states = StateReader(repository)
        self._watch = Watch(repository, SourceWatch(market, clock), news, clock)
        self.configuration = Configuration(repository, rulebooks, clock)
        self.modes = ModeSwitch(repository, news, clock)
        self.trades = TradeBook(repository, self._states, clock)

    async def state(self, owner_id: str) -> DeskState:
        """Return how an owner's desk stands now."""
        return await self._states.read(owner_id)

    async def readings(self, owner_id: str, switch: KillSwitch | None = None) -> tuple[Reading, ...]:
        """Return each condition of an owner's kill switch, or of the one given, as it stands; nothing is stopped."""
        state = await self._states.read(owner_id)
        return await self._watch.readings(switch or state.kill_switch, state.ledger, owner_id=owner_id)

    async def discipline(self, instrument: Instrument, at: int, *, owner_id: str) -> Standing:
        """Return how an owner stood at a moment, by the kill zones of their own profile if it has some.

        Args:
            instrument: whose trading day and, where the profile has none of its own, whose kill zones count.
            at: UTC epoch seconds.
            owner_id: whose trades.

        Raises:
            InvalidProfile: the owner's own profile does not fit the rules of today.
            InvalidParameter: their limits do not fit its rulebook.
            StoreUnavailable: the database did not answer.
        """
        state = await self._states.read(owner_id)
        found = _found(state.ledger, instrument, at, _own_windows(await self._judge(None, state)))
        return Standing(found, None if state.ledger is None else state.ledger.balance_at(at))

    async def judged(self, owner_id: str, profile: Setting | None = None) -> Judged:
        """Return what judges an owner's requests that name no profile, by the one in force or by the snapshot given."""
        state = await self._states.read(owner_id)
        return await judged(self._rulebooks, own_profile(profile) if profile else state.profile, state.risk)

    async def prepare(self, request: AnalysisRequest, *, owner_id: str) -> tuple[AnalysisRequest, Rulebook]:
        """Fill in what a caller left out; what they said stands. See `Preparation.prepare`.

        In every mode but ANALYSIS_ONLY the kill switch is looked at first; where it fires, the mode is EMERGENCY_STOP
        from here on. A stop holds whatever a caller says about it, and so does the mode. In the modes that lead to
        orders a caller's discipline may only be stricter than the ledger, and a chart that ended more than two of its
        bars and five minutes ago is past.
        """
        state = await self._states.read(owner_id)
        stand = await self._stand(state, owner_id, request.calendar)
        rulebook = await self._judge(request.profile, state)
        whole = made_whole(request, state, rulebook, stand, self._clock())
        return await with_calendar(whole, self._calendar, rulebook), rulebook

    async def rulebook(self, profile: str | None, *, owner_id: str) -> Rulebook:
        """Return the rulebook of a profile with the owner's limits. See `Preparation.rulebook`."""
        return await self._judge(profile, await self._states.read(owner_id))

    async def _judge(self, profile: str | None, state: DeskState) -> Rulebook:
        return await judge(self._rulebooks, profile, state.profile, state.risk)

    async def _stand(self, state: DeskState, owner_id: str, brought: Sequence[CalendarEvent] | None) -> Stand:
        if state.mode == EMERGENCY_STOP:
            return stand_of(state)
        if state.mode != ANALYSIS_ONLY and state.kill_switch.is_armed:
            read = await self._watch.readings(state.kill_switch, state.ledger, owner_id=owner_id, brought=brought)
            why_it_stops = why_it_fires(read)
            if why_it_stops is not None:
                await self._repository.stop(
                    owner_id=owner_id, changed_by=KILL_SWITCH, changed_at=self._clock(), reason=why_it_stops
                )
                return Stand(EMERGENCY_STOP, why_it_stops)
        return stand_of(state)


def stand_of(state: DeskState) -> Stand:
    """Return the mode an owner has set, before the kill switch is looked at."""
    if state.mode != EMERGENCY_STOP:
        return Stand(state.mode, "")
    setting = state.settings.settings["mode"]
    why = "" if setting.reason is None else f": {setting.reason}"
    return Stand(EMERGENCY_STOP, f"emergency stop since {iso_utc(setting.changed_at)}{why}")


def made_whole(
    request: AnalysisRequest, state: DeskState, rulebook: Rulebook, stand: Stand, now: int
) -> AnalysisRequest:
    """Return a request with all that its owner has set filled in; what is scheduled is left to `with_calendar`.

    Args:
        request: as a caller made it.
        state: the owner's desk.
        rulebook: what judges it.
        stand: under which mode.
        now: UTC epoch seconds, by which a chart is past.

    Raises:
        InvalidParameter: something is left out that nobody has set.
    """
    windows = _own_windows(rulebook)
    whole = _with_risk(_with_account(request, state.ledger), state, rulebook, windows)
    return replace(
        whole,
        discipline=_with_discipline(whole, state.ledger, windows, stand),
        profile=rulebook.profile,
        mode=stand.mode,
        is_past=stand.mode in _LIVE_MODES and now - request.as_of > past_after_s(request.base.timeframe.seconds),
    )


async def with_calendar(request: AnalysisRequest, calendar: EconomicCalendar, rulebook: Rulebook) -> AnalysisRequest:
    """Return a request with what a calendar knows of its days, where the caller brought none."""
    if request.calendar is not None:
        return request
    minutes = _news_minutes(rulebook)
    found = await calendar_for(calendar, request.instrument, request.as_of, window_minutes=minutes)
    return replace(request, calendar=found)


def past_after_s(bar_s: int) -> int:
    """Return how many seconds after its end a chart is past, by the seconds of its finest bar."""
    return _PAST_BARS * bar_s + _PAST_SLACK_S


def _with_account(request: AnalysisRequest, ledger: Ledger | None) -> AnalysisRequest:
    if request.account_balance is not None:
        return request
    if ledger is None:
        raise InvalidParameter(
            "account_balance is left out, and no account is set", field="account_balance",
            expected="a balance, or an account that is set", got="neither",
        )  # fmt: skip
    balance = ledger.balance_at(request.as_of)
    if not 0 < balance <= HIGHEST_BALANCE:
        raise InvalidParameter(
            f"the account's balance at {iso_utc(request.as_of)} is {balance:g}", field="account_balance",
            expected=f"a balance above 0 and at most {HIGHEST_BALANCE:g}", got=f"{balance:g}",
        )  # fmt: skip
    return replace(request, account_balance=balance, account_currency=ledger.account_at(request.as_of).currency)


def _with_risk(
    request: AnalysisRequest, state: DeskState, rulebook: Rulebook, windows: tuple[Window, ...] | None
) -> AnalysisRequest:
    if request.risk_pct is not None:
        return request
    if request.plan is not None:
        return replace(request, risk_pct=request.plan.risk_pct)
    if not state.has_risk:
        return replace(request, risk_pct=state.risk.risk_pct)
    session = session_status(request.as_of, request.instrument, windows).session_start
    plan = plan_of(state.risk, state.ledger, session, request.as_of, allowed_pct=allowed_pct(rulebook))
    return replace(request, risk_pct=plan.risk_pct, plan=plan)


def _with_discipline(
    request: AnalysisRequest, ledger: Ledger | None, windows: tuple[Window, ...] | None, stand: Stand
) -> Discipline:
    said, found = request.discipline, _found(ledger, request.instrument, request.as_of, windows)
    filled: dict[str, Any] = {
        one.name: _of_both(one.name, getattr(said, one.name), getattr(found, one.name), stand.mode)
        for one in fields(Discipline)
    }
    return Discipline(**{**filled, "stopped": stand.stopped or said.stopped or ""})


def _of_both(name: str, said: float | None, found: float | None, mode: str) -> float | None:
    """Return what a caller says, or in the modes that lead to orders the stricter of that and the ledger's."""
    if said is None or found is None or mode not in _LIVE_MODES:
        return found if said is None else said
    return min(said, found) if name == "minutes_since_loss" else max(said, found)


def _found(ledger: Ledger | None, instrument: Instrument, at: int, windows: tuple[Window, ...] | None) -> Discipline:
    return UNKNOWN if ledger is None else discipline_of(ledger, instrument, at, windows)


def _own_windows(rulebook: Rulebook) -> tuple[Window, ...] | None:
    own = rulebook.kill_zones
    if own is None:
        return None
    return tuple(one.window() for one in own)


def _news_minutes(rulebook: Rulebook) -> float:
    value = rulebook.parameters.get(NEWS_RULE, {}).get("window_minutes", NEWS_MINUTES)
    return NEWS_MINUTES if isinstance(value, bool | str) else value
