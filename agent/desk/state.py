"""An owner's desk as it stands: the settings in force read as values, and the ledger."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from agent.desk.ledger import Ledger, Statement
from agent.desk.mode_switch import mode_of
from agent.desk.settings import Account, KillSwitch, RiskSettings
from agent.store.desk import DeskRepository, InForce, Setting

_KEPT_LEDGERS: Final = 64


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """A trader's own profile: its name and its text, YAML."""

    name: str
    text: str


def own_profile(setting: Setting | None) -> OwnProfile | None:
    """Return the own profile that a snapshot keeps, None where it keeps none."""
    if setting is None or setting.document["yaml"] is None:
        return None
    return OwnProfile(setting.document["profile"], setting.document["yaml"])


@dataclass(frozen=True, slots=True)
class DeskState:
    """What an owner has set; `ledger` is None while no account is."""

    settings: InForce
    ledger: Ledger | None

    @property
    def mode(self) -> str:
        """The trading mode."""
        return mode_of(self.settings)

    @property
    def risk(self) -> RiskSettings:
        """The risk settings, the usual ones where none were made."""
        setting = self.settings.settings.get("risk")
        return RiskSettings() if setting is None else RiskSettings.from_dict(setting.document)

    @property
    def has_risk(self) -> bool:
        """Whether the owner has made risk settings."""
        return self.settings.version("risk") > 0

    @property
    def kill_switch(self) -> KillSwitch:
        """The kill switch; nothing of it is set where the owner never did."""
        setting = self.settings.settings.get("kill_switch")
        return KillSwitch() if setting is None else KillSwitch.from_dict(setting.document)

    @property
    def profile(self) -> OwnProfile | None:
        """The owner's own profile, None where there is none."""
        return own_profile(self.settings.settings.get("profile"))


class StateReader:
    """Read an owner's desk in one round trip, and in two more where the account or the trades have moved on."""

    def __init__(self, repository: DeskRepository) -> None:
        """Read from there."""
        self._repository = repository
        self._ledgers: OrderedDict[str, tuple[tuple[int, int, int], Ledger]] = OrderedDict()

    async def read(self, owner_id: str) -> DeskState:
        """Return how the desk stands now.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        settings = await self._repository.in_force(owner_id)
        return DeskState(settings, await self._ledger(owner_id, settings))

    async def _ledger(self, owner_id: str, settings: InForce) -> Ledger | None:
        stated = settings.settings.get("account")
        if stated is None:
            return None
        mark = (stated.version, *settings.ledger_mark)
        kept = self._ledgers.get(owner_id)
        if kept is None or kept[0] != mark:
            stated_before = await self._repository.statements(stated.version, owner_id=owner_id)
            statements = [Statement(Account.from_dict(one.document), one.changed_at) for one in stated_before]
            kept = mark, Ledger(statements, await self._repository.ledger(owner_id))
            self._ledgers[owner_id] = kept
        self._ledgers.move_to_end(owner_id)
        if len(self._ledgers) > _KEPT_LEDGERS:
            self._ledgers.popitem(last=False)
        return kept[1]
