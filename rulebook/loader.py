"""Load a rulebook: read every rule and profile, report every problem at once, resolve by a profile."""

from __future__ import annotations

from pathlib import Path

from rulebook.book import Rulebook
from rulebook.folder import SHIPPED, RulebookFolder, known_profiles
from rulebook.located import Problems
from rulebook.profiles import ProfileText
from tools.errors import RulebookError

__all__ = ["ProfileText", "Rulebook", "check_profile", "known_profiles", "load_parent", "load_rulebook"]


def load_rulebook(profile: str | Path | ProfileText = "strict", *, folder: Path | None = None) -> Rulebook:
    """Load every rule, resolved by a profile.

    Args:
        profile: The name of a profile in the folder, the `Path` of a trader's own profile file, or the
            `ProfileText` of one. A text is always taken for a name, never for a path, so that a name from
            the wire opens no file.
        folder: Where `rules/`, `profiles/` and `toggles.yaml` lie; the shipped ones by default.

    Raises:
        UnknownProfile: When there is no profile of that name, or no file at that path.
        RulebookError: When any rule, toggle or profile has a problem; it lists every problem of every file,
            each as `path:line: what is wrong; what to write instead`.
    """
    read = RulebookFolder(folder or SHIPPED)
    chosen = read.profile(profile)
    _stop_at(read.problems)
    return read.rulebook(chosen)


def load_parent(profile: str | Path | ProfileText, *, folder: Path | None = None) -> Rulebook | None:
    """Load the rulebook of the profile that one extends; None for strict and relaxed.

    Raises:
        UnknownProfile, RulebookError: As `load_rulebook` does.
    """
    read = RulebookFolder(folder or SHIPPED)
    chosen = read.profile(profile)
    _stop_at(read.problems)
    extends = None if chosen is None else chosen.extends
    return None if extends is None else read.rulebook(read.profiles[extends])


def check_profile(profile: str | Path | ProfileText, folder: Path | None = None) -> list[str]:
    """Return every fault of a trader's own profile, `label:line: what is wrong; what to write instead`.

    Args:
        profile: The profile as YAML text, as `ProfileText`, or its file.
        folder: Where `rules/`, `profiles/` and `toggles.yaml` lie; the shipped ones by default. Faults of
            these are returned as well.

    Returns:
        The faults by label and line; empty when the profile is right.
    """
    given = ProfileText(None, profile) if isinstance(profile, str) else profile
    read = RulebookFolder(folder or SHIPPED)
    read.profile(given)
    return read.problems.messages()


def _stop_at(problems: Problems) -> None:
    if problems.found:
        raise RulebookError(problems.messages())
