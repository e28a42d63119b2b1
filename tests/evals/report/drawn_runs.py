"""Runs to report on: charts on which everything goes wrong that can."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from agent.labels import (
    DecisionLabel,
    EventLabel,
    Labelling,
    Labels,
    OutcomeLabel,
    Provenance,
    SetupLabel,
    ZoneLabel,
)
from evals.cases.case import Case, Chart, Conversation, Suite, Turn
from evals.report import Beside, gather
from evals.runs.results import Results
from evals.runs.runner import RunOptions, run
from evals.runs.worker import Alone
from evals.subjects.asked import Asked
from evals.subjects.found import Found, FoundAnswer, FoundDecision
from tests.tools.picture.charts import walk
from tools.candles import Candles
from tools.instruments import instrument
from tools.timeframes import Timeframe

FRAME: Final = Timeframe.M15
GAP, MSS = "fair_value_gap", "mss"
HAND: Final = Provenance("tests", "hand", "2026-01-01", "ICT.md")


def labels_of(candles: Candles) -> Labels:
    """Label a shift, a gap, a bias, a rule, a decision and its setup, and what became of it."""
    time, price = candles.time.tolist(), float(candles.close[40])
    return Labels(
        events=(EventLabel(MSS, "bullish", FRAME, time[40], time[42], price),),
        zones=(ZoneLabel(GAP, "bullish", FRAME, price, price - 0.001, time[45], time[60], time[46]),),
        complete=MappingProxyType({FRAME: frozenset({MSS, GAP})}),
        bias=MappingProxyType({"htf": "bullish"}),
        rules=MappingProxyType({"1.1": "pass"}),
        decision=DecisionLabel("TRADE_NOW", "6.1"),
        setup=SetupLabel("bullish", price, price - 0.002, (price + 0.004,), "6.1"),
        outcome=OutcomeLabel("target", 2.0),
    )


def chart_case(name: str, does: str, *, pinned: bool = False, why: str | None = None, bars: int = 100) -> Case:
    candles = walk(bars, seed=len(name))
    chart = Chart(instrument("EURUSD"), MappingProxyType({FRAME: candles}), int(candles.end[-1]))
    tags = MappingProxyType({"does": does})
    return Case(name, why or f"It {does}.", chart, (Labelling(labels_of(candles), HAND),), tags, pinned)


def question_case(name: str, does: str) -> Case:
    turn = Turn("What now?", tools=("current_decision",), must_say=("wait",), abstains=False)
    conversation = Conversation(1_704_189_600, (), (turn,))
    return Case(name, "A question.", conversation, (Labelling(Labels(), HAND),), MappingProxyType({"does": does}))


@dataclass(frozen=True)
class Told:
    """Does what is scripted for each case, by its id."""

    script: Mapping[str, str]
    name: str = "told"
    is_deterministic: bool = True
    is_told_amounts: bool = False

    def identity(self) -> dict[str, Any]:
        return {"subject": self.name, "odd": "</td><script>alert(1)</script>"}

    def find(self, asked: Asked) -> Found:
        does = self.script[asked.id]
        if isinstance(asked.subject, Conversation):
            said = "You wait." if does == "right" else "Buy <b>now</b>!"
            return Found(answers=((FoundAnswer(said, ("current_decision",), "told", True, False),),))
        (candles,) = asked.subject.windows.values()
        labels = labels_of(candles)
        if does == "raises":
            raise ZeroDivisionError("division by zero")
        setup = labels.setup
        assert setup is not None
        if does == "right":
            decision = FoundDecision("TRADE_NOW", ("6.1",), 0.8, setup)
            return Found(frozenset({MSS, GAP}), labels.events, labels.zones, labels.bias, labels.rules, decision)
        event, zone, time = labels.events[0], labels.zones[0], candles.time.tolist()
        early = EventLabel(MSS, "bullish", FRAME, event.at, event.at, event.price)
        false = EventLabel(MSS, "bearish", FRAME, time[70], time[71], None)
        moved = ZoneLabel(GAP, "bullish", FRAME, zone.top + 0.002, zone.bottom + 0.002, time[50], None, time[51])
        offer = SetupLabel("bullish", setup.entry + 0.0005, setup.stop, setup.targets, "6.2")
        decision = FoundDecision("TRADE_NOW" if does == "trades" else "WAIT", ("7.1",), 0.3, offer)
        return Found(
            frozenset({MSS, GAP}), (early, false), (moved,), {"htf": "bearish"}, {"1.1": "fail"}, decision
        )  # fmt: skip


def suite_of(name: str, cases: Sequence[Case]) -> Suite:
    digests = {one.id: hashlib.sha256(f"{name}/{one.id}/{one.why}".encode()).hexdigest() for one in cases}
    return Suite(name, name, tuple(cases), digests)


def run_of(*suites: Suite) -> tuple[Results, Beside]:
    """Run suites, and gather what the report shows beside."""
    by_name = {one.name: one for one in suites}
    script = {case.id: case.tags["does"] for suite in suites for case in suite.cases}
    results = run(tuple(by_name), Told(script), by_name.__getitem__, RunOptions(Alone()))
    return results, gather(results, tuple(by_name), load_suite=by_name.__getitem__)


def usual_run() -> tuple[Results, Beside]:
    charts = [
        chart_case("all-right", "right"), chart_case("all-wrong", "wrong", pinned=True), chart_case("traded", "trades"),
        chart_case("broken", "raises"), chart_case("hostile", "wrong", why="</article><script>alert(1)</script> & <b>"),
    ]  # fmt: skip
    talks = [question_case("asked", "right"), question_case("asked-in-vain", "wrong")]
    return run_of(suite_of("charts", charts), suite_of("talks", talks))
