"""Candles: every bad input is refused with its field and the first offending bar's index."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.errors import InvalidCandles, UnknownTimeframe
from tools.timeframes import Timeframe

FIELD = "timeframe_bars.15m"
NOON = 1_704_888_000  # 2024-01-10T12:00:00Z
NAN, INFINITY = float("nan"), float("inf")
PRICES = ("open", "high", "low", "close")


def good_rows(count: int = 4, step: int = 900) -> list[dict[str, Any]]:
    """Return rows that keep every rule."""
    return [
        {"time": NOON + index * step, "open": 10.0, "high": 12.0, "low": 9.0, "close": 11.0, "volume": 5.0}
        for index in range(count)
    ]


def refusal(rows: Any, timeframe: str = "15m") -> InvalidCandles:
    """Return the error these rows raise."""
    with pytest.raises(InvalidCandles) as caught:
        Candles.from_rows(rows, timeframe, field=FIELD)
    error = caught.value
    assert error.field == FIELD
    assert error.expected
    assert error.got
    assert str(error).startswith(FIELD)
    return error


BAD_VALUES = [
    pytest.param({"high": 8.0}, id="high below low"),
    pytest.param({"high": 10.5}, id="close above high"),
    pytest.param({"high": 11.0, "open": 11.5}, id="open above high"),
    pytest.param({"low": 10.5}, id="open below low"),
    pytest.param({"close": 8.5}, id="close below low"),
    *[pytest.param({name: NAN}, id=f"NaN {name}") for name in (*PRICES, "volume")],
    *[pytest.param({name: INFINITY}, id=f"infinite {name}") for name in (*PRICES, "volume")],
    *[pytest.param({name: -INFINITY}, id=f"minus infinity {name}") for name in PRICES],
    *[pytest.param({name: 0}, id=f"zero {name}") for name in PRICES],
    *[pytest.param({name: -1.0}, id=f"negative {name}") for name in (*PRICES, "volume")],
    *[pytest.param({name: "10.5"}, id=f"text for {name}") for name in (*PRICES, "volume")],
    *[pytest.param({name: None}, id=f"null {name}") for name in PRICES],
    *[pytest.param({name: True}, id=f"a boolean for {name}") for name in (*PRICES, "volume")],
    *[pytest.param({name: [10.0]}, id=f"a list for {name}") for name in PRICES],
    pytest.param({"close": {"value": 10}}, id="an object for a price"),
    pytest.param({"high": 1e13}, id="a price out of range"),
    pytest.param({"low": 1e-13}, id="a price next to nothing"),
    pytest.param({"high": 10**400}, id="a number of four hundred digits"),
    pytest.param({"volume": 1e19}, id="a volume out of range"),
    pytest.param({"time": "2024-01-10T12:30:00"}, id="a naive time"),
    pytest.param({"time": datetime(2024, 1, 10, 12, 30)}, id="a naive datetime"),  # noqa: DTZ001  the fault under test
    pytest.param({"time": "half past noon"}, id="a time that is none"),
    pytest.param({"time": "2024-01-10T12:30:00.5Z"}, id="half a second"),
    pytest.param({"time": NOON + 1800.5}, id="half an epoch second"),
    pytest.param({"time": "2024-13-10T12:30:00Z"}, id="a thirteenth month"),
    pytest.param({"time": "9999-01-10T12:30:00Z"}, id="a time in the year 9999"),
    pytest.param({"time": -5}, id="a negative time"),
    pytest.param({"time": NAN}, id="a NaN time"),
    pytest.param({"time": INFINITY}, id="an infinite time"),
    pytest.param({"time": 10**400}, id="a time of four hundred digits"),
    pytest.param({"time": None}, id="no time"),
    pytest.param({"time": True}, id="a boolean time"),
    pytest.param({"time": [NOON]}, id="a list for a time"),
    pytest.param({"adj_close": 10.0}, id="an unknown field"),
    pytest.param({"Open": 10.0}, id="a field in another case"),
    pytest.param({"o": 10.0}, id="a field given twice"),
    pytest.param({7: 10.0}, id="a field that is no text"),
]
OUT_OF_PLACE = [
    pytest.param({"time": NOON + 900}, id="the same time twice"),
    pytest.param({"time": NOON}, id="out of order"),
    pytest.param({"time": NOON + 1801}, id="a second off the grid"),
    pytest.param({"time": NOON + 1200}, id="a bar of a shorter timeframe between"),
]


@pytest.mark.parametrize("change", [*BAD_VALUES, *OUT_OF_PLACE])
def test_a_bad_bar_is_refused_with_its_index(change: dict[Any, Any]) -> None:
    """Bar 2 of four is the bad one."""
    rows = good_rows()
    rows[2] |= change
    error = refusal(rows)
    assert error.index == 2
    assert error.where == f"{FIELD}[2]"


@pytest.mark.parametrize("change", BAD_VALUES)
def test_of_two_bad_bars_the_first_is_named(change: dict[Any, Any]) -> None:
    """Bars 1 and 3 carry the same fault."""
    rows = good_rows(5)
    rows[1] |= change
    rows[3] |= change
    assert refusal(rows).index == 1


@pytest.mark.parametrize("first", BAD_VALUES)
def test_of_two_different_faults_the_first_bars_is_named(first: dict[Any, Any]) -> None:
    """Whatever is wrong with a later bar, and in whichever order the rules are tried."""
    for later in (change.values[0] for change in BAD_VALUES):
        rows = good_rows(5)
        rows[1] |= first
        rows[3] |= later
        assert refusal(rows).index == 1, later


@pytest.mark.parametrize("name", ["time", *PRICES])
def test_a_missing_field_is_named(name: str) -> None:
    """Only the volume may be missing."""
    rows = good_rows()
    del rows[1][name]
    error = refusal(rows)
    assert error.index == 1
    assert name in str(error)


@pytest.mark.parametrize("row", [None, 7, "bar", [NOON, 10, 12, 9, 11], ()])
def test_a_row_that_is_no_object_is_refused(row: Any) -> None:
    """Wherever it stands, first or later."""
    assert refusal([*good_rows(2), row]).index == 2
    assert refusal([row, *good_rows(2)]).index == 0


def test_the_first_bar_can_be_off_the_grid_too() -> None:
    """The index then is 0."""
    assert refusal([{**row, "time": row["time"] + 60} for row in good_rows()]).index == 0


@pytest.mark.parametrize(("step", "named"), [(300, "5m bars"), (1800, "30m bars"), (3600, "1h bars")])
def test_bars_of_another_timeframe_are_refused(step: int, named: str) -> None:
    """Twelve bars of 5m, 30m or 1h said to be 15m."""
    error = refusal(good_rows(12, step))
    assert error.index == 1, named


def test_mixed_timeframes_are_refused_at_the_first_bar_that_comes_too_soon() -> None:
    """Six bars of an hour, then bars of 15 minutes, said to be 1h."""
    rows = [*good_rows(6, 3600), *[{**row, "time": row["time"] + 6 * 3600 - 2700} for row in good_rows(4)]]
    assert refusal(rows, "1h").index == 6


def test_gaps_are_welcome() -> None:
    """A weekend, a holiday or a quiet hour is no fault."""
    rows = good_rows(8)
    rows[5:] = [{**row, "time": row["time"] + 172_800} for row in rows[5:]]
    assert len(Candles.from_rows(rows, "15m")) == 8


@pytest.mark.parametrize("start", ["2024-03-08T22:00:00Z", "2024-11-01T21:00:00Z"])
def test_daily_bars_across_a_clock_change_are_welcome(start: str) -> None:
    """Days from 17:00 New York are 23 or 25 hours long once a year."""
    first = pd.Timestamp(start).tz_convert("America/New_York")
    times = [int((first + pd.DateOffset(days=days)).timestamp()) for days in range(12)]
    rows = [{**row, "time": time} for row, time in zip(good_rows(12), times, strict=True)]
    assert Candles.from_rows(rows, "1D").time.tolist() == times


def test_an_unknown_timeframe_names_the_field() -> None:
    """The bars were not looked at."""
    with pytest.raises(UnknownTimeframe) as caught:
        Candles.from_rows(good_rows(), "7m", field=FIELD)
    assert caught.value.field == FIELD


SAME_TIMES = [
    pytest.param(["2024-01-10T12:00:00Z", "2024-01-10T12:15:00Z"], id="Zulu"),
    pytest.param(["2024-01-10T07:00:00-05:00", "2024-01-10T13:15:00+01:00"], id="offsets"),
    pytest.param(["2024-01-10 12:00:00+00:00", "2024-01-10 12:15:00+0000"], id="with a space"),
    pytest.param([NOON, NOON + 900], id="seconds"),
    pytest.param([NOON * 1_000, (NOON + 900) * 1_000], id="milliseconds"),
    pytest.param([NOON * 1_000_000, (NOON + 900) * 1_000_000], id="microseconds"),
    pytest.param([NOON * 10**9, (NOON + 900) * 10**9], id="nanoseconds"),
    pytest.param([float(NOON), float(NOON + 900)], id="whole floats"),
    pytest.param([datetime.fromtimestamp(NOON + s, UTC) for s in (0, 900)], id="datetimes"),
    pytest.param(np.array([NOON, NOON + 900]), id="an array of seconds"),
    pytest.param(np.array([NOON, NOON + 900]) * 1_000, id="an array of milliseconds"),
]


@pytest.mark.parametrize("times", SAME_TIMES)
def test_times_are_read_in_every_form(times: Any) -> None:
    """The two bars open at noon and a quarter past, UTC."""
    prices = {name: [10.0, 10.0] for name in PRICES}
    assert Candles.from_columns({"time": times, **prices}, "15m").time.tolist() == [NOON, NOON + 900]


def test_short_names_long_names_and_a_missing_volume_mean_the_same() -> None:
    """Rows may mix their spellings, one a row."""
    short = [
        {"t": r["time"], "o": r["open"], "h": r["high"], "l": r["low"], "c": r["close"], "v": r["volume"]}
        for r in good_rows()
    ]
    assert Candles.from_rows(short, "15m") == Candles.from_rows(good_rows(), "15m")
    assert Candles.from_rows([*good_rows()[:2], *short[2:]], "15m") == Candles.from_rows(good_rows(), "15m")
    bare = [{name: value for name, value in row.items() if name != "volume"} for row in good_rows()]
    nulled = [{**row, "volume": None} for row in good_rows()]
    assert Candles.from_rows(bare, "15m").volume.tolist() == [0.0] * 4
    assert Candles.from_rows([*bare[:2], *nulled[2:]], "15m") == Candles.from_rows(bare, "15m")


def test_no_rows_are_no_candles() -> None:
    """Too few is for the analysis to say."""
    assert len(Candles.from_rows([], "15m")) == 0


@pytest.mark.parametrize("missing", ["time", *PRICES])
def test_a_missing_column_is_refused(missing: str) -> None:
    """Columns are named in the message."""
    columns = {name: [10.0, 10.0] for name in PRICES} | {"time": [NOON, NOON + 900]}
    del columns[missing]
    with pytest.raises(InvalidCandles, match=missing) as caught:
        Candles.from_columns(columns, "15m", field=FIELD)
    assert caught.value.field == FIELD


@pytest.mark.parametrize("short", ["time", *PRICES, "volume"])
def test_columns_of_unequal_length_are_refused(short: str) -> None:
    """Both lengths are told."""
    columns = {name: [10.0, 10.0] for name in (*PRICES, "volume")} | {"time": [NOON, NOON + 900]}
    columns[short] = columns[short][:1]
    with pytest.raises(InvalidCandles) as caught:
        Candles.from_columns(columns, "15m", field=FIELD)
    assert (caught.value.field, caught.value.got is not None) == (FIELD, True)


def test_a_frame_is_read_by_name_in_any_case_with_its_times_in_a_column_or_the_index() -> None:
    """Further columns of the frame are ignored."""
    frame = pd.DataFrame(good_rows()).rename(columns=str.title).assign(Spread=1)
    expected = Candles.from_rows(good_rows(), "15m")
    assert Candles.from_frame(frame, "15m") == expected
    times = pd.to_datetime(frame["Time"], unit="s", utc=True)
    assert Candles.from_frame(frame.drop(columns="Time").set_index(times), "15m") == expected
    bare = frame.drop(columns="Time")
    assert Candles.from_frame(bare.set_index(frame["Time"].rename("when")), "15m") == expected
    assert Candles.from_frame(bare.set_index(times.dt.strftime("%Y-%m-%dT%H:%M:%SZ")), "15m") == expected
    for naive in (bare.set_index(times.dt.tz_localize(None)), bare.assign(time=times.dt.tz_localize(None))):
        with pytest.raises(InvalidCandles, match="naive"):
            Candles.from_frame(naive, "15m")


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(4), pd.Index([3, 5, 9, 12]), pd.Index([0.0, 1.0, 2.0, 3.0]), pd.Index([True, False, True, False]),
        pd.Index(["a", "b", "c", "d"]), pd.Index([1, "b", None, 2.0]), pd.Index([1, None, 3, 4], dtype="Int64"),
        pd.period_range("2024-01", periods=4, freq="M"), pd.timedelta_range("1h", periods=4),
        pd.MultiIndex.from_product([["EURUSD"], [NOON, NOON + 900, NOON + 1800, NOON + 2700]]),
    ],
    ids=["range", "rows", "floats", "flags", "texts", "mixed", "nullable", "periods", "durations", "levels"],
)  # fmt: skip
def test_a_frame_without_times_says_that_they_are_missing(index: "pd.Index[Any]") -> None:
    """Row numbers are not read as seconds of 1970; one row alone is no exception."""
    frame = pd.DataFrame(good_rows()).drop(columns="time").set_index(index)
    for rows in (frame, frame[:1]):
        with pytest.raises(InvalidCandles, match="bars has no column time, and its index is none either") as caught:
            Candles.from_frame(rows, "15m")
        assert caught.value.field == "bars"
        assert "open, high, low, close" in str(caught.value.got)


def test_an_index_named_time_is_read_as_it_stands() -> None:
    """Such as bars of the first hour of 1970."""
    frame = pd.DataFrame(good_rows()).drop(columns="time").set_index(pd.RangeIndex(0, 3600, 900, name="Time"))
    assert Candles.from_frame(frame, "15m").time.tolist() == [0, 900, 1800, 2700]


def test_a_frame_without_rows_has_no_candles() -> None:
    """As no rows have."""
    assert len(Candles.from_frame(pd.DataFrame(good_rows())[:0], "15m")) == 0
    assert len(Candles.from_frame(pd.DataFrame(good_rows()).drop(columns="time")[:0], "15m")) == 0


def test_columns_of_several_levels_and_twice_are_told() -> None:
    """As some downloads name them: price and ticker."""
    frame = pd.DataFrame(good_rows())
    frame.columns = pd.MultiIndex.from_product([frame.columns, ["EURUSD=X"]])
    with pytest.raises(InvalidCandles, match=r"bars has columns of 2 levels, such as \('time', 'EURUSD=X'\)"):
        Candles.from_frame(frame, "15m")
    with pytest.raises(InvalidCandles, match="bars has the column close twice, as 'close' and 'Close'"):
        Candles.from_frame(pd.DataFrame(good_rows()).assign(Close=1.0), "15m")


@pytest.mark.parametrize("given", [[1], None, "frame", {"time": [1]}, pd.Series([1.0])])
def test_what_is_no_frame_is_refused(given: Any) -> None:
    """The kind of thing that came is named."""
    with pytest.raises(InvalidCandles, match="bars: expected a pandas DataFrame, got") as caught:
        Candles.from_frame(given, "15m")
    assert caught.value.expected == "a pandas DataFrame"
    assert str(caught.value.got).endswith(type(given).__name__)


def test_a_time_that_is_missing_is_told_as_such() -> None:
    """NaT is a datetime without a time zone, and must not be told as a naive one."""
    frame = pd.DataFrame(good_rows())
    for zone in (None, "UTC"):
        times = pd.to_datetime(frame["time"], unit="s", utc=True).dt.tz_convert(zone)
        for place in (0, 2):
            first_missing = times.mask(times.index == place)
            fault = (
                r"bars\[0\].time: .* is naive" if zone is None and place else rf"bars\[{place}\].time: NaT is no time"
            )
            with pytest.raises(InvalidCandles, match=fault):
                Candles.from_frame(frame.assign(time=first_missing), "15m")
            with pytest.raises(InvalidCandles, match=fault):
                Candles.from_frame(frame.drop(columns="time").set_index(first_missing.rename("when")), "15m")


def test_bars_close_when_the_next_one_opens() -> None:
    """A month ends with the month, whatever its length."""
    assert (Candles.from_rows(good_rows(), "15m").end - Candles.from_rows(good_rows(), "15m").time).tolist() == [
        900
    ] * 4
    months = ["2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"]
    rows = [{**row, "time": time} for row, time in zip(good_rows(3), months, strict=True)]
    ends = Candles.from_rows(rows, "1mo").end.tolist()
    assert ends == [int(datetime.fromisoformat(text).timestamp()) for text in (*months[1:], "2024-04-01T00:00:00Z")]


@REPEATABLE
@given(chart=candles())
def test_bytes_and_rows_lead_back_to_the_same_candles(chart: Candles) -> None:
    """Equal bars have equal bytes and one hash."""
    back = Candles.from_bytes(chart.to_bytes())
    assert back == chart
    assert back.sha256 == chart.sha256
    assert Candles.from_rows(chart.to_rows(), chart.timeframe) == chart


@REPEATABLE
@given(chart=candles(minimum=2))
def test_the_hash_knows_every_bar_and_the_timeframe(chart: Candles) -> None:
    """Another bar, another volume or another timeframe is another hash."""
    others = [
        chart[:-1],
        chart[1:],
        Candles.from_arrays(Timeframe.M1, chart.time, chart.open, chart.high, chart.low, chart.close, chart.volume),
        Candles.from_arrays(
            chart.timeframe, chart.time, chart.open, chart.high, chart.low, chart.close, chart.volume + 1
        ),
    ]
    assert chart.sha256 not in {other.sha256 for other in others}


@pytest.mark.parametrize("payload", [b"", b"candles", b"ictcandles\x01", b"ictcandles\x0115m  1234", b"\x00" * 64])
def test_bytes_that_are_no_candles_are_refused(payload: bytes) -> None:
    """Whatever they are."""
    with pytest.raises(InvalidCandles):
        Candles.from_bytes(payload)


def test_candles_cannot_be_written_to() -> None:
    """Neither a column nor a value in it."""
    chart = Candles.from_rows(good_rows(), "15m")
    for array in (chart.time, chart.open, chart[1:].close, Candles.from_bytes(chart.to_bytes()).high):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_an_array_given_by_the_caller_is_not_taken_over() -> None:
    """What the caller does to his array afterwards changes no candle, and his array stays writable."""
    closes = np.array([10.0, 10.0])
    columns: dict[str, Any] = {"time": np.array([NOON, NOON + 900])} | {name: closes for name in PRICES}
    chart = Candles.from_columns(columns, "15m")
    closes[0] = 99.0
    assert chart.close.tolist() == [10.0, 10.0]
