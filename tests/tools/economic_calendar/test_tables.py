"""Calendars as tables and as JSON: spellings of headings, times, currencies, impacts, and every fault by its line."""

import asyncio
from pathlib import Path

import pytest

from tests.tools.economic_calendar.reading_files import reading_of, times_of
from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.words import currency_of, impact_of
from tools.errors import InvalidCalendar, InvalidParameter, SourceUnavailable
from tools.times import EARLIEST, LATEST

HEADING = "time,currency,impact,event\n"


def faults_of(folder: Path, name: str, text: str, time_zone: str = "UTC") -> list[str]:
    with pytest.raises(InvalidCalendar) as refused:
        reading_of(folder, name, text, time_zone)
    assert refused.value.field == name
    return list(refused.value.problems)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Title,Country,Date,Time,Impact,Forecast\nPayrolls,USD,01-05-2024,8:30am,High,3\nX,USD,01-30-2024,,Low", "NY"),
        ("Date;Time;Currency;Importance;Event\n05/01/2024;13:30;USD;***;Payrolls\n30/01/2024;;USD;*;X\n", "UTC"),
        ("DateTime\tCcy\tImp.\tName\n2024.01.05 08:30\tUSD\t3\tPayrolls\n2024.01.30\tUSD\t1\tX\n", "NY"),
        ("time,currency,impact,title\n2024-01-05T13:30:00Z,USD,Red,Payrolls\n2024-01-30,USD,Yellow,X\n", "NY"),
        ("timestamp,currency,impact,event\n1704461400,us,high,Payrolls\n2024-01-30,United States,low,X\n", "NY"),
        ('date,hour,region,volatility,news\n"Fri, Jan 5, 2024",08:30,USD,High Volatility Expected,Payrolls\n', "NY"),
        ("Date,Time (UTC),Currency,Impact,Event\n5 January 2024,1:30 pm,USD,High Impact Expected,Payrolls\n", "NY"),
        ("start,currency,impact,event\n2024-01-05 08:30:00-05:00,USD,3 stars,Payrolls\n", "UTC"),
        ("time,currency,impact,event\n20240105 133000 GMT,USD,high,Payrolls\n", "NY"),
        ("\ufeff# my own list\n\nGmt time,currency,impact,event\n2024-01-05 13:30,USD,HIGH,Payrolls\n", "NY"),
    ],
)  # fmt: skip
def test_the_same_event_in_the_spellings_of_the_usual_exports(tmp_path: Path, text: str, zone: str) -> None:
    reading = reading_of(tmp_path, "calendar.csv", text, "America/New_York" if zone == "NY" else zone)

    first = reading.events[0]
    assert times_of(reading)[0] == "2024-01-05T13:30:00Z"
    assert (first.currency, first.impact, first.title, first.ends) == ("USD", "high", "Payrolls", None)
    assert all(one.is_all_day and one.impact == "low" for one in reading.events[1:])


@pytest.mark.parametrize("clock", ["", "All Day", "Tentative", "all-day"])
def test_an_event_without_a_time_of_day_takes_its_whole_day_on_the_calendars_clock(tmp_path: Path, clock: str) -> None:
    text = f"date,time,currency,impact,event\n2024-03-10,{clock},USD,high,Summit\n"
    (event,) = reading_of(tmp_path, "calendar.csv", text, "America/New_York").events

    assert event.ends is not None
    assert event.ends - event.time == 23 * 3600  # the day on which New York's clock skips an hour
    assert [event.nearest_to(at) for at in (event.time - 5, event.time + 5, event.ends + 5)] == [
        event.time, event.time + 5, event.ends,
    ]  # fmt: skip


def test_an_event_listed_twice_is_one_and_events_come_sorted(tmp_path: Path) -> None:
    rows = "2024-01-06T10:00Z,USD,low,B\n2024-01-05T10:00Z,USD,low,Z\n2024-01-05T10:00Z,USD,high,A\n"
    reading = reading_of(tmp_path, "calendar.csv", HEADING + rows + "2024-01-06T11:00+01:00,USD,low,B\n")

    assert [one.title for one in reading.events] == ["A", "Z", "B"]
    assert len({one.id for one in reading.events}) == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("calendar.csv", "# covers 2024-01-01 to 2024-06-30\ntime,currency,impact,event\n"),
        ("calendar.json", '{"covers": "2024-01-01 to 2024-06-30", "events": []}'),
        ("calendar.ics", "BEGIN:VCALENDAR\nX-COVERS:2024-01-01 to 2024-06-30\nEND:VCALENDAR\n"),
    ],
)
def test_a_file_may_say_what_it_covers(tmp_path: Path, name: str, text: str) -> None:
    reading = reading_of(tmp_path, name, text, "America/New_York")

    assert (reading.covers_from, reading.covers_until) == (1_704_085_200, 1_719_806_400)  # New York's midnights


@pytest.mark.parametrize(("name", "text"), [("calendar.csv", HEADING), ("calendar.json", "[]")])
def test_a_file_without_events_that_says_nothing_else_knows_nothing(tmp_path: Path, name: str, text: str) -> None:
    reading = reading_of(tmp_path, name, text)

    assert reading.covers_from is None
    assert "holds no events and does not say which days it covers" in str(reading.why_unknown(0, 1))


