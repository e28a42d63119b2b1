"""Near misses of pools, sweeps, equal highs, changes of delivery, divergences, shifts and Judas swings."""

from functools import partial

from evals.cases.case import Case
from evals.suites.adversarial.near_miss import Drawing, Event, fact_pairs
from evals.suites.textbook.drawing import Bar, steady
from evals.suites.textbook.standing_setup import INVALIDATION, setup_bars
from tools.timeframes import Timeframe

_EQUAL = "equal_highs equal_lows"
_SWEEP, _DISPLACING, _CONFIRMING = 46, 48, 49
"""Bars of the standing setup: the sweep, the displacement, the one that confirms the gap."""
_BOUNCE = 76


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    pool = partial(fact_pairs, definition="liquidity pool, sweep and run")
    shift = partial(fact_pairs, definition="MSS", start="2024-05-14T19:00-04:00", timeframe=Timeframe.M15)
    return (
        *pool("pool-taken", "sweep run", _taken),
        *pool("sweep-close", "sweep run", _sweep_close),
        *pool("sweep-reclaim-close", "sweep run", _reclaim_close, parameters={"reclaim_bars": 3}),
        *pool("sweep-reclaim-bars", "sweep run", _reclaim_bars, parameters={"reclaim_bars": 3}),
        *fact_pairs("equal-tolerance", _EQUAL, _equal, definition="liquidity pool, equal highs"),
        *fact_pairs("equal-bar-between", _EQUAL, _between, definition="liquidity pool, equal highs"),
        *fact_pairs("delivery-close", "cisd", _delivery_close, definition="CISD"),
        *fact_pairs("delivery-lookback", "cisd", _delivery_lookback, definition="CISD"),
        *fact_pairs("divergence-align", "smt", _align, definition="SMT divergence"),
        *fact_pairs("divergence-tie", "smt", _tie, definition="SMT divergence"),
        *shift("shift-sweep", "mss", _shift_sweep),
        *shift("shift-gap", "mss", _shift_gap),
        *shift("shift-displacement", "mss", _shift_displacement),
        *shift("shift-close", "mss", _shift_close),
        *fact_pairs("judas-until", "judas_swing", _judas, definition="Judas swing", timeframe=Timeframe.M15),
    )


def _after_high(*bars: Bar) -> list[Bar]:
    """Draw an external swing high at 20 ticks, known with its fifth bar after, and what follows from bar 14 on."""
    return [*steady(8, 0, 10), (0, 20, -5, 0), *steady(5, 0, 10), *bars]


def _sweep(known: int) -> tuple[Event, ...]:
    return (Event("sweep", "bearish", 14, known, 20),)


def _run(known: int) -> tuple[Event, ...]:
    return (Event("run", "bullish", 14, known, 20),)


def _taken(is_inside: bool) -> Drawing:
    high = 21 if is_inside else 20
    bars = _after_high((0, high, -2, 0))
    if is_inside:
        return Drawing(bars, "A high of [21] takes the pool at [20] and the bar closes back below it.", _sweep(14))
    return Drawing(bars, "A high of [20] touches the pool there and takes nothing.")


def _sweep_close(is_inside: bool) -> Drawing:
    close = 19 if is_inside else 20
    bars = _after_high((0, 25, -2, close))
    if is_inside:
        return Drawing(bars, "The bar that took the pool at [20] closes back below it, at [19].", _sweep(14))
    return Drawing(bars, "The bar that took the pool closes on its price of [20], not below it: a run.", _run(14))


def _reclaim_close(is_inside: bool) -> Drawing:
    close = 19 if is_inside else 20
    bars = _after_high((0, 25, -2, 22), (22, 25, 20, 22), (22, 24, 17, close))
    if is_inside:
        return Drawing(
            bars, "The third bar counting the one that took the pool closes below its price of [20].", _sweep(16)
        )
    return Drawing(bars, "The third and last bar closes on the pool's price of [20], so it was run.", _run(16))


def _reclaim_bars(is_inside: bool) -> Drawing:
    waits = 1 if is_inside else 2
    bars = _after_high((0, 25, -2, 22), *[(22, 25, 20, 22)] * waits, (22, 24, 17, 19))
    if is_inside:
        return Drawing(bars, "The close back below [20] comes on the third of three bars.", _sweep(16))
    return Drawing(bars, "The close back below [20] comes on the fourth bar, after the pool was run.", _run(16))


def _equal(is_inside: bool) -> Drawing:
    second = 28 if is_inside else 27
    bars = [*steady(15, 0, 26), (0, 30, -13, 0), *steady(4, 0, 26), (0, second, -13, 0), *steady(2, 0, 26)]
    if is_inside:
        return Drawing(
            bars,
            "The highs at [30] and [28] differ by two ticks, within a tenth of an ATR of about 28.",
            (Event("equal_highs", "bearish", 20, 22, 30),),
        )
    return Drawing(bars, "The highs at [30] and [27] differ by three ticks, more than a tenth of an ATR of about 28.")


