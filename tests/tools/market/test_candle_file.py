"""One file into candles: every dialect that traders export, and every fault with its file and line."""

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.real_candles import FILES, RealFile, on_every_file, whole_file
from tests.tools.real_candles import FOLDER as REAL_FOLDER
from tools.candles import Candles
from tools.errors import DataError, InvalidCandles, InvalidParameter, NoCandles, SourceUnavailable
from tools.market.candle_file import read_candle_file
from tools.timeframes import Timeframe

START = int(datetime(2024, 1, 2, 0, 15, tzinfo=UTC).timestamp())
EXPECTED = Candles.from_columns(
    {
        "time": [START, START + 900, START + 1800],
        "open": [1.1, 1.2, 1.3], "high": [1.5, 1.5, 1.5], "low": [1.0, 1.0, 1.0], "close": [1.2, 1.3, 1.4],
        "volume": [10, 20, 30],
    },
    Timeframe.M15,
)  # fmt: skip
BODIES = ("1.1,1.5,1.0,1.2,10", "1.2,1.5,1.0,1.3,20", "1.3,1.5,1.0,1.4,30")


def rows(*times: str, header: str = "time,open,high,low,close,volume", separator: str = ",") -> str:
    lines = [header] if header else []
    lines += [f"{time},{body}" for time, body in zip(times, BODIES, strict=False)]
    return "\n".join(lines).replace(",", separator) + "\n"


def read(folder: Path, text: str | bytes, *, name: str = "x.csv", zone: str = "UTC") -> Candles:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_candle_file(path, None, time_zone=zone)


