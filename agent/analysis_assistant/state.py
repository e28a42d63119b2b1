"""What the `analysis` graph is given, keeps and shows: plain JSON values, and candles for no longer than one step."""

from typing import Annotated, Any, Literal

from langgraph.channels import UntrackedValue
from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

Text = Annotated[str | None, UntrackedValue]
Number = Annotated[float | None, UntrackedValue]
Object = Annotated[dict[str, Any] | None, UntrackedValue]
Objects = Annotated[list[dict[str, Any]] | None, UntrackedValue]


class AnalysisInput(TypedDict, total=False):
    """The body of `POST /api/v1/analyze`, field by field."""

    # A channel of `UntrackedValue` lives in memory alone, and the first node empties it: the candles stand in the one
    # checkpoint that holds the input, and in no other.

    symbol: Text
    timeframe_bars: Object
    account_balance: Number
    account_currency: Text
    risk_pct: Number
    quote_to_account_rate: Number
    as_of: Annotated[str | int | None, UntrackedValue]
    economic_calendar: Objects
    profile: Text
    simulated: Annotated[bool | None, UntrackedValue]
    instrument: Object
    discipline: Object
    trades_this_session: Annotated[int | None, UntrackedValue]


class AnalysisOutput(TypedDict, total=False):
    """What a reader sees.

    Attributes:
        run_id: of the recorded run, which `GET /api/v1/runs/{run_id}` and the coach know.
        status: of the recorded run.
        visited: the nodes of the walk that have ended, in order.
        closed_gates: the rules that stopped the walk, in order; empty while it goes on and where none did.
        decision: the recorded decision, once it is made.
    """

    run_id: str
    status: Literal["running", "completed"]
    visited: list[str]
    closed_gates: list[str]
    decision: dict[str, Any] | None


class AnalysisState(AnalysisInput, AnalysisOutput, total=False):
    """The whole state; ``seq`` is that of the recorded run's last event that was passed on."""

    seq: int


INPUTS = tuple(AnalysisInput.__annotations__)
"""Names of what a caller may give."""
