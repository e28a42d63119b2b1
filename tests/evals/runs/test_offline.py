"""A whole run as the command line makes it: the same bytes under another hash seed and in two processes, no network."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.evals.runs.real_cases import write_suite

_IPV6_PROBE = ("made AF_INET6", "socket.bind (('::1', 0),)")


def watched(folder: Path, arguments: list[str], seed: int) -> tuple[Counter[str], str]:
    """Run the command line in a process of its own; return what was noted, and standard output."""
    notes = folder / f"notes-{seed}"
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "ICT_TEST_NOTES": str(notes)}
    made = subprocess.run(
        [sys.executable, "-m", "tests.evals.runs.watched", *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    return Counter(notes.read_text(encoding="utf-8").splitlines()), made.stdout


def test_a_run_opens_no_network_and_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing is looked up, reached or sent to, and nothing listens.

    Each conversation's event loop makes a pair of Unix sockets that lead to itself, and `urllib3`, which LangGraph's
    clients import, tries once whether this machine has IPv6: it binds a socket to a free port of `::1` and closes it.
    """
    suite = write_suite(tmp_path / "few.jsonl")

    def run(seed: int, workers: int) -> tuple[Counter[str], list[bytes | str]]:
        files = [tmp_path / f"{seed}.{end}" for end in ("jsonl", "xml")]
        options = ["--workers", str(workers), "--no-cache", "--out", str(files[0]), "--junit", str(files[1])]
        notes, said = watched(tmp_path, ["eval", "run", str(suite), *options], seed)
        return notes, [said, *(file.read_bytes() for file in files)]

    alone, first = run(0, 1)
    shared, second = run(1, 2)
    assert first == second
    for noted, processes in ((alone, 1), (shared, 3)):
        assert noted.pop("process") == processes
        assert noted.pop("made AF_UNIX") >= 2
        assert noted in ({}, *({name: times for name in _IPV6_PROBE} for times in range(1, processes + 1)))


def test_the_watch_would_see_a_connection(tmp_path: Path) -> None:
    notes, _ = watched(tmp_path, ["knock"], 0)
    assert set(notes) == {"process", "made AF_INET", "socket.connect (('127.0.0.1', 9),)"}
