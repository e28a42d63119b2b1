"""The calendar on the wire: with a file, with a faulty one, and with none; the news window to the minute."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli import main
from api.schemas.calendar import EventList, PairEvents, RiskCheck
from tests.api.running_server import NOW, empty_database, running_server
from tests.clock_changes import CITIES, DAYS, Day
from tools.candles import Candles
from tools.times import iso_utc

HEADING = "# covers 2024-01-01 to 2025-12-31\nDate,Time,Currency,Impact,Event\n"
ROWS = (
    "2024-01-10,10:00,USD,High,Past\n2024-01-11,08:30,USD,High,Consumer Price Index\n2024-01-11,09:00,GBP,High,Speech\n"
    "2024-01-11,10:00,EUR,Low,Survey\n2024-01-12,,USD,Medium,Summit\n2024-01-15,All Day,USD,Holiday,Day of King\n"
    "2024-01-17,08:30,USD,High,Retail Sales\n"
)  # fmt: skip
PAYROLLS = "".join(f"{day.day},08:30,USD,High,Payrolls\n" for day in DAYS)


@pytest.fixture(scope="module")
def calendar_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("calendar") / "calendar.csv"
    path.write_text(HEADING + ROWS + PAYROLLS)
    return path


@pytest.fixture(scope="module")
def news(postgres_server: str, calendar_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Give a client of a service whose calendar is that file, its times New York's."""
    settings = {"calendar_file": calendar_file, "calendar_time_zone": "America/New_York"}
    with (
        empty_database(postgres_server, "calendar_tests") as url,
        running_server(url, tmp_path_factory.mktemp("data"), **settings) as address,
        httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client,
    ):
        yield client


def risk_check(client: httpx.Client, **query: Any) -> RiskCheck:
    return RiskCheck.model_validate(client.get("/calendar/risk-check", params={"symbol": "EURUSD", **query}).json())


def test_events_of_the_week_ahead_with_what_the_calendar_covers(news: httpx.Client) -> None:
    events = EventList.model_validate(news.get("/calendar").json())

    assert (events.known, events.why, events.source, events.problem) == (True, None, "calendar.csv", None)
    assert (events.covers_from, events.covers_until) == ("2024-01-01T05:00:00Z", "2026-01-01T05:00:00Z")
    assert (events.loaded_at, events.age_seconds) == (iso_utc(NOW), 0)
    assert (events.since, events.until) == ("2024-01-11T14:30:00Z", "2024-01-18T14:30:00Z")
    assert [(one.time, one.title, one.all_day) for one in events.items] == [
        ("2024-01-11T15:00:00Z", "Survey", False),
        ("2024-01-12T05:00:00Z", "Summit", True),
        ("2024-01-15T05:00:00Z", "Day of King", True),
        ("2024-01-17T13:30:00Z", "Retail Sales", False),
    ]
    assert events.items[1].ends == "2024-01-13T05:00:00Z"


@pytest.mark.parametrize(
    ("query", "titles", "total"),
    [
        ("since=2024-01-11T13:30:00Z&until=2024-01-11T13:30:01Z", ["Consumer Price Index"], 1),
        ("since=2024-01-11T13:30:01Z&until=2024-01-11T14:00:00Z", [], 0),
        ("since=2024-01-10T00:00:00Z&impact=high&currency=USD", ["Past", "Consumer Price Index"], 2),
        ("since=2024-01-10T00:00:00Z&currency=GBP&currency=EUR", ["Speech", "Survey"], 2),
        ("since=2024-01-10T00:00:00Z&until=2024-02-01T00:00:00Z&limit=2&offset=2", ["Speech", "Survey"], 7),
        ("since=2024-01-10T00:00:00Z&impact=holiday&until=2024-02-01T00:00:00Z", ["Day of King"], 1),
    ],
)  # fmt: skip
def test_events_are_chosen_by_span_currency_and_impact(
    news: httpx.Client, query: str, titles: list[str], total: int
) -> None:
    events = EventList.model_validate(news.get(f"/calendar?{query}").json())
    assert ([one.title for one in events.items], events.total, events.count) == (titles, total, len(titles))


