"""The daily bias: votes with reasons, weighed by whoever judges; neutral is an answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

import numpy as np

from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.dealing_range import EQUILIBRIUM, EQUILIBRIUM_BAND, dealing_range_at
from tools.facts import BULLISH, DIRECTIONS, NONE, Facts
from tools.imbalances import FairValueGaps
from tools.instruments import Instrument
from tools.liquidity import PREVIOUS_DAY, PREVIOUS_WEEK, LiquidityPools
from tools.structure import BREAK_TYPES
from tools.timeframes import DAY
from tools.times import iso_utc

TREND_RANKS: Final = ("lowest", "middle", "highest")
_Facts = TypeVar("_Facts", bound=Facts)
VOTES: Final = ("trend_highest", "trend_middle", "trend_lowest", "dealing_range", "draw")


@dataclass(frozen=True, slots=True)
class Vote:
    """One reason to lean one way.

    Attributes:
        name: a name of `VOTES`.
        direction: +1 bullish, -1 bearish, 0 neither, None where it cannot be known.
        reason: one clause that says why, for a trader.
        fact_id: the fact it rests on, or None.
        kind: what that fact is, or None.
        time: ISO-8601 UTC time of the bar that fact is drawn on, or None.
        price: the price that fact stands at, or None.
    """

    name: str
    direction: int | None
    reason: str
    fact_id: str | None = None
    kind: str | None = None
    time: str | None = None
    price: float | None = None


@dataclass(frozen=True, slots=True)
class BiasReading:
    """What the votes come to.

    Attributes:
        votes: every vote, in the order of `VOTES`.
        score: weighted mean of the known votes, -1 to 1; None where none is known or all that are weigh nothing.
        near_equilibrium: whether price stands within the equilibrium band of the dealing range.
        opposing_share: share of the known votes' weight on the weaker side, 0 to 0.5.
    """

    votes: tuple[Vote, ...]
    score: float | None
    near_equilibrium: bool
    opposing_share: float

    @property
    def lean(self) -> int:
        """+1, -1 or 0: the score's sign, however weak."""
        return 0 if not self.score else (1 if self.score > 0 else -1)

    @property
    def strength(self) -> float | None:
        """How strongly the votes agree, 0 to 1; 0 near equilibrium, None while nothing is known."""
        if self.score is None:
            return None
        return 0.0 if self.near_equilibrium else abs(self.score)


def read_bias(
    frames: Sequence[Candles], instrument: Instrument, price: float, weights: Mapping[str, float]
) -> BiasReading:
    """Take the votes of the higher timeframes.

    Source: ICT daily bias; the external trend of each timeframe, where price stands in the dealing range of the lowest
    of them that has one, and the draw on liquidity: the nearest untaken previous-day or previous-week pool, or unfilled
    daily gap (weekly where no daily bars are read), on each side.

    Args:
        frames: closed bars of the bias timeframes, lowest first, up to three.
        instrument: whose trading day bounds days and weeks.
        price: the price to place, the last close of the base timeframe.
        weights: weight of each name of `VOTES`; a missing name weighs nothing.
    """
    return bias_of_charts([read_chart(candles, instrument) for candles in frames], price, weights)


def bias_of_charts(
    charts: Sequence[Chart], price: float, weights: Mapping[str, float], bars: Sequence[int] | None = None
) -> BiasReading:
    """Take the votes from charts that are there already, also as they stood some bars ago; see `read_bias`.

    Args:
        charts: of the bias timeframes, lowest first, up to three.
        price: the price to place.
        weights: weight of each name of `VOTES`; a missing name weighs nothing.
        bars: how many of each chart's bars had closed; None for all of them. Equal to `read_bias` of those bars.
    """
    counts = [len(chart.candles) for chart in charts] if bars is None else bars
    frames = [_Frame(chart, count) for chart, count in zip(charts, counts, strict=True)]
    votes = [_trend_vote(rank, frame) for rank, frame in zip(TREND_RANKS, frames, strict=False)][::-1]
    place, near = _range_vote(frames, price)
    return _weigh((*votes, place, _draw_vote(frames, price)), near, weights)


class _Frame:
    """The first bars of a chart, and what of its facts was known when the last of them closed."""

    def __init__(self, chart: Chart, bars: int) -> None:
        self._chart, self._is_whole = chart, bars == len(chart.candles)
        self.candles = chart.candles if self._is_whole else chart.candles[:bars]
        self.swings = self._known(chart.external_swings)
        self.breaks = self._known(chart.external_breaks)

    @property
    def pools(self) -> LiquidityPools:
        return self._known(self._chart.liquidity_pools)

    @property
    def gaps(self) -> FairValueGaps:
        return self._known(self._chart.fair_value_gaps)

    def _known(self, facts: _Facts) -> _Facts:
        return facts if self._is_whole else facts.as_of(len(self.candles) - 1)


