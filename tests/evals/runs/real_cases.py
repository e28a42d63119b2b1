"""A few cases for the service itself: two charts that are walked, and a question about one of them."""

import json
from pathlib import Path
from types import MappingProxyType

from agent.labels import DecisionLabel, Labelling, Labels, Provenance
from evals.cases.case import Case, Chart, Conversation, Turn
from evals.cases.documents import case_document
from evals.spread.random_walks import random_walk
from tools.instruments import instrument
from tools.timeframes import Timeframe

_TOLD = Provenance("tests", "hand", "2026-01-01", "ICT.md")


def _chart(seed: int) -> Chart:
    candles = random_walk(seed, bars=160)
    return Chart(instrument("EURUSD"), MappingProxyType({Timeframe.M15: candles}), int(candles.end[-1]))


def write_suite(path: Path) -> Path:
    """Write the cases as JSONL; one of the charts is labelled as it cannot be, so that one case fails."""
    kinds = frozenset({"displacement", "fair_value_gap", "internal_swing", "sweep"})
    complete = Labels(complete=MappingProxyType({Timeframe.M15: kinds}))
    labels = (complete, Labels(decision=DecisionLabel("TRADE_NOW", "6.1"), bias=MappingProxyType({"htf": "bullish"})))
    cases = [
        Case(f"walk-{seed}", "A random walk.", _chart(seed), (Labelling(one, _TOLD),), pinned=seed == 1)
        for seed, one in enumerate(labels)
    ]
    walk = _chart(3)
    talk = Conversation(walk.as_of + 60, (walk,), (Turn("Why is there no trade?", must_say=("NO_TRADE|WAIT",)),))
    cases.append(Case("why-none", "The record says why.", talk, (Labelling(Labels(), _TOLD),)))
    path.write_text("".join(f"{json.dumps(case_document(one))}\n" for one in cases), encoding="utf-8")
    return path
