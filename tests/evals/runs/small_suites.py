"""Suites of a few bars, and a subject that does what a chart's mode says; both travel to other processes."""

import hashlib
import os
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from agent.labels import EventLabel, Labelling, Labels, Provenance
from evals.cases.case import Case, Chart, Conversation, Suite, Turn
from evals.runs.runner import RunOptions
from evals.runs.worker import Alone
from evals.subjects.asked import Asked
from evals.subjects.found import Found, FoundAnswer
from tools.candles import Candles
from tools.errors import InvalidParameter, TooFewCandles
from tools.instruments import instrument
from tools.timeframes import Timeframe

ALONE: Final = RunOptions(Alone())
START: Final = 1_704_189_600
BARS: Final = 12
KIND: Final = "displacement"


def candles() -> Candles:
    step = np.arange(BARS)
    return Candles.from_columns(
        {"time": START + 900 * step, "open": 1.1 + step / 1e4, "high": 1.1003 + step / 1e4, "low": 1.0998 + step / 1e4,
         "close": 1.1001 + step / 1e4, "volume": np.zeros(BARS)},
        "15m",
    )  # fmt: skip


def displacement() -> EventLabel:
    at = START + 3 * 900
    return EventLabel(KIND, "bullish", Timeframe.M15, at, at)


def case(name: str, does: str, *, pinned: bool = False) -> Case:
    """Make a case with one displacement on its fourth bar."""
    window = candles()
    labels = Labels(
        events=(displacement(),),
        complete=MappingProxyType({Timeframe.M15: frozenset({KIND})}),
    )
    chart = Chart(instrument("EURUSD"), MappingProxyType({Timeframe.M15: window}), int(window.end[-1]), mode=does)
    told = Provenance("tests", "hand", "2026-01-01", "ICT.md: displacement")
    return Case(name, f"It {does}.", chart, (Labelling(labels, told),), MappingProxyType({"does": does}), pinned)


def question(name: str) -> Case:
    turn = Turn("What now?", must_say=("wait",))
    told = Provenance("tests", "hand", "2026-01-01", "the record")
    return Case(name, "A question.", Conversation(START, (), (turn,)), (Labelling(Labels(), told),))


def load(source: str) -> Suite:
    """Make the suite of a name, such as ``first:right,wrong,right``: a case for each word."""
    if source == "broken":
        raise InvalidParameter("broken:3: this is no case", field="broken", expected="a case", got="nothing")
    if source == "deadly":
        os._exit(3)
    name, _, words = source.partition(":")
    cases = tuple(
        question(f"q{number}") if does == "answers" else case(f"c{number:02}", does, pinned=number % 2 == 0)
        for number, does in enumerate(words.split(","))
    )
    digests = {one.id: hashlib.sha256(f"{name} {one.id} {one.why}".encode()).hexdigest() for one in cases}
    return Suite(name, f"The {name} one", cases, digests)


@dataclass(frozen=True)
class Scripted:
    """Does what a chart's mode says, and writes down that it was asked where there is a diary."""

    version: int = 1
    diary: str | None = None
    name: str = "scripted"
    is_deterministic: bool = True
    is_told_amounts: bool = False

    def identity(self) -> dict[str, Any]:
        return {"subject": self.name, "version": self.version}

    def find(self, asked: Asked) -> Found:
        if self.diary is not None:
            with open(self.diary, "a", encoding="utf-8") as stream:
                stream.write(f"{asked.id}\n")
        if isinstance(asked.subject, Conversation):
            return Found(answers=((FoundAnswer("You wait.", (), "told", True, False),),))
        does = asked.subject.mode
        if does == "dies":
            os._exit(3)
        if does == "raises":
            return Found(bias={"htf": str(1 // len(asked.amounts))})
        if does == "refuses":
            raise TooFewCandles("it has 12 bars\nand needs 30")
        seen = (displacement(),) if does == "right" else ()
        return Found(kinds=frozenset({KIND, "mss"}), events=seen)
