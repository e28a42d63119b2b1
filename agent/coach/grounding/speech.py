"""Words that say something: rules, verdicts, statuses, directions, symbols, identifiers."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from agent.coach.grounding.mentions import Reading, Said
from agent.coach.grounding.vocabulary import LONG, NEUTRAL, SHORT, subject_at
from tools.instruments import known_instruments

_HASH: Final = re.compile(
    r"(?<![\w-])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?=[0-9]{0,63}[a-f])(?=[a-f]{0,63}[0-9])[0-9a-f]{6,64})(?![\w-])"
)
_FACT_ID: Final = re.compile(r"(?<![\w:])[a-z][a-z_]{1,30}:(?:[A-Za-z0-9_.+-]{1,40}:){1,8}[A-Za-z0-9_.+-]{1,40}")
_TOKEN: Final = re.compile(r"(?<![\w.-])[A-Za-z][\w-]{2,80}(?<!-)(?![\w-])")
_SYMBOL: Final = re.compile(r"(?<![\w/.])[A-Z0-9]{2,7}(?:/[A-Z]{3,4})?(?![\w])")
_SHORT_NAMES: Final = frozenset({"ES", "NQ", "YM", "CL", "GC", "SI", "6E", "6B"})
_RULE_WORD: Final = (
    r"(?:rules?|gates?|Rules?|Gates?|(?:[Pp]assed|[Ff]ailed|[Nn]ot met|[Nn]ot evaluated|[Cc]losed|[Bb]locked)(?=:))"
)
_CITING: Final = re.compile(
    r"\b(?:blocked by|stopped by|closed by|decided by|vetoed by|rejected by|waits on|waiting on|held back by"
    r"|as did|so did|rule that watches this is) $",
    re.IGNORECASE,
)
_SIZED: Final = re.compile(r" (?:up to |about )?[\d.,]+k? (?:lots?|units|contracts?)")
_NEITHER: Final = re.compile(r"\b(?:neither|nor) $", re.IGNORECASE)
_RULE_ID: Final = re.compile(r"(?<![\w.:$€£,%-])\d{1,2}(?:\.\d{1,2}){0,2}(?![\w%]|\.\d|,\d|:\d)")
_IN_LIST: Final = re.compile(
    rf"\b{_RULE_WORD}(?: number| no\."
    rf"| id)?:? (?:\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}(?: \([^)\n]{{1,60}}\))?(?:, and |, or "
    rf"|, | and | or | & |/))*$"
)
_UNIT_BEHIND: Final = re.compile(
    r" ?(?:%|R\b|ATR|pips?\b|points?\b|ticks?\b|minutes?\b|min\b|h\b|hours?\b|bars?\b"
    r"|lots?\b|contracts?\b|USD|EUR|percent|of 10|to \d|x\b|times\b)"
)
_WHERE: Final = re.compile(r"[\[(]$")

_FAIL: Final = (
    r"fail(?:s|ed|ing)?|not (?:been |yet )?(?:met|satisfied|fulfilled|passed|pass|passing"
    r"|hold|holding|held|clear(?:ed)?)|unmet|"
    r"(?:isn't|wasn't|aren't|weren't) (?:met|satisfied|fulfilled|passed)|(?:didn't|doesn't|don't) (?:pass|hold|clear)|"
    r"violated|broken|breached|(?:didn't|doesn't|did not)(?=[ ]*(?:[.;,]|$))"
)
_PASS: Final = (
    r"pass(?:es|ed|ing)?|(?:is|was|are|were|been) (?:met|satisfied|fulfilled)|holds|held|(?:is|was) green|cleared"
)
_UNKNOWN: Final = (
    r"(?:was|is|were|are) (?:not|never) (?:evaluated|judged|reached)|not[ _]evaluated"
    r"|(?:was|were|is|are) let through|could not be (?:judged|evaluated)|(?:is|was|remains"
    r"|stayed) unknown|not judged|never reached|unevaluated|unknown:|let through"
)
_DECIDE: Final = (
    r"decid(?:ed|es|ing)|because of|due to|(?<!order )(?<!mitigation )(?<!rejection )block(?:s|ed|ing)"
    r"|block(?= (?:it|this|us|the trade|any))|clos(?:ed|es)|stopp(?:ed|s)"
    r"|in the way|stand(?:s|ing)? against|the reason|vetoe[sd]|reject(?:s|ed)"
    r"|ruled (?:it )?out|killed|culprit|down to|thanks to|forbids|forbade|kept us out"
    r"|holds? (?:it|us|this) back"
)
_TICKED: Final = r"[✅✔✓☑🟢👍]|(?:→|->|=>) ?(?:OK|met|passed|green|fine)\b"
_CROSSED: Final = r"[❌✗✘✖🔴🚫👎]|(?:→|->|=>) ?(?:not met|failed|red)\b"
VERDICT: Final = re.compile(
    rf"\b(?:(?P<fail>{_FAIL})|(?P<not_evaluated>{_UNKNOWN})|(?P<deciding>{_DECIDE})|(?P<pass>{_PASS}))\b"
    rf"|(?P<fail_>{_CROSSED})|(?P<pass_>{_TICKED})",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:not|never|no longer|neither|nor|isn't|wasn't|aren't|didn't|doesn't|hardly|n't)\b[^,.;:]{0,24}$",
    re.IGNORECASE,
)
_SUPPOSED: Final = re.compile(
    r"\b(?:if|unless|whether|would|could|had|were|should|might|becom(?:es?|ing)|under the|supposing|suppose|instead of|"
    r"rather than|profile|outside)\b",
    re.IGNORECASE,
)
_IF: Final = re.compile(
    r"\b(?:instead of|rather than|as opposed to|if|unless|whether|suppose|supposing"
    r"|wait for|waiting for|looking for|look for|until|in case)\b",
    re.IGNORECASE,
)

_STATUS: Final = re.compile(
    r"\b(?P<OPEN>(?i:(?:all|every|each)(?: of the| the| of its)? (?:gates?|rules?)(?: (?:is|are|was|were|stands?))?"
    r" (?:open|green|met|clear|satisfied|pass(?:es|ed)?)|no (?:gate|rule) (?:is closed|is shut|failed|closed|blocks it)"
    r"|(?:there are )?no closed gates|nothing (?:blocks|stops|holds back) (?:it|this|the trade)\b"
    r"|(?:it's|it is|that's|this is) a go\b(?!od)|(?:is|it's) tradeable(?: right)? now))"
    r"|\b(?P<NO_TRADE>NO[_ -]TRADE|[Nn]o[- ][Tt]rade"
    r"(?! (?:one\b|[0-9]|on an? |around|before|after|until|outside|without|nor\b|is taken)))\b"
    r"|\b(?P<TRADE_NOW>TRADE[_ -]NOW|[Tt]rade now|Trade[_ -]Now)\b|\b(?P<WAIT>WAIT)\b"
    r"|(?<=[A-Z]{3} )(?P<waiting>waits|waited|is waiting)\b"
    r"|(?<=status )(?P<wait>[Ww]ait)\b|\b(?:is|was|says|said|says to|became|gave|stays"
    r"|stayed|verdict:|status:|decision:|decision is to|call is to|answer is) (?:a |an "
    r"|to )?\"?(?P<waits>[Ww]ait)\b"
    r"|\b(?:is|was|as|becomes?|became|be|makes? it|gives?|gave|into|been|to"
    r"|called) (?P<NOT>not )?(?P<TRADE>a trade)\b(?!-)"
    r"|\b(?P<NOTRADE>(?:isn't|wasn't|not) a trade)\b"
)
_MAY_BE: Final = re.compile(
    r"\b(?:when|until|once|if|unless|after|means|needs|require[sd]?|only|whether)\b", re.IGNORECASE
)
_BLOCKS_AS: Final = re.compile(r"\bblocks?(?: it| the trade)? (?:as|with)(?: an?)? $", re.IGNORECASE)
_STATUS_WORDS: Final = {"OPEN": "TRADE_NOW", "waiting": "WAIT", "wait": "WAIT", "waits": "WAIT", "TRADE": "TRADE_NOW"}
DIRECTION: Final = re.compile(
    r"\b(?:(?P<bullish>bullish(?:ly)?|longs|upside)|(?P<bearish>bearish(?:ly)?|shorts|downside)|(?P<neutral>neutral)"
    r"|(?P<buy>buy[- ]side|BSL|buys?\b|buying\b|bought\b)|(?P<sell>sell[- ]side|SSL|sells?\b|selling\b|sold\b)"
    r"|(?P<long>long)|(?P<short>short)|(?P<premium>premium)|(?P<discount>discount))\b",
    re.IGNORECASE,
)
_CHARTS: Final = r"(?:\d{1,3} ?[mhHdDwW]|[MHDW]\d{0,2}|daily|hourly|weekly|four-hour|1-hour|4-hour|one-hour)"
_UP_DOWN: Final = re.compile(
    rf"(?:\b(?:is|was|are|been|turned|turns|turning|points?|pointing|trending|trends|leans?|leaning|heading|moving"
    rf"|sloping) |\btrend,? |\b{_CHARTS}(?: trend)?(?::| is)? )(?P<way>up|down|higher|lower|upwards?|downwards?)\b"
    r"(?!-| (?:to|from|by|for|against|at|in|on top|than|\d|more|a|an|one|two|half)\b)(?! \d)",
)
_WAYS: Final = {"up": LONG, "higher": LONG, "upward": LONG, "upwards": LONG}
_DEFINED: Final = re.compile(
    r" (?:begins|starts|ends|lies|means|is (?:below|above)|half (?:is|lies|begins))\b", re.IGNORECASE
)
_NOT_SHORT: Final = re.compile(
    r"[- ]?(?:term|way|time|enough|as\b|of\b|answer|version|story|list|run\b|until|before"
    r"|ago|lived|since|list|cut|how\b|squeeze|while|period)|[,:] ",
    re.IGNORECASE,
)
_SHORT_OF: Final = re.compile(
    r"(?:\b(?:as|so|how|too|in|for|before|very|not|fell|falls|fall|comes|came|[a-z]*(?:ATR"
    r"|pips|points|bars|steps|votes|minutes|ticks)|far|just|percent)|[\d%R)\x00]) ?$",
    re.IGNORECASE,
)
_NOUN_BEFORE: Final = re.compile(
    r"\b(?:a|i|we|can|should|the|that|this|your|our|my|go|going|went|gone|is|was|be|are"
    r"|any|to|each|every|no|of|for|take|took|fresh|another|or|from|as|:|model|OTE|FVG|setup|side|direction"
    r"|(?-i:[A-Z]{6}|NQ|ES|YM|GC|CL))[ \",]*$",
    re.IGNORECASE,
)


_OF_SETUP: Final = re.compile(
    r" (?:(?:sweep|displacement|shift|mss|ote|fair|value|gap|fvg|entry|order|block|breaker|unicorn|turtle|soup|silver"
    r"|bullet|power|of|three|model|and) ){1,5}(?:setup|trade)s?\b",
    re.IGNORECASE,
)
"""Behind a direction: a setup by the name of its model, such as `gap entry setup`; it is no gap's direction."""
_SETUP_IS: Final = re.compile(
    r"\b(?:setup(?: on [A-Z0-9]{2,12})?(?: at \d[\d:. -]*(?: UTC)?)? (?:is|was|would be)|would offer) an? $",
    re.IGNORECASE,
)
"""Before a direction: what follows is the setup, whatever its model is named after."""
_LISTED_ON: Final = re.compile(
    r"^(?: \([^)\n]{1,50}\))?(?:(?:, and |, or |, | and "
    r"| or )\d{1,2}(?:\.\d{1,2}){0,2})*(?: (?:also|still|just|has|have|only|all|both|would"
    r"|did|now|then|to|will))*"
)
_SPEAKS: Final = re.compile(
    r"(?:goes|asks|wants|says|demands|requires|comes out|came out|turns|turned|flips|flipped|changes|changed|needs)\b"
)