def test_every_fault_is_told_with_its_line_and_what_was_expected(tmp_path: Path) -> None:
    rows = (
        "2024-03-10 02:30,USD,High,A", "2024-11-03 01:30,USD,High,B", "2024-01-05 25:00,USX,Huge,",
        "2024-01-05 10:00,USD,High,C,more", "soon,USD,High,D", "05/01/2024,USD,High,E", ",USD,High,F",
        "2024-02-30,USD,High,G", "2024-01-05T10:00:00.5Z,USD,High,H", "1900-01-05,USD,High,I",
        "2024-01-05T10:00Z,USD,High,J",
    )  # fmt: skip
    faults = faults_of(tmp_path, "calendar.csv", HEADING + "\n".join(rows), "America/New_York")

    lines = [int(one.split()[2].rstrip(":")) for one in faults]
    assert lines == [2, 3, 4, 4, 4, 4, 5, 6, 7, 8, 9, 10, 11]
    assert all("; expected " in one for one in faults)
    for fault, said in zip(
        faults,
        ("does not exist", "happened twice", "'25:00' is no time", "currency 'USX'", "impact 'Huge'",
         "title is missing", "5 cells", "'soon' is no time", "day first or month first", "time is missing",
         "no day of the calendar", "no time of day", "outside 1970 to 2100"),
        strict=True,
    ):  # fmt: skip
        assert said in fault, fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no heading line"),
        ("a,b\n1,2", "line 1: no column is the time or the currency or the impact or the title"),
        ("time,time,currency,impact,event\n", "line 1: the column 'time' stands there twice"),
        ("time,currency,impact\n", "no column is the title"),
        (HEADING + '2024-01-05,USD,High,"open\n', "line 2: unexpected end of data"),
        ("# covers tomorrow\n" + HEADING, "line 1: 'tomorrow' is no span"),
        ("# covers 2024-02-01 to 2024-01-01\n" + HEADING, "ends before it begins"),
        ("date,time,currency,impact,event\n2024-01-05 10:00,11:00,USD,low,x", "'11:00' is another"),
        (HEADING + "13/01/2024,USD,High,x\n01/13/2024,USD,High,y", "some dates are day first and others month first"),
        (HEADING + f"2024-01-05,USD,High,{'x' * 301}", "line 2: the title has 301 characters"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in one for one in faults_of(tmp_path, "calendar.csv", text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "calendar.json line 1: not readable as JSON: it is neither a list nor an object"),
        ("7", "neither a list nor an object"),
        ("[\n\n7]", "calendar.json line 3, event 0: it is no object"),
        ("[1", "line 1, event 0"),
        ("[{}]", "event 0: no member is the time or the currency"),
        ('[{"time": NaN}]', "NaN is no JSON number"),
        ('[{"a": 1, "a": 2}]', "the member 'a' stands there twice"),
        ("[" * 200_000, "nested too deeply"),
        ("[] []", "something follows the calendar"),
        ('{"event": []}', "'event' is none of a calendar's members"),
        ('{"covers": 7, "events": []}', "'covers' is none of a calendar's members, or no list or text"),
        ('[{"time": [1], "currency": "USD", "impact": true, "title": {}}]', "impact 'true' is unknown"),
        ('[\n{"time": "2024-01-05", "currency": "USD", "impact": null, "title": "x"}]', "line 2, event 0: the impact"),
    ],
)  # fmt: skip
def test_json_that_is_no_calendar_says_why_and_on_which_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in one for one in faults_of(tmp_path, "calendar.json", text))


def test_a_title_keeps_one_line_and_nothing_a_database_refuses(tmp_path: Path) -> None:
    text = '[{"time": 1704461400, "currency": "USD", "impact": "high", "title": " a\\u0000\\n\\ud800 b "}]'
    assert [one.title for one in reading_of(tmp_path, "calendar.json", text).events] == ["a b"]


def test_bytes_that_are_no_text_and_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(HEADING.encode() + b"2024-01-05,EUR,High,caf\xe9\n")
    with pytest.raises(InvalidCalendar, match=r"latin\.csv line 2: it is no text of UTF-8"):
        reading_of_path(tmp_path / "latin.csv")
    (tmp_path / "wide.csv").write_bytes((HEADING + "2024-01-05,EUR,High,café\n").encode("utf-16"))
    assert reading_of_path(tmp_path / "wide.csv") == ["café"]
    with pytest.raises(SourceUnavailable, match=r"cannot open missing\.csv"):
        reading_of_path(tmp_path / "missing.csv")
    with pytest.raises(InvalidParameter, match="no calendar file"):
        reading_of(tmp_path, "calendar.xls", "")
    with pytest.raises(InvalidParameter, match="Mars"):
        reading_of(tmp_path, "calendar.csv", HEADING, "Mars")


def reading_of_path(path: Path) -> list[str]:
    calendar = FileCalendar(path, clock=lambda: 0)
    return [one.title for one in asyncio.run(calendar.events(EARLIEST, LATEST)).events]


@pytest.mark.parametrize(
    ("word", "impact"),
    [
        ("HIGH", "high"), ("Red", "high"), ("3", "high"), ("★★★", "high"), ("High Impact Expected", "high"),
        ("Medium", "medium"), ("orange", "medium"), ("2 stars", "medium"), ("Moderate Volatility Expected", "medium"),
        ("low", "low"), ("Yellow", "low"), ("*", "low"), ("Non-Economic", "low"), ("Bank  Holiday", "holiday"),
        ("huge", None), ("", None), ("4", None), ("expected", None), ("highly", None),
    ],
)  # fmt: skip
def test_words_for_impact(word: str, impact: str | None) -> None:
    assert impact_of(word) == impact


@pytest.mark.parametrize(
    ("word", "currency"),
    [
        ("usd", "USD"), ("Euro Area", "EUR"), ("Germany", "EUR"), ("UK", "GBP"), ("US", "USD"), ("All", "ALL"),
        ("BTC", "BTC"), ("EURO", None), ("", None), ("USX", None), ("XYZ", None),
    ],
)  # fmt: skip
def test_words_for_currencies_are_a_closed_list(word: str, currency: str | None) -> None:
    assert currency_of(word) == currency
