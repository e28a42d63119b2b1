"""Numbers in prose: signs, separators, percent, R, ratios, money, durations, counts in digits and in words."""

import re
from decimal import Decimal
from typing import Final

from agent.coach.grounding.claims import Kind
from agent.coach.grounding.mentions import Limit, Quantity, Reading, Said
from agent.coach.grounding.vocabulary import (
    COUNT_WORDS,
    COUNTED,
    CURRENCIES,
    MINUTES,
    SYMBOLS_OF_MONEY,
    UNITS,
    WORD,
    stem,
)

_NUMBER_TEXT: Final = r"(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,24})(?:\.\d{1,24})?(?:[eE][-+]?\d{1,3})?"
_MONEY_NAMES: Final = "|".join(CURRENCIES)
_NUMBER: Final = re.compile(
    rf"(?<![\w.,])(?P<sign>[-+](?<![\w)][-+]))?(?P<before>[$€£¥]|(?:{_MONEY_NAMES}) )?(?P<after>[-+])?"
    rf"(?P<number>{_NUMBER_TEXT})(?P<kilo>k\b)?"
)
_UNIT: Final = re.compile(
    rf"(?P<gap>[ -]{{0,2}})(?:(?P<money>{_MONEY_NAMES}|[€$£]|dollars\b|euros\b)(?![A-Za-z])"
    rf"|(?P<unit>%|per cent\b|basis points\b|[A-Za-z]{{1,12}}\b))",
)
_MULTIPLE: Final = re.compile(
    r"(?: ?[x×])?(?: ?-?times)? (?:the |its |your |our )?(?:risk|stop|what (?:the stop|it risks))\b"
)
_RATIO: Final = re.compile(
    rf"(?<![\w.:,/])(?P<left>{_NUMBER_TEXT})(?: ?: ?| to | for )(?P<right>{_NUMBER_TEXT})(?![\w:]|\.\d|,\d)"
)
_RATIO_WORDS: Final = re.compile(
    r"\b(one|two|three|four|five)(?: to |-to-| for |-for-)(one|two|three|four|five)\b", re.IGNORECASE
)
_NEAR_RATIO: Final = re.compile(r"\b(?:R:R|RR|R/R|ratio|reward|risk|risk-reward|payoff)\b", re.IGNORECASE)
_ROUGH: Final = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|some|nearly|almost|circa"
    r"|close to|near|just (?:under|over|above|below|short of))|~|≈) ?(?:the |a |[$€£])?$",
    re.IGNORECASE,
)
_ROLES: Final = (
    ("bias_score", r"bias score"),
    ("rr", r"R:R|RR|R/R|risk[- ](?:to[- ])?reward|reward[- ](?:to|for)[- ]?(?:the )?[- ]?risk|reward ratio"),
    ("entry", r"entry(?: price)?|enter|entering"),
    ("stop", r"stop(?:[- ]loss)?"),
    ("invalidation", r"invalidation(?: point)?|invalidated"),
    ("target", r"(?:first |final |last |second )?(?:target|take[- ]profit|TP\d?)s?"),
    ("confidence", r"confidence(?: score)?"),
    ("confluence", r"confluence(?: score)?"),
    ("close", r"last close|closed"),
    ("top", r"top"), ("bottom", r"bottom"),
    ("middle", r"(?:middle|midpoint|CE|mean threshold)(?: \(consequent encroachment\))?"),
)  # fmt: skip
_ROLE: Final = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _ROLES) + r")"
    r"(?:,? (?:is|was|at|of|sits at|stands at|is at|was at|stood at|goes at|lies at"
    r"|belongs at|comes to|came to|comes out at|comes in at|reads|now|price|only|would be"
    r"|level|a|still|about|around|roughly|near|nearly|(?:would |will |could )?(?:drops?"
    r"|falls?|climbs?|rises?|goes|go|comes?|slips?|grows?|dropped|fell"
    r"|rose)(?: back)?(?: down| up)? (?:to|from)))*[ :=,(]{0,4}$",
    re.IGNORECASE,
)
_LEAST: Final = re.compile(
    r"\b(?:at least|no less than|not less than|minimum(?: of| is)?|no fewer than|no lower than|no younger than)"
    r"[ *:]*(?:about )?$", re.IGNORECASE,
)  # fmt: skip
_MOST: Final = re.compile(
    r"\b(?:at most|no more than|not more than|maximum(?: of| is)?|up to|within|no older than|no higher than)[ *:]*$",
    re.IGNORECASE,
)
_UNDER: Final = re.compile(r"\b(?:under|below|less than|fewer than)[ *]*$", re.IGNORECASE)
_BEYOND: Final = re.compile(r"\b(?:over|above|more than|past|beyond)[ *]*$", re.IGNORECASE)
_CLOSES: Final = re.compile(r"\b(?:clos(?:e|es|ed)|shuts?|fails?|blocks?|stops?|complains?|flips?)\b", re.IGNORECASE)
_EXTREME: Final = re.compile(
    r"\b(?P<word>high|low)(?:,| at| of| is| was| stands at| sits at|:| \(|'s)*[ *(:]*$", re.IGNORECASE
)
_OF_ACCOUNT: Final = re.compile(r" of (?:the|your|my|its) (?:balance|account|equity|capital)\b")
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th)\b")
_OF_TEN: Final = re.compile(r"(?: ?/ ?| of | out of (?:a possible )?)10\b")
_PRICE_ROLES: Final = ("entry", "stop", "invalidation", "target", "close", "top", "bottom", "middle")
_OFF: Final = re.compile(r" ?(?:away|below|above|from (?:the|entry|its)|beyond|wide|off|under|over|apart|further)\b")
_HALF: Final = (
    (re.compile(r"\b(?:an|one) hour and a half\b", re.IGNORECASE), 90),
    (re.compile(r"\bthree[- ]quarters of an hour\b", re.IGNORECASE), 45),
    (re.compile(r"\bhalf an hour\b|\bhalf-hour\b", re.IGNORECASE), 30),
    (re.compile(r"\b(?:a )?quarter of an hour\b", re.IGNORECASE), 15),
    (re.compile(r"\b(?:an|one) hour\b", re.IGNORECASE), 60),
)
_TIMEFRAME: Final = re.compile(
    r"(?<![\w.])(?:(?P<n>\d{1,3})(?P<u>min|[mhdw])|(?P<m>[MHD])(?P<k>\d{1,2})"
    r"|(?P<hy>\d{1,3})-?[ ]?(?P<hu>minute|min|hour|day))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_WORD_TIMEFRAME: Final = re.compile(
    r"\b(one|four|five|fifteen|thirty)[- ](minute|hour|day)(?=[ -](?:chart|candle|bar"
    r"|range|dealing|trend|time ?frame|structure|swing|bias|leg|fvg|gap))",
    re.IGNORECASE,
)
_WORDS_OF_TIMEFRAMES: Final = {"one": 1, "four": 4, "five": 5, "fifteen": 15, "thirty": 30}
_CHART_WORDS: Final = re.compile(
    r"[ -]?(?:,? ?(?:and|or|to|/) ?)?(?:\d{1,2}[mhHD] )?(?:chart|candle|bar|bars"
    r"|time ?frame|structure|trend|fvg|gap|swing|window|dealing|order|mss|level|setup|entr"
    r"|bias|range|bos|choch|fair|liquidity|shift)",
    re.IGNORECASE,
)
_SPAN_WORDS: Final = re.compile(
    r" (?:left|until|till|to go|remain|before|away|ago|from now|into|later|after|earlier|in the|long|\d)", re.IGNORECASE
)
_WORD_NUMBER: Final = re.compile(
    rf"\b(?!(?<=\bno )two\b)({'|'.join(COUNT_WORDS)})(?:-| )(?=([A-Za-z]+)(?:[ -]([A-Za-z]+))?(?:[ -]([A-Za-z]+))?)",
    re.IGNORECASE,
)
"""A count in words; `no two` counts nothing."""


