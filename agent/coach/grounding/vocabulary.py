"""The words the parsers know: units, counted things, directions, verdicts; and how words are compared."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

WORD: Final = re.compile(r"[A-Za-z]+")
_STOP: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "only",
        "or",
        "our",
        "out",
        "over",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "up",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "will",
        "with",
        "would",
        "you",
        "your",
        "about",
        "around",
        "roughly",
        "some",
        "just",
        "all",
        "any",
        "each",
        "more",
        "most",
        "least",
        "must",
        "need",
        "needs",
        "now",
        "one",
        "still",
        "yet",
        "also",
        "here",
        "how",
    ]
)
UNITS: Final = {
    "%": "percent", "percent": "percent", "pct": "percent", "per cent": "percent",
    "r": "R", "R": "R", "atr": "ATR", "atrs": "ATR",
    "pip": "pips", "pips": "pips", "tick": "ticks", "ticks": "ticks", "point": "points", "points": "points",
    "pts": "points", "pt": "points", "bps": "bps", "basis points": "bps",
    "bar": "bars", "bars": "bars", "candle": "bars", "candles": "bars", "candlestick": "bars", "candlesticks": "bars",
    "lot": "size", "lots": "size", "contract": "size", "contracts": "size", "unit": "units", "units": "units",
    "step": "steps", "steps": "steps",
    "second": "seconds", "seconds": "seconds", "sec": "seconds", "secs": "seconds", "s": "seconds",
    "minute": "minutes", "minutes": "minutes", "min": "minutes", "mins": "minutes", "m": "minutes",
    "hour": "hours", "hours": "hours", "hr": "hours", "hrs": "hours", "h": "hours",
    "day": "days", "days": "days", "week": "weeks", "weeks": "weeks",
    "x": "times", "times": "times",
}  # fmt: skip
"""What follows a number, and what it is measured in."""
MINUTES: Final = {"seconds": "0.0166666666666666667", "minutes": "1", "hours": "60", "days": "1440", "weeks": "10080"}
CURRENCIES: Final = ("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "BTC", "ETH", "USDT", "USDC")
SYMBOLS_OF_MONEY: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
COUNT_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
COUNTED: Final = frozenset(
    [
        "rule",
        "rules",
        "gate",
        "gates",
        "fact",
        "facts",
        "change",
        "changes",
        "condition",
        "conditions",
        "point",
        "points",
        "gap",
        "gaps",
        "fvg",
        "fvgs",
        "pool",
        "pools",
        "sweep",
        "sweeps",
        "swing",
        "swings",
        "setup",
        "setups",
        "block",
        "blocks",
        "breaker",
        "breakers",
        "break",
        "breaks",
        "shift",
        "shifts",
        "decision",
        "decisions",
        "run",
        "runs",
        "second",
        "seconds",
        "minute",
        "minutes",
        "hour",
        "hours",
        "day",
        "days",
        "week",
        "weeks",
        "bar",
        "bars",
        "candle",
        "candles",
        "event",
        "events",
        "target",
        "targets",
        "vote",
        "votes",
        "timeframe",
        "timeframes",
        "trade",
        "trades",
        "warning",
        "warnings",
        "lot",
        "lots",
        "contract",
        "contracts",
        "pip",
        "pips",
        "tick",
        "ticks",
        "percent",
        "node",
        "nodes",
        "partial",
        "partials",
        "thing",
        "things",
        "level",
        "levels",
        "high",
        "highs",
        "low",
        "lows",
        "zone",
        "zones",
        "divergence",
        "divergences",
        "imbalance",
        "imbalances",
        "displacement",
        "displacements",
        "loss",
        "losses",
        "others",
    ]
)
LONG, SHORT, NEUTRAL = "bullish", "bearish", "neutral"
SUBJECTS: Final = {
    "bias": "bias", "lean": "bias", "leans": "bias", "leaning": "bias",
    "setup": "setup", "trade": "setup", "position": "setup", "entry": "setup", "ote": "setup", "idea": "setup",
    "model": "setup", "offer": "setup",
    "trend": "trend", "trends": "trend", "trending": "trend",
    "gap": "gap", "gaps": "gap", "fvg": "gap", "fvgs": "gap", "imbalance": "gap", "imbalances": "gap",
    "ifvg": "gap", "bpr": "gap",
    "block": "block", "blocks": "block", "ob": "block", "obs": "block", "breaker": "block", "breakers": "block",
    "shift": "break", "mss": "break", "bos": "break", "choch": "break", "break": "break", "breaks": "break",
    "pool": "pool", "pools": "pool", "liquidity": "pool", "sweep": "sweep", "sweeps": "sweep",
    "swing": "swing", "swings": "swing", "displacement": "displacement", "displacements": "displacement",
    "cisd": "cisd", "delivery": "cisd", "divergence": "smt", "divergences": "smt", "smt": "smt", "judas": "swing:judas",
    "structure": "trend", "range": "range", "draw": "draw", "alignment": "trend",
}  # fmt: skip
"""What a direction is said of; words of one subject may stand for each other."""


_KINDS: Final = {
    ("gap", "inverse"): "gap:inverse", ("gap", "inverted"): "gap:inverse", ("gap", "value"): "gap:fair",
    ("gap", "opening"): "gap:opening", ("gap", "volume"): "gap:volume", ("block", "order"): "block:order",
    ("block", "mitigation"): "block:mitigation", ("block", "rejection"): "block:rejection",
    ("swing", "judas"): "swing:judas",
}  # fmt: skip
_ALONE: Final = {
    "fvg": "gap:fair", "fvgs": "gap:fair", "ifvg": "gap:inverse", "ifvgs": "gap:inverse", "bpr": "gap:balanced",
    "ob": "block:order", "obs": "block:order", "breaker": "block:breaker", "breakers": "block:breaker",
}  # fmt: skip


def subject_at(words: Sequence[str], at: int) -> str | None:
    """Return what a word among others names: `gap` alone any gap, with the word before it one kind of them."""
    word = words[at].lower()
    word = word if word in SUBJECTS else word.removesuffix("s")
    subject = SUBJECTS.get(word)
    if subject is None:
        return None
    before = words[at - 1].lower() if at else ""
    if word in _ALONE:
        return "gap:inverse" if before in ("inverse", "inverted") else _ALONE[word]
    return _KINDS.get((subject, before), subject)


def same_subject(one: str, other: str) -> bool:
    """Return whether two subjects may be one: the general name stands for each of its kinds."""
    return one == other or one.startswith(f"{other}:") or other.startswith(f"{one}:")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return a word without its ending, so that `passes`, `passed` and `pass` are one."""
    plain = word.lower()
    for ending in ("ances", "ance", "ing", "ies", "ed", "es", "s", "e", "y"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            return plain[: -len(ending)]
    return plain


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's telling words."""
    words = (one.lower() for one in WORD.findall(text))
    return frozenset(stem(one) for one in words if one not in _STOP and len(one) > 1)
