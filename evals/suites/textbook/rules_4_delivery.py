"""Charts of the rules of group 4: expansion with the bias, and the stage that the day has come to."""

from collections.abc import Sequence
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, path, steady
from evals.suites.textbook.marks import Event, Marks
from evals.suites.textbook.shift_chart import SHIFT, walked
from rulebook.verdict import Outcome

_EXPANSION: Final = "delivery, expansion: the net move of the last bars in ATR"
_STAGE: Final = "power of three"
_DOWN: Final = -1


def cases() -> tuple[Case, ...]:
    """Return the charts, positives of each rule first."""
    return (*_expansions(), *_stages())


def _expansions() -> tuple[Case, ...]:
    sideways, ranged = path(100, (103, 4), (99, 4), (102, 4), (98, 4), (100, 4)), steady(34, 100, 10)
    leaps, short = (100, 110, 100, 110), (100, 109, 99, 109)
    return (
        _expansion(
            "up-after-consolidation", "positive", [*sideways, *path(100, (130, 20))], Pen(),
            "From the open at [100] (@20) price went to [130] in twenty bars of about 4 ticks, several ATR with the "
            "bias: expansion.",
        ),
        _expansion(
            "down-with-a-pause", "positive", [*sideways, *path(100, (112, 8), (109, 4), (121, 8))],
            Pen("GBPUSD", _DOWN),
            "Twenty bars carried price from [100] to [121] {up|down}wards, the pause at [109] included: a net move of "
            "21 ticks against an ATR near 4.",
        ),
        _expansion(
            "exactly-one-atr", "positive", [*ranged, leaps], Pen("NQ"),
            "Every bar is 10 ticks high, so the ATR is 10; from [100] twenty bars ago the last one closes at [110], "
            "exactly one ATR further.",
        ),
        _expansion(
            "older-move-counts-when-relaxed", "positive", _old_move(), Pen(),
            "The rise from [100] ended at [130] (@19), more than twenty bars ago, but the relaxed measure looks back "
            "forty.",
            profile="relaxed",
        ),
        _expansion(
            "one-tick-short-of-one-atr", "negative", [*ranged, short], Pen("NQ"),
            "Every bar is 10 ticks high, so the ATR is 10; the last one closes at [109], nine tenths of an ATR from "
            "[100]: one tick short.",
        ),
        _expansion(
            "retracement", "negative", path(100, (120, 20), (104, 20)), Pen(),
            "The last twenty bars went from [120] to [104], against the {bullish|bearish} bias: a retracement is no "
            "expansion.",
        ),
        _expansion(
            "consolidation", "negative",
            path(100, *[(end, 4) for end in (104, 99, 105, 98, 104, 99, 105, 98, 103, 99)]),
            Pen("USDJPY", _DOWN),
            "Twenty bars between [97] and [106] end at [99] where they began near [98]: consolidation, a net move of "
            "one tick.",
        ),
        _expansion(
            "older-than-twenty-bars", "negative", _old_move(), Pen(),
            "The rise from [100] ended at [130] (@19); the twenty bars since begin and end near it, so nothing expands "
            "now.",
        ),
    )  # fmt: skip


def _old_move() -> list[Bar]:
    return path(100, (130, 20), (128, 5), (131, 5), (128, 5), (131, 5))


def _expansion(name: str, polarity: Polarity, bars: Sequence[Bar], pen: Pen, why: str, profile: str = "strict") -> Case:
    return walked(
        f"4.1-{name}", "4.1", polarity, why, bars, "2026-05-13 00:00", pen, _EXPANSION, profile=profile, size=120
    )  # fmt: skip


def _stages() -> tuple[Case, ...]:
    judas: Event = ("judas_swing", "bullish", 31, 33, 99)
    before_sweep, swept = SHIFT[:31], SHIFT[:32]
    return (
        _stage(
            "distribution-after-judas", "positive", SHIFT, "2026-05-13 00:00", Pen(),
            "Below the midnight open of [112] price took the {low|high} of [101] at @31, and the shift of @33 reversed "
            "it: the day distributes.",
            Marks(events=(judas,), complete=("judas_swing",)),
        ),
        _stage(
            "distribution-downwards-in-london", "positive", SHIFT, "2026-05-13 19:00", Pen("GBPUSD", _DOWN),
            "The false move to [99] at @31 beyond the midnight open was reversed by a shift {up|down} known at @33, "
            "before 10:00: distribution.",
            Marks(events=(judas,), complete=("judas_swing",)),
        ),
        _stage(
            "manipulation-under-way", "positive", swept, "2026-05-13 00:00", Pen(),
            "At @31 price traded to [99], below the midnight open of [112] and through the {low|high} of [101]; "
            "nothing has reversed it yet: manipulation.",
            Marks(events=(("sweep", "bullish", 31, 31, 101),), complete=("judas_swing",)),
        ),
        _stage(
            "manipulation-upwards", "positive", swept, "2026-05-13 00:00", Pen("XAUUSD", _DOWN),
            "Only {sell-side|buy-side} liquidity at [101] was taken since midnight, at @31, beyond the open of [112]: "
            "the Judas swing is under way.",
            Marks(complete=("judas_swing",)),
        ),
        _stage(
            "still-accumulates", "negative", before_sweep, "2026-05-13 00:00", Pen(),
            "Up to @30 no {low|high} that rests has been traded through since midnight, [101] least of all: the day "
            "still accumulates.",
        ),
        _stage(
            "asia-accumulates", "negative", before_sweep, "2026-05-12 16:00", Pen("USDJPY"),
            "The last bar opens at @30, inside Asia: before midnight there is accumulation and nothing else.",
        ),
        _stage(
            "still-accumulates-bearish", "negative", before_sweep, "2026-05-13 00:00", Pen("NQ", _DOWN),
            "The {low|high} of [101] holds at [102] up to @30 and no pool was taken since midnight: accumulation, "
            "whatever the bias.",
        ),
        _stage(
            "midnight-open-unknown", "negative", swept, "2026-05-13 01:00", Pen(),
            "The chart begins at @0, after midnight, so the day's open is not among the candles and its stage cannot "
            "be told.",
            outcome="not_evaluated",
        ),
    )  # fmt: skip


def _stage(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    start: str,
    pen: Pen,
    why: str,
    marks: Marks | None = None,
    outcome: Outcome | None = None,
) -> Case:
    return walked(
        f"4.2-{name}", "4.2", polarity, why, bars, start, pen, _STAGE, marks=marks or Marks(), outcome=outcome
    )
