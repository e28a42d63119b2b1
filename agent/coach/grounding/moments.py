"""Times in prose: ISO times, dates in words, clock times with their zone, weekdays."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from agent.coach.grounding.mentions import Moment, Reading

_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip
_MONTH: Final = "(" + "|".join(f"{one[:3]}(?:{one[3:]})?" if one != "May" else one for one in _MONTHS) + r")\b\.?"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ZONES: Final = {
    "utc": "UTC", "gmt": "UTC", "z": "UTC", "zulu": "UTC",
    "newyork": "America/New_York", "ny": "America/New_York", "et": "America/New_York", "est": "America/New_York",
    "edt": "America/New_York", "eastern": "America/New_York", "nyc": "America/New_York",
    "london": "Europe/London", "bst": "Europe/London",
}  # fmt: skip
_NAMED_ZONE: Final = r"(UTC|GMT|Z|Zulu|New York|NYC?|ET|EST|EDT|Eastern|BST)\b(?! (?:AM|PM|kill|session|morning))"
_ZONE_BEHIND: Final = (
    r"(UTC|GMT|Z|Zulu|New York|NYC?|ET|EST|EDT|Eastern|London|BST)\b"
    r"(?! (?:AM|PM|Close|Open|kill|session|morning|low|high)\b)"
)
_ISO: Final = re.compile(
    r"(?<![\w.])(\d{4})-(\d{2})-(\d{2})(?:(?:T| at |, | )(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?"
    r"( ?[Zz]\b|[+-]\d{2}:?\d{2}\b)?(?![\d])"
)
_DAY_MONTH: Final = re.compile(rf"(?<![\w.])(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (\d{{4}})\b)?")
_MONTH_DAY: Final = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (\d{{4}})\b)?")
_CLOCK: Final = re.compile(
    r"(?<![\w.:,-])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])(?:( ?[ap]\.?m\b\.?)|Z\b)?|(?<![\w.:])(\d{1,2}) ?([ap]m)\b",
    re.IGNORECASE,
)
_ZONE_AFTER: Final = re.compile(
    rf",?(?: \(?| ?\()?(?:in |at |by )?(?:the )?(?:local )?{_ZONE_BEHIND}(?: time| clock)?", re.IGNORECASE
)
_ZONE_BEFORE: Final = re.compile(
    rf"\b(?:{_NAMED_ZONE}|(?<=in )(London)\b)(?: local)?(?: time| clock)?(?:,| is| was| it is| it's| reads?| says"
    r"| shows?| showed| at|:)*(?: now)? ?$",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(r" ?(?:–|-|to|until|till|and|through) ?$")
_WEEKDAY: Final = re.compile(rf"\b({'|'.join(_DAYS)})s?\b")
DECIDED: Final = "decided"
NOW: Final = "now"
AS_OF: Final = "as of"
_JOINED: Final = re.compile(r"(?:,? at |, | |,? ?\(?(?:that's |which is |that is |that was |i\.e\.,? |at ))?$")
_ROLE: Final = re.compile(
    r"\b(confirmed|touched|filled|inverted|taken|swept|mitigated|broken|entered|stopped|superseded|dropped)"
    r"(?: back| again| out)?(?:,| only| already)? (?:at|on|around|by|since|as of)? ?(?:the )?$"
    r"|\b(?:judged|decided|analysed)(?: (?:by|on|under|with|the|[\w-]+ profile)){0,5} at (?:the )?$"
    r"|\b(?P<now>it's|it is|it was|now|clock reads|time is)(?: now| currently| about)? $"
    r"|\b(?:TRADE_NOW|NO_TRADE|WAIT)\b[ ,]*(?:was |is )?(?:taken |decided |made |recorded )?(?:at|on|as of) (?:the )?$"
    r"|(?<!confirmed )\b(?P<as_of>as of) (?:the )?$",
    re.IGNORECASE,
)


def read_moments(reading: Reading) -> None:
    """Take every time of a passage; a date and the clock beside it are one moment."""
    dates = sorted(_dates(reading.text), key=lambda one: one[0])
    clocks = list(_clocks(reading.text))
    weekdays = [(one.start(), one.end(), _DAYS.index(one[1])) for one in _WEEKDAY.finditer(reading.text)]
    _zones_of_ranges(reading.text, clocks)
    used_clocks: set[int] = set()
    used_days: set[int] = set()
    for start, end, moment in dates:
        start, weekday = _joined_weekday(reading.text, weekdays, used_days, start)
        if moment.minute is None:
            end, moment = _joined_clock(reading.text, clocks, used_clocks, end, moment)
        reading.take("time", start, end, _with(moment, weekday=weekday))
    spans = sorted(reading.taken)
    for number, (start, end, moment) in enumerate(clocks):
        place = bisect_right(spans, (start, len(reading.text))) - 1
        if number not in used_clocks and (place < 0 or spans[place][1] <= start):
            reading.take("time", start, end, moment)
    for number, (start, end, day) in enumerate(weekdays):
        if number not in used_days:
            reading.take("time", start, end, Moment(weekday=day))
    _other_zones(reading)
    _roles(reading)
    reading.settle()


def _dates(text: str) -> Iterator[tuple[int, int, Moment]]:
    for found in _ISO.finditer(text):
        minute = None if found[4] is None else int(found[4]) * 60 + int(found[5])
        zone = _offset(found[7])
        end = found.end()
        if minute is not None and zone is None:
            end, zone = _zone_behind(text, end)
        yield found.start(), end, Moment(f"{found[1]}-{found[2]}-{found[3]}", minute, int(found[6] or 0), zone)
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for found in pattern.finditer(text):
            number = next(at for at, name in enumerate(_MONTHS, 1) if name.startswith(found[month][:3]))
            year = found[3] or "-"
            if 1 <= int(found[day]) <= 31:
                yield found.start(), found.end(), Moment(f"{year}-{number:02}-{int(found[day]):02}")


def _offset(written: str | None) -> str | None:
    if written is None:
        return None
    plain = written.strip().upper()
    return "UTC" if plain == "Z" else f"{plain[:3]}:{plain[-2:]}"


def _clocks(text: str) -> Iterator[tuple[int, int, Moment]]:
    for found in _CLOCK.finditer(text):
        hour, minute = int(found[1] or found[5]), int(found[2] or 0)
        half = (found[4] or found[6] or "").strip().lower()[:1]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour > 24 or minute > 59:
            continue
        end, zone = _zone_behind(text, found.end())
        if found[0].endswith("Z"):
            zone = "UTC"
        if zone is None and (before := _ZONE_BEFORE.search(text[max(0, found.start() - 40) : found.start()])):
            zone = _zone_named(before[1] or before[2])
        yield found.start(), end, Moment(None, hour % 24 * 60 + minute, int(found[3] or 0), zone)


def _zone_behind(text: str, end: int) -> tuple[int, str | None]:
    found = _ZONE_AFTER.match(text, end)
    return (found.end(), _zone_named(found[1])) if found else (end, None)


def _zone_named(written: str) -> str:
    return _ZONES[written.lower().replace(" ", "")]


def _zones_of_ranges(text: str, clocks: list[tuple[int, int, Moment]]) -> None:
    """Give the first time of a range the zone said behind the second: `02:00–05:00 New York`."""
    for at in range(len(clocks) - 2, -1, -1):
        start, end, moment = clocks[at]
        if moment.zone is None and len(between := text[end : clocks[at + 1][0]]) < 10 and _RANGE.fullmatch(between):
            clocks[at] = (start, end, _with(moment, zone=clocks[at + 1][2].zone))


def _joined_clock(
    text: str, clocks: list[tuple[int, int, Moment]], used: set[int], end: int, moment: Moment
) -> tuple[int, Moment]:
    """Join a date with the clock's time right behind it."""
    first = bisect_left(clocks, end, key=lambda one: one[0])
    for number, (start, last, clock) in enumerate(clocks[first : first + 1], first):
        if 0 <= start - end < 18 and _JOINED.fullmatch(text[end:start]):
            used.add(number)
            return last, _with(moment, minute=clock.minute, second=clock.second, zone=clock.zone)
    return end, moment


