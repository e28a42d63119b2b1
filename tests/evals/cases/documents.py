"""A small case, written by hand, that tests spoil at will."""

from typing import Any

Document = dict[str, Any]
BARS = [
    [1.1000, 1.1006, 1.0998, 1.1004],
    [1.1004, 1.1010, 1.1002, 1.1008],
    [1.1008, 1.1030, 1.1007, 1.1028],
    [1.1028, 1.1034, 1.1020, 1.1030],
    [1.1030, 1.1033, 1.1026, 1.1029],
]


def small_case() -> Document:
    """Return five bars from 08:00 on whose third leaves a gap between the second's high and the fourth's low."""
    return {
        "id": "gap.one",
        "why": "The low of the fourth bar stays above the high of the second.",
        "chart": {
            "symbol": "EURUSD",
            "as_of": "2024-01-10T09:15:00Z",
            "candles": {"15m": {"start": "2024-01-10T08:00:00Z", "bars": [list(bar) for bar in BARS]}},
        },
        "labels": {
            "events": [
                {
                    "kind": "displacement",
                    "direction": "bullish",
                    "timeframe": "15m",
                    "at": "2024-01-10T08:30:00Z",
                    "detected_at": "2024-01-10T08:30:00Z",
                }
            ],
            "zones": [
                {
                    "kind": "fair_value_gap",
                    "direction": "bullish",
                    "timeframe": "15m",
                    "top": 1.1020,
                    "bottom": 1.1010,
                    "from": "2024-01-10T08:30:00Z",
                    "detected_at": "2024-01-10T08:45:00Z",
                }
            ],
            "complete": {"15m": ["fair_value_gap"]},
            "bias": {"15m": "bullish"},
        },
        "provenance": {"by": "ann", "method": "hand", "on": "2024-02-01", "definition": "ICT.md: fair value gap"},
    }
