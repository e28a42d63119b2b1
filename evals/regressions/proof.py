"""The proof: every plant in a copy of its own before the gate, and the gate on code nobody changed.

It does not begin where the gate is shut before anything is planted: whatever stopped then would prove nothing.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from evals.cases.shipped import SHIPPED
from evals.regressions.copies import copied, plant
from evals.regressions.gating import REFUSED
from evals.regressions.plants import Plant
from evals.runs.baseline import COMMITTED, read_baseline
from tools.errors import EvaluationFailed

_LONGEST_S: Final = 900
_PYTHON: Final = ".py"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one plant, or of one run of code nobody changed.

    Attributes:
        name: the plant's, or which run it is.
        is_stopped: whether the gate stayed shut.
        how: what shut the gate, one of `evals.regressions.gating.HOW`; None where it opened.
        suite: in which suite a case was lost or erred; None where no single one was.
        cases: how many cases were judged.
        because: the gate's first reason, empty where it opened.
        seconds: of the clock, with everything.
    """

    name: str
    is_stopped: bool
    how: str | None
    suite: str | None
    cases: int
    because: str
    seconds: float


def prove(plants: Sequence[Plant], *, workers: int, baseline: Path = COMMITTED) -> Iterator[Verdict]:
    """Plant one regression after the other, and yield what the gate says of each, in their order.

    Args:
        plants: what to plant.
        workers: how many at once, each in its own process and its own copy.
        baseline: what the gate holds them against.

    Raises:
        InvalidParameter: a text to change does not stand where it should exactly once.
        InvalidResults: the baseline cannot be read.
        EvaluationFailed: the gate is shut before anything is planted, as it is where a suite is not sealed; a process
            came to no answer; or the changed file was not what it ran.
    """
    read_baseline(baseline)
    suites = tuple(dict.fromkeys(suite for one in plants for suite in one.suites))
    _must_be_open(baseline, suites)
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda one: _planted(one, baseline), plants)


def rerun(times: int, *, workers: int, baseline: Path = COMMITTED) -> Iterator[Verdict]:
    """Run the gate on a copy nobody changed, each time under another hash seed; every stop is a false alarm.

    Raises:
        InvalidResults: the baseline cannot be read.
        EvaluationFailed: a process came to no answer, or a suite cannot be loaded.
    """
    read_baseline(baseline)
    with tempfile.TemporaryDirectory(prefix="ict-regressions-") as folder, ThreadPoolExecutor(workers) as pool:
        copied(Path(folder))
        yield from pool.map(lambda seed: _unchanged(Path(folder), baseline, seed), range(times))


def _planted(regression: Plant, baseline: Path) -> Verdict:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ict-regressions-") as folder:
        copied(Path(folder))
        plant(Path(folder), regression)
        told = _gate(Path(folder), baseline, regression.suites, seed=0)
    check_was_run(regression, told)
    return _verdict(regression.name, told, began)


def _unchanged(folder: Path, baseline: Path, seed: int) -> Verdict:
    began = time.monotonic()
    told = _gate(folder, baseline, SHIPPED, seed=seed)
    if told["how"] == REFUSED:
        raise EvaluationFailed(f"code nobody changed cannot be put before the gate: {_because(told)}")
    return _verdict(f"hash seed {seed}", told, began)


def _must_be_open(baseline: Path, suites: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="ict-regressions-") as folder:
        copied(Path(folder))
        told = _gate(Path(folder), baseline, suites, seed=0)
    if told["stopped"]:
        raise EvaluationFailed(
            f"nothing can be proved: the gate is shut before anything is planted ({told['how']}): {_because(told)}"
        )


def _verdict(name: str, told: dict[str, Any], began: float) -> Verdict:
    took = time.monotonic() - began
    return Verdict(name, told["stopped"], told["how"], told["suite"], told["cases"], _because(told), took)


def _because(told: Mapping[str, Any]) -> str:
    return str(told["failures"][0]).splitlines()[0] if told["failures"] else ""


def _gate(folder: Path, baseline: Path, suites: Sequence[str], *, seed: int) -> dict[str, Any]:
    """Run the gate with the copy first on the path, so that no installed package takes its place."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-m", "evals.regressions.gating", str(folder), str(baseline.resolve()), *suites]
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_LONGEST_S
    )
    if ran.returncode:
        raise EvaluationFailed(f"the gate came to no answer: {ran.stderr.strip()[-600:] or ran.stdout[-600:]}")
    told: dict[str, Any] = orjson.loads(ran.stdout)
    return told


def check_was_run(regression: Plant, told: Mapping[str, Any]) -> None:
    """Refuse a verdict on code that was never loaded; `gating` has seen to it that what was loaded is the copy's.

    Args:
        regression: what was planted; a file that is no module is taken as read.
        told: what `evals.regressions.gating` printed.

    Raises:
        EvaluationFailed: the module it was planted in is not among those loaded.
    """
    module = regression.file.removesuffix(_PYTHON).replace("/", ".")
    if regression.file.endswith(_PYTHON) and module not in told["loaded"]:
        raise EvaluationFailed(f"{regression.name} was planted in {regression.file}, which the gate never loaded")
