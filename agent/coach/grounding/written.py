"""What was written, as one spelling: no hidden characters, no look-alikes, numbers in digits; and where each stood."""

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FRACTIONS: Final = {
    "½": ".5", "¼": ".25", "¾": ".75", "⅓": ".333", "⅔": ".667", "⅕": ".2", "⅖": ".4", "⅗": ".6", "⅘": ".8",
    "⅛": ".125", "⅜": ".375", "⅝": ".625", "⅞": ".875",
}  # fmt: skip
_KEPT: Final = frozenset("…“”„’‘«»–—−‐‑‒™©®´¨")
_DROPPED: Final = frozenset("\u20e3\ufe0f\ufe0e")
_SPELT: Final = {"٫": ".", "٬": ","}
_ONES: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
                 "nineteen")  # fmt: skip
_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
                "ninety": 90}  # fmt: skip
_ONE: Final = "|".join(_ONES[1:])
_SMALL: Final = "|".join((*_ONES, *_TEENS, *_TENS))
_UNIT: Final = (
    r"(?= ?(?:%|per ?cent\b|pct\b|R\b|ATR\b|pips?\b|points?\b|bars?\b|candles?\b|minutes?\b|hours?\b|lots?\b|days?\b"
    r"|ticks?\b|of 10\b|out of\b|rules?\b|gates?\b|facts?\b|setups?\b|dollars\b|USD\b))"
)
_TWO_WORDS: Final = re.compile(rf"\b({'|'.join(_TENS)})[- ]({_ONE})\b", re.IGNORECASE)
_AND_A_HALF: Final = re.compile(rf"\b(\d{{1,6}}|{_SMALL})(?: and a half)\b", re.IGNORECASE)
_DECIMAL: Final = re.compile(
    rf"\b({_SMALL}) point ((?:{'|'.join(_ONES)})(?:[ -](?:{'|'.join(_ONES)})){{0,8}})\b", re.IGNORECASE
)
_LONE: Final = re.compile(rf"\b({'|'.join((*_TEENS[3:], *_TENS))})\b{_UNIT}", re.IGNORECASE)
_PERCENT: Final = re.compile(rf"\b({_SMALL})(?= per ?cent\b)", re.IGNORECASE)
_HALF_OF_ONE: Final = re.compile(r"\bhalf an? (?=per ?cent\b|R\b|pip\b|point\b)", re.IGNORECASE)
_QUARTERS: Final = re.compile(r"(?<=at |is )(three quarters|two thirds|one third|one half|a half|a quarter)\b")
_DOZEN: Final = re.compile(r"\ba dozen\b", re.IGNORECASE)
_PARTS: Final = {"three quarters": "75 %", "two thirds": "66.7 %", "one third": "33.3 %", "one half": "50 %",
                 "a half": "50 %", "a quarter": "25 %"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A text in one spelling.

    Attributes:
        text: as it is read.
        starts: where its pieces begin, ascending; none where nothing was written otherwise.
        spans: where each piece stood in what was written: begin and end.
        lengths: of each piece in the text; one as long as its span was written so.
    """

    text: str
    starts: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    lengths: tuple[int, ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the text stood in what was written."""
        if not self.starts:
            return start, end
        return self._at(start, is_end=False), self._at(end, is_end=True)

    def _at(self, at: int, *, is_end: bool) -> int:
        piece = max(bisect_right(self.starts, at - is_end) - 1, 0)
        (first, last), length = self.spans[piece], self.lengths[piece]
        if last - first == length:
            return first + at - self.starts[piece]
        return last if is_end else first


_Part = tuple[str, int, int]


def read_written(text: str) -> Written:
    """Return a text in one spelling; linear in its length."""
    plain = [(text, 0, len(text))] if text.isascii() else list(_spelt(text))
    spelling = "".join(one for one, _, _ in plain)
    joined = Written(text) if spelling == text else Written(spelling, *_places(plain))
    changes = list(_in_digits(joined.text))
    if not changes:
        return joined
    parts: list[_Part] = []
    done = 0
    for start, end, written in changes:
        if start < done:
            continue
        parts += [*_copied(joined, done, start), (written, *joined.place(start, end))]
        done = end
    parts += _copied(joined, done, len(joined.text))
    return Written("".join(one for one, _, _ in parts), *_places(parts))


def spelt(text: str) -> str:
    """Return a text in one spelling, without where its parts stood."""
    return read_written(text).text


def _places(parts: list[_Part]) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...], tuple[int, ...]]:
    starts, at = [], 0
    for one, _, _ in parts:
        starts.append(at)
        at += len(one)
    return tuple(starts), tuple((first, last) for _, first, last in parts), tuple(len(one) for one, _, _ in parts)


def _copied(joined: Written, start: int, end: int) -> Iterator[_Part]:
    """Yield a part of a text in pieces that each have one place."""
    cuts = [start, *joined.starts[bisect_right(joined.starts, start) : bisect_right(joined.starts, end - 1)], end]
    for first, last in itertools.pairwise(cuts):
        if first < last:
            yield (joined.text[first:last], *joined.place(first, last))


def _spelt(text: str) -> Iterator[_Part]:
    """Yield the pieces of a text in one spelling; what is hidden is joined to the piece before it."""
    done = 0
    for at, letter in enumerate(text):
        if letter.isascii() or letter in _KEPT:
            continue
        written = _letter(letter, text[at - 1] if at else "")
        if written == letter:
            continue
        if done < at:
            yield text[done:at], done, at
        if written:
            yield written, at, at + 1
        done = at + 1
    if done < len(text) or not text:
        yield text[done:], done, len(text)


def _letter(letter: str, before: str) -> str:
    if letter in _FRACTIONS:
        return _FRACTIONS[letter] if before.isdigit() else f"0{_FRACTIONS[letter]}"
    if letter in _DROPPED or unicodedata.category(letter) == "Cf":
        return ""
    if letter in _SPELT:
        return _SPELT[letter]
    return unicodedata.normalize("NFKC", letter)


def _in_digits(text: str) -> list[tuple[int, int, str]]:
    found = [(one.start(), one.end(), str(_small(one[1]) + _small(one[2]))) for one in _TWO_WORDS.finditer(text)]
    found += [(one.start(), one.end(), f"{_small(one[1])}.5") for one in _AND_A_HALF.finditer(text)]
    found += [(one.start(), one.end(), _decimal(one)) for one in _DECIMAL.finditer(text)]
    found += [(one.start(), one.end(), str(_small(one[1]))) for one in _LONE.finditer(text)]
    found += [(one.start(), one.end(), str(_small(one[1]))) for one in _PERCENT.finditer(text)]
    found += [(one.start(), one.end(), "0.5 ") for one in _HALF_OF_ONE.finditer(text)]
    found += [(one.start(), one.end(), _PARTS[one[1]]) for one in _QUARTERS.finditer(text)]
    found += [(one.start(), one.end(), "12") for one in _DOZEN.finditer(text)]
    return sorted(found, key=lambda one: (one[0], -one[1]))


def _small(word: str) -> int:
    plain = word.lower()
    if plain.isdigit():
        return int(plain)
    if plain in _TENS:
        return _TENS[plain]
    return _TEENS.index(plain) + 10 if plain in _TEENS else _ONES.index(plain)


def _decimal(found: re.Match[str]) -> str:
    digits = re.findall(r"[a-z]+", found[2].lower())
    return f"{_small(found[1])}.{''.join(str(_ONES.index(one)) for one in digits)}"
