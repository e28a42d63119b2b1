"""Kill zones around the clock changes of two years, to the minute, whatever offset the caller writes times with."""

from functools import cache
from typing import Any, Final

import httpx
import pytest

from agent.analysis.nodes.clock import clock_facts
from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from api.requests import analysis_request
from api.schemas.analysis import AnalyzeBody
from api.schemas.session import KillZoneStatus
from rulebook.book import Rulebook
from rulebook.loader import load_rulebook
from tests.agent.analysis.market import walked
from tests.clock_changes import CITIES, DAYS, Day

QUARTER: Final = 900
BARS: Final = 60
# New York's clock, the forex kill zone that ends there, and the one that begins.
BOUNDARIES: Final = (
    ("00:00", "asia", None), ("02:00", None, "london"), ("05:00", "london", None), ("07:00", None, "new_york_am"),
    ("10:00", "new_york_am", "london_close"), ("12:00", "london_close", None), ("13:30", None, "new_york_pm"),
    ("16:00", "new_york_pm", None), ("20:00", None, "asia"),
)  # fmt: skip


def expected(day: Day) -> list[tuple[int, str | None]]:
    """Return the minute before, at and after each boundary, and the kill zone then under way."""
    moments = []
    for clock, before, after in BOUNDARIES:
        begins = None if day.is_friday and clock == "20:00" else after  # closed since 17:00
        second = day.second(clock)
        moments += [(second - 60, before), (second, begins), (second + 60, begins)]
    return moments


def body(day: Day, as_of: int, city: str) -> AnalyzeBody:
    """Return 15-minute bars closed by `as_of`, every time written with the city's offset."""
    last = as_of // QUARTER * QUARTER - QUARTER
    bars: list[dict[str, Any]] = []
    for number in range(BARS):
        price = 1.1 + (number % 8) / 1000
        opened = last - (BARS - 1 - number) * QUARTER
        ends = {"open": price, "high": price + 0.0015, "low": price - 0.0005, "close": price + 0.001}
        bars.append({"time": day.text(opened, city), **ends})
    return AnalyzeBody.model_validate(
        {
            "symbol": "EURUSD",
            "timeframe_bars": {"15m": bars},
            "account_balance": 10_000,
            "risk_pct": 1,
            "as_of": day.text(as_of, city),
        }
    )


@cache
def rulebook() -> Rulebook:
    return load_rulebook("strict")


def request(day: Day, as_of: int, city: str) -> AnalysisRequest:
    return analysis_request(body(day, as_of, city), now=as_of)


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_the_status_is_right_to_the_minute(client: httpx.Client, day: Day, city: str) -> None:
    for at, zone in expected(day):
        answer = client.get("/api/v1/killzone/status", params={"symbol": "EURUSD", "at": day.text(at, city)})
        status = KillZoneStatus.model_validate(answer.json())
        assert (status.kill_zone, status.in_kill_zone) == (zone, zone is not None), day.text(at, "new_york")
        assert status.new_york_time == day.text(at, "new_york")


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_an_analysis_knows_the_kill_zone_to_the_minute(day: Day, city: str) -> None:
    for as_of, zone in expected(day):
        reading = Reading(request(day, as_of, city), rulebook())
        facts = clock_facts(reading)
        assert reading.session.kill_zone == zone, day.text(as_of, "new_york")
        assert facts["session.in_kill_zone"].value is (zone is not None)
        closes = day.second("17:00") + (0 if as_of < day.second("17:00") else 86_400)
        assert facts["session.minutes_left"].value == (closes - as_of) / 60


@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_offsets_change_neither_the_inputs_nor_the_decision(day: Day) -> None:
    as_of = day.second("02:00")
    requests = [request(day, as_of, city) for city in CITIES]
    decisions = [walked(one, rulebook())[-1].data["decision"] for one in requests]

    assert requests[0].to_inputs() == requests[1].to_inputs() == requests[2].to_inputs()
    assert len({one["decision_hash"] for one in decisions}) == 1
    assert decisions[0]["session"]["kill_zone"] == "london"
    assert decisions[0]["session"]["new_york_time"] == day.text(as_of, "new_york")


@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_the_decision_of_the_minute_before_is_outside(day: Day) -> None:
    as_of = day.second("02:00") - 60
    decision = walked(request(day, as_of, "london"), rulebook())[-1].data["decision"]
    assert decision["session"]["kill_zone"] is None
