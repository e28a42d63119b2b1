"""Fact-only charts: rejection blocks, order blocks, changes in the state of delivery, divergences of two markets."""

from collections.abc import Sequence
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, chart_case, path, steady, windows_of
from evals.suites.textbook.facts_gaps import Drawn, fact
from evals.suites.textbook.marks import Event, Marks, Zone, told
from evals.suites.textbook.shift_chart import SHIFT, redrawn
from tools.timeframes import Timeframe

_DOWN: Final = -1
_MIDNIGHT: Final = "2026-05-13T00:00:00-04:00"


def cases() -> tuple[Case, ...]:
    """Return the charts."""
    return (*_rejection_blocks(), *_order_blocks(), *_delivery_changes(), *_divergences())


def _rejection_blocks() -> tuple[Case, ...]:
    block: Zone = ("rejection_block", "bullish", (99, 102), 31, None, 33)
    dead: Zone = ("rejection_block", "bullish", (99, 102), 31, 37, 33)
    through: Bar = (114, 114, 97, 98)
    run: dict[int, Bar] = {31: (103, 104, 99, 100), 32: (100, 114, 100, 113)}
    draw: tuple[Drawn, ...] = (
        (
            "wick-of-a-sweep", "positive", SHIFT, Pen(), (block,),
            "The swing {low|high} of @31 swept [101] to [99] and its body ends at [102]: the wick between is a "
            "rejection block, known with the swing at @33.",
        ),
        (
            "wick-of-a-sweep-bearish", "positive", SHIFT, Pen("GBPUSD", _DOWN), (block,),
            "From the body's edge at [102] to the extreme of [99] @31 rejected the prices beyond [101].",
        ),
        (
            "closed-beyond", "positive", redrawn({}, [through]), Pen("NQ"), (dead,),
            "The rejection block of @31 ended when @37 closed at [98], beyond its wick's end at [99]; it stays on "
            "record.",
        ),
        (
            "touched-only", "negative", redrawn({31: (103, 104, 101, 103)}), Pen("ES"), (),
            "@31 traded at [101] and not through it: a swing that swept nothing rejects nothing.",
        ),
        (
            "run", "negative", redrawn(run), Pen("XAUUSD", _DOWN), (),
            "@31 closed at [100], beyond the pool of [101] it had taken: a run and no sweep, so no rejection block.",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"rejection-block.{name}", polarity, why, bars, pen, "rejection block",
             Marks(zones=zones, complete=("rejection_block",)), _MIDNIGHT)
        for name, polarity, bars, pen, zones, why in draw
    )  # fmt: skip


def _order_blocks() -> tuple[Case, ...]:
    """Draw a single down candle before the break, and what is none."""
    rise = [(104, 108, 103, 107), (107, 111, 106, 110), (110, 110, 106, 108)]
    leg: list[Bar] = [(106, 110, 105, 110), (110, 114, 108, 113), (114, 116, 112, 115)]
    one: list[Bar] = [*steady(6, 104, 4), *rise, (108, 109, 103, 104), (104, 107, 104, 106), *leg]
    doji: list[Bar] = [*steady(6, 104, 4), *rise[:2], (110, 110, 106, 110), (108, 109, 103, 108), (104, 107, 104, 106)]
    draw: tuple[Drawn, ...] = (
        (
            "run-of-two", "positive", one, Pen("NQ"), (("order_block", "bullish", (104, 110), 9, None, 12),),
            "@8 and @9 are the consecutive {down|up} candles up to the leg's origin at [103]; the break at @12 makes "
            "their bodies, [104] to [110], an order block.",
        ),
        (
            "run-of-two-bearish", "positive", one, Pen("GBPUSD", _DOWN),
            (("order_block", "bullish", (104, 110), 9, None, 12),),
            "Not before the close of @12 at [113] beyond [111] is the run from [110] to [104] an order block.",
        ),
        (
            "no-opposing-candle", "negative", [*doji, *leg], Pen("ES"), (),
            "Between the {high|low} of @7 and the leg's origin no candle closed {down|up}: the break at @12 leaves no "
            "order block.",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"order-block.{name}", polarity, why, bars, pen, "order block",
             Marks(zones=zones, complete=("order_block",)))
        for name, polarity, bars, pen, zones, why in draw
    )  # fmt: skip


