"""Near misses at the ends of legs: an origin on the breaking bar, the newest high, a block that is the swing itself."""

from typing import Final

from evals.cases.case import Case, Chart
from evals.suites.adversarial.hourly_bias import tick_pairs, under
from evals.suites.adversarial.near_miss import Drawing, Zone, fact_pairs
from evals.suites.textbook.drawing import Bar, Pen, path, steady, trending
from evals.suites.textbook.standing_setup import AFTERWARDS, INVALIDATION

_ENTRY: Final = 80


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    return (
        *fact_pairs("leg-origin-at-the-break", "dealing_range", _origin, definition="leg origin, dealing range"),
        *fact_pairs("range-newest-high", "dealing_range", _newest_high, definition="dealing range"),
        *fact_pairs("order-block-at-the-swing", "order_block", _block_at_swing, definition="order block"),
        *tick_pairs(
            "sweet-spot-of-a-thousand", "6.1", _retraced, (45, 43),
            ("The low at [45] stops a tick above 70.5 percent of the range from [-251] to [749]: its limit waits.",
             "The low at [43] goes a tick below 70.5 percent of the range from [-251] to [749]; no other waits."),
            outside="not_evaluated",
        ),
        *tick_pairs(
            "fourth-target", "7.2", _four_pools, (130, 129),
            ("Of four pools ahead the farthest, 50 ticks for a stop of 25, pays two for one and is the last target.",
             "Of four pools ahead the farthest pays 49 ticks for a stop of 25, a tick short of two for one."),
        ),
    )  # fmt: skip


def _broken(low: int, *after: Bar) -> list[Bar]:
    """Draw an external swing high at 20 ticks and its break by a bar with a low of its own."""
    return [*steady(8, 0, 10), (0, 20, -5, 0), *steady(5, 0, 10), (0, 24, low, 21), *after]


def _origin(is_inside: bool) -> Drawing:
    if is_inside:
        return Drawing(
            _broken(-6),
            "The breaking bar itself makes the lowest low since the swing, at [-6]: the leg begins with it.",
            zones=(Zone("dealing_range", "bullish", -6, 24, 14, 14),),
        )
    return Drawing(
        _broken(-4),
        "The breaking bar's low at [-4] is not the lowest: the last of the lows at [-5] is, a bar before.",
        zones=(Zone("dealing_range", "bullish", -5, 24, 13, 14),),
    )


def _newest_high(is_inside: bool) -> Drawing:
    high = 25 if is_inside else 24
    why = (
        "The last bar's high at [25] is the highest since the leg's origin, and the range ends there."
        if is_inside
        else "The last bar only reaches the high of the break at [24], where the range has ended since."
    )
    return Drawing(_broken(-4, (21, high, 15, 20)), why, zones=(Zone("dealing_range", "bullish", -5, high, 13, 15),))


def _block_at_swing(is_inside: bool) -> Drawing:
    close = -1 if is_inside else 0
    bars = [
        *steady(6, 0, 10), (0, 20, -5, close), (-3, 5, -5, -3), (-3, -2, -12, -3), (-3, 10, -11, 9), (9, 24, -1, 22),
    ]  # fmt: skip
    if is_inside:
        return Drawing(
            bars,
            "The only down-close candle from the broken swing to the leg's origin is the swing's own, by a tick.",
            zones=(Zone("order_block", "bullish", -1, 0, 6, 10),),
        )
    return Drawing(bars, "The swing's own candle closes where it opened, so no down-close candle precedes the leg.")


def _retraced(pen: Pen, reached: int) -> Chart:
    """Draw a dealing range of a thousand ticks, of which one hundredth is ten, and a pullback into it."""
    bars = path(-749, (249, 8), (-250, 6), (748, 11), (200, 6))
    return under(pen, [*bars, (200, 202, reached, 150)], trending(-749, 2500))


def _four_pools(pen: Pen, far: int) -> Chart:
    """Draw the standing setup under four old highs, the farthest of them first."""
    bars = [
        *path(100, (far - 1, 6), (84, 5), (119, 5), (79, 5), (112, 5), (73, 5), (105, 5), (62, 6), (75, 4), (64, 5)),
        (64, 67, INVALIDATION, 65), (65, 70, 64, 68), (68, 86, 66, 85), (85, 89, _ENTRY, 88), *AFTERWARDS,
    ]  # fmt: skip
    return under(pen, bars, trending(100, 120))
