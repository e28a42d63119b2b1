"""Whether what is known supports a mention: values, units, rounding, sign, zone, subject."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from agent.coach.grounding.known import (
    NEW_YORK,
    USER,
    KnownMoment,
    KnownNumber,
    KnownWord,
    instant_of,
    local,
)
from agent.coach.grounding.mentions import Moment, Quantity, Said
from agent.coach.grounding.moment_table import MomentTable
from agent.coach.grounding.moments import AS_OF, DECIDED, NOW
from agent.coach.grounding.pieces import Known
from agent.coach.grounding.scopes import Scope
from agent.coach.grounding.vocabulary import COUNTED, stem, stems

_WEAK_DIGITS: Final = 2
_EXACT_DIGITS: Final = 2
_PRICE_DIGITS: Final = 4
_ROUNDED_DIGITS: Final = 5
_TELLING_UNITS: Final = frozenset({"R", "percent", "minutes", "ATR", "pips", "size", "USD", "EUR", "GBP", "JPY", "CHF"})
_SETUP_ROLES: Final = frozenset({"entry", "stop", "target", "invalidation", "rr", "confidence", "confluence"})
_LIMITING: Final = stems(
    "limit minimum maximum threshold need needed demands requires must allows tolerates window asks rule gate floor "
    "bar ceiling close closes shut stop fall drop drops rise rises under below within least most past beyond "
    "climb wants enough profile becomes complains reach come short required earns counts treats high reward"
)
_SIZING: Final = stems(
    "size sized risk risking lots lot units contracts position stake distance apart wide point worth money loss lose "
    "cost account balance stop pips away from"
)
_UNTIL: Final = stems("until due event events away ago")
_COUNTED: Final = frozenset(stem(one) for one in COUNTED)
_ALSO: Final = {"size": ("size", "units", "steps"), "units": ("units", "size")}


@dataclass(frozen=True, slots=True)
class Support:
    """What supports a claim; `reason` says why nothing does.

    Attributes:
        groups: the objects, rows and sentences it was found in.
        owned: the rules each source belongs to, with the words around it.
    """

    sources: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    owned: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    reason: str = ""


class NumberIndex:
    """Numbers by value, to be found within a rounding."""

    def __init__(self, known: Known) -> None:
        """Look numbers up in what is known."""
        self._known = known

    def support(self, said: Quantity, around: frozenset[str], scope: Scope) -> Support:
        """Return what supports a number said among some words of something."""
        near = list(self._near(said))
        if not near:
            return Support(reason=_missing(said))
        measured = [one for one in near if _unit_fits(said, one)]
        if not measured:
            return Support(reason=f"{said.value.normalize():f} is known, but not in {said.unit}")
        whose = [one for one in measured if scope.fits(one.origin)]
        if not whose:
            return Support(reason=f"it is known, but not of {_of(scope)}")
        in_role = [one for one in whose if self._role_fits(said, one)]
        if not in_role:
            return Support(reason=f"another value is known as the {said.role or said.extreme}")
        reason = _misplaced(said, in_role, around)
        fitting = [] if reason else [one for one in in_role if self._context_fits(said, one, around, scope)]
        if not fitting:
            return Support(reason=reason or "no answer says this number of what it is said of here")
        told = [one for one in fitting if one.origin.nature not in ("said", "echoed")]
        return _support_of(told) if told else self._of_user(said, fitting, scope)

    def _of_user(self, said: Quantity, found: list[KnownNumber], scope: Scope) -> Support:
        """Return the support of the user's own words: of what a tool knows, only where they are told as such."""
        theirs = [one for one in found if one.origin.nature == "said"]
        if not theirs:
            return Support(reason="only the question put to a tool says so")
        is_echoed = len(theirs) < len(found)
        is_of_tools = said.role in _SETUP_ROLES or said.unit in ("R", "percent", "points", "bars", "ATR")
        if is_of_tools and not scope.speaks_to_them and not is_echoed:
            return Support(reason="only you said so, no tool did")
        if said.role in _SETUP_ROLES and not scope.is_theirs and not is_echoed:
            return Support(reason="only you said so, no tool did")
        return _support_of(theirs)

    def _near(self, said: Quantity) -> Iterator[KnownNumber]:
        slack = _quantum(said) / 2
        first, last = said.value - slack, said.value + slack
        yield from (one for one in self._known.numbers(first, last) if _rounds(one.value, said, is_share=False))
        if said.unit == "percent":
            shares = self._known.shares(first, last)
            yield from (one for one in shares if _rounds(one.value * 100, said, is_share=True))

    def _role_fits(self, said: Quantity, known: KnownNumber) -> bool:
        if known.origin.nature == "sized":
            return said.role not in _SETUP_ROLES
        if said.extreme is not None and _is_other_extreme(said.extreme, known.words):
            return False
        if said.role in (None, "rr") or said.role not in self._known.roles or known.source == USER:
            return True
        return known.role == said.role

    def _context_fits(self, said: Quantity, known: KnownNumber, around: frozenset[str], scope: Scope) -> bool:
        if known.source == USER or said.unit in _TELLING_UNITS or _digits(said) > _WEAK_DIGITS:
            return True
        if (said.role is not None and said.role == known.role) or (
            said.unit == "points" and known.role == "confluence"
        ):
            return True
        counted = said.nouns & self._known.words & _COUNTED or (
            said.nouns & self._known.words if said.nouns & _COUNTED else frozenset()
        )
        if counted & _COUNTED and known.nouns & _COUNTED and not counted & known.nouns & _COUNTED:
            return False
        if known.role in ("confidence", "confluence") and scope.is_named(known.origin):
            return True
        return bool((counted or around) & known.words)


