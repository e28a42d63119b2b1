"""Stories without a raid: chop, a trend day, a drift and walks that go up or down by chance alone.

Their bars cannot displace price (see `bounded`), so that whatever else chance makes of them there is no market
structure shift in them and nothing to trade; only the walks of high noise may, and of those little is said.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from agent.labels import DecisionLabel
from evals.cases.case import Case
from evals.suites.simulated.clock import DAYS, QUARTER, bars_of, last_bars, moment
from evals.suites.simulated.market import Bars, Quill, laddered, quill
from evals.suites.simulated.paths import NOISES, bounded, generator
from evals.suites.simulated.raid import OPENED
from evals.suites.simulated.stories import Told, clock, markets, story_case
from tools.timeframes import Timeframe

_CHARTS: Final = 4
_WALKS: Final = 14
_WALK_BARS: Final = 480
_ENDS: Final = (("london", 225), ("new_york_am", 570))
"""When the quiet days are asked about: 03:45 and 09:30."""
_NOON: Final = 750
"""12:30: in no kill zone."""
_HEIGHT: Final = 4
"""The least height of a bar in units."""
_DRIFT_HEIGHT: Final = 1
_PERIOD: Final = 24
_SHARES: Final = {"none": 0, "low": 1, "high": 2}
"""Quarters of a bar's height by which a step of a quiet day may be off."""
_DECIDED: Final = {"chop": "2.3", "trend-day": "2.4", "low-volatility-drift": "2.3"}
"""The gate that closes first where there is no noise: nothing shifts; and a trend day has no swing and so no range, as
five of its steps are longer than the longest wick."""
_CANNOT: Final = "no body is one and a half average true ranges, so structure cannot have shifted"
_DEFINITION: Final = "displacement, MSS, sessions"


def cases() -> tuple[Case, ...]:
    """Build every chart."""
    quiet = tuple(
        _quiet(scenario, story, noise, number, quill(symbol, way, number))
        for story, scenario in enumerate(("chop", "trend-day", "low-volatility-drift"))
        for noise in NOISES
        for number, way, symbol in markets(_CHARTS)
    )
    walks = tuple(
        _walk(noise, number, quill(symbol, way, number)) for noise in NOISES for number, way, symbol in markets(_WALKS)
    )
    return (*quiet, *walks)


def _quiet(scenario: str, story: int, noise: str, number: int, pen: Quill) -> Case:
    day = DAYS[(7 * number + 5 * story + 4 * (pen.way > 0)) % len(DAYS)]
    session, minute = _ENDS[number % 2]
    as_of = moment(day, minute)
    times = bars_of(pen, day, as_of)
    rng = generator(200 + story, NOISES.index(noise), number, pen.way > 0)
    unit = pen.unit
    height = (_DRIFT_HEIGHT if scenario == "low-volatility-drift" else _HEIGHT) * unit
    steps = _steps(scenario, len(times), height) + _off(rng, height * _SHARES[noise] // 4, len(times))
    bars = bounded(np.clip(steps, -height, height), height, rng, OPENED * unit)
    base = pen.candles_at(bars, Timeframe.M15, times.tolist())
    told = _nothing(_DECIDED[scenario] if noise == "none" else None)
    what = {
        "chop": "goes back and forth in one range",
        "trend-day": f"goes {pen.word('up', 'down')} from one quarter of an hour to the next and raids nothing below",
        "low-volatility-drift": "hardly moves",
    }[scenario].replace("below", pen.word("below", "above"))
    why = f"Price {what} from {pen.said(int(bars[0, 0]))} to {pen.said(int(bars[-1, 3]))}: {_CANNOT}."
    windows = laddered(pen, base, int(bars[0, 0]))
    return story_case(
        scenario, number, pen, noise, why, windows, as_of, told, session=session, definition=_DEFINITION
    )  # fmt: skip


def _steps(scenario: str, count: int, height: int) -> npt.NDArray[np.int64]:
    """Return how far each close lies from the one before, noise apart."""
    at = np.arange(count, dtype=np.int64)
    if scenario == "chop":
        return np.where(at % _PERIOD < _PERIOD // 2, height // 2, -(height // 2))
    if scenario == "trend-day":
        return np.full(count, height // 4, dtype=np.int64)
    return np.where(at % 3 == 0, height // 2, -(height // 4))


def _off(rng: np.random.Generator, most: int, count: int) -> npt.NDArray[np.int64]:
    drawn: npt.NDArray[np.int64] = rng.integers(-most, most + 1, size=count)
    return drawn


def _nothing(rule: str | None) -> Told:
    return Told(complete=("displacement", "mss"), decision=DecisionLabel("WAIT", rule))


def _walk(noise: str, number: int, pen: Quill) -> Case:
    day = DAYS[(5 * number + 3 * (pen.way > 0)) % len(DAYS)]
    session, minute = _ENDS[number % 2]
    is_free = noise == "high"
    if is_free and number % 2:
        session, minute = "none", _NOON
    as_of = moment(day, minute)
    times = last_bars(pen, as_of, _WALK_BARS)
    while (int(times[0]) // QUARTER) % 4:
        times = times[1:]
    rng = generator(300, NOISES.index(noise), number, pen.way > 0)
    bars = _walked(noise, len(times), _HEIGHT * pen.unit, rng)
    windows = {Timeframe.M15: pen.candles_at(bars, Timeframe.M15, times.tolist())}
    told, because = _of_walk(session, is_free=is_free)
    why = f"A walk without a drift, asked about at {clock(as_of)} New York: {because}."
    return story_case(
        "random-walk", number, pen, noise, why, windows, as_of, told, session=session,
        definition="displacement, MSS, sessions" if not is_free else "sessions",
    )  # fmt: skip


def _walked(noise: str, count: int, height: int, rng: np.random.Generator) -> Bars:
    if noise == "none":
        return bounded(_off(rng, height // 2, count), height, rng)
    if noise == "low":
        return bounded(_off(rng, height * 13 // 10, count), height, rng)
    minutes = rng.integers(-height, height + 1, size=(count, 15)) // 2
    path = np.cumsum(minutes.ravel()).reshape(count, 15)
    opens = np.concatenate(([0], path[:-1, -1]))
    highs, lows = np.maximum(path.max(axis=1), opens), np.minimum(path.min(axis=1), opens)
    return np.stack((opens, highs, lows, path[:, -1]), axis=1)


def _of_walk(session: str, *, is_free: bool) -> tuple[Told, str]:
    """Return what is certain of a walk: the clock always, and that nothing shifted where nothing can displace."""
    clear: dict[str, Any] = {"8.4": "pass", "9.2": "pass"}
    if not is_free:
        return _nothing(None), _CANNOT
    if session == "none":
        told = Told(rules={"8.1": "fail", **clear}, decision=DecisionLabel("WAIT"))
        return told, "no kill zone is open, so whatever chance has drawn waits"
    return Told(rules={"8.1": "pass", **clear}), "chance may have drawn anything, and only the clock is certain"