def read_ratios(reading: Reading) -> None:
    """Take `1:2`, `2.5:1`, `two for one`: multiples of what is risked."""
    for found in _RATIO.finditer(reading.text):
        left, right = _decimal(found["left"]), _decimal(found["right"])
        one, many, written = (left, right, found["right"]) if left == 1 else (right, left, found["left"])
        if one != 1 or (" to " in found[0] and not _is_about_risk(reading, *found.span())) or " for " in found[0]:
            continue
        kind: Kind = "ratio"
        reading.take(
            kind, *found.span(), Quantity(many, _quantum(written), "R", _is_rough(reading.text, found.start()))
        )
    for found in _RATIO_WORDS.finditer(reading.text):
        numbers = sorted((COUNT_WORDS[found[1].lower()], COUNT_WORDS[found[2].lower()]))
        if numbers[0] == 1:
            reading.take("ratio", *found.span(), Quantity(Decimal(numbers[1]), Decimal(1), "R"))
    reading.settle()


def _is_about_risk(reading: Reading, start: int, end: int) -> bool:
    return _NEAR_RATIO.search(reading.text, max(0, start - 40), end + 30) is not None


def read_timeframes(reading: Reading) -> None:
    """Take `15m`, `H4`, `15-minute` where a chart is meant."""
    for found in _TIMEFRAME.finditer(reading.text):
        behind = reading.text[found.end() : found.end() + 40]
        number = found["n"] or found["k"] or found["hy"]
        letter = (found["u"] or found["m"] or found["hu"])[0]
        is_chart = _CHART_WORDS.match(behind) is not None
        if found["hy"] and not is_chart:
            continue
        if (
            found["n"]
            and not is_chart
            and (
                _SPAN_WORDS.match(behind)
                or found["u"] == "min"
                or (letter in "mM" and int(number) not in (1, 3, 5, 15, 30))
            )
        ):
            continue
        value = f"{int(number)}{letter.lower()}"
        reading.take("identifier", *found.span(), Said(value, subject="timeframe"))
    for found in _WORD_TIMEFRAME.finditer(reading.text):
        value = f"{_WORDS_OF_TIMEFRAMES[found[1].lower()]}{found[2][0].lower()}"
        reading.take("identifier", *found.span(), Said(value, subject="timeframe"))
    reading.settle()


