"""The trading modes and the steps between them: a table of what each step needs."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from agent.analysis.permission import (
    ANALYSIS_ONLY,
    APPROVAL_REQUIRED,
    EMERGENCY_STOP,
    FULL_AUTO,
    MODES,
    SEMI_AUTO,
    SIMULATION,
)

Need = Literal["account", "risk", "calendar"]
NEEDS: Final[tuple[Need, ...]] = get_args(Need)
USUAL_MODE: Final = ANALYSIS_ONLY
LACKS: Final[dict[Need, str]] = {
    "account": "no account is set",
    "risk": "no risk settings are set",
    "calendar": "no economic calendar is known for the day ahead",
}
_LIVE: Final[tuple[Need, ...]] = ("account", "risk", "calendar")


@dataclass(frozen=True, slots=True)
class Step:
    """One step that may be taken.

    Attributes:
        from_mode: where it starts.
        to_mode: where it leads.
        needs: what must be there.
        is_confirmed: whether it takes a confirmation token.
    """

    from_mode: str
    to_mode: str
    needs: tuple[Need, ...] = ()
    is_confirmed: bool = False


STEPS: Final = (
    Step(ANALYSIS_ONLY, SIMULATION),
    Step(ANALYSIS_ONLY, APPROVAL_REQUIRED, ("account",), is_confirmed=True),
    Step(ANALYSIS_ONLY, SEMI_AUTO, _LIVE, is_confirmed=True),
    Step(SIMULATION, ANALYSIS_ONLY),
    Step(SIMULATION, APPROVAL_REQUIRED, ("account",), is_confirmed=True),
    Step(SIMULATION, SEMI_AUTO, _LIVE, is_confirmed=True),
    Step(APPROVAL_REQUIRED, ANALYSIS_ONLY),
    Step(APPROVAL_REQUIRED, SIMULATION),
    Step(APPROVAL_REQUIRED, SEMI_AUTO, _LIVE, is_confirmed=True),
    Step(SEMI_AUTO, ANALYSIS_ONLY),
    Step(SEMI_AUTO, SIMULATION),
    Step(SEMI_AUTO, APPROVAL_REQUIRED),
    Step(SEMI_AUTO, FULL_AUTO, _LIVE, is_confirmed=True),
    Step(FULL_AUTO, ANALYSIS_ONLY),
    Step(FULL_AUTO, SIMULATION),
    Step(FULL_AUTO, APPROVAL_REQUIRED),
    Step(FULL_AUTO, SEMI_AUTO),
    Step(EMERGENCY_STOP, ANALYSIS_ONLY, is_confirmed=True),
    *(Step(mode, EMERGENCY_STOP) for mode in MODES if mode != EMERGENCY_STOP),
)
"""Every step there is; what is not in it is refused. Down is free, and the emergency stop is one step from anywhere."""


@dataclass(frozen=True, slots=True)
class Way:
    """One mode as seen from where the owner stands: whether it can be reached, what it lacks, whether to confirm."""

    to_mode: str
    is_possible: bool
    lacks: tuple[str, ...]
    needs_confirmation: bool


def step(from_mode: str, to_mode: str) -> Step | None:
    """Return the step from one mode to another, or None where there is none."""
    return next((one for one in STEPS if (one.from_mode, one.to_mode) == (from_mode, to_mode)), None)


def lacking(taken: Step, has: frozenset[Need]) -> tuple[str, ...]:
    """Return what a step lacks, one sentence each; empty where it may be taken."""
    return tuple(LACKS[need] for need in taken.needs if need not in has)


def ways(from_mode: str, has: frozenset[Need]) -> tuple[Way, ...]:
    """Return every other mode, the most careful first, and what stands between."""
    return tuple(_way(from_mode, to_mode, has) for to_mode in MODES if to_mode != from_mode)


def why_no_step(from_mode: str, to_mode: str) -> str:
    """Say from where a mode can be reached that cannot be reached from here."""
    origins = ", ".join(mode for mode in MODES if step(mode, to_mode) is not None)
    return f"{to_mode} is reached only from {origins}, and the mode is {from_mode}"


def _way(from_mode: str, to_mode: str, has: frozenset[Need]) -> Way:
    found = step(from_mode, to_mode)
    if found is None:
        return Way(to_mode, False, (why_no_step(from_mode, to_mode),), False)
    lacks = lacking(found, has)
    return Way(to_mode, not lacks, lacks, found.is_confirmed)