def read_identifiers(reading: Reading, known: Container[str]) -> None:
    """Take run ids, fact ids, and every identifier of `known` that is written out."""
    for pattern in (_FACT_ID, _HASH):
        for found in pattern.finditer(reading.text):
            reading.take("identifier", *found.span(), Said(found[0], subject="id"))
        reading.settle()
    for found in _TOKEN.finditer(reading.text):
        if any(letter.isdigit() for letter in found[0]) and found[0] in known:
            reading.take("identifier", *found.span(), Said(found[0], subject="id"))
    reading.settle()


def _known_symbols() -> frozenset[str]:
    return frozenset(one.symbol for one in known_instruments())


_SYMBOLS: Final = _known_symbols()


def read_symbols(reading: Reading) -> None:
    """Take the symbols of known markets, in capitals."""
    for found in _SYMBOL.finditer(reading.text):
        plain = found[0].replace("/", "")
        if plain in _SYMBOLS and (len(plain) > 2 or plain in _SHORT_NAMES):
            reading.take("symbol", *found.span(), Said(plain))


def read_rules(reading: Reading, known_rules: Mapping[str, str]) -> None:
    """Take the rules that are cited: by the word, by their name beside them, in brackets, or by two dots."""
    text = reading.text
    cited_before = -9
    for found in _RULE_ID.finditer(text):
        if _is_rule(text, found, known_rules, cited_before):
            reading.take("rule", *found.span(), Said(found[0]))
            cited_before = found.end()
    reading.settle()


