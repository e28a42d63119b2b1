"""The shipped toggles do what they say, and a toggle file at fault is named with its line."""

from pathlib import Path
from typing import Any

import pytest

from rulebook.conclusion import Conclusion, conclude
from rulebook.facts import Fact
from rulebook.judge import judge_walk
from rulebook.loader import ProfileText, load_rulebook
from tests.rulebook.books import RULE, facts, write_book
from tools.errors import RulebookError

NAME = "2.2-displacement.yaml"


def chosen(extends: str = "strict", **toggles: str) -> Any:
    """Return the shipped rulebook with toggles set."""
    words = ", ".join(f"{name}: {option}" for name, option in toggles.items())
    text = f"profile: own\ndescription: x\nextends: {extends}\ntoggles: {{{words}}}\n"
    return load_rulebook(ProfileText("own", text))


def concluded(given_facts: dict[str, Fact], extends: str = "strict", **toggles: str) -> Conclusion:
    """Return what the shipped rulebook with toggles set concludes."""
    rulebook = chosen(extends, **toggles)
    return conclude(rulebook, judge_walk(rulebook, given_facts))


@pytest.mark.parametrize("extends", ["strict", "relaxed"])
def test_kill_zone(extends: str) -> None:
    outside = facts(session__in_kill_zone=False)
    assert concluded(outside, extends, kill_zone="inside_only").deciding_rules == ("8.1",)
    found = concluded(outside, extends, kill_zone="outside_with_warning")
    assert (found.status, found.confluence_score) == ("TRADE_NOW", 9)
    assert [one.partition(":")[0] for one in found.warnings] == ["8.1 Inside a kill zone is not met"]


@pytest.mark.parametrize("extends", ["strict", "relaxed"])
def test_news(extends: str) -> None:
    near = facts(news__minutes_to_event=5.0)
    assert concluded(near, extends, news="block").deciding_rules == ("8.4",)
    found = concluded(near, extends, news="smaller_size")
    assert (found.status, found.confluence_score) == ("TRADE_NOW", 9)
    assert [one.partition(":")[0] for one in found.warnings] == ["8.4 News clear is not met"]
    assert chosen(extends, news="smaller_size").number("8.4", "size_factor") == 0.5
    assert chosen(extends, news="block").number("8.4", "size_factor") == 1


@pytest.mark.parametrize("extends", ["strict", "relaxed"])
def test_counter_trend(extends: str) -> None:
    against = {"bias__counter_trend": True, "bias__hourly_shift": False}
    assert concluded(facts(**against), extends, counter_trend="needs_shift").deciding_rules == ("1.2.2",)
    assert concluded(facts(**against), extends, counter_trend="needs_confluence").status == "TRADE_NOW"
    weak: dict[str, Any] = against | {"liquidity__sweep_present": False, "structure__aligned": False}
    found = concluded(facts(**weak), extends, counter_trend="needs_confluence")
    assert (found.confluence_score, found.deciding_rules) == (7, ("10",))
    shifted = facts(**(weak | {"bias__hourly_shift": True}))
    assert concluded(shifted, extends, counter_trend="needs_shift").status == "TRADE_NOW"


@pytest.mark.parametrize("extends", ["strict", "relaxed"])
def test_reward_for_risk(extends: str) -> None:
    thin = facts(risk__reward_ratio=1.5)
    assert concluded(thin, extends, reward_for_risk="two").deciding_rules == ("7.2",)
    assert concluded(thin, extends, reward_for_risk="one_and_a_half_with_confluence").status == "TRADE_NOW"
    weak = facts(risk__reward_ratio=1.9, liquidity__sweep_present=False, structure__aligned=False)
    assert concluded(weak, extends, reward_for_risk="one_and_a_half_with_confluence").deciding_rules == ("7.2",)


@pytest.mark.parametrize("extends", ["strict", "relaxed"])
def test_unclear_bias(extends: str) -> None:
    unclear = facts(bias__strength=0.1, bias__opposing_share=0.7)
    assert concluded(unclear, extends, unclear_bias="wait").deciding_rules == ("1.1", "1.1.1")
    found = concluded(unclear, extends, unclear_bias="structure_only")
    assert found.status == "TRADE_NOW"
    assert [one.partition(":")[0] for one in found.warnings] == ["1.1 HTF bias exists is not met"]
    assert chosen(extends, unclear_bias="structure_only").parameter("1.1", "when_unclear") == "structure"
    assert chosen(extends, unclear_bias="wait").parameter("1.1", "when_unclear") == "wait"


