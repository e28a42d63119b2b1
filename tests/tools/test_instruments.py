"""Instruments: the table's figures, the spellings, and the error that helps."""

import pytest

from tools.errors import UnknownSymbol
from tools.instruments import find_instrument, instrument, known_instruments, nearest_symbols
from tools.trading_day import TradingDay


@pytest.mark.parametrize(
    ("symbol", "asset_class", "tick_size", "contract_size", "size_step", "kill_zones", "trading_day"),
    [
        ("EURUSD", "forex", 0.00001, 100_000, 0.01, "forex", TradingDay.NEW_YORK_17),
        ("GBPJPY", "forex", 0.001, 100_000, 0.01, "forex", TradingDay.NEW_YORK_17),
        ("XAUUSD", "metal", 0.01, 100, 0.01, "forex", TradingDay.NEW_YORK_17),
        ("XAGUSD", "metal", 0.001, 5_000, 0.01, "forex", TradingDay.NEW_YORK_17),
        ("ES", "index_future", 0.25, 50, 1, "index", TradingDay.NEW_YORK_17),
        ("MES", "index_future", 0.25, 5, 1, "index", TradingDay.NEW_YORK_17),
        ("NQ", "index_future", 0.25, 20, 1, "index", TradingDay.NEW_YORK_17),
        ("MNQ", "index_future", 0.25, 2, 1, "index", TradingDay.NEW_YORK_17),
        ("YM", "index_future", 1, 5, 1, "index", TradingDay.NEW_YORK_17),
        ("RTY", "index_future", 0.1, 50, 1, "index", TradingDay.NEW_YORK_17),
        ("CL", "energy_future", 0.01, 1_000, 1, "index", TradingDay.NEW_YORK_17),
        ("GC", "metal_future", 0.1, 100, 1, "index", TradingDay.NEW_YORK_17),
        ("6E", "fx_future", 0.00005, 125_000, 1, "forex", TradingDay.NEW_YORK_17),
        ("BTCUSD", "crypto", 0.01, 1, 0.00001, "forex", TradingDay.UTC_00),
        ("ETHUSDT", "crypto", 0.01, 1, 0.0001, "forex", TradingDay.UTC_00),
    ],
)
def test_figures(
    symbol: str, asset_class: str, tick_size: float, contract_size: float, size_step: float, kill_zones: str,
    trading_day: TradingDay,
) -> None:  # fmt: skip
    found = instrument(symbol)

    assert found.symbol == symbol
    assert found.asset_class == asset_class
    assert (found.tick_size, found.contract_size, found.size_step) == (tick_size, contract_size, size_step)
    assert (found.kill_zones, found.trading_day) == (kill_zones, trading_day)


@pytest.mark.parametrize(
    ("spelling", "symbol"),
    [
        ("EURUSD", "EURUSD"), ("eurusd", "EURUSD"), ("EUR/USD", "EURUSD"), ("eur-usd", "EURUSD"),
        (" OANDA:EURUSD ", "EURUSD"), ("EURUSD=X", "EURUSD"), ("EURUSD.pro", "EURUSD"), ("USD_JPY", "USDJPY"),
        ("NQ1!", "NQ"), ("CME_MINI:NQ1!", "NQ"), ("NQ=F", "NQ"), ("NQH4", "NQ"), ("MNQZ2025", "MNQ"),
        ("6EH4", "6E"), ("GC=F", "GC"),
        ("BTC-PERP", "BTCUSD"), ("XBTUSD", "BTCUSD"), ("btcperp", "BTCUSD"), ("BTC", "BTCUSD"),
        ("BINANCE:BTCUSDT.P", "BTCUSDT"), ("BTC/USDT:USDT", "BTCUSDT"), ("BTC-USDT-SWAP", "BTCUSDT"),
        ("ETHUSDTPERP", "ETHUSDT"), ("eth/usd", "ETHUSD"), ("ETHUSDC", "ETHUSDT"),
    ],
)  # fmt: skip
def test_usual_spellings_mean_one_instrument(spelling: str, symbol: str) -> None:
    assert instrument(spelling).symbol == symbol


def test_forex_pairs_are_named_by_convention() -> None:
    pairs = {one.symbol for one in known_instruments() if one.asset_class == "forex"}

    assert len(pairs) == 28
    assert {"EURUSD", "GBPUSD", "AUDUSD", "NZDUSD", "USDCAD", "USDCHF", "USDJPY", "EURGBP", "AUDNZD"} <= pairs
    assert "USDEUR" not in pairs


def test_every_instrument_finds_itself_and_is_whole() -> None:
    symbols = [one.symbol for one in known_instruments()]

    assert len(set(symbols)) == len(symbols)
    for one in known_instruments():
        assert instrument(one.symbol) is one
        assert min(one.tick_size, one.contract_size, one.size_step) > 0


@pytest.mark.parametrize("text", ["", "EUR", "EURUSDX", "AAPL", "NQX", "../../etc/passwd", "ES 2013", "U" * 500])
def test_unknown_symbols_are_refused_with_the_nearest_known(text: str) -> None:
    assert find_instrument(text) is None
    with pytest.raises(UnknownSymbol, match="nearest known are") as caught:
        instrument(text)
    assert caught.value.field == "symbol"
    assert len(str(caught.value)) < 200


def test_the_nearest_symbol_comes_first() -> None:
    with pytest.raises(UnknownSymbol, match="the nearest known are EURUSD"):
        instrument("EURUSDD")
    assert nearest_symbols("FX:GBPUSDX", ("AUDUSD", "GBPUSD")) == ("GBPUSD", "AUDUSD")
