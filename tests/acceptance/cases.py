"""Requests over the demo market, as wire bodies, with the log and the decision that each must come to."""

from dataclasses import dataclass
from typing import Any, Final

import httpx
import orjson

from agent.analysis.discipline import Discipline
from agent.analysis.request import AnalysisRequest, default_as_of
from agent.analysis.walk import walk
from rulebook.loader import load_rulebook
from tests.acceptance.reading import Told
from tests.api.running_server import NOW
from tools.candles import Candles
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe
from tools.times import iso_utc

API: Final = "/api/v1"
_MARKET: Final = DemoMarketData(seed=7, clock=lambda: NOW)
_COLUMNS: Final = ("time", "open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a request must come to: every event of its run, and the decision with its facts and trace."""

    events: list[tuple[str, dict[str, Any]]]
    decision: dict[str, Any]
    facts: dict[str, Any]
    trace: list[dict[str, Any]]

    def is_told_by(self, log: list[Told], run_id: str) -> bool:
        """Whether a run's log holds these events, numbered from 1, and nothing else."""
        told = [(event.id, event.event, orjson.loads(event.data)) for event in log]
        return told == [
            (str(seq), event, {**data, "seq": seq} | ({"run_id": run_id} if "run_id" in data else {}))
            for seq, (event, data) in enumerate(self.events, 1)
        ]


async def demo_request(
    symbol: str, bars: dict[Timeframe, int], *, until: int = NOW, profile: str = "strict"
) -> AnalysisRequest:
    """Take so many demo bars of each timeframe, closed by ``until``."""
    windows = {frame: await _MARKET.candles(symbol, frame, limit=count, until=until) for frame, count in bars.items()}
    return request_of(symbol, windows, profile=profile)


def request_of(symbol: str, windows: dict[Timeframe, Candles], *, profile: str = "strict") -> AnalysisRequest:
    """Build a checked request of given windows."""
    return AnalysisRequest(
        symbol=symbol,
        instrument=instrument(symbol),
        windows=windows,
        account_balance=10_000.0,
        risk_pct=1.0,
        as_of=default_as_of(windows, instrument(symbol).trading_day),
        profile=profile,
        mode="ANALYSIS_ONLY",  # what a desk without settings fills in
        discipline=Discipline(stopped=""),
    ).check()


def wire_body(request: AnalysisRequest) -> bytes:
    """Write a request as a client posts it, its bars in columns."""
    bars = {
        timeframe.value: {name: getattr(candles, name).tolist() for name in _COLUMNS}
        for timeframe, candles in request.windows.items()
    }
    return orjson.dumps(
        {
            "symbol": request.symbol,
            "timeframe_bars": bars,
            "account_balance": request.account_balance,
            "risk_pct": request.risk_pct,
            "profile": request.profile,
        }
    )


async def expected_of(request: AnalysisRequest) -> Expected:
    """Walk in this process, and say what a run of the service must come to."""
    rulebook = load_rulebook(request.profile or "strict")
    walked = [event async for event in walk(request, rulebook)]
    outcome = walked[-1].data
    opening = {
        "run_id": "",
        "symbol": request.symbol,
        "as_of": iso_utc(request.as_of),
        "timeframes": [timeframe.value for timeframe in request.windows],
        "profile": request.profile,
        "rulebook_hash": rulebook.hash,
    }
    decision = outcome["decision"]
    ending = {"run_id": "", "status": "completed", "decision_hash": decision["decision_hash"]}
    events = [
        ("run.started", opening),
        *((event.event, event.data) for event in walked[:-1]),
        ("decision", {"run_id": "", **decision}),
        ("run.finished", ending),
    ]
    assert [verdict["rule_id"] for verdict in outcome["verdicts"]] == [rule.id for rule in rulebook.rules]
    document = {"events": events, "decision": decision, "facts": outcome["facts"], "trace": outcome["verdicts"]}
    plain = orjson.loads(orjson.dumps(document))
    return Expected(
        [(event, data) for event, data in plain["events"]], plain["decision"], plain["facts"], plain["trace"]
    )


async def post_run(client: httpx.AsyncClient, address: str, body: bytes) -> str:
    """Start a run and return its id, once the service has answered 202."""
    answer = await client.post(f"{address}{API}/runs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["run_id"])


async def get_json(client: httpx.AsyncClient, url: str, **query: str | int) -> Any:
    """Return the JSON document at a URL."""
    return (await client.get(url, params=query)).raise_for_status().json()


def events_url(address: str, run_id: str) -> str:
    """Return where a run's events are."""
    return f"{address}{API}/runs/{run_id}/events"
