"""The dealing range: its halves, its equilibrium, and the optimal trade entry inside it."""

from dataclasses import dataclass
from typing import Any, Final

from tools.candles import Candles
from tools.facts import BULLISH, DIRECTIONS
from tools.structure import StructureBreaks
from tools.swings import HIGH, LOW, Swings
from tools.times import iso_utc

EQUILIBRIUM: Final = 50.0
EQUILIBRIUM_BAND: Final = 2.5
OTE_SHALLOW: Final = 0.62
OTE_SWEET_SPOT: Final = 0.705
OTE_DEEP: Final = 0.79


@dataclass(frozen=True, slots=True)
class DealingRange:
    """One dealing range as it stood at the close of bar `as_of_index`.

    Attributes:
        low: lowest price, in the quote currency; `high` the highest.
        low_index: the bar that made the low; `high_index` the high.
        direction: +1 after a bullish external break, -1 after a bearish one, 0 before any break.
        break_index: the external break it comes from, or None before any.
        as_of_index: the last bar it has seen.
    """

    low: float
    high: float
    low_index: int
    high_index: int
    direction: int
    break_index: int | None
    as_of_index: int

    @property
    def equilibrium(self) -> float:
        """The price in the middle."""
        return (self.low + self.high) / 2

    def percent(self, price: float) -> float:
        """Return where a price stands: 0 at the low, 100 at the high; above 50 premium, below discount."""
        return (price - self.low) / (self.high - self.low) * 100

    def half(self, price: float, band: float = EQUILIBRIUM_BAND) -> str:
        """Name the half: ``premium``, ``discount``, or ``equilibrium`` within `band` percent of the middle."""
        away = self.percent(price) - EQUILIBRIUM
        if abs(away) <= band:
            return "equilibrium"
        return "premium" if away > 0 else "discount"

    def retracement(self, price: float, direction: int) -> float:
        """Return how much of the range a price has given back against `direction`: 0 at its end, 1 at its origin."""
        height = self.high - self.low
        return (self.high - price) / height if direction == BULLISH else (price - self.low) / height

    def level(self, retracement: float, direction: int) -> float:
        """Return the price at a retracement against `direction`."""
        height = self.high - self.low
        return self.high - retracement * height if direction == BULLISH else self.low + retracement * height

    def optimal_trade_entry(self, direction: int) -> tuple[float, float]:
        """Return the lower and upper price of the OTE, retracements 0.62 to 0.79."""
        ends = self.level(OTE_SHALLOW, direction), self.level(OTE_DEEP, direction)
        return min(ends), max(ends)

    def id_on(self, candles: Candles) -> str:
        """Return the fact's lasting name; a range is told apart by its two extremes."""
        ends = (iso_utc(int(candles.time[index])) for index in (self.low_index, self.high_index))
        return ":".join(("dealing_range", candles.timeframe, *ends))

    def dead_index(self, candles: Candles) -> int | None:
        """Return the first bar that traded beyond the range's origin, which ends its OTE; None while none has."""
        begins, ends = self._origin_index + 1, self.as_of_index + 1
        if self.direction == BULLISH:
            beyond = candles.low[begins:ends] < self.low
        else:
            beyond = candles.high[begins:ends] > self.high
        return begins + int(beyond.argmax()) if beyond.any() else None

    def to_dict(self, candles: Candles, band: float = EQUILIBRIUM_BAND) -> dict[str, Any]:
        """Return it JSON-ready, with the last close's place in it and its OTE, null in a range without direction."""
        close = float(candles.close[self.as_of_index])
        return {
            "id": self.id_on(candles),
            "low": self.low,
            "high": self.high,
            "equilibrium": self.equilibrium,
            "low_index": self.low_index,
            "low_at": iso_utc(int(candles.time[self.low_index])),
            "high_index": self.high_index,
            "high_at": iso_utc(int(candles.time[self.high_index])),
            "break_index": self.break_index,
            "break_at": None if self.break_index is None else iso_utc(int(candles.time[self.break_index])),
            "direction": DIRECTIONS.get(self.direction),
            "pd_percent": self.percent(close),
            "half": self.half(close, band),
            "ote": self._entry_to_dict(candles, close) if self.direction else None,
        }

    @property
    def _origin_index(self) -> int:
        return self.low_index if self.direction == BULLISH else self.high_index

    def _entry_to_dict(self, candles: Candles, close: float) -> dict[str, Any]:
        bottom, top = self.optimal_trade_entry(self.direction)
        dead = self.dead_index(candles)
        return {
            "top": top,
            "bottom": bottom,
            "sweet_spot": self.level(OTE_SWEET_SPOT, self.direction),
            "retracement": self.retracement(close, self.direction),
            "dead_index": dead,
            "dead_at": None if dead is None else iso_utc(int(candles.time[dead])),
        }


def dealing_range_at(candles: Candles, swings: Swings, breaks: StructureBreaks, t: int) -> DealingRange | None:
    """Return the dealing range as it stood at the close of bar `t`.

    After a bullish external break it runs from the low of the leg's origin to the highest high since, up to `t`; before
    any break between the latest confirmed external swings. Source: ICT dealing range, premium and discount.

    Args:
        candles: bars, shape (n,).
        swings: external swings on the same bars.
        breaks: external structure breaks on the same bars.
        t: bar index, ``0 <= t < n``.

    Returns:
        The range, or None while it cannot be known or has no height.
    """
    last = int(breaks.confirmed_index.searchsorted(t, side="right")) - 1
    found = _after_break(candles, breaks, last, t) if last >= 0 else _between_swings(swings, t)
    return found if found is not None and found.high > found.low else None


def _after_break(candles: Candles, breaks: StructureBreaks, row: int, t: int) -> DealingRange:
    origin, broke = int(breaks.origin_index[row]), int(breaks.formed_index[row])
    if breaks.direction[row] == BULLISH:
        high = origin + int(candles.high[origin : t + 1].argmax())
        return DealingRange(float(candles.low[origin]), float(candles.high[high]), origin, high, 1, broke, t)
    low = origin + int(candles.low[origin : t + 1].argmin())
    return DealingRange(float(candles.low[low]), float(candles.high[origin]), low, origin, -1, broke, t)


def _between_swings(swings: Swings, t: int) -> DealingRange | None:
    known = swings.as_of(t)
    highs, lows = known.select(known.side == HIGH), known.select(known.side == LOW)
    if not len(highs) or not len(lows):
        return None
    high, low = int(highs.formed_index[-1]), int(lows.formed_index[-1])
    return DealingRange(float(lows.price[-1]), float(highs.price[-1]), low, high, 0, None, t)
