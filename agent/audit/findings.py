"""What a check of the chain can find, and the report it adds up to."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal[
    "link",
    "gap",
    "missing",
    "record",
    "facts",
    "traces",
    "inputs",
    "run",
    "window",
    "rulebook",
    "outside",
    "undecided",
    "head",
    "truncated",
    "signature",
    "dropped",
]
LISTED: Final = 100
"""The most findings a report lists; all are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was recorded.

    Attributes:
        seq: the place in the owner's chain, from 1.
        kind: what is at fault: ``link`` (its hashes do not fit), ``gap`` (links are missing), ``missing`` (its decision
            is), ``record``, ``facts``, ``traces`` or ``inputs`` (they are not what was sealed), ``run`` (its row
            contradicts its decision), ``window`` or ``rulebook`` (altered or gone), ``outside`` (a decision without a
            link, or a link before the first place), ``undecided`` (a completed run without a decision), ``head``
            (another chain than a signed head says), ``truncated`` (shorter than one says), ``signature`` (a head that
            is not signed by the key) or ``dropped`` (the whole table).
        what: a sentence.
        decision_id: of the decision in question, where there is one.
    """

    seq: int
    kind: Kind
    what: str
    decision_id: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a check of a stretch of a chain came to.

    Attributes:
        after_seq: the stretch begins behind this place.
        last_seq: the last place that was looked at.
        links: how many links were looked at.
        is_complete: whether the stretch reaches the chain's end.
        head_hash: hash of the last link looked at; None before the first.
        findings: in the order of the chain, the first `LISTED`.
        counts: how many there are of each kind.
    """

    owner_id: str
    after_seq: int
    last_seq: int
    links: int
    is_complete: bool
    head_hash: str | None
    findings: tuple[Finding, ...]
    counts: dict[Kind, int] = field(default_factory=dict)

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    @property
    def first(self) -> Finding | None:
        """The finding with the first bad seq, or None."""
        return self.findings[0] if self.findings else None


class Findings:
    """Gather findings; only so many are kept, all are counted."""

    def __init__(self) -> None:
        """Begin with none."""
        self.counts: Counter[Kind] = Counter()
        self._kept: list[Finding] = []

    def add(self, seq: int, kind: Kind, what: str, decision_id: str | None = None) -> None:
        """Note one."""
        self.counts[kind] += 1
        self._kept.append(Finding(seq, kind, what, decision_id))
        if len(self._kept) >= 10 * LISTED:
            self._kept = list(self.listed())

    def first_break(self, after: int, upto: int) -> int | None:
        """Return the first place in a stretch where the links themselves do not fit, or None."""
        broken = [found.seq for found in self._kept if found.kind in {"link", "gap"} and after < found.seq <= upto]
        return min(broken, default=None)

    def count_more(self, kind: Kind, more: int) -> None:
        """Count some that are not listed."""
        if more > 0:
            self.counts[kind] += more

    def listed(self) -> tuple[Finding, ...]:
        """Return the first, in the order of the chain and, at one place, of their finding."""
        return tuple(sorted(self._kept, key=lambda finding: finding.seq)[:LISTED])
