"""A text without its disguises: what a reader sees, in plain Latin letters, for checks that read words."""

import html
import re
import unicodedata
from typing import Final

_LOOKALIKES: Final = {
    "a": "аαɑ", "b": "ЬВΒ", "c": "сϲС", "d": "ԁ", "e": "еεЕΕ", "f": "ϝ", "g": "ɡԍ", "h": "һНΗ", "i": "іιıІΙ",
    "j": "јЈ", "k": "кκКΚ", "l": "ӏǀΙ", "m": "мМΜ", "n": "пηΝ", "o": "оοσОΟ", "p": "рρРΡ", "q": "ԛ", "r": "гг",
    "s": "ѕЅ", "t": "тτТΤ", "u": "υц", "v": "νѵ", "w": "ԝω", "x": "хχХΧ", "y": "уγУΥ", "z": "ᴢΖ",
}  # fmt: skip
_TO_LATIN: Final = str.maketrans({seen: latin for latin, all_of in _LOOKALIKES.items() for seen in all_of})
_TYPOGRAPHY: Final = str.maketrans(
    {
        "−": "-", "‐": "-", "‑": "-", "–": " - ", "—": " - ", "‒": " - ", "―": " - ", "“": '"', "”": '"', "„": '"',
        "«": '"', "»": '"', "’": "'", "‘": "'", "`": "", "*": "", "\\": "", "\t": " ", "\r": "\n", "|": " | ",
        "·": ".", "•": ".",
    }
)  # fmt: skip
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>")
_STRUCK: Final = re.compile(r"~~[^~\n]{1,200}~~")
_UNDERLINED: Final = re.compile(r"(?<![A-Za-z0-9])_{1,3}|_{1,3}(?![A-Za-z0-9])")
_MIXED: Final = re.compile(r"[^\W\d_]{2,}")
_LATIN: Final = re.compile(r"[a-zA-Z]")
_SPACED: Final = re.compile(r"(?<![A-Za-z0-9'])[A-Za-z](?:[ .\-][A-Za-z](?![A-Za-z'0-9])){2,}")
_DRAWN_OUT: Final = re.compile(r"([A-Za-z])\1{2,}(?=[A-Za-z]|\b)")
_DIGIT_WORD: Final = re.compile(r"(?<![\w.])[a-z0-9$@]{3,5}(?![\w])", re.IGNORECASE)
_DIGITS: Final = str.maketrans("50137$@", "soletsa")
_HIDDEN: Final = frozenset({"buy", "sell", "short", "long", "enter"})
_BLANKS: Final = re.compile(r"[ \u00a0]{2,}")


def plain_words(text: str) -> str:
    """Return a text with its compatibility forms, hidden characters, emphasis and look-alike letters undone.

    Lines stay lines; places in the text do not stay where they were. Linear in its length.
    """
    shown = "".join(one for one in html.unescape(text) if unicodedata.category(one) != "Cf")
    shown = unicodedata.normalize("NFKC", _STRUCK.sub("", _TAG.sub("", shown))).translate(_TYPOGRAPHY)
    shown = "".join(_letter(one) for one in unicodedata.normalize("NFD", shown))
    shown = unicodedata.normalize("NFC", shown)
    shown = _MIXED.sub(_in_latin, _UNDERLINED.sub("", shown))
    shown = _SPACED.sub(lambda found: re.sub(r"[ .\-]", "", found[0]), shown)
    shown = _DRAWN_OUT.sub(lambda found: found[1] * (2 if found[1] in "lL" else 1), shown)
    return _BLANKS.sub(" ", _DIGIT_WORD.sub(_without_digits, shown))


def _letter(one: str) -> str:
    category = unicodedata.category(one)
    if category in ("Mn", "Me"):
        return ""
    return " " if category in ("So", "Sk", "Co", "Cn") else one


def _in_latin(found: re.Match[str]) -> str:
    """Write a word that mixes Latin letters with others that look like them in Latin ones."""
    word = found[0]
    return word if word.isascii() or not _LATIN.search(word) else word.translate(_TO_LATIN)


def _without_digits(found: re.Match[str]) -> str:
    word = found[0].lower().translate(_DIGITS)
    return word if word in _HIDDEN else found[0]
