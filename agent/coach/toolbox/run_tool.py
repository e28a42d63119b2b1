"""The one tool that starts something: a run over the newest candles, recorded like anybody's."""

from collections.abc import Callable
from typing import Final

from langchain_core.tools import BaseTool

from agent.coach.toolbox.chart_tool import chart_tool
from agent.coach.toolbox.compact import fitted_answer
from agent.coach.toolbox.decision_arguments import RunAnalysisArguments
from agent.coach.toolbox.decision_tools import SHORTENED, explanation_content
from agent.coach.toolbox.ports import OwnersDesk, RecordedRuns
from agent.market_window import DEFAULT_BARS, DEFAULT_TIMEFRAME, TRIAL_BALANCE, window_of_symbol
from tools.errors import DataError, InvalidParameter
from tools.market.port import MarketData

_NAME: Final = "run_analysis"
_SAYS: Final = (
    "Analyse a market now, on the newest candles, and record the decision; it takes seconds. Only when a new analysis "
    "is asked for, once a turn. Rulebook, account, risk and mode are the owner's own."
)
_ON_TRIAL: Final = {
    "account": f"no account is set: sized for a trial balance of {TRIAL_BALANCE:.0f} USD",
    "trial_balance": TRIAL_BALANCE,
    "account_currency": "USD",
}
"""What an analysis notes where the owner has no account: in words, and as values."""


def run_tool(
    runs: RecordedRuns, desk: OwnersDesk, market: MarketData, clock: Callable[[], int], *, owner_id: str
) -> BaseTool:
    """Return the tool that analyses a market for an owner by their own rulebook; made for one turn, it does so once.

    Args:
        runs: where it is recorded.
        desk: says whether the owner has an account; everything else of theirs is filled in as the run is accepted.
        market: where candles come from.
        clock: UTC epoch seconds; no bar that closes later is looked at.
        owner_id: whose run it is.
    """
    started: list[str] = []

    async def run(wanted: RunAnalysisArguments) -> str:
        if started:
            raise InvalidParameter(
                f"an analysis of {started[0]} was run in this turn, and there is one a turn: let the user ask for more",
                field="symbol", got=wanted.symbol,
            )  # fmt: skip
        started.append(wanted.symbol)
        try:
            return await analysed(wanted)
        except DataError:
            started.clear()  # nothing was recorded
            raise

    async def analysed(wanted: RunAnalysisArguments) -> str:
        window = await window_of_symbol(market, wanted.symbol, DEFAULT_TIMEFRAME, bars=DEFAULT_BARS, until=clock())
        has_account = (await desk.state(owner_id)).ledger is not None
        request = window.request(profile=None, account_balance=None if has_account else TRIAL_BALANCE)
        done = await runs.analyze(request, owner_id=owner_id)
        explanation = await runs.explain(done.run_id, owner_id=owner_id)
        notes = {"market": window.origin, **({} if has_account else _ON_TRIAL)}
        return fitted_answer({**explanation_content(_NAME, explanation, clock()), "notes": notes}, SHORTENED)

    return chart_tool(_NAME, _SAYS, RunAnalysisArguments, run)
