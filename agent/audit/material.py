"""Recorded decisions read back for another walk, by a process of its own: what went in, and what came out."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import orjson
import psycopg
from psycopg.rows import DictRow, dict_row

from agent.analysis.request import AnalysisRequest
from agent.store.queries import QUERIES
from rulebook.book import Rulebook
from tools.errors import InvalidParameter, RulebookError, StoreUnavailable

_KEPT_RULEBOOKS: Final = 32
_GONE: Final = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Give whatever altered rows raise inside a ``with`` block as a fault in data.

    Raises:
        InvalidParameter: what is stored is not of the form it was recorded in.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InvalidParameter(
            f"{what} cannot be read: {type(error).__name__}: {error}",
            expected="what was recorded", got="something else",
        ) from error  # fmt: skip


@dataclass(frozen=True, slots=True)
class Material:
    """One recorded decision and what it was made from, as stored: what was altered is found where it is asked for.

    Attributes:
        as_of: epoch seconds UTC.
        canonical: the decision's RFC 8785 text.
        inputs: its run's inputs, JSON.
        windows: the windows its run names, by SHA-256, as far as they are there.
    """

    decision_id: str
    run_id: str
    seq: int
    symbol: str
    status: str
    as_of: int
    canonical: str
    decision_hash: str
    rulebook_hash: str
    inputs: str
    windows: dict[str, bytes]

    def request(self) -> AnalysisRequest:
        """Rebuild the request.

        Raises:
            InvalidCandles: a window's bytes were altered.
            InvalidParameter: the inputs cannot be read, or a window is gone.
        """
        with readable("the stored inputs"):
            return AnalysisRequest.from_inputs(orjson.loads(self.inputs), self.windows)

    def decision(self) -> dict[str, Any]:
        """Read the recorded decision.

        Raises:
            InvalidParameter: its text is no JSON object.
        """
        with readable("the recorded decision"):
            return dict(orjson.loads(self.canonical))


class RecordedDecisions:
    """One owner's decisions on a blocking connection; a context manager."""

    def __init__(self, conninfo: str, owner_id: str) -> None:
        """Connect.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        self._owner_id = owner_id
        self._rulebooks: OrderedDict[str, Rulebook] = OrderedDict()
        try:
            self._connection = psycopg.connect(conninfo, autocommit=True, row_factory=dict_row, connect_timeout=10)
        except _GONE as error:
            raise StoreUnavailable("the database did not answer") from error

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        self._connection.close()

    def ids(self, *, since: object = None) -> list[str]:
        """Return the ids of every decision recorded up to now, oldest first.

        Args:
            since: only those recorded at or after this moment, a datetime with an offset.
        """
        return [row["decision_id"] for row in self._all("decisions_to_replay", since=since)]

    def material(self, decision_ids: Sequence[str]) -> list[Material]:
        """Return decisions with what they were made from, oldest first."""
        rows = self._all("replay_material", decision_ids=list(decision_ids))
        wanted = list(dict.fromkeys(sha256 for row in rows for sha256 in row["window_sha256"]))
        windows = {row["sha256"]: bytes(row["payload"]) for row in self._all("get_windows", sha256=wanted)}
        return [_material(row, windows) for row in rows]

    def rulebook(self, rulebook_hash: str) -> Rulebook:
        """Return a stored rulebook; the last few are kept.

        Raises:
            RulebookError: there is none of that hash, its snapshot is damaged, or of another version of this code.
            InvalidParameter: its snapshot is no JSON object.
        """
        if rulebook_hash not in self._rulebooks:
            rows = self._all("get_rulebook", hash=rulebook_hash)
            if not rows:
                raise RulebookError([f"the rulebook {rulebook_hash} is gone"])
            with readable(f"the rulebook {rulebook_hash}"):
                self._rulebooks[rulebook_hash] = Rulebook.from_dict(orjson.loads(rows[0]["snapshot"]))
            if len(self._rulebooks) > _KEPT_RULEBOOKS:
                self._rulebooks.popitem(last=False)
        self._rulebooks.move_to_end(rulebook_hash)
        return self._rulebooks[rulebook_hash]

    def _all(self, name: str, **parameters: object) -> list[DictRow]:
        try:
            return self._connection.execute(QUERIES[name], {"owner_id": self._owner_id, **parameters}).fetchall()
        except _GONE as error:
            raise StoreUnavailable("the database did not answer") from error


def _material(row: DictRow, windows: dict[str, bytes]) -> Material:
    return Material(
        decision_id=row["decision_id"],
        run_id=row["run_id"],
        seq=row["seq"],
        symbol=row["symbol"],
        status=row["status"],
        as_of=row["as_of"],
        canonical=row["decision"],
        decision_hash=row["decision_hash"],
        rulebook_hash=row["rulebook_hash"],
        inputs=row["inputs"],
        windows={sha256: windows[sha256] for sha256 in row["window_sha256"] if sha256 in windows},
    )
