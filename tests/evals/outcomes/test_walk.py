"""Whole walks over the simulated market: no look-ahead, the same with any number of processes, honest reports."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from agent.analysis.request import AnalysisRequest, CalendarEvent
from agent.analysis.walk import walk_now
from api.cli import main
from evals.outcomes.deciding import Decided, Variant, decide_all, decided
from evals.outcomes.news import read_news
from evals.outcomes.orders import Costs, Patience
from evals.outcomes.report import Walk, Walked, report, walk_forward
from evals.outcomes.rows import outcome_lines
from evals.outcomes.steps import Steps, moments_of, steps_of
from evals.outcomes.text import text
from evals.outcomes.trading import trade_all
from tests.agent.analysis.market import demo_candles
from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.instruments import instrument
from tools.resample import last_close
from tools.timeframes import Timeframe
from tools.times import parse_time

EURUSD = instrument("EURUSD")
UNTIL = "2024-08-16T12:00:00Z"
RELAXED = Variant("relaxed")


@cache
def market() -> Candles:
    return demo_candles("EURUSD", Timeframe.M15, until=parse_time(UNTIL), bars=1_100)


def plan(candles: Candles, *, every: str = "5", variants: tuple[Variant, ...] = (RELAXED,), **more: Any) -> Walk:
    steps = steps_of(candles, EURUSD, every=every, bars=300)
    return Walk(candles, EURUSD, "demo", variants, steps, Patience(24, 48), draws=200, **more)


@cache
def walked() -> Walked:
    return walk_forward(plan(market()))


def poisoned(candles: Candles, after: int) -> Candles:
    """Return the same bars up to an index and others beyond it: the rest turned upside down, and twice as wild."""
    pivot = float(candles.close[after])
    columns = {
        name: np.concatenate(
            (getattr(candles, name)[: after + 1], pivot - 2 * (getattr(candles, other)[after + 1 :] - pivot))
        )
        for name, other in (("open", "open"), ("high", "low"), ("low", "high"), ("close", "close"))
    }
    return Candles.from_columns({"time": candles.time, **columns}, candles.timeframe)


def test_it_trades_and_the_counts_add_up() -> None:
    found = report(walked())["variants"][0]
    assert found["decisions"] == sum(found["statuses"].values()) == len(walked().walk.steps.indices)
    assert found["fills"] >= 3
    assert found["unfilled"].keys() <= {"expired", "replaced by a newer setup"}
    assert found["orders"] == found["fills"] + sum(found["unfilled"].values())
    assert found["fills"] == found["wins"] + found["losses"] + found["timed_out"] + found["still_open"]
    for one in walked().trades[0]:
        assert one.fate.filled is None or one.decided.index < one.fate.filled <= one.fate.ended


@pytest.mark.parametrize("after", [500, 730, 800])
def test_what_comes_later_never_changes_what_was(after: int) -> None:
    """A poisoned future: every bar after a step is another, and decisions and ended trades up to it are the same."""
    real, other = walked(), walk_forward(plan(poisoned(market(), after)))
    known = [one for one in real.decisions[0] if one.index <= after]
    assert known == [one for one in other.decisions[0] if one.index <= after]
    ended = [one for one in real.trades[0] if one.fate.ended <= after]
    assert ended == [one for one in other.trades[0] if one.fate.ended <= after]
    assert ended
    assert real.trades[0] != other.trades[0]


def test_processes_change_nothing_and_progress_is_told() -> None:
    short = plan(market()[:370], every="4", variants=(RELAXED, Variant("relaxed", {"7.2": {"minimum": 1.5}})))
    told: list[int] = []
    alone = walk_forward(short, on_progress=told.append)
    assert sum(told) == len(short.steps.indices)
    together = walk_forward(short, workers=2)
    assert orjson.dumps(report(alone)) == orjson.dumps(report(together))
    assert outcome_lines(alone) == outcome_lines(together)


def test_every_variant_counts_as_a_trial() -> None:
    candles = market()[:700]
    variants = (RELAXED, Variant("relaxed", {"7.2": {"minimum": 1.0}}))
    found = report(walk_forward(plan(candles, variants=variants, every="8", trials_before=20)))
    assert found["trials"]["total"] == 22
    assert [one["name"] for one in found["variants"]] == ["relaxed", "relaxed 7.2.minimum=1.0"]
    hashes = {one["rulebook_hash"] for one in found["variants"]}
    assert len(hashes) == 2


def test_costs_are_told_and_taken() -> None:
    costs, patience = Costs(20), walked().walk.patience
    paid = tuple(trade_all(walked().decisions[0], market(), EURUSD, patience, costs))
    dear = Walked(plan(market(), costs=costs), walked().decisions, (paid,))
    assert "no costs" in text(report(walked()))
    assert "spread 20 ticks" in text(report(dear))
    for free, one in zip(walked().trades[0], paid, strict=True):
        lost = 20 * EURUSD.tick_size / abs(one.offer.entry - one.offer.stop)
        assert one.fate.r == (None if free.fate.r is None else pytest.approx(free.fate.r - lost))


def test_outcomes_are_a_header_and_a_line_an_order() -> None:
    lines = [json.loads(line) for line in outcome_lines(walked()).splitlines()]
    assert lines[0]["format"] == "ict-outcomes/1"
    assert lines[0]["source"]["sha256"] == market().sha256
    assert len(lines) == 1 + len(walked().trades[0])
    first, offer = lines[1], walked().trades[0][0].offer
    told = [first[name] for name in ("entry", "stop", "invalidation", "target")]
    assert told == [offer.entry, offer.stop, offer.invalidation, offer.target]
    keys = {"strength", "action", "result", "r", "day", "rulebook_hash", "fact_id", "as_of", "ended_at"}
    assert all(keys <= line.keys() and "confidence" not in line for line in lines[1:])
    assert lines[1]["strength"] == walked().trades[0][0].decided.strength
    document = report(walked())
    assert (lines[0]["source"], lines[0]["settings"]) == (document["source"], document["settings"])
    assert all((line["r"] is None) == (line["result"] == "not_filled") for line in lines[1:])


def served(calendar: tuple[CalendarEvent, ...] | None, index: int) -> Decided:
    """Return the decision a service takes at a step of the market, with what it knows of news."""
    window = market()[index - 299 : index + 1]
    as_of = last_close(window, EURUSD.trading_day)
    request = AnalysisRequest(
        symbol="EURUSD",
        instrument=EURUSD,
        windows={window.timeframe: window},
        account_balance=10_000.0,
        risk_pct=1.0,
        account_currency="USD",
        as_of=as_of,
        calendar=calendar,
    ).check()
    return decided(walk_now(request, RELAXED.rulebook(), facts_beyond=False)["decision"], index, as_of)


def quiet_week(folder: Path) -> Path:
    """Write a calendar of the market's days with one event, a fortnight from the last of the decisions."""
    path = folder / "quiet.csv"
    path.write_text(
        "# covers 2024-07-01 to 2024-09-30\ntime,currency,impact,title\n2024-09-01T12:00:00Z,USD,high,CPI\n"
    )
    return path


