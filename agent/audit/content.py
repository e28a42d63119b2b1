"""What the chain seals of one decision: everything recorded of it, as four digests and the one over them.

The forms here are those of ``ict-audit/1`` and never change: chains of years ago are verified by them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agent.audit.canonical import canonical_json

FORMAT: Final = "ict-audit/1"
FIRST_PREVIOUS: Final = "0" * 64
"""The previous hash of an owner's first link."""


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """The columns of a decision's row that are sealed; `decision` is its canonical text, `as_of` epoch seconds UTC."""

    owner_id: str
    decision_id: str
    run_id: str
    symbol: str
    status: str
    as_of: int
    kill_zone: str | None
    decision: str
    decision_hash: str
    rulebook_hash: str
    code_version: str


@dataclass(frozen=True, slots=True)
class Parts:
    """SHA-256 of each part of a decision, hexadecimal.

    Attributes:
        record: over the RFC 8785 form of the decision's row, facts left out.
        facts: over the RFC 8785 form of its facts.
        traces: over the RFC 8785 form of ``[[position, rule id, node, outcome, verdict], …]``, in order.
        inputs: over the text of its run's inputs, UTF-8; that text names each window by its SHA-256.
    """

    record: str
    facts: str
    traces: str
    inputs: str

    def content_hash(self, decision_seq: int) -> str:
        """Return the SHA-256 over the RFC 8785 form of the four and the decision's number in the table, hexadecimal."""
        return _digest(
            {
                "decision_seq": decision_seq,
                "facts": self.facts,
                "inputs": self.inputs,
                "record": self.record,
                "traces": self.traces,
            }
        )


def record_digest(record: SealedRecord) -> str:
    """Return the digest of a decision's row."""
    row = {"format": FORMAT, **{name: getattr(record, name) for name in SealedRecord.__dataclass_fields__}}
    return _digest(row)


def facts_digest(facts: Mapping[str, Any]) -> str:
    """Return the digest of a decision's facts, by name."""
    return _digest(facts)


def traces_digest(traces: Sequence[tuple[int, str, str, str, Mapping[str, Any]]]) -> str:
    """Return the digest of a trace: (position from 1, rule id, node, outcome, verdict), in order."""
    return _digest([list(trace) for trace in traces])


def verdicts_digest(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """Return the digest of the trace that verdicts in the order of the walk are stored as."""
    return traces_digest(
        [(place, one["rule_id"], one["node"], one["outcome"], one) for place, one in enumerate(verdicts, 1)]
    )


def inputs_digest(inputs: str) -> str:
    """Return the digest of a run's inputs, as their text is stored."""
    return hashlib.sha256(inputs.encode()).hexdigest()


def link_hash(previous_hash: str, seq: int, at_us: int, content_hash: str) -> str:
    """Return the hash of a link: SHA-256(previous ‖ seq ‖ time ‖ content), hexadecimal.

    Args:
        previous_hash: of the link before, or `FIRST_PREVIOUS`.
        seq: 1, 2, 3, … within the owner's chain; eight bytes, big-endian.
        at_us: when it was recorded, epoch microseconds UTC; eight bytes, big-endian.
        content_hash: of the decision.
    """
    sealed = bytes.fromhex(previous_hash) + seq.to_bytes(8, "big") + at_us.to_bytes(8, "big")
    return hashlib.sha256(sealed + bytes.fromhex(content_hash)).hexdigest()


def _digest(document: Any) -> str:
    return hashlib.sha256(canonical_json(document)).hexdigest()
