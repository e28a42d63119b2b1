"""A desk in memory: the twin of `agent.desk.desk.Desk` for an owner who has set a mode and nothing else."""

from collections.abc import Callable

from agent.analysis.request import AnalysisRequest
from agent.desk.desk import made_whole, stand_of, with_calendar
from agent.desk.judging import Judged, judge, judged
from agent.desk.state import DeskState
from agent.rulebooks import Rulebooks
from agent.store.desk import InForce, Setting
from rulebook.book import Rulebook
from tools.economic_calendar.port import EconomicCalendar

_OWNER = "owner"


class MemoryDesk:
    """No account, no risk settings and no profile of one's own; passes for `OwnersDesk` and for `Preparation`."""

    def __init__(self, rulebooks: Rulebooks, calendar: EconomicCalendar, clock: Callable[[], int]) -> None:
        """Start in the usual mode.

        Args:
            rulebooks: those of every profile.
            calendar: what is scheduled, where a request brings nothing.
            clock: UTC epoch seconds.
        """
        self._rulebooks = rulebooks
        self._calendar = calendar
        self._clock = clock
        self._state = DeskState(InForce({}, (0, 0)), None)

    def set_mode(self, mode: str | None) -> None:
        """Change the trading mode now; None is the usual one."""
        document = {"mode": mode}
        setting = Setting("mode", 1, document, changed_by=_OWNER, changed_at=self._clock(), reason=None)
        self._state = DeskState(InForce({} if mode is None else {"mode": setting}, (0, 0)), None)

    async def state(self, owner_id: str) -> DeskState:
        """Return how the desk stands, whoever asks."""
        return self._state

    async def judged(self, owner_id: str) -> Judged:
        """Return what judges a request that names no profile."""
        return await judged(self._rulebooks, self._state.profile, self._state.risk)

    async def rulebook(self, profile: str | None, *, owner_id: str) -> Rulebook:
        """Return the rulebook of a profile; see `OwnersDesk`."""
        return await judge(self._rulebooks, profile, self._state.profile, self._state.risk)

    async def prepare(self, request: AnalysisRequest, *, owner_id: str) -> tuple[AnalysisRequest, Rulebook]:
        """Fill in what a caller left out, as the service's desk does; see `Preparation`."""
        rulebook = await self.rulebook(request.profile, owner_id=owner_id)
        whole = made_whole(request, self._state, rulebook, stand_of(self._state), self._clock())
        return await with_calendar(whole, self._calendar, rulebook), rulebook
