"""What the command line says of a run, as the subject and the suites it means.

A `Choice` is light: who hands out the work need not load what the work is done with. So it makes its subject where it
is first asked something, and every import of a subject stands where one is made.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

from evals.assignments import Tuning, assignments, tuning
from evals.cases.case import Suite
from evals.cases.shipped import SHIPPED
from evals.subjects.asked import Asked
from evals.subjects.found import Found, Subject
from tools.errors import InvalidParameter

SubjectName = Literal["ict", "random", "no-trade", "peer"]

_COACH: Final = "coach"
_OFFLINE: Final = "offline"
_PEER: Final = "smartmoneyconcepts"
_PROFILE_FILES: Final = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What is put to the test, itself a subject.

    Attributes:
        subject: this service, or a baseline.
        profile: a shipped profile's name or a file of one's own; None judges each case by its own.
        assignments: parameters of rules, ``RULE.PARAM=VALUE``.
        model: who speaks for the coach; None is the offline model.
        repeats: how often each conversation is held.
    """

    subject: SubjectName = "ict"
    profile: str | None = None
    assignments: tuple[str, ...] = ()
    model: str | None = None
    repeats: int = 1

    @property
    def name(self) -> str:
        """How reports call it."""
        return self.subject

    @property
    def is_deterministic(self) -> bool:
        """Whether no model is asked over the network."""
        return self.model in (None, _OFFLINE)

    @property
    def is_told_amounts(self) -> bool:
        """Whether the subject is the one that guesses as often as is labelled."""
        return self.subject == "random"

    def check(self) -> None:
        """Refuse, before anything is loaded, what cannot be meant.

        Raises:
            InvalidParameter: an option does not go with the subject, is none, or lacks something.
        """
        if self.subject != "ict":
            self._check_no_options()
        if self.subject == "peer" and find_spec(_PEER) is None:
            raise InvalidParameter(
                f"--subject peer needs the package {_PEER}: pip install {_PEER}",
                field="--subject", expected="ict, random or no-trade", got="peer",
            )  # fmt: skip
        _tuning(self.assignments)
        _check_model(self.model)

    def identity(self) -> dict[str, Any]:
        """Return that of the subject.

        Raises:
            UnknownProfile, RulebookError: there is no such profile, rule or parameter.
        """
        return _made(self).identity()

    def find(self, asked: Asked) -> Found:
        """Look at a case with the subject.

        Raises:
            DataError: the case cannot be read by it.
        """
        return _made(self).find(asked)

    def sources(self, named: Sequence[str]) -> tuple[str, ...]:
        """Return the suites that were named, or all shipped ones; of a baseline without the coach's: it cannot talk."""
        if named:
            return tuple(named)
        return tuple(name for name in SHIPPED if self.subject == "ict" or name != _COACH)

    def _check_no_options(self) -> None:
        repeats = None if self.repeats == 1 else self.repeats
        given = {"--profile": self.profile, "--set": self.assignments, "--model": self.model, "--repeats": repeats}
        for name, value in given.items():
            if value:
                raise InvalidParameter(
                    f"{name} does not go with --subject {self.subject}, which has none",
                    field=name, expected="--subject ict", got=str(value),
                )  # fmt: skip


def load(source: str) -> Suite:
    """Load a suite, and what loading takes.

    Raises:
        DataError: there is none, or it has faults.
    """
    from evals.cases.suites import load_suite

    return load_suite(source)


class Loading:
    """Loads each suite once in a process; another process that is told of it loads its own."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[str, Suite] = {}

    def __call__(self, source: str) -> Suite:
        """Return a suite by its name or path.

        Raises:
            DataError: there is none, or it has faults.
        """
        if source not in self._known:
            self._known[source] = load(source)
        return self._known[source]

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process is told: nothing."""
        return {"_known": {}}


@cache
def _made(choice: Choice) -> Subject:
    if choice.subject == "random":
        from evals.subjects.baselines import RandomDetector

        return RandomDetector()
    if choice.subject == "no-trade":
        from evals.subjects.baselines import NoTrade

        return NoTrade()
    if choice.subject == "peer":
        from evals.subjects.peer import PeerSubject

        return PeerSubject()
    return _service(choice)


def _service(choice: Choice) -> Subject:
    from evals.subjects.analysis import AnalysisSubject
    from evals.subjects.coach import CoachSubject
    from evals.subjects.service import ServiceSubject

    profile = None if choice.profile is None else _profile(choice.profile)
    analysis = AnalysisSubject(profile, _tuning(choice.assignments))
    analysis.rulebook("strict")  # which also finds fault with the profile and the parameters
    return ServiceSubject(analysis, CoachSubject(choice.model, choice.repeats))


def _profile(text: str) -> str | Path:
    path = Path(text)
    return path if path.suffix in _PROFILE_FILES else text


def _tuning(said: Sequence[str]) -> Tuning:
    return tuning((one, one.values[0]) for one in assignments(said))


def _check_model(model: str | None) -> None:
    if model not in (None, _OFFLINE) and not (os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")):
        raise InvalidParameter(
            f"--model {model} needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that takes none",
            field="--model", expected="offline, or a model whose server is known", got=str(model),
        )  # fmt: skip
