"""The desk: makes a request whole with what its owner has set, and stops trading when the kill switch says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import time

from agent.analysis.discipline import UNKNOWN, Discipline
from agent.analysis.permission import ANALYSIS_ONLY, EMERGENCY_STOP
from agent.analysis.request import HIGHEST_BALANCE, AnalysisRequest, CalendarEvent
from agent.calendar_window import NEWS_MINUTES, calendar_for
from agent.desk.configuration import Configuration
from agent.desk.discipline_of import discipline_of, session_start
from agent.desk.kill_switch import Reading, why_it_fires
from agent.desk.ledger import Ledger
from agent.desk.limits import tuning
from agent.desk.mode_switch import ModeSwitch
from agent.desk.news import News
from agent.desk.plan_of import plan_of
from agent.desk.state import DeskState, StateReader
from agent.desk.trade_book import TradeBook
from agent.desk.watch import SourceWatch, Watch
from agent.rulebooks import Rulebooks
from agent.runs.preparation import USUAL_PROFILE
from agent.store.desk import DeskRepository
from agent.store.pool import Database
from rulebook.book import Rulebook
from tools.economic_calendar.port import EconomicCalendar
from tools.errors import InvalidParameter, UnknownProfile
from tools.market.port import MarketData
from tools.session_windows import Window
from tools.times import iso_utc

OWN_PROFILE = "own"
"""The name under which a request may ask for its owner's own profile, whatever that calls itself."""
KILL_SWITCH = "kill_switch"
"""Who changed the mode, where the kill switch did."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """The mode under which a request is decided, and why trading is stopped: "" where it is not."""

    mode: str
    stopped: str


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

    async def readings(self, owner_id: str) -> tuple[Reading, ...]:
        """Return each condition of an owner's kill switch as it stands; nothing is stopped."""
        state = await self._states.read(owner_id)
        return await self._watch.readings(state.kill_switch, state.ledger, owner_id=owner_id)

    async def prepare(self, request: AnalysisRequest, *, owner_id: str) -> tuple[AnalysisRequest, Rulebook]:
        """Fill in what a caller left out; what they said stands. See `Preparation.prepare`.

        In every mode but ANALYSIS_ONLY the kill switch is looked at first; where it fires, the mode is EMERGENCY_STOP
        from here on. A stop holds whatever a caller says about it.
        """
        state = await self._states.read(owner_id)
        stand = await self._stand(state, owner_id, request.calendar)
        rulebook = await self._judge(request.profile, state)
        windows = _own_windows(rulebook)
        whole = _with_risk(_with_account(request, state.ledger), state, windows)
        whole = replace(
            whole,
            discipline=_with_discipline(whole, state.ledger, windows, stand.stopped),
            profile=rulebook.profile,
            mode=request.mode or stand.mode,
        )
        if whole.calendar is None:
            minutes = _news_minutes(rulebook)
            whole = replace(
                whole,
                calendar=await calendar_for(self._calendar, whole.instrument, whole.as_of, window_minutes=minutes),
            )
        return whole, rulebook

    async def rulebook(self, profile: str | None, *, owner_id: str) -> Rulebook:
        """Return the rulebook of a profile with the owner's limits. See `Preparation.rulebook`."""
        return await self._judge(profile, await self._states.read(owner_id))

    async def _judge(self, profile: str | None, state: DeskState) -> Rulebook:
        own = state.profile
        if own is not None and profile in (None, OWN_PROFILE, own.name):
            rulebook = await self._rulebooks.own(own.text)
        elif profile == OWN_PROFILE:
            raise UnknownProfile(
                "there is no own profile: none is set", field="profile",
                expected=" or ".join(self._rulebooks.profiles), got=OWN_PROFILE,
            )  # fmt: skip
        else:
            rulebook = self._rulebooks.get(profile or USUAL_PROFILE)
        return self._rulebooks.tuned(rulebook, tuning(state.risk))

    async def _stand(self, state: DeskState, owner_id: str, brought: Sequence[CalendarEvent] | None) -> _Stand:
        if state.mode == EMERGENCY_STOP:
            setting = state.settings.settings["mode"]
            why = "" if setting.reason is None else f": {setting.reason}"
            return _Stand(EMERGENCY_STOP, f"emergency stop since {iso_utc(setting.changed_at)}{why}")
        if state.mode != ANALYSIS_ONLY and state.kill_switch.is_armed:
            read = await self._watch.readings(state.kill_switch, state.ledger, owner_id=owner_id, brought=brought)
            why_it_stops = why_it_fires(read)
            if why_it_stops is not None:
                await self._repository.stop(
                    owner_id=owner_id, changed_by=KILL_SWITCH, changed_at=self._clock(), reason=why_it_stops
                )
                return _Stand(EMERGENCY_STOP, why_it_stops)
        return _Stand(state.mode, "")


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
    return replace(request, account_balance=balance, account_currency=ledger.account.currency)


def _with_risk(request: AnalysisRequest, state: DeskState, windows: tuple[Window, ...] | None) -> AnalysisRequest:
    if request.risk_pct is not None:
        return request
    if request.plan is not None:
        return replace(request, risk_pct=request.plan.risk_pct)
    if not state.has_risk:
        return replace(request, risk_pct=state.risk.risk_pct)
    session, _ = session_start(request.as_of, request.instrument, windows)
    plan = plan_of(state.risk, state.ledger, session, request.as_of)
    return replace(request, risk_pct=plan.risk_pct, plan=plan)


def _with_discipline(
    request: AnalysisRequest, ledger: Ledger | None, windows: tuple[Window, ...] | None, stopped: str | None
) -> Discipline:
    said = request.discipline
    found = UNKNOWN if ledger is None else discipline_of(ledger, request.instrument, request.as_of, windows)
    filled = {
        one.name: getattr(found, one.name) if getattr(said, one.name) is None else getattr(said, one.name)
        for one in fields(Discipline)
    }
    return Discipline(**{**filled, "stopped": stopped or (stopped if said.stopped is None else said.stopped)})


def _own_windows(rulebook: Rulebook) -> tuple[Window, ...] | None:
    own = rulebook.kill_zones
    if own is None:
        return None
    return tuple(Window(one.name, time.fromisoformat(one.start), time.fromisoformat(one.end), one.trade) for one in own)


def _news_minutes(rulebook: Rulebook) -> float:
    value = rulebook.parameters.get("8.4", {}).get("window_minutes", NEWS_MINUTES)
    return NEWS_MINUTES if isinstance(value, bool | str) else value