def _joined_weekday(
    text: str, weekdays: list[tuple[int, int, int]], used: set[int], start: int
) -> tuple[int, int | None]:
    """Join a date with the weekday right before it."""
    before = bisect_left(weekdays, start, key=lambda one: one[0]) - 1
    for number, (first, last, day) in enumerate(weekdays[max(before, 0) : before + 1], before):
        if 0 <= start - last < 8 and re.fullmatch(r",? (?:the )?", text[last:start]):
            used.add(number)
            return first, day
    return start, None


def _other_zones(reading: Reading) -> None:
    """Tell a clock without a zone the one its sentence names elsewhere."""
    zones: dict[int, set[str]] = {}
    for one in reading.found:
        if isinstance(one.said, Moment) and one.said.zone:
            zones.setdefault(reading.passage.sentence(one.start)[0], set()).add(one.said.zone)
    for place, one in enumerate(reading.found):
        if isinstance(one.said, Moment) and one.said.zone is None:
            named = zones.get(reading.passage.sentence(one.start)[0], set())
            if len(named) == 1:
                said = _with(one.said, other_zone=next(iter(named)))
                reading.found[place] = type(one)(one.kind, one.start, one.end, said)


def _roles(reading: Reading) -> None:
    """Note what is said to have happened at a time: `confirmed at 14:30`."""
    for place, one in enumerate(reading.found):
        if isinstance(one.said, Moment) and (found := _ROLE.search(reading.text[max(0, one.start - 40) : one.start])):
            role = (found[1] or (NOW if found["now"] else AS_OF if found["as_of"] else DECIDED)).lower()
            reading.found[place] = type(one)(one.kind, one.start, one.end, _with(one.said, role=role))


def _with(moment: Moment, **changes: str | int | None) -> Moment:
    values = {name: getattr(moment, name) for name in Moment.__slots__}
    return Moment(**{**values, **changes})
