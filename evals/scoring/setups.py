"""Setups: how far entry, stop and targets lie from those that should be offered."""

from typing import Any, Final

from agent.labels import Labels, SetupLabel
from evals.scoring.bars import Bars
from evals.scoring.parts import Judged
from evals.subjects.found import Found

ALLOWED_TICKS: Final = 1.0
"""A tick either way is rounding."""


def score_setup(labels: Labels, found: Found, bars: Bars) -> Judged:
    """Hold the labelled setup against the one that was offered.

    Args:
        labels: what is true.
        found: what was found.
        bars: those of the finest timeframe; multiples of ATR are of its last bar.

    Returns:
        ``offered``, ``direction`` and ``rule`` (whether each is as labelled, None where not judged), and under
        ``ticks`` and ``atr`` the distances of ``entry``, ``stop`` and ``targets``, labelled targets in their
        order; those beyond them are not judged. Nothing where no setup is labelled.
    """
    wanted = labels.setup
    if wanted is None:
        return Judged()
    offered = None if found.decision is None else found.decision.setup
    if offered is None:
        nothing = {"offered": False, "direction": None, "rule": None, "ticks": None, "atr": None}
        return Judged(nothing, [f"expected {_told(wanted)}; no setup was offered"])
    apart = _apart(wanted, offered)
    ticks = {name: [bars.ticks(one) for one in distances] for name, distances in apart.items()}
    last = len(bars.candles) - 1
    atrs = {name: [bars.atrs(one, last) for one in distances] for name, distances in apart.items()}
    parts: dict[str, Any] = {
        "offered": True,
        "direction": offered.direction == wanted.direction,
        "rule": None if wanted.rule is None else offered.rule == wanted.rule,
        "ticks": ticks,
        "atr": {name: [one for one in values if one is not None] for name, values in atrs.items()},
    }
    return Judged(parts, _failures(wanted, offered, parts))


def _apart(wanted: SetupLabel, offered: SetupLabel) -> dict[str, list[float]]:
    targets = zip(wanted.targets, offered.targets, strict=False)  # what one side has more of has no distance
    return {
        "entry": [abs(offered.entry - wanted.entry)],
        "stop": [abs(offered.stop - wanted.stop)],
        "targets": [abs(got - target) for target, got in targets],
    }


def _failures(wanted: SetupLabel, offered: SetupLabel, parts: dict[str, Any]) -> list[str]:
    failures = []
    if not parts["direction"]:
        failures.append(f"expected a {wanted.direction} setup; a {offered.direction} one was offered")
    if parts["rule"] is False:
        failures.append(f"expected the setup of rule {wanted.rule}; that of {offered.rule or 'no rule'} was offered")
    for name, distances in parts["ticks"].items():
        said, got = _prices(wanted, name), _prices(offered, name)
        if len(got) < len(said):
            failures.append(f"expected {len(said)} targets; offered {len(got)}")
        failures += [
            f"expected {name.removesuffix('s')} {price:.10g}; found {at:.10g}, {off:g} ticks off"
            for price, at, off in zip(said, got, distances, strict=False)
            if off > ALLOWED_TICKS
        ]
    return failures


def _prices(setup: SetupLabel, name: str) -> tuple[float, ...]:
    return {"entry": (setup.entry,), "stop": (setup.stop,), "targets": setup.targets}[name]


def _told(setup: SetupLabel) -> str:
    return f"a {setup.direction} setup with entry {setup.entry:.10g} and stop {setup.stop:.10g}"
