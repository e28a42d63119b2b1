"""What a question gives to size a position by: read exactly, or named as what cannot be read. Nothing is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_DIGITS: Final = r"([-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![\d]|[.,]\d)"
_NUMBER: Final = rf"(?<![\w.,]){_DIGITS}"
_SCALE: Final = r"(?:\s?(k|thousand|million|mln|mn|mio|m)\b)?"
_BARE_SCALE: Final = r"\s?(k|thousand|million|mln|mn|mio)\b"
_SIGNS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_WORDS: Final = {
    "dollars": "USD", "dollar": "USD", "bucks": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "quid": "GBP",
    "yen": "JPY", "francs": "CHF",
}  # fmt: skip
_CODE: Final = r"(usd|eur|gbp|jpy|chf|cad|aud|nzd|dollars?|bucks|euros?|pounds|quid|yen|francs)\b"
_MONEY: Final = (
    re.compile(rf"(?P<minus>[-−]\s?)?(?P<sign>[$€£¥])\s?{_DIGITS}{_SCALE}"),
    re.compile(rf"{_NUMBER}{_SCALE}\s?(?:(?P<sign>[$€£¥])|(?P<code>{_CODE}))"),
    re.compile(rf"(?P<code>\b{_CODE})\s?{_NUMBER}{_SCALE}"),
)
_IS: Final = r"\s*(?:price\s*)?(?:at|of|is|=|:|@|\s)*\s*"
_PERCENT: Final = re.compile(rf"{_NUMBER}\s?(?:%|percent|pct)")
_RANGE: Final = re.compile(r"\d[\d.]*\s?%?\s?(?:-|–|to|or)\s?\d[\d.]*\s?(?:%|percent|pct)")
_STOP: Final = re.compile(rf"\b(?:stop.?loss|stop|sl)\b{_IS}{_NUMBER}(\s?(?:pips?|points?|ticks?|atr|%))?")
_TARGET: Final = re.compile(rf"\b(?:targets?|tp|take.?profit)\b{_IS}{_NUMBER}")
_ENTRY: Final = re.compile(
    rf"(?:\b(?:entry|enter(?:ing|ed)?|from|long|short|buy(?:ing)?|sell(?:ing)?|at)\b|@){_IS}{_NUMBER}(?!\s?(?:%|percent))"
)
_BALANCE: Final = (
    re.compile(rf"\b(?:account|balance|capital|equity)\b{_IS}{_NUMBER}{_SCALE}(?!\s?(?:%|percent|pct))"),
    re.compile(rf"{_NUMBER}{_SCALE}\s?(?:account|balance|capital|equity)\b"),
    re.compile(rf"(?:(?<=%)|(?<=percent)|(?<=pct)) of{_IS}{_NUMBER}{_SCALE}"),
    re.compile(rf"{_NUMBER}{_BARE_SCALE}"),
)
_LOOSE: Final = re.compile(_NUMBER)
_EXPONENT: Final = re.compile(r"\d[\d.]*e[-+]?\d+", re.IGNORECASE)
_COMMA: Final = re.compile(r"(?<![\d,.])\d+(?:[.,]\d+)+(?![\d])")
_WELL_WRITTEN: Final = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_POINTED: Final = re.compile(r"(?:€\s?\d{1,3}\.\d{3}\b(?!\d))|\b\d{1,3}\.\d{3}\s?€")
_RISKED: Final = re.compile(r"\brisk(?:ing)?(?: of| is|ed)?\s*$")
_AT_RISK: Final = re.compile(r"^\s*(?:at )?risk\b(?!\s*\d)")
_TIMES: Final = {"k": 1e3, "thousand": 1e3}
_MILLION: Final = 1e6
_WHOLE: Final = 100
_USUAL: Final = "USD"

NUMBERS: Final = ("account_balance", "risk_pct", "entry", "stop")
"""What a size needs."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """What was given, by the names of the tool's arguments; and what cannot be read, each by template and words."""

    given: Mapping[str, float | str] = field(default_factory=dict)
    troubles: tuple[tuple[str, str], ...] = ()


