"""Fact-only charts: balanced price ranges, breakers and mitigation blocks, optimal trade entries, Judas swings."""

from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, path, steady, trending
from evals.suites.textbook.facts_gaps import Drawn, fact
from evals.suites.textbook.marks import Event, Marks, Zone
from evals.suites.textbook.shift_chart import SHIFT

_DOWN: Final = -1
_MIDNIGHT: Final = "2026-05-13T00:00:00-04:00"


def cases() -> tuple[Case, ...]:
    """Return the charts."""
    return (*_balanced_ranges(), *_structure_blocks(), *_optimal_entries(), *_judas_swings())


def _balanced_ranges() -> tuple[Case, ...]:
    rise: list[Bar] = [*steady(4, 100, 4), (100, 110, 100, 109), (109, 111, 106, 110), *steady(3, 110, 4)]
    fall: list[Bar] = [(110, 110, 99, 100), (100, 104, 98, 101), *steady(2, 101, 4)]
    high: list[Bar] = [(110, 110, 105, 106), (106, 106, 104, 105), *steady(2, 105, 4)]
    low: list[Bar] = [(110, 110, 99, 100), (100, 101, 98, 100), *steady(2, 100, 4)]
    draw: tuple[Drawn, ...] = (
        (
            "partial-overlap", "positive", [*rise, *fall], Pen("NQ"),
            (("balanced_range", "bearish", (104, 106), 9, None, 10),),
            "The rise left [102] to [106], the fall [104] to [108]: what both cover is [104] to [106], known with the "
            "later gap at @10 and of its direction.",
        ),
        (
            "one-gap-inside-the-other", "positive", [*rise, *low], Pen("GBPUSD", _DOWN),
            (("balanced_range", "bearish", (102, 106), 9, None, 10),),
            "The fall's gap from [101] to [108] holds the whole gap of the rise, so the range is that of the rise, "
            "[102] "
            "to [106].",
        ),
        (
            "shared-edge", "negative", [*rise, *high], Pen("ES"), (),
            "The fall's gap, [106] to [108], begins where that of the rise, [102] to [106], ends: gaps that only touch "
            "do not overlap.",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"bpr.{name}", polarity, why, bars, pen, "BPR", Marks(zones=zones, complete=("balanced_range",)))
        for name, polarity, bars, pen, zones, why in draw
    )


def _turn(third: int, closes: int) -> list[Bar]:
    """Draw a low A of 98 (bar 4), a high B of 112 (bar 7), a low C, and a last rise to a close (bar 13)."""
    return [
        *steady(3, 104, 4), (104, 105, 100, 101), (101, 103, 98, 102), (102, 106, 101, 105), (105, 109, 104, 108),
        (108, 112, 107, 111), (111, 111, 106, 107), (107, 108, 102, 103), (103, 104, third, 102), (102, 107, 101, 106),
        (106, 111, 105, 110), (110, max(closes, 112), 109, closes), (closes, closes + 1, closes - 2, closes),
    ]  # fmt: skip


def _structure_blocks() -> tuple[Case, ...]:
    breaker: Zone = ("breaker", "bullish", (108, 111), 7, None, 13)
    failed: Zone = ("mitigation_block", "bullish", (108, 111), 7, None, 13)
    draw: tuple[Drawn, ...] = (
        (
            "breaker", "positive", _turn(97, 114), Pen("USDJPY"), (breaker,),
            "@10 went to [97], beyond A at [98] (@4), then @13 closed through B at [112]: the last {up|down} candle up "
            "to "
            "B, @7, turned into a breaker.",
        ),
        (
            "breaker-bearish", "positive", _turn(95, 113), Pen("ES", _DOWN), (breaker,),
            "Three ticks beyond A at [98] were taken before the close at [113] broke B at [112].",
        ),
        (
            "mitigation", "positive", _turn(98, 113), Pen("NQ"), (failed,),
            "@10 stopped at [98], the very price of A: nothing was taken, so the break of [112] leaves a mitigation "
            "block.",
        ),
        (
            "close-at-the-swing", "negative", _turn(97, 112), Pen("XAUUSD", _DOWN), (),
            "@13 closed at [112], at B and not through it: neither a breaker nor a mitigation block is there yet.",
        ),
    )  # fmt: skip
    kinds = ("breaker", "mitigation_block")
    return tuple(
        fact(f"block.{name}", polarity, why, bars, pen, "breaker, mitigation block", Marks(zones=zones, complete=kinds))
        for name, polarity, bars, pen, zones, why in draw
    )


