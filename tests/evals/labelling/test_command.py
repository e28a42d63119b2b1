"""`ict eval label`: it prints its address, serves until Ctrl-C, and tells what was not saved."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.evals.labelling.served import candle_file, event, said

COMMAND = [sys.executable, "-m", "api.cli", "eval", "label"]


@pytest.mark.parametrize("saves", [True, False])
def test_a_chart_is_labelled_until_ctrl_c(tmp_path: Path, saves: bool) -> None:
    arguments = [str(candle_file(tmp_path)), "--no-browser", "--by", "anna"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        address = first.split()[-1]
        home = address.partition("/?")[0]
        with httpx.Client(base_url=home, headers={"origin": home}, trust_env=False) as browser:
            assert browser.get(address, follow_redirects=True).status_code == 200
            if saves:
                assert browser.post("/save", json=said(events=[event()])).json()["faults"] == []
            assert browser.post("/unsaved", json={"count": 2}).status_code == 204
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    case = tmp_path / "eurusd-m15" / "case.json"
    assert first.startswith(f"Label {case} at http://127.0.0.1:")
    assert process.returncode == 0
    assert err == "ict: 2 changes were not saved\n"
    assert (f"Saved: {case}" in out) == saves == case.is_file()


def test_what_cannot_be_labelled_is_one_line_and_status_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, str(tmp_path / "none.csv"), "--no-browser"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "there is no file" in done.stderr
