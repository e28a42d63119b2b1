"""Instruments: what one price step and one contract are worth, and by which clock each market lives.

The table is data. Sources: the contract specifications of CME Group (futures), the five-digit quotes and
100,000-unit lots customary among forex brokers, and the spot filters customary among crypto exchanges.
"""

import difflib
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final, Literal, cast, get_args

from tools.errors import InvalidParameter, UnknownSymbol
from tools.trading_day import TradingDay

AssetClass = Literal["forex", "metal", "index_future", "energy_future", "metal_future", "fx_future", "crypto", "equity"]
KillZoneProfile = Literal["forex", "index"]
Calendar = Literal["forex", "cme_equity", "cme_fx", "cme_energy_metals", "nyse", "always"]

_USUAL_CALENDARS: Final[dict[AssetClass, Calendar]] = {
    "forex": "forex",
    "metal": "forex",
    "index_future": "cme_equity",
    "energy_future": "cme_energy_metals",
    "metal_future": "cme_energy_metals",
    "fx_future": "cme_fx",
    "crypto": "always",
    "equity": "nyse",
}
_LEFT_OUT: Final = cast("Calendar", "")  # never seen on an instrument: its asset class's usual one takes its place


# Stablecoins are counted at par with the currency they promise.
_AT_PAR: Final = {"USDT": "USD", "USDC": "USD"}


def at_par(currency: str) -> str:
    """Return a currency's code in capitals, a stablecoin's as the currency it promises."""
    upper = currency.strip().upper()
    return _AT_PAR.get(upper, upper)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One market; a caller may make one of its own.

    Attributes:
        symbol: canonical spelling, such as ``EURUSD``.
        asset_class: what kind of market it is.
        tick_size: smallest price step, in the quote currency.
        contract_size: units of the base in one contract or lot; for futures the multiplier of one full point.
        size_step: smallest step of a position, in contracts or lots.
        base_currency: what one unit buys; None where that is no currency or coin (equities, most futures).
        quote_currency: what prices and profits are counted in.
        trading_day: where its days begin.
        kill_zones: name of its kill-zone profile, ``forex`` or ``index``.
        calendar: what closes it and when (see `tools.market_hours`); left out, the usual one of its asset class.

    Raises:
        InvalidParameter: the symbol is empty, a size is not a positive number, or a name is not a known one.
    """

    symbol: str
    asset_class: AssetClass
    tick_size: float
    contract_size: float
    size_step: float
    base_currency: str | None
    quote_currency: str
    trading_day: TradingDay
    kill_zones: KillZoneProfile
    calendar: Calendar = _LEFT_OUT

    def __post_init__(self) -> None:
        """Refuse what cannot be a market, and fill in the calendar."""
        if not self.symbol.strip():
            raise InvalidParameter(
                "symbol is empty", field="symbol", expected="a symbol, such as EURUSD", got=repr(self.symbol)
            )
        for name in ("tick_size", "contract_size", "size_step"):
            _check_size(name, getattr(self, name))
        _check_name("asset_class", self.asset_class, get_args(AssetClass))
        if self.calendar == _LEFT_OUT:
            object.__setattr__(self, "calendar", usual_calendar(self.asset_class))
        _check_name("calendar", self.calendar, get_args(Calendar))
        _check_name("kill_zones", self.kill_zones, get_args(KillZoneProfile))
        _check_name("trading_day", self.trading_day, tuple(TradingDay))
        object.__setattr__(self, "trading_day", TradingDay(self.trading_day))  # a plain text may have named it

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies whose news move it: base and quote, a stablecoin as the currency it promises."""
        return frozenset(at_par(one) for one in (self.base_currency, self.quote_currency) if one is not None)


def usual_calendar(asset_class: AssetClass) -> Calendar:
    """Return the calendar that markets of a class usually keep."""
    return _USUAL_CALENDARS[asset_class]


def _check_size(field: str, value: float) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and math.isfinite(value) and value > 0):
        raise InvalidParameter(
            f"{field} {value!r} is not a positive number", field=field, expected="a positive number", got=repr(value)
        )