def test_a_span_that_reaches_past_the_calendar_is_not_known(news: httpx.Client) -> None:
    events = EventList.model_validate(
        news.get("/calendar?since=2025-12-30T00:00:00Z&until=2026-01-02T00:00:00Z").json()
    )
    assert not events.known
    assert "calendar.csv covers 2024-01-01T05:00:00Z to 2026-01-01T05:00:00Z" in str(events.why)


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/calendar?since=2024-01-02T00:00:00Z&until=2024-01-01T00:00:00Z", 400, "until"),
        ("/calendar?since=2024-01-01T00:00:00Z&until=2025-06-01T00:00:00Z", 400, "until"),
        ("/calendar?impact=huge", 400, "impact"),
        ("/calendar?currency=dollars", 400, "currency"),
        ("/calendar?limit=0", 400, "limit"),
        ("/calendar?colour=red", 400, "colour"),
        ("/calendar/pair/ZZZZZ", 404, "symbol"),
        ("/calendar/pair/EURUSD?at=now", 400, "at"),
        ("/calendar/risk-check", 400, "symbol"),
        ("/calendar/risk-check?symbol=ZZZZZ", 404, "symbol"),
        ("/calendar/risk-check?symbol=EURUSD&profile=brave", 400, "profile"),
    ],
)
def test_a_calendar_asked_wrongly_says_so(news: httpx.Client, path: str, status: int, field: str) -> None:
    answer = news.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in answer.text


def test_a_pairs_events_come_next_first_and_the_past_after_them(news: httpx.Client) -> None:
    events = PairEvents.model_validate(news.get("/calendar/pair/OANDA:EURUSD").json())

    assert (events.symbol, events.currencies, events.known) == ("EURUSD", ["EUR", "USD"], True)
    assert [(one.title, one.minutes_until) for one in events.items] == [
        ("Survey", 30),
        ("Summit", 14.5 * 60),
        ("Day of King", 3.0 * 1440 + 14.5 * 60),
        ("Retail Sales", 6 * 1440 - 60),
        ("Consumer Price Index", -60),
        ("Past", -(23.5 * 60)),
    ]
    page = PairEvents.model_validate(news.get("/calendar/pair/GBPJPY?impact=high&limit=1").json())
    assert ([one.title for one in page.items], page.total, page.count) == (["Speech"], 1, 1)


def test_the_risk_check_names_the_event_its_window_and_when_it_clears(news: httpx.Client) -> None:
    check = risk_check(news, at="2024-01-11T12:45:00Z")

    assert (check.status, check.known, check.kind, check.profile) == ("blocked", True, "gate", "strict")
    assert check.nearest_event is not None
    assert (check.nearest_event.title, check.nearest_event.minutes_until) == ("Consumer Price Index", 45)
    assert (check.minutes_to_event, check.window_minutes, check.clears_at) == (45, 60, "2024-01-11T14:30:00Z")
    relaxed = risk_check(news, at="2024-01-11T12:45:00Z", profile="relaxed")
    assert (relaxed.status, relaxed.window_minutes, relaxed.clears_at) == ("clear", 30, None)
    assert risk_check(news, at="2024-01-11T12:45:00Z", symbol="GBPJPY").status == "clear"  # its news is at 14:00


def test_the_risk_check_knows_bank_holidays(news: httpx.Client) -> None:
    check = risk_check(news, at="2024-01-15T15:00:00Z")
    assert (check.status, check.bank_holiday) == ("blocked", "Martin Luther King Jr. Day")
    assert check.clears_at == "2024-01-15T22:00:00Z"


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_the_window_is_right_to_the_minute_around_clock_changes(news: httpx.Client, day: Day, city: str) -> None:
    event = day.second("08:30")
    for minutes, status in ((-61, "clear"), (-60, "clear"), (-59, "blocked"), (59, "blocked"), (60, "clear")):
        check = risk_check(news, at=day.text(event + minutes * 60, city))
        assert (check.status, check.minutes_to_event) == (status, abs(minutes)), minutes
        if status == "blocked":
            assert check.clears_at == iso_utc(event + 3600)


def test_without_a_calendar_nothing_is_known_and_every_answer_says_so(client: httpx.Client) -> None:
    for path in ("/calendar", "/calendar/pair/EURUSD"):
        answer = client.get(f"/api/v1{path}").json()
        assert (answer["known"], answer["items"], answer["total"]) == (False, [], 0)
        assert answer["why"] == "no economic calendar is configured"
        assert answer["covers_from"] is answer["loaded_at"] is answer["age_seconds"] is None
    check = RiskCheck.model_validate(client.get("/api/v1/calendar/risk-check?symbol=EURUSD").json())
    assert (check.status, check.known, check.why) == ("unknown", False, "no economic calendar is configured")
    assert check.nearest_event is check.minutes_to_event is check.clears_at is None