ISO = ("2024-01-02T00:15:00Z", "2024-01-02T00:30:00Z", "2024-01-02T00:45:00Z")
DIALECTS = {
    "plain": rows(*ISO),
    "tradingview_epoch": rows("1704154500", "1704155400", "1704156300"),
    "tradingview_indicators": (
        "time,open,high,low,close,Volume,Volume MA,Plot\n"
        "1704154500,1.1,1.5,1.0,1.2,10,NaN,\n1704155400,1.2,1.5,1.0,1.3,20,1,x\n1704156300,1.3,1.5,1.0,1.4,30,1,\n"
    ),
    "milliseconds": rows("1704154500000", "1704155400000", "1704156300000"),
    "microseconds": rows("1704154500000000", "1704155400000000", "1704156300000000"),
    "nanoseconds": rows("1704154500000000000", "1704155400000000000", "1704156300000000000"),
    "epoch_with_a_point": rows("1704154500.0", "1704155400.0", "1704156300.0"),
    "offset": rows("2024-01-02T05:45:00+05:30", "2024-01-02T06:00:00+05:30", "2024-01-01T19:45:00-05:00"),
    "named_utc": rows("2024-01-02 00:15:00 UTC", "2024-01-02 00:30:00 UTC", "2024-01-02 00:45:00 UTC"),
    "metatrader_5": (
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
        "2024.01.02\t00:15:00\t1.1\t1.5\t1.0\t1.2\t10\t0\t3\n2024.01.02\t00:30:00\t1.2\t1.5\t1.0\t1.3\t20\t0\t3\n"
        "2024.01.02\t00:45:00\t1.3\t1.5\t1.0\t1.4\t30\t0\t3\n"
    ),
    "metatrader_4": rows("2024.01.02,00:15", "2024.01.02,00:30", "2024.01.02,00:45", header=""),
    "headerless_iso": rows(*ISO, header=""),
    "headerless_epoch": rows("1704154500", "1704155400", "1704156300", header=""),
    "histdata": rows("20240102 001500", "20240102 003000", "20240102 004500", header="", separator=";"),
    "compact": rows("20240102001500", "20240102003000", "20240102004500"),
    "day_first": rows("02.01.2024 00:15:00.000", "02.01.2024 00:30:00.000", "02.01.2024 00:45:00.000",
                      header="Gmt time,Open,High,Low,Close,Volume"),
    "slashes": rows("2024/01/02 00:15", "2024/01/02 00:30", "2024/01/02 00:45"),
    "twelve_hours": rows("2024/01/02 12:15 AM", "2024/01/02 12:30 AM", "2024/01/02 12:45 AM"),
    "capitals": rows(*ISO, header="Timestamp,OPEN,High,LOW,Close,VOL"),
    "datetime": rows(*ISO, header="Datetime,o,h,l,c,v"),
    "quoted": rows(*ISO, header='"Date","Open","High","Low","Close","Volume"'),
    "semicolons": rows(*ISO, separator=";"),
    "tabs": rows(*ISO, separator="\t"),
    "decimal_commas": rows(*ISO, separator=";").replace(".", ","),
    "windows_line_ends": rows(*ISO).replace("\n", "\r\n"),
    "blank_lines": "\n\n" + rows(*ISO).replace("\n", "\n\n"),
    "no_final_newline": rows(*ISO).rstrip(),
    "spaces": rows(*ISO).replace(",", ", "),
    "newest_first": "time,open,high,low,close,volume\n" + "".join(
        f"{time},{body}\n" for time, body in reversed(list(zip(ISO, BODIES, strict=True)))
    ),
    "names nobody needs repeat": (
        "time,open,high,low,close,volume,Plot,Plot\n"
        + "".join(f"{time},{body},7,8\n" for time, body in zip(ISO, BODIES, strict=True))
    ),
    "separators_at_the_end": rows(*ISO).replace("0\n", "0,,\n"),
    "a_quoted_separator": "note," + rows(*ISO).replace("2024", '"a,b",2024'),
    "an_index_column": ",time,open,high,low,close,volume\n" + "".join(
        f"{place},{time},{body}\n" for place, (time, body) in enumerate(zip(ISO, BODIES, strict=True))
    ),
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_as_the_same_candles(tmp_path: Path, dialect: str) -> None:
    assert read(tmp_path, DIALECTS[dialect]) == EXPECTED


def test_encodings_and_compression(tmp_path: Path) -> None:
    text = DIALECTS["plain"]

    assert read(tmp_path, b"\xef\xbb\xbf" + text.encode()) == EXPECTED
    assert read(tmp_path, text.encode("utf-16")) == EXPECTED
    assert read(tmp_path, gzip.compress(text.encode()), name="x.csv.gz") == EXPECTED
    assert read(tmp_path, gzip.compress(text.encode()), name="misnamed.csv") == EXPECTED


def test_a_missing_volume_is_zero(tmp_path: Path) -> None:
    candles = read(tmp_path, "time,open,high,low,close\n" + "".join(f"{time},1,1,1,1\n" for time in ISO))
    with_holes = read(tmp_path, rows(*ISO).replace(",20", ","))

    assert candles.volume.tolist() == [0, 0, 0]
    assert with_holes.volume.tolist() == [10, 0, 30]


@pytest.mark.parametrize(
    ("zone", "walls"),
    [
        ("Europe/Athens", ("2024.01.02,02:15", "2024.01.02,02:30", "2024.01.02,02:45")),
        ("America/New_York", ("2024.01.01,19:15", "2024.01.01,19:30", "2024.01.01,19:45")),
    ],
)
def test_naive_times_are_read_in_the_stated_zone(tmp_path: Path, zone: str, walls: tuple[str, ...]) -> None:
    assert read(tmp_path, rows(*walls, header=""), zone=zone) == EXPECTED


@pytest.mark.parametrize("dialect", ["plain", "tradingview_epoch", "offset", "named_utc", "day_first"])
def test_times_that_say_their_zone_ignore_the_stated_one(tmp_path: Path, dialect: str) -> None:
    assert read(tmp_path, DIALECTS[dialect], zone="America/New_York") == EXPECTED


def hourly(*walls: str) -> str:
    return "time,open,high,low,close\n" + "".join(f"{wall},1,1,1,1\n" for wall in walls)


AUTUMN = ("2024-11-03 00:00", "2024-11-03 01:00", "2024-11-03 01:00", "2024-11-03 02:00")


def test_an_hour_repeated_in_autumn_is_told_apart_by_order(tmp_path: Path) -> None:
    expected = [int(datetime(2024, 11, 3, hour, tzinfo=UTC).timestamp()) for hour in (4, 5, 6, 7)]

    assert read(tmp_path, hourly(*AUTUMN), zone="America/New_York").time.tolist() == expected
    backwards = read(tmp_path, hourly(*reversed(AUTUMN)), zone="America/New_York")
    assert backwards.time.tolist() == expected


def test_times_nobody_can_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidCandles, match="line 3: 2024-11-03 01:00:00 happened twice in America/New_York"):
        read(tmp_path, hourly("2024-11-03 00:00", "2024-11-03 01:00", "2024-11-03 02:00"), zone="America/New_York")
    with pytest.raises(InvalidCandles, match="line 3: 2024-03-10 02:00:00 does not exist in America/New_York"):
        read(tmp_path, hourly("2024-03-10 01:00", "2024-03-10 02:00", "2024-03-10 03:00"), zone="America/New_York")
    with pytest.raises(InvalidParameter, match="unknown time zone 'Mars/Base'"):
        read(tmp_path, hourly(*AUTUMN), zone="Mars/Base")


