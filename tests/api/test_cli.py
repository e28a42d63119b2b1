"""The command line: its own process where a process matters, in this one where only words do."""

import asyncio
import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from api.cli import main
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe
from tools.times import parse_time

NOW: Final = parse_time("2024-03-15T14:30:00Z")
BARS: Final = 1500
PATIENCE_S: Final = 60


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """Bars of the simulated market, as the wire takes them."""
    market = DemoMarketData(seed=7, clock=lambda: NOW)
    return asyncio.run(market.candles("EURUSD", Timeframe.M15, limit=BARS)).to_rows()


@pytest.fixture(scope="module")
def candle_file(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same bars as a file whose name tells its market."""
    path = tmp_path_factory.mktemp("candles") / "eurusd_15m.csv"
    write_candles(path, rows)
    return path


def write_candles(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)


@pytest.fixture
def own_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the test's own, which the command line finds in its environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


def ict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process; return its exit status and what it wrote to either stream."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def ict_process(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def test_analysis_shows_the_walk_and_ends_with_the_decision(own_database: str, candle_file: Path) -> None:
    ended = ict_process("analyze", str(candle_file), environment={"DATABASE_URL": own_database})
    lines = ended.stdout.splitlines()
    assert ended.returncode == 0, ended.stderr
    assert lines[0] == f"EURUSD: {BARS:,} × 15m, to 2024-03-15T14:30:00Z, file eurusd_15m.csv"
    nodes = [line for line in lines if line in {"bias", "liquidity", "structure", "entry", "risk"}]
    assert nodes == ["bias", "liquidity", "structure", "entry", "risk"]
    assert re.search(r"^  [✓✗·] 1\.1   HTF bias exists: ", ended.stdout, re.MULTILINE)
    status = next(line.split()[0] for line in lines if line.endswith("EURUSD at 2024-03-15T14:30:00Z"))
    assert status in {"TRADE_NOW", "WAIT", "NO_TRADE"}
    assert ("  first change" in ended.stdout) == (status != "TRADE_NOW")
    assert re.search(r"^  decision hash +[0-9a-f]{64}$", ended.stdout, re.MULTILINE)
    assert "\x1b" not in ended.stdout


def test_what_was_analyzed_can_be_explained_and_replayed(
    own_database: str, candle_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, shown, _ = ict(capsys, "analyze", str(candle_file), "--profile", "relaxed")
    run_id, decision_id = (
        re.findall(rf"^  {label} +([0-9a-f]{{32}})", shown, re.MULTILINE)[0] for label in ("run", "decision")
    )
    decision_hash = re.findall(r"decision hash +([0-9a-f]{64})", shown)[0]

    status, explained, _ = ict(capsys, "explain", run_id)
    assert status == 0
    assert re.search(
        r"^          [✓✗·] Bias strength is .*, needs at least 0\.2 .*\[bias\.strength, minimum_strength\]$",
        explained,
        re.MULTILINE,
    )

    _, document, _ = ict(capsys, "explain", run_id, "--json")
    told = json.loads(document)
    assert told["decision"]["decision_hash"] == decision_hash
    assert [node["node"] for node in told["nodes"]] == ["bias", "liquidity", "structure", "entry", "risk"]
    first_change = re.findall(r"^  first change +(.*)$", shown, re.MULTILINE)
    assert first_change == [change["sentence"] for change in told["why_not"]["changes"][:1]]

    status, replayed, _ = ict(capsys, "replay", decision_id, "--json")
    assert status == 0
    assert json.loads(replayed) == {
        "decision_id": decision_id,
        "identical": True,
        "recorded_hash": decision_hash,
        "replayed_hash": decision_hash,
    }


def test_json_is_the_decision_alone(own_database: str, candle_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = ict(capsys, "analyze", str(candle_file), "--json")
    decision = json.loads(out)
    assert (status, err) == (0, "")
    assert decision["symbol"] == "EURUSD"
    assert {"run_id", "status", "reason_short", "decision_hash", "rulebook_hash"} <= decision.keys()


def test_newest_bars_as_of_a_moment_decide_as_a_file_of_them_does(
    own_database: str, rows: list[dict[str, Any]], candle_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, chosen, _ = ict(
        capsys, "analyze", str(candle_file), "--bars", "400", "--as-of", rows[1000]["time"], "--json"
    )  # bar 1000 opens as bar 999 closes
    part = tmp_path / "part_of_EURUSD_15m.csv"
    write_candles(part, rows[600:1000])
    _, whole, _ = ict(capsys, "analyze", str(part), "--json")
    assert json.loads(chosen)["decision_hash"] == json.loads(whole)["decision_hash"]


def test_every_input_reaches_the_decision(
    own_database: str, candle_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calendar = tmp_path / "calendar.json"
    calendar.write_text('[{"time": "2024-03-15T14:45:00Z", "currency": "USD", "impact": "high", "title": "CPI"}]')
    choices = (
        (), ("--balance", "50000"), ("--risk-pct", "0.5"), ("--account-currency", "EUR"), ("--profile", "relaxed"),
        ("--calendar", str(calendar)), ("--trades-this-session", "1"), ("--bars", "700"), ("--symbol", "GBPUSD"),
    )  # fmt: skip
    decisions = [json.loads(ict(capsys, "analyze", str(candle_file), "--json", *choice)[1]) for choice in choices]
    assert len({decision["inputs_hash"] for decision in decisions}) == len(choices)


def test_symbol_comes_from_the_market_data_and_says_when_it_is_simulated(
    own_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = ict(capsys, "analyze", "eur/usd", "--as-of", "2024-03-15T14:30:00Z", "--bars", "200")
    assert status == 0
    assert out.splitlines()[0] == (
        "EURUSD: 200 × 15m, 200 × 1h, 200 × 4h, 200 × 1D, to 2024-03-15T14:30:00Z, SIMULATED market data (demo)"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["analyze", "missing_EURUSD.csv"], "there is no file missing_EURUSD.csv"),
        (["analyze", "candles.csv"], "--symbol EURUSD"),
        (["analyze", "candles.csv", "--symbol", "NOPE"], "NOPE"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--timeframe", "7m"], "unknown timeframe '7m': write one of 1m"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--bars", "10"], "has 10 bars, fewer than 30"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--bars", "none"], "Invalid value for '--bars'"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--risk-pct", "nan"], "risk_pct is nan (expected a number above 0"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--as-of", "2024-03-15"], "--as-of: 2024-03-15T00:00:00 is naive"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--time-zone", "Mars"], "Mars"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--calendar", "calendar.json"], "event 1: the impact 'huge'"),
        (["analyze", "candles.csv", "-s", "EURUSD", "--profile", "brave"], "brave"),
        (["analyze", "high_below_low.csv", "-s", "EURUSD"], "line 42"),
        (["analyze", "future.csv", "-s", "EURUSD"], "timeframe_bars.15m[0]"),
        (["analyze", "EURUSD", "--symbol", "GBPUSD"], "a file with --symbol, or a symbol alone"),
        (["analyze"], "Missing argument 'FILE|SYMBOL'"),
        (["explain", "0" * 32], "0" * 32),
        (["explain", "not an id"], "not an id"),
        (["what-if", "0" * 32, "--profile", "strict"], "0" * 32),
        (["what-if", "0" * 32], "either a profile or facts, and got neither"),
        (["what-if", "0" * 32, "--profile", "strict", "--set", "range.known=true"], "and got both"),
        (["what-if", "0" * 32, "--set", "range.known"], "--set range.known is no assignment (expected fact=value"),
        (["replay", "0" * 32], "0" * 32),
        (["rules", "77.7"], "no rule has the id '77.7': write one of 1.1, "),
        (["rules", "--profile", "brave"], "brave"),
        (["serve", "--port", "70000"], "less than or equal to 65535"),
        (["dance"], "No such command 'dance'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_status_2(
    own_database: str,
    rows: list[dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    write_candles(tmp_path / "candles.csv", rows[:100])
    crossed = {**rows[40], "high": rows[40]["low"], "low": rows[40]["high"] + 0.001}
    write_candles(tmp_path / "high_below_low.csv", [*rows[:40], crossed, *rows[41:100]])
    later = [{**row, "time": f"2099{row['time'][4:]}"} for row in rows if row["time"] < "2024-02-28"][-100:]
    write_candles(tmp_path / "future.csv", later)
    event = {"time": "2024-03-15T14:45:00Z", "currency": "USD", "impact": "high", "title": "CPI"}
    (tmp_path / "calendar.json").write_text(json.dumps([event, {**event, "impact": "huge"}]))
    status, out, err = ict(capsys, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert err.startswith("ict: ")
    assert err.count("\n") == 1


def test_unreachable_database_is_no_fault_of_the_input(
    candle_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"host={tmp_path} dbname=nothing user=nobody connect_timeout=1")
    status, out, err = ict(capsys, "analyze", str(candle_file))
    assert (status, out) == (1, "")
    assert err.startswith("ict: ")


def test_service_that_cannot_start_says_why_without_a_traceback(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": f"host={tmp_path} dbname=nothing user=nobody connect_timeout=1"}
    ended = ict_process("serve", "--port", "0", environment=nowhere)
    assert ended.returncode == 3
    assert "the database cannot be reached" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Serving on" not in ended.stdout


def test_rules_are_listed_in_walk_order(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = ict(capsys, "rules", "--json")
    listed = json.loads(out)
    _, shown, _ = ict(capsys, "rules")
    assert status == 0
    assert re.findall(r"^  (\S+) ", shown, re.MULTILINE) == [rule["id"] for rule in listed["items"]]
    assert listed["rulebook_hash"] in shown


def test_one_rule_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    _, strict, _ = ict(capsys, "rules", "1.1")
    _, relaxed, _ = ict(capsys, "rules", "1.1", "--profile", "relaxed")
    assert "minimum_strength = 0.34 ratio" in strict
    assert "minimum_strength = 0.2 ratio" in relaxed


def test_settings_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORT=eighty\n")
    status, _, err = ict(capsys, "serve")
    assert status == 2
    assert err.startswith("ict: PORT: ")
    monkeypatch.setenv("PORT", "-1")
    _, _, err = ict(capsys, "serve")
    assert "greater than or equal to 0" in err


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_help_is_what_comes_without_a_command(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = ict(capsys, *arguments)
    assert status == 0
    assert all(command in out for command in ("serve", "analyze", "explain", "what-if", "rules", "replay", "version"))


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, api.cli; print(sorted({'rich', 'pydantic', 'numpy', 'fastapi', 'langgraph'} & sys.modules.keys()))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert told.stdout == "[]\n"


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``ict serve`` on a free port; give the process and its address once it says that it serves."""
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, env=os.environ | environment, text=True, **streams) as server:
        assert server.stdout is not None
        try:
            for line in server.stdout:
                if address := re.search(r"Serving on (http://\S+)", line):
                    yield server, address.group(1)
                    break
            else:
                pytest.fail("ict serve ended before it served")
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
            server.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_service_and_command_line_share_one_embedded_database(
    stop: signal.Signals, status: int, candle_file: Path, rows: list[dict[str, Any]], short_folder: Path
) -> None:
    folder = short_folder / f"served-{stop.name}"
    environment = {"ICT_DATA_DIR": str(folder)}
    with serving(environment) as (server, address):
        body = {"symbol": "EURUSD", "timeframe_bars": {"15m": rows}, "account_balance": 10_000, "risk_pct": 1.0}
        by_http = httpx.post(f"{address}/api/v1/analyze", json=body, timeout=PATIENCE_S).raise_for_status().json()
        by_hand = json.loads(ict_process("analyze", str(candle_file), "--json", environment=environment).stdout)
        assert by_hand.keys() == by_http.keys()
        assert by_hand | {"run_id": ""} == by_http | {"run_id": ""}
        found = httpx.get(f"{address}/api/v1/runs/{by_hand['run_id']}", timeout=PATIENCE_S)
        assert found.json()["decision"] == by_hand

        taken = ict_process("serve", "--port", address.rpartition(":")[2], environment=environment)
        assert taken.returncode == 2
        assert "another program has the port" in taken.stderr

        assert (folder / "postgres" / "postmaster.pid").exists()
        server.send_signal(stop)
        assert server.wait(timeout=PATIENCE_S) == status
        assert not (folder / "postgres" / "postmaster.pid").exists()
