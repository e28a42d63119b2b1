"""What a question gives to size by, supposes, and names decisions by; and what of it is refused."""

from typing import Any

import pytest

from agent.coach.models.offline.following import subjects_of
from agent.coach.models.offline.reference import Reference, day_of, read_reference
from agent.coach.models.offline.sizing import read_sizing
from agent.coach.models.offline.supposing import read_supposed


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("$10,000, risk 1 %, entry 1.1, stop 1.098", (10_000, 1, 1.1, 1.098)),
        ("$10k risk 1% entry 60000 stop 59000", (10_000, 1, 60_000, 59_000)),
        ("$2m at 1% long 1.1 stop 1.09", (2e6, 1, 1.1, 1.09)),
        ("10 million, risk 1 %, entry 1.1, stop 1.098", (1e7, 1, 1.1, 1.098)),
        ("entry 5500 stop 5490 with 50k account 1% risk", (50_000, 1, 5500, 5490)),
        ("entry 150.00 stop 149.50 10000 1%", (10_000, 1, 150, 149.5)),
        ("1% of 10k, from 1.1 sl 1.09", (10_000, 1, 1.1, 1.09)),
        ("balance 25,000 buy at 1.105 target 1.2 stop loss 1.103 0.5 percent", (25_000, 0.5, 1.105, 1.103)),
    ],
)
def test_numbers_are_known_by_what_stands_beside_them(text: str, given: tuple[float, ...]) -> None:
    read = read_sizing(text)
    assert read.troubles == ()
    assert dict(read.given) == dict(zip(("account_balance", "risk_pct", "entry", "stop"), given, strict=True))


@pytest.mark.parametrize(
    ("text", "currency"),
    [("£10,000", "GBP"), ("10,000 JPY", "JPY"), ("5k euros", "EUR"), ("CHF 900", "CHF"), ("$10", None)],
)
def test_the_currency_is_that_of_the_balance(text: str, currency: str | None) -> None:
    assert read_sizing(text).given.get("account_currency") == currency


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("-$10,000", ("size_negative", "-$10,000")),
        ("balance -500", ("size_negative", "balance -500")),
        ("$1e309", ("size_exponent", "1e309")),
        ("1-2 %", ("size_range", "1-2 %")),
        ("1 to 2 %", ("size_range", "1 to 2 %")),
        ("10.000 €", ("size_comma", "10.000 €")),
        ("entry 1,1000", ("size_comma", "1,1000")),
        ("risk $50", ("size_risk_money", "$50")),
        ("150 %", ("size_percent", "150 %")),
        ("0 %", ("size_percent", "0 %")),
        ("stop 20 pips", ("size_distance", "stop 20 pips")),
        ("$10 or $20", ("size_two", "$20")),
        ("1% and 2%", ("size_two", "2%")),
        ("7 apples", ("size_loose", "7")),
    ],
)
def test_what_cannot_be_read_for_certain_is_trouble(text: str, trouble: tuple[str, str]) -> None:
    assert trouble in read_sizing(text).troubles


@pytest.mark.parametrize(
    ("plain", "facts"),
    [
        ("what if i risk 2%", {"risk.planned_pct": 2, "risk.risk_pct": 2}),
        ("what if it were 10r", {"risk.reward_ratio": 10}),
        ("what if rr was 1, and the market closed", {"risk.reward_ratio": 1, "session.market_open": False}),
        ("what if mss was 10 bars ago", {"structure.bars_since_mss": 10}),
        ("what if the stop was 0.5 atr beyond", {"risk.stop_beyond_atr": 0.5}),
        ("what if session.in_kill_zone=false", {"session.in_kill_zone": False}),
        ("what if bias.direction is bearish", {"bias.direction": "bearish"}),
        ("suppose risk.reward_ratio: 2.5", {"risk.reward_ratio": 2.5}),
    ],
)
def test_facts_are_supposed(plain: str, facts: dict[str, Any]) -> None:
    supposed = read_supposed(plain, None, None)
    assert (supposed.facts, supposed.left, supposed.number) == (facts, (), None)


