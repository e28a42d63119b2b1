"""Cases and finds small enough to count on one's fingers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from agent.labels import EventLabel, Labelling, Labels, Provenance, ZoneLabel
from evals.cases.case import Case, Chart, Conversation, Turn
from evals.scoring.score import NOTHING_FOUND, CaseScore, score_case
from evals.subjects.found import Found, FoundAnswer, FoundDecision
from tools.candles import Candles
from tools.instruments import instrument
from tools.timeframes import Timeframe

M15 = Timeframe.M15
FRIDAY = 1_704_488_400  # 2024-01-05T21:00:00Z, four bars before the weekend
WEEKEND = 49 * 3600
TICK = 0.00001
EUR = instrument("EURUSD")


def times(bars: int = 40) -> list[int]:
    """Return the opening seconds of 15-minute bars with a weekend after the fourth."""
    return [FRIDAY + 900 * bar + (WEEKEND if bar >= 4 else 0) for bar in range(bars)]


def candles(bars: int = 40) -> Candles:
    """Return bars of ten ticks that close where they opened: every true range, and so the ATR, is ten ticks."""
    flat = np.full(bars, 1.1)
    columns = {"open": flat, "high": flat + 5 * TICK, "low": flat - 5 * TICK, "close": flat}
    return Candles.from_columns({"time": times(bars), **columns}, M15)


def event(at: int, known: int | None = None, kind: str = "mss", way: Any = "bearish") -> EventLabel:
    """Return an event by the numbers of its bars."""
    clock = times()
    return EventLabel(kind, way, M15, clock[at], clock[at if known is None else known])


def zone(
    since: int,
    until: int | None,
    bottom: float,
    top: float,
    known: int | None = None,
    kind: str = "fair_value_gap",
    way: Any = "bullish",
) -> ZoneLabel:
    """Return a zone by the numbers of its bars, its prices in ticks."""
    clock = times()
    ended, detected = (None if bar is None else clock[bar] for bar in (until, known))
    return ZoneLabel(kind, way, M15, 1 + top * TICK, 1 + bottom * TICK, clock[since], ended, detected)


def case(*labels: Labels, id: str = "drawn", method: Any = "builder", tags: dict[str, str] | None = None) -> Case:
    """Return a chart of 40 bars with one labelling or several."""
    bars = candles()
    chart = Chart(EUR, {M15: bars}, int(bars.end[-1]))
    by = Provenance("a test", method, "2024-01-08", "ICT.md")
    return Case(id, "because", chart, tuple(Labelling(one, by) for one in labels), tags or {})


def score(labels: Labels, found: Found, **how: Any) -> CaseScore:
    """Score what was found on a chart of 40 bars."""
    return score_case(case(labels, **how), found)


def found(**what: Any) -> Found:
    """Return what somebody found who looks for everything."""
    return Found(**{"kinds": NOTHING_FOUND.kinds, **what})


def decided(status: str, *rules: str, confidence: float = 0.5, setup: Any = None) -> FoundDecision:
    """Return a decision."""
    return FoundDecision(status, rules, confidence, setup)


def talk(*turns: Turn) -> Case:
    """Return a conversation."""
    by = Provenance("a test", "hand", "2024-01-08", "coach")
    return Case("talk", "because", Conversation(FRIDAY, (), turns), (Labelling(Labels(), by),))


def answer(
    text: str = "", *, tools: Sequence[str] = (), told: str = "", grounded: bool = True, abstained: bool = False
) -> FoundAnswer:
    """Return an answer."""
    return FoundAnswer(text, tuple(tools), told, grounded, abstained)


def row(
    of: Case, score: CaseScore, suite: str = "drawn", *, pinned: bool = False, slices: Any = None
) -> dict[str, Any]:
    """Return the row of a result file."""
    return {
        "suite": suite,
        "case": of.id,
        "digest": f"digest of {of.id}",
        "why": of.why,
        "pinned": pinned,
        "tags": dict(of.tags),
        "slices": slices or {},
        "passed": score.passed,
        "failures": list(score.failures),
        "expected": {},
        "found": {},
        "score": score.parts,
        "error": None,
    }