def test_slashes_say_day_or_month_only_where_a_number_tells(tmp_path: Path) -> None:
    day_first = rows("12/01/2024 23:45", "13/01/2024 00:00", "13/01/2024 00:15")
    month_first = rows("01/12/2024 23:45", "01/13/2024 00:00", "01/13/2024 00:15")

    assert read(tmp_path, day_first) == read(tmp_path, month_first)
    with pytest.raises(InvalidCandles, match="line 2: '01/02/2024 00:15' may be day first or month first"):
        read(tmp_path, rows("01/02/2024 00:15", "01/02/2024 00:30", "01/02/2024 00:45"))


BAD: dict[str, tuple[str | bytes, str, int | None]] = {
    "no number": (rows(*ISO).replace("1.3,20", "abc,20"), r"x.csv line 3: close is no number \('abc'\)", 1),
    "missing price": (rows(*ISO).replace("1.3,20", ",20"), "x.csv line 3: close is missing", 1),
    "short line": (rows(*ISO[:2]) + "2024-01-02T00:45:00Z,1.3\n", "x.csv line 4: high is missing", 2),
    "high below low": (rows(*ISO).replace("1.2,1.5", "1.2,0.5"), "x.csv line 3: high is below low", 1),
    "infinite": (rows(*ISO).replace("1.2,1.5", "1.2,inf"), "x.csv line 3: high is not finite", 1),
    "negative": (rows(*ISO).replace("1.5,1.0,1.3", "1.5,-1.0,1.3"), "x.csv line 3: low is not positive", 1),
    "bad volume": (rows(*ISO).replace(",20", ",lots"), r"x.csv line 3: volume is no number \('lots'\)", 1),
    "twice": (rows(ISO[0], ISO[1], ISO[1]), "x.csv line 4: has the time of the bar ahead of it", 2),
    "out of order": (rows(ISO[1], ISO[0], ISO[2]), "x.csv line 3: opens before the bar ahead of it", 1),
    "no time": (rows(ISO[0], "", ISO[2]), "x.csv line 3: the time is missing", 1),
    "unreadable time": (rows(ISO[0], "soon", ISO[2]), "x.csv line 3: the time", 1),
    "thirteenth month": (rows(ISO[0], "2024-13-02T00:30:00Z", ISO[2]), "x.csv line 3: the time is unreadable", 1),
    "first time": (rows("soon", *ISO[1:]), "x.csv line 2: the time 'soon' is unreadable", 0),
    "mixed offsets": (rows(ISO[0], "2024-01-02T00:30:00", ISO[2]), "line 3: the time has no offset, unlike", 1),
    "mixed naive": (rows("2024-01-02T00:15:00", *ISO[1:]), "line 3: the time has an offset, unlike", 1),
    "mixed epochs": (rows("1704154500", ISO[1], ISO[2]), "line 3: the time is no epoch number", 1),
    "mixed units": (rows("1704154500", "1704155400000", "1704156300"), "line 3: the time lies outside 1970", 1),
    "fraction": (rows(ISO[0], "2024-01-02T00:30:00.5Z", ISO[2]), "line 3: the time has a fraction of a second", 1),
    "milli fraction": (rows("1704154500000", "1704155400001", "1704156300000"), "line 3: the time has a fraction", 1),
    "too early": (rows("1904-01-02T00:15:00Z", *ISO[1:]), "line 2: the time lies outside 1970 to 2100", 0),
    "blank lines count": ("\n" + rows(*ISO).replace("1.2,1.5", "\n1.2,0.5"), "x.csv line 4: open is missing", 1),
    "no close column": ("time,open,high,low\n1,2,3,4\n", "x.csv has no column close; it has time", None),
    "no time column": ("when,open,high,low,close\n1,2,3,4,5\n", "x.csv has no column time", None),
    "too few columns": ("1704154500,1.1,1.2\n", "x.csv line 1 has 3 columns", 0),
    "long line": (
        rows(*ISO[:2]) + f"{ISO[2]},{BODIES[2]},7,8\n",
        "x.csv line 4: the row has 8 cells where 6 are named", 2,
    ),
    "long line below blank ones": (
        "\n" + rows(*ISO).replace("\n", "\n\n").replace(",20", ",20,,1"),
        "x.csv line 6: the row", 1,
    ),
    "long line of an old Macintosh": (
        rows(*ISO).replace(",20", ",20,1").replace("\n", "\r"),
        "x.csv line 3: the row", 1,
    ),
    "long first line": (rows(*ISO).replace(",10", ",10,1"), "x.csv line 2: the row has 7 cells where 6", 0),
    "long quoted line": (rows(*ISO).replace(",20", ',20,"a,b"'), "x.csv line 3: the row has 7 cells", 1),
    "long line without a header": (
        rows(*ISO, header="").replace(",30", ",30,1"),
        "x.csv line 3: the row has 7 cells", 2,
    ),
    "decimal commas between commas": (rows(*ISO).replace("1.2,1.5", "1,2,1,5"), "x.csv line 3: the row has 8 cells", 1),
    "two times": (
        rows(*ISO, header="time,time,open,high,low,close"),
        r"x.csv line 1: .*twice \('time' and 'time'\)", None,
    ),
    "two closes": (
        "\n" + rows(*ISO, header="time,open,high,low,close,Close"),
        "x.csv line 2: .*'close' and 'Close'", None,
    ),
    "two volumes": (rows(*ISO, header="time,open,high,low,close,volume,<VOLUME>"), "x.csv line 1: the header", None),
    "odd spacing": (rows("1704154500", "1704154507", "1704154514"), "are 7 seconds apart, which is no timeframe", None),
    "one bar": (rows(ISO[0]), "holds one bar, which shows no timeframe", None),
    "binary": (b"\x00\x01\x02" * 40, "no readable text file: it holds binary data", None),
    "broken gzip": (b"\x1f\x8b\x08nothing", "no readable text file", None),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_faults_name_file_and_line(tmp_path: Path, fault: str) -> None:
    text, message, index = BAD[fault]

    with pytest.raises(InvalidCandles, match=message) as caught:
        read(tmp_path, text)
    assert caught.value.field == "x.csv"
    assert caught.value.index == index


@pytest.mark.parametrize("text", ["", "\n\n", "time,open,high,low,close\n"])
def test_a_file_without_bars_has_no_candles(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoCandles):
        read(tmp_path, text)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"cannot open gone.csv: No such file") as caught:
        read_candle_file(tmp_path / "gone.csv")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("timeframe", [Timeframe.M5, Timeframe.M30, Timeframe.H1])