def _is_rule(text: str, found: re.Match[str], known_rules: Mapping[str, str], cited_before: int) -> bool:
    name, before, behind = (
        found[0],
        text[max(0, found.start() - 120) : found.start()],
        text[found.end() : found.end() + 60],
    )
    if _IN_LIST.search(before) or name.count(".") == 2:
        return True
    if name not in known_rules or _UNIT_BEHIND.match(behind):
        return False
    if re.fullmatch(r", ?|,? (?:and|or|nor) |/| & ", text[cited_before : found.start()]) or _NEITHER.search(before):
        return True
    if "." in name and _CITING.search(before):
        return True
    title = known_rules[name].lower()
    named = any(
        title.startswith(other[: len(title)]) or other.startswith(title)
        for other in (behind.lstrip(' ,:(–-"').lower(),)
    )
    if named or (_WHERE.search(before) and re.match(r"[\])]|, \d", behind)):
        return True
    starts = re.search(r"(?:^|\n|[.;:] )[ >#-]*$", before) is not None
    return (starts and re.match(r" ?[:–(]", behind) is not None) or _is_subject_of_verdict(behind, name)


def _is_subject_of_verdict(behind: str, name: str) -> bool:
    after = _LISTED_ON.sub("", behind, count=1).lstrip()
    found = VERDICT.match(re.sub(r"^(?:was|were|is|are) (?=not |never )", "", after))
    return (found is not None or _SPEAKS.match(after) is not None) and "." in name


