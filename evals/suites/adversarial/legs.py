"""Near misses of legs and of what rests on either side of price: expansion, inducement and pools."""

from functools import partial
from typing import Final

from evals.cases.case import Case, Chart
from evals.suites.adversarial.hourly_bias import tick_pairs, under
from evals.suites.textbook.drawing import Pen, path, steady, trending

_LOOKBACK_BARS: Final = {"strict": 20, "relaxed": 40}
_HOURLY_LEG: Final = 200


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    expansions = [
        case
        for profile, most in _LOOKBACK_BARS.items()
        for case in tick_pairs(
            "expansion-lookback", "4.1", partial(_jumped, profile), (most, most + 1),
            (f"The move of 20 ticks came {most} bars back, the first of those that {profile} measures over.",
             f"The move of 20 ticks came {most + 1} bars back, and the {most} bars since went nowhere."), profile,
        )
    ]  # fmt: skip
    return (
        *expansions,
        *tick_pairs("inducement-taken", "3.3", _pulled_back, (28, 29),
                    ("The pullback reaches [28], a tick below the small low at [29] inside the leg.",
                     "The pullback touches the small low at [29] inside the leg and takes no stops.")),
        *tick_pairs("pool-resting", "3.1", _between_pools, (-20, -21),
                    ("The last low touches the pool at [-20], which still rests, and one rests above at [20].",
                     "The last low at [-21] took the pool at [-20], so nothing rests below.")),
    )  # fmt: skip


def _jumped(profile: str, pen: Pen, back: int) -> Chart:
    """Draw a jump from -20 to 0 ticks whose bar is so many from the end, the last one counted."""
    bars = [*steady(30, -20, 10), (-20, 2, -21, 0), *steady(back - 1, 0, 10)]
    return under(pen, bars, trending(-20, _HOURLY_LEG), profile)


def _pulled_back(pen: Pen, low: int) -> Chart:
    """Draw a leg with a small low at 29 ticks inside, and a pullback towards it."""
    bars = path(-149, (49, 8), (-50, 6), (40, 5), (30, 3), (148, 8), (60, 5))
    return under(pen, [*bars, (60, 62, low, 50)], trending(-149, 500))


def _between_pools(pen: Pen, low: int) -> Chart:
    bars = steady(46, 0, 10)
    bars[8], bars[16] = (0, 5, -20, 0), (0, 20, -5, 0)
    return under(pen, [*bars, (0, 5, low, 0)], trending(0, _HOURLY_LEG))
