"""What a what-if supposes: facts with their values; and what it names that nobody can suppose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.coach.models.offline.words import FACTS
from rulebook.facts import CONFLUENCE, VOCABULARY, FactSpec

_LEAD: Final = re.compile(
    r"^.*?\b(?:what if|what would happen(?: if)?|suppos(?:e|ing)(?: that)?|assum(?:e|ing)(?: that)?"
    r"|if(?= (?:it|the|we|i|there|that|they|my)\b))"
)
_CLAUSES: Final = re.compile(r"\s*(?:,\s|;|\band\b|\bbut\b|\bwhile\b|&|\bwith\b)\s*")
_SET: Final = re.compile(
    r"\b([a-z]+\.[a-z][a-z_0-9]*)\s*(?:==?|:|\bis\b|\bwas\b|\bwere\b|\bat\b|\bto\b)?\s*([^\s?!]+)?"
)
_NUMBER: Final = re.compile(r"(?<![\w.])([-+]?\d+(?:,\d{3})*(?:\.\d+)?)\s?(r\b|%|percent\b|pct\b|atr\b|bars?\b)?")
_OFF: Final = re.compile(r"\b(not|no|wasn't|weren't|isn't|aren't|without|closed|outside|didn't|hadn't|false|off)\b")
_JUDGED: Final = re.compile(r"\bconfluence\b|\bscore\b|\bpoints\b|\bconfidence\b|\bverdict\b")
_DEMANDED: Final = re.compile(r"\bminimum\b|\bmaximum\b|\bthreshold\b|\blimit\b|\brequire[ds]?\b|\brules?\b")
_PRICED: Final = re.compile(
    r"\bprices?\b|\bentry\b|\benter(ed)?\b|\btarget\b|\btp\b|\bstop\b|\bsl\b|\btake.?profit\b|\bclosed? at\b"
    r"|\bcandles?\b|\bhighs?\b|\blows?\b|\bbalance\b|\baccount\b|\bgo(es)? to\b"
)
_SIDE: Final = {
    r"\b(long|buy|bullish|up)\b": "bullish", r"\b(short|sell|bearish|down)\b": "bearish", r"\bneutral\b": "neutral",
}  # fmt: skip
_SINCE: Final = ((r"\bmss\b|shift", "structure.bars_since_mss"), (r"sweep|swept", "liquidity.bars_since_sweep"))
_EMPTY: Final = re.compile(
    r"\b(it|that|this|the|a|an|is|was|were|be|had|have|been|at|used?|using|we|i|you|they|only|just|then|would|say|of"
    r"|be|trade|setup|eurusd|gbpusd|by|under|so|to|instead|profiles?|rules?|happens?|in|on|for|there)\b|[^a-z]"
)
_RISK: Final = "risk.planned_pct"
_TOGETHER: Final = {_RISK: ("risk.planned_pct", "risk.risk_pct")}
"""Facts that move as one where a trader names one of them: what is planned is what the account risks."""
_BY_UNIT: Final = {"r": "risk.reward_ratio", "%": _RISK, "percent": _RISK, "pct": _RISK}
PRICE: Final = "suppose_price"
JUDGED: Final = "suppose_judged"
DEMAND: Final = "suppose_demand"
VALUE: Final = "suppose_value"
UNKNOWN: Final = "suppose_unknown"


@dataclass(frozen=True, slots=True)
class Supposed:
    """What one question supposes.

    Attributes:
        facts: values by fact name.
        left: what is not supposed: the template that says why, and the words.
        number: one that is said of no fact; None without.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    left: tuple[tuple[str, str], ...] = ()
    number: float | None = None


NOTHING_SUPPOSED: Final = Supposed()


def read_supposed(plain: str, profile: str | None, known: str | None) -> Supposed:
    """Read what a question supposes.

    Args:
        plain: the question in lower case, without dates and ids.
        profile: that it names; its own clause supposes no fact.
        known: the fact that a bare number is the value of; None where none was supposed before.
    """
    facts: dict[str, Any] = {}
    left: list[tuple[str, str]] = []
    number: float | None = None
    for clause in _CLAUSES.split(_LEAD.sub("", plain)):
        said = clause.strip(" ?!.,'\"")
        found = _read(said, known)
        match found:
            case None if profile is None or profile not in said:
                left += [] if not _EMPTY.sub("", said) else [(UNKNOWN, said)]
            case float():
                number = found
            case str():
                left.append((found, said))
            case dict():
                facts |= found
    return Supposed(facts, tuple(left), number)


def _read(clause: str, known: str | None) -> dict[str, Any] | str | float | None:
    """Return the facts of a clause, why there are none, a number of its own, or None for words that say nothing."""
    if (named := _SET.search(clause)) is not None and not re.search(r"\b[ei]\.[eg]", clause):
        spec = VOCABULARY.get(named[1])
        return UNKNOWN if spec is None else _valued(spec, f"{named[2] or ''} {clause[named.end() :]}")
    if _JUDGED.search(clause):
        return JUDGED
    if _DEMANDED.search(clause) and _NUMBER.search(clause):
        return DEMAND
    number = _NUMBER.search(clause)
    fact = _fact(clause, number)
    if fact is not None:
        return _valued(VOCABULARY[fact], clause)
    if number is None:
        return None
    if _PRICED.search(clause):
        return PRICE
    if (by_unit := _BY_UNIT.get(number[2] or "")) is not None:
        return _valued(VOCABULARY[by_unit], clause)
    if _EMPTY.sub("", clause[: number.start()] + clause[number.end() :]):
        return UNKNOWN
    return float(number[1].replace(",", "")) if known is None else _valued(VOCABULARY[known], clause)


def _fact(clause: str, number: re.Match[str] | None) -> str | None:
    if number is not None and (number[2] or "").startswith("bar"):
        since = next((fact for words, fact in _SINCE if re.search(words, clause)), None)
        if since is not None:
            return since
    fact = next((fact for words, fact in FACTS if re.search(words, clause)), None)
    is_price = fact == "risk.stop_beyond_atr" and (number is None or number[2] != "atr")
    return None if is_price or (fact == "risk.targets" and not re.search(r"\btargets\b", clause)) else fact


def _valued(spec: FactSpec, clause: str) -> dict[str, Any] | str:
    if spec.name == CONFLUENCE or spec.derived:
        return JUDGED
    if spec.type == "flag":
        return {spec.name: not _OFF.search(clause)}
    if spec.type == "text":
        values = spec.values or ()
        said = next((side for words, side in _SIDE.items() if re.search(words, clause) and side in values), None)
        said = said or next((value for value in values if re.search(rf"\b{re.escape(value)}\b", clause)), None)
        return VALUE if said is None else {spec.name: said}
    number = _NUMBER.search(clause)
    if number is None:
        return VALUE
    value = float(number[1].replace(",", ""))
    whole = int(value) if value.is_integer() else value
    return dict.fromkeys(_TOGETHER.get(spec.name, (spec.name,)), whole)
