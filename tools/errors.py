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
    │   ├── InvalidProfile        a trader's own profile has faults
    │   ├── NoCandles             the source knows the symbol and has no bars to give
    │   ├── InvalidCalendar       entries of an economic calendar that cannot be read
    │   ├── InvalidLabels         what somebody says of a chart cannot be read, or does not fit its bars
    │   ├── InvalidSuite          a suite of labelled charts has faults, or is not what was sealed
    │   ├── InvalidResults        results of an evaluation, or a baseline, that cannot be read
    │   └── SourceUnavailable     the market data source did not answer
    ├── RulebookError             faults in rule files; raised at start-up only
    ├── AgentError
    │   ├── NodeFailed            a node of the walk raised
    │   ├── ModelUnavailable      the language model did not answer
    │   ├── ModelOutputInvalid    what the language model answered cannot be used
    │   ├── BudgetSpent           a thread has used up its tokens or its money
    │   └── StepLimitReached      a turn of the coach took too many steps
    ├── DeskError                 what the owner asks of the desk does not go as things stand
    │   ├── SettingChanged        somebody changed the setting since it was looked at
    │   ├── TransitionRefused     the trading mode cannot go there from here
    │   ├── ConfirmationNeeded    the step must be confirmed with a token
    │   ├── TradeNotFound
    │   └── TradeConflict         the trade is recorded already, and otherwise
    ├── EvaluationFailed          an evaluation could not be begun or ended; no score comes of it
    └── StoreError
        ├── StoreUnavailable      the database did not answer
        ├── RunNotFound
        ├── RunNotDecided         the run has no decision (yet)
        ├── RunAlreadyEnded       a run that has ended cannot be cancelled
        ├── RunOwnershipLost      another worker took this run over
        ├── DecisionNotFound
        ├── FeedbackNotFound
        ├── AssistantNotFound
        ├── ThreadNotFound
        ├── ThreadExists          a thread with that id is there already
        ├── ThreadBusy            a run of the thread is under way
        ├── CheckpointNotFound    the thread has no such state
        └── EventsExpired         a run's events have been deleted since it ended

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


class InvalidProfile(DataError):
    """Report every fault of a trader's own profile at once: ``label:line: what is wrong; what to write instead``."""

    def __init__(self, problems: Sequence[str], *, text: str, field: str = "profile") -> None:
        """Keep the list and the profile's text; the message is the list, one fault a line."""
        super().__init__("\n".join(problems), field=field, expected="a profile without faults")
        self.problems = tuple(problems)
        self.text = text


class NoCandles(DataError):
    """The source knows the symbol and has no bars to give."""


class InvalidCalendar(DataError):
    """Report every fault of an economic calendar at once: ``file line: what is wrong; expected what``."""

    def __init__(self, problems: Sequence[str], *, field: str) -> None:
        """Keep the list; the message is the list, one fault a line. `field` names the file."""
        super().__init__("\n".join(problems), field=field)
        self.problems = tuple(problems)


class InvalidLabels(DataError):
    """Report every fault of a chart's labels at once: ``where: what is wrong; what to write instead``."""

    def __init__(self, faults: Sequence[tuple[str, str, str]], *, field: str) -> None:
        """Keep each fault as (where, what is wrong, what to write instead); the message has one a line."""
        super().__init__("\n".join(f"{where}: {wrong}; {instead}" for where, wrong, instead in faults), field=field)
        self.faults = tuple(faults)


class InvalidSuite(DataError):
    """Report every fault of labelled charts at once: ``path:line: where: what is wrong; what to write instead``."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the list; the message is the list, one fault a line."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class InvalidResults(DataError):
    """Report every fault of a file of results or of a baseline at once: ``file:line: what is wrong``."""

    def __init__(self, problems: Sequence[str], *, expected: str) -> None:
        """Keep the list; the message is the list, one fault a line."""
        super().__init__("\n".join(problems), field="results", expected=expected, got="one with faults")
        self.problems = tuple(problems)


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


class ModelUnavailable(AgentError):
    """The language model did not answer: no connection, a time-out, a refusal to serve, a server's error."""


class ModelOutputInvalid(AgentError):
    """What the language model answered cannot be used: it was cut off, or is empty."""


class BudgetSpent(AgentError):
    """A thread has used up its tokens or its money; a new thread has its own."""


class StepLimitReached(AgentError):
    """A turn of the coach called the model as often as it may, and came to no answer."""


class DeskError(IctError):
    """What the owner asks of the desk does not go as things stand."""


class SettingChanged(DeskError):
    """Somebody changed the setting since it was looked at; ``current_version`` is the one in force."""

    def __init__(self, message: str, *, current_version: int) -> None:
        """Keep the version beside the sentence."""
        super().__init__(message)
        self.current_version = current_version


class TransitionRefused(DeskError):
    """The trading mode cannot go there from here; ``lacks`` names what is missing, one sentence each."""

    def __init__(self, message: str, *, lacks: Sequence[str]) -> None:
        """Keep the list beside the sentence."""
        super().__init__(message)
        self.lacks = tuple(lacks)


class ConfirmationNeeded(DeskError):
    """The step must be confirmed: ask again with ``token`` before ``expires_at`` (epoch seconds)."""

    def __init__(self, message: str, *, token: str, expires_at: int) -> None:
        """Keep the token beside the sentence; it is shown this once."""
        super().__init__(message)
        self.token = token
        self.expires_at = expires_at


class TradeNotFound(DeskError):
    """No trade of this owner has that id."""


class TradeConflict(DeskError):
    """The trade is recorded already, and otherwise."""


class EvaluationFailed(IctError):
    """An evaluation could not be begun or ended: a process died, a cluster was lost, code changed while it ran."""


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


class FeedbackNotFound(StoreError):
    """Nothing with that id was said of the run."""


class AssistantNotFound(StoreError):
    """No assistant has that id or name."""


class ThreadNotFound(StoreError):
    """No thread of this owner has that id."""


class ThreadExists(StoreError):
    """A thread with that id is there already."""


class ThreadBusy(StoreError):
    """A run of the thread is under way, and the caller does not want to wait for it."""

    def __init__(self, message: str, *, run_id: str) -> None:
        """Keep the id of the run under way beside the sentence."""
        super().__init__(message)
        self.run_id = run_id


class CheckpointNotFound(StoreError):
    """The thread has no state under that id."""


class EventsExpired(StoreError):
    """The events of a run have been deleted, as they are a while after its end; what it left in its thread has not."""
