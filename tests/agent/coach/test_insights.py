"""What the record says when it is counted: hand-drawn decisions in, sentences with their numbers out."""

import re
from dataclasses import replace
from typing import Any

import pytest

from agent.analysis.discipline import NEVER_MINUTES, Discipline
from agent.coach.insights import Insight, Record, Refusal, ShortDecision, insights_of
from agent.rulebooks import Rulebooks
from rulebook.book import Rulebook
from rulebook.counterfactual import why_not
from rulebook.facts import Fact

UNSAID = "nobody says what was traded"
NOTHING = Record(days=30, total=0, decisions=(), refusals=(), rulebooks={}, discipline=None)


@pytest.fixture(scope="module")
def strict() -> Rulebook:
    return Rulebooks(None).get("strict")


def decision(run_id: str, *rules: str, zone: str | None = "london", **changed: Any) -> ShortDecision:
    made = ShortDecision(
        run_id=run_id,
        symbol="EURUSD",
        status="WAIT" if rules else "TRADE_NOW",
        kill_zone=zone,
        rulebook_hash="strict",
        deciding_rules=rules,
        warnings=(),
        unknown={},
    )
    return replace(made, **changed)


def record(*decisions: ShortDecision, **changed: Any) -> Record:
    return replace(replace(NOTHING, total=len(decisions), decisions=decisions), **changed)


def of_kind(kind: str, found: tuple[Insight, ...]) -> list[Insight]:
    return [one for one in found if one.kind == kind]


def test_an_empty_record_says_nothing() -> None:
    assert insights_of(NOTHING) == ()


def test_the_rules_that_stopped_most_come_first_with_their_share(strict: Rulebook) -> None:
    decisions = [decision("a", "8.1"), decision("b", "1.1", "8.1"), decision("c", "7.2"), decision("d")]
    first, *others = of_kind("stopping_rule", insights_of(record(*decisions, rulebooks={"strict": strict})))
    assert first.text == "Rule 8.1 (Inside a kill zone) stopped 2 of 4 decisions in the last 30 days (50 %)."
    assert (first.run_ids, first.rule_refs) == (("a", "b"), ("8.1",))
    assert first.figures == {"stopped": 2, "share_percent": 50.0, "decisions": 4, "total": 4, "days": 30}
    assert [one.rule_refs for one in others] == [("1.1",), ("7.2",)]


def test_a_rule_of_a_rulebook_that_is_gone_is_named_by_its_number() -> None:
    (found,) = of_kind("stopping_rule", insights_of(record(decision("a", "99.9"))))
    assert found.text == "Rule 99.9 stopped 1 of 1 decision in the last 30 days (100 %)."


def test_where_there_are_more_than_were_looked_at_the_text_says_so() -> None:
    (found,) = of_kind("stopping_rule", insights_of(record(decision("a", "8.1"), total=4_000, days=1)))
    assert "1 of the newest 1 decision of 4000 in the last day" in found.text


def test_trades_and_refusals_are_counted_by_kill_zone() -> None:
    decisions = [
        decision("a"), decision("b"), decision("c", zone="new_york_am"),
        decision("d", "8.1", zone=None), decision("e", "8.1", zone=None), decision("f", "7.2"),
    ]  # fmt: skip
    found = insights_of(record(*decisions))
    (trades,), (refusals,) = of_kind("kill_zone_trades", found), of_kind("kill_zone_refusals", found)
    assert trades.text == "2 of 3 trades in 6 decisions in the last 30 days were made in london."
    assert trades.run_ids == ("a", "b")
    assert refusals.title == "Most refusals outside every kill zone"
    assert refusals.figures["by_kill_zone"] == {"outside": 2, "london": 1}


def test_warnings_of_one_rule_are_one_warning_and_once_is_no_repetition() -> None:
    decisions = [
        decision("a", warnings=("7.6 Discipline: day count is unknown", "the candles are simulated")),
        decision("b", warnings=("7.6 Discipline: losses in a row are unknown",)),
    ]
    (found,) = of_kind("repeated_warning", insights_of(record(*decisions)))
    assert found.rule_refs == ("7.6",)
    assert found.figures["times"] == 2
    assert found.text.endswith("the newest says: 7.6 Discipline: day count is unknown.")


def test_unknown_facts_say_what_would_settle_them() -> None:
    lacking = {"discipline.day_trade_number": UNSAID, "news.minutes_to_event": "no economic calendar is known"}
    news, traded = of_kind("unknown_fact", insights_of(record(decision("a", unknown=lacking), decision("b"))))
    assert "In 1 of 2 decisions" in news.text
    assert "ICT_CALENDAR_FILE" in news.text
    assert news.figures["facts"] == {"news.minutes_to_event": "no economic calendar is known"}
    assert "PUT /api/v1/config/account" in traded.text


def test_a_refusal_that_one_fact_keeps_from_a_trade_is_a_near_miss(strict: Rulebook) -> None:
    trade = _facts_of_a_trade(strict)
    outside = Refusal("near", "strict", {**trade, "session.in_kill_zone": Fact(False)})
    far = Refusal("far", "strict", {**outside.facts, "bias.held": Fact(False)})
    unread = Refusal("unread", "another", outside.facts)
    found = insights_of(replace(NOTHING, refusals=(outside, far, unread), rulebooks={"strict": strict}))
    (near,) = of_kind("near_miss", found)
    assert near.run_ids == ("near",)
    assert near.text.startswith("1 of the 3 newest refusals was one fact away from a trade, 1 by session.in_kill_zone.")
    assert near.rule_refs[0] == "8.1"
    assert near.figures["by_fact"] == {"session.in_kill_zone": 1}
    (alone,) = of_kind("near_miss", insights_of(replace(NOTHING, refusals=(outside,), rulebooks={"strict": strict})))
    assert alone.text.startswith("The only refusal was one fact away from a trade, session.in_kill_zone: ")


def test_discipline_tells_counts_and_percentages_but_no_balance() -> None:
    state = Discipline(
        trades_this_session=1, trades_today=2, losses_this_session=1, losses_in_row=1, minutes_since_loss=45.0,
        daily_loss_pct=1.25, drawdown_pct=2.0,
    )  # fmt: skip
    (found,) = insights_of(replace(NOTHING, discipline=state))
    assert found.text == (
        "Trades today 2, in this session 1; losses in a row 1, in this session 1; lost today 1.25 %; "
        "below the highest balance 2 %; last loss 45 minutes ago."
    )
    (never,) = insights_of(replace(NOTHING, discipline=replace(state, minutes_since_loss=NEVER_MINUTES)))
    assert "last loss" not in never.text


def test_every_number_of_a_sentence_stands_in_its_figures(strict: Rulebook) -> None:
    decisions = [decision("a", "8.1"), decision("b", "8.1", zone=None), decision("c"), decision("d")]
    found = insights_of(record(*decisions, rulebooks={"strict": strict}))
    assert {one.kind for one in found} == {"stopping_rule", "kill_zone_trades", "kill_zone_refusals"}
    for one in found:
        without_rules = re.sub(r"[Rr]ule \d+(\.\d+)*", "", one.text)
        said = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", without_rules)}
        kept = {float(value) for value in one.figures.values() if isinstance(value, int | float)}
        assert said <= kept, one


def _facts_of_a_trade(rulebook: Rulebook) -> dict[str, Fact]:
    """Return facts on which every gate passes: those the why-not of no facts at all asks for."""
    return why_not(rulebook, {}).apply({})
