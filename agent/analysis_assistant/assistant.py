"""The `analysis` assistant, as the threads of the service run it."""

from collections.abc import Mapping
from typing import Any, Final

from agent.analysis_assistant.following import AnalysisContext, ReadRequest, let_go
from agent.analysis_assistant.graph import NAME, analysis_graph
from agent.runs.service import Runs
from agent.threads.assistants import Assistant

_DESCRIPTION: Final = (
    "Candles in, a decision out: walks bias, liquidity, structure, entry and risk, and tells every rule's verdict."
)


def analysis_assistant(runs: Runs, read_request: ReadRequest) -> Assistant:
    """Build the assistant.

    Args:
        runs: where its analyses are recorded.
        read_request: reads a caller's input, the body of ``POST /api/v1/analyze``; raises a `DataError`.
    """

    def read_input(given: Mapping[str, Any]) -> dict[str, Any]:
        read_request(given)  # so that a faulty input is refused, and no run of it begins
        return dict(given)

    return Assistant(
        graph_id=NAME,
        name="Analysis",
        description=_DESCRIPTION,
        compile=analysis_graph,
        context=lambda owner_id: AnalysisContext(runs, read_request, owner_id),
        read_input=read_input,
        title=_title,
        let_go=let_go,
    )


def _title(given: Mapping[str, Any]) -> str | None:
    symbol = given.get("symbol")
    return f"Analysis of {symbol}" if isinstance(symbol, str) and symbol else None
