"""``ict analyze``: candles in, the walk shown as it goes, the decision at the end."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.analysis.discipline import Discipline
from agent.analysis.request import AnalysisRequest, default_as_of
from agent.market_window import DEFAULT_BARS, DEFAULT_TIMEFRAME, TRIAL_BALANCE, MarketWindow, window_of_symbol
from agent.runs.service import Runs
from agent.service import Service, open_service
from agent.settings import Settings
from api.analyze_body import analyze_body
from api.commands.candle_source import describe, names_file, refuse_second_symbol, window_of_file
from api.commands.economic_calendar import read_calendar
from api.requests import USUAL_CURRENCY
from api.state import DEFAULT_OWNER
from api.terminal.decision_panel import show_decision
from api.terminal.screen import Screen
from api.terminal.walk_view import WalkView, show_unreached
from tools.errors import AgentError, InvalidParameter
from tools.timeframes import Timeframe
from tools.times import parse_time


@dataclass(frozen=True, slots=True)
class AnalyzeOptions:
    """What the command line said; None where it said nothing."""

    source: str
    symbol: str | None
    timeframe: str | None
    bars: int | None
    as_of: str | None
    balance: float | None
    risk_pct: float | None
    account_currency: str | None
    profile: str | None
    calendar: Path | None
    trades_this_session: int | None
    time_zone: str
    as_request: bool
    as_json: bool


async def analyze(options: AnalyzeOptions, settings: Settings) -> None:
    """Analyse a file or a symbol and print what comes of it.

    Raises:
        DataError: the input is bad; no run exists.
        AgentError: the run ended without a decision.
        StoreError: the database did not answer.
    """
    screen = Screen()
    timeframe = None if options.timeframe is None else Timeframe.parse(options.timeframe, field="--timeframe")
    until = None if options.as_of is None else parse_time(options.as_of, field="--as-of")
    if options.bars is not None and options.bars < 1:
        raise InvalidParameter("--bars: at least one", field="--bars", expected="at least 1", got=str(options.bars))
    window = _file_window(options, timeframe, until) if names_file(options.source) else None
    request = None if window is None else await _request(window, options, until, settings)
    async with open_service(settings) as service:
        if window is None or request is None:
            window = await _symbol_window(service, options, timeframe, until)
            request = await _request(window, options, until, settings)
        request = await _with_balance(request, options.account_currency, service)
        if options.as_request:
            screen.json(analyze_body(request))
            return
        run_id = await service.runs.start(request, owner_id=DEFAULT_OWNER)
        if not options.as_json:
            screen.line(describe(window), "bold")
        await _follow(service.runs, run_id, None if options.as_json else WalkView(screen))
        await _show(service.runs, run_id, screen, as_json=options.as_json)


def _file_window(options: AnalyzeOptions, timeframe: Timeframe | None, until: int | None) -> MarketWindow:
    return window_of_file(
        Path(options.source),
        options.symbol,
        timeframe,
        bars=options.bars,
        until=until,
        time_zone=options.time_zone,
    )


async def _symbol_window(
    service: Service, options: AnalyzeOptions, timeframe: Timeframe | None, until: int | None
) -> MarketWindow:
    refuse_second_symbol(options.source, options.symbol)
    bars = DEFAULT_BARS if options.bars is None else options.bars
    return await window_of_symbol(
        service.market, options.source, timeframe or DEFAULT_TIMEFRAME, bars=bars, until=until
    )


async def _request(
    window: MarketWindow, options: AnalyzeOptions, until: int | None, settings: Settings
) -> AnalysisRequest:
    now, calendar = settings.clock(), options.calendar
    as_of = default_as_of(window.candles, window.instrument.trading_day) if until is None else until
    request = AnalysisRequest(
        symbol=window.instrument.symbol,
        instrument=window.instrument,
        windows=window.candles,
        account_balance=options.balance,
        risk_pct=options.risk_pct,
        account_currency=options.account_currency or USUAL_CURRENCY,
        as_of=as_of,
        calendar=None if calendar is None else await read_calendar(calendar, window.instrument, as_of, settings),
        discipline=Discipline(trades_this_session=options.trades_this_session),
        profile=options.profile,
        simulated=window.simulated,
    )
    if request.as_of > now:  # a bar that has not closed yet
        replace(request, as_of=now).check()
    return request.check()


async def _with_balance(request: AnalysisRequest, currency: str | None, service: Service) -> AnalysisRequest:
    """Take a balance to try things out with, where none is given and no account is set."""
    if request.account_balance is not None:
        return request
    if (await service.desk.state(DEFAULT_OWNER)).ledger is None:
        return replace(request, account_balance=TRIAL_BALANCE)
    if currency is not None:
        raise InvalidParameter(
            "--account-currency is given without --balance, and the account that is set has its own",
            field="--account-currency", expected="--balance beside it, or neither", got=currency,
        )  # fmt: skip
    return request


async def _follow(runs: Runs, run_id: str, view: WalkView | None) -> None:
    async for event in runs.events(run_id, owner_id=DEFAULT_OWNER):
        if view is not None:
            view.show(event.event, event.data)


async def _show(runs: Runs, run_id: str, screen: Screen, *, as_json: bool) -> None:
    run = await runs.get(run_id, owner_id=DEFAULT_OWNER)
    if run.decision is None:
        raise AgentError(f"run {run_id} {run.status} without a decision: {_reason(run.error)}")
    if as_json:
        screen.json(run.decision)
        return
    explanation = await runs.explain(run_id, owner_id=DEFAULT_OWNER)
    show_unreached(screen, explanation.nodes)
    changes = explanation.why_not.changes
    first = changes[0].sentence if changes else None
    show_decision(screen, run.decision, first, decision_id=run.decision_id)


def _reason(error: dict[str, Any] | None) -> str:
    if error is None:
        return "it was cancelled"
    return f"{error['node']}: {error['message']}" if error["node"] else str(error["message"])
