"""Baselines: whoever guesses, and whoever never trades. What does no better than they knows nothing."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from agent.labels import EVENT_KINDS, ZONE_KINDS, Direction, EventLabel, SetupLabel, ZoneLabel
from evals.cases.case import Chart
from evals.subjects.asked import Asked, Kind
from evals.subjects.code import code_digest
from evals.subjects.found import Found, FoundDecision
from rulebook.loader import load_rulebook
from rulebook.verdict import Outcome
from tools.candles import Candles
from tools.displacement import true_ranges
from tools.timeframes import Timeframe

EVERY_KIND: Final = frozenset((*EVENT_KINDS, *ZONE_KINDS))
_CODE: Final = ("tools", "evals.subjects")
_DIRECTIONS: Final[tuple[Direction, ...]] = ("bullish", "bearish")
_BIASES: Final = ("bullish", "bearish", "neutral")
_OUTCOMES: Final[tuple[Outcome, ...]] = ("pass", "fail", "not_evaluated")
_STATUSES: Final = ("TRADE_NOW", "WAIT", "NO_TRADE")


@dataclass(frozen=True)
class NoTrade:
    """Decides NO_TRADE on every chart, and finds nothing on any.

    Attributes:
        name: how reports call it.
    """

    name: str = "no-trade"

    @property
    def is_deterministic(self) -> bool:
        """True: it always says the same."""
        return True

    @property
    def is_told_amounts(self) -> bool:
        """No: it says what it sees."""
        return False

    def identity(self) -> dict[str, Any]:
        """Return its name and the digest of its code."""
        return {"subject": self.name, "code": code_digest(_CODE)}

    def find(self, asked: Asked) -> Found:
        """Decide against a trade; nothing on a conversation."""
        if not isinstance(asked.subject, Chart):
            return Found()
        decision = FoundDecision("NO_TRADE", rules=(), confidence=1.0)
        return Found(kinds=EVERY_KIND, decision=decision)


@dataclass(frozen=True)
class RandomDetector:
    """Guesses: of each kind about as many as are labelled, anywhere, and any bias, outcome and decision.

    It is told how many there are, how late they are known and how high they are, and nothing of where: what it scores
    is what chance scores on charts like these. Where none of a kind is labelled, and none may be found, it tosses a
    coin whether to find one.

    Attributes:
        seed: the same seed guesses the same of the same case.
        name: how reports call it.
    """

    seed: int = 0
    name: str = "random"

    @property
    def is_deterministic(self) -> bool:
        """True: its guesses are seeded."""
        return True

    @property
    def is_told_amounts(self) -> bool:
        """Yes, and it is given nothing else of the labels."""
        return True

    def identity(self) -> dict[str, Any]:
        """Return its name, its seed and the digest of its code."""
        return {"subject": self.name, "seed": self.seed, "code": code_digest((*_CODE, "rulebook"))}

    def find(self, asked: Asked) -> Found:
        """Guess; nothing on a conversation."""
        if not isinstance(asked.subject, Chart):
            return Found()
        chart, rng = asked.subject, self._generator(asked.id, asked.subject)
        return Found(
            kinds=EVERY_KIND,
            events=tuple(_events(chart, asked, rng)),
            zones=tuple(_zones(chart, asked, rng)),
            bias={where: _BIASES[rng.integers(len(_BIASES))] for where in sorted(asked.biases)},
            rules={rule: _OUTCOMES[rng.integers(len(_OUTCOMES))] for rule in sorted(asked.rules)},
            decision=_decision(chart, rng),
        )

    def _generator(self, case_id: str, chart: Chart) -> np.random.Generator:
        seen = [f"{frame}={chart.windows[frame].sha256}" for frame in sorted(chart.windows)]
        digest = hashlib.sha256("\0".join([str(self.seed), case_id, *seen]).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16]))


def _events(chart: Chart, asked: Asked, rng: np.random.Generator) -> Iterator[EventLabel]:
    for frame, kind, lags in _spoken_of(asked, EVENT_KINDS):
        candles = chart.windows[frame]
        for _ in range(_how_many(len(lags), rng)):
            at, way = int(rng.integers(len(candles))), _DIRECTIONS[rng.integers(2)]
            known = min(at + int(_one_of(lags or (0.0,), rng)), len(candles) - 1)
            yield EventLabel(kind, way, frame, int(candles.time[at]), int(candles.time[known]))


def _zones(chart: Chart, asked: Asked, rng: np.random.Generator) -> Iterator[ZoneLabel]:
    for frame, kind, heights in _spoken_of(asked, ZONE_KINDS):
        candles = chart.windows[frame]
        usual = (float(np.median(true_ranges(candles))),)
        for _ in range(_how_many(len(heights), rng)):
            yield _zone(candles, kind, _one_of(heights or usual, rng), rng)


def _zone(candles: Candles, kind: str, height: float, rng: np.random.Generator) -> ZoneLabel:
    since, way = int(rng.integers(len(candles))), _DIRECTIONS[rng.integers(2)]
    until = int(rng.integers(since, len(candles))) if rng.integers(2) else None
    floor = float(candles.low.min())
    bottom = rng.uniform(floor, max(floor, float(candles.high.max()) - height))
    ended = None if until is None else int(candles.time[until])
    return ZoneLabel(kind, way, candles.timeframe, bottom + height, bottom, int(candles.time[since]), ended)


def _decision(chart: Chart, rng: np.random.Generator) -> FoundDecision:
    rules = _rules()
    status, rule = _STATUSES[rng.integers(len(_STATUSES))], rules[rng.integers(len(rules))]
    setup = _setup(chart.base, rule, rng) if status == "TRADE_NOW" else None
    return FoundDecision(status, (rule,), float(rng.uniform()), setup)


@cache
def _rules() -> tuple[str, ...]:
    return tuple(rule.id for rule in load_rulebook("strict").rules)


def _setup(candles: Candles, rule: str, rng: np.random.Generator) -> SetupLabel:
    """Enter at the last close, risk one usual bar, and aim at twice that."""
    way, risk = _DIRECTIONS[rng.integers(2)], float(np.median(true_ranges(candles)))
    entry, sign = float(candles.close[-1]), 1 if way == "bullish" else -1
    return SetupLabel(way, entry, entry - sign * risk, (entry + 2 * sign * risk,), rule)


def _spoken_of(asked: Asked, known: Sequence[str]) -> list[tuple[Timeframe, str, tuple[float, ...]]]:
    """Return the kinds that are judged, each with one number a label."""
    named: list[Kind] = [(frame, kind) for frame, kinds in asked.kinds.items() for kind in kinds if kind in known]
    return [(*one, asked.amounts.get(one, ())) for one in sorted(named, key=lambda one: (one[0].seconds, one[1]))]


def _one_of(numbers: Sequence[float], rng: np.random.Generator) -> float:
    return numbers[int(rng.integers(len(numbers)))]


def _how_many(labelled: int, rng: np.random.Generator) -> int:
    return int(rng.poisson(labelled)) if labelled else int(rng.integers(2))
