"""New day and new week opening gaps: what the market jumped over while it was shut."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.facts import BEARISH, BULLISH, NONE, BoolArray, DirectionArray, Facts, IntArray, Words
from tools.resample import bar_ends
from tools.timeframes import DAY
from tools.trading_day import TradingDay, day_ordinals, week_ordinals
from tools.zones import Zones, zone_life

NDOG, NWOG = range(2)
OPENING_GAP_KINDS: Final = {NDOG: "ndog", NWOG: "nwog"}
KEEP: Final = 5
_WEEK: Final = 7 * DAY
_SATURDAY: Final = 6  # ordinal modulo 7, where Monday is 1 and Sunday 0


@dataclass(frozen=True, slots=True, eq=False)
class OpeningGaps(Zones):
    """New day and new week opening gaps, drawn and confirmed on the first bar after the halt.

    Attributes:
        kind: int8, shape (m,): a key of `OPENING_GAP_KINDS`.
        dropped_index: int64: the confirmation of the gap that pushed this one out of the last few of its kind; the
            rest of its life is told all the same.
    """

    KIND: ClassVar[str] = "opening_gap"
    LIFE: ClassVar[tuple[str, ...]] = (*Zones.LIFE, "dropped_index")
    NAMED_BY: ClassVar[tuple[str, ...]] = ("kind", "direction")
    WORDS: ClassVar[Words] = {**Facts.WORDS, "kind": OPENING_GAP_KINDS}

    kind: DirectionArray
    dropped_index: IntArray


def detect_opening_gaps(candles: Candles, trading_day: TradingDay, *, keep: int = KEEP) -> OpeningGaps:
    """Find every new day (NDOG) and new week opening gap (NWOG), between the last close before the halt and the open.

    The first bar of a trading week has an NWOG, of any other trading day an NDOG; it is bullish if it opened higher,
    and there is none if it opened at the last close. What trades on a Saturday's trading day belongs to the Friday, on
    a Sunday's to the Monday: no market that halts has days of those names, but daily bars counted from 00:00 UTC open
    on them. Where the bar before still ran when the day began, its close is not the last before the halt: these
    candles are then too coarse to show the gap.

    Args:
        candles: bars, shape (n,); longer than a day they show weeks only, longer than a week nothing.
        trading_day: where days begin; a market that counts them from 00:00 UTC never halts and has no such gaps.
        keep: how many gaps of a kind are watched; a gap is dropped when that many have come after it.

    Returns:
        Gaps ordered by confirmation, each with its life. Source: ICT new day and new week opening gap.

    Raises:
        InvalidParameter: `keep` is not positive.
    """
    if keep < 1:
        raise InvalidParameter(
            "keep: at least one opening gap is kept", field="keep", expected="1 or more", got=str(keep)
        )
    opened, is_week = _first_bars(candles, trading_day)
    before, after = candles.close[opened - 1], candles.open[opened]
    jumped = before != after
    opened, is_week, before, after = opened[jumped], is_week[jumped], before[jumped], after[jumped]
    direction = np.where(after > before, BULLISH, BEARISH).astype(np.int8)
    top, bottom, middle = np.maximum(before, after), np.minimum(before, after), (before + after) / 2
    life = zone_life(candles, direction, top, bottom, middle, opened)
    kind = np.where(is_week, NWOG, NDOG).astype(np.int8)
    return OpeningGaps(opened, opened, direction, top, bottom, middle, *life, kind, _dropped(opened, kind, keep))


def _first_bars(candles: Candles, trading_day: TradingDay) -> tuple[IntArray, BoolArray]:
    """Return the first bar of each trading day or week that follows another, and whether it begins a week."""
    none = np.empty(0, dtype=np.int64)
    if trading_day is TradingDay.UTC_00 or candles.timeframe.seconds > _WEEK or len(candles) < 2:
        return none, none.astype(np.bool_)
    days = _days_of_business(candles.time, trading_day)
    first = np.flatnonzero(days[1:] != days[:-1]) + 1
    is_week = week_ordinals(days[first]) > week_ordinals(days[first - 1])
    was_shut = day_ordinals(bar_ends(candles, trading_day)[first - 1] - 1, trading_day) < days[first]
    return first[was_shut], is_week[was_shut]


def _days_of_business(times: IntArray, trading_day: TradingDay) -> IntArray:
    """Return the ordinal of each time's trading day, Saturdays as the Friday before and Sundays as the Monday after."""
    ordinals = day_ordinals(times, trading_day)
    weekday = ordinals % 7
    business: IntArray = ordinals - (weekday == _SATURDAY) + (weekday == 0)
    return business


def _dropped(confirmed: IntArray, kind: DirectionArray, keep: int) -> IntArray:
    dropped = np.full(len(confirmed), NONE, dtype=np.int64)
    for each in OPENING_GAP_KINDS:
        rows = np.flatnonzero(kind == each)
        dropped[rows[:-keep]] = confirmed[rows[keep:]]
    return dropped
