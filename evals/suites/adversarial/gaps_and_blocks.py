"""Near misses of gaps, imbalances, balanced ranges and blocks."""

from functools import partial

from evals.cases.case import Case
from evals.suites.adversarial.near_miss import Drawing, Zone, fact_pairs
from evals.suites.textbook.drawing import Bar, steady

_EDGE = 5
"""The highs of the dojis that come first, on which every gap here stands."""


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    gap = partial(fact_pairs, definition="FVG")
    return (
        *gap("gap-height", "fair_value_gap", _gap_height),
        *gap("gap-minimum", "fair_value_gap", _gap_minimum, parameters={"gap_minimum_atr": 0.5}),
        *gap("gap-filled", "fair_value_gap", _gap_filled),
        *fact_pairs("gap-inverted", "inverse_gap", _gap_inverted, definition="inverse FVG"),
        *fact_pairs("inverse-gap-dead", "inverse_gap", _inverse_dead, definition="inverse FVG"),
        *fact_pairs("balanced-overlap", "balanced_range", _overlap, definition="BPR"),
        *fact_pairs("balanced-window", "balanced_range", _window, definition="BPR"),
        *fact_pairs("imbalance-bodies", "volume_imbalance", _bodies, definition="volume imbalance"),
        *fact_pairs("imbalance-wicks", "volume_imbalance", _wicks, definition="volume imbalance"),
        *fact_pairs(
            "opening-gap-height", "opening_gap", _opening, definition="NDOG", start="2024-05-14T16:50-04:00",
            symbol="EURUSD",
        ),
        *fact_pairs("order-block-gap", "order_block", _block_gap, definition="order block"),
        *fact_pairs("order-block-broken", "order_block", _block_broken, definition="order block"),
        *fact_pairs("breaker-liquidity", "breaker mitigation_block", _breaker, definition="breaker, mitigation block"),
        *fact_pairs("rejection-dead", "rejection_block", _rejection_dead, definition="rejection block"),
        *fact_pairs("breaker-dead", "breaker", _breaker_dead, definition="breaker"),
    )  # fmt: skip


def _gap(low: int) -> list[Bar]:
    """Draw a gap from 5 ticks up to a low; its middle bar is the fifth."""
    return [*steady(4, 0, 10), (0, 12, -1, 10), (10, 14, low, 12)]


def _gap_height(is_inside: bool) -> Drawing:
    low = _EDGE + 1 if is_inside else _EDGE
    if is_inside:
        return Drawing(
            _gap(low),
            "The third low at [6] lies a tick above the first high at [5].",
            zones=(Zone("fair_value_gap", "bullish", _EDGE, low, 4, 5),),
        )
    return Drawing(_gap(low), "The third low touches the first high at [5], and a gap without height is none.")


def _gap_minimum(is_inside: bool) -> Drawing:
    low = 11 if is_inside else 10
    bars = [*steady(16, 0, 10), (0, 16, -1, 14), (14, 18, low, 16)]
    if is_inside:
        return Drawing(
            bars,
            "Six ticks are more than half the ATR of 10.5 that the middle bar leaves.",
            zones=(Zone("fair_value_gap", "bullish", _EDGE, low, 16, 17),),
        )
    return Drawing(bars, "Five ticks are less than half the ATR of 10.5 that the middle bar leaves.")


def _gap_filled(is_inside: bool) -> Drawing:
    low = _EDGE if is_inside else _EDGE + 1
    until = 6 if is_inside else None
    zone = Zone("fair_value_gap", "bullish", _EDGE, 9, 4, 5, until)
    why = "The low at [5] reaches the gap's bottom and fills it." if is_inside else (
        "The low at [6] stops a tick above the gap's bottom, which stays open."
    )  # fmt: skip
    return Drawing([*_gap(9), (12, 13, low, 8)], why, zones=(zone,))


def _gap_inverted(is_inside: bool) -> Drawing:
    close = _EDGE - 1 if is_inside else _EDGE
    bars = [*_gap(9), (12, 13, 3, close)]
    if is_inside:
        return Drawing(
            bars,
            "The close at [4] lies below the gap's bottom at [5] and turns it around.",
            zones=(Zone("inverse_gap", "bearish", _EDGE, 9, 4, 6),),
        )
    return Drawing(bars, "The gap is filled, but the close lies on its bottom at [5] and not below it.")


def _inverse_dead(is_inside: bool) -> Drawing:
    close = 10 if is_inside else 9
    until = 7 if is_inside else None
    why = "The close at [10] is back beyond the inverted gap's top at [9]." if is_inside else (
        "The close lies on the inverted gap's top at [9], not beyond it."
    )  # fmt: skip
    zone = Zone("inverse_gap", "bearish", _EDGE, 9, 4, 6, until)
    return Drawing([*_gap(9), (12, 13, 3, 4), (4, 12, 3, close)], why, zones=(zone,))


def _falling_back(low: int) -> list[Bar]:
    """Draw a bearish gap from 3 ticks up to a low."""
    return [(12, 14, low, 11), (11, 11, -2, -1), (-1, 3, -4, -2)]


def _overlap(is_inside: bool) -> Drawing:
    low = _EDGE + 1 if is_inside else _EDGE
    bars = [*_gap(9), *_falling_back(low)]
    if is_inside:
        return Drawing(
            bars,
            "The bearish gap from [3] to [6] and the bullish gap from [5] to [9] share the tick from [5] to [6].",
            zones=(Zone("balanced_range", "bearish", _EDGE, low, 7, 8),),
        )
    return Drawing(
        bars, "The bearish gap from [3] to [5] and the bullish gap from [5] to [9] share an edge and no height."
    )