def _misplaced(said: Quantity, found: Sequence[KnownNumber], around: frozenset[str]) -> str:
    """Return why numbers that are known as something else do not support one; empty where they may."""
    extremes = [one for one in found if one.words & {"high", "low"}] if said.extreme else []
    if extremes and not any(said.extreme in one.words for one in extremes):
        return f"it is not known as a {said.extreme}"
    if said.unit == "minutes" and said.value < 0 and not around & _UNTIL:
        return "a time that is over is known, and none of so many minutes"
    limited = [one for one in found if one.limit is not None]
    if said.limit is not None and limited and all(one.limit != said.limit for one in limited):
        return f"it is known as a limit, but not as the {said.limit}"
    if said.limit is None and len(limited) == len(found) and not around & _LIMITING:
        return "it is known as a limit alone"
    if all(one.origin.nature == "sized" for one in found) and not around & _SIZING:
        return "it is known of a position's size alone"
    return ""


def _of(scope: Scope) -> str:
    named = [one for one in (scope.symbol, scope.run_id, scope.profile) if one is not None]
    return " ".join(named) if named else "what is, only of what would be"


def _is_other_extreme(said: str, words: frozenset[str]) -> bool:
    """Whether a number is known as the low of something where it is said to be a high, or the other way about."""
    other = "low" if said == "high" else "high"
    return other in words and said not in words


def _unit_fits(said: Quantity, known: KnownNumber) -> bool:
    if said.unit is None or said.unit in known.units:
        return True
    if said.unit == "percent" and known.is_share and not _rounds(known.value, said, is_share=False):
        return True
    if said.unit == "bars" and "bar" in known.words and None in known.units and len(known.units) == 1:
        return True
    return any(one in known.units for one in _ALSO.get(said.unit, ()))


def _quantum(said: Quantity) -> Decimal:
    """Return what a rounding may hide: of a number said to be about right, its last zeros too."""
    if not said.is_rough or said.value == 0 or said.quantum != 1:
        return said.quantum
    exponent = said.value.normalize().as_tuple().exponent
    return max(said.quantum, Decimal(1).scaleb(int(exponent)))


def _rounds(known: Decimal, said: Quantity, *, is_share: bool) -> bool:
    """Whether a known value is the one said, or rounds to it at the digits it was said with."""
    if known == said.value:
        return True
    if (known < 0) != (said.value < 0) and said.value != 0:
        return False
    digits = _digits(said)
    if not said.is_rough and digits < _least_digits(known, said):
        return False
    quantum = _quantum(said)
    if (known / quantum) == (known / quantum).to_integral_value():
        return False  # it has no digit beyond those said: it is another number
    if abs(known - said.value) == quantum / 2:
        return True
    return (known / quantum).quantize(Decimal(1), ROUND_HALF_EVEN) == (said.value / quantum).quantize(Decimal(1))


def _least_digits(known: Decimal, said: Quantity) -> int:
    is_price = said.unit is None and len(known.normalize().as_tuple().digits) > _PRICE_DIGITS
    return _ROUNDED_DIGITS if is_price and abs(known) >= 1 else _EXACT_DIGITS


def _digits(said: Quantity) -> int:
    """Return how many digits tell: 2 of 1.0 and of 45, 1 of 8."""
    whole = abs(said.value / said.quantum).to_integral_value()
    return len(str(int(whole))) if whole else 1


def _missing(said: Quantity) -> str:
    unit = "" if said.unit is None else f" {said.unit}"
    return f"no tool's answer and nothing you said contains {said.value:f}{unit}"


def _support_of(known: list[KnownNumber]) -> Support:
    return Support(
        tuple(dict.fromkeys(one.source for one in known))[:8],
        frozenset(one.group for one in known),
        tuple((one.rules, one.words) for one in known if one.rules),
    )


