"""Near misses of swings, structure breaks and displacement."""

from functools import partial

from evals.cases.case import Case
from evals.suites.adversarial.near_miss import Drawing, Event, fact_pairs
from evals.suites.textbook.drawing import Bar, steady

_RANGE = 10
_swing = partial(Event, "internal_swing", "bearish")
_far_swing = partial(Event, "external_swing", "bearish")


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    internal, external = ("internal_swing",), ("external_swing",)
    swing = partial(fact_pairs, definition="swing high")
    return (
        *swing("swing-left-tie", *internal, _left_tie),
        *swing("swing-right-tie", *internal, _right_tie),
        *swing("swing-left-bars", *internal, partial(_higher_before, 2, "internal_swing")),
        *swing("swing-right-bars", *internal, partial(_higher_after, 2, "internal_swing")),
        *swing("external-swing-left-bars", *external, partial(_higher_before, 5, "external_swing")),
        *swing("external-swing-right-bars", *external, partial(_higher_after, 5, "external_swing")),
        *swing("swing-confirmation", *internal, partial(_confirmed, 2, "internal_swing")),
        *swing("external-swing-confirmation", *external, partial(_confirmed, 5, "external_swing")),
        *fact_pairs("break-close", "internal_bos internal_choch", _break_close, definition="structure break"),
        *fact_pairs("choch-close", "internal_bos internal_choch", _choch_close, definition="structure break"),
        *fact_pairs(
            "external-break-close", "external_bos external_choch", _external_close, definition="structure break"
        ),
        *fact_pairs(
            "break-wick", "internal_bos internal_choch", _break_wick, definition="structure break by wick",
            parameters={"break_by": "wick"},
        ),
        *fact_pairs("displacement-body", "displacement", partial(_body, 16, 14), definition="displacement, k 1.5"),
        *fact_pairs(
            "displacement-body-relaxed", "displacement", partial(_body, 11, 9), definition="displacement, k 1.0",
            parameters={"displacement_k": 1.0},
        ),
        *fact_pairs("displacement-outer-third", "displacement", _outer_third, definition="displacement"),
        *fact_pairs("displacement-first-atr", "displacement", _first_atr, definition="displacement, ATR"),
    )  # fmt: skip