@pytest.mark.parametrize(
    ("plain", "template"),
    [
        ("what if the stop was 1.13", "suppose_price"),
        ("what if price goes to 1.2", "suppose_price"),
        ("what if confluence were 3", "suppose_judged"),
        ("what if checklist.confluence=3", "suppose_judged"),
        ("what if the minimum was 1.5", "suppose_demand"),
        ("what if there were news", "suppose_value"),
        ("what if foo.bar=3", "suppose_unknown"),
        ("what if the moon were full", "suppose_unknown"),
    ],
)
def test_what_is_no_fact_is_named(plain: str, template: str) -> None:
    supposed = read_supposed(plain, None, "risk.planned_pct")
    assert supposed.facts == {}
    assert [one for one, _ in supposed.left] == [template]


def test_a_number_alone_is_of_the_fact_before_it() -> None:
    assert read_supposed("and 1.5?", None, "risk.reward_ratio").facts == {"risk.reward_ratio": 1.5}
    assert read_supposed("what if it were 2.5?", None, None).number == 2.5


@pytest.mark.parametrize(
    ("plain", "reference"),
    [
        ("on 27 august 2024", Reference(days=("2024-08-27",))),
        ("on aug 27th, 2024 at 7:15", Reference(days=("2024-08-27",), clock="07:15")),
        ("on 2024-08-27t12:30:00z", Reference(days=("2024-08-27",), clock="12:30")),
        ("on 27 august", Reference(days=("--08-27",))),
        ("yesterday's trade", Reference(days=("yesterday",))),
        ("should i buy today", Reference()),
        ("on 2024-13-45", Reference()),
        ("explain the second one", Reference(places=(2,))),
        ("the first and the third", Reference(places=(1, 3))),
        ("decision 4", Reference(places=(4,))),
        ("the last one", Reference(places=(-1,))),
        ("last 2 decisions", Reference()),
        ("the previous one", Reference(is_previous=True)),
        ("explain 7e27f663", Reference(ids=("7e27f663",))),
        ("explain 01234567-89ab-cdef-0123-456789abcdef", Reference(ids=("0123456789abcdef0123456789abcdef",))),
        ("12345678 dollars", Reference()),
    ],
)
def test_decisions_are_named(plain: str, reference: Reference) -> None:
    found, rest = read_reference(plain)
    assert found == reference
    assert len(rest) == len(plain)


@pytest.mark.parametrize(
    ("day", "found"),
    [("2024-08-27", "2024-08-27"), ("yesterday", "2024-02-29"), ("today", "2024-03-01"), ("--02-29", "2024-02-29"),
     ("--08-27", "2023-08-27")],
)  # fmt: skip
def test_a_day_is_counted_from_now(day: str, found: str) -> None:
    assert day_of(day, "2024-03-01T09:00:00Z") == found


def test_a_day_that_rests_on_now_is_unknown_without_it() -> None:
    assert day_of("yesterday", None) is None


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("why no trade, and when is the next kill zone?", ["why", "clock"]),
        ("compare EURUSD and GBPUSD", ["compare"]),
        ("what if the kill zone was closed and RR was 1", ["what_if"]),
        ("Just tell me to buy. Everyone is buying.", ["advice"]),
        ("why? What is the bias? Any news?", ["why", "bias", "calendar"]),
        ("bias on EURUSD and GBPUSD", ["bias", "bias"]),
        ("is structure aligned with the bias?", ["bias"]),
        ("what is the difference between EURUSD on 2024-09-03 and on 2024-09-04?", ["compare"]),
        ("how do the last two compare?", ["compare"]),
        ("what exactly did rule 7.6 compare?", ["rule_verdict"]),
        ("how far from news must a trade stay?", ["rule"]),
        ("how close to news may we trade?", ["rule"]),
        ("may a trade be taken?", ["decision"]),
        ("how far are we from a trade?", ["would_differ"]),
        ("what is holding the Nasdaq back?", ["why"]),
        ("are we trading for real?", ["mode"]),
        ("what is scheduled for gold?", ["calendar"]),
        ("just on paper, would you sell NQ here?", ["advice"]),
        ("would you list my decisions?", ["list"]),
        ("surely a tiny long is fine?", ["advice"]),
        ("can I at least take a small one?", ["advice"]),
        ("what did other users trade today?", ["others"]),
        ("is anyone else long?", ["others"]),
        ("everybody else buys, should I take it?", ["advice"]),
        ("what is the setup?", ["setup"]),
        ("what is a setup?", ["rule"]),
    ],
)
def test_a_question_may_ask_several_things(text: str, intents: list[str]) -> None:
    assert [one.intent for one in subjects_of([text])] == intents
