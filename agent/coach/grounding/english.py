"""Whether a text is English, the one language in which what it says can be checked; by its words, not by a model."""

import re
import unicodedata
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_QUOTED: Final = re.compile(r"\"[^\"\n]{1,400}\"|“[^”\n]{1,400}”|„[^“\n]{1,400}“|«[^»\n]{1,400}»|`[^`\n]{1,200}`")
_SENTENCE: Final = re.compile(r"[^.!?;\n。！？]{1,600}")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ENGLISH: Final = _set(
    "the is are was were of and it its that this these those with for not you your be been by from or have "
    "has had to if would should could can cannot will may must but so there here what which when where why "
    "how than then they we our i my do does did don't isn't it's i'm no yes only more most at as until before "
    "after while because between into over under above below about all any each other first last next now "
    "still also just very out up down off a an on in one two"
)
_SHARED: Final = _set("no so as a an in on do i or to was me will also over under up of all at")
_SUBJECT: Final = _set(
    "rule rules passed failed fails fail pass bars bar shift setup entry stop target bias market decision "
    "trend structure bullish bearish long short confidence confluence points price kill zone session open "
    "closed news high low gap order block liquidity sweep swept risk reward run evaluated york london new buy "
    "sell trade side level levels sell-side minutes hours day week rule's gate gates profile strict relaxed "
    "size lots account"
)
_FOREIGN: Final = _set(
    "der das und ist nicht mit jetzt sie ein eine einen dem den von zu auf wenn dann ich du wir bei nach aus "
    "wird kein keine sich auch noch nur es sollten solltest dass weil oder aber geh verkaufe verkaufen kaufe "
    "kaufen le la les des est une et pas pour dans vous je sur avec maintenant que qui ne ce cette au aux il "
    "elle vends vendez achetez el los las un una en por para con ahora del se ya muy uma com agora mais lo "
    "gli della che di sono adesso non vende vender compra comprar venda vendere dovresti deberias debes voce "
    "het een niet van nu voor dat zijn jest nie na teraz sprzedaj ve bir bu icin simdi och inte det att som "
    "ett yang dan dengan sekarang untuk jual beli nyt heti hogy nem az acum este pentru"
)
_BORROWED: Final = frozenset({"café", "naïve", "résumé", "cliché", "déjà", "façade", "rôle", "vis-à-vis", "coördinate"})
_FEWEST_UNKNOWN: Final = 6


def foreign_passage(text: str) -> str | None:
    """Return the first passage of a text that is not English, None where all of it is, or is too short to tell.

    What is quoted is somebody else's. Letters of other scripts are foreign wherever two of them stand together; a
    sentence is where more of its words are another language's than English, or where six are none that English needs.
    """
    own = _QUOTED.sub(" ", unicodedata.normalize("NFKC", text))
    for sentence in _SENTENCE.findall(own):
        words = _WORD.findall(sentence)
        if any(_is_of_another_script(word) for word in words) or _is_foreign(words):
            return str(sentence.strip())
    return None


def _is_of_another_script(word: str) -> bool:
    if word.isascii():
        return False
    others = sum(not unicodedata.name(one, "LATIN").startswith(("LATIN", "MICRO", "MODIFIER")) for one in word)
    return others >= 2 or (others == 1 and len(word) > 1)


def _is_foreign(words: list[str]) -> bool:
    lowered = [word.lower() for word in words if not (len(word) <= 3 and word.isupper())]
    english = sum(word in _ENGLISH and word not in _SHARED for word in lowered)
    foreign = sum(_is_foreign_word(word) for word in lowered)
    if foreign > english:
        return True
    if len(lowered) < _FEWEST_UNKNOWN:
        return False
    return not any(word in _ENGLISH or word in _SUBJECT for word in lowered)


def _is_foreign_word(word: str) -> bool:
    if word in _FOREIGN:
        return True
    return not word.isascii() and word not in _BORROWED