def read_quantities(reading: Reading) -> None:
    """Take every number that is left, with what it is measured in."""
    for pattern, minutes in _HALF:
        for found in pattern.finditer(reading.text):
            half = Quantity(Decimal(minutes), Decimal(15), "minutes", is_rough=False, nouns=frozenset())
            reading.take("duration", *found.span(), half)
        reading.settle()
    end = 0
    for found in _NUMBER.finditer(reading.text):
        if found.start() >= end and not _ORDINAL.match(reading.text, found.end()):
            end = _take_number(reading, found)
    reading.settle()
    for found in _WORD_NUMBER.finditer(reading.text):
        _take_word(reading, found)
    reading.settle()


def _take_number(reading: Reading, found: re.Match[str]) -> int:
    """Take one number; return where it ended, for a duration of two parts has two numbers."""
    text, written = reading.text, found["number"]
    value = _decimal(written) * (1000 if found["kilo"] else 1)
    quantum = _quantum(written) * (1000 if found["kilo"] else 1)
    if "-" in (found["sign"], found["after"]):
        value = -value
    unit, end = _unit_behind(text, found.end())
    if found["before"]:
        unit = SYMBOLS_OF_MONEY.get(found["before"], found["before"].strip())
    if unit is None and (times := _MULTIPLE.match(text, found.end())):
        unit, end = "R", times.end()
    if unit == "R" and _OF_ACCOUNT.match(text, end):
        unit = "R of the account"  # there is no such measure
    if unit in MINUTES:
        value, quantum, end = _duration(text, end, value, quantum, unit)
        unit = "minutes"
    role = _role_before(text, found.start())
    if role in _PRICE_ROLES and (unit is not None or _OFF.match(text, end)):
        role = None  # `the stop is 12 pips away` says a distance
    scale = _OF_TEN.match(reading.passage.written, found.end())
    if unit is None and scale and text[scale.end() - 2 : scale.end()].isspace():
        unit, role = "points", "confluence"
    if unit is None and role == "rr":
        unit = "R"
    nouns = _nouns(text, end)
    limit, extreme = (
        _limit(reading, found.start(), end),
        _EXTREME.search(text, max(0, found.start() - 24), found.start()),
    )
    said = Quantity(
        value, quantum, unit, _is_rough(text, found.start()), nouns, role, limit,
        extreme["word"].lower() if extreme else None,
    )  # fmt: skip
    reading.take(_kind(unit, written), found.start(), end, said)
    return end


def _limit(reading: Reading, start: int, end: int) -> Limit | None:
    """Return what limit a number is said to be; `closes below 2` is a least one."""
    before, behind = reading.text[max(0, start - 24) : start], reading.text[end : end + 10]
    if _LEAST.search(before) or re.match(r",? or more\b", behind):
        return "least"
    if _MOST.search(before) or re.match(r",? or (?:less|fewer)\b", behind):
        return "most"
    first, last = reading.passage.clause(start)
    if not _CLOSES.search(reading.passage.plain, first, last):
        return None
    return "least" if _UNDER.search(before) else "most" if _BEYOND.search(before) else None


