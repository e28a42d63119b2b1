"""Charts of rules 5.4 to 5.6: order blocks, mitigation blocks and breakers with the bias that still stand."""

from collections.abc import Sequence
from typing import Final

from agent.labels import Direction
from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, steady
from evals.suites.textbook.marks import Marks, Zone
from evals.suites.textbook.shift_chart import redrawn, walked

_START: Final = "2026-05-13 00:00"
_DOWN: Final = -1
_QUIET: Final = [(114, 116, 112, 115), (115, 116, 112, 114)] * 5

_BLOCK: Final[list[Bar]] = [
    *steady(14, 104, 4), (104, 108, 103, 107), (107, 111, 106, 110), (110, 110, 106, 107), (107, 108, 103, 104),
    (104, 107, 104, 106), (106, 110, 105, 110), (110, 114, 108, 113), *_QUIET,
]  # fmt: skip
"""A high of 111 (bar 15), two down candles from 110 to 104 (16, 17), a break of that high at bar 20 with a gap."""

_TURN: Final[list[Bar]] = [
    *steady(12, 104, 4), (104, 105, 100, 101), (101, 103, 98, 102), (102, 106, 101, 105), (105, 109, 104, 108),
    (108, 112, 107, 111), (111, 111, 106, 107), (107, 108, 102, 103), (103, 104, 97, 102), (102, 107, 101, 106),
    (106, 111, 105, 110), (110, 115, 109, 114), *_QUIET,
]  # fmt: skip
"""A low of 98 (A, bar 13), a high of 112 (B, bar 16), a lower low of 97 (C, bar 19), a close above 112 at bar 22."""


def cases() -> tuple[Case, ...]:
    """Return the charts, positives of each rule first."""
    return (*_order_blocks(), *_mitigation_blocks(), *_breakers())


def _order_blocks() -> tuple[Case, ...]:
    one_above, at_mean, through = (114, 114, 108, 112), (114, 114, 107, 112), (114, 114, 102, 102)
    no_gap, no_break = {20: (110, 114, 107, 113)}, {20: (110, 114, 108, 111)}
    under = [(111, 111, 109, 110), (110, 111, 109, 111)] * 5
    return (
        _order_block(
            "fresh", "positive", _BLOCK, Pen(),
            "The {down|up} candles of @16 and @17 are the last before the leg that closed through [111] at @20 and "
            "left a gap; their mean threshold of [107] was not reached since.",
            None,
        ),
        _order_block(
            "fresh-bearish", "positive", _BLOCK, Pen("GBPUSD", _DOWN),
            "From [110] to [104] two candles stood against the move before the close at [113] (@20) broke [111]: an "
            "order block, not mitigated.",
            None,
        ),
        _order_block(
            "touched-one-tick-short-of-the-middle", "positive", redrawn({}, [one_above], _BLOCK), Pen("ES"),
            "@31 came back to [108], into the block from [104] to [110] but not to its mean threshold at [107]: it is "
            "not mitigated.",
            None,
        ),
        _order_block(
            "mitigated", "negative", redrawn({}, [at_mean], _BLOCK), Pen("ES"),
            "@31 traded at [107], the mean threshold of the block from [104] to [110]: reached is mitigated.",
            None,
        ),
        _order_block(
            "broken", "negative", redrawn({}, [through], _BLOCK), Pen("USDJPY", _DOWN),
            "@31 closed at [102], beyond the {low|high} of the block's range at [103]: it is broken, though it stays "
            "on record.",
            31,
        ),
        _order_block(
            "without-a-gap", "negative", redrawn(no_gap, [], _BLOCK), Pen(),
            "The break at @20 reached back to [107], the {high|low} of @18, so its leg left no gap: without one there "
            "is no order block.",
        ),
        _order_block(
            "structure-did-not-break", "negative", [*redrawn(no_break, [], _BLOCK)[:21], *under], Pen("XAUUSD"),
            "No close went beyond [111], @20 ends at it exactly: without a break of structure the candles are no order "
            "block.",
        ),
    )  # fmt: skip


_ABSENT: Final = -1


def _order_block(
    name: str, polarity: Polarity, bars: Sequence[Bar], pen: Pen, why: str, until: int | None = _ABSENT
) -> Case:
    zones: tuple[Zone, ...] = ()
    if until != _ABSENT:
        zones = (("order_block", "bullish", (104, 110), 17, until, 20),)
    marks = Marks(zones=zones, complete=("order_block",))
    return walked(f"5.4-{name}", "5.4", polarity, why, bars, _START, pen, "order block", marks=marks)


def _third(low: int) -> dict[int, Bar]:
    """Redraw C with another low."""
    return {19: (103, 104, low, 102)}


