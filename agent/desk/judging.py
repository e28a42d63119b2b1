"""By which rulebook an owner's requests are judged: their profile and their limits, resolved together."""

from dataclasses import dataclass
from typing import Final

from agent.desk.limits import tuning
from agent.desk.settings import RiskSettings
from agent.desk.state import OwnProfile
from agent.rulebooks import Rulebooks
from agent.runs.preparation import USUAL_PROFILE
from rulebook.book import Rulebook
from tools.errors import InvalidParameter, InvalidProfile, UnknownProfile

OWN_PROFILE: Final = "own"
"""The name under which a request may ask for its owner's own profile, whatever that calls itself."""
RISK_RULE: Final = "7.1"
"""The rule that says between how many percent a trade may risk."""
_EVERYTHING_PCT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What judges a request that names no profile; None where the profile and the limits kept do not resolve today.

    Attributes:
        rulebook: with the owner's limits.
        faults: why there is none, one sentence each.
    """

    rulebook: Rulebook | None
    faults: tuple[str, ...] = ()


async def rulebook_of(rulebooks: Rulebooks, profile: str | None, own: OwnProfile | None) -> Rulebook:
    """Return the rulebook of a profile before any limits.

    Args:
        rulebooks: those in use.
        profile: a name, `OWN_PROFILE`, or None for the owner's own and, where there is none, the usual one.
        own: the owner's own profile, if any.

    Raises:
        UnknownProfile: there is no such profile.
        InvalidProfile: the own profile does not fit the rules of today.
    """
    if own is not None and profile in (None, OWN_PROFILE, own.name):
        return await rulebooks.own(own.text)
    if profile == OWN_PROFILE:
        raise UnknownProfile(
            "there is no own profile: none is set", field="profile",
            expected=" or ".join(rulebooks.profiles), got=OWN_PROFILE,
        )  # fmt: skip
    return rulebooks.get(profile or USUAL_PROFILE)


async def judge(rulebooks: Rulebooks, profile: str | None, own: OwnProfile | None, risk: RiskSettings) -> Rulebook:
    """Return the rulebook of a profile with the owner's limits; see `rulebook_of`.

    Raises:
        UnknownProfile, InvalidProfile: as `rulebook_of` does.
        InvalidParameter: the rulebook takes no such limits.
    """
    return rulebooks.tuned(await rulebook_of(rulebooks, profile, own), tuning(risk))


async def judged(rulebooks: Rulebooks, own: OwnProfile | None, risk: RiskSettings) -> Judged:
    """Return what judges a request that names no profile, or why nothing does; raises nothing."""
    try:
        return Judged(await judge(rulebooks, None, own, risk))
    except InvalidProfile as error:
        return Judged(None, error.problems)
    except (InvalidParameter, UnknownProfile) as error:
        return Judged(None, (str(error),))


async def check_together(rulebooks: Rulebooks, own: OwnProfile | None, risk: RiskSettings | None) -> None:
    """Resolve a profile and risk settings together, before either is kept.

    Args:
        rulebooks: those in use.
        own: the owner's own profile, None for the usual one.
        risk: the settings, None where none were made.

    Raises:
        InvalidProfile: the profile does not fit the rules of today.
        InvalidParameter: the risk lies outside what rule 7.1 allows, or the rulebook takes no such limits.
    """
    rulebook = await rulebook_of(rulebooks, None, own)
    if risk is None:
        return
    risk.check_within(_number(rulebook, "minimum") or 0.0, allowed_pct(rulebook), rulebook.profile)
    rulebooks.tuned(rulebook, tuning(risk))


def allowed_pct(rulebook: Rulebook) -> float:
    """Return the most a trade may risk by a rulebook, in percent; everything where no rule says."""
    maximum = _number(rulebook, "maximum")
    return _EVERYTHING_PCT if maximum is None else maximum


def _number(rulebook: Rulebook, name: str) -> float | None:
    value = rulebook.parameters.get(RISK_RULE, {}).get(name)
    return None if value is None or isinstance(value, bool | str) else float(value)
