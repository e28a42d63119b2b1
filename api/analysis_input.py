"""Read the input of the `analysis` assistant: what ``POST /api/v1/analyze`` takes, checked the same way."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from agent.analysis.request import AnalysisRequest
from api.requests import analysis_request
from api.schemas.analysis import AnalyzeBody
from api.validation import problem_of_validation
from tools.errors import InvalidParameter

_NEEDED: Final = ("symbol", "timeframe_bars")
_EXPECTED: Final = "symbol and timeframe_bars, as POST /api/v1/analyze takes them"


def analysis_reader(clock: Callable[[], int]) -> Callable[[Mapping[str, Any]], AnalysisRequest]:
    """Return what reads an input; `clock` gives UTC epoch seconds, and a bar that closes after it is unfinished.

    What it returns raises a `DataError` that names the field and, for candles, the first offending bar.
    """

    def read(given: Mapping[str, Any]) -> AnalysisRequest:
        if not all(given.get(name) for name in _NEEDED):
            got = ", ".join(sorted(given)) or "nothing"
            message = (
                f"the assistant 'analysis' takes candles and no conversation: expected {_EXPECTED}; got {got[:80]}"
            )
            raise InvalidParameter(message, field="input", expected=_EXPECTED, got=got[:80])
        try:
            body = AnalyzeBody.model_validate(dict(given))
        except ValidationError as faults:
            first = problem_of_validation(faults).errors[0]
            where = f"input.{first.field}"
            raise InvalidParameter(
                f"{where}: {first.message}", field=where, index=first.index, expected=first.expected, got=first.got
            ) from faults
        return analysis_request(body, now=clock())

    return read
