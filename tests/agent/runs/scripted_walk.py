"""A walk on the real port that does what a test tells it: pause, fail, or answer otherwise."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import rfc8785

from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import WalkEvent
from rulebook.facts import NODES
from rulebook.loader import Rulebook
from tools.candles import Candles
from tools.errors import NodeFailed
from tools.instruments import instrument
from tools.timeframes import Timeframe

START = 1_704_100_500
EMPTY_RULEBOOK = Rulebook("strict", (), {})
EVENTS_OF_A_RUN = 3 + 5 * 4


def request(*, symbol: str = "EURUSD", bars: int = 40, balance: float = 10_000.0) -> AnalysisRequest:
    """Build a valid request of one 15-minute window."""
    return AnalysisRequest(
        symbol=symbol,
        instrument=instrument(symbol),
        windows={Timeframe.M15: candles(Timeframe.M15, bars)},
        account_balance=balance,
        risk_pct=1.0,
        as_of=START + bars * 900,
    )


def candles(timeframe: Timeframe, bars: int) -> Candles:
    """Build gently rising bars."""
    close = 1.1 + np.arange(bars, dtype=np.float64) * 1e-4
    return Candles.from_arrays(
        timeframe,
        START + np.arange(bars, dtype=np.int64) * timeframe.seconds,
        close - 5e-5,
        close + 1e-4,
        close - 1e-4,
        close,
        np.ones(bars),
    )


def verdict(node: str, rule_id: str) -> dict[str, Any]:
    """Build a passing rule's verdict."""
    return {"rule_id": rule_id, "name": f"rule {rule_id}", "node": node, "outcome": "pass", "margin": 1.5}


class ScriptedWalk:
    """Five nodes, each with one tool call and one rule.

    Attributes:
        hold_at: the node before which every walk waits until ``release`` is set.
        fail_in: the node that fails, with ``error`` where one is given.
        flavour: goes into every event; another flavour is another version of the code.
        status: what it decides.
        reached: set when a walk waits.
        started: how many walks were begun.
    """

    def __init__(
        self,
        *,
        hold_at: str | None = None,
        fail_in: str | None = None,
        error: Exception | None = None,
        flavour: str = "plain",
        status: str = "WAIT",
    ) -> None:
        self.hold_at = hold_at
        self.fail_in = fail_in
        self.error = error
        self.flavour = flavour
        self.status = status
        self.reached = asyncio.Event()
        self.release = asyncio.Event()
        self.started = 0

    async def __call__(self, request: AnalysisRequest, rulebook: Rulebook) -> AsyncIterator[WalkEvent]:
        self.started += 1
        for position, node in enumerate(NODES, 1):
            yield WalkEvent("node.started", {"node": node})
            if node == self.hold_at:
                self.reached.set()
                await self.release.wait()
            yield WalkEvent("tool.called", {"node": node, "tool": "look", "flavour": self.flavour})
            yield WalkEvent("rule.evaluated", verdict(node, f"{position}.1"))
            if node == self.fail_in:
                raise self.error or NodeFailed(node, "the tool fell over")
            yield WalkEvent("node.finished", {"node": node})
        yield WalkEvent("decision", self._outcome(request, rulebook))

    def _outcome(self, request: AnalysisRequest, rulebook: Rulebook) -> dict[str, Any]:
        decision: dict[str, Any] = {
            "symbol": request.symbol,
            "status": self.status,
            "flavour": self.flavour,
            "account_balance": request.account_balance,
            "rulebook_hash": rulebook.hash,
            "graph_nodes_triggered": list(NODES),
            "explanation": "nothing to do",
        }
        digest = hashlib.sha256(rfc8785.dumps(decision)).hexdigest()
        return {
            "decision": {**decision, "decision_hash": digest},
            "facts": {"bias.direction": {"value": "bullish", "evidence": [], "unknown_because": None}},
            "verdicts": [verdict(node, f"{position}.1") for position, node in enumerate(NODES, 1)],
        }
