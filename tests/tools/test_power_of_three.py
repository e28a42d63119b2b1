"""The power of three: the stage of a day at each of its hours, by hand."""

from collections.abc import Sequence
from datetime import time
from typing import Any, Final

import numpy as np
import pytest

from tests.tools.hand_drawn import Drawn, draw_at
from tests.tools.test_judas import Pool, Shift, pools_of, shifts_of
from tools.candles import Candles
from tools.judas import detect_judas_swings
from tools.power_of_three import PowerOfThree, power_of_three_at
from tools.timeframes import Timeframe

DAY: Final[tuple[tuple[str, Drawn], ...]] = (
    ("2024-01-09T22:00:00Z", (105, 107, 104, 105)),  # 17:00 in New York
    ("2024-01-10T00:30:00Z", (105, 108, 103, 104)),  # 19:30
    ("2024-01-10T01:00:00Z", (104, 105, 101, 102)),  # 20:00: Asia begins
    ("2024-01-10T04:30:00Z", (102, 103, 99, 100)),  # 23:30
    ("2024-01-10T05:00:00Z", (100, 101, 98, 99)),  # midnight: opens at 100
    ("2024-01-10T07:00:00Z", (99, 100, 95, 97)),  # 02:00
    ("2024-01-10T08:00:00Z", (97, 98, 93, 97)),  # 03:00: the extreme
    ("2024-01-10T08:30:00Z", (97, 104, 97, 103)),  # shifts structure
    ("2024-01-10T14:30:00Z", (103, 106, 102, 105)),  # 09:30
    ("2024-01-10T15:00:00Z", (105, 107, 104, 106)),  # 10:00
    ("2024-01-10T21:30:00Z", (106, 108, 105, 107)),  # 16:30
    ("2024-01-10T22:00:00Z", (107, 109, 106, 108)),  # 17:00
)
SELL_SIDE: Final[Pool] = (-1, 95.5, 0, 5)
SHIFT: Final[Shift] = (1, 6, 7, 8)


def day_of(bars: Sequence[tuple[str, Drawn]] = DAY) -> Candles:
    """Return the day in half hours."""
    return draw_at(*bars, timeframe=Timeframe.M30)


def stage_at(
    t: int,
    pools: Sequence[Pool] = (),
    shifts: Sequence[Shift] = (),
    *,
    candles: Candles | None = None,
    until: time = time(10),
) -> PowerOfThree:
    """Return the stage at the close of one bar."""
    chart = day_of() if candles is None else candles
    found = pools_of(*pools)
    judas = detect_judas_swings(chart, shifts_of(*shifts), found)
    return power_of_three_at(chart, judas, found, t, until)


def range_of(found: PowerOfThree) -> tuple[float, float, int, int] | None:
    """Return high, low, first and last bar of the accumulation range."""
    row = found.accumulation
    return row and (row.high, row.low, row.first_index, row.last_index)


@pytest.mark.parametrize("t", [0, 1, 11])
def test_nothing_is_accumulated_between_17_and_20(t: int) -> None:
    """17:00, 19:30, and 17:00 of the next evening; each belongs to the day that follows."""
    found = stage_at(t, [SELL_SIDE], [SHIFT])
    assert (found.stage, found.direction, found.accumulation, found.open_price) == ("unknown", None, None, None)
    assert found.day == ("2024-01-11" if t == 11 else "2024-01-10")
    assert found.reason == "between 17:00 and 20:00 New York nothing is accumulated yet"


def test_the_evening_accumulates_the_asia_range() -> None:
    """From 20:00 on, for the day that follows, whatever was taken."""
    for t, expected in ((2, (105, 101, 2, 2)), (3, (105, 99, 2, 3))):
        found = stage_at(t, [(-1, 101.5, 0, 2)])
        assert (found.stage, found.day, found.direction) == ("accumulation", "2024-01-10", None)
        assert range_of(found) == expected
        assert (found.open_price, found.reason) == (None, None)


def test_the_morning_accumulates_until_a_pool_is_taken() -> None:
    """The Asia range, joined with what follows midnight; what the evening took does not count."""
    for t, expected in ((4, (105, 98, 2, 4)), (6, (105, 93, 2, 6))):
        found = stage_at(t, [(-1, 101.5, 0, 3)])
        assert (found.stage, found.day, found.open_price) == ("accumulation", "2024-01-10", 100.0)
        assert range_of(found) == expected


def test_without_asia_the_range_begins_at_midnight() -> None:
    """The chart begins there."""
    assert range_of(stage_at(1, candles=day_of(DAY[4:]))) == (101, 95, 0, 1)


def test_taking_sell_side_below_the_open_is_manipulation_of_a_bullish_day() -> None:
    """Away from the side that was taken; the range ends before the bar that took it."""
    found = stage_at(5, [SELL_SIDE])
    assert (found.stage, found.direction, found.reason) == ("manipulation", 1, None)
    assert range_of(found) == (105, 98, 2, 4)


