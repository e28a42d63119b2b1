"""SMT divergence: one market makes the lower low and the other does not, on one clock, by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import NOON
from tests.tools.reference.bars import Row
from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.smt import Divergences, detect_smt
from tools.swings import detect_swings
from tools.timeframes import Timeframe

Lows = Sequence[float | None]
"""The low of each hour from noon on; None where the market has no bar."""

FIRST: Final = int(datetime.fromisoformat(NOON).timestamp())
LOWER: Final[Lows] = (50, 30, 50, 20, 50)
HIGHER: Final[Lows] = (50, 30, 50, 40, 50)
EQUAL: Final[Lows] = (50, 30, 50, 30, 50)


def market(lows: Lows, *, upside_down: bool = False, timeframe: Timeframe = Timeframe.H1) -> Candles:
    """Draw a market of which only the lows (the highs, upside down) matter."""
    bars = {hour: low for hour, low in enumerate(lows) if low is not None}
    edge, flat = [100 - low if upside_down else low for low in bars.values()], [60.0] * len(bars)
    far = [40.0] * len(bars)
    columns: Mapping[str, Any] = {
        "time": [FIRST + hour * timeframe.seconds for hour in bars],
        "open": far if upside_down else flat,
        "high": edge if upside_down else flat,
        "low": far if upside_down else edge,
        "close": far if upside_down else flat,
    }
    return Candles.from_columns(columns, timeframe)


def divergences(candles: Candles, companion: Candles, align: int = 2) -> Divergences:
    """Return the divergences, by swings of one bar a side."""
    swings, others = (detect_swings(each, left=1, right=1) for each in (candles, companion))
    return detect_smt(candles, swings, companion, others, align)


def found_in(ours: Lows, theirs: Lows, align: int = 2) -> list[Row]:
    """Return the divergences of two drawn markets as rows."""
    return rows_of(divergences(market(ours), market(theirs), align))


@pytest.mark.parametrize("upside_down", [False, True])
def test_this_market_makes_the_lower_low_alone(upside_down: bool) -> None:
    """Bullish between lows, bearish between highs; drawn on the second swing, confirmed with it."""
    ours, theirs = market(LOWER, upside_down=upside_down), market(HIGHER, upside_down=upside_down)
    (row,) = rows_of(divergences(ours, theirs))
    prices = ("price", "first_price", "companion_price", "companion_first_price")
    assert [row[name] for name in prices] == ([80, 70, 60, 70] if upside_down else [20, 30, 40, 30])
    assert row["direction"] == (-1 if upside_down else 1)
    assert (row["first_index"], row["formed_index"], row["confirmed_index"], row["led_by"]) == (1, 3, 4, 1)
    assert (row["companion_first_at"], row["companion_at"]) == (FIRST + 3600, FIRST + 3 * 3600)


def test_the_companion_makes_the_lower_low_alone() -> None:
    """Led by the companion, bullish all the same."""
    (row,) = found_in(HIGHER, LOWER)
    assert (row["direction"], row["led_by"], row["price"], row["companion_price"]) == (1, -1, 40.0, 20.0)


@pytest.mark.parametrize(
    ("ours", "theirs", "count"),
    [
        pytest.param(LOWER, LOWER, 0, id="both lower"),
        pytest.param(HIGHER, HIGHER, 0, id="neither lower"),
        pytest.param(EQUAL, EQUAL, 0, id="both equal"),
        pytest.param(HIGHER, EQUAL, 0, id="equal is not lower"),
        pytest.param(LOWER, EQUAL, 1, id="lower against equal"),
        pytest.param(EQUAL, LOWER, 1, id="equal against lower"),
    ],
)
def test_exactly_one_of_them_makes_a_strictly_lower_low(ours: Lows, theirs: Lows, count: int) -> None:
    """Two that agree do not diverge."""
    assert len(found_in(ours, theirs)) == count


LATER_BY: Final = {
    0: (50, 50, 50, 50, 30, 50, 50, 50, 50, 40, 50, 50),
    1: (50, 50, 50, 50, 50, 30, 50, 50, 50, 50, 40, 50),
    2: (50, 50, 50, 50, 50, 50, 30, 50, 50, 50, 40, 50),
}
OURS: Final = (50, 50, 50, 50, 30, 50, 50, 50, 50, 20, 50, 50)


@pytest.mark.parametrize(
    ("later", "align", "count"), [(0, 0, 1), (1, 0, 0), (1, 1, 1), (2, 1, 0), (2, 2, 1), (2, 5, 1)]
)
def test_swings_match_within_so_many_bars(later: int, align: int, count: int) -> None:
    """Both swings must, the first and the second."""
    assert len(found_in(OURS, LATER_BY[later], align)) == count
    assert len(found_in(LATER_BY[later], OURS, align)) == count


@pytest.mark.parametrize(("later", "confirmed"), [(0, 10), (1, 11)])
def test_it_is_confirmed_with_the_later_swing(later: int, confirmed: int) -> None:
    """This market's second low is confirmed at bar 10, a companion's one bar later at bar 11."""
    (row,) = found_in(OURS, LATER_BY[later])
    assert (row["formed_index"], row["confirmed_index"]) == (9, confirmed)


def test_bars_missing_in_one_market_count_on_the_clock() -> None:
    """The companion has no bars at hours 2 to 4: its second low lies two bars of the clock after ours."""
    ours = (50, 30, 50, 50, 20, 50, 50, 50, 50)
    theirs = (50, 30, None, None, None, 50, 40, 50, 50)
    assert len(found_in(ours, theirs, 2)) == 1
    assert len(found_in(ours, theirs, 1)) == 0


def test_an_hour_without_bars_in_both_markets_is_no_bar_of_the_clock() -> None:
    """Three hours lie between the second lows, one bar."""
    ours = (50, 30, 50, 20, None, None, 50, 50)
    theirs = (50, 30, 50, 50, None, None, 40, 50)
    assert len(found_in(ours, theirs, 1)) == 1


def test_what_the_companion_confirms_between_two_bars_is_known_at_the_next() -> None:
    """It confirms at hour 4, at which this market has no bar; the next one closes at hour 6."""
    ours = (50, 30, 50, 20, None, None, 50)
    (row,) = found_in(ours, (50, 30, 50, 40, 50, 50, 50))
    assert (row["formed_index"], row["confirmed_index"]) == (3, 4)
    (row,) = found_in((50, 30, 50, 20, 50, None, None, 50), (50, 30, 50, 50, 40, 50))
    assert (row["formed_index"], row["confirmed_index"]) == (3, 5)


def test_what_the_companion_confirms_after_the_last_bar_is_no_fact_yet() -> None:
    """Its confirming bar opens after this market's last one; a bar later it is known."""
    theirs = (50, 30, 50, 50, 40, 50, 50)
    assert found_in((50, 30, 50, 20, 50), theirs) == []
    (row,) = found_in((50, 30, 50, 20, 50, 50), theirs)
    assert row["confirmed_index"] == 5


