"""What was claimed, and whether anything supports it."""

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

Kind = Literal[
    "price", "number", "percent", "ratio", "time", "duration", "money",
    "direction", "rule", "verdict", "status", "symbol", "identifier",
]  # fmt: skip


class Evidence(TypedDict):
    """One tool's answer, as the tool node of the coach keeps it."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    answer: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of an answer.

    Attributes:
        text: as it stands in the answer.
        start: where it begins there, in characters.
        end: where it ends, exclusive.
        value: what it says, written plainly: a number, an ISO time, a word.
        unit: ``percent``, ``R``, ``minutes``, ``pips``, a currency, what is counted; None for none.
        supported: whether evidence says the same.
        reason: why not; empty where it is supported.
        sources: what supports it: ``<call id>:<place in the answer>`` or ``user``.
    """

    text: str
    start: int
    end: int
    kind: Kind
    value: str
    unit: str | None
    supported: bool
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """What an answer rests on.

    Attributes:
        kind: what it is.
        id: of the decision, the rule, or the tool call.
        text: a few words about it.
        tool: the tool that said so; None for a user's own words.
        call_id: of its call.
    """

    kind: Literal["decision", "rule", "chart", "calendar", "session", "size", "user"]
    id: str
    text: str
    tool: str | None
    call_id: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """Every claim of an answer.

    Attributes:
        claims: in the order of the text.
        citations: what the supported ones rest on, each once.
    """

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]

    @property
    def unsupported(self) -> tuple[Claim, ...]:
        """The claims that nothing supports."""
        return tuple(one for one in self.claims if not one.supported)

    @property
    def is_grounded(self) -> bool:
        """Whether every claim is supported."""
        return not self.unsupported
