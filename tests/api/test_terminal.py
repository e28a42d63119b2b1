"""What the command line prints: coloured and wrapped where somebody watches, plain and whole where nobody does."""

import io
import re

import pytest
from rich.console import Console

from api.terminal.chart_summary import show_setups
from api.terminal.decision_panel import show_decision
from api.terminal.screen import Screen
from api.terminal.walk_view import WalkView

SENTENCE = "Stops were taken before the move: a pool against the bias has been swept; time since the sweep is 30 bars"
VERDICT = {
    "rule_id": "3.4", "name": "Liquidity swept", "outcome": "pass", "sentence": SENTENCE, "reason": None,
}  # fmt: skip
DECISION = {
    "status": "TRADE_NOW", "symbol": "EURUSD", "timestamp": "2024-01-05T14:30:00Z", "run_id": "9" * 32,
    "reason_short": "Every gate is open, with 8 of 10 points of confluence",
    "warnings": ["the candles are simulated"],
    "htf_bias": {"value": "bullish"}, "ltf_alignment": {"timeframe": "15m", "alignment": "aligned"},
    "setup": {
        "name": "2022 model", "direction": "bullish", "entry_price": 1.0921, "entry_type": "limit",
        "stop_loss": 1.09005, "take_profit": [1.098, 1.102], "is_counter_trend": True,
    },
    "risk": {
        "risk_pct": 1.0, "risk_money": 98.4, "account_currency": "USD", "position_size": 0.48, "size_reason": None,
        "rr": 2.878,
    },
    "confluence_score": 8.0, "confidence": 0.8123, "confidence_basis": "uncalibrated", "action": "auto_eligible",
    "decision_hash": "a" * 64,
}  # fmt: skip


def printed(width: int, *, terminal: bool) -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=width, color_system="standard" if terminal else None)
    return Screen(console), out


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("width", [32, 60, 100])
def test_terminal_gets_wrapped_lines_under_their_beginning(width: int) -> None:
    screen, out = printed(width, terminal=True)
    WalkView(screen).show("rule.evaluated", {"seq": 7, **VERDICT})
    lines = plain(out.getvalue()).splitlines()
    assert lines[0].startswith("  ✓ 3.4   Liquidity swept: ")
    assert all(len(line) <= max(width, 40) for line in lines)
    assert all(line.startswith(" " * 10) for line in lines[1:])
    assert " ".join(" ".join(lines).split()) == f"✓ 3.4 Liquidity swept: {SENTENCE}"
    assert "\x1b[32m" in out.getvalue()


def test_pipe_gets_whole_plain_lines() -> None:
    screen, out = printed(20, terminal=False)
    view = WalkView(screen)
    view.show("node.started", {"seq": 2, "node": "liquidity"})
    read = {"tool": "detect_swings", "timeframe": "15m", "bars": 1500, "found": 7}
    view.show("tool.called", {"seq": 3, "node": "liquidity", **read})
    view.show("rule.evaluated", {"seq": 4, **VERDICT})
    view.show("node.finished", {"seq": 5, "node": "liquidity"})
    assert out.getvalue().splitlines() == [
        "",
        "liquidity",
        "  detect_swings 15m: 1,500 bars, 7 found",
        f"  ✓ 3.4   Liquidity swept: {SENTENCE}",
    ]


@pytest.mark.parametrize(("outcome", "mark"), [("pass", "✓"), ("fail", "✗"), ("not_evaluated", "·"), ("error", "!")])
def test_each_outcome_has_its_mark(outcome: str, mark: str) -> None:
    screen, out = printed(200, terminal=False)
    reason = "no calendar is known" if outcome == "not_evaluated" else None
    WalkView(screen).show("rule.evaluated", {**VERDICT, "outcome": outcome, "reason": reason})
    assert out.getvalue() == f"  {mark} 3.4   Liquidity swept: {reason or SENTENCE}\n"


@pytest.mark.parametrize("name", ["OTE", "x" * 23, "x" * 24, "Market structure shift and optimal trade entry"])
def test_a_charts_columns_stand_apart_and_under_each_other(name: str) -> None:
    screen, out = printed(200, terminal=False)
    setup = {
        "name": name, "direction": "bearish", "is_fresh": True, "entry": 1.25, "stop": 1.5, "targets": [],
        "formed_at": "2018-12-20T00:00:00Z",
    }  # fmt: skip
    show_setups(screen, [setup, {**setup, "name": "Fair value gap", "direction": "bullish"}], 0.25)
    newest, older = out.getvalue().splitlines()[2:]
    assert re.fullmatch(rf"  {name} +bearish entry 1\.25, .*", older)
    assert newest.index("bullish") == older.index("bearish") == max(26, 2 + len(name) + 1)


@pytest.mark.parametrize(("direction", "told"), [("bullish", "1668, stop 1666"), ("bearish", "1668.25, stop 1666.25")])
def test_setups_are_shown_as_the_market_quotes_them(direction: str, told: str) -> None:
    screen, out = printed(200, terminal=False)
    setup = {
        "name": "OTE", "direction": direction, "is_fresh": True, "entry": 1668.09, "stop": 1666.16, "targets": [],
        "formed_at": "2018-12-20T00:00:00Z",
    }  # fmt: skip
    show_setups(screen, [setup], 0.25)
    assert f"entry {told}, targets none" in out.getvalue()


def test_a_long_label_stands_apart_from_its_value() -> None:
    screen, out = printed(200, terminal=False)
    for label in ("day", "x" * 13, "x" * 14, "x" * 20):
        screen.field(label, "value")
    assert [line.split() for line in out.getvalue().splitlines()][1:] == [["x" * n, "value"] for n in (13, 14, 20)]


def test_decision_shows_prices_and_size() -> None:
    screen, out = printed(200, terminal=False)
    show_decision(screen, DECISION, None, decision_id="d" * 32)
    assert out.getvalue().splitlines() == [
        "",
        "TRADE_NOW  EURUSD at 2024-01-05T14:30:00Z",
        "  reason        Every gate is open, with 8 of 10 points of confluence",
        "  warning       the candles are simulated",
        "  bias          bullish; 15m aligned",
        "  setup         2022 model, bullish, against the trend",
        "  entry         1.0921 (limit)",
        "  stop          1.09005",
        "  targets       1.098, 1.102",
        "  R:R           2.88",
        "  size          0.48 contracts or lots, risking 98.40 USD (1%)",
        "  confluence    8 of 10",
        "  confidence    0.81 (uncalibrated)",
        "  action        auto eligible",
        f"  decision hash {'a' * 64}",
        f"  run           {'9' * 32}  (ict explain)",
        f"  decision      {'d' * 32}  (ict replay)",
    ]


def test_decision_says_why_there_is_no_size_and_what_would_change_it() -> None:
    screen, out = printed(200, terminal=False)
    risk = {**DECISION["risk"], "position_size": None, "size_reason": "no rate from JPY to USD is known"}  # type: ignore[dict-item]
    waiting = {**DECISION, "status": "WAIT", "action": "wait", "risk": risk}
    show_decision(screen, waiting, "Depth must rise from 1% to at least 2.5%", decision_id=None)
    assert "  first change  Depth must rise from 1% to at least 2.5%\n" in out.getvalue()
    assert "  size          unknown: no rate from JPY to USD is known\n" in out.getvalue()
