"""The charts a run looked at, read again from what was stored when it was accepted."""

from dataclasses import dataclass
from typing import Any

from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from agent.store.pool import Database
from agent.store.records import StoredInputs
from agent.store.runs import RunRepository
from tools.chart import Chart
from tools.errors import InvalidParameter
from tools.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class RunChart:
    """One chart of a run, and what the run decided; None while it has not, and where it ended without.

    Attributes:
        status: the run's, see `agent.store.records.Run`.
        simulated: whether the candles are made up.
    """

    chart: Chart
    decision: dict[str, Any] | None
    status: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class RecordedCharts:
    """What a run was given, from which each of its charts can be read again; the rest as in `RunChart`."""

    stored: StoredInputs
    decision: dict[str, Any] | None
    status: str

    def read(self, timeframe: Timeframe | None = None) -> RunChart:
        """Read one chart by the rules the run was accepted under; equal to what the walk looked at.

        Args:
            timeframe: one the run was given or built; None is the one its entry was looked for on.

        Raises:
            InvalidParameter: the run had no such timeframe; names those it had.
        """
        request = AnalysisRequest.from_inputs(self.stored.inputs, self.stored.windows)
        reading = Reading(request, self.stored.rulebook)
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
        chart, simulated = reading.chart(known[wanted]), bool(self.stored.inputs["simulated"])
        return RunChart(chart, self.decision, self.status, simulated)


async def recorded_charts(database: Database, run_id: str, *, owner_id: str) -> RecordedCharts:
    """Fetch what a run's charts are read from; nothing is computed yet.

    Args:
        database: open.
        run_id: the run's id.
        owner_id: whose run it is.

    Raises:
        RunNotFound: no run of this owner has that id.
    """
    runs = RunRepository(database)
    run = await runs.get(run_id, owner_id=owner_id)
    stored = await runs.inputs(run_id, owner_id=owner_id, rulebook_hash=run.rulebook_hash)
    return RecordedCharts(stored, run.decision, run.status)
