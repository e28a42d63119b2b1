"""A folder of files: which file serves, what is joined, what is kept, and what only files can get wrong."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.tools.real_candles import FOLDER as REAL_FOLDER
from tools.candles import Candles
from tools.errors import InvalidCandles, InvalidParameter, NoCandles, SourceUnavailable, UnknownSymbol
from tools.market.files import FilesMarketData
from tools.timeframes import Timeframe
from tools.times import iso_utc

START = 1_704_153_600  # 2024-01-02 00:00 UTC, a Tuesday


def write(folder: Path, name: str, step: int, bars: int, *, start: int = START, price: float = 1.0) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    lines = ["time,open,high,low,close"]
    lines += [f"{iso_utc(start + step * bar)},{price},{price},{price},{price + bar / 1e6}" for bar in range(bars)]
    path.write_text("\n".join(lines).replace(f",{price},{price},{price},", f",{price},{price + 1},{price},"))
    return path


def ask(source: FilesMarketData, symbol: str, timeframe: Timeframe, **options: int | bool) -> Candles:
    return asyncio.run(source.candles(symbol, timeframe, **({"limit": 1000} | options)))  # type: ignore[arg-type]


def test_the_file_of_the_timeframe_serves_where_it_is_as_new(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_1m.csv", 60, 240, price=1)
    write(tmp_path, "EURUSD_1h.csv", 3600, 4, price=2)

    source = FilesMarketData(tmp_path)

    assert ask(source, "EURUSD", Timeframe.H1).open.tolist() == [2, 2, 2, 2]
    assert ask(source, "EURUSD", Timeframe.M30).open.tolist() == [1] * 8
    assert ask(source, "EURUSD", Timeframe.H4, until=START + 4 * 3600).timeframe is Timeframe.H4


def test_a_file_that_ended_long_ago_does_not_hide_newer_bars(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_1h.csv", 3600, 4, price=2)
    write(tmp_path, "EURUSD_15m.csv", 900, 400, price=1)
    source = FilesMarketData(tmp_path)

    assert ask(source, "EURUSD", Timeframe.H1, limit=1).open.tolist() == [1]
    assert ask(source, "EURUSD", Timeframe.H1, until=START + 4 * 3600).open.tolist() == [2, 2, 2, 2]


def test_the_bar_under_way_comes_from_finer_files_alone(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_1h.csv", 3600, 10, price=2)
    until = START + 2 * 3600 + 600
    source = FilesMarketData(tmp_path)
    without = ask(source, "EURUSD", Timeframe.H1, until=until, include_current=True)
    write(tmp_path, "EURUSD_1m.csv", 60, 600, price=1)

    with_finer = ask(source, "EURUSD", Timeframe.H1, until=until, include_current=True)

    assert without.open.tolist() == [2, 2]
    assert with_finer.open.tolist() == [2, 2, 1]
    assert with_finer.close[-1] == 1 + 129 / 1e6


def test_files_that_follow_each_other_are_joined(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_15m_2.csv", 900, 10, start=START + 20 * 900)
    write(tmp_path, "EURUSD_15m_1.csv", 900, 10)

    candles = ask(FilesMarketData(tmp_path), "EURUSD", Timeframe.M15)

    assert len(candles) == 20
    assert (candles.time[1:] > candles.time[:-1]).all()


def test_files_that_overlap_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_15m_1.csv", 900, 10)
    write(tmp_path, "EURUSD_15m_2.csv", 900, 10, start=START + 9 * 900)

    with pytest.raises(InvalidCandles, match=r"EURUSD_15m_1\.csv and EURUSD_15m_2\.csv overlap in time"):
        ask(FilesMarketData(tmp_path), "EURUSD", Timeframe.M15)


def test_a_file_without_a_timeframe_in_its_name_is_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD.csv", 300, 12)
    write(tmp_path, "GBPUSD/15m.csv", 900, 12)
    source = FilesMarketData(tmp_path)

    assert len(ask(source, "EURUSD", Timeframe.M5)) == 12
    assert len(ask(source, "EURUSD", Timeframe.H1)) == 1
    assert len(ask(source, "GBPUSD", Timeframe.H1)) == 3
    assert asyncio.run(source.symbols()) == ("EURUSD", "GBPUSD")


def test_a_name_that_lies_about_the_timeframe_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_1h.csv", 900, 20)

    with pytest.raises(InvalidCandles, match=r"EURUSD_1h\.csv line 3: does not open on a 1h boundary"):
        ask(FilesMarketData(tmp_path), "EURUSD", Timeframe.H1)


def test_coarser_files_alone_have_no_finer_bars(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_1h.csv", 3600, 20)

    with pytest.raises(NoCandles, match="EURUSD has no file of 15m bars or finer"):
        ask(FilesMarketData(tmp_path), "EURUSD", Timeframe.M15)


def test_a_market_no_instrument_is_known_of_is_served_by_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, "TSLA_15m.csv", 900, 20)
    source = FilesMarketData(tmp_path)

    assert len(ask(source, "tsla", Timeframe.M15)) == 20
    with pytest.raises(UnknownSymbol):
        asyncio.run(source.instrument("TSLA"))


def test_an_unknown_symbol_is_answered_with_what_the_folder_has(tmp_path: Path) -> None:
    write(tmp_path, "EURUSD_15m.csv", 900, 20)
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(UnknownSymbol, match="no candle file of 'EURGBP'; the nearest are EURUSD"):
        ask(FilesMarketData(tmp_path), "EURGBP", Timeframe.M15)
    with pytest.raises(UnknownSymbol, match="the folder has no candle files"):
        ask(FilesMarketData(empty), "EURGBP", Timeframe.M15)


def test_no_symbol_reaches_a_file_outside_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "outside_15m.csv", 900, 20)
    inside = tmp_path / "inside"
    write(inside, "EURUSD_15m.csv", 900, 20)
    source = FilesMarketData(inside)

    for symbol in ("../outside", "..\\outside", str(tmp_path / "outside_15m.csv"), "OUTSIDE", "inside/../../outside"):
        with pytest.raises(UnknownSymbol):
            ask(source, symbol, Timeframe.M15)


def test_a_parsed_file_is_kept_until_it_changes(tmp_path: Path) -> None:
    path = write(tmp_path, "EURUSD_15m.csv", 900, 20)
    source = FilesMarketData(tmp_path)
    first = ask(source, "EURUSD", Timeframe.M15)
    state = path.stat()

    path.write_bytes(b"x" * state.st_size)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert ask(source, "EURUSD", Timeframe.M15) == first  # not read again: size and time are the same

    write(tmp_path, "EURUSD_15m.csv", 900, 30)
    assert len(ask(source, "EURUSD", Timeframe.M15)) == 30


def test_a_folder_that_cannot_be_listed(tmp_path: Path) -> None:
    source = FilesMarketData(tmp_path / "gone")

    with pytest.raises(SourceUnavailable, match="cannot list the candle folder 'gone'"):
        asyncio.run(source.symbols())
    health = asyncio.run(source.health())
    assert (health.ok, health.detail) == (False, "cannot list the candle folder 'gone': No such file or directory")


def test_an_empty_folder_is_not_healthy(tmp_path: Path) -> None:
    health = asyncio.run(FilesMarketData(tmp_path).health())

    assert (health.ok, health.detail) == (False, "0 candle files of 0 symbols")


def test_the_time_zone_is_checked_at_once_and_used(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="unknown time zone"):
        FilesMarketData(tmp_path, time_zone="Middle/Earth")
    path = write(tmp_path, "EURUSD_15m.csv", 900, 20)
    path.write_text(path.read_text().replace("Z,", ","))

    candles = ask(FilesMarketData(tmp_path, time_zone="Europe/Athens"), "EURUSD", Timeframe.M15)

    assert candles.time[0] == START - 2 * 3600


@pytest.mark.skipif(not REAL_FOLDER.exists(), reason="no real candles at ../shared/data")
def test_the_folder_of_real_candles() -> None:
    source = FilesMarketData(REAL_FOLDER)

    assert asyncio.run(source.symbols()) == ("6E", "BTCUSD", "ES", "EURUSD", "GBPUSD")
    assert asyncio.run(source.health()).detail == "7 candle files of 5 symbols"
    assert iso_utc(int(ask(source, "EURUSD", Timeframe.M15, limit=1).time[0])) == "2023-10-02T03:45:00Z"
    assert iso_utc(int(ask(source, "EURUSD", Timeframe.D1, limit=1).time[0])) == "2023-09-28T21:00:00Z"
    assert len(ask(source, "BTCUSD", Timeframe.D1, limit=500)) == 32