def test_taking_buy_side_above_the_open_is_manipulation_of_a_bearish_day() -> None:
    """The midnight bar itself trades above its open."""
    found = stage_at(5, [(1, 100.5, 0, 4)])
    assert (found.stage, found.direction) == ("manipulation", -1)
    assert range_of(found) == (105, 99, 2, 3)


def test_a_pool_taken_by_the_first_bar_there_is_leaves_no_range() -> None:
    """The chart begins at midnight."""
    found = stage_at(0, [(-1, 98.5, 0, 0)], candles=day_of(DAY[4:]))
    assert (found.stage, found.accumulation) == ("manipulation", None)


FLAT: Final[Drawn] = (100, 100, 100, 100)


@pytest.mark.parametrize(
    ("pools", "bars", "reason"),
    [
        pytest.param([SELL_SIDE, (1, 100.5, 0, 4)], DAY, "on both sides", id="both sides"),
        pytest.param([(-1, 100.5, 0, 4)], (*DAY[:4], (DAY[4][0], FLAT)), "not been below", id="at the open"),
        pytest.param([(1, 99.5, 0, 4)], (*DAY[:4], (DAY[4][0], FLAT)), "not been above", id="at the open, above"),
    ],
)
def test_manipulation_takes_one_side_beyond_the_open(
    pools: list[Pool], bars: Sequence[tuple[str, Drawn]], reason: str
) -> None:
    """Otherwise it cannot be told."""
    candles = day_of(bars)
    found = stage_at(min(6, len(candles) - 1), pools, candles=candles)
    assert (found.stage, found.direction, found.accumulation, found.open_price) == ("unknown", None, None, 100.0)
    assert reason in str(found.reason)


@pytest.mark.parametrize(
    ("t", "until", "stage"),
    [
        (8, time(10), "manipulation"),
        (9, time(10), "unknown"),
        (10, time(10), "unknown"),
        (9, time(10, 30), "manipulation"),
    ],
)
def test_manipulation_ends_at_ten(t: int, until: time, stage: str) -> None:
    """The bar of 09:30 is before it, the bar of 10:00 is not."""
    assert stage_at(t, [SELL_SIDE], until=until).stage == stage


def test_without_a_pool_the_day_accumulates_to_its_end() -> None:
    """16:30 is the last bar before 17:00."""
    assert stage_at(10).stage == "accumulation"


def test_distribution_begins_with_the_close_that_confirms_the_judas_swing() -> None:
    """One bar earlier it is still manipulation; then it lasts, whatever else is taken."""
    pools = [SELL_SIDE, (1, 106.5, 0, 9)]
    assert stage_at(7, pools, [SHIFT]).stage == "manipulation"
    for t in (8, 9, 10):
        found = stage_at(t, pools, [SHIFT])
        assert (found.stage, found.direction, found.open_price) == ("distribution", 1, 100.0)
        assert found.judas_id == "judas:30m:bullish:00:00:2024-01-10T08:30:00Z:2024-01-10T08:00:00Z"
        assert range_of(found) == (105, 98, 2, 4)


def test_a_judas_swing_may_have_its_extreme_on_the_midnight_bar_itself() -> None:
    """It is of that day."""
    found = stage_at(8, [(-1, 98.5, 0, 4)], [(1, 4, 7, 8)])
    assert (found.stage, found.direction) == ("distribution", 1)


def test_the_last_judas_swing_counts() -> None:
    """A bearish one confirmed after the bullish one."""
    pools, shifts = [SELL_SIDE, (1, 105.5, 0, 8)], [SHIFT, (-1, 8, 9, 10)]
    assert [stage_at(t, pools, shifts).direction for t in (9, 10)] == [1, -1]


def test_the_next_day_begins_anew() -> None:
    """A Judas swing of the day before is none of its own."""
    candles = day_of((*DAY, ("2024-01-11T05:00:00Z", (108, 109, 107, 108))))
    found = stage_at(12, [SELL_SIDE], [SHIFT], candles=candles)
    assert (found.stage, found.day, range_of(found)) == ("accumulation", "2024-01-11", (109, 107, 12, 12))


