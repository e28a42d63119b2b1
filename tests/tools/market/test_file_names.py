"""File names: the market and the timeframe, as the usual exports write them."""

from pathlib import PurePath

import pytest

from tools.market.file_names import canonical_symbol, parse_file_name


@pytest.mark.parametrize(
    ("path", "symbol", "timeframe"),
    [
        ("EURUSD_15m.csv.gz", "EURUSD", "15m"),
        ("eurusd_1h_lean_2007_2018.csv.gz", "EURUSD", "1h"),
        ("eurusd_15m_smc.csv.gz", "EURUSD", "15m"),
        ("es_1m_lean_2013w41.csv.gz", "ES", "1m"),
        ("6e_fut_1m_202401.csv.gz", "6E", "1m"),
        ("btcperp_1m_202201.csv.gz", "BTCUSD", "1m"),
        ("EURUSD15.csv", "EURUSD", "15m"),  # MetaTrader 4
        ("EURUSD1440.csv", "EURUSD", "1D"),
        ("EURUSDM15.csv", "EURUSD", "15m"),
        ("EURUSD_M15_202401020000_202412312345.csv", "EURUSD", "15m"),  # MetaTrader 5
        ("XAUUSD_H4.csv", "XAUUSD", "4h"),
        ("OANDA_EURUSD, 15.csv", "EURUSD", "15m"),  # TradingView
        ("OANDA_EURUSD, 240_a1b2c.csv", "EURUSD", "4h"),
        ("CME_MINI_NQ1!, 5.csv", "NQ", "5m"),
        ("BINANCE_BTCUSDT.P, 1D.csv", "BTCUSDT", "1D"),
        ("NASDAQ_AAPL, 60.csv", "AAPL", "1h"),
        ("BTCUSD/15m.parquet", "BTCUSD", "15m"),
        ("eur-usd/4H.csv", "EURUSD", "4h"),
        ("EUR_USD_daily.csv", "EURUSD", "1D"),
        ("BTC-USD-1W.csv", "BTCUSD", "1W"),
        ("NQ_H4.csv", "NQ", "4h"),
        ("EURUSD_2024-01-10.csv", "EURUSD", None),  # a bare 10 after a date is no timeframe
        ("EURUSD.csv", "EURUSD", None),
        ("NQH4.csv", "NQ", None),  # a contract month
        ("TSLA_1m.csv", "TSLA", "1m"),
        ("1m.csv", "1M", None),
    ],
)
def test_market_and_timeframe(path: str, symbol: str, timeframe: str | None) -> None:
    named = parse_file_name(PurePath(path))

    assert named is not None
    assert (named.symbol, named.timeframe) == (symbol, timeframe)


@pytest.mark.parametrize("path", ["MANIFEST.md", "EURUSD_15m.zip", "notes", ".csv", "_.csv"])
def test_other_files_are_no_candle_files(path: str) -> None:
    assert parse_file_name(PurePath(path)) is None


def test_unknown_markets_keep_their_name_in_upper_case() -> None:
    assert canonical_symbol("eur/usd") == "EURUSD"
    assert canonical_symbol(" tsla ") == "TSLA"
