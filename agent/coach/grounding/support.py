"""Whether what is known supports a mention: values, units, rounding, sign, zone, subject."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from agent.coach.grounding.known import (
    NEW_YORK,
    USER,
    Knowledge,
    KnownMoment,
    KnownNumber,
    KnownWord,
    instant_of,
    local,
)
from agent.coach.grounding.mentions import Moment, Quantity, Said
from agent.coach.grounding.moments import DECIDED

_WEAK_DIGITS: Final = 2
_EXACT_DIGITS: Final = 2
_PRICE_DIGITS: Final = 4
_TELLING_UNITS: Final = frozenset({"R", "percent", "minutes", "ATR", "pips", "size", "USD", "EUR", "GBP", "JPY", "CHF"})
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

    def __init__(self, knowledge: Knowledge) -> None:
        """Sort them, once as they are and once the shares in percent."""
        self._knowledge = knowledge
        self._plain = knowledge.sorted_numbers()
        self._values = [one.value for one in self._plain]
        self._shares = sorted((one for one in self._plain if one.is_share), key=lambda one: one.value)
        self._share_values = [one.value * 100 for one in self._shares]

    def support(self, said: Quantity, around: frozenset[str]) -> Support:
        """Return what supports a number said among some words."""
        near = list(self._near(said))
        if not near:
            return Support(reason=_missing(said))
        measured = [one for one in near if _unit_fits(said, one)]
        if not measured:
            return Support(reason=f"{said.value.normalize():f} is known, but not in {said.unit}")
        in_role = [one for one in measured if self._role_fits(said, one)]
        if not in_role:
            return Support(reason=f"another value is known as the {said.role}")
        fitting = [one for one in in_role if self._context_fits(said, one, around)]
        if not fitting:
            return Support(reason="no answer says this number of what it is said of here")
        return _support_of(fitting)

    def _near(self, said: Quantity) -> Iterator[KnownNumber]:
        slack = _quantum(said) / 2
        first, last = said.value - slack, said.value + slack
        for known in self._plain[bisect_left(self._values, first) : bisect_right(self._values, last)]:
            if _rounds(known.value, said, is_share=False):
                yield known
        if said.unit == "percent":
            values = self._share_values
            for known in self._shares[bisect_left(values, first) : bisect_right(values, last)]:
                if _rounds(known.value * 100, said, is_share=True):
                    yield known

    def _role_fits(self, said: Quantity, known: KnownNumber) -> bool:
        if said.role in (None, "rr") or said.role not in self._knowledge.roles or known.source == USER:
            return True
        return known.role == said.role

    def _context_fits(self, said: Quantity, known: KnownNumber, around: frozenset[str]) -> bool:
        if known.source == USER or said.unit in _TELLING_UNITS or _digits(said) > _WEAK_DIGITS:
            return True
        if (said.role is not None and said.role == known.role) or (
            said.unit == "points" and known.role == "confluence"
        ):
            return True
        counted = said.nouns & self._knowledge.words
        return bool((counted or around) & known.words)


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
    return _PRICE_DIGITS if is_price and abs(known) >= 1 else _EXACT_DIGITS


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

    def __init__(self, moments: list[KnownMoment]) -> None:
        """Look every time up in advance, as UTC and as New York shows it."""
        self._instants: dict[int, list[KnownMoment]] = defaultdict(list)
        self._clocks: dict[tuple[str | None, int], list[KnownMoment]] = defaultdict(list)
        self._dates: dict[str, list[KnownMoment]] = defaultdict(list)
        self._weekdays: dict[int, list[KnownMoment]] = defaultdict(list)
        self._roles = {one.role for one in moments if one.role is not None}
        for one in moments:
            self._add(one)

    def support(self, said: Moment) -> Support:
        """Return what supports a time."""
        if said.weekday is not None and said.date is not None and not self._is_its_weekday(said):
            return Support(reason="that date is another weekday")
        found, reason = self._found(said)
        in_role = [
            one for one in found if said.role is None or said.role not in self._roles or _is_in_role(said.role, one)
        ]
        if found and not in_role:
            return Support(reason=f"that is not when it was {said.role}")
        return _of_moments(in_role, reason)

    def _found(self, said: Moment) -> tuple[list[KnownMoment], str]:
        if said.date is None and said.minute is None:
            day = said.weekday if said.weekday is not None else -1
            return self._weekdays.get(day, []), "no known time is on that weekday"
        if said.minute is None:
            return self._dated(said.date or ""), "no known time is on that date"
        if said.date is None:
            return self._clocked(said), "no known time is at that hour of that zone"
        return self._at(said), "no known time is that one"

    def _add(self, one: KnownMoment) -> None:
        zones = ("UTC", NEW_YORK)
        if one.instant is not None:
            self._instants[one.instant].append(one)
            for zone in zones:
                there = local(one.instant, zone)
                self._clocks[zone, there.hour * 60 + there.minute].append(one)
                self._on(there.date(), one)
        elif one.said is not None:
            if one.said.minute is not None:
                self._clocks[one.said.zone, one.said.minute].append(one)
            if one.said.date is not None:
                self._dates[one.said.date].append(one)
                if not one.said.date.startswith("-"):
                    self._on(datetime.fromisoformat(one.said.date).date(), one)
            if one.said.weekday is not None:
                self._weekdays[one.said.weekday].append(one)

    def _on(self, day: date, one: KnownMoment) -> None:
        self._dates[day.isoformat()].append(one)
        self._dates[f"-{day.isoformat()[4:]}"].append(one)
        self._weekdays[day.weekday()].append(one)

    def _dated(self, day: str) -> list[KnownMoment]:
        return self._dates.get(day, [])

    def _clocked(self, said: Moment) -> list[KnownMoment]:
        minute = said.minute if said.minute is not None else -1
        if said.zone is not None:
            return [*self._in_zone(said.zone, minute), *self._clocks.get((None, minute), [])]
        zones = {"UTC", said.other_zone or "UTC", None}
        return [one for zone in zones for one in self._clocks.get((zone, minute), [])]

    def _in_zone(self, zone: str, minute: int) -> list[KnownMoment]:
        if zone in ("UTC", NEW_YORK):
            return self._clocks.get((zone, minute), [])
        return [
            one
            for instant, found in self._instants.items()
            if (there := local(instant, zone)).hour * 60 + there.minute == minute
            for one in found
        ]

    def _at(self, said: Moment) -> list[KnownMoment]:
        if (said.date or "-").startswith("-"):
            same_clock = {id(one) for one in self._clocked(said)}
            return [one for one in self._dated(said.date or "") if id(one) in same_clock]
        zones = (said.zone,) if said.zone else ("UTC", said.other_zone or "UTC")
        instants = {instant_of(said, zone) for zone in zones}
        return [one for instant in instants if instant is not None for one in self._instants.get(instant, [])]

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
    return known.role == role or known.source == USER or (known.role is None and role != DECIDED)


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


def verdict_support(knowledge: Knowledge, said: Said) -> Support:
    """Return what supports a verdict said of a rule."""
    known = [one for one in knowledge.verdicts if one.subject == said.subject]
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
