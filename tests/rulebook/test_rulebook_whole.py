"""The shipped rulebook as a whole: every rule of the method, nothing misspelt, every rule in every walk."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import rulebook
from rulebook.conclusion import conclude
from rulebook.conditions import comparisons
from rulebook.facts import NODES, VOCABULARY, Fact
from rulebook.judge import judge_walk, points
from rulebook.loader import ProfileText, load_rulebook
from rulebook.ranges import ANY_NUMBER
from rulebook.vocabulary import NODE_PARAMETERS
from tests.rulebook.books import any_facts, facts, write_book
from tools.errors import RulebookError

HOME = Path(rulebook.__file__).parent
FILES = sorted((HOME / "rules").glob("*.yaml"))
TOGGLES: dict[str, Any] = yaml.safe_load((HOME / "toggles.yaml").read_text(encoding="utf-8"))
BOOKS = {name: load_rulebook(name) for name in ("strict", "relaxed")}

METHOD = {
    "bias": {"1.1": "gate", "1.1.1": "gate/score", "1.1.2": "gate/score", "7.6.1": "gate"},
    "liquidity": {
        "1.2.1": "score", "2.4": "gate", "3.1": "score", "3.2": "score", "3.3": "score", "3.4": "score",
        "3.5": "score", "5.1": "score",
    },
    "structure": {
        "1.2": "score", "1.2.2": "gate/warning", "2.1": "score", "2.2": "score", "2.3": "gate", "4.1": "score",
        "4.2": "score",
    },
    "entry": {
        "1.2.3": "gate/warning", "5.2": "score", "5.3": "score", "5.4": "score", "5.5": "score", "5.6": "score",
        "6.1": "score", "6.2": "score", "6.3": "score", "6.4": "score", "6.5": "score", "6.6": "score",
        "6.7": "score", "8.1": "gate", "8.2": "score", "8.3": "score", "8.4": "gate", "9.1": "gate",
        "9.2": "gate",
    },
    "risk": {
        "7.1": "gate", "7.3": "gate", "7.4": "score", "7.5": "score", "7.6": "gate", "9.3": "gate", "12": "gate",
        "7.2": "gate", "10": "gate",
    },
}  # fmt: skip
"""Every rule of the method in walk order, and its kind (strict/relaxed where they differ)."""

POINTS = {"1.1": 2, "1.2": 1, "3.4": 2, "5.1": 1, "5.2": 2, "5.4": 2, "8.1": 1, "8.4": 1}
"""The rules that earn confluence points; 5.2 and 5.4 earn theirs once."""


@pytest.mark.parametrize("profile", BOOKS)
def test_every_rule_of_the_method_is_there(profile: str) -> None:
    column = ("strict", "relaxed").index(profile)  # the first word, or the last
    wanted = {
        node: [(one, kind.split("/")[-1 if column else 0]) for one, kind in METHOD[node].items()] for node in NODES
    }
    assert {node: [(one.id, one.kind) for one in BOOKS[profile].rules_of(node)] for node in NODES} == wanted


@pytest.mark.parametrize("profile", BOOKS)
def test_the_rules_earn_ten_points(profile: str) -> None:
    rules = BOOKS[profile].rules
    assert {rule.id: rule.weight for rule in rules if rule.weight} == POINTS
    assert {rule.id for rule in rules if rule.group == "entry_array"} == {"5.2", "5.4"}
    assert points(rules) == 10


@pytest.mark.parametrize("profile", BOOKS)
def test_what_a_closed_gate_means(profile: str) -> None:
    gates = [rule for rule in BOOKS[profile].rules if rule.kind == "gate"]
    assert {rule.id for rule in gates if rule.blocks == "no_trade"} == {
        "7.1",
        "7.2",
        "7.3",
        "7.6",
        "7.6.1",
        "8.4",
        "9.3",
        "12",
    }
    strict_only = {"1.1.2", "1.2.2"} if profile == "strict" else set()
    assert {rule.id for rule in gates if rule.when_unknown == "warn"} == {"7.6", "7.6.1", "8.4", "9.3"} | strict_only


def test_profiles_differ_where_the_method_says() -> None:
    strict, relaxed = BOOKS["strict"].parameters, BOOKS["relaxed"].parameters
    changed = {
        f"{rule_id} {name}": (value, relaxed[rule_id][name])
        for rule_id, values in strict.items()
        for name, value in values.items()
        if value != relaxed[rule_id][name]
    }
    arrays = {f"{rule_id} lookback_bars": (40, 80) for rule_id in ("5.2", "5.3", "5.4", "5.5", "5.6")}
    assert changed == arrays | {
        "1.1 minimum_strength": (0.34, 0.2),
        "1.1.1 maximum_opposing": (0.34, 0.5),
        "1.2.2 lookback_bars": (20, 40),
        "10 minimum_counter_trend": (6, 8),
        "2.2 lookback_bars": (40, 80),
        "2.2 minimum_body_atr": (1.5, 1),
        "2.2 minimum_close_atr": (0.05, 0),
        "2.3 lookback_bars": (40, 80),
        "3.4 lookback_bars": (40, 80),
        "3.4 reclaim_bars": (1, 3),
        "4.1 lookback_bars": (20, 40),
        "4.1 minimum_move_atr": (1, 0.5),
        "5.1 minimum_depth": (2.5, 0),
        "6.2 offered": (False, True),
        "6.7 offered": (False, True),
        "7.2 minimum_with_confluence": (2, 1.5),
        "7.3 minimum_atr": (0.05, 0),
        "7.6 cooldown_minutes": (30, 15),
        "7.6 maximum_daily_loss_pct": (3, 5),
        "7.6 maximum_drawdown_pct": (10, 15),
        "7.6 maximum_losses_in_row": (1, 2),
        "7.6 maximum_trades_today": (3, 5),
        "8.4 window_minutes": (60, 30),
        "9.1 lookback_bars": (40, 80),
        "9.2 maximum_bars": (1, 3),
        "9.3 maximum_trades": (1, 2),
    }


def test_every_fact_of_the_vocabulary_is_read_by_some_rule() -> None:
    assert set(BOOKS["strict"].facts) == set(VOCABULARY)


def test_every_parameter_a_node_asks_for_stands_in_its_rule() -> None:
    declared = {
        rule.id: tuple(sorted(one.name for one in rule.parameters if one.read_by == "node"))
        for rule in BOOKS["strict"].rules
    }
    wanted = {rule_id: tuple(sorted(names)) for rule_id, names in NODE_PARAMETERS.items()}
    assert {rule_id: names for rule_id, names in declared.items() if names} == wanted


def test_every_number_has_a_range_and_every_count_is_whole() -> None:
    counts = {"bars", "count", "steps", "trades"}
    for rule in BOOKS["strict"].rules:
        for one in rule.parameters:
            if one.unit is None:
                assert one.range == ANY_NUMBER, (rule.id, one.name)
            else:
                assert one.range.minimum is not None, (rule.id, one.name)
                assert one.range.maximum is not None, (rule.id, one.name)
                assert one.range.whole is (one.unit in counts), (rule.id, one.name)


@pytest.mark.parametrize("profile", BOOKS)
def test_no_rule_asks_for_more_than_its_threshold(profile: str) -> None:
    """Everywhere meeting a threshold exactly is enough: no strict inequality, and no `not` that makes one."""
    used = {one.operator.name for rule in BOOKS[profile].rules for one in comparisons(rule.condition)}
    assert used == {"at_least", "at_most", "between", "in", "is_true", "is_false"}
    assert not any(re.search(r"\bnot:", path.read_text(encoding="utf-8")) for path in FILES)


INDICATORS = re.compile(
    r"\b(rsi|macd|ema|sma|vwap|adx|cci|obv|stochastic|bollinger|ichimoku|supertrend|moving average|oscillator"
    r"|indicator)s?\b"
)


@pytest.mark.parametrize("profile", BOOKS)
def test_no_rule_but_the_one_that_forbids_them_speaks_of_an_indicator(profile: str) -> None:
    speaking = [
        rule.id
        for rule in BOOKS[profile].rules
        if INDICATORS.search(" ".join((rule.name, rule.description, rule.when_valid, rule.when_invalid)).lower())
        or any(INDICATORS.search(f"{name} {VOCABULARY[name].label}".replace("_", " ").lower()) for name in rule.facts)
    ]
    assert speaking == ["12"]


# -- misspellings ---------------------------------------------------------------------------------

_FACT = re.compile(r"\b[a-z]+\.[a-z][a-z0-9_]*\b")
_DECLARED = re.compile(r"^ {2}([a-z_0-9]+):", re.MULTILINE)
_USED = re.compile(r"\bparameter: (\[[^\]]*\]|[a-z_0-9]+)")


def spots(text: str) -> Iterator[tuple[int, int]]:
    """Return where every fact's and every parameter's name stands in a rule file."""
    for found in _FACT.finditer(text):
        if found[0] in VOCABULARY:
            yield found.span()
    block = re.search(r"^parameters:\n((?: .*\n)+)", text, re.MULTILINE)
    if block is not None:
        for found in _DECLARED.finditer(block[1]):
            yield block.start(1) + found.start(1), block.start(1) + found.end(1)
    for found in _USED.finditer(text):
        for name in re.finditer(r"[a-z_0-9]+", found[1]):
            yield found.start(1) + name.start(), found.start(1) + name.end()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_misspelt_fact_or_parameter_is_caught_at_load(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    load_rulebook(folder=write_book(tmp_path, {path.name: text}))
    tried = 0
    for start, end in spots(text):
        name, line = text[start:end], text.count("\n", 0, start) + 1
        for wrong in (name[:-1], name[:-2] + name[-1] + name[-2], name + "s"):
            if wrong == name:
                continue
            tried += 1
            folder = write_book(tmp_path, {path.name: text[:start] + wrong + text[end:]})
            with pytest.raises(RulebookError) as caught:
                load_rulebook(folder=folder)
            where = f"{folder / 'rules' / path.name}:{line}: "
            assert any(one.startswith(where) for one in caught.value.problems), (wrong, caught.value.problems)
    named = {name for case in yaml.safe_load(text)["cases"].values() for one in case for name in one["facts"]}
    assert tried > 6 * len(named), "each fact stands at least in the condition and in three cases"


# -- every rule in every walk ---------------------------------------------------------------------


@st.composite
def own_profiles(draw: st.DrawFn) -> str:
    """Return a trader's own profile, with toggles set and rules, but those that govern the others, of another kind."""
    base = draw(st.sampled_from(sorted(BOOKS)))
    chosen = draw(
        st.fixed_dictionaries(
            {}, optional={name: st.sampled_from(list(one["options"])) for name, one in TOGGLES.items()}
        )
    )
    others = [rule.id for rule in BOOKS[base].rules if rule.category != "governance"]
    kinds = [{"kind": "gate", "blocks": "wait"}, {"kind": "score"}, {"kind": "warning"}]
    rules = draw(st.dictionaries(st.sampled_from(others), st.sampled_from(kinds), max_size=4))
    return json.dumps(
        {"profile": "own", "description": "A trader's own.", "extends": base, "toggles": chosen, "rules": rules}
    )


