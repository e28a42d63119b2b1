"""A request as the body that ``POST /api/v1/analyze`` takes: what ``ict analyze --request`` prints."""

from typing import Any

from agent.analysis.request import AnalysisRequest
from tools.times import iso_utc


def analyze_body(request: AnalysisRequest) -> dict[str, Any]:
    """Return a body that gives the same decision over HTTP; what the caller did not state is left out."""
    body: dict[str, Any] = {
        "symbol": request.symbol,
        "timeframe_bars": {timeframe.value: candles.to_rows() for timeframe, candles in request.windows.items()},
        "account_balance": request.account_balance,
        "risk_pct": request.risk_pct,
        "account_currency": request.account_currency,
        "as_of": iso_utc(request.as_of),
        "profile": request.profile,
        "simulated": request.simulated,
    }
    if request.quote_to_account_rate is not None:
        body["quote_to_account_rate"] = request.quote_to_account_rate
    if request.discipline.trades_this_session is not None:
        body["trades_this_session"] = request.discipline.trades_this_session
    if request.calendar is not None:
        body["economic_calendar"] = [
            {"time": iso_utc(event.time), "currency": event.currency, "impact": event.impact, "title": event.title}
            for event in request.calendar
        ]
    return body
