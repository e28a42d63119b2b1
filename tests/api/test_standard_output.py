"""Standard output that nobody reads, or that cannot be written: one sentence or none, and never a traceback."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

FULL: Final = Path("/dev/full")
PATIENCE_S: Final = 60
CHART: Final = ("chart", "EURUSD", "--bars", "200", "--as-of", "2024-03-15T14:30:00Z")
COMMANDS: Final = [
    CHART, (*CHART, "--json"), (*CHART, "--html", "-"), (*CHART, "--svg", "-"), ("rules",), ("rules", "--json"),
    ("version",), ("--help",),
]  # fmt: skip


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "api.cli", *arguments]


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    return os.environ | {"PYTHONUNBUFFERED": request.param}


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_is_one_line_and_status_1(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    with FULL.open("w") as full:
        ended = subprocess.run(
            command(*arguments), stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False,
            env=environment,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, "ict: standard output cannot be written: No space left on device\n")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_reader_that_left_is_no_fault(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            command(*arguments), stdout=writing, stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False,
            env=environment,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_reader_that_left_changes_no_status_of_another_reason() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            command("chart", "NOPE"), stdout=writing, stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False
        )
    finally:
        os.close(writing)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="the shell that closes it is a POSIX one")
def test_a_closed_standard_output_is_one_line_and_status_1_unless_nothing_is_printed(tmp_path: Path) -> None:
    def closed(*arguments: str) -> subprocess.CompletedProcess[str]:
        shell = ["sh", "-c", 'exec "$@" >&-', "sh", *command(*arguments)]
        return subprocess.run(shell, stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False)

    ended = closed(*CHART)
    assert (ended.returncode, ended.stderr) == (1, "ict: standard output is closed\n")
    assert closed("chart", "NOPE").returncode == 2