def test_a_walk_decides_as_a_service_with_the_same_calendar(tmp_path: Path) -> None:
    """Rule 8.4 grades what is known of news: a strength with a calendar is another than one without."""
    indices = tuple(one.index for one in walked().decisions[0] if one.offer is not None)[:2]
    steps = Steps(indices, 300)
    ends = moments_of(steps, market(), EURUSD)
    news = read_news(quiet_week(tmp_path), ends)
    without = decide_all(market(), EURUSD, (RELAXED,), steps)[0]
    known = decide_all(market(), EURUSD, (RELAXED,), steps, news=news)[0]
    assert [one.as_of for one in without] == ends
    assert without == [served(None, index) for index in indices]
    assert known == [served((), index) for index in indices]
    assert all(one.strength < other.strength for one, other in zip(without, known, strict=True))


def test_news_are_seen_as_one_decision_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.write_text(
        "time,currency,impact,title\n2024-08-12T12:00:00Z,USD,high,CPI\n2024-08-13T12:00:00Z,JPY,high,BoJ\n"
        "2024-08-16T12:00:00Z,EUR,low,PMI\n"
    )
    at = parse_time("2024-08-13T14:00:00Z")
    news = read_news(path, [parse_time("2024-08-15T00:00:00Z"), at, at - 7_200])
    assert [one.title for one in news.seen_at(at, EURUSD)] == ["PMI"]
    assert [one.title for one in news.seen_at(at - 7_200, EURUSD)] == ["CPI", "PMI"]
    assert news.mark == f"{hashlib.sha256(path.read_bytes()).hexdigest()} (UTC)"
    with pytest.raises(InvalidParameter, match=r"week\.csv covers 2024-08-12T00:00:00Z to 2024-08-17T00:00:00Z"):
        read_news(path, [at, parse_time("2024-08-17T00:00:00Z")])


