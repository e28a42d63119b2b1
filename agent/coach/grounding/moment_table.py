"""The times one text told, by instant, by date, by clock and by weekday, as UTC and as New York shows them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from agent.coach.grounding.known import NEW_YORK, KnownMoment, local

_ZONES: Final = ("UTC", NEW_YORK)
Moments = Sequence[KnownMoment]


@dataclass(frozen=True, slots=True)
class MomentTable:
    """Times to be looked up.

    Attributes:
        instants: by UTC epoch second.
        clocks: by zone, None where none was said, and minute of the day.
        dates: by ISO date, and by ``--MM-DD`` without its year.
        weekdays: by number, 0 for Monday.
        roles: what is known to have happened at one of them.
    """

    instants: Mapping[int, Moments] = field(default_factory=dict)
    clocks: Mapping[tuple[str | None, int], Moments] = field(default_factory=dict)
    dates: Mapping[str, Moments] = field(default_factory=dict)
    weekdays: Mapping[int, Moments] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()

    @classmethod
    def of(cls, moments: Iterable[KnownMoment]) -> "MomentTable":
        """Look every time up in advance."""
        tables = _Tables()
        for one in moments:
            tables.add(one)
        return cls(
            dict(tables.instants), dict(tables.clocks), dict(tables.dates), dict(tables.weekdays),
            frozenset(tables.roles),
        )  # fmt: skip


@dataclass(slots=True)
class _Tables:
    instants: dict[int, list[KnownMoment]] = field(default_factory=lambda: defaultdict(list))
    clocks: dict[tuple[str | None, int], list[KnownMoment]] = field(default_factory=lambda: defaultdict(list))
    dates: dict[str, list[KnownMoment]] = field(default_factory=lambda: defaultdict(list))
    weekdays: dict[int, list[KnownMoment]] = field(default_factory=lambda: defaultdict(list))
    roles: set[str] = field(default_factory=set)

    def add(self, one: KnownMoment) -> None:
        if one.role is not None:
            self.roles.add(one.role)
        if one.instant is not None:
            self._add_instant(one, one.instant)
        elif one.said is not None:
            self._add_said(one)

    def _add_instant(self, one: KnownMoment, instant: int) -> None:
        self.instants[instant].append(one)
        for zone in _ZONES:
            there = local(instant, zone)
            self.clocks[zone, there.hour * 60 + there.minute].append(one)
            self._on(there.date(), one)

    def _add_said(self, one: KnownMoment) -> None:
        said = one.said
        if said is None:
            return
        if said.minute is not None:
            self.clocks[said.zone, said.minute].append(one)
        if said.date is not None:
            self.dates[said.date].append(one)
            if not said.date.startswith("-"):
                self._on(datetime.fromisoformat(said.date).date(), one)
        if said.weekday is not None:
            self.weekdays[said.weekday].append(one)

    def _on(self, day: date, one: KnownMoment) -> None:
        self.dates[day.isoformat()].append(one)
        self.dates[f"-{day.isoformat()[4:]}"].append(one)
        self.weekdays[day.weekday()].append(one)
