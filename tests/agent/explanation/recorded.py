"""Recorded decisions without a database: walked over simulated and real candles, kept as the store keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from agent.analysis.reading import SharedCharts
from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import walk_now
from agent.explanation.explain import Explanation, explain
from agent.explanation.what_if import Judgement
from agent.store.records import DecisionRecord
from rulebook.book import Rulebook
from rulebook.loader import load_rulebook
from tests.agent.analysis.market import NOW, demo_candles, request_of
from tests.tools.real_candles import FILES, FOLDER, RealFile, whole_file, window
from tools.timeframes import Timeframe

SYMBOLS: Final = ("EURUSD", "NQ", "XAUUSD", "BTCUSD")
PROFILES: Final = ("strict", "relaxed")
_ACCOUNT: Final = 1e6


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run as it would lie in the store."""

    record: DecisionRecord
    verdicts: list[dict[str, Any]]
    rulebook: Rulebook
    request: AnalysisRequest

    @property
    def explanation(self) -> Explanation:
        """Its explanation."""
        return explain(self.record, self.verdicts, self.rulebook)

    @property
    def judgement(self) -> Judgement:
        """What was recorded of the judging."""
        return Judgement.from_dicts(self.record.facts, self.verdicts, self.rulebook)


def recorded_run(request: AnalysisRequest, rulebook: Rulebook, run_id: str, charts: SharedCharts) -> RecordedRun:
    """Walk, and keep what came of it as the store does."""
    outcome = walk_now(request, rulebook, charts=charts)
    decision = {"run_id": run_id, **outcome["decision"]}
    record = DecisionRecord(
        decision_id=f"decision-{run_id}",
        run_id=run_id,
        symbol=request.symbol,
        status=decision["status"],
        as_of=request.as_of,
        canonical="",
        decision=decision,
        decision_hash=decision["decision_hash"],
        facts=outcome["facts"],
        rulebook_hash=rulebook.hash,
        code_version="test",
        created_at=datetime.fromtimestamp(request.as_of, UTC),
    )
    return RecordedRun(record, outcome["verdicts"], rulebook, request)


def simulated_requests(moments: int, *, hours_apart: int = 37, bars: int = 500) -> Iterator[AnalysisRequest]:
    """Yield requests over as many moments of each symbol of the simulated market."""
    for moment in range(moments):
        for symbol in SYMBOLS:
            candles = demo_candles(symbol, Timeframe.M15, until=NOW - 3600 * hours_apart * moment, bars=bars)
            yield request_of(candles, symbol, account_balance=_ACCOUNT)


def real_requests(windows: int, *, bars: int = 500) -> Iterator[AnalysisRequest]:
    """Yield requests over as many windows of every intraday file of real candles that is there."""
    present = [file for file in FILES if (FOLDER / file.name).exists() and file.timeframe < Timeframe.D1]
    for number in range(windows):
        for file in present:
            yield _real_request(file, number / windows, bars)


def _real_request(file: RealFile, share: float, bars: int) -> AnalysisRequest:
    return request_of(window(whole_file(file), share, bars), file.symbol, account_balance=_ACCOUNT)


@cache
def recorded_runs() -> tuple[RecordedRun, ...]:
    """Give runs by both profiles over simulated candles, and over real ones where they are there."""
    runs = []
    for number, request in enumerate((*simulated_requests(9), *real_requests(2))):
        charts = SharedCharts(request)
        for profile in PROFILES:
            runs.append(recorded_run(request, load_rulebook(profile), f"{profile}-{number}", charts))
    return tuple(runs)