def _check_name(field: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        names = ", ".join(known)
        raise InvalidParameter(
            f"unknown {field} {value!r}: write one of {names}", field=field, expected=names, got=repr(value)
        )


# Market convention names a pair by the currency that comes first here.
_FOREX_ORDER: Final = ("EUR", "GBP", "AUD", "NZD", "USD", "CAD", "CHF", "JPY")
_FOREX_LOT: Final = 100_000.0

# symbol: (asset class, tick size, multiplier, kill-zone profile)
_FUTURES: Final[dict[str, tuple[AssetClass, float, float, KillZoneProfile]]] = {
    "ES": ("index_future", 0.25, 50.0, "index"),
    "MES": ("index_future", 0.25, 5.0, "index"),
    "NQ": ("index_future", 0.25, 20.0, "index"),
    "MNQ": ("index_future", 0.25, 2.0, "index"),
    "YM": ("index_future", 1.0, 5.0, "index"),
    "MYM": ("index_future", 1.0, 0.5, "index"),
    "RTY": ("index_future", 0.1, 50.0, "index"),
    "M2K": ("index_future", 0.1, 5.0, "index"),
    "CL": ("energy_future", 0.01, 1_000.0, "index"),
    "MCL": ("energy_future", 0.01, 100.0, "index"),
    "GC": ("metal_future", 0.1, 100.0, "index"),
    "MGC": ("metal_future", 0.1, 10.0, "index"),
    "SI": ("metal_future", 0.005, 5_000.0, "index"),
    "6E": ("fx_future", 0.00005, 125_000.0, "forex"),
    "6B": ("fx_future", 0.0001, 62_500.0, "forex"),
}
_FUTURES_BASE: Final = {"6E": "EUR", "6B": "GBP"}
# symbol: (tick size, ounces a lot, base)
_METALS: Final = {"XAUUSD": (0.01, 100.0, "XAU"), "XAGUSD": (0.001, 5_000.0, "XAG")}
# symbol: (tick size, size step, base, quote)
_CRYPTO: Final = {
    "BTCUSD": (0.01, 0.00001, "BTC", "USD"),
    "BTCUSDT": (0.01, 0.00001, "BTC", "USDT"),
    "ETHUSD": (0.01, 0.0001, "ETH", "USD"),
    "ETHUSDT": (0.01, 0.0001, "ETH", "USDT"),
}
_COIN: Final = re.compile(r"(BTC|XBT|ETH)(USDT|USDC|USD)?(PERPETUAL|PERP|SWAP|P)?")
_FUTURES_MONTH: Final = re.compile(r"([A-Z0-9]{2,3}?)([1-9]!|=F|[FGHJKMNQUVXZ]\d{1,4})")
_BROKER_SUFFIX: Final = re.compile(r"([A-Z]{6})(=X|[.][A-Z]{1,5})")
_EXCHANGE: Final = re.compile(r"^.*:")
_SETTLEMENT: Final = re.compile(r"(?<=/USDT):USDT$|(?<=/USDC):USDC$|(?<=/USD):(BTC|ETH|USD)$")
_NEAREST: Final = 5


def _table() -> dict[str, Instrument]:
    forex = [
        Instrument(
            base + quote, "forex", 0.001 if quote == "JPY" else 0.00001, _FOREX_LOT, 0.01, base, quote,
            TradingDay.NEW_YORK_17, "forex",
        )
        for base, quote in combinations(_FOREX_ORDER, 2)
    ]  # fmt: skip
    metals = [
        Instrument(symbol, "metal", tick, ounces, 0.01, base, "USD", TradingDay.NEW_YORK_17, "forex")
        for symbol, (tick, ounces, base) in _METALS.items()
    ]
    futures = [
        Instrument(symbol, kind, tick, multiplier, 1.0, _FUTURES_BASE.get(symbol), "USD", TradingDay.NEW_YORK_17, zones)
        for symbol, (kind, tick, multiplier, zones) in _FUTURES.items()
    ]
    crypto = [
        Instrument(symbol, "crypto", tick, 1.0, step, base, quote, TradingDay.UTC_00, "forex")
        for symbol, (tick, step, base, quote) in _CRYPTO.items()
    ]
    return {one.symbol: one for one in (*forex, *metals, *futures, *crypto)}


_KNOWN: Final = _table()


def known_instruments() -> tuple[Instrument, ...]:
    """Return every instrument of the table: forex, metals, futures, then crypto."""
    return tuple(_KNOWN.values())


@lru_cache(maxsize=1024)
def find_instrument(symbol: str) -> Instrument | None:
    """Return the instrument `symbol` spells, or None; see `instrument` for the spellings."""
    plain = _EXCHANGE.sub("", _SETTLEMENT.sub("", symbol.strip().upper()))
    joined = re.sub(r"[/\-_\s]", "", plain)
    if joined in _KNOWN:
        return _KNOWN[joined]
    if match := _COIN.fullmatch(joined.replace(".", "")):
        coin, quote, _ = match.groups()
        return _KNOWN[("BTC" if coin == "XBT" else coin) + ("USDT" if quote in {"USDT", "USDC"} else "USD")]
    if (match := _FUTURES_MONTH.fullmatch(joined)) and match[1] in _FUTURES:
        return _KNOWN[match[1]]
    if match := _BROKER_SUFFIX.fullmatch(joined):
        return _KNOWN.get(match[1])
    return None


def instrument(symbol: str) -> Instrument:
    """Look an instrument up by any usual spelling.

    ``EUR/USD``, ``eurusd``, ``OANDA:EURUSD``, ``EURUSD=X`` and ``EURUSD.pro`` mean EURUSD; ``NQ1!``, ``NQ=F``
    and ``NQH4`` mean NQ; ``BTC-PERP`` and ``XBTUSD`` mean BTCUSD; ``BTCUSDT.P``, ``BTC-USDT-SWAP`` and
    ``BTCUSDC`` mean BTCUSDT.

    Raises:
        UnknownSymbol: nothing in the table has that spelling; the message names the nearest that do.
    """
    found = find_instrument(symbol)
    if found is None:
        known = nearest_symbols(symbol, tuple(_KNOWN))
        raise UnknownSymbol(
            f"unknown symbol {symbol[:40]!r}; the nearest known are {', '.join(known)}",
            field="symbol", expected=f"a known symbol, such as {', '.join(known)}", got=repr(symbol[:40]),
        )  # fmt: skip
    return found


def nearest_symbols(symbol: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the five of `known` (or all, if fewer) that look most like `symbol`, the likest first."""
    plain = re.sub(r"[^A-Z0-9]", "", symbol[:40].upper().rpartition(":")[2])
    return tuple(difflib.get_close_matches(plain, known, n=_NEAREST, cutoff=0.0))
