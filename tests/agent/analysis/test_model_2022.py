"""The 2022 model's time and place: its shift in a kill zone, its entry in the right half, judged at either edge."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

import pytest

from agent.analysis.nodes.entry_setups import best_offered, fresh_rows, setup_facts
from agent.analysis.reading import Reading
from rulebook.book import Rulebook
from rulebook.schema import KillZone
from tests.agent.analysis.market import request_of, rules
from tests.tools.hand_drawn import Drawn
from tools.candles import Candles
from tools.resample import last_close
from tools.setups import MODEL_RULES, MODELS
from tools.timeframes import Timeframe
from tools.trading_day import NEW_YORK

SHIFTED: Final = 33
"""The bar that confirms the shift: a low is swept two bars before it, the next one runs, this one leaves the gap."""
BASES: Final = {"EURUSD": (11_000, 0.0001), "NQ": (72_000, 0.25)}
MODEL: Final = {"ict_2022_model", "unicorn"}
FOLLOWS: Final = {"sweep_displacement_fvg", "mss_ote"}
QUARTER: Final = Timeframe.M15.seconds
WHOLE_DAY: Final = KillZone("day", "00:00", "23:59", True)
NOON: Final = KillZone("noon", "12:00", "13:00", True)
LUNCH: Final = KillZone("lunch", "12:00", "13:00", False)


def path(turns: Sequence[tuple[int, int]], wick: int) -> list[Drawn]:
    """Draw legs one after the other, each turn ``(price, in how many bars)``."""
    bars: list[Drawn] = []
    for (start, _), (end, count) in pairwise(turns):
        stops = [start + (end - start) * step // count for step in range(count + 1)]
        bars += [(o, max(o, c) + wick, min(o, c) - wick, c) for o, c in pairwise(stops)]
    return bars


def drawn(edge: int = 214, bullish: bool = True) -> list[Drawn]:
    """Draw a range from 198 to 236 ticks in which the gap below `edge` waits; upside down where it is bearish."""
    turns = ((224, 0), (260, 6), (232, 4), (244, 3), (204, 6), (224, 4), (210, 3), (216, 2), (206, 3))
    bars: list[Drawn] = [
        *path(turns, wick=2), (206, 208, 198, 204), (204, 228, 204, 226), (226, 234, edge, 232),
        (232, 236, 224, 226), (226, 232, 222, 230), (230, 234, 224, 228),
    ]  # fmt: skip
    return bars if bullish else [(-o, -low, -high, -c) for o, high, low, c in bars]


def written(bars: Sequence[Drawn], symbol: str, start: int, timeframe: Timeframe) -> Candles:
    """Write bars in ticks at a market's prices, from an epoch second on."""
    base, tick = BASES[symbol]
    names = ("open", "high", "low", "close")
    prices = {name: [(base + bar[place]) * tick for bar in bars] for place, name in enumerate(names)}
    return Candles.from_columns(
        {"time": [start + index * timeframe.seconds for index in range(len(bars))], **prices}, timeframe
    )


def chart(bars: Sequence[Drawn], symbol: str, shifted: str, timeframe: Timeframe = Timeframe.M15) -> Candles:
    """Write the bars so that the shift's confirming bar opens at a New York time of a Wednesday."""
    at = int(datetime.fromisoformat(f"2026-05-13T{shifted}").replace(tzinfo=NEW_YORK).timestamp())
    return written(bars, symbol, at - SHIFTED * timeframe.seconds, timeframe)


def standing(reading: Reading, lean: int = 1) -> set[str]:
    """Return the models that stand, once the facts say the same of rule 6.5, and so does what is offered first."""
    rows = fresh_rows(reading, lean)
    found = {MODELS[int(reading.entry.setups.model[row])] for row in rows}
    best = best_offered(reading, rows)
    fact = setup_facts(reading, lean, rows, best)["entry.model_2022_setup"]
    assert fact.value == bool(found & MODEL)
    assert best is not None
    assert (MODEL_RULES[int(reading.entry.setups.model[best])] == "6.5") == bool(found & MODEL)
    return found


def read(candles: Candles, symbol: str = "EURUSD", rulebook: Rulebook | None = None) -> Reading:
    return Reading(request_of(candles, symbol).check(), rulebook or rules())


def zoned(*zones: KillZone) -> Rulebook:
    """Return the relaxed rulebook with kill zones of its own."""
    book = rules()
    return Rulebook(book.profile, book.rules, book.facts, zones)


