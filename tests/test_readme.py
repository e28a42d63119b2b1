"""The README's analysis is what the program prints today."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^\$ \.venv/bin/ict (analyze .*)$", re.MULTILINE)


def test_both_analyses_are_shown() -> None:
    assert len(COMMAND.findall(README)) == 2


@pytest.mark.parametrize("command", COMMAND.findall(README))
def test_an_analysis_of_the_readme_comes_out_as_shown(command: str, database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "ICT_DATA_DIR": str(tmp_path), "PATH": ""}
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "ict"), *command.split(), "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    decision = json.loads(ran.stdout)
    shown = README.split(f"ict {command}")[1].split("```")[0]
    assert f"{decision['status']}  EURUSD at {decision['timestamp']}" in shown
    assert decision["reason_short"] in shown
    if decision["status"] == "TRADE_NOW":
        assert decision["decision_hash"] in shown
        assert f"{decision['setup']['entry_price']:.10g} (limit)" in shown
        assert README.count(decision["decision_hash"]) == 2
