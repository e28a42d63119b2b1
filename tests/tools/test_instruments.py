"""Instruments: the table's figures, the spellings, and the error that helps."""

from dataclasses import replace
from typing import Any

import pytest

from tools.errors import InvalidParameter, UnknownSymbol
from tools.instruments import (
    Instrument,
    find_instrument,
    instrument,
    known_instruments,
    nearest_symbols,
    usual_calendar,
)
from tools.trading_day import TradingDay

OWN: dict[str, Any] = {
    "symbol": "ACME", "asset_class": "equity", "tick_size": 0.01, "contract_size": 1.0, "size_step": 1.0,
    "base_currency": None, "quote_currency": "USD", "trading_day": TradingDay.NEW_YORK_00, "kill_zones": "index",
}  # fmt: skip


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


@pytest.mark.parametrize(
    ("symbol", "calendar"),
    [
        ("EURUSD", "forex"), ("XAUUSD", "forex"), ("ES", "cme_equity"), ("MNQ", "cme_equity"), ("YM", "cme_equity"),
        ("RTY", "cme_equity"), ("6E", "cme_fx"), ("6B", "cme_fx"), ("CL", "cme_energy_metals"),
        ("GC", "cme_energy_metals"), ("SI", "cme_energy_metals"), ("BTCUSD", "always"), ("ETHUSDT", "always"),
    ],
)  # fmt: skip
def test_every_market_keeps_a_calendar(symbol: str, calendar: str) -> None:
    assert instrument(symbol).calendar == usual_calendar(instrument(symbol).asset_class) == calendar


def test_a_caller_may_pass_its_own() -> None:
    share = Instrument(**OWN)

    assert share.calendar == "nyse"
    assert share.currencies == {"USD"}
    assert Instrument(**OWN, calendar="always").calendar == "always"
    assert Instrument(**OWN | {"trading_day": "new_york_00", "tick_size": 1}) == replace(share, tick_size=1.0)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("symbol", "", "a symbol"),
        ("symbol", "  ", "a symbol"),
        ("tick_size", 0.0, "a positive number"),
        ("tick_size", -0.25, "a positive number"),
        ("contract_size", float("nan"), "a positive number"),
        ("contract_size", float("inf"), "a positive number"),
        ("size_step", True, "a positive number"),
        ("size_step", "1", "a positive number"),
        ("asset_class", "bond", "forex, metal, index_future"),
        ("calendar", "cme", "forex, cme_equity"),
        ("kill_zones", "tokyo", "forex, index"),
        ("trading_day", "new_york_18", "new_york_17, utc_00, new_york_00"),
    ],
)
def test_what_cannot_be_a_market_is_refused(field: str, value: object, expected: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        Instrument(**OWN | {field: value})

    assert caught.value.field == field
    assert caught.value.expected is not None
    assert caught.value.expected.startswith(expected)
    assert caught.value.got == repr(value)
