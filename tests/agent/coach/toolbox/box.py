"""The toolbox over an open service with recorded runs, and short ways to ask it."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from anyio.from_thread import BlockingPortal
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from psycopg import sql

from agent.analysis.request import AnalysisRequest
from agent.coach.toolbox.box import ToolSources, coach_tools
from agent.coach.toolbox.compact import MOST_TOKENS, tokens_at_most
from agent.market_window import DEFAULT_BARS, DEFAULT_TIMEFRAME, window_of_symbol
from agent.service import Service

Row = dict[str, Any]

NOW: Final = 1_704_983_400  # Thursday 2024-01-11, 14:30 UTC, 09:30 in New York
ME: Final = "me"
OTHER: Final = "somebody else"
BALANCE: Final = 43_210.0


@dataclass
class Box:
    """The tools of any owner over one open service; `runs` names recorded runs of ME by what they are."""

    service: Service
    portal: BlockingPortal
    conninfo: str
    clock: Callable[[], int] = lambda: NOW
    runs: dict[str, str] = field(default_factory=dict)

    def tools(self, owner_id: str = ME) -> dict[str, BaseTool]:
        service = self.service
        sources = ToolSources(
            service.runs, service.desk, service.rulebooks, service.market, service.calendar, self.clock
        )
        return {tool.name: tool for tool in coach_tools(sources, owner_id=owner_id)}

    def said(self, name: str, *, owner_id: str = ME, **arguments: Any) -> ToolMessage:
        """What a call of a tool comes to, as a graph would get it."""
        call = {"type": "tool_call", "id": "call-1", "name": name, "args": arguments}
        answer = self.portal.call(self.tools(owner_id)[name].ainvoke, call)
        assert isinstance(answer, ToolMessage)
        assert isinstance(answer.content, str)
        return answer

    def asked(self, name: str, *, owner_id: str = ME, **arguments: Any) -> Row:
        """What a tool answers, parsed; it names itself first, and is never too long."""
        answer = self.said(name, owner_id=owner_id, **arguments)
        text = str(answer.content)
        assert answer.status == "success", text
        assert text.isascii()
        assert text.startswith('{"tool":' + json.dumps(name))
        assert tokens_at_most(text) <= MOST_TOKENS
        told: Row = json.loads(text)
        return told

    def refused(self, name: str, *, owner_id: str = ME, **arguments: Any) -> str:
        """What a tool that refuses says."""
        answer = self.said(name, owner_id=owner_id, **arguments)
        text = str(answer.content)
        assert answer.status == "error", text
        assert text.startswith("Error: ")
        assert len(text) <= 600
        assert text.isprintable()
        return text

    def record(self, request: AnalysisRequest, *, owner_id: str = ME) -> str:
        """Record a run and return its id."""

        async def analyze() -> str:
            run = await self.service.runs.analyze(request, owner_id=owner_id)
            assert run.status == "completed", run.error
            return run.run_id

        return self.portal.call(analyze)

    def request(self, symbol: str, profile: str, *, balance: float = BALANCE) -> AnalysisRequest:
        """The newest candles of a market, as a request."""

        async def taken() -> AnalysisRequest:
            window = await window_of_symbol(
                self.service.market, symbol, DEFAULT_TIMEFRAME, bars=DEFAULT_BARS, until=NOW
            )
            return window.request(profile=profile, account_balance=balance)

        return self.portal.call(taken)

    def wait(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Await something in the service's loop."""
        return self.portal.call(work)

    def contents(self) -> dict[str, str]:
        """The SHA-256 of every table of the database: what is written, and where."""
        with psycopg.connect(self.conninfo) as connection:
            names = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            ).fetchall()
            return {name: _content(connection, name) for (name,) in names if name != "workers"}


def _content(connection: psycopg.Connection[Any], table: str) -> str:
    rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
    return hashlib.sha256("\n".join(sorted(row[0] for row in rows)).encode()).hexdigest()