def test_the_order_in_which_toggles_are_written_changes_nothing() -> None:
    one = chosen(news="smaller_size", kill_zone="outside_with_warning")
    other = chosen(kill_zone="outside_with_warning", news="smaller_size")
    assert one.hash == other.hash
    assert one.hash not in {chosen().hash, chosen(news="smaller_size").hash}
    assert chosen().hash == load_rulebook("strict").hash


def option(rules: str) -> str:
    """Return a toggle file of one option that changes these rules."""
    return (
        "speed:\n  description: x\n  options:\n    slow: {description: x, rules: {}}\n"
        f"    fast:\n      description: x\n      rules: {rules}\n"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (option('{"2.3": {}}'), "7: there is no rule '2.3'; write one of 2.2"),
        (option('{"2.2": {parameters: {minimun: 2}}}'), "7: rule 2.2 has no parameter 'minimun'; write minimum"),
        (option('{"2.2": {weight: 3, speed: 1}}'),
         "7: the override of rule 2.2 has an unknown key 'speed'; "
         "write one of kind, blocks, when_unknown, parameters"),
        (option('{"2.2": {kind: score, when_unknown: warn}}'),
         "7: rule 2.2 is no gate, so when_unknown does nothing; leave it out, or add kind: gate"),
        (option('{"2.2": {weight: 10}}').replace("rules: {}", 'rules: {"2.2": {weight: 11}}'),
         "4: weight is 11; write points from 0 to 10 in steps of 0.25"),
        (option("{}").replace("description: x\n  options", "descripton: x\n  options"),
         "2: toggle speed has an unknown key 'descripton'; write description"),
        ("speed: {description: x, options: {fast: {description: x, rules: {}}}}",
         "1: toggle speed has fewer than two options; write at least two"),
        ("speed: fast", "1: toggle speed is the text 'fast', not a mapping; write description, options"),
        ("- speed", "1: the file is a list, not a mapping; write name: value pairs, or {}"),
        ("", "1: the file is empty; write its keys"),
    ],
)  # fmt: skip
def test_a_broken_toggle_is_named_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    folder = write_book(tmp_path, {NAME: RULE})
    (folder / "toggles.yaml").write_text(text)
    with pytest.raises(RulebookError) as caught:
        load_rulebook("strict", folder=folder)
    assert f"{folder}/toggles.yaml:{problem}" in caught.value.problems


def test_a_folder_may_have_no_toggles(tmp_path: Path) -> None:
    folder = write_book(tmp_path, {NAME: RULE})
    text = "profile: own\ndescription: x\nextends: strict\ntoggles: {news: block}\n"
    with pytest.raises(RulebookError, match="profile:4: there is no toggle 'news'; leave it out"):
        load_rulebook(ProfileText("own", text), folder=folder)


def test_an_option_may_not_give_more_points_than_the_score_has(tmp_path: Path) -> None:
    other = RULE.replace('"2.2"', '"2.3"')
    folder = write_book(tmp_path, {NAME: RULE, "2.3-other.yaml": other})
    (folder / "toggles.yaml").write_text(option('{"2.2": {weight: 10}}'))
    with pytest.raises(RulebookError, match=r"toggles\.yaml:1: the weights add up to 11 points"):
        load_rulebook("strict", folder=folder)


@pytest.mark.parametrize("value", ["21", "0.4"])
def test_an_option_outside_a_range_is_named_with_its_line(tmp_path: Path, value: str) -> None:
    ranged = RULE.replace("unit: ATR", "unit: ATR\n    minimum: 0.5\n    maximum: 20")
    folder = write_book(tmp_path, {NAME: ranged})
    (folder / "toggles.yaml").write_text(option(f'{{"2.2": {{parameters: {{minimum: {value}}}}}}}'))
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder=folder)
    said = f"7: parameter minimum of rule 2.2 is {value}; write a number from 0.5 to 20"
    assert list(caught.value.problems) == [f"{folder}/toggles.yaml:{said}"]
