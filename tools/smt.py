"""SMT divergence: of two correlated markets one makes a lower low (a higher high) and the other does not."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.facts import BEARISH, BULLISH, DirectionArray, Facts, FloatArray, IntArray, Words
from tools.swings import HIGH, LOW, Swings

ALIGN_BARS: Final = 2
THIS, COMPANION = 1, -1
LED_BY: Final = {THIS: "this", COMPANION: "companion"}


@dataclass(frozen=True, slots=True, eq=False)
class Divergences(Facts):
    """Divergences of this market from its companion, drawn on the second of this market's two swings.

    Attributes:
        direction: int8, shape (m,): bullish between lows, bearish between highs.
        price: float64: the second swing's price in this market; `first_price` the first's.
        first_index: int64: the first swing's bar in this market.
        companion_price: float64: the second swing's price in the companion; `companion_first_price` the first's.
        companion_at: int64: epoch second at which the second swing's bar opened in the companion;
            `companion_first_at` the first's.
        led_by: int8: a key of `LED_BY`, who made the lower low or higher high.
    """

    KIND: ClassVar[str] = "smt"
    NAMED_BY: ClassVar[tuple[str, ...]] = ("direction", "first_index", "companion_first_at", "companion_at")
    WORDS: ClassVar[Words] = {**Facts.WORDS, "led_by": LED_BY}

    direction: DirectionArray
    price: FloatArray
    first_price: FloatArray
    first_index: IntArray
    companion_price: FloatArray
    companion_first_price: FloatArray
    companion_at: IntArray
    companion_first_at: IntArray
    led_by: DirectionArray


def detect_smt(
    candles: Candles,
    swings: Swings,
    companion: Candles | None,
    companion_swings: Swings | None,
    align: int = ALIGN_BARS,
) -> Divergences:
    """Find where a correlated market does not confirm this one's lows and highs.

    A bullish one: of two consecutive swing lows of each market, matched one by one within `align` bars on one clock
    (every time at which either market has a bar; no missing bar is filled in), exactly one market's second low is the
    lower one. Confirmed once both second swings are: at the later of this market's confirmation and its first bar that
    does not open before the companion's confirming bar. Bearish mirrors it between highs. Source: ICT smart money
    technique (SMT) divergence.

    Args:
        candles: bars of this market, shape (n,).
        swings: swings of one scope on them.
        companion: bars of the correlated market on the same timeframe, which may begin and end elsewhere and have other
            gaps; what opens after this market's last bar is ignored. None gives no divergence.
        companion_swings: swings of the same scope on those.
        align: how far apart matching swings may lie, in bars of the one clock.

    Returns:
        Divergences ordered by confirmation.

    Raises:
        InvalidParameter: the companion is on another timeframe.
    """
    if companion is None or companion_swings is None:
        return _NO_DIVERGENCES
    check_companion(candles, companion)
    clock = _one_clock(candles.time, companion.time)
    sides = []
    for side in (LOW, HIGH):
        ours, theirs = _side(candles, swings, side, clock), _side(companion, companion_swings, side, clock)
        sides.append(_divergences(ours, theirs, side, align, candles.time))
    found = Divergences(*(np.concatenate(columns) for columns in zip(*sides, strict=True)))
    return found.select(
        np.lexsort(
            (found.companion_first_at, found.companion_at, found.first_index, found.direction,
             found.formed_index, found.confirmed_index)
        )
    )  # fmt: skip


def check_companion(candles: Candles, companion: Candles) -> None:
    """Raise unless both markets' bars are of one timeframe.

    Raises:
        InvalidParameter: the companion is on another timeframe.
    """
    if companion.timeframe != candles.timeframe:
        raise InvalidParameter(
            f"companion: {companion.timeframe} bars beside {candles.timeframe} bars",
            field="companion",
            expected=f"{candles.timeframe} bars",
            got=f"{companion.timeframe} bars",
        )


class _Side(NamedTuple):
    """The swings of one side in one market; `place` is the position on the one clock, `known_at` the confirming bar."""

    bar: IntArray
    time: IntArray
    price: FloatArray
    place: IntArray
    known_at: IntArray


def _side(market: Candles, swings: Swings, side: int, clock: IntArray) -> _Side:
    rows = swings.side == side
    bar = swings.formed_index[rows]
    at = market.time[bar]
    known_at = market.time[swings.confirmed_index[rows]]
    return _Side(bar, at, swings.price[rows], np.searchsorted(clock, at), known_at)


def _one_clock(ours: IntArray, theirs: IntArray) -> IntArray:
    both = np.concatenate((ours, theirs))
    both.sort(kind="stable")  # two ascending runs, merged in linear time
    is_first = np.ones(len(both), dtype=np.bool_)
    np.not_equal(both[1:], both[:-1], out=is_first[1:])
    return both[is_first]


def _divergences(ours: _Side, theirs: _Side, side: int, align: int, base: IntArray) -> tuple[npt.NDArray[Any], ...]:
    """Return the columns of the divergences between the swings of one side, known by one of the bars at `base`."""
    mine, other = _matching_pairs(ours.place, theirs.place, align)
    further, companion_further = side * np.diff(ours.price) > 0, side * np.diff(theirs.price) > 0
    rows = np.flatnonzero(further[mine] != companion_further[other])
    known_at = np.maximum(ours.known_at[mine[rows] + 1], theirs.known_at[other[rows] + 1])
    confirmed = np.searchsorted(base, known_at)
    rows, confirmed = rows[confirmed < len(base)], confirmed[confirmed < len(base)]
    mine, other = mine[rows], other[rows]
    return (
        ours.bar[mine + 1],
        confirmed,
        np.full(len(rows), BULLISH if side == LOW else BEARISH, dtype=np.int8),
        ours.price[mine + 1],
        ours.price[mine],
        ours.bar[mine],
        theirs.price[other + 1],
        theirs.price[other],
        theirs.time[other + 1],
        theirs.time[other],
        np.where(further[mine], THIS, COMPANION).astype(np.int8),
    )


def _matching_pairs(ours: IntArray, theirs: IntArray, align: int) -> tuple[IntArray, IntArray]:
    """Return which consecutive pairs of positions lie within `align` of each other, each pair by its first row."""
    firsts = theirs[:-1]
    begin = np.searchsorted(firsts, ours[:-1] - align)
    count = np.searchsorted(firsts, ours[:-1] + align, side="right") - begin
    mine = np.repeat(np.arange(len(count)), count)
    other = np.arange(len(mine)) + np.repeat(begin - np.cumsum(count) + count, count)
    matched = np.abs(ours[mine + 1] - theirs[other + 1]) <= align
    return mine[matched], other[matched]


_BARS: Final = np.empty(0, dtype=np.int64)
_PRICES: Final = np.empty(0, dtype=np.float64)
_CODES: Final = np.empty(0, dtype=np.int8)
_NO_DIVERGENCES: Final = Divergences(
    _BARS, _BARS, _CODES, _PRICES, _PRICES, _BARS, _PRICES, _PRICES, _BARS, _BARS, _CODES
)
