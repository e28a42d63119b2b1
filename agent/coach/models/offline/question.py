"""What a question names: a market, a rule, a run, a timeframe, a profile, numbers. Read, never obeyed."""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agent.coach.models.offline.reference import Reference, is_whole, read_reference
from agent.coach.models.offline.words import (
    KEYWORDS,
    NICKNAMES,
    NO_TICKERS,
    SAME_AGAIN,
    SESSIONS,
    SLIPS,
    TICKER_AFTER,
)
from tools.errors import UnknownTimeframe
from tools.instruments import find_instrument, known_instruments
from tools.timeframes import Timeframe

_MOST_READ: Final = 1000
_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9:/!=.\-]*")
_PAIR: Final = re.compile(
    r"\b(EUR|GBP|AUD|NZD|USD|CAD|CHF|JPY|XAU|XAG|BTC|ETH)\s+(USD|JPY|CHF|CAD|GBP|NZD|AUD|EUR)\b", re.I
)
_RULE: Final = re.compile(r"(?:\brules?|\br|§|#)\s*\.?\s*(\d{1,2}(?:\s*[.,\-_]\s*\d){0,2})(?![\d%])", re.I)
_BARE_RULE: Final = re.compile(
    r"\b(?:what (?:does|is|about)|explain|define|meaning of|why did|did|is|was)\s+(\d{1,2}\.\d(?:\.\d)?)"
    r"(?![\d%]|\s?(?:the|my) (?:entry|stop|target|price))"
    r"|^\W*(\d{1,2}\.\d(?:\.\d)?)\W*$",
    re.I,
)
_LONE_RULE: Final = re.compile(r"(?<![\w.])\d{1,2}(?:\.\d){0,2}(?![\w%]|\.\d)")
_FRAME: Final = re.compile(
    r"\b(\d{1,2}\s?-?(?:minutes?|mins?|m|hours?|hrs?|hr|h|days?|d|weeks?|w)|M\d{1,2}|H\d|D1|W1|daily|weekly|hourly|monthly)\b",
    re.I,
)
_PROFILE: Final = re.compile(
    r"\b(strict|relaxed)\b|\b(?:profile|rulebook)\s+([a-z0-9_\-]{1,60})\b|\b([a-z0-9_\-]{1,60})\s+profile\b"
)
_NO_PROFILES: Final = frozenset({"the", "a", "my", "another", "other", "this", "that", "which", "different", "your"})
_NUMBER: Final = re.compile(
    r"(?<![\w.,:])[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?=\s?(?:k\b|%|r\b|[^\w.:]|\.(?!\d)|$)|[a-zA-Z])", re.I
)
_NO_METAL: Final = re.compile(r"\bsilver(?=[ -]+bullets?\b)", re.I)
"""The window of the day, or the model."""
_LONGEST_TICKER: Final = 8
_THOUSAND: Final = 1000
_SHORTEST_TYPO: Final = 5
_LIKE_A_SYMBOL: Final = 0.8
_LIKE_A_WORD: Final = 0.82
_SHORTEST_WORD: Final = 5
_SIDES: Final = (
    (r"\b(long|longs|buy|buying|bullish|bought)\b", "bullish"),
    (r"\b(short|shorts|sell|selling|bearish|sold)\b", "bearish"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a user said.

    Attributes:
        text: as it was said.
        plain: lower case, one kind of apostrophe, slips of known words mended, blanks for what the reference names.
        symbol: of the market named first, in its canonical spelling where it has one; None without.
        other_symbol: of a second one.
        mended: the spelling the symbol was guessed from; None where it was no guess.
        rule_id: such as ``7.2``.
        reference: which recorded decisions it names.
        timeframe: canonical, such as ``15m``.
        session: a name of `SESSIONS`.
        profile: of rules, the first named.
        profiles: all that are named.
        direction: bullish or bearish, where the words lean to one side only.
        numbers: those said, in order.
        lone_rule: what would be a rule's number, were rules spoken of.
    """

    text: str
    plain: str
    symbol: str | None
    other_symbol: str | None
    mended: str | None
    rule_id: str | None
    reference: Reference
    timeframe: str | None
    session: str | None
    profile: str | None
    profiles: tuple[str, ...]
    direction: str | None
    numbers: tuple[float, ...]
    lone_rule: str | None

    @property
    def run_id(self) -> str | None:
        """The first id that is complete: 32 hexadecimal digits."""
        return next((one for one in self.reference.ids if is_whole(one)), None)

    @property
    def is_bare(self) -> bool:
        """Whether it names a subject, or nothing, and asks nothing of it."""
        return not _asking_words(self)


@lru_cache(maxsize=1024)
def read_question(text: str) -> Question:
    """Read what a user said; only its first 1,000 characters count."""
    text = text[:_MOST_READ]
    mended_text = _mended_words(re.sub(r"[’‘`´]", "'", text).lower())
    reference, plain = read_reference(mended_text)
    symbol, mended = _symbol(_NO_METAL.sub(" ", text))
    profiles = _profiles(plain)
    known = (_known_symbol(token) for token in _tokens(_NO_METAL.sub(" ", text)))
    rule = _RULE.search(plain) or _BARE_RULE.search(plain)
    number = None if rule is None else next(one for one in rule.groups() if one is not None)
    return Question(
        text=text,
        plain=plain,
        symbol=symbol,
        other_symbol=next((one for one in known if one not in (None, symbol)), None),
        mended=mended,
        rule_id=None if number is None else re.sub(r"[,\-_]", ".", re.sub(r"\s", "", number)),
        reference=reference,
        timeframe=_timeframe(text),
        session=next((name for said, name in SESSIONS.items() if re.search(rf"\b{said}\b", plain)), None),
        profile=profiles[0] if profiles else None,
        profiles=profiles,
        direction=_direction(plain),
        numbers=_numbers(plain, rule),
        lone_rule=None if (lone := _LONE_RULE.search(plain)) is None else lone[0],
    )


def _mended_words(plain: str) -> str:
    plain = re.sub(r"[a-z]+", lambda match: SLIPS.get(match[0], match[0]), plain)
    return re.sub(rf"[a-z]{{{_SHORTEST_WORD},}}", lambda match: _mended_word(match[0]), plain)


@lru_cache(maxsize=4096)
def _mended_word(word: str) -> str:
    if word in KEYWORDS or word.rstrip("s") in KEYWORDS or word in NICKNAMES:
        return word
    near = difflib.get_close_matches(word, KEYWORDS, n=1, cutoff=_LIKE_A_WORD)
    return near[0] if near and abs(len(near[0]) - len(word)) <= 1 and near[0][0] == word[0] else word


def _symbol(text: str) -> tuple[str | None, str | None]:
    if pair := _PAIR.search(text):
        return _canonical(pair[1] + pair[2]) or (pair[1] + pair[2]).upper(), None
    tokens = _tokens(text)
    for token in tokens:
        if found := _known_symbol(token):
            return found, None
    for token in tokens:
        if found := _guessed_symbol(token):
            return found, token
    shouted = text.upper() == text
    ticker = None if shouted else TICKER_AFTER.search(text)
    if ticker and ticker[1] not in NO_TICKERS and not ticker[1].isdigit() and _timeframe(ticker[1]) is None:
        return ticker[1], None
    return None, None


def _tokens(text: str) -> list[str]:
    return [token.rstrip(".-:/") for token in _TOKEN.findall(text)]


def _known_symbol(token: str) -> str | None:
    if token.lower() in NICKNAMES:
        return NICKNAMES[token.lower()]
    if token.upper() in {"S&P", "SP500", "SPX500"}:
        return "ES"
    is_written_out = len(token) > _SHORTEST_TYPO or (token.upper() == token and not token.isdigit())
    return _canonical(token) if is_written_out else None


def _canonical(token: str) -> str | None:
    known = find_instrument(token)
    return None if known is None else known.symbol


@lru_cache(maxsize=4096)
def _guessed_symbol(token: str) -> str | None:
    upper = token.upper()
    if not (token.isalpha() and _SHORTEST_TYPO <= len(token) <= _LONGEST_TICKER) or token.lower() in KEYWORDS:
        return None
    if known := _canonical(upper[3:] + upper[:3]):
        return known
    long_ones = [one.symbol for one in known_instruments() if len(one.symbol) > _SHORTEST_TYPO]
    near = difflib.get_close_matches(upper, long_ones, n=1, cutoff=_LIKE_A_SYMBOL)
    return near[0] if near else None


def _timeframe(text: str) -> str | None:
    for match in _FRAME.finditer(text):
        try:
            return Timeframe.parse(re.sub(r"[\s\-]|(?<=n)utes?|(?<=h)ours?\b|(?<=h)rs?", "", match[1].lower())).value
        except UnknownTimeframe:
            continue
    return None


def _profiles(plain: str) -> tuple[str, ...]:
    names = [next(group for group in match.groups() if group is not None) for match in _PROFILE.finditer(plain)]
    return tuple(dict.fromkeys(name for name in names if name not in _NO_PROFILES))


def _direction(plain: str) -> str | None:
    leaning = [direction for words, direction in _SIDES if re.search(words, plain)]
    return leaning[0] if len(leaning) == 1 else None


def _numbers(text: str, rule: re.Match[str] | None) -> tuple[float, ...]:
    left = text if rule is None else text[: rule.start()] + " " * len(rule[0]) + text[rule.end() :]
    return tuple(_number(match) for match in _NUMBER.finditer(left))


def _number(match: re.Match[str]) -> float:
    is_thousands = match.string[match.end() : match.end() + 1].lower() == "k"
    return float(match[0].replace(",", "")) * (_THOUSAND if is_thousands else 1)


def _asking_words(question: Question) -> list[str]:
    rest = _RULE.sub(" ", _FRAME.sub(" ", question.plain))
    for said in SESSIONS:
        rest = re.sub(rf"\b{said}\b", " ", rest)
    rest = _PAIR.sub(" ", rest)
    words = [word.strip("'.,?!:;-") for word in rest.split()]
    return [word for word in words if word and not _is_subject(word, question)]


def _is_subject(word: str, question: Question) -> bool:
    plain = word.removesuffix("'s")
    if plain in SAME_AGAIN or plain in {question.profile, "profile", "rules", "chart", "timeframe"}:
        return True
    if re.fullmatch(r"[-+$]?[\d.,]+[%rk]?", plain):
        return True
    is_market = (_known_symbol(plain) or _known_symbol(plain.upper()) or _guessed_symbol(plain)) == question.symbol
    return question.symbol is not None and (is_market or plain == question.symbol.lower())