def test_the_stated_timeframe_is_held_against_the_spacing(tmp_path: Path, timeframe: Timeframe) -> None:
    path = tmp_path / "x.csv"
    times = [datetime.fromtimestamp(START + 900 * bar, UTC).isoformat() for bar in range(20)]
    path.write_text(hourly(*times))

    assert len(read_candle_file(path, Timeframe.M15)) == 20
    with pytest.raises(InvalidCandles, match=r"x\.csv"):
        read_candle_file(path, timeframe)


@pytest.mark.parametrize(
    ("freq", "timeframe"),
    [("min", "1m"), ("5min", "5m"), ("h", "1h"), ("4h", "4h"), ("D", "1D"), ("W", "1W"), ("MS", "1mo")],
)
def test_the_timeframe_is_inferred(tmp_path: Path, freq: str, timeframe: str) -> None:
    times = pd.date_range("2024-01-01", periods=20, freq=freq, tz="UTC")

    assert read(tmp_path, hourly(*(str(time) for time in times))).timeframe == timeframe


def test_parquet_with_any_kind_of_time(tmp_path: Path) -> None:
    frame = pd.DataFrame({name.title(): getattr(EXPECTED, name) for name in ("open", "high", "low", "close", "volume")})
    moments = pd.DatetimeIndex(pd.to_datetime(EXPECTED.time, unit="s", utc=True))
    kinds = {
        "aware": frame.assign(Time=moments), "naive": frame.assign(Time=moments.tz_localize(None)),
        "index": frame.set_index(moments.rename("when")), "epoch": frame.assign(Time=EXPECTED.time),
        "milliseconds": frame.assign(timestamp=EXPECTED.time * 1000), "text": frame.assign(date=list(ISO)),
    }  # fmt: skip
    for name, kind in kinds.items():
        path = tmp_path / f"{name}.parquet"
        kind.to_parquet(path)
        assert read_candle_file(path) == EXPECTED, name