def _delivery_changes() -> tuple[Case, ...]:
    fall = path(120, (116, 4), (118, 2), (110, 4))
    up: Bar = (110, 115, 109, 114)
    through, at_open = (114, 120, 113, 119), (114, 119, 113, 118)
    single: list[Bar] = [
        *path(120, (112, 4), (116, 4)),
        (116, 117, 110, 111),
        (111, 116, 110, 115),
        (115, 118, 114, 117),
    ]
    changed: Event = ("cisd", "bullish", 11, 11, 118)
    draw: tuple[tuple[str, Polarity, Sequence[Bar], Pen, tuple[Event, ...], str], ...] = (
        (
            "close-through-the-run", "positive", [*fall, up, through], Pen(), (changed,),
            "The last run of {down|up} candles began at [118] (@6) and made the ten bars' extreme of [109]; @11 closed "
            "at [119], through that open.",
        ),
        (
            "close-through-the-run-bearish", "positive", [*fall, up, through], Pen("NQ", _DOWN), (changed,),
            "Delivery changed when @11 closed beyond [118], the open of the run's first candle.",
        ),
        (
            "run-of-one", "positive", single, Pen("GBPUSD"), (("cisd", "bullish", 10, 10, 116),),
            "@8 alone is the run that made the extreme; it opened at [116], and @10 closed beyond that at [117].",
        ),
        (
            "close-at-the-open", "negative", [*fall, up, at_open], Pen("ES"), (),
            "@11 closed at [118], exactly where the run's first candle opened: not beyond it.",
        ),
        (
            "wick-through-only", "negative", [*fall, up, (114, 121, 113, 117)], Pen("USDJPY", _DOWN), (),
            "@11 traded at [121] but closed at [117]: a change of delivery asks for a close beyond [118].",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"cisd.{name}", polarity, why, bars, pen, "CISD", Marks(events=events, complete=("cisd",)))
        for name, polarity, bars, pen, events, why in draw
    )


def _divergences() -> tuple[Case, ...]:
    lower = path(110, (102, 3), (108, 3), (100, 3), (106, 3))
    higher, equal = path(110, (102, 3), (108, 3), (103, 3), (108, 3)), path(110, (102, 3), (108, 3), (102, 3), (108, 3))
    later = path(110, (102, 3), (108, 6), (103, 3), (108, 3))
    led: Event = ("smt", "bullish", 8, 10, 99)
    trailing: Event = ("smt", "bullish", 8, 10, 102)
    return (
        _divergence(
            "lower-low-not-confirmed", "positive", lower, higher, Pen(), Pen("GBPUSD"), (led,),
            "This market went from [101] to a lower low of [99] (@8), the companion stopped above its own of @2: a "
            "divergence, known at @10.",
        ),
        _divergence(
            "companion-leads", "positive", higher, lower, Pen("ES", _DOWN), Pen("NQ", _DOWN), (trailing,),
            "The companion alone went beyond its extreme of @2; this market's @8 held [102] against [101].",
        ),
        _divergence(
            "companion-makes-an-equal-low", "positive", lower, equal, Pen("NQ"), Pen("ES"), (led,),
            "The companion came back to its first low to the tick: an equal low is no lower low, so only this market "
            "made one, [99] at @8.",
        ),
        _divergence(
            "both-make-lower-lows", "negative", lower, lower, Pen(), Pen("GBPUSD"), (),
            "Both markets went beyond the extremes of @2 at @8: they agree.",
        ),
        _divergence(
            "swings-too-far-apart", "negative", lower, later, Pen("GBPUSD", _DOWN), Pen("EURUSD", _DOWN), (),
            "The companion's second extreme comes three bars after this market's of @8, one more than are matched.",
        ),
    )  # fmt: skip


def _divergence(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    others: Sequence[Bar],
    pen: Pen,
    other: Pen,
    events: tuple[Event, ...],
    why: str,
) -> Case:
    start = "2026-05-13T08:00:00-04:00"
    candles, companion = (one.candles(drawn, Timeframe.M15, start) for one, drawn in ((pen, bars), (other, others)))
    said = Marks(events=events, complete=("smt",)).said(pen, candles, bars)
    return chart_case(
        f"facts.smt.{name}", told(pen, candles, why), None, polarity, windows_of(candles), pen,
        definition="SMT divergence", said=said, companion=companion,
    )  # fmt: skip