def _window(is_inside: bool) -> Drawing:
    between = 17 if is_inside else 18
    bars = [*_gap(9), *[(12, 14, 10, 12)] * between, *_falling_back(6)]
    known = len(bars) - 1
    if is_inside:
        return Drawing(
            bars,
            "The bearish gap is known 20 bars after the bullish one, the most that is allowed.",
            zones=(Zone("balanced_range", "bearish", _EDGE, 6, known - 1, known),),
        )
    return Drawing(bars, "The bearish gap is known 21 bars after the bullish one, a bar too late to balance it.")


def _bodies(is_inside: bool) -> Drawing:
    opened = 3 if is_inside else 2
    bars = [*steady(4, 0, 10), (0, 6, -5, 2), (opened, 8, 0, 7)]
    if is_inside:
        return Drawing(
            bars,
            "The body opens at [3], a tick above the body before, and the wicks meet.",
            zones=(Zone("volume_imbalance", "bullish", 2, opened, 5, 5),),
        )
    return Drawing(bars, "The body opens at [2], where the one before closed, so nothing lies between them.")


def _wicks(is_inside: bool) -> Drawing:
    low = 6 if is_inside else 7
    bars = [*steady(4, 0, 10), (0, 6, -5, 2), (8, 12, low, 10)]
    if is_inside:
        return Drawing(
            bars,
            "The low touches the high before at [6], so the wicks meet between the bodies.",
            zones=(Zone("volume_imbalance", "bullish", 2, 8, 5, 5),),
        )
    return Drawing(bars, "The low at [7] stays above the high before at [6]: the wicks do not meet.")


def _opening(is_inside: bool) -> Drawing:
    opened = 1 if is_inside else 0
    bars = [*steady(10, 0, 10), (opened, 5, -5, 0)]
    if is_inside:
        return Drawing(
            bars,
            "The day's first bar opens at 17:00 a tick above the last close.",
            zones=(Zone("opening_gap", "bullish", 0, opened, 10, 10, None),),
        )
    return Drawing(bars, "The day's first bar opens at 17:00 on the last close and leaves no gap.")


def _block(low: int) -> list[Bar]:
    """Draw two down candles, the low of the second the origin of a leg that breaks the high at 20 ticks."""
    first = [*steady(6, 0, 10), (0, 20, -5, 0), (4, 5, -4, -3), (-3, -2, -12, -10)]
    return [*first, (-10, 10, -11, 9), (9, 24, low, 22)]


def _block_gap(is_inside: bool) -> Drawing:
    low = -1 if is_inside else -2
    if is_inside:
        return Drawing(
            _block(low),
            "The leg leaves a gap of one tick above the last down candle's high at [-2].",
            zones=(Zone("order_block", "bullish", -10, 4, 8, 10),),
        )
    return Drawing(
        _block(low), "The leg touches the last down candle's high at [-2] and leaves no gap, which it needs."
    )


def _block_broken(is_inside: bool) -> Drawing:
    close = -13 if is_inside else -12
    until = 11 if is_inside else None
    why = "The close at [-13] lies below the block's range low at [-12]." if is_inside else (
        "The wick went below the block's range low at [-12] but the close lies on it."
    )  # fmt: skip
    zone = Zone("order_block", "bullish", -10, 4, 8, 10, until)
    return Drawing([*_block(6), (22, 23, -14, close)], why, zones=(zone,))


def _broken_high(low: int) -> list[Bar]:
    """Draw a low at -12 ticks, an up candle to 20, a second low, and the break of the 20."""
    first = [*steady(4, 0, 10), (0, 2, -12, 0), *steady(3, 0, 10), (0, 20, -3, 6)]
    return [*first, *steady(2, 0, 10), (2, 3, low, 0), *steady(1, 0, 10), (4, 24, 0, 22)]


def _breaker(is_inside: bool) -> Drawing:
    low = -13 if is_inside else -12
    if is_inside:
        return Drawing(
            _broken_high(low),
            "The second low at [-13] took the first at [-12]: a breaker.",
            zones=(Zone("breaker", "bullish", 0, 6, 8, 13),),
        )
    return Drawing(_broken_high(low), "The second low held the first at [-12]: a mitigation block.",
                   zones=(Zone("mitigation_block", "bullish", 0, 6, 8, 13),))  # fmt: skip


def _breaker_dead(is_inside: bool) -> Drawing:
    close = -4 if is_inside else -3
    until = 14 if is_inside else None
    why = "The close at [-4] lies below the low of the breaker's candle at [-3]." if is_inside else (
        "The close lies on the low of the breaker's candle at [-3], not below it."
    )  # fmt: skip
    zone = Zone("breaker", "bullish", 0, 6, 8, 13, until)
    return Drawing([*_broken_high(-13), (22, 23, -6, close)], why, zones=(zone,))


def _rejection_dead(is_inside: bool) -> Drawing:
    close = -25 if is_inside else -24
    until = 17 if is_inside else None
    why = (
        "The close at [-25] lies below the low of the wick at [-24] that swept the pool at [-20]."
        if is_inside
        else "The close lies on the low of the wick at [-24] that swept the pool at [-20]."
    )
    bars = [*steady(17, 0, 10), (0, 3, -26, close)]
    bars[8], bars[14] = (0, 5, -20, 0), (0, 5, -24, 0)
    return Drawing(bars, why, zones=(Zone("rejection_block", "bullish", -24, 0, 14, 16, until),))
