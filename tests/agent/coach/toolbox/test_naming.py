"""Finding decisions by day and id, how old they are and of what candles; rules of another profile, terms defined."""

import pytest

from agent.coach.toolbox.age import age_of
from tests.agent.coach.toolbox.box import NOW, Box
from tools.times import iso_utc

MINUTE = 60
DAY = 24 * 60 * MINUTE


def test_a_list_of_a_day_has_the_decisions_as_of_that_day(box: Box) -> None:
    every = box.asked("list_decisions")["total"]
    told = box.asked("list_decisions", on="2024-01-11")
    assert (told["from"], told["before"]) == ("2024-01-11T00:00Z", "2024-01-12T00:00Z")
    assert told["total"] == every > 0
    assert {row["as_of"][:10] for row in told["decisions"]} == {"2024-01-11"}
    assert box.asked("list_decisions", on="2024-01-10")["decisions"] == []
    assert box.asked("list_decisions", on="2024-01-12")["decisions"] == []


@pytest.mark.parametrize("on", ["2024-02-30", "11 January", "2024-1-11"])
def test_what_is_no_day_is_refused(box: Box, on: str) -> None:
    assert "on" in box.refused("list_decisions", on=on)


def test_a_list_says_of_which_market_it_is(box: Box) -> None:
    assert box.asked("list_decisions", symbol="btc/usd")["symbol"] == "BTCUSD"


def test_a_decision_is_found_by_its_own_id_too(box: Box) -> None:
    run_id = box.runs["trade"]
    run = box.wait(lambda: box.service.runs.get(run_id, owner_id="me"))
    assert run.decision_id not in (None, run_id)
    told = box.asked("explain_decision", run_id=run.decision_id)
    assert told["decision"]["run_id"] == run_id
    compared = box.asked("compare_decisions", run_id=run.decision_id, other_run_id=box.runs["wait"])
    assert compared["decision"]["run_id"] == run_id
    assert "no run has the id" in box.refused("explain_decision", run_id=run.decision_id, owner_id="nobody")


@pytest.mark.parametrize("tool", ["explain_decision", "why_not"])
def test_a_decision_says_how_old_it_is_and_of_what_candles(box: Box, tool: str) -> None:
    later = Box(box.service, box.portal, box.conninfo, lambda: NOW + 3 * DAY)
    told = later.asked(tool, run_id=box.runs["trade"])["decision"]
    assert (told["simulated"], told["minutes_since_as_of"], told["age"]) == (True, 3 * 24 * 60, "3 days")


@pytest.mark.parametrize(
    ("minutes", "age"),
    [(0, "0 min"), (119, "119 min"), (120, "2 h"), (47 * 60, "47 h"), (48 * 60, "2 days"), (59 * 1440, "59 days"),
     (60 * 1440, "2 months"), (729 * 1440, "24 months"), (730 * 1440, "2 years"), (-5, "0 min")],
)  # fmt: skip
def test_an_age_is_rounded_down(minutes: int, age: str) -> None:
    assert age_of(iso_utc(NOW), NOW + minutes * MINUTE) == {"minutes_since_as_of": max(0, minutes), "age": age}


@pytest.mark.parametrize("tool", ["read_chart_summary", "find_swings", "read_dealing_range", "read_session"])
def test_a_chart_says_that_its_candles_are_simulated(box: Box, tool: str) -> None:
    assert box.asked(tool, symbol="EURUSD", timeframe="15m")["simulated"] is True


def test_a_rule_is_told_by_the_profile_that_is_asked_for(box: Box) -> None:
    def least(profile: str) -> float:
        told = box.asked("look_up_rule", rule_id="7.2", profile=profile)
        assert told["profile"] == profile
        (value,) = [one["value"] for one in told["parameters"] if one["name"] == "minimum_with_confluence"]
        return float(value)

    assert least("relaxed") < least("strict")
    assert "nosuch" in box.refused("look_up_rule", rule_id="7.2", profile="nosuch")


@pytest.mark.parametrize(
    ("words", "term"),
    [("breaker block", "Breaker"), ("smt", "SMT divergence"), ("liquidity", "Liquidity pool"),
     ("fvg", "Fair value gap"),
     ("sweeps", "Sweep"), ("order blocks", "Order block"), ("cisd", "Change in the state of delivery"),
     ("judas", "Judas swing")],
)  # fmt: skip
def test_a_term_of_the_charts_is_defined(box: Box, words: str, term: str) -> None:
    told = box.asked("look_up_rule", words=words)["definitions"]
    assert term in [one["term"] for one in told]
    assert all(one["meaning"] for one in told)


def test_words_that_name_no_term_define_none(box: Box) -> None:
    assert box.asked("look_up_rule", words="drawdown")["definitions"] == []
