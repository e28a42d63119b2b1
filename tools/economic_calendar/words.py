"""What calendars call currencies and impacts, read as closed lists: a word nobody knows must not pass as harmless."""

import re
from typing import Final

from tools.economic_calendar.port import EVERY_CURRENCY, Impact

# ISO 4217 codes in circulation. ALL, the Albanian lek, is read as every currency: that is what calendars mean by it.
_ISO_CODES: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP "
    "CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XAG XAU XCD XOF XPF YER ZAR ZMW ZWG"
)
_ISO: Final = frozenset(_ISO_CODES.split())
_COINS: Final = frozenset(("BTC", "ETH", "USDT", "USDC"))
# Places as calendars write them, by the currency their news move.
_PLACES: Final = {
    "USD": ("us", "usa", "united states", "united states of america"),
    "EUR": (
        "eu", "ea", "emu", "ez", "euro area", "eurozone", "euro zone", "european union", "european monetary union",
        "de", "germany", "fr", "france", "it", "italy", "es", "spain", "nl", "netherlands", "at", "austria",
        "be", "belgium", "fi", "finland", "gr", "greece", "ie", "ireland", "pt", "portugal",
    ),
    "GBP": ("uk", "gb", "united kingdom", "great britain"),
    "JPY": ("jp", "japan"),
    "CHF": ("ch", "switzerland"),
    "CAD": ("ca", "canada"),
    "AUD": ("au", "australia"),
    "NZD": ("nz", "new zealand"),
    "CNY": ("cn", "china"),
    EVERY_CURRENCY: ("all", "world", "global", "*"),
}  # fmt: skip
_CURRENCY_OF_PLACE: Final = {place: currency for currency, places in _PLACES.items() for place in places}
_IMPACT_WORDS: Final[dict[Impact, tuple[str, ...]]] = {
    "high": ("high", "red", "3", "3/3", "3 stars", "***", "★★★", "h"),
    "medium": ("medium", "moderate", "med", "orange", "2", "2/3", "2 stars", "**", "★★", "m"),
    "low": ("low", "yellow", "1", "1/3", "1 star", "*", "★", "l", "non-economic", "gray", "grey"),
    "holiday": ("holiday", "bank holiday", "public holiday"),
}
_IMPACT_OF_WORD: Final = {word: impact for impact, words in _IMPACT_WORDS.items() for word in words}
_AROUND_IMPACT: Final = re.compile(r"\s*(?:impact|volatility|importance)?(?:\s+expected)?\s*$")
KNOWN_IMPACTS: Final = "high, medium, low or holiday (also red, orange, yellow; 3, 2, 1 stars)"
KNOWN_CURRENCIES: Final = "an ISO currency such as USD, a country such as United States, or All"


def currency_of(text: str) -> str | None:
    """Return the currency a calendar's word stands for, in capitals; None for a word nobody knows."""
    plain = " ".join(text.split())
    if plain.upper() in _ISO or plain.upper() in _COINS:
        return plain.upper()
    return _CURRENCY_OF_PLACE.get(plain.lower())


def impact_of(text: str) -> Impact | None:
    """Return the impact a calendar's word stands for; None for a word nobody knows."""
    plain = " ".join(text.lower().split())
    return _IMPACT_OF_WORD.get(plain) or _IMPACT_OF_WORD.get(_AROUND_IMPACT.sub("", plain))