@settings(deadline=None)
@given(own_profiles(), any_facts())
def test_every_rule_is_judged_once_in_walk_order_whatever_the_facts(profile: str, found: dict[str, Fact]) -> None:
    book = load_rulebook(ProfileText("own", profile))
    verdicts = judge_walk(book, found)
    assert [one.rule_id for one in verdicts] == [rule.id for rule in book.rules]
    assert all(one.sentence for one in verdicts)


@settings(deadline=None)
@given(st.sampled_from(sorted(BOOKS)), any_facts())
def test_every_rule_is_judged_once_under_the_shipped_profiles(profile: str, found: dict[str, Fact]) -> None:
    assert [one.rule_id for one in judge_walk(BOOKS[profile], found)] == [rule.id for rule in BOOKS[profile].rules]


@settings(max_examples=25, deadline=None)
@given(own_profiles(), st.integers(min_value=1, max_value=50))
def test_an_indicator_among_the_evidence_forbids_every_trade(profile: str, indicators: int) -> None:
    book = load_rulebook(ProfileText("own", profile))
    judged = judge_walk(book, facts(governance__indicator_facts=indicators))
    assert next(one for one in judged if one.rule_id == "12").outcome == "fail"
    assert conclude(book, judged).status == "NO_TRADE"


@pytest.mark.parametrize("profile", BOOKS)
def test_one_gap_and_one_block_earn_their_two_points_once(profile: str) -> None:
    for gaps, blocks, total in ((1, 1, 10), (1, 0, 10), (0, 1, 10), (0, 0, 8)):
        found = facts(entry__fresh_gaps=gaps, entry__fresh_order_blocks=blocks)
        assert conclude(BOOKS[profile], judge_walk(BOOKS[profile], found)).confluence_score == total
