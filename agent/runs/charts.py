"""The charts a run looked at, read again from what was stored when it was accepted."""

import asyncio
from dataclasses import dataclass
from typing import Any

from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from agent.store.pool import Database
from agent.store.records import StoredInputs
from agent.store.runs import RunRepository
from rulebook.book import Rulebook
from tools.chart import Chart
from tools.errors import InvalidParameter
from tools.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class RunChart:
    """One chart of a run, and what the run decided; None while it has not, and where it ended without.

    Attributes:
        simulated: whether the candles are made up.
    """

    chart: Chart
    decision: dict[str, Any] | None
    simulated: bool


async def chart_of_run(
    database: Database, run_id: str, *, owner_id: str, timeframe: Timeframe | None = None
) -> RunChart:
    """Read one of a run's charts again, by the rules it was accepted under; equal to what the walk looked at.

    Args:
        database: open.
        run_id: the run's id.
        owner_id: whose run it is.
        timeframe: one the run was given or built; None is the one its entry was looked for on.

    Raises:
        RunNotFound: no run of this owner has that id.
        InvalidParameter: the run had no such timeframe; names those it had.
    """
    runs = RunRepository(database)
    run = await runs.get(run_id, owner_id=owner_id)
    stored = await runs.inputs(run_id, owner_id=owner_id, rulebook_hash=run.rulebook_hash)
    chart = await asyncio.to_thread(_chart, stored, timeframe)
    return RunChart(chart, run.decision, simulated=bool(stored.inputs["simulated"]))


def _chart(stored: StoredInputs, timeframe: Timeframe | None) -> Chart:
    request = AnalysisRequest.from_inputs(stored.inputs, stored.windows)
    reading = Reading(request, Rulebook.from_dict(stored.rulebook))
    ladder = reading.ladder
    used = (*request.windows.values(), *ladder.bias, ladder.structure, ladder.entry)
    known = {candles.timeframe: candles for candles in used}
    wanted = ladder.entry.timeframe if timeframe is None else timeframe
    if wanted not in known:
        names = ", ".join(one for one in Timeframe if one in known)
        raise InvalidParameter(
            f"the run had no {wanted} chart; it had {names}",
            field="timeframe", expected=f"one of {names}", got=wanted.value,
        )  # fmt: skip
    return reading.chart(known[wanted])
