"""The cache: how long it serves, what makes it read again, and that it never knows more than was read."""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from tools.economic_calendar.cached import FRESH_SECONDS, RETRY_SECONDS, CachedCalendar
from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.port import CalendarReading, ScheduledEvent
from tools.errors import DataError, InvalidCalendar, SourceUnavailable
from tools.timeframes import DAY, HOUR
from tools.times import parse_time

NOW: Final = parse_time("2024-03-12T12:00:00Z")
SPAN: Final = (NOW - DAY, NOW + 7 * DAY)
GOOD: Final = "time,currency,impact,event\n2024-03-11T10:00Z,USD,high,A\n2024-03-14T10:00Z,USD,high,B\n"


@dataclass
class Clock:
    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class ScriptedCalendar:
    """A source of one event, which may be told to fail."""

    clock: Clock
    name: str = "scripted"
    mark: str = "1"
    failure: DataError | None = None
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def events(self, since: int, until: int) -> CalendarReading:
        self.asked.append((since, until))
        if self.failure is not None:
            raise self.failure
        event = ScheduledEvent(NOW + HOUR, "USD", "high", f"revision {self.mark}")
        return CalendarReading((event,), NOW - 10 * DAY, NOW + 10 * DAY, self.name, self.clock())

    async def revision(self) -> str:
        return self.mark


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(clock: Clock) -> ScriptedCalendar:
    return ScriptedCalendar(clock)


@pytest.fixture
def cached(source: ScriptedCalendar, clock: Clock) -> CachedCalendar:
    return CachedCalendar(source, clock=clock)


def read(calendar: CachedCalendar, since: int = SPAN[0], until: int = SPAN[1]) -> CalendarReading:
    return asyncio.run(calendar.events(since, until))


def test_it_asks_once_an_hour(cached: CachedCalendar, source: ScriptedCalendar, clock: Clock) -> None:
    for _ in range(3):
        assert read(cached).loaded_at == NOW
    clock.now += FRESH_SECONDS - 1
    assert read(cached).loaded_at == NOW
    assert len(source.asked) == 1
    clock.now += 1
    assert read(cached).loaded_at == clock.now
    assert len(source.asked) == 2


def test_a_moving_span_is_answered_from_one_reading(cached: CachedCalendar, source: ScriptedCalendar) -> None:
    for minutes in range(0, 600, 7):
        reading = read(cached, SPAN[0] + minutes * 60, SPAN[1] + minutes * 60)
        assert [one.time for one in reading.events] == [NOW + HOUR]
    assert read(cached, NOW + HOUR + 1, SPAN[1]).events == ()
    assert len(source.asked) == 1


def test_a_changed_source_is_read_again_at_once(cached: CachedCalendar, source: ScriptedCalendar) -> None:
    assert read(cached).events[0].title == "revision 1"
    source.mark = "2"
    assert read(cached).events[0].title == "revision 2"


def test_a_clock_that_goes_back_makes_it_read_again(
    cached: CachedCalendar, source: ScriptedCalendar, clock: Clock
) -> None:
    read(cached)
    clock.now -= 1
    assert read(cached).loaded_at == clock.now
    assert len(source.asked) == 2


@pytest.mark.parametrize(
    "failure", [SourceUnavailable("gone"), InvalidCalendar(["line 1: bad", "line 2: bad"], field="x")]
)
def test_a_good_reading_goes_on_serving_and_says_that_a_later_one_failed(
    cached: CachedCalendar, source: ScriptedCalendar, clock: Clock, failure: DataError
) -> None:
    good = read(cached)
    source.failure, clock.now = failure, NOW + FRESH_SECONDS
    late = read(cached)

    assert (late.events, late.loaded_at) == (good.events, NOW)
    assert late.problem is not None
    assert str(failure).splitlines()[0] in late.problem
    assert "this is what was read at 2024-03-12T12:00:00Z" in late.problem
    assert late.why_unknown(NOW, NOW + HOUR) is None
    assert late.why_unknown(NOW + 10 * DAY, NOW + 10 * DAY + 1) is not None

    source.failure, clock.now = None, clock.now + RETRY_SECONDS
    assert read(cached).problem is None


def test_a_good_reading_serves_the_days_that_follow_it_too(
    cached: CachedCalendar, source: ScriptedCalendar, clock: Clock
) -> None:
    read(cached)
    source.failure = SourceUnavailable("gone")
    for days in range(1, 60):
        clock.now = NOW + days * DAY
        late = read(cached, clock.now - DAY, clock.now + 7 * DAY)
        assert late.loaded_at == NOW
        assert (late.why_unknown(clock.now, clock.now + 60) is None) == (days < 10)


def test_where_nothing_was_ever_read_nothing_is_known(cached: CachedCalendar, source: ScriptedCalendar) -> None:
    source.failure = SourceUnavailable("cannot open it")
    reading = read(cached)

    assert (reading.events, reading.covers_from, reading.loaded_at) == ((), None, None)
    assert reading.why_unknown(NOW, NOW + 1) == "cannot open it"


def test_a_reading_of_another_year_never_stands_in(cached: CachedCalendar, source: ScriptedCalendar) -> None:
    read(cached)
    source.failure = SourceUnavailable("gone")

    assert read(cached, NOW - 500 * DAY, NOW - 490 * DAY).covers_from is None


def test_a_failure_is_not_asked_for_again_within_a_minute_unless_the_source_changes(
    cached: CachedCalendar, source: ScriptedCalendar, clock: Clock
) -> None:
    source.failure = SourceUnavailable("gone")
    for _ in range(3):
        read(cached)
    assert len(source.asked) == 1
    clock.now += RETRY_SECONDS
    read(cached)
    assert len(source.asked) == 2
    source.failure, source.mark = None, "2"
    assert read(cached).problem is None


def test_many_at_once_ask_once(cached: CachedCalendar, source: ScriptedCalendar) -> None:
    async def together() -> list[CalendarReading]:
        return list(await asyncio.gather(*(cached.events(*SPAN) for _ in range(20))))

    assert len(set(asyncio.run(together()))) == 1
    assert len(source.asked) == 1


def test_a_file_that_is_replaced_spoilt_and_taken_away(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "calendar.csv"
    calendar = CachedCalendar(FileCalendar(path, clock=clock), clock=clock)
    assert "cannot open calendar.csv" in str(read(calendar).why_unknown(NOW, NOW + 1))

    path.write_text(GOOD)
    assert [one.title for one in read(calendar).events] == ["B"]
    replaced = tmp_path / "new.csv"
    replaced.write_text(GOOD.replace(",B", ",C"))
    os.replace(replaced, path)
    assert [one.title for one in read(calendar).events] == ["C"]

    path.write_text(GOOD + "2024-03-14,USD,huge,D\n2024-03-14,USX,high,E\n")
    spoilt = read(calendar)
    assert [one.title for one in spoilt.events] == ["C"]
    assert "calendar.csv line 4: the impact 'huge' is unknown" in str(spoilt.problem)
    assert "(2 faults in all)" in str(spoilt.problem)

    path.unlink()
    gone = read(calendar)
    assert [one.title for one in gone.events] == ["C"]
    assert "cannot open calendar.csv" in str(gone.problem)
    assert gone.why_unknown(NOW + 3 * DAY, NOW + 4 * DAY) is not None
