"""What a candle file's name says: the market and the timeframe."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Final

from tools.errors import UnknownTimeframe
from tools.instruments import find_instrument
from tools.timeframes import Timeframe

CANDLE_SUFFIXES: Final = (".csv.gz", ".csv", ".tsv", ".txt.gz", ".txt", ".parquet")
# MetaTrader 4 and TradingView count minutes; any other bare number is part of a date.
_MINUTES: Final = frozenset({"1", "2", "3", "5", "10", "15", "30", "60", "120", "240", "1440", "10080", "43200"})
_SPLIT: Final = re.compile(r"[\s,_\-]+")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3,4}")
_SHORTEST_SYMBOL: Final = 2


@dataclass(frozen=True, slots=True)
class FileName:
    """The symbol, upper case where no instrument is known, and the timeframe if the name tells it."""

    symbol: str
    timeframe: Timeframe | None


@lru_cache(maxsize=4096)
def parse_file_name(path: PurePath) -> FileName | None:
    """Read ``EURUSD_15m.csv.gz``, ``EURUSD15.csv``, ``OANDA_EURUSD, 15.csv`` or ``BTCUSD/15m.parquet``.

    Args:
        path: relative to the folder of candles, so that its parent may be the market.

    Returns:
        None where the suffix is none of a candle file.
    """
    suffix = next((known for known in CANDLE_SUFFIXES if path.name.lower().endswith(known)), None)
    if suffix is None:
        return None
    stem = path.name[: -len(suffix)]
    tokens = [token for token in _SPLIT.split(stem) if token]
    for place in range(len(tokens)):
        named = _symbol_at(tokens, place)
        if named is not None:
            symbol, timeframe, following = named
            return FileName(symbol, timeframe or _first_timeframe(tokens[following:]))
    parent = path.parent.name
    if tokens and parent and (only := _timeframe(tokens[0])):
        return FileName(canonical_symbol(parent), only)
    return _of_unknown_market(stem, tokens)


def canonical_symbol(text: str) -> str:
    """Return the symbol of the instrument `text` spells, or `text` in upper case."""
    found = find_instrument(text)
    return found.symbol if found else text.strip().upper()


def _symbol_at(tokens: list[str], place: int) -> tuple[str, Timeframe | None, int] | None:
    """Return symbol, glued timeframe and the next token's place, if a known market is spelled at `place`."""
    pair = tokens[place : place + 2]
    if (
        len(pair) == 2
        and all(_CURRENCY.fullmatch(token) for token in pair)
        and (found := find_instrument("".join(pair)))
    ):
        return found.symbol, None, place + 2
    token = tokens[place]
    if found := find_instrument(token):
        return found.symbol, None, place + 1
    for length in range(_SHORTEST_SYMBOL, len(token)):
        found, timeframe = find_instrument(token[:length]), _timeframe(token[length:])
        if found and timeframe:
            return found.symbol, timeframe, place + 1
    return None


def _of_unknown_market(stem: str, tokens: list[str]) -> FileName | None:
    if not tokens:
        return None
    before_comma, comma, after = stem.partition(",")
    if comma:  # TradingView: exchange and market, a comma, the timeframe
        market = _SPLIT.split(before_comma.strip())[-1]
        return FileName(market.upper(), _first_timeframe([token for token in _SPLIT.split(after) if token]))
    return FileName(tokens[0].upper(), _first_timeframe(tokens[1:]))


def _first_timeframe(tokens: list[str]) -> Timeframe | None:
    """Return the first timeframe among the tokens; a bare number counts only right behind the symbol."""
    for place, token in enumerate(tokens):
        if token.isdigit() and place:
            continue
        if timeframe := _timeframe(token):
            return timeframe
    return None


def _timeframe(token: str) -> Timeframe | None:
    if token.isdigit() and token not in _MINUTES:
        return None
    try:
        return Timeframe.parse(token)
    except UnknownTimeframe:
        return None