@pytest.mark.parametrize(
    ("at", "stage", "day"),
    [
        pytest.param("2024-03-10T04:30:00Z", "accumulation", "2024-03-10", id="23:30 before spring forward"),
        pytest.param("2024-03-10T05:00:00Z", "manipulation", "2024-03-10", id="midnight"),
        pytest.param("2024-03-10T13:30:00Z", "manipulation", "2024-03-10", id="09:30 after it"),
        pytest.param("2024-03-10T14:00:00Z", "unknown", "2024-03-10", id="10:00 after it"),
        pytest.param("2024-03-10T20:30:00Z", "unknown", "2024-03-10", id="16:30 after it"),
        pytest.param("2024-03-10T21:00:00Z", "unknown", "2024-03-11", id="17:00 after it"),
        pytest.param("2024-03-11T00:00:00Z", "accumulation", "2024-03-11", id="20:00 after it"),
        pytest.param("2024-11-03T03:30:00Z", "accumulation", "2024-11-03", id="23:30 before fall back"),
        pytest.param("2024-11-03T04:00:00Z", "manipulation", "2024-11-03", id="midnight before fall back"),
        pytest.param("2024-11-03T14:30:00Z", "manipulation", "2024-11-03", id="09:30 after fall back"),
        pytest.param("2024-11-03T15:00:00Z", "unknown", "2024-11-03", id="10:00 after fall back"),
        pytest.param("2024-11-03T22:00:00Z", "unknown", "2024-11-04", id="17:00 after fall back"),
        pytest.param("2024-11-04T01:00:00Z", "accumulation", "2024-11-04", id="20:00 after fall back"),
    ],
)
def test_the_new_york_clock_decides_on_the_days_it_changes(at: str, stage: str, day: str) -> None:
    """A pool is taken by the bar in question, which trades below its own open, the first since a day long before."""
    candles = draw_at(("2024-03-01T15:00:00Z", FLAT), (at, (100, 101, 98, 99)), timeframe=Timeframe.M30)
    found = stage_at(1, [(-1, 99.5, 0, 1)], candles=candles)
    assert (found.stage, found.day) == (stage, day)


def test_the_asia_range_of_the_days_the_clock_changes_begins_at_20() -> None:
    """00:00 UTC on the Saturday evenings ahead of both changes is 19:00 or 20:00."""
    for evening, first in (("2024-03-10T00:30:00Z", 1), ("2024-11-03T00:30:00Z", 0)):
        bars: list[tuple[str, Drawn]] = [
            (evening, (100, 104, 96, 100)),
            (evening.replace("T00:30", "T03:30"), (100, 102, 98, 100)),
            (evening.replace("T00:30", "T08:00"), (100, 101, 99, 100)),
        ]
        found = stage_at(2, candles=draw_at(*bars, timeframe=Timeframe.M30))
        assert range_of(found) == ((102, 98, 1, 2) if first else (104, 96, 0, 2))


def test_bars_longer_than_an_hour_and_no_bars_tell_nothing() -> None:
    """Neither has a stage, a day or a name."""
    hours = draw_at(("2024-01-10T08:00:00Z", FLAT), timeframe=Timeframe.H2)
    cases = [
        (0, hours, "2h bars"),
        (-1, day_of()[:0], "no bars"),
        (0, day_of()[:0], "no bars"),
        (-1, day_of(), "no bars"),
    ]
    for t, candles, reason in cases:
        found = stage_at(t, candles=candles)
        assert (found.stage, found.day, found.id_on(candles)) == ("unknown", None, None)
        assert reason in str(found.reason)


def test_a_bar_still_open_at_midnight_hides_the_open() -> None:
    """Bars off the hour, as no checked candles are: the open between them is not known."""
    times = np.array([0, 3600], dtype=np.int64) + 1_704_861_000  # 23:30 and 00:30
    candles = Candles.from_arrays(Timeframe.H1, times, *(np.array([100.0, 99.0]) for _ in range(5)))
    found = stage_at(1, candles=candles)
    assert (found.stage, found.open_price, found.reason) == ("unknown", None, "the midnight open is not known")


@pytest.mark.parametrize("first", [5, 6], ids=["from 02:00", "from 03:00"])
def test_a_chart_that_begins_after_midnight_does_not_know_the_open(first: int) -> None:
    """Its first bar opens hours later, whatever is taken and however far it trades below its own open."""
    candles = day_of(DAY[first:])
    for pools in ((), [(-1, 95.5, 0, 0)]):
        found = stage_at(8 - first, pools, candles=candles)
        assert (found.stage, found.direction, found.accumulation, found.open_price) == ("unknown", None, None, None)
        assert found.reason == "the midnight open is not known"


def test_it_is_json_with_words_and_times() -> None:
    """The range runs from the opening of its first bar to the close of its last."""
    described: dict[str, Any] = stage_at(5, [SELL_SIDE]).to_dict(day_of())
    assert described == {
        "id": "power_of_three:30m:2024-01-10", "stage": "manipulation", "direction": "bullish", "day": "2024-01-10",
        "accumulation": {
            "high": 105.0, "low": 98.0, "first_index": 2, "last_index": 4,
            "start": "2024-01-10T01:00:00Z", "end": "2024-01-10T05:30:00Z",
        },
        "open_price": 100.0, "judas_id": None, "reason": None,
    }  # fmt: skip
    unknown = stage_at(0).to_dict(day_of())
    assert (unknown["direction"], unknown["accumulation"]) == (None, None)