def _unit_behind(text: str, at: int) -> tuple[str | None, int]:
    found = _UNIT.match(text, at)
    if found is None:
        return None, at
    if money := found["money"]:
        return SYMBOLS_OF_MONEY.get(money, {"dollars": "USD", "euros": "EUR"}.get(money, money)), found.end()
    word = found["unit"]
    unit = UNITS.get(word if word == "R" else word.lower())
    if unit is None or (word in ("r", "S", "M", "H", "X") and found["gap"]) or (word in ("S", "M")):
        return None, at
    return (unit, found.end()) if unit != "times" else (None, at)


_SECOND_PART: Final = re.compile(r"(?: and | |, )?(\d{1,2}) ?(?:minutes|minute|mins|min|m)\b")


def _duration(text: str, end: int, value: Decimal, quantum: Decimal, unit: str) -> tuple[Decimal, Decimal, int]:
    """Bring a duration to minutes; hours may be followed by minutes."""
    size = Decimal(MINUTES[unit])
    value, quantum = value * size, quantum * size
    if unit == "hours" and (more := _SECOND_PART.match(text, end)):
        return value + int(more[1]), Decimal(1), more.end()
    return value, quantum, end


def _take_word(reading: Reading, found: re.Match[str]) -> None:
    """Take a number in words where it counts something."""
    following = [
        (group, found.end(0) if number == 0 else 0) for number, group in enumerate(found.groups()[1:]) if group
    ]
    words = [one.lower() for one, _ in following]
    if following[0][0] in ("TRADE", "WAIT", "NO"):
        return
    counted = next((at for at, word in enumerate(words) if word in COUNTED or UNITS.get(word) == "R"), None)
    if (
        counted is None
        or (found[1].lower() == "one" and counted > 1)
        or {"of", "or", "and", "is", "was", "has", "are"} & set(words[: counted + 1])
    ):
        return
    value, unit = Decimal(COUNT_WORDS[found[1].lower()]), UNITS.get(words[counted]) if counted == 0 else None
    quantum = Decimal(1)
    end = found.end(1)
    if unit in MINUTES:
        value, quantum, unit = value * Decimal(MINUTES[unit]), Decimal(MINUTES[unit]), "minutes"
    if unit is not None:
        end = found.end(1) + 1 + len(words[0])
    kind = _kind(unit, "1")
    nouns = frozenset(stem(one) for one in words[: counted + 1])
    reading.take(
        kind, found.start(), end, Quantity(value, quantum, unit, _is_rough(reading.text, found.start()), nouns)
    )


def _kind(unit: str | None, written: str) -> Kind:
    if unit == "percent":
        return "percent"
    if unit == "R":
        return "ratio"
    if unit == "minutes":
        return "duration"
    if unit in CURRENCIES:
        return "money"
    if unit is None and len(written.replace(".", "").replace(",", "").lstrip("0")) >= 4:
        return "price"
    return "number"


_JOINS: Final = re.compile(r"\b(?:and|or|but|while|to|from|than)\b")


def _nouns(text: str, end: int) -> frozenset[str]:
    """Return the stems of up to four words right behind a number, up to the next number or stop."""
    behind = re.match(r"[A-Za-z' /-]{0,60}", text[end : end + 60])
    words = WORD.findall(_JOINS.split(behind[0], maxsplit=1)[0]) if behind else []
    return frozenset(
        stem(one) for one in words[:4] if one.lower() not in ("of", "the", "is", "are", "and", "a", "in", "on", "at")
    )


def role_named(text: str) -> str | None:
    """Return what a heading names: `Entry`, `First target`."""
    found = _ROLE.fullmatch(text.strip(" *_`"))
    return found.lastgroup if found else None


def _role_before(text: str, start: int) -> str | None:
    found = _ROLE.search(text[max(0, start - 60) : start])
    return found.lastgroup if found else None


def _is_rough(text: str, start: int) -> bool:
    return _ROUGH.search(text[max(0, start - 20) : start]) is not None


def _decimal(written: str) -> Decimal:
    return Decimal(written.replace(",", ""))


def _quantum(written: str) -> Decimal:
    exponent = _decimal(written).as_tuple().exponent
    return Decimal(1).scaleb(int(exponent))
