"""A Dask cluster of one worker: the bytes of one process come out of it, and nothing of it is left behind."""

import subprocess
import sys

import pytest

from evals.runs.cluster import Cluster
from evals.runs.results import results_text
from evals.runs.runner import RunOptions, run
from tests.evals.runs.small_suites import ALONE, Scripted, load
from tools.errors import InvalidParameter

SOURCES = ("second:wrong,answers,right", "first:right,refuses,raises,right")


def test_a_cluster_comes_to_the_bytes_of_one_process_and_tells_of_faults() -> None:
    alone = results_text(run(SOURCES, Scripted(), load, ALONE))
    command = [sys.executable, "-W", "error::ResourceWarning", "-m", "tests.evals.runs.on_a_cluster", *SOURCES]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert made.stdout == f"{alone}broken:3: this is no case, expected a case\n"
    assert (made.returncode, made.stderr) == (0, "")


def test_an_address_nobody_answers_at_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="no cluster answers at nonsense://nowhere"):
        run(SOURCES, Scripted(), load, RunOptions(Cluster("nonsense://nowhere")))


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)  # as the interpreter has it where a package is missing
    with pytest.raises(InvalidParameter, match=r"pip install 'ict-agent\[cluster\]'"):
        Cluster("local")