def _optimal_entries() -> tuple[Case, ...]:
    half, deep = trending(100, 49, 0.5), trending(60, 49, 0.9)
    draw: tuple[Drawn, ...] = (
        (
            "of-a-leg", "positive", half, Pen("NQ"), (("ote", "bullish", (71, 88), 14, None, 30),),
            "Of the leg from [50] to [150] 62 % are given back at [88] and 79 % at [71]: between them is the optimal "
            "trade entry, wherever price stands.",
        ),
        (
            "of-a-leg-down", "positive", half, Pen("EURUSD", _DOWN), (("ote", "bullish", (71, 88), 14, None, 30),),
            "Against the leg from [50] to [150] the entry lies from [88] to [71], {below|above} the middle at [100].",
        ),
        (
            "dead-beyond-the-origin", "negative", [*deep, (60, 61, 48, 58)], Pen("GBPUSD"),
            (("ote", "bullish", (70, 87), 14, 31, 31),),
            "@31 traded at [48], beyond the leg's origin of [49]: its optimal trade entry from [87] to [70] is dead, "
            "though structure has not broken.",
        ),
        (
            "origin-reached-only", "positive", [*deep, (60, 61, 49, 58)], Pen("GBPUSD"),
            (("ote", "bullish", (70, 87), 14, None, 31),),
            "@31 traded at [49], the leg's very origin and not beyond it: the optimal trade entry from [87] to [70] "
            "lives.",
        ),
    )  # fmt: skip
    return tuple(
        fact(f"ote.{name}", polarity, why, bars, pen, "OTE", Marks(zones=zones, complete=("ote",)))
        for name, polarity, bars, pen, zones, why in draw
    )


def _judas_swings() -> tuple[Case, ...]:
    late, early = [*path(90, (112, 6)), *SHIFT], [*path(90, (112, 2)), *SHIFT]
    beyond_midnight: Event = ("judas_swing", "bullish", 31, 33, 99)
    beyond_morning: Event = ("judas_swing", "bullish", 37, 39, 99)
    shift: Event = ("mss", "bullish", 34, 35, 109)
    only = ("judas_swing", "mss")
    return (
        fact(
            "judas.midnight", "positive",
            "Beyond the midnight open of [112] price took the {low|high} of [101] at @31; the shift known at @33 "
            "reversed it: the swing ended at [99].",
            SHIFT, Pen("XAUUSD", _DOWN), "Judas swing",
            Marks(events=(beyond_midnight, ("mss", "bullish", 32, 33, 109)), complete=only), _MIDNIGHT,
        ),
        fact(
            "judas.morning", "positive",
            "The raid to [99] at @37 stayed {above|below} the midnight open of [90] but went beyond the 08:30 open of "
            "[108]: the morning's open counts too.",
            late, Pen("NQ"), "Judas swing",
            Marks(events=(beyond_morning, ("mss", "bullish", 38, 39, 109)), complete=only), _MIDNIGHT,
        ),
        fact(
            "judas.not-beyond-an-open", "negative",
            "The raid to [99] at @33 stayed {above|below} the midnight open of [90] and came before 08:30: structure "
            "shifted, but no opening price was traded beyond.",
            early, Pen("USDJPY"), "Judas swing", Marks(events=(shift,), complete=only), _MIDNIGHT,
        ),
    )  # fmt: skip
