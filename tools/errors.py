"""Every error this project raises on purpose.

::

    IctError
    ├── DataError                 the caller's candles, symbol or parameters
    │   ├── InvalidCandles        a bar that cannot be, or bars that do not fit together
    │   ├── TooFewCandles         fewer bars than an analysis needs
    │   ├── UnknownTimeframe      a spelling no timeframe has
    │   ├── InvalidParameter      any other argument outside its range
    │   ├── UnknownSymbol         no instrument, or no candles, under that name
    │   ├── UnknownProfile        no rulebook profile under that name
    │   ├── NoCandles             the source knows the symbol and has no bars to give
    │   └── SourceUnavailable     the market data source did not answer
    ├── RulebookError             faults in rule files; raised at start-up only
    ├── AgentError
    │   └── NodeFailed            a node of the walk raised
    └── StoreError
        ├── StoreUnavailable      the database did not answer
        ├── RunNotFound
        ├── RunNotDecided         the run has no decision (yet)
        ├── RunAlreadyEnded       a run that has ended cannot be cancelled
        ├── RunOwnershipLost      another worker took this run over
        └── DecisionNotFound

"No setup" is a value and never an error. None of these knows an HTTP status: ``api/problems.py`` maps each leaf.
"""

from collections.abc import Sequence


class IctError(Exception):
    """Root of every deliberate error."""


class DataError(IctError):
    """Report bad input: what was expected, what came, and where.

    Attributes:
        field: path of the offending field as the caller wrote it, such as ``timeframe_bars.15m``.
        index: position of the first offending bar in that field, or None.
        expected: what would have been right.
        got: what came instead.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        index: int | None = None,
        expected: str | None = None,
        got: str | None = None,
    ) -> None:
        """Keep the parts beside the sentence, so that the wire can show them one by one."""
        super().__init__(message)
        self.field = field
        self.index = index
        self.expected = expected
        self.got = got

    @property
    def where(self) -> str | None:
        """The field with the bar's index, such as ``timeframe_bars.15m[12]``."""
        if self.field is None or self.index is None:
            return self.field
        return f"{self.field}[{self.index}]"


class InvalidCandles(DataError):
    """A bar cannot be (high below low, NaN, …), or the bars do not fit together."""


class TooFewCandles(DataError):
    """There are fewer bars than an analysis needs."""


class UnknownTimeframe(DataError):
    """No timeframe has that spelling."""


class InvalidParameter(DataError):
    """An argument other than a candle is outside its range."""


class UnknownSymbol(DataError):
    """No instrument, or no candles, stand under that symbol."""


class UnknownProfile(DataError):
    """No rulebook profile stands under that name."""


class NoCandles(DataError):
    """The source knows the symbol and has no bars to give."""


class SourceUnavailable(DataError):
    """The market data source did not answer."""


class RulebookError(IctError):
    """Report every fault of the rule files at once, one line each: ``path:line: what is wrong; what to write``."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the list; the message is the list, one fault a line."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class AgentError(IctError):
    """The walk could not be finished."""


class NodeFailed(AgentError):
    """A node of the walk raised; ``node`` is its name and the cause is chained."""

    def __init__(self, node: str, message: str) -> None:
        """Name the node beside the reason."""
        super().__init__(f"node {node}: {message}")
        self.node = node
        self.reason = message


class StoreError(IctError):
    """The store refused, or does not hold what was asked for."""


class StoreUnavailable(StoreError):
    """The database did not answer."""


class RunNotFound(StoreError):
    """No run of this owner has that id."""


class RunNotDecided(StoreError):
    """The run has no decision: it has not ended, or it ended without one."""


class RunAlreadyEnded(StoreError):
    """The run has ended and can no longer be cancelled."""


class RunOwnershipLost(StoreError):
    """Another worker has taken this run over; the one that raised this must write nothing more."""


class DecisionNotFound(StoreError):
    """No decision of this owner has that id."""
