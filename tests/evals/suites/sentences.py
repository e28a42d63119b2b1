"""What a case names: prices of its sentence that must stand on the chart or its labels, times, prices of its events."""

import re
from datetime import datetime
from typing import Final

import numpy as np

from evals.cases.case import Case, Chart
from evals.subjects.found import Found
from tools.candles import Candles
from tools.trading_day import NEW_YORK

_NUMBER: Final = re.compile(r"(?<![\d.,:])\d++(?:\.\d++)?+(?![:,]\d)")
"""A price; amounts of money have their thousands apart."""
_TIME: Final = re.compile(r"\b(\d\d:\d\d)(?::\d\d)?\b(?! UTC)")
_WHOSE: Final = re.compile(r"New York|UTC")
_REACH: Final = 0.02
"""Share of a price by which a number may lie beyond the candles and still be read as one."""
KNOWN_CLOCK: Final = frozenset(
    {
        "00:00", "02:00", "02:33", "03:00", "04:00", "04:03", "04:30", "05:00", "07:00", "08:30", "08:50", "09:10",
        "09:30", "09:50", "10:00", "10:10", "10:50", "11:00", "11:10", "11:50", "12:00", "12:10", "13:00", "13:10",
        "13:15", "13:30", "13:40", "14:00", "15:00", "15:15", "15:45", "16:00", "17:00", "18:00", "20:00", "24:00",
    }
)  # fmt: skip
"""Bounds of the sessions of ICT.md and of the markets' days."""


def strange_prices(case: Case) -> list[str]:
    """Return the prices of a sentence that stand neither on a candle nor on a label, nor a stop's tick beyond."""
    chart = case.subject
    assert isinstance(chart, Chart)
    drawn = np.concatenate([_prices(one) for one in (*chart.windows.values(), chart.companion) if one is not None])
    finest = _prices(chart.base)
    low, high = finest.min() * (1 - _REACH), finest.max() * (1 + _REACH)
    labels = case.labels
    said = [one.price for one in labels.events if one.price is not None]
    said += [edge for zone in labels.zones for edge in (zone.bottom, zone.top)]
    if labels.setup is not None:
        said += [labels.setup.entry, labels.setup.stop, *labels.setup.targets]
    stated = np.concatenate((drawn, np.array(said, dtype=np.float64)))
    tick = float(chart.instrument.tick_size)
    known = np.concatenate((stated, stated - tick, stated + tick))
    strange = []
    for text in _NUMBER.findall(case.why):
        number = float(text)
        if low <= number <= high and not np.isclose(known, number, rtol=1e-9, atol=0).any():
            strange.append(text)
    return strange


def strange_times(case: Case) -> list[str]:
    """Return the times of a sentence at which, in New York, no bar of its chart opens or closes and no session turns.

    What is said to be UTC is left out.
    """
    chart = case.subject
    assert isinstance(chart, Chart)
    moments = [moment for one in chart.windows.values() for moment in (*one.time.tolist(), _end(one))]
    moments += [chart.as_of, *(event.time for event in chart.calendar or ())]
    shown = {f"{datetime.fromtimestamp(moment, NEW_YORK):%H:%M}" for moment in moments} | KNOWN_CLOCK
    return [text for text in _TIME.findall(case.why) if text not in shown]


def has_a_clock_of_nobody(case: Case) -> bool:
    """Say whether a sentence tells a time and not whose."""
    return bool(re.search(r"\b\d\d:\d\d\b", case.why)) and not _WHOSE.search(case.why)


def _end(candles: Candles) -> int:
    return int(candles.time[-1]) + candles.timeframe.seconds


def _prices(candles: Candles) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.concatenate((candles.open, candles.high, candles.low, candles.close))


def wrong_prices(case: Case, found: Found) -> list[str]:
    """Return the events labelled with a price of which the same one was found at another, more than a tick away."""
    chart = case.subject
    assert isinstance(chart, Chart)
    tick = float(chart.instrument.tick_size)
    told = []
    for label in case.labels.events:
        key = (label.kind, label.direction, label.timeframe, label.at)
        prices = [one.price for one in found.events if (one.kind, one.direction, one.timeframe, one.at) == key]
        if label.price is None or not prices:
            continue
        if not any(price is not None and abs(price - label.price) <= tick + label.price * 1e-12 for price in prices):
            told.append(f"{case.id}: {label.kind} at {label.price}, found at {prices}")
    return told
