"""The library people use today for the same facts, as a subject: what it finds, at the bars its answers name.

It gives one row a bar and does not say when a row could be known: a row is taken to be known at the bar it is on, for
nothing in it names another. It has one swing for every use, of a length it is told: the lengths of
internal and external swings here make two scopes of it.
"""

import importlib.util
import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from agent.labels import Direction, EventLabel, ZoneLabel
from evals.bench.peer import NAME, Peer, frame_of
from evals.cases.case import Chart
from evals.subjects.asked import Asked
from evals.subjects.code import code_digest
from evals.subjects.found import Found
from tools.candles import Candles
from tools.errors import InvalidParameter

LENGTHS: Final = MappingProxyType({"internal": 2, "external": 5})
"""Bars either way of a swing in each scope."""
EVENTS: Final = frozenset(
    {f"{scope}_{what}" for scope in LENGTHS for what in ("swing", "bos", "choch")} | {"equal_highs", "equal_lows"}
)
ZONES: Final = frozenset({"fair_value_gap", "order_block", "external_order_block"})
_CODE: Final = ("tools", "evals.bench", "evals.subjects")
_LEAST_BARS: Final = 3


@dataclass(frozen=True)
class PeerSubject:
    """The installed ``smartmoneyconcepts``, for the facts it has; it judges no rule and decides nothing.

    Attributes:
        name: how reports call it.
    """

    name: str = NAME

    @property
    def is_available(self) -> bool:
        """Whether the library is installed; it is no dependency of this project, and ``make bench`` installs it."""
        return importlib.util.find_spec(NAME) is not None

    @property
    def is_deterministic(self) -> bool:
        """True: it is arithmetic."""
        return True

    @property
    def is_told_amounts(self) -> bool:
        """No: it says what it sees."""
        return False

    def identity(self) -> dict[str, Any]:
        """Return the library's version, None where it is not installed, and the digest of the code that reads it."""
        try:
            installed = version(NAME)
        except PackageNotFoundError:
            installed = None
        return {"subject": self.name, "version": installed, "code": code_digest(_CODE)}

    def find(self, asked: Asked) -> Found:
        """Return the kinds it has of those that the labels speak of; nothing on a conversation.

        Raises:
            InvalidParameter: the library is not installed.
        """
        if not self.is_available:
            raise InvalidParameter(
                f"{NAME} is not installed; run: make bench", field="subject", expected="an installed library", got=NAME
            )
        if not isinstance(asked.subject, Chart):
            return Found()
        chart, peer = asked.subject, Peer()
        readings = [(frame, _Reading(peer, chart.windows[frame])) for frame in sorted(chart.windows)]
        wanted = {frame: asked.kinds.get(frame, frozenset()) for frame, _ in readings}
        return Found(
            kinds=EVENTS | ZONES,
            events=tuple(event for frame, reading in readings for event in reading.events(wanted[frame] & EVENTS)),
            zones=tuple(zone for frame, reading in readings for zone in reading.zones(wanted[frame] & ZONES)),
        )


class _Reading:
    """What the library answers about one window of candles."""

    def __init__(self, peer: Peer, candles: Candles) -> None:
        self._peer, self._candles, self._frame = peer, candles, frame_of(candles)

    def events(self, kinds: frozenset[str]) -> Iterator[EventLabel]:
        if len(self._candles) < _LEAST_BARS:
            return
        for scope, length in LENGTHS.items():
            swings = self._peer.swings(self._frame, length)
            if f"{scope}_swing" in kinds:
                yield from swing_events(swings, self._candles, f"{scope}_swing")
            if {f"{scope}_bos", f"{scope}_choch"} & kinds:
                breaks = self._peer.call("bos_choch", self._frame, swings)
                found = break_events(breaks, self._candles, scope)
                yield from (one for one in found if one.kind in kinds)
            if scope == "internal" and {"equal_highs", "equal_lows"} & kinds:
                pools = self._peer.call("liquidity", self._frame, swings)
                yield from (one for one in pool_events(pools, self._candles) if one.kind in kinds)

    def zones(self, kinds: frozenset[str]) -> Iterator[ZoneLabel]:
        if len(self._candles) < _LEAST_BARS:
            return
        if "fair_value_gap" in kinds:
            gaps = self._peer.call("fvg", self._frame, None)
            yield from zones_in(gaps, "FVG", self._candles, "fair_value_gap")
        for kind, scope in (("order_block", "internal"), ("external_order_block", "external")):
            if kind in kinds:
                blocks = self._peer.call("ob", self._frame, self._peer.swings(self._frame, LENGTHS[scope]))
                yield from zones_in(blocks, "OB", self._candles, kind)


def swing_events(answer: pd.DataFrame, candles: Candles, kind: str) -> Iterator[EventLabel]:
    """Yield its swings: 1 is a high, which is bearish as labels go."""
    for at, side, price in _rows(answer, "HighLow", "Level"):
        yield _event(candles, kind, -side, at, price)


def break_events(answer: pd.DataFrame, candles: Candles, scope: str) -> Iterator[EventLabel]:
    """Yield its breaks and changes of character, each on the swing its row is on."""
    for column, what in (("BOS", "bos"), ("CHOCH", "choch")):
        for at, side, price in _rows(answer, column, "Level"):
            yield _event(candles, f"{scope}_{what}", side, at, price)


def pool_events(answer: pd.DataFrame, candles: Candles) -> Iterator[EventLabel]:
    """Yield its liquidity: 1 lies above equal highs, which are bearish as labels go."""
    for at, side, price in _rows(answer, "Liquidity", "Level"):
        yield _event(candles, "equal_highs" if side > 0 else "equal_lows", -side, at, price)


def zones_in(answer: pd.DataFrame, column: str, candles: Candles, kind: str) -> Iterator[ZoneLabel]:
    """Yield its gaps or blocks, until the bar that mitigated each; 0 stands for none."""
    for at, side, top, bottom, ended in _rows(answer, column, "Top", "Bottom", "MitigatedIndex"):
        since, until = int(candles.time[at]), int(candles.time[int(ended)]) if ended > at else None
        yield ZoneLabel(kind, _way(side), candles.timeframe, max(top, bottom), min(top, bottom), since, until, since)


def _rows(answer: pd.DataFrame, column: str, *others: str) -> Iterator[tuple[Any, ...]]:
    values = (answer[name].to_numpy(dtype=float).tolist() for name in (column, *others))
    for at, row in enumerate(zip(*values, strict=True)):
        if not math.isnan(row[0]) and row[0] != 0:
            yield at, *row


def _event(candles: Candles, kind: str, side: float, at: int, price: float) -> EventLabel:
    time = int(candles.time[at])
    return EventLabel(kind, _way(side), candles.timeframe, time, time, None if math.isnan(price) else price)


def _way(side: float) -> Direction:
    return "bullish" if side > 0 else "bearish"
