"""Pictures of charts as they are handed out: what stands above one, and what its page may do in a browser."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from starlette.responses import HTMLResponse

from agent.runs.charts import RunChart
from api.picture import PictureView, chart_page
from tools.chart import Chart

LAST_BARS: Final = 300
_SCRIPT: Final = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)


def picture_view(
    chart: Chart, *, last_bars: int = LAST_BARS, simulated: bool, decision: Mapping[str, Any] | None = None
) -> PictureView:
    """Return how to draw a chart; one of made-up candles says so in its heading."""
    title = f"{chart.instrument.symbol} {chart.candles.timeframe}, SIMULATED" if simulated else None
    return PictureView(last_bars=last_bars, title=title, decision=decision)


def page_answer(read: RunChart) -> HTMLResponse:
    """Return a run's chart as a page that loads nothing, sends nothing and runs only the scripts it came with."""
    page = chart_page(read.chart, picture_view(read.chart, simulated=read.simulated, decision=read.decision))
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": _policy(page),
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(page, headers=headers)


def _policy(page: str) -> str:
    digests = [b64encode(sha256(script.encode()).digest()).decode() for script in _SCRIPT.findall(page)]
    scripts = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
