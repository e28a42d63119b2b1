"""The coach's toolbox: every tool for one owner, over one open service.

Whose decisions, desk and settings a tool reads is fixed when it is made; no argument of any tool reaches an account, a
mode or a setting. One tool starts a run, like anybody's; all others only read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from langchain_core.tools import BaseTool

from agent.coach.toolbox.chart_tools import chart_tools
from agent.coach.toolbox.charts import MarketCharts
from agent.coach.toolbox.clock_tools import clock_tools
from agent.coach.toolbox.decision_tools import decision_tools
from agent.coach.toolbox.ports import OwnersDesk, RecordedRuns
from agent.coach.toolbox.rule_tool import rule_tool
from agent.coach.toolbox.run_tool import run_tool
from agent.market_window import SIMULATED
from agent.rulebooks import Rulebooks
from tools.economic_calendar.port import EconomicCalendar
from tools.market.port import MarketData


@dataclass(frozen=True, slots=True)
class ToolSources:
    """What the tools read from.

    Attributes:
        runs: recorded decisions, and the way to one more.
        desk: the owner's mode, profile and limits.
        rulebooks: those of every profile.
        market: candles and instruments.
        calendar: what is scheduled.
        clock: UTC epoch seconds.
    """

    runs: RecordedRuns
    desk: OwnersDesk
    rulebooks: Rulebooks
    market: MarketData
    calendar: EconomicCalendar
    clock: Callable[[], int]


def reading_tools(sources: ToolSources, *, owner_id: str) -> list[BaseTool]:
    """Return the tools that change nothing, all for one owner: what a client of the service may be given, too."""
    charts = MarketCharts(sources.market, clock=sources.clock)
    return [
        *decision_tools(sources.runs, sources.rulebooks, sources.clock, owner_id=owner_id),
        rule_tool(sources.desk, owner_id=owner_id),
        *clock_tools(
            sources.runs, sources.desk, sources.market, sources.calendar, sources.clock, owner_id=owner_id
        ),
        *chart_tools(charts, charts.instrument, simulated=sources.market.name == SIMULATED),
    ]  # fmt: skip


def coach_tools(sources: ToolSources, *, owner_id: str) -> list[BaseTool]:
    """Return every tool of the coach: those that read, and the one that starts a run."""
    return [
        *reading_tools(sources, owner_id=owner_id),
        run_tool(sources.runs, sources.desk, sources.market, sources.clock, owner_id=owner_id),
    ]