def test_a_file_that_is_spoilt_under_way_is_reported_and_the_good_reading_serves(
    postgres_server: str, tmp_path: Path
) -> None:
    path = tmp_path / "calendar.csv"
    with (
        empty_database(postgres_server, "spoilt_calendar") as url,
        running_server(url, tmp_path / "data", calendar_file=path) as address,
        httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client,
    ):
        missing = EventList.model_validate(client.get("/calendar").json())
        assert (missing.known, missing.why) == (False, "cannot open calendar.csv: No such file or directory")
        path.write_text(HEADING + ROWS)
        assert client.get("/calendar").json()["total"] == 3
        path.write_text(HEADING + ROWS + "2024-01-18,08:30,USD,Huge,Claims\n")
        spoilt = EventList.model_validate(client.get("/calendar").json())
        assert (spoilt.known, spoilt.total) == (True, 3)
        assert "calendar.csv line 10: the impact 'Huge' is unknown" in str(spoilt.problem)


def ict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_the_command_shows_a_file_by_new_yorks_clock(capsys: pytest.CaptureFixture[str], calendar_file: Path) -> None:
    options = ("--since", "2024-01-11T00:00:00-05:00", "--days", "2", "--symbol", "EURUSD")
    status, out, err = ict(capsys, "calendar", str(calendar_file), "--time-zone", "America/New_York", *options)

    assert (status, err) == (0, "")
    assert re.sub(r" +", " ", out).splitlines() == [
        "Thu 2024-01-11 (New York)",
        " 08:30 USD high Consumer Price Index",
        " 10:00 EUR low Survey",
        "Fri 2024-01-12 (New York)",
        " all day USD medium Summit",
        "3 events, calendar.csv covers 2024-01-01T05:00:00Z to 2026-01-01T05:00:00Z",
    ]


def test_the_command_tells_every_fault_and_has_status_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ICT_CALENDAR_FILE", raising=False)
    (tmp_path / "calendar.csv").write_text(HEADING + "2024-01-11,08:30,USX,High,A\n2024-01-11,25:00,USD,High,B\n")
    status, out, err = ict(capsys, "calendar", "calendar.csv")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "calendar.csv line 3: the currency 'USX'" in err
    assert "calendar.csv line 4: '25:00' is no time of day" in err
    status, _, err = ict(capsys, "calendar")
    assert status == 2
    assert "ICT_CALENDAR_FILE" in err
    monkeypatch.setenv("ICT_CALENDAR_FILE", "missing.csv")
    status, _, err = ict(capsys, "calendar")
    assert status == 2
    assert "cannot open missing.csv" in err


def test_an_analysis_without_events_takes_the_services_own(
    news: httpx.Client, client: httpx.Client, body: dict[str, Any]
) -> None:
    events = [
        ("2024-01-10T15:00:00Z", "USD", "high", "Past"),
        ("2024-01-11T13:30:00Z", "USD", "high", "Consumer Price Index"),
        ("2024-01-11T15:00:00Z", "EUR", "low", "Survey"),
        ("2024-01-12T05:00:00Z", "USD", "medium", "Summit"),
        ("2024-01-15T05:00:00Z", "USD", "low", "Day of King"),
        ("2024-01-17T13:30:00Z", "USD", "high", "Retail Sales"),
    ]
    listed = [dict(zip(("time", "currency", "impact", "title"), one, strict=True)) for one in events]
    given = client.post("/api/v1/analyze", json=body | {"economic_calendar": listed}).json()
    taken = news.post("/analyze", json=body).json()
    without = client.post("/api/v1/analyze", json=body).json()

    assert taken["decision_hash"] == given["decision_hash"]
    assert taken["inputs_hash"] == given["inputs_hash"] != without["inputs_hash"]
    own = news.post("/analyze", json=body | {"economic_calendar": []}).json()
    assert own["inputs_hash"] not in {taken["inputs_hash"], without["inputs_hash"]}  # what the caller says wins


def test_an_analysis_on_the_command_line_refuses_a_calendar_of_other_days(
    capsys: pytest.CaptureFixture[str], candles: Candles, calendar_file: Path, tmp_path: Path
) -> None:
    bars = tmp_path / "EURUSD_15m.csv"
    rows = [f"{row['time']},{row['open']},{row['high']},{row['low']},{row['close']}" for row in candles.to_rows()]
    bars.write_text("time,open,high,low,close\n" + "\n".join(rows) + "\n")
    (tmp_path / "old.csv").write_text(HEADING.replace("2025-12-31", "2024-01-05"))
    status, out, err = ict(capsys, "analyze", str(bars), "--calendar", str(tmp_path / "old.csv"))

    assert (status, out) == (2, "")
    assert "--calendar: old.csv covers 2024-01-01T00:00:00Z to 2024-01-06T00:00:00Z" in err
