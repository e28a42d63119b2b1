"""Calibration: how often trades of a graded strength won, as measured, in place of the bare grade.

`ict eval calibrate` fits one on the outcomes of walked-forward decisions and writes it as JSON; a rulebook that carries
it says the measured frequency as its confidence, and names the calibration.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import rfc8785

from rulebook.checks import Checker
from rulebook.located import Located, Problems, read_yaml
from tools.errors import RulebookError

FORMAT = "ict-calibration/1"
PLACES = 4
"""Decimal places of a confidence, and of every knot."""

_VERSION_LENGTH = 12
_HASH = re.compile(r"[0-9a-f]{64}")
_KEYS = ("format", "version", "rulebook_hash", "knots", "fitted_on", "reported_on")
_FITTED_ON = ("n", "from", "to", "sources")
_REPORTED_ON = ("n", "brier_before", "brier_after")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Hold what a graded strength was worth.

    Attributes:
        rulebook_hash: The rulebook whose decisions were walked, without any calibration.
        knots: (graded strength, share that won), by ascending strength, shares never falling; 0 to 1 each. Between
            two knots the share runs straight, beyond the outer ones it stays.
        fitted_on: How many outcomes of which days and candles the knots come from: `n`, `from`, `to`, `sources`.
        reported_on: What they were worth on other days: `n`, `brier_before`, `brier_after` and what else was measured.
        version: The first 12 hex digits of the SHA-256 over the RFC 8785 form of everything above and the format.
    """

    rulebook_hash: str
    knots: tuple[tuple[float, float], ...]
    fitted_on: Mapping[str, Any]
    reported_on: Mapping[str, Any]
    version: str = field(init=False)

    def __post_init__(self) -> None:
        """Compute the version."""
        digest = hashlib.sha256(rfc8785.dumps(self._content())).hexdigest()
        object.__setattr__(self, "version", digest[:_VERSION_LENGTH])

    @property
    def basis(self) -> str:
        """What a decision says its confidence rests on."""
        return f"calibration {self.version}"

    def confidence(self, strength: float) -> float:
        """Return the share of trades of a graded strength that won, 0 to 1, to four places.

        Only + − × ÷ and comparisons of doubles are used, so the figure is the same bits everywhere.
        """
        place = bisect_right(self.knots, strength, key=lambda knot: knot[0])
        if place == 0:
            return self.knots[0][1]
        if place == len(self.knots):
            return self.knots[-1][1]
        (low, share), (high, next_share) = self.knots[place - 1], self.knots[place]
        return round(share + (next_share - share) * ((strength - low) / (high - low)), PLACES)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values, the version beside what it is the version of."""
        return {**self._content(), "version": self.version}

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "rulebook_hash": self.rulebook_hash,
            "knots": [list(knot) for knot in self.knots],
            "fitted_on": dict(self.fitted_on),
            "reported_on": dict(self.reported_on),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote, in a rulebook's snapshot.

        Raises:
            KeyError, TypeError, ValueError: When it is damaged, or not what its own version says.
        """
        knots = tuple((float(strength), float(share)) for strength, share in data["knots"])
        read = cls(data["rulebook_hash"], knots, data["fitted_on"], data["reported_on"])
        if data["format"] != FORMAT or read.version != data["version"]:
            raise ValueError(f"calibration {data['version']!r} of format {data['format']!r} is {read.version}")
        return read

    def text(self) -> str:
        """Return it as the file `read_calibration` reads: JSON, its top-level keys and knots a line each."""
        plain = self.to_dict()
        knots = ",\n".join(f"    {json.dumps(knot)}" for knot in plain["knots"])
        lines = [f'  "{key}": {json.dumps(plain[key])}' for key in ("format", "version", "rulebook_hash")]
        lines += [f'  "knots": [\n{knots}\n  ]']
        for key in ("fitted_on", "reported_on"):
            inside = ",\n".join(f'    "{name}": {json.dumps(value)}' for name, value in plain[key].items())
            lines.append(f'  "{key}": {{\n{inside}\n  }}')
        return "{\n" + ",\n".join(lines) + "\n}\n"


def read_calibration(path: Path) -> Calibration:
    """Read a calibration's file.

    Raises:
        RulebookError: When it cannot be read, is of another format or shape, or was altered; every fault, each as
            `path:line: what is wrong; what to write instead`.
    """
    problems = Problems()
    check = Checker(str(path), problems)
    root = read_yaml(path, problems)  # of which JSON is a part, and which knows the line of every value
    read = None if root is None else _read(root, check)
    if problems.found or read is None:
        raise RulebookError(problems.messages())
    return read


def _read(root: Located, check: Checker) -> Calibration | None:
    entries = check.mapping(root, "the calibration", _KEYS)
    if len(entries) < len(_KEYS):
        return None
    check.choice(entries["format"], "format", (FORMAT,))
    rulebook_hash = check.text(entries["rulebook_hash"], "rulebook_hash")
    if rulebook_hash is not None and not _HASH.fullmatch(rulebook_hash):
        check.note(entries["rulebook_hash"].line, "rulebook_hash is no SHA-256", "write 64 hexadecimal digits")
    read_knots = [(_knot(one, check), one.line) for one in check.items(entries["knots"], "knots")]
    placed = [(knot, line) for knot, line in read_knots if knot is not None]
    _check_order(placed, check)
    for key, needed in (("fitted_on", _FITTED_ON), ("reported_on", _REPORTED_ON)):
        _check_measured(entries[key], key, needed, check)
    version = check.text(entries["version"], "version")
    if check.problems.found or rulebook_hash is None:
        return None
    knots = tuple(knot for knot, _ in placed)
    read = Calibration(rulebook_hash, knots, entries["fitted_on"].plain(), entries["reported_on"].plain())
    if read.version != version:
        wrong = f"version is {version}, but the content's is {read.version}: it was altered"
        check.note(entries["version"].line, wrong, "take the file as it was written, or fit it again")
        return None
    return read


def _knot(node: Located, check: Checker) -> tuple[float, float] | None:
    pair = check.items(node, "a knot")
    numbers = [check.number(one, "a knot's number") for one in pair]
    if len(pair) != 2 or any(one is None or not 0 <= one <= 1 for one in numbers):
        check.note(node.line, "a knot is no pair of shares", "write [strength, share that won], 0 to 1 each")
        return None
    strength, share = (float(one) for one in numbers if one is not None)
    return strength, share


def _check_order(placed: list[tuple[tuple[float, float], int]], check: Checker) -> None:
    for ((low, share), _), ((high, next_share), line) in pairwise(placed):
        if low >= high or share > next_share:
            wrong = f"knot [{high:g}, {next_share:g}] stands behind [{low:g}, {share:g}]"
            check.note(line, wrong, "write knots of rising strength whose shares never fall")


def _check_measured(node: Located, what: str, needed: tuple[str, ...], check: Checker) -> None:
    """Note what is missing of a measurement; further figures may stand beside."""
    named = check.named(node, what)
    for key in needed:
        if key not in named:
            check.note(node.line, f"{what} has no {key!r}", f"add {key}")
    if "n" in named:
        check.number(named["n"], f"{what}.n")
