"""The rulebook's identity and its snapshot."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from rulebook.book import Rulebook
from rulebook.conclusion import conclude
from rulebook.counterfactual import why_not
from rulebook.judge import judge_walk
from rulebook.loader import load_rulebook
from tests.rulebook.books import RULE, facts, wire, write_book
from tools.errors import RulebookError

NAME = "2.2-displacement.yaml"


@pytest.mark.parametrize("profile", ["strict", "relaxed"])
def test_snapshot_judges_again_word_for_word(profile: str) -> None:
    book = load_rulebook(profile)
    again = Rulebook.from_dict(wire(book.to_dict()))
    assert again == book
    assert again.hash == book.hash
    canonical = Rulebook.from_dict(json.loads(rfc8785.dumps(book.to_dict())))
    assert canonical == book
    given_facts = facts(risk__reward_ratio=1.2, structure__aligned=None)
    assert judge_walk(again, given_facts) == judge_walk(book, given_facts)
    assert conclude(again, judge_walk(again, given_facts)) == conclude(book, judge_walk(book, given_facts))
    assert why_not(again, given_facts) == why_not(book, given_facts)


def test_hash_does_not_depend_on_the_process() -> None:
    code = "from rulebook.loader import load_rulebook as load; import sys; sys.stdout.write(load().hash)"
    root = Path(__file__).parents[2]
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert hashes == {load_rulebook().hash}


def hash_of(folder: Path, text: str, profile: str = "strict") -> str:
    """Return the hash of a rulebook of one rule."""
    return load_rulebook(profile, folder=write_book(folder, {NAME: text})).hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Displacement", "name: Speed"),
        ("category: structure", "category: speed"),
        ("when_valid: price", "when_valid: Price surely"),
        ("kind: gate", "kind: {strict: gate, relaxed: score}\n# relaxed"),
        ("weight: 1", "weight: 2"),
        ("weight: 1", "weight: 1\ngroup: speed"),
        ("kind: gate\nweight: 1\nblocks: wait\nwhen_unknown: block", "kind: warning\nweight: 1"),
        ("blocks: wait", "blocks: no_trade"),
        ("when_unknown: block", "when_unknown: warn"),
        ("strict: 1.5", "strict: 1.25"),
        ("operator: at_least", "operator: greater_than"),
        (
            "status: stable",
            "strength: {fact: structure.displacement_atr, zero: 0, full: 1, weight: 1}\nstatus: stable",
        ),
    ],
)
def test_what_can_change_a_verdict_or_sentence_changes_the_hash(tmp_path: Path, old: str, new: str) -> None:
    profile = "relaxed" if "# relaxed" in new else "strict"
    before = hash_of(tmp_path / "a", RULE, profile)
    assert hash_of(tmp_path / "b", RULE.replace(old, new, 1), profile) != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("description: Price left with speed.", "description: Another text."),
        ("description: The smallest body.", "description: Another text."),
        ("  - a book", "  - a book\n  - another"),
        ("status: stable", "status: experimental"),
        ("title: A large body", "title: A body"),
        ("strict: 1.5", "strict: 1.50"),
        ("relaxed: 1.0", "relaxed: 0.5"),
        ("weight: 1", "weight: 1.0   # one point"),
    ],
)
def test_what_cannot_does_not(tmp_path: Path, old: str, new: str) -> None:
    before = hash_of(tmp_path / "a", RULE)
    assert hash_of(tmp_path / "b", RULE.replace(old, new, 1)) == before


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda one: one.update(format="ict-rulebook/1"),
            "its format is 'ict-rulebook/1'; this code reads 'ict-rul",
        ),
        (lambda one: one.pop("kill_zones"), "it is damaged"),
        (lambda one: one.update(kill_zones=[]), "but its content's is"),
        (lambda one: one["rules"][0].pop("condition"), "it is damaged"),
        (lambda one: one["rules"][0].update(weight=3), "but its content's is"),
        (lambda one: one["facts"].pop("bias.strength"), "it is damaged"),
    ],
)
def test_damaged_snapshot_is_refused(damage: Callable[[Any], None], message: str) -> None:
    snapshot = copy.deepcopy(load_rulebook().to_dict())
    damage(snapshot)
    with pytest.raises(RulebookError, match=message):
        Rulebook.from_dict(snapshot)


def test_rules_and_parameters_are_found_by_name() -> None:
    book = load_rulebook()
    assert [one.id for one in book.rules_of("structure")] == ["1.2", "1.2.2", "2.1", "2.2", "2.3", "4.1", "4.2"]
    assert book.number("7.2", "minimum") == 2
    with pytest.raises(KeyError):
        book.parameter("7.2", "minimun")
    with pytest.raises(KeyError):
        book.rule("99")