def _weigh(votes: tuple[Vote, ...], near: bool, weights: Mapping[str, float]) -> BiasReading:
    known = [(vote.direction, weights.get(vote.name, 0.0)) for vote in votes if vote.direction is not None]
    total = sum(weight for _, weight in known)
    if not total:
        return BiasReading(votes, None, near, 0.0)
    score = sum(direction * weight for direction, weight in known) / total
    sides = (sum(weight for direction, weight in known if direction == way) for way in (1, -1))
    return BiasReading(votes, score, near, min(sides) / total)


def _trend_vote(rank: str, frame: _Frame) -> Vote:
    name, timeframe, breaks = f"trend_{rank}", frame.candles.timeframe, frame.breaks
    if not len(breaks):
        return Vote(name, None, f"{timeframe} has broken no external swing in {len(frame.candles)} bars")
    row = len(breaks) - 1
    way = int(breaks.direction[row])
    label = BREAK_TYPES[int(breaks.type[row])]
    at = iso_utc(int(frame.candles.time[breaks.formed_index[row]]))
    reason = f"{timeframe} trend is {'up' if way == BULLISH else 'down'} since the {label} of {at}"
    return Vote(name, way, reason, breaks.id_of(row, frame.candles), "structure_break", at, float(breaks.price[row]))


def _range_vote(frames: Sequence[_Frame], price: float) -> tuple[Vote, bool]:
    for frame in frames:
        found = (
            dealing_range_at(frame.candles, frame.swings, frame.breaks, len(frame.candles) - 1)
            if len(frame.candles)
            else None
        )
        if found is None:
            continue
        percent, half = found.percent(price), found.half(price)
        way = {"premium": -1, "discount": 1, "equilibrium": 0}[half]
        reason = f"price stands at {percent:.1f} % of the {frame.candles.timeframe} dealing range, {half}"
        latest = max(found.low_index, found.high_index)
        at = iso_utc(int(frame.candles.time[latest]))
        vote = Vote("dealing_range", way, reason, found.id_on(frame.candles), "dealing_range", at, found.equilibrium)
        return vote, abs(percent - EQUILIBRIUM) <= EQUILIBRIUM_BAND
    return Vote("dealing_range", None, "no bias timeframe has a dealing range yet"), False


class _Draw(NamedTuple):
    """A level price may be drawn to: a row of a table of facts, named only if it turns out to be the nearest."""

    price: float
    kind: str
    facts: Facts
    row: int
    candles: Candles


def _draw_vote(frames: Sequence[_Frame], price: float) -> Vote:
    draws = [*_pool_draws(frames), *_gap_draws(frames)]
    above = min((draw for draw in draws if draw.price > price), key=lambda draw: draw.price, default=None)
    below = max((draw for draw in draws if draw.price < price), key=lambda draw: draw.price, default=None)
    if above is None and below is None:
        return Vote("draw", None, "no untaken daily or weekly pool or gap stands on either side")
    up = above.price - price if above else float("inf")
    down = price - below.price if below else float("inf")
    if up == down:
        return Vote("draw", 0, "the nearest pools above and below are equally far")
    nearest = above if up < down else below
    assert nearest is not None
    way, where = (1, "up") if up < down else (-1, "down")
    reason = f"the nearest draw is {where}, {nearest.kind.replace('_', ' ')} at {nearest.price:g}"
    at = iso_utc(int(nearest.candles.time[nearest.facts.formed_index[nearest.row]]))
    fact_id = nearest.facts.id_of(nearest.row, nearest.candles)
    return Vote("draw", way, reason, fact_id, nearest.kind, at, nearest.price)


def _pool_draws(frames: Sequence[_Frame]) -> Iterator[_Draw]:
    if not frames:
        return
    rows = frames[0].pools.untaken()  # swing and equal pools, and those of sessions, are no daily or weekly draw
    for row in np.flatnonzero((rows.kind == PREVIOUS_DAY) | (rows.kind == PREVIOUS_WEEK)).tolist():
        end = "high" if rows.side[row] == 1 else "low"
        yield _Draw(float(rows.price[row]), f"{rows.kind_name(row)}_{end}", rows, row, frames[0].candles)


def _gap_draws(frames: Sequence[_Frame]) -> Iterator[_Draw]:
    frame = next((one for one in frames if one.candles.timeframe.seconds >= DAY), None)
    if frame is None:
        return
    gaps, candles = frame.gaps, frame.candles
    for row in np.flatnonzero(gaps.touched_index == NONE).tolist():
        way = int(gaps.direction[row])
        near = gaps.top[row] if way == BULLISH else gaps.bottom[row]
        yield _Draw(float(near), f"{candles.timeframe}_{DIRECTIONS[way]}_fvg", gaps, row, candles)
