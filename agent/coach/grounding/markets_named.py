"""Which markets a sentence names, by symbol or by nickname, and what looks like a market and is none known."""

import re
from dataclasses import dataclass
from typing import Final

from tools.instruments import find_instrument


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NICKNAMES: Final = {
    "cable": "GBPUSD", "sterling": "GBPUSD", "pound": "GBPUSD", "fiber": "EURUSD", "fibre": "EURUSD", "euro": "EURUSD",
    "aussie": "AUDUSD", "kiwi": "NZDUSD", "loonie": "USDCAD", "swissy": "USDCHF", "gold": "XAUUSD", "silver": "XAGUSD",
    "nasdaq": "NQ", "dow": "YM", "russell": "RTY", "bitcoin": "BTCUSD", "btc": "BTCUSD", "ether": "ETHUSD",
    "ethereum": "ETHUSD", "eth": "ETHUSD", "crude": "CL", "oil": "CL", "spx": "ES",
}  # fmt: skip
_UNKNOWN: Final = _set("yen usd eur shares calls dollar aud nzd cad dxy stocks jpy puts options chf gbp franc dollars")
_PAIR: Final = re.compile(r"\b(?=([A-Za-z]{3})(?: ?[/_-] ?| )?([A-Za-z]{3,4})\b)")
_TICKER: Final = re.compile(r"\b[A-Z0-9]{2,7}(?:(?<=\d)!|=[FX])?(?![A-Za-z0-9])")
_WORD: Final = re.compile(r"[a-z]+")
_BEHIND_A_VERB: Final = re.compile(
    r"\b(?i:buy|sell|short|buying|selling|shorting|long) (?i:some |the )?([A-Z][A-Za-z]+)(?![A-Za-z0-9])"
)
_NO_MARKET: Final = _set(
    "WAIT NO TRADE NOW TRADE_NOW NO_TRADE NOT MSS CHOCH BOS FVG IFVG OTE PD PDA HTF LTF SMT ICT CE RR SL TP "
    "BE UTC GMT EST EDT ET AM PM NY OHLC ATR POI BSL SSL EQH EQL PDH PDL PWH PWL AMD NWOG NDOG CISD BPR VI RB "
    "OB MB II III IV BUY SELL SHORT LONG GO IT THE AND OR IS ENTER ENTRY YES YOLO ALL IN CPI NFP FOMC GDP PPI "
    "PMI ECB FED BOE BOJ ISM ANALYSIS_ONLY SIMULATION SEMI_AUTO FULL_AUTO TLDR TL DR OK ID US UK EU I A AT "
    "HERE THIS STOP STOPS LIMIT SETUP SETUPS SIDE ORDER ORDERS MODEL TERM ANSWER"
)


@dataclass(frozen=True, slots=True)
class MarketsNamed:
    """What a text names: `known` canonical symbols, and `unknown` what looks like a market and is not known."""

    known: frozenset[str]
    unknown: frozenset[str]

    @property
    def is_any(self) -> bool:
        """Whether it names any market."""
        return bool(self.known or self.unknown)


def markets_named(text: str) -> MarketsNamed:
    """Return the markets of a text that `agent.coach.grounding.plain_words` made plain."""
    known, rest = set(), []
    done = 0
    for found in _PAIR.finditer(text):
        one = find_instrument(found[1] + found[2])
        if one is not None and found.start() >= done:
            known.add(one.symbol)
            rest.append(text[done : found.start()])
            done = found.end(2)
    left = " ".join((*rest, text[done:]))
    unknown = set(_BEHIND_A_VERB.findall(left))
    unknown |= {word for word in _TICKER.findall(left) if not _is_number(word)}
    named = {word: find_instrument(word) for word in unknown if word.upper() not in _NO_MARKET}
    known |= {one.symbol for one in named.values() if one is not None}
    lowered = set(_WORD.findall(left.lower()))
    known |= {_NICKNAMES[word] for word in lowered & _NICKNAMES.keys()} | _plural(lowered)
    nobody = {word for word, one in named.items() if one is None and word.lower() not in _NICKNAMES}
    return MarketsNamed(frozenset(known), frozenset(nobody) | (lowered & _UNKNOWN))


def _plural(lowered: set[str]) -> set[str]:
    return {_NICKNAMES[word[:-1]] for word in lowered if word.endswith("s") and word[:-1] in ("pound", "euro")}


def _is_number(word: str) -> bool:
    return sum(one.isdigit() for one in word) >= len(word) - 1 and word not in ("6E", "6B")