def _mitigation_blocks() -> tuple[Case, ...]:
    closed_below = (114, 114, 105, 106)
    return (
        _turned(
            "5.5", "failure-swing", "positive", redrawn(_third(100), [], _TURN), Pen(),
            "C at @19 held [100], above A at [98]: the swing failed to take liquidity before the close through [112] "
            "at @22.",
            "mitigation_block",
        ),
        _turned(
            "5.5", "equal-low-takes-nothing", "positive", redrawn(_third(98), [], _TURN), Pen("NQ"),
            "C at @19 made [98], the very price of A at @13: nothing was traded through, so the block is one of "
            "mitigation.",
            "mitigation_block",
        ),
        _turned(
            "5.5", "failure-swing-bearish", "positive", redrawn(_third(99), [], _TURN), Pen("GBPUSD", _DOWN),
            "C at [99] fell one tick short of A at [98] before @22 closed through [112]: the last {up|down} candle, "
            "@16, is a mitigation block.",
            "mitigation_block",
        ),
        _turned(
            "5.5", "liquidity-was-taken", "negative", _TURN, Pen("NQ"),
            "C at @19 made [97], one tick through A at [98]: that took liquidity, so the block is a breaker and none "
            "of mitigation.",
            "breaker",
        ),
        _turned(
            "5.5", "closed-through", "negative", redrawn(_third(100), [closed_below], _TURN), Pen(),
            "@33 closed at [106], beyond the {low|high} of the block's candle at [107]: the mitigation block is dead.",
            "mitigation_block", 33,
        ),
        _turned(
            "5.5", "not-broken", "negative", _held(100), Pen("USDJPY", _DOWN),
            "The best close after B is [112], at B's own price and not through it: no structure broke, so no block was "
            "left.",
        ),
    )  # fmt: skip


def _breakers() -> tuple[Case, ...]:
    closed_below = (114, 114, 105, 106)
    wick_only = (114, 114, 105, 107)
    return (
        _turned(
            "5.6", "liquidity-taken-by-one-tick", "positive", _TURN, Pen("NQ"),
            "C at @19 went to [97], a tick through A at [98], then @22 closed through B at [112]: @16, the last "
            "{up|down} candle before, turns into a breaker.",
            "breaker",
        ),
        _turned(
            "5.6", "deep-raid", "positive", redrawn(_third(93), [], _TURN), Pen(),
            "C took the {low|high} of A at [98] by five ticks before structure broke at @22; the candle from [108] to "
            "[111] is a breaker.",
            "breaker",
        ),
        _turned(
            "5.6", "bearish", "positive", redrawn(_third(95), [], _TURN), Pen("XAUUSD", _DOWN),
            "Liquidity at [98] was taken {down|up} to [95], then @22 closed through [112]: a breaker with the bias.",
            "breaker",
        ),
        _turned(
            "5.6", "only-a-wick-through", "positive", redrawn({}, [wick_only], _TURN), Pen("ES"),
            "@33 traded at [105] but closed at [107], the candle's own {low|high}: a breaker dies at a close beyond it "
            "and not at a wick.",
            "breaker",
        ),
        _turned(
            "5.6", "no-liquidity-taken", "negative", redrawn(_third(98), [], _TURN), Pen("NQ"),
            "C at @19 stopped at [98], the price of A: a failure swing leaves a mitigation block and no breaker.",
            "mitigation_block",
        ),
        _turned(
            "5.6", "closed-through", "negative", redrawn({}, [closed_below], _TURN), Pen("GBPUSD", _DOWN),
            "@33 closed at [106], beyond the {low|high} of the breaker's candle at [107]: it no longer stands.",
            "breaker", 33,
        ),
        _turned(
            "5.6", "not-broken", "negative", _held(97), Pen(),
            "Liquidity was taken at [97], but no close went beyond B at [112]: until structure breaks nothing turns "
            "around.",
        ),
    )  # fmt: skip


def _held(low: int) -> list[Bar]:
    """Draw the turn up to a close at B's price, and no further."""
    held = [(110, 112, 109, 112), *[(111, 112, 108, 110), (110, 112, 108, 111)] * 5]
    return [*redrawn(_third(low), [], _TURN)[:22], *held]


def _turned(
    rule: str,
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    why: str,
    kind: str | None = None,
    until: int | None = None,
) -> Case:
    way: Direction = "bullish"
    zones: tuple[Zone, ...] = () if kind is None else ((kind, way, (108, 111), 16, until, 22),)
    marks = Marks(zones=zones, complete=("breaker", "mitigation_block"))
    definition = "breaker, mitigation block"
    return walked(f"{rule}-{name}", rule, polarity, why, bars, _START, pen, definition, marks=marks)