@pytest.mark.parametrize(
    ("symbol", "shifted", "stands"),
    [
        ("EURUSD", "06:45", False), ("EURUSD", "07:00", True), ("EURUSD", "11:45", True), ("EURUSD", "12:00", False),
        ("EURUSD", "13:15", False), ("EURUSD", "13:30", True), ("NQ", "08:15", False), ("NQ", "08:30", True),
        ("NQ", "11:45", True), ("NQ", "12:00", False), ("NQ", "12:45", False), ("NQ", "13:00", False),
    ],
)  # fmt: skip
def test_the_bar_that_confirms_the_shift_opens_in_a_kill_zone(symbol: str, shifted: str, stands: bool) -> None:
    """Windows are half-open and lunch is none; what is no 2022 model is a gap after a sweep all the same."""
    for bullish in (True, False):
        candles = chart(drawn(bullish=bullish), symbol, shifted)
        found = standing(read(candles, symbol), 1 if bullish else -1)
        assert found & MODEL == (MODEL if stands else set())
        assert found >= FOLLOWS


@pytest.mark.parametrize(
    ("zones", "shifted", "stands"),
    [
        pytest.param((NOON,), "12:00", True, id="inside its own"),
        pytest.param((NOON,), "07:00", False, id="inside the instrument's only"),
        pytest.param((WHOLE_DAY, LUNCH), "11:45", True, id="before its lunch"),
        pytest.param((WHOLE_DAY, LUNCH), "12:00", False, id="in its lunch"),
    ],
)
def test_a_rulebooks_own_kill_zones_take_the_place_of_the_instruments(
    zones: tuple[KillZone, ...], shifted: str, stands: bool
) -> None:
    """In a window in which one stays out there is no model, whatever else is under way."""
    found = standing(read(chart(drawn(), "EURUSD", shifted), rulebook=zoned(*zones)))
    assert found & MODEL == (MODEL if stands else set())


@pytest.mark.parametrize("bullish", [True, False])
@pytest.mark.parametrize("symbol", ["EURUSD", "NQ"])
@pytest.mark.parametrize(("edge", "stands"), [(216, True), (217, False), (218, False)])
def test_the_entry_lies_in_the_right_half(symbol: str, edge: int, stands: bool, bullish: bool) -> None:
    """The middle of 198 and 236 is 217: it is no half, a tick before it is the right one."""
    found = standing(read(chart(drawn(edge, bullish), symbol, "08:45"), symbol), 1 if bullish else -1)
    assert ("ict_2022_model" in found) == stands
    assert found >= FOLLOWS


def test_the_range_is_that_of_the_decision() -> None:
    """With the gap's bar alone the middle was 216, so 216 was no discount; three bars later it is."""
    candles = chart(drawn(216), "EURUSD", "08:45")
    found = {len(part): standing(read(part)) for part in (candles[: SHIFTED + 1], candles)}
    assert {bars: "ict_2022_model" in models for bars, models in found.items()} == {34: False, 37: True}


@pytest.mark.parametrize(
    ("top", "stands"), [(254, True), (246, False), (None, False)], ids=["discount", "premium", "unknown"]
)
def test_the_range_is_the_structure_timeframes_whichever_way_it_runs(top: int | None, stands: bool) -> None:
    """On 5m bars the 15m chart has the range, one that fell; while it has none, there is no right half."""
    finer = chart(drawn(), "EURUSD", "08:45", Timeframe.M5)
    reading = Reading(request_of(finer, windows={Timeframe.M5: finer, Timeframe.M15: above(finer, top)}), rules())
    dealing = reading.structure.dealing_range
    assert (dealing and dealing.direction) == (None if top is None else -1)
    assert standing(reading) & MODEL == (MODEL if stands else set())


def above(finer: Candles, top: int | None) -> Candles:
    """Draw 15m bars whose range fell from a tick above `top` to 177; without a top they do not move."""
    turns = ((200, 0), (200, 32)) if top is None else ((top - 4, 0), (190, 8), (top, 8), (178, 8), (184, 8))
    bars = path(turns, wick=0 if top is None else 1)
    end = last_close(finer, request_of(finer).instrument.trading_day) // QUARTER * QUARTER
    return written(bars, "EURUSD", end - len(bars) * QUARTER, Timeframe.M15)
