"""Read and change an owner's profile, risk settings, account and kill switch; each change is a numbered snapshot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from agent.desk.judging import check_together
from agent.desk.settings import Account, KillSwitch, RiskSettings
from agent.desk.state import DeskState, OwnProfile
from agent.rulebooks import Rulebooks
from agent.store.desk import DeskRepository, Setting, SettingKind
from agent.store.records import Page
from rulebook.located import Problems, read_text
from tools.errors import InvalidProfile


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a setting and why; `expected_version` is the one they looked at, None for whatever is in force."""

    owner_id: str
    changed_by: str
    reason: str | None = None
    expected_version: int | None = None


class Configuration:
    """Change settings; the mode has a switch of its own."""

    def __init__(self, repository: DeskRepository, rulebooks: Rulebooks, clock: Callable[[], int]) -> None:
        """Work on these; `clock` gives UTC epoch seconds."""
        self._repository = repository
        self._rulebooks = rulebooks
        self._clock = clock

    async def put_risk(self, risk: RiskSettings, change: Change) -> Setting:
        """Set how trades are sized and what ends a day, once that resolves with the owner's profile.

        Raises:
            InvalidParameter: something of it cannot be, or the profile does not allow it; names the field.
            InvalidProfile: the owner's profile does not fit the rules of today.
            SettingChanged: another version is in force than the expected one.
        """
        state = DeskState(await self._repository.in_force(change.owner_id), None)
        await check_together(self._rulebooks, state.profile, risk.check())
        return await self._put("risk", risk.to_dict(), change)

    async def put_account(self, account: Account, change: Change) -> Setting:
        """State the account's balance as it is now; trades that close from now on are added to it.

        Raises:
            InvalidParameter: something of it cannot be; names the field.
            SettingChanged: as `put_risk` does.
        """
        return await self._put("account", account.check().to_dict(), change)

    async def put_kill_switch(self, switch: KillSwitch, change: Change) -> Setting:
        """Set what stops everything by itself.

        Raises:
            InvalidParameter, SettingChanged: as `put_account` does.
        """
        return await self._put("kill_switch", switch.check().to_dict(), change)

    async def put_profile(self, text: str | None, change: Change) -> Setting:
        """Set the owner's own profile, YAML, once it resolves with their risk settings; None is the usual one again.

        Raises:
            InvalidProfile: it has faults; lists every one.
            InvalidParameter: the risk settings do not fit it; names the field of theirs.
            SettingChanged: another version is in force than the expected one.
        """
        own = None if text is None else await self._read(text)
        state = DeskState(await self._repository.in_force(change.owner_id), None)
        await check_together(self._rulebooks, own, state.risk if state.has_risk else None)
        return await self._put("profile", {"profile": None if own is None else own.name, "yaml": text}, change)

    async def _read(self, text: str) -> OwnProfile:
        faults = await self._rulebooks.faults(text)
        if faults:
            raise InvalidProfile(faults, text=text)
        return OwnProfile((await self._rulebooks.own(text)).profile, text)

    async def history(self, kind: SettingKind, *, owner_id: str, limit: int, offset: int) -> Page[Setting]:
        """Return the snapshots of a setting, the mode's too, newest first."""
        return await self._repository.history(kind, owner_id=owner_id, limit=limit, offset=offset)

    async def _put(self, kind: SettingKind, document: Mapping[str, Any], change: Change) -> Setting:
        return await self._repository.put(
            kind,
            document,
            owner_id=change.owner_id,
            changed_by=change.changed_by,
            changed_at=self._clock(),
            reason=change.reason,
            expected_version=change.expected_version,
        )


def profile_text(document: Mapping[str, Any]) -> str:
    """Return a profile given as plain values as YAML, one key a line and in its own order."""
    written: str = yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, width=120)
    return written


def profile_document(text: str) -> Any:
    """Return a profile's YAML as plain values, its keys as they are written."""
    read = read_text(text, "profile", Problems())
    return None if read is None else read.plain()
