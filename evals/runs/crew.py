"""Who executes a run, this process or others (`worker`, `processes`, `cluster`), and what travels between them."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from evals.cases.case import Suite
from evals.subjects.found import Subject
from tools.errors import DataError

Loader = Callable[[str], Suite]
"""Loads a suite by its name or path; a function at the top of a module, so that another process can be told of it."""


@dataclass(frozen=True, slots=True)
class PackedCase:
    """A case on its way to whoever judges it.

    Attributes:
        digest: its SHA-256.
        content: it, as `evals.runs.packing` writes it.
    """

    suite: str
    id: str
    digest: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OpenedSuite:
    """A suite whose cases are ready to be sent.

    Attributes:
        seal: the SHA-256 of its manifest; of its name and its cases' digests where it has none.
        identity: that of the subject, as whoever will judge the cases sees it.
    """

    name: str
    title: str
    seal: str
    identity: Mapping[str, Any]
    cases: tuple[PackedCase, ...]


Judged = Generator[tuple[PackedCase, bytes], None, None]
"""Cases with their rows; closing it ends whatever is still at work."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a run comes to.

    Attributes:
        load: loads a suite.
        sources: the suites, by name or path.
        subject: what is put to the test.
        wanted: told of each suite once it is open, in any order; returns the cases of it to be judged.
    """

    load: Loader
    sources: Sequence[str]
    subject: Subject
    wanted: Callable[[OpenedSuite], Sequence[PackedCase]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a suite could not be opened, on its way from another process."""

    message: str
    field: str | None = None
    expected: str | None = None
    got: str | None = None

    def error(self) -> DataError:
        """Return it as an error again."""
        return DataError(self.message, field=self.field, expected=self.expected, got=self.got)


class Crew(Protocol):
    """Opens suites and judges cases."""

    def each(self, work: Work) -> Judged:
        """Yield every wanted case with its row, in any order.

        Raises:
            DataError: a suite cannot be loaded.
            EvaluationFailed: the work cannot be executed.
        """
