"""The audit of an open service: heads, verification, metrics and examples, owner by owner."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent.audit.content import FIRST_PREVIOUS
from agent.audit.findings import VerifyReport
from agent.audit.heads import Head, SignedHead, Signer, public_key_pem
from agent.audit.metrics import Metrics, RuleExamples, read_examples, read_metrics
from agent.audit.verify import verify_chain
from agent.store.chain import chain_end
from agent.store.decisions import DecisionFilter
from agent.store.pool import Database
from tools.errors import InvalidParameter
from tools.times import iso_utc

CHECKS_AT_ONCE: Final = 2
"""A check holds a connection of its own and fills a core: few at a time, the others wait."""
COUNTS_AT_ONCE: Final = 2
"""So does a count, which is quicker: none waits for a check."""


class Audit:
    """Ask about an owner's record as a whole."""

    def __init__(self, database: Database, key_folder: Path, clock: Callable[[], int]) -> None:
        """Take the parts.

        Args:
            database: open.
            key_folder: where the key lies that signs heads; the first head makes it.
            clock: UTC epoch seconds, for the time a head is signed at.
        """
        self._database = database
        self._key_folder = key_folder
        self._clock = clock
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._counts = asyncio.Semaphore(COUNTS_AT_ONCE)

    async def head(self, *, owner_id: str) -> SignedHead:
        """Sign what the owner's chain ends with now.

        Raises:
            StoreUnavailable: the database did not answer, or the key cannot be read or made.
        """
        signer = await self._signer()
        end = chain_end(await self._database.one("chain_head", owner_id=owner_id))
        head = Head(owner_id, end.seq, end.hash or FIRST_PREVIOUS, end.decisions, iso_utc(self._clock()))
        return signer.sign(head)

    async def public_key(self) -> str:
        """Return the key that checks the signatures, PEM.

        Raises:
            StoreUnavailable: the key cannot be read or made.
        """
        return public_key_pem((await self._signer()).public_key)

    async def verify(
        self,
        *,
        owner_id: str,
        after_seq: int = 0,
        limit: int | None = None,
        heads: Sequence[SignedHead] = (),
        public_key: Ed25519PublicKey | None = None,
    ) -> VerifyReport:
        """Check an owner's chain, or a stretch of it; see `verify_chain`.

        Args:
            owner_id: whose.
            after_seq: begin behind this place.
            limit: look at no more links than this; None goes to the end.
            heads: signed heads kept outside.
            public_key: the key they must be signed with; None takes the one of this data folder.

        Raises:
            InvalidParameter: a head is another owner's.
            StoreUnavailable: the database did not answer, or the key cannot be read.
        """
        for kept in heads:
            if kept.head.owner != owner_id:
                raise InvalidParameter(
                    f"the head of {kept.head.at} is of the owner {kept.head.owner!r}, not of {owner_id!r}",
                    field="head",
                    expected=f"heads of {owner_id!r}",
                    got=repr(kept.head.owner),
                )
        if heads and public_key is None:
            public_key = (await self._signer()).public_key
        async with self._checks:
            return await verify_chain(
                self._database, owner_id, after_seq=after_seq, limit=limit, heads=heads, public_key=public_key
            )

    async def metrics(self, wanted: DecisionFilter | None = None, *, owner_id: str) -> Metrics:
        """Count recorded decisions; see `read_metrics`."""
        async with self._counts:
            return await read_metrics(self._database, wanted or DecisionFilter(), owner_id=owner_id)

    async def examples(
        self, rule_id: str, *, owner_id: str, outcome: str | None = None, limit: int = 20
    ) -> RuleExamples:
        """Return recorded verdicts of a rule, newest first; see `read_examples`."""
        return await read_examples(self._database, rule_id, owner_id=owner_id, outcome=outcome, limit=limit)

    async def _signer(self) -> Signer:
        return await asyncio.to_thread(Signer.of_folder, self._key_folder)
