"""What a subject found on a case, in the words of the labels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from agent.labels import DecisionLabel, EventLabel, SetupLabel, ZoneLabel
from evals.subjects.asked import Asked
from rulebook.verdict import Outcome


@dataclass(frozen=True, slots=True)
class FoundDecision:
    """A decision as far as it is scored.

    Attributes:
        rules: the gates that decided it; of TRADE_NOW the rule of the setup offered.
        confidence: as the decision says it, 0 to 1.
        setup: what is offered, None where nothing is.
        hash: the decision's own, None for a subject that has none.
        terms: what else a trader acts by, plain JSON values: the action, what may be done, confluence, size, reward for
            the risk and management. No label speaks of them; the gate tells when those of a pinned case change.
    """

    status: str
    rules: tuple[str, ...]
    confidence: float
    setup: SetupLabel | None = None
    hash: str | None = None
    terms: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def as_label(self) -> DecisionLabel:
        """Return it as somebody would label it."""
        return DecisionLabel(self.status, next(iter(self.rules), None))  # type: ignore[arg-type]  # a status is one


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """One answer of the coach: what it said, which tools it called in order, and whether its claims held.

    Attributes:
        told: everything the model was sent, as one text.
        is_grounded: whether every claim of the answer as it was shown is supported.
        abstained: whether it said that the record does not tell.
    """

    text: str
    tools: tuple[str, ...]
    told: str
    is_grounded: bool
    abstained: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Everything a subject found on one case.

    Attributes:
        kinds: the kinds of events and zones it looks for at all; labels of others are not held against it.
        bias: by timeframe, and under ``htf`` that of the walk.
        rules: what each rule comes to on all facts of the chart.
        answers: of a conversation ``answers[repeat][turn]``: each repeat is the whole conversation held anew.
    """

    kinds: frozenset[str] = frozenset()
    events: tuple[EventLabel, ...] = ()
    zones: tuple[ZoneLabel, ...] = ()
    bias: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, Outcome] = field(default_factory=lambda: MappingProxyType({}))
    decision: FoundDecision | None = None
    answers: tuple[tuple[FoundAnswer, ...], ...] = ()


class Subject(Protocol):
    """Something that can be put to the test; it is sent to other processes, so it must pickle."""

    @property
    def name(self) -> str:
        """How reports call it."""

    @property
    def is_deterministic(self) -> bool:
        """Whether the same case gives the same answer every time; else no answer of it is kept for another run."""

    @property
    def is_told_amounts(self) -> bool:
        """Whether it is given `Asked.amounts`: for baselines only, that they may guess as often as is labelled."""

    def identity(self) -> dict[str, Any]:
        """Return everything that could change what it finds, as plain JSON values; a cache's key is made of it."""

    def find(self, asked: Asked) -> Found:
        """Look at a case, of which no label is given.

        Raises:
            DataError: the case cannot be read by it.
        """
