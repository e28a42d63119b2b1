"""Check links one after the other: do their hashes fit, and is what they seal still what it was?"""

from dataclasses import dataclass, field
from typing import Any

import orjson

from agent.audit.content import (
    FIRST_PREVIOUS,
    Parts,
    facts_digest,
    inputs_digest,
    link_hash,
    record_digest,
    traces_digest,
)
from agent.audit.findings import Findings, Kind
from agent.store.chain import Sealed, StoredLink

_ALTERED: dict[Kind, str] = {
    "record": "the decision's row is not what was recorded",
    "facts": "the facts are not what was recorded",
    "traces": "the verdicts are not what was recorded: one was changed, added, taken away or moved",
    "inputs": "the run's inputs are not what was recorded",
}


@dataclass(slots=True)
class LinkWalk:
    """Where a walk along a chain has come to, and what it found.

    Attributes:
        last_seq: the last place looked at.
        last_hash: its hash as stored.
        links: how many links were looked at.
        windows: the first place that needs each window, by its SHA-256, of the links checked last.
        rulebooks: likewise of rulebooks, by hash.
    """

    findings: Findings
    last_seq: int = 0
    last_hash: str = FIRST_PREVIOUS
    links: int = 0
    windows: dict[str, int] = field(default_factory=dict)
    rulebooks: dict[str, int] = field(default_factory=dict)

    def check(self, links: list[StoredLink]) -> None:
        """Check the next links, in their order."""
        self.windows, self.rulebooks = {}, {}
        for link in links:
            self._check_place(link)
            self._check_hashes(link)
            self._check_content(link)
            self.last_seq, self.last_hash = link.seq, link.hash
            self.links += 1

    def _check_place(self, link: StoredLink) -> None:
        expected = self.last_seq + 1
        if link.seq != expected:
            gone = f"link {expected} is" if link.seq == expected + 1 else f"links {expected} to {link.seq - 1} are"
            self.findings.add(expected, "gap", f"{gone} missing")
        elif link.previous_hash != self.last_hash:
            self.findings.add(link.seq, "link", "its previous hash is not that of the link before", link.decision_id)

    def _check_hashes(self, link: StoredLink) -> None:
        try:
            expected = link_hash(link.previous_hash, link.seq, link.at_us, link.content_hash)
        except (ValueError, OverflowError):
            expected = ""
        if link.hash != expected:
            self.findings.add(link.seq, "link", "its hash is not that of its content and place", link.decision_id)

    def _check_content(self, link: StoredLink) -> None:
        sealed = link.sealed
        if sealed is None:
            self.findings.add(link.seq, "missing", f"its decision {link.decision_id} is gone", link.decision_id)
            return
        parts = _parts_now(sealed)
        if parts.content_hash(sealed.decision_seq) != link.content_hash:
            self._tell_what_changed(link, sealed, parts)
        elif parts != link.parts:
            self.findings.add(link.seq, "link", "its list of digests was altered", link.decision_id)
        if not sealed.is_time_kept:
            self.findings.add(link.seq, "record", "the decision's time is not the link's", link.decision_id)
        if any(decision_seq != sealed.decision_seq for *_, decision_seq in sealed.traces):
            self.findings.add(link.seq, "traces", "a verdict is numbered as another decision's", link.decision_id)
        if not sealed.is_run_kept:
            self.findings.add(link.seq, "run", "the run's row contradicts its decision", link.decision_id)
        self._note_inputs(link, sealed)

    def _tell_what_changed(self, link: StoredLink, sealed: Sealed, now: Parts) -> None:
        """Name the altered parts; a link's own list of digests is believed only where it is what was hashed."""
        if link.parts.content_hash(sealed.decision_seq) != link.content_hash:
            what = "neither its list of digests nor what is recorded is what was sealed"
            self.findings.add(link.seq, "record", what, link.decision_id)
            return
        for kind, what in _ALTERED.items():
            if getattr(now, kind) != getattr(link.parts, kind):
                self.findings.add(link.seq, kind, what, link.decision_id)

    def _note_inputs(self, link: StoredLink, sealed: Sealed) -> None:
        self.rulebooks.setdefault(sealed.record.rulebook_hash, link.seq)
        named = _windows_of(sealed.inputs)
        if named != sealed.window_sha256:
            self.findings.add(link.seq, "run", "the run names other windows than its inputs do", link.decision_id)
        for sha256 in sorted(named):
            self.windows.setdefault(sha256, link.seq)


def _parts_now(sealed: Sealed) -> Parts:
    return Parts(
        record=record_digest(sealed.record),
        facts=facts_digest(_read(sealed.facts)),
        traces=traces_digest([(*trace[:4], _read(trace[4])) for trace in sealed.traces]),
        inputs=inputs_digest(sealed.inputs or ""),
    )


def _read(document: str) -> Any:
    """Read JSON; numbers that were altered into what no double holds leave it a text, which was never sealed."""
    try:
        return orjson.loads(document)
    except orjson.JSONDecodeError:
        return document


def _windows_of(inputs: str | None) -> frozenset[str]:
    """Return the windows that inputs name; none where they were altered into something else."""
    try:
        return frozenset(str(window["sha256"]) for window in orjson.loads(inputs or "{}")["windows"].values())
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return frozenset()
