"""Verify an owner's record: the chain, what its links seal, and the heads that were kept outside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent.audit.findings import LISTED, Findings, VerifyReport
from agent.audit.heads import SignedHead
from agent.audit.links import LinkWalk
from agent.store.chain import ChainReader, StoredLink
from agent.store.pool import Database
from rulebook.book import Rulebook
from tools.errors import RulebookError

BATCH: Final = 100


@dataclass(slots=True)
class _KeptHeads:
    """The heads kept outside, oldest first, and how far the chain has agreed with them."""

    heads: list[SignedHead]
    findings: Findings
    agreed: int = 0

    def pass_links(self, links: Sequence[StoredLink]) -> None:
        """Compare the heads that name one of these links."""
        hashes = {link.seq: link.hash for link in links}
        for kept in [kept for kept in self.heads if kept.head.seq in hashes]:
            self.heads.remove(kept)
            seq = kept.head.seq
            if hashes[seq] == kept.head.hash:
                self.agreed = max(self.agreed, seq)
            else:
                since = self.findings.first_break(self.agreed, seq) or self.agreed + 1
                where = f"link {seq}" if seq == since else f"the chain, somewhere from link {since} to {seq},"
                what = f"not what the head signed at {kept.head.at} says: {where} was written anew"
                self.findings.add(since, "head", what)

    def pass_end(self, last_seq: int) -> None:
        """Find the heads that lie beyond the chain's end."""
        for kept in self.heads:
            if kept.head.seq > last_seq:
                what = f"the chain ends with link {last_seq}, and at {kept.head.at} it had {kept.head.seq}"
                self.findings.add(last_seq + 1, "truncated", what)


async def verify_chain(
    database: Database,
    owner_id: str,
    *,
    after_seq: int = 0,
    limit: int | None = None,
    heads: Sequence[SignedHead] = (),
    public_key: Ed25519PublicKey | None = None,
) -> VerifyReport:
    """Walk along an owner's chain and find everything that is not as it was recorded.

    All is read from one unchanging view of the database, so that what is written meanwhile raises no alarm.

    Args:
        database: open.
        owner_id: whose.
        after_seq: begin behind this place; the hash of the link there is believed.
        limit: look at no more links than this; None goes to the end.
        heads: signed heads kept outside; needs `public_key`.
        public_key: the key they must be signed with.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    findings = Findings()
    kept = _KeptHeads(_signed_heads(heads, public_key, findings), findings)
    async with database.snapshot() as snapshot:
        reader = ChainReader(snapshot, owner_id)
        if not await reader.exists():
            findings.add(1, "dropped", "the table of chains is gone")
            return _report(owner_id, LinkWalk(findings), 0, is_complete=True)
        walk = LinkWalk(findings, last_seq=after_seq)
        await _begin(reader, walk)
        is_complete = await _walk_links(reader, walk, kept, limit)
        if is_complete:
            kept.pass_end(walk.last_seq)
            await _find_misplaced(reader, findings)
    return _report(owner_id, walk, after_seq, is_complete=is_complete)


def _signed_heads(
    heads: Sequence[SignedHead], public_key: Ed25519PublicKey | None, findings: Findings
) -> list[SignedHead]:
    signed = []
    for kept in heads:
        if public_key is not None and kept.is_signed_by(public_key):
            signed.append(kept)
        else:
            findings.add(kept.head.seq, "signature", f"the head of {kept.head.at} is not signed by the key")
    return sorted((kept for kept in signed if kept.head.seq > 0), key=lambda kept: kept.head.seq)


async def _begin(reader: ChainReader, walk: LinkWalk) -> None:
    if walk.last_seq == 0:
        await _find_below_start(reader, walk.findings)
        return
    believed = await reader.hash_at(walk.last_seq)
    if believed is None:
        walk.findings.add(walk.last_seq, "gap", f"link {walk.last_seq} is missing")
    else:
        walk.last_hash = believed


async def _find_below_start(reader: ChainReader, findings: Findings) -> None:
    """Find links that the walk, which begins with link 1, would never come to."""
    total, below = await reader.below_start(limit=LISTED)
    for one in below:
        findings.add(1, "outside", f"a link stands at place {one.place}, and the chain counts from 1", one.id)
    findings.count_more("outside", total - len(below))


async def _walk_links(reader: ChainReader, walk: LinkWalk, kept: _KeptHeads, limit: int | None) -> bool:
    """Look at link after link; return whether the chain's end was reached."""
    seen_windows: set[str] = set()
    seen_rulebooks: set[str] = set()
    while limit is None or walk.links < limit:
        room = BATCH if limit is None else min(BATCH, limit - walk.links)
        links = await reader.links(after=walk.last_seq, limit=room)
        await asyncio.to_thread(walk.check, links)
        kept.pass_links(links)
        await _check_windows(reader, walk, seen_windows)
        await _check_rulebooks(reader, walk, seen_rulebooks)
        if len(links) < room:
            return True
    return not await reader.links(after=walk.last_seq, limit=1)


async def _check_windows(reader: ChainReader, walk: LinkWalk, seen: set[str]) -> None:
    new = [sha256 for sha256 in walk.windows if sha256 not in seen]
    if not new:
        return
    seen.update(new)
    digests = await reader.window_digests(new)
    for sha256 in new:
        if sha256 not in digests:
            walk.findings.add(walk.windows[sha256], "window", f"the window {sha256} is gone")
        elif digests[sha256] != sha256:
            walk.findings.add(walk.windows[sha256], "window", f"the bytes of the window {sha256} were altered")


async def _check_rulebooks(reader: ChainReader, walk: LinkWalk, seen: set[str]) -> None:
    new = [name for name in walk.rulebooks if name not in seen]
    if not new:
        return
    seen.update(new)
    snapshots = await reader.rulebooks(new)
    for name in new:
        if (fault := _rulebook_fault(name, snapshots.get(name))) is not None:
            walk.findings.add(walk.rulebooks[name], "rulebook", f"the rulebook {name}: {fault}")


def _rulebook_fault(name: str, snapshot: str | None) -> str | None:
    if snapshot is None:
        return "it is gone"
    try:
        found = Rulebook.from_dict(orjson.loads(snapshot)).hash
    except (RulebookError, orjson.JSONDecodeError, AttributeError, KeyError) as error:
        return str(error)
    return None if found == name else f"its content has the hash {found}"


async def _find_misplaced(reader: ChainReader, findings: Findings) -> None:
    total, outside = await reader.outside(limit=LISTED)
    for one in outside:
        findings.add(one.place, "outside", f"the decision {one.id} has no link in the chain", one.id)
    findings.count_more("outside", total - len(outside))
    total, undecided = await reader.undecided(limit=LISTED)
    for one in undecided:
        findings.add(one.place, "undecided", f"the run {one.id} completed, and its decision is gone")
    findings.count_more("undecided", total - len(undecided))


def _report(owner_id: str, walk: LinkWalk, after_seq: int, *, is_complete: bool) -> VerifyReport:
    return VerifyReport(
        owner_id=owner_id,
        after_seq=after_seq,
        last_seq=walk.last_seq,
        links=walk.links,
        is_complete=is_complete,
        head_hash=walk.last_hash if walk.last_seq else None,
        findings=walk.findings.listed(),
        counts=dict(walk.findings.counts),
    )