class MomentIndex:
    """Times by instant, by date, by clock and by weekday."""

    def __init__(self, tables: Sequence[MomentTable]) -> None:
        """Look times up in these tables, in their order."""
        self._tables = tables
        self._roles = frozenset[str]().union(*(one.roles for one in tables))

    def support(self, said: Moment, scope: Scope) -> Support:
        """Return what supports a time of something."""
        if said.weekday is not None and said.date is not None and not self._is_its_weekday(said):
            return Support(reason="that date is another weekday")
        found, reason = self._found(said)
        if found and not (whose := [one for one in found if scope.fits(one.origin)]):
            return Support(reason=f"it is known, but not of {_of(scope)}")
        found = whose if found else []
        in_role = [
            one for one in found if said.role is None or not self._knows(said.role) or _is_in_role(said.role, one)
        ]
        if found and not in_role:
            return Support(reason=f"that is not when it was {said.role}")
        return _of_moments(in_role, reason)

    def _knows(self, role: str) -> bool:
        return role in self._roles or (role in (NOW, AS_OF) and bool(self._roles & {DECIDED, NOW}))

    def _found(self, said: Moment) -> tuple[list[KnownMoment], str]:
        if said.date is None and said.minute is None:
            day = said.weekday if said.weekday is not None else -1
            found = [one for table in self._tables for one in table.weekdays.get(day, ())]
            return found, "no known time is on that weekday"
        if said.minute is None:
            return self._dated(said.date or ""), "no known time is on that date"
        if said.date is None:
            return self._clocked(said), "no known time is at that hour of that zone"
        return self._at(said), "no known time is that one"

    def _dated(self, day: str) -> list[KnownMoment]:
        return [one for table in self._tables for one in table.dates.get(day, ())]

    def _at_clock(self, zone: str | None, minute: int) -> list[KnownMoment]:
        return [one for table in self._tables for one in table.clocks.get((zone, minute), ())]

    def _at_instant(self, instant: int) -> list[KnownMoment]:
        return [one for table in self._tables for one in table.instants.get(instant, ())]

    def _clocked(self, said: Moment) -> list[KnownMoment]:
        minute = said.minute if said.minute is not None else -1
        if said.zone is not None:
            return [*self._in_zone(said.zone, minute), *self._at_clock(None, minute)]
        zones = {"UTC", said.other_zone or "UTC", None}
        return [one for zone in zones for one in self._at_clock(zone, minute)]

    def _in_zone(self, zone: str, minute: int) -> list[KnownMoment]:
        if zone in ("UTC", NEW_YORK):
            return self._at_clock(zone, minute)
        return [
            one
            for instant in dict.fromkeys(instant for table in self._tables for instant in table.instants)
            if (there := local(instant, zone)).hour * 60 + there.minute == minute
            for one in self._at_instant(instant)
        ]

    def _at(self, said: Moment) -> list[KnownMoment]:
        if (said.date or "-").startswith("-"):
            same_clock = {id(one) for one in self._clocked(said)}
            return [one for one in self._dated(said.date or "") if id(one) in same_clock]
        zones = (said.zone,) if said.zone else ("UTC", said.other_zone or "UTC")
        instants = {instant_of(said, zone) for zone in zones}
        return [one for instant in instants if instant is not None for one in self._at_instant(instant)]

    def _is_its_weekday(self, said: Moment) -> bool:
        known = self._dated(said.date or "")
        days = {said.date} if not (said.date or "-").startswith("-") else set()
        days |= {
            local(one.instant, zone).date().isoformat()
            for one in known
            if one.instant is not None
            for zone in ("UTC", NEW_YORK)
        }
        ending = (said.date or "").lstrip("-")[-5:]
        return any(
            date.fromisoformat(one).weekday() == said.weekday
            for one in days
            if one and one.endswith(ending) and _is_date(one)
        )


def _is_in_role(role: str, known: KnownMoment) -> bool:
    """Whether a time may be that of what is said to have happened; a sentence's is open, but for a decision's own."""
    if role in (NOW, AS_OF) and known.role in (DECIDED, NOW):
        return True
    return known.role == role or known.source == USER or (known.role is None and role not in (DECIDED, NOW, AS_OF))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _of_moments(found: list[KnownMoment], reason: str) -> Support:
    if not found:
        return Support(reason=reason)
    return Support(tuple(dict.fromkeys(one.source for one in found))[:8], frozenset(one.group for one in found))


def word_support(found: list[KnownWord], reason: str) -> Support:
    """Return the support that some known words are, or the reason there is none."""
    if not found:
        return Support(reason=reason)
    return Support(tuple(dict.fromkeys(one.source for one in found))[:8], frozenset(one.group for one in found))


def verdict_support(facts: Known, said: Said, scope: Scope) -> Support:
    """Return what supports a verdict said of a rule of some decision; the user's words only where told as such."""
    known = [
        one
        for one in facts.verdicts(said.subject)
        if scope.fits(one.origin) and (one.origin.nature != "said" or scope.is_theirs)
    ]
    if scope.would_be and any(one.origin.nature == "supposed" for one in known):
        known = [one for one in known if one.origin.nature == "supposed"]
    accepted = {
        "deciding": {"deciding", "fail", "not_evaluated", "error"},
        "not_evaluated": {"not_evaluated", "error"},
        "not_fail": {"pass", "not_evaluated"},
        "not_deciding": {"pass"},
        "fail": {"fail"},
    }.get(said.word, {said.word})
    outcomes = sorted({one.word for one in known})
    told = (
        f"rule {said.subject} came out as {', '.join(outcomes)}"
        if outcomes
        else f"no answer says how rule {said.subject} came out"
    )
    found = [one for one in known if one.word in accepted]
    if not found and said.word == "fail" and outcomes == ["deciding"]:
        found = known  # a gate that decided, and nothing says it was unknown
    return word_support(found, told)
