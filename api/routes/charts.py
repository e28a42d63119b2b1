"""Every ICT fact of a chart, as rows and as a picture."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from agent.runs.charts import RecordedCharts, recorded_charts
from api.chart_picture import page_answer
from api.chart_request import chart_of
from api.json_answer import JsonAnswer
from api.schemas.chart import ChartBody, ChartDocument, RunChartQuery
from api.schemas.problems import problems
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute
from tools.timeframes import Timeframe

router = APIRouter(route_class=StrictRoute, tags=["charts"])


@router.post("/chart", response_model=ChartDocument, responses=problems(400, 413, 415, 422))
async def read_chart(body: ChartBody, context: ContextDep) -> Response:
    """Read every ICT fact of the bars: swings, structure, gaps, blocks, liquidity, setups, session; nothing is kept."""
    async with context.chart_turns:
        return await to_thread(_read, body, context.clock())


@router.get("/runs/{run_id}/chart.html", response_class=HTMLResponse, responses=problems(400, 404, 503))
async def draw_run_chart(
    run_id: str, query: Annotated[RunChartQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """Draw a run's chart from its recorded inputs, with what it decided; without that while it has not decided."""
    timeframe = None if query.timeframe is None else Timeframe.parse(query.timeframe, field="timeframe")
    recorded = await recorded_charts(context.service.database, run_id, owner_id=owner_id)
    async with context.chart_turns:
        return await to_thread(_draw, recorded, timeframe)


def _read(body: ChartBody, now: int) -> Response:
    return JsonAnswer(chart_of(body, now=now).to_dict())


def _draw(recorded: RecordedCharts, timeframe: Timeframe | None) -> Response:
    return page_answer(recorded.read(timeframe))
