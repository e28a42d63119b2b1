"""The rulebooks in use: those of the profiles in the folder, traders' own, and either with an owner's limits."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rulebook.book import Rulebook
from rulebook.facts import Scalar
from rulebook.loader import ProfileText, check_profile, known_profiles, load_rulebook
from tools.errors import InvalidParameter, InvalidProfile, RulebookError

_KEPT: Final = 64


class Rulebooks:
    """Every profile's rulebook, read once at start-up; others are read when they are first asked for, and kept."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read those in the folder.

        Args:
            folder: where ``rules/`` and ``profiles/`` lie; None takes those shipped.

        Raises:
            RulebookError: with every fault of every file.
        """
        self._folder = folder
        self._known = {profile: load_rulebook(profile, folder=folder) for profile in known_profiles(folder)}
        self._made: OrderedDict[tuple[str, ...], Rulebook] = OrderedDict()

    @property
    def profiles(self) -> tuple[str, ...]:
        """The known profiles, sorted."""
        return tuple(sorted(self._known))

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
        return self._keep(("own", text), made)

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
