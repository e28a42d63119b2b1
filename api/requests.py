"""From a validated body to the request the walk is given: candles read in columns, the symbol's instrument, `as_of`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from agent.analysis.discipline import Discipline
from agent.analysis.request import AnalysisRequest, CalendarEvent, default_as_of
from agent.analysis.windows import refuse_unclosed
from api.bars import read_bars
from api.schemas.analysis import AnalyzeBody, InstrumentBody
from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.instruments import Instrument, find_instrument, instrument, usual_calendar
from tools.timeframes import Timeframe
from tools.times import iso_utc
from tools.trading_day import TradingDay

USUAL_CURRENCY: Final = "USD"
_FIELD: Final = "timeframe_bars"


def analysis_request(body: AnalyzeBody, *, now: int) -> AnalysisRequest:
    """Build what the walk is given.

    Args:
        body: the validated body; its bars are read here.
        now: UTC epoch seconds; a bar that closes after it is unfinished.

    Raises:
        DataError: a bar, a timeframe, the symbol, or what they are together is wrong; names field and bar.
    """
    windows = _windows(body.timeframe_bars)
    market = market_named(body.symbol, body.instrument)
    _refuse_unfinished(windows, market.trading_day, now)
    calendar = None
    if body.economic_calendar is not None:
        calendar = tuple(
            CalendarEvent(event.time, event.currency, event.impact, event.title) for event in body.economic_calendar
        )
    return AnalysisRequest(
        symbol=market.symbol,
        instrument=market,
        windows=windows,
        account_balance=body.account_balance,
        risk_pct=body.risk_pct,
        account_currency=_account_currency(body),
        quote_to_account_rate=body.quote_to_account_rate,
        as_of=default_as_of(windows, market.trading_day) if body.as_of is None else body.as_of,
        calendar=calendar,
        discipline=_discipline(body),
        profile=body.profile,
        simulated=body.simulated,
    ).check()


def _account_currency(body: AnalyzeBody) -> str:
    if body.account_currency is not None and body.account_balance is None:
        raise InvalidParameter(
            "account_currency is given without account_balance", field="account_currency",
            expected="account_balance beside it, or neither", got=body.account_currency,
        )  # fmt: skip
    return body.account_currency or USUAL_CURRENCY


def _discipline(body: AnalyzeBody) -> Discipline:
    told = Discipline() if body.discipline is None else Discipline(**body.discipline.model_dump())
    trades = body.trades_this_session
    if trades is None:
        return told
    if told.trades_this_session not in (None, trades):
        raise InvalidParameter(
            "trades_this_session and discipline.trades_this_session differ", field="trades_this_session",
            expected="one of the two, or the same number", got=f"{trades} and {told.trades_this_session}",
        )  # fmt: skip
    return replace(told, trades_this_session=trades)


def market_named(symbol: str, own: InstrumentBody | None) -> Instrument:
    """Return the instrument a request is about: the one the caller describes, else the one the service knows.

    Raises:
        UnknownSymbol: the caller describes none, and nothing is known under that symbol.
    """
    if own is None:
        return instrument(symbol)
    return Instrument(
        symbol=own.symbol or symbol,
        asset_class=own.asset_class,
        tick_size=own.tick_size,
        contract_size=own.contract_size,
        size_step=own.size_step,
        base_currency=own.base_currency,
        quote_currency=own.quote_currency,
        trading_day=TradingDay(own.trading_day),
        kill_zones=own.kill_zones,
        calendar=own.calendar or usual_calendar(own.asset_class),
    )


def canonical_symbol(symbol: str) -> str:
    """Return how runs and decisions name an instrument that the caller may spell otherwise."""
    known = find_instrument(symbol)
    return symbol if known is None else known.symbol


def _windows(given: Mapping[str, Any]) -> dict[Timeframe, Candles]:
    spelt: dict[Timeframe, str] = {}
    windows: dict[Timeframe, Candles] = {}
    for spelling, bars in given.items():
        timeframe = Timeframe.parse(spelling, field=_FIELD)
        if timeframe in spelt:
            both = f"{spelt[timeframe]!r} and {spelling!r}"
            raise InvalidParameter(
                f"{_FIELD} gives {timeframe} twice, as {both}",
                field=_FIELD,
                expected="each timeframe once",
                got=both,
            )
        spelt[timeframe] = spelling
        windows[timeframe] = read_bars(bars, timeframe, f"{_FIELD}.{spelling}")
    return windows


def _refuse_unfinished(windows: Mapping[Timeframe, Candles], trading_day: TradingDay, now: int) -> None:
    for timeframe, candles in windows.items():
        field = f"{_FIELD}.{timeframe}"
        refuse_unclosed(candles, trading_day, now, field=field, moment=f"now, {iso_utc(now)}")
