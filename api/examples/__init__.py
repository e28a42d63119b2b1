"""The examples of the OpenAPI document: bodies to send, made here, and recorded answers, one file an operation."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from api.examples.langgraph import langgraph_requests

_BARS: Final = 96
_FIRST: Final = 1_704_873_600  # Wednesday 2024-01-10, 08:00 UTC
_QUARTER_HOUR: Final = 900
_TURNS: Final = (0, 6, 3, 9, 5, 12, 2, 8, 1, 7, 4, 10)
_OTHER_TURNS: Final = (0, 6, 3, 9, 5, 12, 2, 8, 3, 7, 4, 10)  # a higher low where the first makes a lower one


def _zigzag(turns: tuple[int, ...] = _TURNS) -> dict[str, list[float]]:
    """Return a day of 15-minute bars that swing between turning points, eight bars a leg, in columns."""
    closes = [_level(bar + 1, turns) for bar in range(_BARS)]
    opens = [_level(bar, turns) for bar in range(_BARS)]
    ends = list(zip(opens, closes, strict=True))
    return {
        "time": [_FIRST + bar * _QUARTER_HOUR for bar in range(_BARS)],
        "open": opens,
        "high": [round(max(pair) + 0.0002, 5) for pair in ends],
        "low": [round(min(pair) - 0.0002, 5) for pair in ends],
        "close": closes,
    }


def _level(bar: int, turns: tuple[int, ...]) -> float:
    leg, part = divmod(bar, _BARS // len(turns))
    since, until = turns[leg % len(turns)], turns[(leg + 1) % len(turns)]
    return round(1.09 + (since + (until - since) * part * len(turns) / _BARS) / 1000, 5)


_ANALYZE: Final[dict[str, Any]] = {
    "symbol": "EURUSD",
    "timeframe_bars": {"15m": _zigzag()},
    "account_balance": 10_000,
    "risk_pct": 1.0,
    "economic_calendar": [
        {"time": "2024-01-11T13:30:00Z", "currency": "USD", "impact": "high", "title": "Consumer Price Index"}
    ],
    "profile": "strict",
    "trades_this_session": 0,
}

REQUESTS: Final[dict[str, Any]] = {
    "analyze": _ANALYZE,
    "read_chart": {
        "symbol": "EURUSD",
        "timeframe": "15m",
        "bars": _zigzag(),
        "companion": {"symbol": "GBPUSD", "bars": _zigzag(_OTHER_TURNS)},
        "parameters": {"internal_bars": 2, "break_by": "close", "displacement_k": 1.0, "reclaim_bars": 3},
    },
    "analyze_batch": {"items": [_ANALYZE, {**_ANALYZE, "symbol": "GBPUSD", "profile": "relaxed"}]},
    "start_run": _ANALYZE,
    "start_and_stream_run": _ANALYZE,
    "explain_run": {"run_id": "9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43"},
    "what_if": {"run_id": "9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43", "facts": {"session.in_kill_zone": True}},
    "give_feedback": {
        "verdict": "wrong",
        "labels": {
            "events": [
                {
                    "kind": "external_swing",
                    "direction": "bearish",
                    "timeframe": "15m",
                    "at": "2024-01-10T17:45:00Z",
                    "detected_at": "2024-01-10T20:00:00Z",
                    "price": 1.1022,
                }
            ],
            "bias": {"htf": "neutral"},
            "decision": {"status": "WAIT"},
        },
        "note": "The day ranges; nothing has been swept yet.",
        "given_by": "ann",
    },
    "put_profile": {
        "yaml": "profile: mine\ndescription: As strict, for twice the reward and a half.\nextends: strict\n"
        'rules:\n  "7.2": {parameters: {minimum: 2.5}}\n'
    },
    "put_risk": {
        "method": "session_cap",
        "risk_pct": 1.0,
        "session_cap_pct": 2.0,
        "limits": {"trades_per_session": 2, "cooldown": 30, "daily_loss_pct": 3},
    },
    "put_account": {"balance": 10_000, "currency": "USD"},
    "put_mode": {"mode": "SIMULATION"},
    "put_kill_switch": {
        "daily_loss_pct": 4,
        "error_rate": {"share": 0.5, "of_at_least_runs": 10, "minutes": 60},
        "source_lost_minutes": 10,
        "news_surge": {"high_impact_events": 4, "minutes": 60},
    },
    "trip_kill_switch": {"reason": "the feed looks wrong"},
    "open_trade": {
        "symbol": "EURUSD",
        "direction": "long",
        "opened_at": "2024-01-11T13:30:00Z",
        "risk_pct": 1.0,
        "client_id": "broker-4711",
    },
    "chat": {"message": "Why is this no trade?", "symbol": "EURUSD"},
    "rename_conversation": {"title": "The long we did not take"},
    "close_trade": {"closed_at": "2024-01-11T14:10:00Z", "result_r": 2.0},
    **langgraph_requests(_ANALYZE),
}
"""A body for each operation that takes one; each can be sent as it stands."""


@cache
def recorded_answer(operation: str) -> Any | None:
    """Return what the service once answered to an operation, or None where none is kept.

    Long lists are cut to two rows; where rows of two shapes share a list, to the first of each.
    """
    kept = files(__name__) / f"{operation}.json"
    return json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else None