def read_statuses(reading: Reading) -> None:
    """Take what a decision is said to be."""
    for found in _STATUS.finditer(reading.text):
        group = found.lastgroup or ""
        if group == "TRADE" and found["NOT"]:
            group = "NOTRADE"
        name = next(
            (
                one
                for one in ("OPEN", "NO_TRADE", "TRADE_NOW", "WAIT", "waiting", "wait", "waits", "NOTRADE", "TRADE")
                if found[one]
            ),
            group,
        )
        is_denied = (
            name == "NOTRADE" or (name == "TRADE" and found["NOT"] is not None) or _denied(reading, found.start())
        )
        if found[0].lower() in ("no trade", "no-trade") and not found[0].isupper():
            name, is_denied = "NO_TRADE", True  # `no trade` in passing says that it is none, WAIT or NO_TRADE
            reading.take(
                "status", *found.span(), Said("TRADE_NOW", None, is_denied, _is_supposed(reading, found.start()))
            )
            continue
        if name == "OPEN" and _MAY_BE.search(reading.text, max(0, found.start() - 60), found.end()):
            continue
        word = "TRADE_NOW" if name == "NOTRADE" else _STATUS_WORDS.get(name, name)
        start, end = found.span(name)
        subject = "blocks" if _BLOCKS_AS.search(reading.text, max(0, start - 30), start) else None
        reading.take("status", start, end, Said(word, subject, is_denied, _is_supposed(reading, found.start())))
    reading.settle()


