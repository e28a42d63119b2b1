"""A request as the body that ``POST /api/v1/analyze`` takes: what ``ict analyze --request`` prints."""

from typing import Any

from agent.analysis.request import AnalysisRequest
from tools.times import iso_utc


def analyze_body(request: AnalysisRequest) -> dict[str, Any]:
    """Return a body that gives the same decision over HTTP; what the caller did not state is left out."""
    body: dict[str, Any] = {
        "symbol": request.symbol,
        "timeframe_bars": {timeframe.value: candles.to_rows() for timeframe, candles in request.windows.items()},
        "as_of": iso_utc(request.as_of),
        "simulated": request.simulated,
    }
    if request.account_balance is not None:
        body |= {"account_balance": request.account_balance, "account_currency": request.account_currency}
    stated = {
        "risk_pct": request.risk_pct,
        "profile": request.profile,
        "quote_to_account_rate": request.quote_to_account_rate,
    }
    body |= {name: value for name, value in stated.items() if value is not None}
    discipline = {name: value for name, value in request.discipline.to_dict().items() if value is not None}
    if discipline:
        body["discipline"] = discipline
    if request.calendar is not None:
        body["economic_calendar"] = [
            {"time": iso_utc(event.time), "currency": event.currency, "impact": event.impact, "title": event.title}
            for event in request.calendar
        ]
    return body
