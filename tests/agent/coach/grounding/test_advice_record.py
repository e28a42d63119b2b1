"""What advice is held against: the newest decision of every market it names, its direction and its age."""

from dataclasses import replace
from typing import Final

import pytest

from agent.coach.grounding.acting import acting
from agent.coach.grounding.advice import advice_against, market_in_focus
from agent.coach.grounding.check import check_answer
from agent.coach.grounding.decided import Decided, Refusal
from agent.coach.grounding.markets_named import markets_named
from tools.times import parse_time

pytestmark = pytest.mark.anyio
NOW: Final = parse_time("2024-01-11T14:40:00Z")
LONG: Final = Decided("a" * 32, "EURUSD", "TRADE_NOW", NOW - 600, 2_100, "long")
WAIT: Final = Decided(
    "b" * 32, "GBPUSD", "WAIT", NOW - 600, 2_100, None, "2.3", "Market structure shift",
    "time since the market structure shift is 198 bars, needs at most 80 (118 over).",
)  # fmt: skip
BY_SYMBOL: Final = {one.symbol: one for one in (LONG, WAIT)}
RULES: Final = {"2.3": "Market structure shift"}


async def refusal_of(
    answer: str,
    asked: str = "",
    symbol: str | None = "EURUSD",
    newest: dict[str, Decided] | None = None,
    now: int = NOW,
) -> Refusal | None:
    async def read(market: str) -> Decided | None:
        return (BY_SYMBOL if newest is None else newest).get(market)

    return await advice_against(acting(answer, asked), markets_named(asked), symbol, read, now)


@pytest.mark.parametrize(
    ("answer", "asked", "symbol"),
    [
        ("Buy EURUSD at 1.0523.", "", "GBPUSD"),
        ("You could go long here.", "", "EURUSD"),
        ("Take the trade.", "Should I take EUR/USD?", "GBPUSD"),
        ("Enter the euro now.", "", None),
    ],
)
async def test_a_fresh_trade_may_be_advised_in_its_direction(answer: str, asked: str, symbol: str | None) -> None:
    assert await refusal_of(answer, asked, symbol) is None


@pytest.mark.parametrize(
    ("answer", "asked", "symbol"),
    [
        ("Sell cable now.", "", "EURUSD"),
        ("Sell gbpusd.", "", "EURUSD"),
        ("Sell GBP-USD.", "", "EURUSD"),
        ("Take it.", "What about GBPUSD?", "EURUSD"),
        ("Take it.", "", "GBPUSD"),
        ("GBPUSD looks weak. Enter.", "", "EURUSD"),
        ("Sell it, 6 pips from here, on GBPUSD.", "", "EURUSD"),
    ],
)
async def test_a_wait_refuses_with_its_rule_and_run(answer: str, asked: str, symbol: str) -> None:
    refusal = await refusal_of(answer, asked, symbol)

    assert refusal is not None
    assert refusal.decision == WAIT
    assert refusal.text == (
        "I will not advise that: the decision on GBPUSD is WAIT, because of rule 2.3 Market structure shift: time "
        f"since the market structure shift is 198 bars, needs at most 80 (118 over). Run {'b' * 32}."
    )


async def test_every_market_that_is_named_is_tested() -> None:
    refusal = await refusal_of("Buy EURUSD and buy GBPUSD now.")

    assert refusal is not None
    assert refusal.decision == WAIT


async def test_the_other_direction_is_refused() -> None:
    refusal = await refusal_of("Short EURUSD now.")

    assert refusal is not None
    assert "TRADE_NOW, and its setup is long" in refusal.text
    assert LONG.run_id in refusal.text


async def test_a_trade_is_past_after_two_bars_and_five_minutes() -> None:
    assert await refusal_of("Buy EURUSD.", now=LONG.as_of + 2_100) is None

    refusal = await refusal_of("Buy EURUSD.", now=LONG.as_of + 2_101)

    assert refusal is not None
    assert "but it is past: it is of 2024-01-11T14:30:00Z and counts for 35 minutes" in refusal.text


@pytest.mark.parametrize(
    ("answer", "symbol"),
    [("Buy NQ.", "EURUSD"), ("Buy Tesla.", "EURUSD"), ("Buy puts on FXB.", "EURUSD"), ("Sell the dollar.", "EURUSD"),
     ("Buy it.", None), ("Buy it.", "DAX")],
)  # fmt: skip
async def test_without_a_decision_every_advice_is_refused(answer: str, symbol: str | None) -> None:
    refusal = await refusal_of(answer, symbol=symbol)

    assert refusal is not None
    assert refusal.decision is None
    assert "I will not advise that: no decision" in refusal.text


async def test_a_market_of_the_callers_own_is_known_by_its_decisions() -> None:
    own = {"DAX": replace(LONG, symbol="DAX")}

    assert await refusal_of("Buy DAX.", newest=own) is None
    assert await refusal_of("Buy it.", symbol="DAX", newest=own) is None


def test_the_market_in_focus_is_spelled_as_decisions_spell_it() -> None:
    assert market_in_focus("gbp/usd") == "GBPUSD"
    assert market_in_focus("DAX") == "DAX"
    assert market_in_focus(None) is None


@pytest.mark.parametrize(
    ("answer", "symbol", "now"),
    [
        ("Sell.", "GBPUSD", NOW),
        ("Buy.", "EURUSD", NOW + 9_000),
        ("Sell.", "EURUSD", NOW),
        ("Buy NQ.", "EURUSD", NOW),
        ("Buy DAX.", "EURUSD", NOW),
        ("Buy it.", "DAX", NOW),
    ],
)
async def test_a_refusal_stands_on_the_decision_it_names_and_advises_nothing(
    answer: str, symbol: str, now: int
) -> None:
    refusal = await refusal_of(answer, symbol=symbol, now=now)

    assert refusal is not None
    report = check_answer(refusal.text, [refusal.evidence()], [], RULES)
    assert [(one.text, one.reason) for one in report.unsupported] == []
    assert acting(refusal.text) == ()
    assert {one.kind for one in report.citations} <= {"decision", "rule"}
