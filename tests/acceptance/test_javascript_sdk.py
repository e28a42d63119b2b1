"""The official JavaScript client, its React hook and the example page's server half, against a real service.

What they do stands in ``tests/acceptance/javascript``; here is what they do it with: the service in a process of its
own, a scripted model, and a line that breaks.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
import pytest

from tests.acceptance.cases import demo_request, wire_body
from tests.acceptance.cut_once import cut_line
from tests.acceptance.server import ServiceProcess
from tests.model_server.asked import Asked
from tests.model_server.server import model_server
from tests.model_server.turns import Answer, words
from tools.timeframes import Timeframe

_SUITE: Final = Path(__file__).with_name("javascript")
_TESTS: Final = ("sdk.test.js", "use_stream.test.js", "frontend.test.js")
_LONG_PAUSE_S: Final = 0.02
_LONG: Final = words("and so on, " * 5_000, pause_s=_LONG_PAUSE_S)  # nobody waits for its end
_NAMED: Final = re.compile(r'^test\("(?P<name>.+)", async', re.MULTILINE)
_PASSED: Final = re.compile(r"^ok \d+ - (?P<name>.+)$", re.MULTILINE)
_PATIENCE_S: Final = 300

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="Node.js is not installed")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the suite with its packages beside it; they come from the registry when they are not there yet."""
    installed, locked = _SUITE / "node_modules" / ".package-lock.json", _SUITE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=_SUITE, check=True, timeout=_PATIENCE_S)
    return _SUITE


@pytest.fixture(scope="module")
def surroundings(short_folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment the suite is run in; the service and all else stand until it has ended."""
    with model_server() as model:
        model.obey(_answer)
        settings = {"OPENAI_BASE_URL": model.base_url, "ICT_MODEL": "scripted"}
        with ServiceProcess(short_folder / "javascript", **settings) as service:
            service.start()
            with cut_line(service.port) as line:
                yield {
                    "PATH": os.environ["PATH"],
                    "ICT_SERVICE_URL": service.address,
                    "ICT_CUT_LINE_URL": f"http://127.0.0.1:{line.port}",
                    "ICT_CUT_COUNT_URL": f"http://127.0.0.1:{line.counter_port}",
                }


def _answer(asked: Asked) -> Answer:
    question = str(asked.turn[0]["content"])
    if "long" in question:
        return _LONG
    return words("There is nothing to say about that, and that is all.")


@pytest.mark.anyio
@pytest.mark.parametrize("tests", _TESTS)
async def test_javascript(tests: str, suite: Path, surroundings: dict[str, str], tmp_path: Path) -> None:
    body = orjson.loads(wire_body(await demo_request("EURUSD", {Timeframe.M15: 300})))
    (tmp_path / "body.json").write_bytes(orjson.dumps(body))
    environment = surroundings | {"ICT_ANALYSIS_BODY": str(tmp_path / "body.json"), "HOME": str(tmp_path)}
    ran = subprocess.run(
        ["node", "--test-reporter=tap", "--test-timeout=60000", "--test", tests],
        cwd=suite,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    wanted = [found["name"] for found in _NAMED.finditer((suite / tests).read_text())]
    assert wanted
    assert [found["name"] for found in _PASSED.finditer(ran.stdout)] == wanted
