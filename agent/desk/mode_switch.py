"""Change the trading mode: by the table of steps, with a confirmation where one is due, and to a stop at once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from agent.analysis.permission import EMERGENCY_STOP, MODES
from agent.desk.modes import USUAL_MODE, Need, Step, Way, lacking, step, ways, why_no_step
from agent.desk.news import News
from agent.store.desk import DeskRepository, InForce, Setting
from tools.errors import ConfirmationNeeded, InvalidParameter, TransitionRefused

TOKEN_LIFETIME_S: Final = 60
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ModeState:
    """The mode in force.

    Attributes:
        mode: one of `agent.analysis.permission.MODES`.
        version: its snapshot's number, 0 while it was never changed.
        since: UTC epoch seconds; None while it was never changed.
        changed_by: who changed it, None likewise.
        reason: why, where that was said.
        ways: every other mode, and what stands between.
    """

    mode: str
    version: int
    since: int | None
    changed_by: str | None
    reason: str | None
    ways: tuple[Way, ...]


def mode_of(settings: InForce) -> str:
    """Return the mode among the settings in force."""
    setting = settings.settings.get("mode")
    return USUAL_MODE if setting is None else str(setting.document["mode"])


class ModeSwitch:
    """Show and change an owner's mode."""

    def __init__(self, repository: DeskRepository, news: News, clock: Callable[[], int]) -> None:
        """Work on these; `clock` gives UTC epoch seconds."""
        self._repository = repository
        self._news = news
        self._clock = clock

    async def state(self, owner_id: str) -> ModeState:
        """Return the mode in force, and where it may go."""
        return await self._state(await self._repository.in_force(owner_id))

    async def change(
        self,
        to_mode: str,
        *,
        owner_id: str,
        changed_by: str,
        token: str | None = None,
        expected_version: int | None = None,
        reason: str | None = None,
    ) -> ModeState:
        """Go to a mode; to the one in force, or to the emergency stop, without any further question.

        Args:
            to_mode: where to.
            owner_id: whose mode.
            changed_by: who asks.
            token: the confirmation an earlier call gave, for a step that takes one.
            expected_version: the version the caller looked at; None takes whatever is in force.
            reason: why, for the record.

        Raises:
            InvalidParameter: there is no such mode.
            SettingChanged: another version is in force.
            TransitionRefused: there is no such step, or something it needs is not there.
            ConfirmationNeeded: the step takes a token, and none or none that is good came; carries a new one.
        """
        if to_mode not in MODES:
            known = ", ".join(MODES)
            raise InvalidParameter(f"there is no mode {to_mode!r}", field="mode", expected=known, got=repr(to_mode))
        if to_mode == EMERGENCY_STOP:
            return await self.stop(owner_id=owner_id, changed_by=changed_by, reason=reason)
        settings = await self._repository.in_force(owner_id)
        mode, version = mode_of(settings), settings.version("mode")
        if expected_version is not None and expected_version != version:
            raise await self._repository.moved_on("mode", owner_id=owner_id, expected_version=expected_version)
        if to_mode == mode:
            return await self._state(settings)
        taken = await self._allowed(mode, to_mode, settings)
        if taken.is_confirmed and token is None:
            raise await self._ask(taken, owner_id, f"to go from {mode} to {to_mode} must be confirmed")
        changed = await self._repository.change_mode(
            mode,
            to_mode,
            owner_id=owner_id,
            expected_version=version,
            token=token,
            needs_confirmation=taken.is_confirmed,
            changed_by=changed_by,
            changed_at=self._clock(),
            reason=reason,
        )
        if changed is None:
            if await self._repository.count("mode", owner_id=owner_id) != version:
                raise await self._repository.moved_on("mode", owner_id=owner_id, expected_version=version)
            raise await self._ask(taken, owner_id, "the token was used, has expired, or was given for another step")
        return await self._state(settings, changed)

    async def stop(self, *, owner_id: str, changed_by: str, reason: str | None) -> ModeState:
        """Stop everything at once, from whatever mode; a stop that is on stays as it is."""
        changed = await self._repository.stop(
            owner_id=owner_id, changed_by=changed_by, changed_at=self._clock(), reason=reason
        )
        return await self._state(await self._repository.in_force(owner_id), changed)

    async def _state(self, settings: InForce, changed: Setting | None = None) -> ModeState:
        """Return the mode as a change left it, whatever came after; without one, the mode among the settings."""
        setting = changed or settings.settings.get("mode")
        mode = USUAL_MODE if setting is None else str(setting.document["mode"])
        return ModeState(
            mode=mode,
            version=0 if setting is None else setting.version,
            since=None if setting is None else setting.changed_at,
            changed_by=None if setting is None else setting.changed_by,
            reason=None if setting is None else setting.reason,
            ways=ways(mode, await self._has(settings)),
        )

    async def _allowed(self, mode: str, to_mode: str, settings: InForce) -> Step:
        taken = step(mode, to_mode)
        if taken is None:
            sentence = why_no_step(mode, to_mode)
            raise TransitionRefused(sentence, lacks=(sentence,))
        lacks = lacking(taken, await self._has(settings))
        if lacks:
            raise TransitionRefused(f"{to_mode} cannot be reached yet: {'; '.join(lacks)}", lacks=lacks)
        return taken

    async def _ask(self, taken: Step, owner_id: str, because: str) -> ConfirmationNeeded:
        now, token = self._clock(), secrets.token_urlsafe(_TOKEN_BYTES)
        expires_at = now + TOKEN_LIFETIME_S
        await self._repository.keep_confirmation(
            token,
            owner_id=owner_id,
            from_mode=taken.from_mode,
            to_mode=taken.to_mode,
            now=now,
            expires_at=expires_at,
        )
        return ConfirmationNeeded(
            f"{because}: ask again with confirmation_token within {TOKEN_LIFETIME_S} seconds",
            token=token,
            expires_at=expires_at,
        )

    async def _has(self, settings: InForce) -> frozenset[Need]:
        has: dict[Need, bool] = {
            "account": settings.version("account") > 0,
            "risk": settings.version("risk") > 0,
            "calendar": await self._news.is_known_ahead(self._clock()),
        }
        return frozenset(need for need, is_there in has.items() if is_there)
