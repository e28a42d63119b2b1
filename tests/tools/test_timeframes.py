"""Timeframes in every spelling people use."""

from itertools import pairwise

import pytest

from tools.errors import UnknownTimeframe
from tools.timeframes import Timeframe

SPELLINGS = {
    Timeframe.M1: ["1m", "1M", "1min", "M1", "m1", "1", "1 min", "1minute"],
    Timeframe.M2: ["2m", "2min"],
    Timeframe.M3: ["3m", "M3"],
    Timeframe.M5: ["5m", "5M", "5min", "M5", "5"],
    Timeframe.M10: ["10m", "10min"],
    Timeframe.M15: ["15m", "15M", "15min", "M15", "15", " 15m ", "15minutes", "15 MIN"],
    Timeframe.M30: ["30m", "30min", "M30"],
    Timeframe.H1: ["1h", "1H", "60min", "60", "H1", "60m", "1hour", "hourly"],
    Timeframe.H2: ["2h", "120", "H2"],
    Timeframe.H4: ["4h", "4H", "240", "H4", "240min"],
    Timeframe.D1: ["1D", "1d", "D", "D1", "daily", "Daily", "1day", "24h", "1440"],
    Timeframe.W1: ["1W", "1w", "W", "W1", "weekly", "1week", "7d"],
    Timeframe.MO1: ["1mo", "1MO", "MN1", "monthly", "1month"],
}


@pytest.mark.parametrize(("text", "timeframe"), [(text, t) for t, texts in SPELLINGS.items() for text in texts])
def test_a_spelling_means_what_it_says(text: str, timeframe: Timeframe) -> None:
    """Upper or lower case, number or unit first; a bare number counts minutes."""
    assert Timeframe.parse(text) is timeframe


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_a_timeframe_reads_its_own_name(timeframe: Timeframe) -> None:
    """What is written can be read."""
    assert Timeframe.parse(timeframe.value) is timeframe


@pytest.mark.parametrize(
    "text", ["", " ", "7m", "0", "0m", "-5m", "1.5h", "3h", "2D", "15x", "m", "fortnight", "1h1m", "9" * 400]
)
def test_an_unknown_spelling_is_refused_with_the_field_and_the_known_ones(text: str) -> None:
    """The error says where, what came and what to write."""
    with pytest.raises(UnknownTimeframe) as caught:
        Timeframe.parse(text, field="timeframe")
    assert caught.value.field == "timeframe"
    assert caught.value.got == repr(text)
    assert "15m" in str(caught.value.expected)


def test_timeframes_ascend_and_know_their_length() -> None:
    """From one minute to one month."""
    assert all(short.seconds < long.seconds for short, long in pairwise(Timeframe))
    assert (Timeframe.M15.seconds, Timeframe.H4.seconds, Timeframe.D1.seconds) == (900, 14_400, 86_400)
    assert [t for t in Timeframe if not t.is_utc_aligned] == [
        Timeframe.H2,
        Timeframe.H4,
        Timeframe.D1,
        Timeframe.W1,
        Timeframe.MO1,
    ]
    assert [t for t in Timeframe if not t.is_intraday] == [Timeframe.D1, Timeframe.W1, Timeframe.MO1]