def test_a_companion_that_ends_early_or_begins_late_has_no_pair() -> None:
    """One of its two lows is not there, or not confirmed."""
    assert found_in(LOWER, HIGHER[:4]) == []
    assert found_in(LOWER, (None, None, *HIGHER[2:])) == []
    assert found_in(LOWER, ()) == []
    assert found_in((), HIGHER) == []


def test_a_swing_between_breaks_the_pair() -> None:
    """Only consecutive lows are compared."""
    ours, theirs = (50, 30, 50, 20, 50), (50, 30, 50, 45, 50, 40, 50)
    assert [row["companion_price"] for row in found_in((*ours, 50, 50), theirs)] == [45.0]
    assert found_in((*ours, 50, 50), theirs, 0) != []
    assert found_in((50, 30, 50, 50, 50, 20, 50), theirs, 1) == []


def test_one_pair_may_match_two_pairs_of_the_companion() -> None:
    """Each is a fact with a name of its own."""
    ours, theirs = (50, 50, 30, 50, 20, 50, 50, 50), (50, 30, 50, 40, 50, 45, 50, 50)
    candles = market(ours)
    found = divergences(candles, market(theirs))
    assert found.companion_at.tolist() == [FIRST + 3 * 3600, FIRST + 5 * 3600]
    assert len({row["id"] for row in found.rows(candles)}) == 2


def test_its_row_names_both_markets_swings() -> None:
    """Times as text, who led as a word."""
    candles = market(LOWER)
    (row,) = divergences(candles, market(HIGHER)).rows(candles)
    times = "2024-01-10T13:00:00Z:2024-01-10T13:00:00Z:2024-01-10T15:00:00Z:2024-01-10T15:00:00Z"
    assert row["id"] == f"smt:1h:bullish:{times}"
    assert (row["led_by"], row["companion_at"], row["first_at"]) == (
        "this", "2024-01-10T15:00:00Z", "2024-01-10T13:00:00Z",
    )  # fmt: skip


def test_without_a_companion_there_is_none() -> None:
    """An empty table."""
    candles = market(LOWER)
    assert len(detect_smt(candles, detect_swings(candles, left=1, right=1), None, None)) == 0


def test_a_companion_on_another_timeframe_is_refused() -> None:
    """It says which was expected."""
    with pytest.raises(InvalidParameter, match="15m bars beside 1h bars") as caught:
        divergences(market(LOWER), market(HIGHER, timeframe=Timeframe.M15))
    assert (caught.value.field, caught.value.expected, caught.value.got) == ("companion", "1h bars", "15m bars")