NOTHING_GIVEN: Final = Sizing()


def read_sizing(text: str) -> Sizing:
    """Read what a question gives; a number that fits nowhere, or two for one place, is trouble and never dropped."""
    reading = _Reading(re.sub(r"\s", " ", text).lower())
    reading.read()
    return Sizing(reading.given, tuple(dict.fromkeys(reading.troubles)))


class _Reading:
    def __init__(self, text: str) -> None:
        self.text = text
        self.given: dict[str, float | str] = {}
        self.troubles: list[tuple[str, str]] = []

    def read(self) -> None:
        for template, pattern in (("size_exponent", _EXPONENT), ("size_range", _RANGE), ("size_comma", _POINTED)):
            for found in pattern.finditer(self.text):
                self._trouble(template, found)
        badly = [one for one in _COMMA.finditer(self.text) if not _WELL_WRITTEN.fullmatch(one[0])]
        for found in badly:
            self._trouble("size_comma", found)
        if not self.troubles:
            self._read_numbers()

    def _read_numbers(self) -> None:
        for pattern in _MONEY:
            for found in pattern.finditer(self.text):
                self._money(found)
        for found in _STOP.finditer(self.text):
            if found[2]:
                self._trouble("size_distance", found)
            else:
                self._keep("stop", found, found[1])
        for name, patterns in (("", (_TARGET,)), ("account_balance", _BALANCE[:3]), ("risk_pct", (_PERCENT,)),
                               ("entry", (_ENTRY,)), ("account_balance", _BALANCE[3:])):  # fmt: skip
            for pattern in patterns:
                for found in pattern.finditer(self.text):
                    self._keep(name, found, found[1], found[2] if pattern in _BALANCE else None)
        self._loose()

    def _money(self, found: re.Match[str]) -> None:
        before, behind = self.text[: found.start()], self.text[found.end() :]
        if _RISKED.search(before) or _AT_RISK.search(behind):
            self._trouble("size_risk_money", found)
            return
        groups = found.groupdict()
        code = groups.get("code")
        currency = _SIGNS.get(groups.get("sign") or "") or _WORDS.get(code or "", (code or _USUAL).upper())
        number = next(one for one in found.groups() if one and re.match(r"[-−]?\d", one))
        scale = next(
            (one for one in found.groups()[::-1] if one in {*_TIMES, "million", "mln", "mn", "mio", "m"}), None
        )
        self._keep("account_balance", found, f"-{number}" if groups.get("minus") else number, scale)
        if currency != _USUAL:
            self.given["account_currency"] = currency

    def _keep(self, name: str, found: re.Match[str], number: str, scale: str | None = None) -> None:
        value = float(number.replace(",", "").replace("−", "-"))
        value *= 1 if scale is None else _TIMES.get(scale, _MILLION)
        if value <= 0 or (name == "risk_pct" and value > _WHOLE):
            self._trouble("size_percent" if name == "risk_pct" else "size_negative", found)
        elif name and self.given.get(name, value) != value:
            self._trouble("size_two", found)
        elif name:
            self.given[name] = value
        self._blank(found)

    def _loose(self) -> None:
        loose = list(_LOOSE.finditer(self.text))
        if len(loose) == 1 and "account_balance" not in self.given and {"entry", "stop"} & self.given.keys():
            self._keep("account_balance", loose[0], loose[0][1])
            return
        for found in loose:
            self._trouble("size_loose", found)

    def _trouble(self, template: str, found: re.Match[str]) -> None:
        self.troubles.append((template, found[0].strip()))
        self._blank(found)

    def _blank(self, found: re.Match[str]) -> None:
        self.text = self.text[: found.start()] + " " * len(found[0]) + self.text[found.end() :]