def test_parquet_faults_name_the_row(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    columns = {name: getattr(EXPECTED, name).copy() for name in ("time", "open", "high", "low", "close")}
    columns["low"][2] = np.nan
    pd.DataFrame(columns).to_parquet(path)

    with pytest.raises(InvalidCandles, match=r"x\.parquet row 2: low is missing"):
        read_candle_file(path)
    path.write_bytes(b"PAR1 is not enough")
    with pytest.raises(InvalidCandles, match="no readable Parquet file"):
        read_candle_file(path)


def bars_or_reason(path: Path) -> str:
    """Read a file; a deliberate refusal is an answer, any other error fails the test."""
    try:
        return f"{len(read_candle_file(path))} bars of {path.name}"
    except DataError as refused:
        return str(refused)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_a_file_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)

    assert "any.csv" in bars_or_reason(path)


@given(
    st.sampled_from(sorted(DIALECTS)), st.integers(0, 400), st.sampled_from(["", ",", "\n", "x", "\t", '"', "9", "-"])
)
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, dialect: str, place: int, damage: str
) -> None:
    text = DIALECTS[dialect]
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    path.write_text(text[:place] + damage + text[place + 1 :])

    assert "damaged.csv" in bars_or_reason(path)


@on_every_file
def test_real_files_read_as_a_plain_reader_reads_them(file: RealFile) -> None:
    path = REAL_FOLDER / file.name

    assert read_candle_file(path) == whole_file(file)
    assert read_candle_file(path, file.timeframe) == whole_file(file)


def test_the_list_of_real_files_is_the_folder() -> None:
    if not REAL_FOLDER.exists():
        pytest.skip("no real candles at ../shared/data")
    assert {path.name for path in REAL_FOLDER.glob("*.csv.gz")} == {file.name for file in FILES}


def test_a_hundred_thousand_rows_round_trip(tmp_path: Path) -> None:
    time = START - 900 + 60 * np.arange(100_000)
    price = 1 + np.arange(100_000) % 500 / 1000
    text = io.StringIO()
    pd.DataFrame(
        {"Date": pd.to_datetime(time, unit="s"), "Open": price, "High": price, "Low": price, "Close": price}
    ).to_csv(text, index=False)

    candles = read(tmp_path, text.getvalue())

    assert candles.time.tolist() == time.tolist()
    assert candles.close.tolist() == price.tolist()
