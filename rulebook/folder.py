"""A rulebook's folder: its rules, toggles and profiles, read together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rulebook.book import Rulebook
from rulebook.facts import VOCABULARY
from rulebook.located import Problems, nearest
from rulebook.profiles import Profile, ProfileReader, ProfileText, read_profiles
from rulebook.resolver import Resolver, check_toggles, kill_zones_of
from rulebook.rule_files import RuleDraft, read_rule_files
from rulebook.toggles import read_toggles
from tools.errors import RulebookError, UnknownProfile

SHIPPED = Path(__file__).parent
"""The folder of the rulebook this package ships."""


def known_profiles(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names `load_rulebook` knows, sorted."""
    return tuple(sorted(path.stem for path in ((folder or SHIPPED) / "profiles").glob("*.yaml")))


@dataclass(slots=True)
class RulebookFolder:
    """Read a rulebook's folder, noting every problem of every file.

    Attributes:
        home: Where `rules/`, `profiles/` and `toggles.yaml` lie.
        rule_file: A rule file from elsewhere that stands in for the folder's of the same id, or beside them.
        problems: Every problem found so far.
        drafts: The rules, once read.
        profiles: The profiles by name, once read.
    """

    home: Path
    rule_file: Path | None = None
    problems: Problems = field(default_factory=Problems)
    drafts: Sequence[RuleDraft] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def profile(self, wanted: str | Path | ProfileText) -> Profile | None:
        """Read everything and return the profile wanted; only to be used where no problem was noted.

        Raises:
            UnknownProfile: When there is no profile of that name, or no file at that path.
        """
        _must_exist(wanted, known_profiles(self.home))
        mine = self.read(None if isinstance(wanted, str) else wanted)
        return self.profiles.get(wanted) if isinstance(wanted, str) else mine

    def read(self, own: Path | ProfileText | None = None) -> Profile | None:
        """Read and check everything, and return the trader's own profile where one is given."""
        self.drafts = read_rule_files(self.home / "rules", VOCABULARY, self.problems, self.rule_file)
        by_id = {draft.id: draft for draft in self.drafts}
        toggles = read_toggles(self.home, by_id, self.problems)
        sound = not self.problems.found
        self.profiles, mine = read_profiles(self.home / "profiles", own, ProfileReader(by_id, toggles, self.problems))
        if sound:
            for one in self.profiles.values():
                Resolver.of(one, self.profiles, self.problems).check(self.drafts)
        if not self.problems.found:
            check_toggles(toggles, self.drafts, self.problems)
        return mine

    def rulebook(self, profile: Profile | None) -> Rulebook:
        """Resolve the rules by a profile."""
        if profile is None:
            raise RulebookError([f"{self.home}: the profile could not be read"])
        rules = Resolver.of(profile, self.profiles, self.problems).rules(self.drafts)
        named = {fact for rule in rules for fact in rule.facts}
        named |= {fact for draft in self.drafts for fact in draft.text_facts}
        specs = {fact: VOCABULARY[fact] for fact in sorted(named)}
        return Rulebook(profile.name, tuple(rules), specs, kill_zones_of(profile, self.profiles))


def _must_exist(wanted: str | Path | ProfileText, known: tuple[str, ...]) -> None:
    if isinstance(wanted, Path) and not wanted.is_file():
        raise UnknownProfile(
            f"there is no profile file {wanted}", field="profile", expected="a YAML file", got=str(wanted)
        )
    if isinstance(wanted, str) and wanted not in known:
        raise UnknownProfile(
            f"there is no profile {wanted!r}; {nearest(wanted, known)}",
            field="profile",
            expected=" or ".join(known),
            got=wanted,
        )
