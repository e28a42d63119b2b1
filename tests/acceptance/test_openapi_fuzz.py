"""Whatever a caller sends to any route: no 5xx, and no answer the OpenAPI document does not know."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.running_server import empty_database, running_server

CONFIG = Path(__file__).with_name("schemathesis.toml")
PHASES = "examples,coverage,fuzzing,stateful"
LONGEST_S = 600


def test_no_route_fails_and_none_gives_an_undocumented_answer(postgres_server: str, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    with empty_database(postgres_server, "fuzz") as url, running_server(url, tmp_path) as address:
        fuzz = subprocess.run(
            [program, "--config-file", CONFIG, "run", f"{address}/openapi.json", "--phases", PHASES],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    if fuzz.returncode:
        pytest.fail(fuzz.stdout[-20_000:] + fuzz.stderr[-2_000:])
    assert "93 selected / 93 total" in fuzz.stdout, "an operation came or went"
    assert "93/93" in fuzz.stdout, "an operation was left out"
