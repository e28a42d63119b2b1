"""What makes a request whole before it is accepted, as a port: the owner's settings and the rulebook to judge by."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from agent.analysis.request import AnalysisRequest
from rulebook.book import Rulebook

USUAL_PROFILE: Final = "strict"
"""What judges where neither the caller nor the owner says."""


class Preparation(Protocol):
    """Fill in what a caller left out, and name the rulebook.

    What comes back is all that a decision looks at: a replay needs nothing of this any more.
    """

    async def prepare(self, request: AnalysisRequest, *, owner_id: str) -> tuple[AnalysisRequest, Rulebook]:
        """Return the request with every gap filled, and the rulebook that judges it.

        Raises:
            InvalidParameter: something is left out that nobody has set, or does not fit together.
            UnknownProfile: the profile has no rulebook.
            InvalidProfile: the owner's own profile does not fit the rules of today.
            StoreUnavailable: the database did not answer.
        """
        ...

    async def rulebook(self, profile: str | None, *, owner_id: str) -> Rulebook:
        """Return the rulebook by which a profile, or the owner's usual one, judges the owner's requests.

        Raises:
            UnknownProfile, InvalidProfile, InvalidParameter, StoreUnavailable: as `prepare` does.
        """
        ...


class AsGiven:
    """Take every request as it stands, judged by its profile's own rulebook: nobody keeps any settings."""

    def __init__(self, rulebooks: Callable[[str], Rulebook]) -> None:
        """Judge by these.

        Args:
            rulebooks: gives the rulebook of a profile; raises ``UnknownProfile``.
        """
        self._rulebooks = rulebooks

    async def prepare(self, request: AnalysisRequest, *, owner_id: str) -> tuple[AnalysisRequest, Rulebook]:
        """Return the request with its profile named, and that profile's rulebook; see `Preparation`."""
        rulebook = await self.rulebook(request.profile, owner_id=owner_id)
        return replace(request, profile=request.profile or USUAL_PROFILE), rulebook

    async def rulebook(self, profile: str | None, *, owner_id: str) -> Rulebook:
        """Return a profile's rulebook; see `Preparation`."""
        return self._rulebooks(profile or USUAL_PROFILE)
