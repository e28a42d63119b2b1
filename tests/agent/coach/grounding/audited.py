"""Answers and their twins by an independent auditor, a set written before the tuning on his, and one written after.

A line of each file is one honest answer, what it speaks of, what the user had said, and the alterations that make it
false, each alone.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from agent.coach.grounding.check import check_answer
from agent.coach.grounding.claims import Claim, Evidence
from rulebook.loader import load_rulebook
from tests.agent.coach.grounding.recorded import recorded_answers

FOLDER: Final = Path(__file__).parent
RULES: Final = {rule.id: rule.name for profile in ("strict", "relaxed") for rule in load_rulebook(profile).rules}
_ABOUT: Final = {
    "eur": (0, 5), "gbp": (1, 4, 18), "both": (0, 1), "size": (0, 24), "ev": (18, 19),
    "chart": (25, 26, 28, 29, 30, 31, 32, 33, 34, 35, 36), "cmp": (13,), "wz": (0, 7), "wf": (1, 8), "wp": (6,),
    "rule": (15, 14), "list": (12,), "mix": (0, 5, 1, 4, 18, 19, 13),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Audited:
    """An honest answer; each twin replaces one text by another, which makes it false."""

    about: str
    text: str
    said: tuple[str, ...]
    twins: tuple[tuple[str, str], ...]

    @property
    def evidence(self) -> Sequence[Evidence]:
        """What the tools had answered."""
        return spoken(self.about)

    def false(self) -> Iterator[str]:
        """Yield the answers made false."""
        for old, new in self.twins:
            assert old in self.text, (old, self.text)
            yield self.text.replace(old, new, 1)

    def unsupported(self, text: str) -> tuple[Claim, ...]:
        """Return what the checker refuses of a text."""
        return check_answer(text, self.evidence, self.said, RULES).unsupported


@cache
def spoken(about: str) -> tuple[Evidence, ...]:
    return tuple(recorded_answers()[at] for at in _ABOUT[about])


@cache
def audited(name: str) -> tuple[Audited, ...]:
    """Read one of the sets: ``audited``, ``fresh`` or ``untuned``."""
    told = json.loads((FOLDER / f"{name}_answers.json").read_text())
    return tuple(
        Audited(one["about"], one["text"], tuple(one["said"]), tuple((old, new) for old, new in one["twins"]))
        for one in told
    )


def flagged(name: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the honest answers the checker refuses, with what of them."""
    found = [(one, one.unsupported(one.text)) for one in audited(name)]
    return [(one.text, [(claim.text, claim.reason) for claim in refused]) for one, refused in found if refused]


def missed(name: str) -> list[tuple[str, str]]:
    """Return the false answers nothing is refused of that is not refused of the honest one."""
    found = []
    for one in audited(name):
        own = {(claim.text, claim.reason) for claim in one.unsupported(one.text)}
        for twin, (old, new) in zip(one.false(), one.twins, strict=True):
            refused = {(claim.text, claim.reason) for claim in one.unsupported(twin)}
            if not refused or refused == own:
                found.append((f"{old} => {new}", twin))
    return found