def _reaching(high: int) -> Bar:
    """Draw a doji that reaches up to a price."""
    return (0, high, -_RANGE // 2, 0)


def _still(count: int) -> list[Bar]:
    return steady(count, 0, _RANGE)


def _left_tie(is_inside: bool) -> Drawing:
    before = 19 if is_inside else 20
    bars = [*_still(6), _reaching(before), _reaching(20), *_still(4)]
    if is_inside:
        return Drawing(
            bars,
            "The bar before reached [19], below the [20] of this one, so this one is the swing.",
            (_swing(7, 9, 20),),
        )
    return Drawing(bars, "The bar before reached the same [20], and of equal highs the first wins.",
                   (_swing(6, 8, 20),))  # fmt: skip


def _right_tie(is_inside: bool) -> Drawing:
    after = 20 if is_inside else 21
    bars = [*_still(6), _reaching(20), _reaching(after), *_still(4)]
    if is_inside:
        return Drawing(
            bars, "The bar after reaches the same [20], which a swing may be followed by.", (_swing(6, 8, 20),)
        )
    return Drawing(bars, "The bar after reaches [21], a tick above, so it is the swing.", (_swing(7, 9, 21),))


def _higher_before(reach: int, kind: str, is_inside: bool) -> Drawing:
    """Draw an equal high as many bars before as are compared, or one more."""
    swing = partial(Event, kind, "bearish")
    at = 8 + reach
    early = at - reach - 1 if is_inside else at - reach
    bars = _still(at + 1 + 2 * reach)
    bars[early], bars[at] = _reaching(20), _reaching(20)
    first = swing(early, early + reach, 20)
    if is_inside:
        return Drawing(
            bars,
            f"The equal high {reach + 1} bars before is no longer compared, so both are swings.",
            (first, swing(at, at + reach, 20)),
        )
    return Drawing(bars, f"Of the {reach} bars before, the first reached the same [20], so only that is a swing.",
                   (first,))  # fmt: skip


def _higher_after(reach: int, kind: str, is_inside: bool) -> Drawing:
    """Draw a higher high as many bars after as are compared, or one more."""
    swing = partial(Event, kind, "bearish")
    at = 8
    later = at + reach + 1 if is_inside else at + reach
    bars = _still(later + 1 + 2 * reach)
    bars[at], bars[later] = _reaching(20), _reaching(21)
    second = swing(later, later + reach, 21)
    if is_inside:
        return Drawing(
            bars,
            f"The higher bar comes {reach + 1} bars after and is not compared any more.",
            (swing(at, at + reach, 20), second),
        )
    return Drawing(bars, f"The last of the {reach} bars after goes a tick higher, so this one is no swing.", (second,))


def _confirmed(reach: int, kind: str, is_inside: bool) -> Drawing:
    bars = [*_still(8), _reaching(20), *_still(reach if is_inside else reach - 1)]
    if is_inside:
        return Drawing(
            bars,
            f"All {reach} bars it needs after it have closed, and with the last of them the swing is known.",
            (Event(kind, "bearish", 8, 8 + reach, 20),),
        )
    return Drawing(
        bars, f"Of the {reach} bars it needs after it the last has not closed: a swing is never invented at the end."
    )


def _break_close(is_inside: bool) -> Drawing:
    close = 21 if is_inside else 20
    bars = [*_still(6), _reaching(20), *_still(3), (0, 24, -2, close)]
    if is_inside:
        return Drawing(
            bars,
            "The close at [21] lies above the swing high at [20]: the first break, so a BOS.",
            (Event("internal_bos", "bullish", 10, 10, 20),),
        )
    return Drawing(bars, "The wick went beyond the swing high at [20] but the close lies on it.")


def _choch_close(is_inside: bool) -> Drawing:
    close = -16 if is_inside else -15
    bars = [*_still(6), _reaching(20), *_still(3), (0, 24, -2, 21), (21, 22, -18, close)]
    bars[3] = (0, _RANGE // 2, -15, 0)
    up = Event("internal_bos", "bullish", 10, 10, 20)
    if is_inside:
        down = Event("internal_choch", "bearish", 11, 11, -15)
        return Drawing(bars, "The close at [-16] lies below the swing low at [-15], against the trend.", (up, down))
    return Drawing(bars, "The close lies on the swing low at [-15], so the trend stays up.", (up,))


def _external_close(is_inside: bool) -> Drawing:
    close = 21 if is_inside else 20
    bars = [*_still(8), _reaching(20), *_still(5), (0, 24, -2, close)]
    if is_inside:
        return Drawing(
            bars,
            "The close at [21] lies above the external swing high at [20].",
            (Event("external_bos", "bullish", 14, 14, 20),),
        )
    return Drawing(bars, "The close lies on the external swing high at [20].")


def _break_wick(is_inside: bool) -> Drawing:
    high = 21 if is_inside else 20
    bars = [*_still(6), _reaching(20), *_still(3), (0, high, -2, 10)]
    if is_inside:
        return Drawing(
            bars,
            "By wick a high of [21] breaks the swing at [20], wherever the bar closes.",
            (Event("internal_bos", "bullish", 10, 10, 20),),
        )
    return Drawing(bars, "The high touches the swing at [20] and does not go beyond it.")


def _body(larger: int, smaller: int, is_inside: bool) -> Drawing:
    body = larger if is_inside else smaller
    bars = [*_still(16), (0, body + 1, -1, body)]
    compared = "more" if is_inside else "less"
    events = (Event("displacement", "bullish", 16, 16),) if is_inside else ()
    middle = (larger + smaller) // 2
    return Drawing(
        bars, f"Its body of {body} ticks is {compared} than the {middle} that k times the ATR of 10 asks for.", events
    )


def _outer_third(is_inside: bool) -> Drawing:
    close = 20 if is_inside else 19
    bars = [*_still(16), (0, 30, 0, close)]
    if is_inside:
        return Drawing(
            bars,
            "It closes 10 ticks below its high, exactly the outer third of a range of 30.",
            (Event("displacement", "bullish", 16, 16),),
        )
    return Drawing(bars, "It closes 11 ticks below its high, just outside the outer third of a range of 30.")


def _first_atr(is_inside: bool) -> Drawing:
    count = 14 if is_inside else 13
    bars = [*_still(count), (0, 31, -1, 30)]
    if is_inside:
        return Drawing(
            bars,
            "Fourteen bars before it give an ATR of 10 ticks, and its body is three times that.",
            (Event("displacement", "bullish", 14, 14),),
        )
    return Drawing(bars, "Thirteen bars before it give no ATR, and a fact that needs one is then not made.")
