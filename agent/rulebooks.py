"""The rulebooks in use: those of the profiles in the folder, traders' own, and either with an owner's limits."""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rulebook.book import Rulebook
from rulebook.calibration import Calibration
from rulebook.facts import Scalar
from rulebook.loader import ProfileText, check_profile, known_profiles, load_rulebook
from tools.errors import InvalidParameter, InvalidProfile, RulebookError

_KEPT: Final = 64
_logger = logging.getLogger(__name__)


class Rulebooks:
    """Every profile's rulebook, read once at start-up; others are read when they are first asked for, and kept."""

    def __init__(self, folder: Path | None = None, calibration: Calibration | None = None) -> None:
        """Read those in the folder.

        Args:
            folder: where ``rules/`` and ``profiles/`` lie; None takes those shipped.
            calibration: given to each profile, also a trader's own, whose rules have the hash it was fitted on, and
                kept by what an owner's limits make of that profile (`tuned`). Where no profile in the folder has these
                rules a warning is logged, for then it serves own profiles alone, or nobody.

        Raises:
            RulebookError: with every fault of every file.
        """
        self._folder = folder
        self._calibration = calibration
        loaded = {profile: load_rulebook(profile, folder=folder) for profile in known_profiles(folder)}
        self._known = {profile: self.calibrated(rulebook) for profile, rulebook in loaded.items()}
        self._made: OrderedDict[tuple[str, ...], Rulebook] = OrderedDict()
        if calibration is not None and not self._fitting:
            _logger.warning("%s", self.calibration_use)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The known profiles, sorted."""
        return tuple(sorted(self._known))

    @property
    def calibration_use(self) -> str | None:
        """Which profiles the calibration is said of, in words; None where there is none."""
        fitted = self._calibration
        if fitted is None:
            return None
        if self._fitting:
            return f"calibration {fitted.version} measures {', '.join(self._fitting)}"
        return (
            f"calibration {fitted.version} was fitted on rulebook {fitted.rulebook_hash}, which none of the profiles "
            f"{', '.join(self.profiles)} has: only an own profile with these rules takes it; otherwise fit one on the "
            "rules of today with ict eval calibrate, or unset ICT_CALIBRATION_FILE"
        )

    @property
    def _fitting(self) -> list[str]:
        return [profile for profile in self.profiles if self._known[profile].calibration is not None]

    def get(self, profile: str) -> Rulebook:
        """Return a profile's rulebook.

        Raises:
            UnknownProfile: there is no such profile.
        """
        known = self._known.get(profile)
        return known if known is not None else load_rulebook(profile, folder=self._folder)

    async def faults(self, text: str) -> list[str]:
        """Return every fault of a trader's own profile, ``profile:line: what is wrong; what to write instead``."""
        return await asyncio.to_thread(check_profile, ProfileText(None, text), self._folder)

    async def own(self, text: str) -> Rulebook:
        """Return the rulebook of a trader's own profile, given as YAML.

        Raises:
            InvalidProfile: it does not fit the rules of today.
        """
        kept = self._kept(("own", text))
        if kept is not None:
            return kept
        try:
            made = await asyncio.to_thread(load_rulebook, ProfileText(None, text), folder=self._folder)
        except RulebookError as error:
            raise InvalidProfile(error.problems, text=text) from error
        return self._keep(("own", text), self.calibrated(made))

    def tuned(self, rulebook: Rulebook, tuning: Mapping[str, Mapping[str, Scalar]]) -> Rulebook:
        """Return a rulebook with parameters replaced, `{rule id: {parameter: value}}`.

        Raises:
            InvalidParameter: the rulebook has no such rule or parameter, or it takes no such value.
        """
        if not tuning:
            return rulebook
        key = ("tuned", rulebook.profile, rulebook.hash, json.dumps(tuning))
        kept = self._kept(key)
        if kept is not None:
            return kept
        try:
            made = rulebook.tuned(tuning)
        except RulebookError as error:
            raise InvalidParameter(
                f"the limits of the risk settings do not fit the rulebook of profile {rulebook.profile}: {error}",
                field="profile", expected="a rulebook that has the limits set", got=rulebook.profile,
            ) from error  # fmt: skip
        return self._keep(key, made)

    def calibrated(self, rulebook: Rulebook) -> Rulebook:
        """Return a rulebook with the calibration, where it was fitted on these rules; else as it is."""
        return calibrated(rulebook, self._calibration)

    def _kept(self, key: tuple[str, ...]) -> Rulebook | None:
        found = self._made.get(key)
        if found is not None:
            self._made.move_to_end(key)
        return found

    def _keep(self, key: tuple[str, ...], made: Rulebook) -> Rulebook:
        self._made[key] = made
        if len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made


def calibrated(rulebook: Rulebook, calibration: Calibration | None) -> Rulebook:
    """Return a rulebook with the calibration that was fitted on its rules; as it is, where that is another or none."""
    if calibration is None or calibration.rulebook_hash != rulebook.hash:
        return rulebook
    return rulebook.calibrated(calibration)