def _between(is_inside: bool) -> Drawing:
    high = 32 if is_inside else 33
    first = [*steady(15, 0, 26), (0, 30, -13, 0), *steady(2, 0, 26), (0, high, -13, 0)]
    bars = [*first, *steady(2, 0, 26), (0, 30, -13, 0), *steady(2, 0, 26)]
    if is_inside:
        return Drawing(
            bars,
            "The high between at [32] is within a tenth of an ATR of about 29 ticks of both highs at [30].",
            (Event("equal_highs", "bearish", 18, 20, 32), Event("equal_highs", "bearish", 21, 23, 32)),
        )
    return Drawing(bars, "The high between at [33] stands above both highs at [30] by more than the tolerance.")


def _delivery_close(is_inside: bool) -> Drawing:
    close = 1 if is_inside else 0
    bars = [*steady(10, 0, 10), (0, 1, -12, -8), (-8, 3, -9, close)]
    if is_inside:
        return Drawing(
            bars,
            "The close at [1] lies a tick above the open of the down candle that made the low.",
            (Event("cisd", "bullish", 11, 11, 0),),
        )
    return Drawing(bars, "The close lies on the open of the down candle that made the low, not above it.")


def _delivery_lookback(is_inside: bool) -> Drawing:
    waits = 8 if is_inside else 9
    bars = [*steady(10, 0, 10), (0, 1, -12, -8), *steady(waits, -8, 4), (-8, 3, -9, 1)]
    at = len(bars) - 1
    if is_inside:
        return Drawing(
            bars,
            "The down candle's low is the lowest of the last ten bars, its own the first of them.",
            (Event("cisd", "bullish", at, at, 0),),
        )
    return Drawing(bars, "The down candle lies eleven bars back, and dojis made the lowest low of the last ten.")


def _two_lows(first: tuple[int, int], second: tuple[int, int]) -> list[Bar]:
    bars = steady(22, 0, 10)
    for at, low in (first, second):
        bars[at] = (0, 5, low, 0)
    return bars


def _align(is_inside: bool) -> Drawing:
    late = 14 if is_inside else 15
    bars, companion = _two_lows((6, -20), (12, -22)), _two_lows((6, -20), (late, -18))
    if is_inside:
        return Drawing(
            bars,
            "The companion's second low comes two bars later, still matched, and did not go lower.",
            (Event("smt", "bullish", 12, 16, -22),),
            companion=companion,
        )
    return Drawing(bars, "The companion's second low comes three bars later and matches nothing.", companion=companion)


def _tie(is_inside: bool) -> Drawing:
    low = -20 if is_inside else -21
    bars, companion = _two_lows((6, -20), (12, -22)), _two_lows((6, -20), (12, low))
    if is_inside:
        return Drawing(
            bars,
            "This market makes a lower low and the companion only an equal one.",
            (Event("smt", "bullish", 12, 14, -22),),
            companion=companion,
        )
    return Drawing(bars, "Both markets make a lower low, the companion by a tick.", companion=companion)


def _with(at: int, bar: Bar) -> list[Bar]:
    bars = setup_bars()
    bars[at] = bar
    return bars


def _shift(at: int = _DISPLACING) -> tuple[Event, ...]:
    return (Event("mss", "bullish", at, _CONFIRMING, _BOUNCE),)


def _shift_sweep(is_inside: bool) -> Drawing:
    low = 60 if is_inside else 61
    bars = _with(_SWEEP, (64, 67, low, 65))
    if is_inside:
        return Drawing(bars, "The leg's origin at [60] took the low at [61] and closed back above it.", _shift())
    return Drawing(bars, "The leg's origin touched the low at [61], so nothing was swept before the break.")


def _shift_gap(is_inside: bool) -> Drawing:
    low = 71 if is_inside else 70
    bars = _with(_CONFIRMING, (85, 89, low, 88))
    if is_inside:
        return Drawing(bars, "The leg leaves a gap of one tick between the high at [70] and the low at [71].", _shift())
    return Drawing(bars, "The low touches the high two bars before at [70]: the leg leaves no gap.")


def _shift_displacement(is_inside: bool) -> Drawing:
    opened = 75 if is_inside else 76
    bars = _with(_DISPLACING, (opened, 86, 66, 85))
    if is_inside:
        return Drawing(
            bars, "The breaking body of 10 ticks is more than one and a half times the ATR before it.", _shift()
        )
    return Drawing(bars, "The breaking body of 9 ticks is less than one and a half times the ATR before it.")


def _shift_close(is_inside: bool) -> Drawing:
    close = 77 if is_inside else 76
    bars = _with(_DISPLACING, (64, 78, 64, close))
    if is_inside:
        return Drawing(
            bars, "The displacement closes at [77], above the high at [76], and shifts structure itself.", _shift()
        )
    return Drawing(bars, "The displacement closes on the high at [76], so only the next close shifts structure.",
                   _shift(_CONFIRMING))  # fmt: skip


def _judas(is_inside: bool) -> Drawing:
    start, opens = ("2024-05-14T22:15-04:00", "09:45") if is_inside else ("2024-05-14T22:30-04:00", "10:00")
    bars = setup_bars()
    events = (Event("judas_swing", "bullish", _SWEEP, _CONFIRMING, INVALIDATION),) if is_inside else ()
    compared = "before" if is_inside else "not before"
    return Drawing(bars, f"The false move made its extreme in the bar that opens at {opens}, {compared} 10:00.",
                   events, start=start)  # fmt: skip
