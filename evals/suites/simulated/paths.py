"""Paths in whole ticks, and the noise that is laid over them: every draw is of integers, from a seed of its own."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from evals.suites.simulated.market import Bars

NOISES: Final = ("none", "low", "high")
"""Levels that leave alone what is planted."""
HEAVY: Final = "heavy"
LEVELS: Final = (*NOISES, HEAVY)
"""Every level: heavy noise is high noise that lies over what is planted, too."""
_SHARES: Final = {"none": 0, "low": 1, "high": 3, HEAVY: 3}
"""Quarters of an average true range: by so much noise moves a close, and lengthens a wick."""
_ATR_BARS: Final = 14
_SPOILING: Final = 3
"""Of an average true range the part by which heavy noise moves a close and the end of a wick: one third."""
_LEAST, _MOST = 10, 14
"""Tenths of a height: bars within them have no body of one and a half average true ranges."""


def generator(*seed: int) -> np.random.Generator:
    """Return the draws of one chart."""
    return np.random.Generator(np.random.PCG64(list(seed)))


def joined(turns: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """Return the closes from the first turn's bar to the last one's, each turn ``(bar, tick)``, straight between."""
    parts = [
        start + (end - start) * np.arange(1, last - first + 1, dtype=np.int64) // (last - first)
        for (first, start), (last, end) in pairwise(turns)
    ]
    return np.concatenate(([turns[0][1]], *parts))


def drawn(closes: npt.NDArray[np.int64], wick: int) -> Bars:
    """Draw bars through closes with a wick on both ends; each opens where the last one closed."""
    opens = np.concatenate((closes[:1], closes[:-1]))
    return np.stack((opens, np.maximum(opens, closes) + wick, np.minimum(opens, closes) - wick, closes), axis=1)


def noisy(bars: Bars, noise: str, rng: np.random.Generator, floor: int, ceiling: npt.NDArray[np.int64]) -> Bars:
    """Lay noise over bars: their closes move, their wicks grow.

    Args:
        bars: what is drawn, shape (n, 4).
        noise: one of `LEVELS`.
        rng: the chart's draws.
        floor: below which no bar reaches.
        ceiling: above which no bar reaches, one for each.
    """
    height = int((bars[:, 1] - bars[:, 2]).sum()) // len(bars)
    most = height * _SHARES[noise] // 4
    if not most:
        return bars
    closes = bars[:, 3] + rng.integers(-most, most + 1, size=len(bars))
    closes[-1] = bars[-1, 3]
    closes = np.clip(closes, floor + 1, ceiling - 1)
    made = drawn(closes, 0)
    made[0, 0] = bars[0, 0]
    wick = bars[0, 1] - max(bars[0, 0], bars[0, 3])
    made[:, 1] = np.minimum(made[:, [0, 3]].max(axis=1) + wick + rng.integers(0, most + 1, size=len(bars)), ceiling)
    made[:, 2] = np.maximum(made[:, [0, 3]].min(axis=1) - wick - rng.integers(0, most + 1, size=len(bars)), floor)
    made[:, 1] = np.maximum(made[:, 1], made[:, [0, 3]].max(axis=1))
    made[:, 2] = np.minimum(made[:, 2], made[:, [0, 3]].min(axis=1))
    return made


def spoiled(bars: Bars, first: int, rng: np.random.Generator) -> Bars:
    """Lay noise over what is planted: closes move, the opens after them with them, and wicks grow or shrink.

    Each moves by up to a third of the average true range (a plain mean, in whole ticks) of the bars it is laid over.

    Args:
        bars: what is drawn, shape (n, 4).
        first: the first bar of what is planted, not the chart's first.
        rng: the chart's draws.
    """
    kept, planted = bars[:first], bars[first:]
    before = np.concatenate((kept[-1:, 3], planted[:-1, 3]))
    ranges = np.maximum(planted[:, 1], before) - np.minimum(planted[:, 2], before)
    most = int(ranges.sum()) // len(planted) // _SPOILING
    moves, over, under = rng.integers(-most, most + 1, size=(3, len(planted)))
    above = planted[:, 1] - planted[:, [0, 3]].max(axis=1)
    below = planted[:, [0, 3]].min(axis=1) - planted[:, 2]
    made = drawn(np.concatenate((kept[-1:, 3], planted[:, 3] + moves)), 0)[1:]
    made[:, 1] += np.maximum(above + over, 0)
    made[:, 2] -= np.maximum(below + under, 0)
    return np.concatenate((kept, made))


def bounded(steps: npt.NDArray[np.int64], height: int, rng: np.random.Generator, opened: int = 0) -> Bars:
    """Draw bars through steps, each between a height and 1.4 of it high: none of them can displace price.

    A body is at most its bar's height, and no true range, so no average of them, is less than the least height: a body
    of 1.5 average true ranges is not possible.

    Args:
        steps: how far each close lies from the one before, none further than 1.4 heights.
        height: the least, in ticks.
        rng: the chart's draws.
        opened: where the first bar opens.
    """
    closes = opened + np.cumsum(steps)
    opens = np.concatenate(([opened], closes[:-1]))
    tall = rng.integers(height, height * _MOST // _LEAST + 1, size=len(steps))
    wicks = np.maximum(tall, np.abs(steps)) - np.abs(steps)
    above = wicks * rng.integers(0, 9, size=len(steps)) // 8
    return np.stack(
        (opens, np.maximum(opens, closes) + above, np.minimum(opens, closes) - wicks + above, closes), axis=1
    )


def wilder(bars: Bars, at: int) -> float:
    """Return the average true range of a bar, length 14, in ticks, by Wilder's own steps."""
    before = np.concatenate((bars[:1, 3], bars[:-1, 3]))
    ranges = (np.maximum(bars[:, 1], before) - np.minimum(bars[:, 2], before))[: at + 1].tolist()
    average: float = sum(ranges[:_ATR_BARS]) / _ATR_BARS
    for one in ranges[_ATR_BARS:]:
        average += (one - average) / _ATR_BARS
    return average
