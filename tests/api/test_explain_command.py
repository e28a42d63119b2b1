"""``ict explain`` and ``ict what-if``: the tree with operands and facts, distances, and what would be otherwise."""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe
from tools.times import parse_time

NOW = parse_time("2024-03-15T14:30:00Z")


@dataclass
class Ict:
    """The command line in this process, on a database of the test's own."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> str:
        """Run a command that works, and return what it printed."""
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = self.capsys.readouterr()
        assert not ended.value.code, err
        return out

    def json(self, *arguments: str) -> Any:
        """Return what a command prints as JSON."""
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def ict(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ict:
    """Give the command line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return Ict(capsys)


@pytest.fixture
def run_id(ict: Ict, tmp_path: Path) -> str:
    """Analyse a file of simulated candles by the strict profile."""
    market = DemoMarketData(seed=7, clock=lambda: NOW)
    rows = asyncio.run(market.candles("EURUSD", Timeframe.M15, limit=600)).to_rows()
    lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
    (tmp_path / "eurusd_15m.csv").write_text("\n".join(lines))
    return str(ict.json("analyze", "eurusd_15m.csv")["run_id"])


def test_the_tree_shows_operands_facts_and_distances(ict: Ict, run_id: str) -> None:
    told, shown = ict.json("explain", run_id), ict("explain", run_id)
    assert told["summary"] in shown
    for node in told["tree"]["children"]:
        assert f"\n{node['text']}\n" in shown
        for rule in node["children"]:
            for operand in rule["children"]:
                assert re.search(rf"^          [✓✗·] {re.escape(operand['text'])}  \[", shown, re.MULTILINE)
                assert all(f"            - {fact['text']}\n" in shown for fact in operand["children"])
    changes = told["why_not"]["changes"]
    assert ("It would be a trade if:" in shown) == bool(changes)
    assert all(change["sentence"] in shown for change in changes)


def test_other_facts_and_other_rules_are_shown_beside_what_was_recorded(ict: Ict, run_id: str) -> None:
    changes = ict.json("explain", run_id)["why_not"]["changes"]
    assert changes, "the run of this test is no trade"
    settings = [
        part for one in changes for part in ("--set", f"{one['fact']}={json.dumps(one['needed']).strip(chr(34))}")
    ]
    shown = ict("what-if", run_id, *settings)
    assert re.search(r"^  what if +TRADE_NOW$", shown, re.MULTILINE)
    assert "The decision flips." in shown
    assert all(f"  {one['fact']}: " in shown for one in changes)
    same = ict("what-if", run_id, "--profile", "strict")
    assert "The status stays." in same
    assert "rules" not in same.splitlines()
    assert ict.json("what-if", run_id, "--profile", "relaxed")["kind"] == "profile"


def test_a_fact_is_supposed_in_its_own_words(ict: Ict, run_id: str) -> None:
    told = ict.json(
        "what-if",
        run_id,
        "--set",
        "range.known=unknown",
        "--set",
        "bias.direction=neutral",
        "--set",
        "bias.strength=0.125",
    )
    after = {one["fact"]: one["after"] for one in told["changed_facts"]}
    assert after["bias.strength"] == 0.125
    assert after.get("range.known") is None
    assert after.get("bias.direction", "neutral") == "neutral"
