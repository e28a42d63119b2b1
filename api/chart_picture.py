"""Pictures of charts as they are handed out: what stands above one, and how its page is sent."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse

from agent.runs.charts import RunChart
from tools.chart import Chart
from tools.picture import LAST_BARS, PictureView, draw_page


def picture_view(
    chart: Chart,
    *,
    last_bars: int = LAST_BARS,
    simulated: bool,
    decision: Mapping[str, Any] | None = None,
    run_status: str | None = None,
) -> PictureView:
    """Return how to draw a chart; one of made-up candles says so in its heading."""
    title = f"{chart.instrument.symbol} {chart.candles.timeframe}, SIMULATED" if simulated else None
    return PictureView(last_bars=last_bars, title=title, decision=decision, run_status=run_status)


def page_answer(read: RunChart) -> HTMLResponse:
    """Return a run's chart as a page that loads nothing, sends nothing and runs only the scripts it came with."""
    view = picture_view(read.chart, simulated=read.simulated, decision=read.decision, run_status=read.status)
    page = draw_page(read.chart, view)
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"{page.policy}; frame-ancestors 'none'",  # a page's own element may not say this
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(page.html, headers=headers)