def read_directions(reading: Reading) -> None:
    """Take directions, with the nearest thing in the clause they may be said of."""
    for found in DIRECTION.finditer(reading.text):
        word = next(name for name, said in found.groupdict().items() if said)
        if word in ("long", "short") and not _is_direction(reading.text, found):
            continue
        if word in ("premium", "discount") and _DEFINED.match(reading.text, found.end()):
            continue  # `discount begins below 1.1`: what it is, not where price stands
        if word in ("buy", "sell") and _SIZED.match(reading.passage.plain, found.end()):
            continue
        if word in ("buy", "sell") and "side" not in found[0].lower() and found[0] not in ("BSL", "SSL"):
            subject: str | None = "setup"
        else:
            subject = _subject(reading, found, word)
        plain = {"buy": LONG, "sell": SHORT, "long": LONG, "short": SHORT, "neutral": NEUTRAL}.get(word, word)
        supposed = _is_open(reading, found.start())
        reading.take("direction", *found.span(), Said(plain, subject, _denied(reading, found.start()), supposed))
    for found in _UP_DOWN.finditer(reading.passage.plain):
        subject = _subject(reading, found, "up") or _of_chart(reading, found)
        if subject is not None:
            said = Said(_WAYS.get(found["way"], SHORT), subject, _denied(reading, found.start("way")),
                        _is_open(reading, found.start()))  # fmt: skip
            reading.take("direction", *found.span("way"), said)


def _of_chart(reading: Reading, found: re.Match[str]) -> str | None:
    """Return `trend` where a way is said of a chart: `4h down`."""
    start, _ = reading.passage.clause(found.start())
    return "trend" if re.search(_CHARTS, reading.passage.plain[start : found.end()]) else None


def _is_direction(text: str, found: re.Match[str]) -> bool:
    if _NOT_SHORT.match(text, found.end()) and not re.match(r"[,:] ", text[found.end() : found.end() + 2]):
        return False
    before = text[max(0, found.start() - 16) : found.start()]
    behind = text[found.end() : found.end() + 16]
    if re.match(
        r"[- ](?:setup|trade|position|entr|side|idea|bias|from|at \d|order|on |@)|: (?:entry|in at|stop)", behind
    ):
        return True
    if re.match(r" ,", behind) and before.endswith((", ", ",")):  # a cell of a table
        return True
    if _SHORT_OF.search(before):
        return False
    return _NOUN_BEFORE.search(before) is not None


def _subject(reading: Reading, found: re.Match[str], word: str) -> str | None:
    """Return the nearest subject: behind the word within a few words, else before it in its clause."""
    start, end = reading.passage.clause(found.start())
    behind = reading.passage.plain[found.end() : min(end, found.end() + 90)]
    if _OF_SETUP.match(behind) or _SETUP_IS.search(reading.passage.plain, start, found.start()):
        return "setup"
    if behind.startswith(": ") and word != "up":  # `bearish: the 4h trend is down`
        return _first_subject(re.findall(r"[A-Za-z]+", behind))
    behind = behind[:48]
    behind = re.split(r",|\b(?:and|with|at|in|on|is|was|so|because|from|of|against|or|for)\b", behind, maxsplit=1)[0]
    named = _first_subject(re.findall(r"[A-Za-z]+", behind)[:4])
    if named is not None:
        return named
    if word in ("premium", "discount"):
        return "range"
    before = reading.passage.plain[max(start, found.start() - 90) : found.start()]
    words = re.findall(r"[A-Za-z]+", before)
    for at in range(len(words) - 1, -1, -1):
        if (one := subject_at(words, at)) is not None:
            return one
    return "setup" if word in ("long", "short") else None


def _first_subject(words: Sequence[str]) -> str | None:
    named = (subject_at(words, at) for at in range(len(words)))
    return next((one for one in named if one is not None), None)


def _denied(reading: Reading, at: int) -> bool:
    start, _ = reading.passage.clause(at)
    return _DENIED.search(reading.passage.plain[max(start, at - 40) : at]) is not None


def _is_supposed(reading: Reading, at: int) -> bool:
    start, end = reading.passage.sentence(at)
    return _SUPPOSED.search(reading.passage.plain[max(start, at - 160) : min(end, at + 80)]) is not None


def _is_open(reading: Reading, at: int) -> bool:
    """Whether the word stands in a question or behind an `if`: nothing is claimed then."""
    start, end = reading.passage.clause(at)
    _, last = reading.passage.sentence(at)
    asked = "?" in reading.passage.plain[end - 1 : last] or reading.passage.plain[last - 2 : last].strip().endswith("?")
    return asked or _IF.search(reading.passage.plain[max(start, at - 90) : at]) is not None


def verdicts(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the verdict words between two places: outcome, where it begins and ends."""
    for found in VERDICT.finditer(text, start, end):
        yield (found.lastgroup or "").rstrip("_"), found.start(), found.end()