def test_a_decision_without_a_trade_or_without_a_target_offers_nothing() -> None:
    setup = {
        "fact_id": "a", "rule_refs": ["6.1", "9.1"], "direction": "bearish", "entry_price": 1.1, "stop_loss": 1.2,
        "invalidation_point": 1.19, "take_profit": [1.0, 0.9],
    }  # fmt: skip
    trade: dict[str, Any] = {"status": "TRADE_NOW", "action": "wait", "confidence": 0.4, "setup": setup}
    offer = decided(trade, 3, 9).offer
    assert offer is not None
    assert (offer.way, offer.target, offer.rule) == (-1, 1.0, "6.1")
    assert decided({**trade, "status": "WAIT"}, 3, 9).offer is None
    assert decided({**trade, "setup": {**setup, "take_profit": []}}, 3, 9).offer is None
    assert decided({**trade, "strength": 0.8}, 3, 9).strength == 0.8


def ict(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["eval", *arguments])
    return int(ended.value.code or 0)


def test_the_command_walks_a_file_and_writes_its_outcomes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = ["time,open,high,low,close"]
    columns = (market().time, market().open, market().high, market().low, market().close)
    rows += [",".join(map(str, row)) for row in zip(*(one.tolist() for one in columns), strict=True)]
    path, out = tmp_path / "EURUSD_15m.csv", tmp_path / "outcomes.jsonl"
    path.write_text("\n".join(rows))
    options = (str(path), "--profile", "relaxed", "--every", "2h", "--bars", "300", "--from", "2024-08-12T00:00:00Z")
    assert ict("walk", *options, "--json", "--out", str(out), "--spread", "3") == 0
    document = json.loads(capfd.readouterr().out)
    assert document["source"]["bars"] == len(market())
    assert document["settings"]["costs"].startswith("spread 3 ticks")
    assert len(out.read_text().splitlines()) == 1 + document["variants"][0]["orders"]
    assert ict("walk", *options, "--market-seed", "7") == 2
    assert "--market-seed is of the simulated market, and EURUSD_15m.csv is a file" in capfd.readouterr().err
    assert ict("walk", *options) == 0
    said = capfd.readouterr().out
    assert re.search(r"decisions +\d+: ", said)
    assert "no costs" in said
    assert "calendar: none, so that decisions know nothing of news" in said
    assert (document["settings"]["calendar"], json.loads(out.read_text().splitlines()[0])["settings"]) == (
        "none", document["settings"],
    )  # fmt: skip
    quiet = quiet_week(tmp_path)
    assert ict("walk", *options, "--calendar", str(quiet)) == 0
    assert f"calendar: {hashlib.sha256(quiet.read_bytes()).hexdigest()} (UTC)" in capfd.readouterr().out
    quiet.write_text("time,currency,impact,title\n2024-08-01T12:00:00Z,USD,high,CPI\n")
    assert ict("walk", *options, "--calendar", str(quiet)) == 2
    assert "--calendar: quiet.csv covers 2024-08-01T00:00:00Z to 2024-08-02T00:00:00Z" in capfd.readouterr().err
    assert ict("calibrate", str(out), "--out", str(tmp_path / "c.json")) == 2
    assert "it takes 50" in capfd.readouterr().err
    assert not (tmp_path / "c.json").exists()


def test_the_command_refuses_what_it_cannot_walk(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for arguments, said in (
        (("EURUSD",), "needs --from and --to"),
        (("EURUSD", "--from", "2024-09-01T00:00:00Z", "--to", "2024-09-02T00:00:00Z", "--profile", "no"), "no profile"),
        (("EURUSD", "--out", str(tmp_path / "none" / "a.jsonl")), "there is no folder"),
        (("EURUSD", "--commission", "much"), "--commission is no cost"),
    ):
        assert ict("walk", *arguments) == 2
        assert said in capfd.readouterr().err


def test_a_walk_without_a_trade_says_so() -> None:
    candles = market()[:420]
    found = report(walk_forward(Walk(candles, EURUSD, "demo", (Variant("strict"),), Steps((350,), 300), draws=5)))
    said = text(found)
    assert "hit rate         unknown (there is nothing to measure)" in said
    assert "random entry     no closed trade" in said
    assert found["variants"][0]["deflated_sharpe"]["value"] is None
