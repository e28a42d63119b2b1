"""The loader reports every problem at once, each with its file, its line and what to write instead."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rulebook.loader import known_profiles, load_rulebook
from tests.rulebook.books import RULE, write_book
from tools.errors import RulebookError, UnknownProfile

NAME = "2.2-displacement.yaml"


def problems_of(folder: Path, profile: str | Path = "strict") -> list[str]:
    """Return what is wrong with a folder, without the folder's own path."""
    with pytest.raises(RulebookError) as caught:
        load_rulebook(profile, folder=folder)
    return [one.replace(f"{folder}/", "") for one in caught.value.problems]


BROKEN: Sequence[tuple[str, str, str, str]] = [
    # what, text to replace, replacement, message
    ("unknown key", "status: stable", "status: stable\nwieght: 1",
     "25: the rule has an unknown key 'wieght'; write one of strength, group"),
    ("misspelt key", "category: structure", "catgory: structure",
     "3: the rule has an unknown key 'catgory'; write category"),
    ("missing key", "status: stable\n", "", "1: the rule has no 'status'; add status"),
    ("wrong type", "name: Displacement", "name: [a]", "2: name is a list, not a text; write a text"),
    ("blank text", "name: Displacement", "name: ' '", "2: name is blank; write a text"),
    ("number as id", 'id: "2.2"', "id: 2.2",
     '1: id is the number 2.2, not a text; put it in quotes: "2.2"'),
    ("odd id", 'id: "2.2"', 'id: "2.x"',
     "1: id is the text '2.x'; write numbers joined by points, such as \"2.2\""),
    ("id against file name", 'id: "2.2"', 'id: "2.3"',
     "1: the file is named 2.2-displacement.yaml but holds rule 2.3; name it 2.3-a-few-words.yaml"),
    ("unknown node", "node: structure", "node: strcture", "4: node is the text 'strcture'; write structure"),
    ("unknown kind", "kind: gate", "kind: door",
     "8: kind is the text 'door'; write one of gate, score, warning"),
    ("half a kind", "kind: gate", "kind: {strict: gate}", "8: kind has no 'relaxed'; add relaxed"),
    ("weight out of range", "weight: 1", "weight: 11",
     "9: weight is 11; write points from 0 to 10 in steps of 0.25"),
    ("weight in tenths", "weight: 1", "weight: 0.1",
     "9: weight is 0.1; write points from 0 to 10 in steps of 0.25"),
    ("weight as text", "weight: 1", "weight: one",
     "9: weight is the text 'one', not a number; write a number such as 1.5"),
    ("gate without blocks", "blocks: wait\n", "",
     "1: the rule is a gate and has no 'blocks'; add blocks: no_trade or wait"),
    ("score with blocks", "kind: gate", "kind: score",
     "10: the rule is never a gate, so blocks does nothing; leave it out, or write kind: gate"),
    ("unknown fact", "  fact: structure.displacement_atr", "  fact: structure.displacment_atr",
     "19: there is no fact 'structure.displacment_atr'; write structure.displacement_atr"),
    ("later fact", "node: structure", "node: bias",
     "19: structure.displacement_atr is gathered in node structure, after this rule's node bias; "
     "write node: structure, or read another fact"),
    ("unknown operator", "operator: at_least", "operator: atleast",
     "20: operator is the text 'atleast'; write at_least"),
    ("operator of another type", "operator: at_least", "operator: is_true",
     "21: is_true takes no parameter; leave it out"),
    ("flag asked for a number", "fact: structure.displacement_atr", "fact: structure.aligned",
     "20: at_least does not fit structure.aligned, which is a flag; write one of is_true, is_false"),
    ("unknown parameter", "parameter: minimum", "parameter: minimun",
     "21: there is no parameter 'minimun' in this rule; write minimum"),
    ("unused parameter", "parameter: minimum", "value: 1.5",
     "13: parameter minimum is never used by the condition; use it, leave it out, or mark it read_by: node"),
    ("both thresholds", "parameter: minimum", "parameter: minimum\n  value: 1",
     "19: at_least has both value and parameter; write either value or parameter"),
    ("no threshold", "  parameter: minimum\n", "",
     "19: at_least has no threshold; write either value or parameter"),
    ("threshold of another type", "parameter: minimum", "value: big",
     "21: value is the text 'big', but structure.displacement_atr is a number; write a number"),
    ("another unit", "unit: ATR", "unit: bars",
     "16: parameter minimum is in bars, but structure.displacement_atr is in ATR; write unit: ATR"),
    ("no unit", "    unit: ATR\n", "", "14: parameter minimum has no 'unit'; add unit"),
    ("types of both columns", "relaxed: 1.0", "relaxed: small",
     "14: parameter minimum is a number in strict and a text in relaxed; write values of one type"),
    ("below the range", "unit: ATR", "unit: ATR\n    minimum: 1.2",
     "15: parameter minimum in relaxed is 1.0; write a number of at least 1.2"),
    ("above the range", "unit: ATR", "unit: ATR\n    maximum: 1.2",
     "14: parameter minimum in strict is 1.5; write a number of at most 1.2"),
    ("outside the range", "unit: ATR", "unit: ATR\n    minimum: 1\n    maximum: 1.25",
     "14: parameter minimum in strict is 1.5; write a number from 1 to 1.25"),
    ("half of a count", "unit: ATR", "unit: ATR\n    whole: true",
     "14: parameter minimum in strict is 1.5; write a whole number"),
    ("range out of order", "unit: ATR", "unit: ATR\n    minimum: 9\n    maximum: 0",
     "17: minimum of parameter minimum is above its maximum; write the lower one first"),
    ("bound as text", "unit: ATR", "unit: ATR\n    maximum: ten",
     "17: maximum of parameter minimum is the text 'ten', not a number; write a number such as 1.5"),
    ("whole as text", "unit: ATR", "unit: ATR\n    whole: maybe",
     "17: whole of parameter minimum is the text 'maybe'; write true or false"),
    ("range of a flag", "strict: 1.5\n    relaxed: 1.0", "strict: true\n    relaxed: true\n    minimum: 0",
     "16: parameter minimum has minimum and is no number; leave it out"),
    ("order of between", "operator: at_least\n  parameter: minimum", "operator: between\n  value: [2, 1]",
     "21: between's thresholds are out of order (2 is above 1); write the lower one first"),
    ("three for between", "operator: at_least\n  parameter: minimum", "operator: between\n  value: [1, 2, 3]",
     "21: between has 3 values; write two: [lower, upper]"),
    ("nothing to choose from", "operator: at_least\n  parameter: minimum", "operator: in\n  value: []",
     "21: value is an empty list; write at least one item"),
    ("two branches", "  fact: structure.displacement_atr\n  operator: at_least\n  parameter: minimum",
     "  all: []\n  any: []",
     "19: a condition holds all, any together; keep all alone and nest the others below it"),
    ("empty all", "  fact: structure.displacement_atr\n  operator: at_least\n  parameter: minimum",
     "  all: []", "19: the condition's all is an empty list; write at least one item"),
    ("placeholder", "when_valid: price left", "when_valid: price {structure.displacement} left",
     "6: when_valid names {structure.displacement}, which is no fact; write structure.displacement_atr"),
    ("lone brace", "when_valid: price left", "when_valid: price } left",
     "6: when_valid has a lone }; write {fact.name}"),
    ("strength's fact", "status: stable",
     "status: stable\nstrength: {fact: bias.strength, zero: 0, full: 1, weight: 1}",
     "25: strength's fact is the text 'bias.strength'; write one of structure.displacement_atr"),
    ("flat strength", "status: stable",
     "status: stable\nstrength: {fact: structure.displacement_atr, zero: 1, full: 1, weight: 1}",
     "25: strength's zero and full are the same; write two different numbers"),
    ("missing case kind", "  unmet:\n    - title: A small body\n"
     "      facts: {structure.displacement_atr: 0.5}\n", "",
     "26: cases has no 'unmet'; add unmet"),
    ("case of another fact", "facts: {structure.displacement_atr: 2}", "facts: {bias.strength: 2}",
     "27: a case of met does not give structure.displacement_atr; "
     "add structure.displacement_atr, null where it is unknown"),
    ("case of a wrong type", "facts: {structure.displacement_atr: 2}",
     "facts: {structure.displacement_atr: true}",
     "28: structure.displacement_atr is the flag true, but structure.displacement_atr is a number; "
     "write a number"),
    ("duplicate key", "status: stable", "status: stable\nstatus: stable",
     "25: the key 'status' is written twice (first on line 24); keep one"),
    ("a key that is no text", "status: stable", "status: stable\n1.1: x",
     '25: the key is the number 1.1, not text; put it in quotes: "1.1"'),
    ("an alias", "name: Displacement\ncategory: structure", "name: &x Displacement\ncategory: *x",
     "2: an alias (*name) is used; write the value out"),
    ("condition of one word", "condition:\n  fact: structure.displacement_atr\n  operator: at_least\n"
     "  parameter: minimum", "condition: always",
     "18: a condition is the text 'always', not a mapping; write all, any, not, or fact with operator"),
    ("the same twice", "operator: at_least\n  parameter: minimum", "operator: in\n  value: [1, 1]",
     "21: value holds the same thing twice; keep one"),
    ("in by parameter", "operator: at_least", "operator: in",
     "21: in takes no parameter; write value: [...]"),
    ("one parameter for between", "operator: at_least\n  parameter: minimum",
     "operator: between\n  parameter: [minimum]",
     "21: between has 1 parameters; write two names: [lower, upper]"),
    ("parameters as a list", "parameters:\n  minimum:\n    strict: 1.5\n    relaxed: 1.0\n    unit: ATR\n"
     "    description: The smallest body.", "parameters: [minimum]",
     "12: parameters is a list, not a mapping; write name: value pairs, or {}"),
    ("no parameters at all", "parameters:\n  minimum:\n    strict: 1.5\n    relaxed: 1.0\n    unit: ATR\n"
     "    description: The smallest body.", "parameters: {}",
     "16: there is no parameter 'minimum' in this rule; add minimum under parameters"),
    ("parameter of nothing", "strict: 1.5", "strict:",
     "14: parameter minimum in strict is nothing; write a number, a text, true or false"),
    ("references as a text", "references:\n  - a book", "references: a book",
     "22: references is the text 'a book', not a list; write a list"),
    ("weightless strength", "status: stable",
     "status: stable\nstrength: {fact: structure.displacement_atr, zero: 0, full: 1, weight: 0}",
     "25: strength's weight is 0; write more than 0"),
    ("text outside its set",
     "  fact: structure.displacement_atr\n  operator: at_least\n  parameter: minimum",
     "  fact: bias.direction\n  operator: equals\n  value: bulish",
     "21: value is the text 'bulish', which bias.direction never is; write bullish"),
    ("blank group", "weight: 1", "weight: 1\ngroup: ' '", "10: group is blank; write a text"),
    ("a number of a closed set", "    unit: ATR", "    unit: ATR\n    values: [a, b]",
     "17: parameter minimum has values and is no text; leave values out"),
    ("outside its closed set", "condition:", "  way: {strict: up, relaxed: round, values: [up, down], "
     "read_by: node, description: Which.}\ncondition:",
     "18: parameter way in relaxed is the text 'round'; write one of up, down"),
    ("a closed set of nothing", "condition:", "  way: {strict: up, relaxed: up, values: [], "
     "read_by: node, description: Which.}\ncondition:",
     "18: values of parameter way is an empty list; write at least one item"),
    ("a closed set with a double", "condition:", "  way: {strict: up, relaxed: up, values: [up, up], "
     "read_by: node, description: Which.}\ncondition:",
     "18: values of parameter way holds the same thing twice; keep one"),
    ("warning with blocks", "kind: gate", "kind: warning",
     "10: the rule is never a gate, so blocks does nothing; leave it out, or write kind: gate"),
    ("infinity", "strict: 1.5", "strict: .inf",
     "14: parameter minimum in strict is .inf; write a number within ±9007199254740992"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "message"), BROKEN, ids=[one[0] for one in BROKEN])
def test_broken_rule_is_named_with_its_line(tmp_path: Path, what: str, old: str, new: str, message: str) -> None:
    assert old in RULE, what
    folder = write_book(tmp_path, {NAME: RULE.replace(old, new, 1)})
    assert f"rules/{NAME}:{message}" in problems_of(folder)


def test_flawless_rule_loads(tmp_path: Path) -> None:
    book = load_rulebook("relaxed", folder=write_book(tmp_path, {NAME: RULE}))
    assert book.parameters == {"2.2": {"minimum": 1}}


def test_every_problem_of_every_file_comes_at_once(tmp_path: Path) -> None:
    first = RULE.replace("operator: at_least", "operator: atleast").replace("node: structure", "node: x")
    second = RULE.replace('"2.2"', '"2.3"').replace("weight: 1", "weight: heavy")
    folder = write_book(
        tmp_path, {NAME: first, "2.3-other.yaml": second}, {"own.yaml": "profile: own\nextends: strict\n"}
    )
    assert problems_of(folder) == [
        "profiles/own.yaml:1: the profile has no 'description'; add description",
        f"rules/{NAME}:4: node is the text 'x'; write one of bias, liquidity, structure, entry, risk",
        f"rules/{NAME}:20: operator is the text 'atleast'; write at_least",
        "rules/2.3-other.yaml:9: weight is the text 'heavy', not a number; write a number such as 1.5",
    ]


def test_two_files_may_not_hold_one_id(tmp_path: Path) -> None:
    folder = write_book(tmp_path, {NAME: RULE, "2.2-second.yaml": RULE})
    assert problems_of(folder) == [
        f"rules/2.2-second.yaml:1: rule id 2.2 is already used in rules/{NAME}; give each rule its own id"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "1: the file is empty; write its keys"),
        (b"id: ]\nname: x\n", "1: it is not YAML"),
        (b"id: x\nname: \xff\n", "2: the file is not UTF-8 text; save it as UTF-8"),
        (b"- a\n", "1: the rule is a list, not a mapping"),
        (b"a: 1\n---\nb: 2\n", "2: it is not YAML"),
        (b"id: !!int x\n", "1: 'x' does not fit its tag; leave the tag out"),
        (b"a: " + b"[" * 100_000, "1: it is nested more than 20 levels deep; flatten it"),
    ],
)
def test_file_that_is_no_rule_at_all(tmp_path: Path, content: bytes, message: str) -> None:
    folder = write_book(tmp_path, {})
    (folder / "rules" / NAME).write_bytes(content)
    assert any(one.startswith(f"rules/{NAME}:{message}") for one in problems_of(folder))


def test_folder_without_rules(tmp_path: Path) -> None:
    assert problems_of(write_book(tmp_path, {})) == [
        "rules:1: there is no rule file; add one such as 1.1-htf-bias.yaml"
    ]


OWN = "profile: own\ndescription: Mine.\nextends: strict\nrules:\n  "

OWN_BROKEN = [
    ('"2.9": {weight: 1}', "5: there is no rule '2.9'; write one of 2.2, 2.3"),
    ("2.2: {weight: 1}", '5: the key is the number 2.2, not text; put it in quotes: "2.2"'),
    ('"2.2": {wait: 1}', "5: the override of rule 2.2 has an unknown key 'wait'; write weight"),
    ('"2.2":\n    parameters: {minimun: 1}', "6: rule 2.2 has no parameter 'minimun'; write minimum"),
    ('"2.2":\n    parameters: {minimum: small}',
     "6: parameter minimum of rule 2.2 is the text 'small', but it is a number; write a number"),
    ('"2.2":\n    weight: -1', "6: weight is -1; write points from 0 to 10 in steps of 0.25"),
    ('"2.2":\n    kind: score\n    blocks: wait',
     "7: rule 2.2 is no gate, so blocks does nothing; leave it out, or add kind: gate"),
    ('"2.3":\n    kind: gate',
     "6: rule 2.3 becomes a gate and nothing says what its failing means; add blocks: no_trade or wait"),
    ('"2.3":\n    parameters:\n      upper: 0.5',
     "7: rule 2.3: between's thresholds are out of order (1 is above 0.5); write the lower one first"),
    ('"2.2": {weight: 10}',
     "1: the weights add up to 11 points, and the score is out of 10; take 1 away"),
]  # fmt: skip

SCORE = (
    RULE.replace('"2.2"', '"2.3"')
    .replace("kind: gate", "kind: score")
    .replace("blocks: wait\nwhen_unknown: block\n", "")
    .replace("  minimum:", "  lower:")
    .replace("condition:", "  upper: {strict: 3, relaxed: 3, unit: ATR, description: The largest.}\ncondition:")
    .replace("strict: 1.5", "strict: 1")
    .replace("operator: at_least\n  parameter: minimum", "operator: between\n  parameter: [lower, upper]")
)


@pytest.mark.parametrize(("override", "message"), OWN_BROKEN)
def test_broken_profile_is_named_with_its_line(tmp_path: Path, override: str, message: str) -> None:
    folder = write_book(tmp_path, {NAME: RULE, "2.3-score.yaml": SCORE}, {"own.yaml": OWN + override})
    assert problems_of(folder, "own") == [f"profiles/own.yaml:{message}"]


def test_own_profile_overrides_what_it_extends(tmp_path: Path) -> None:
    folder = write_book(tmp_path, {NAME: RULE, "2.3-score.yaml": SCORE})
    middle = 'profile: middle\ndescription: x\nextends: relaxed\nrules:\n  "2.2": {parameters: {minimum: 1.2}}\n'
    (folder / "profiles" / "middle.yaml").write_text(middle)
    own = tmp_path / "mine.yaml"
    own.write_text(
        "profile: mine\ndescription: x\nextends: middle\nrules:\n"
        '  "2.2": {kind: score, weight: 2.5}\n'
        '  "2.3": {kind: gate, blocks: no_trade, parameters: {upper: 4.0}}\n'
    )
    book = load_rulebook(own, folder=folder)
    assert book.profile == "mine"
    assert book.parameters == {"2.2": {"minimum": 1.2}, "2.3": {"lower": 1, "upper": 4}}
    assert (book.rule("2.2").kind, book.rule("2.2").weight, book.rule("2.2").blocks) == ("score", 2.5, None)
    assert (book.rule("2.3").kind, book.rule("2.3").blocks) == ("gate", "no_trade")
    assert book.rule("2.3").when_unknown == "block"


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("own", "3: profile own extends itself; extend strict or relaxed"),
        ("strikt", "3: there is no profile 'strikt' to extend; write strict"),
    ],
)
def test_profile_must_end_at_a_shipped_one(tmp_path: Path, extends: str, message: str) -> None:
    own = f"profile: own\ndescription: x\nextends: {extends}\n"
    folder = write_book(tmp_path, {NAME: RULE}, {"own.yaml": own})
    assert problems_of(folder, "own") == [f"profiles/own.yaml:{message}"]


def test_derived_points_may_neither_weigh_nor_be_negated(tmp_path: Path) -> None:
    text = RULE.replace("node: structure", "node: risk").replace("unit: ATR", "unit: points")
    text = text.replace("structure.displacement_atr", "checklist.confluence")
    assert problems_of(write_book(tmp_path / "a", {NAME: text})) == [
        f"rules/{NAME}:9: rule 2.2 reads the points of the other rules and weighs 1 itself; write weight: 0",
    ]
    text = text.replace("weight: 1", "weight: 0").replace("at_least", "less_than")
    assert problems_of(write_book(tmp_path / "b", {NAME: text})) == [
        f"rules/{NAME}:20: checklist.confluence is derived and may only be asked to be at_least something; "
        "write operator: at_least, under no not"
    ]


def test_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(UnknownProfile, match="there is no profile 'strikt'; write strict") as caught:
        load_rulebook("strikt")
    assert (caught.value.field, caught.value.got) == ("profile", "strikt")
    assert known_profiles() == ("relaxed", "strict")


def test_a_text_is_a_name_and_never_a_path(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("profile: own\ndescription: x\nextends: strict\n")
    assert load_rulebook(own).hash == load_rulebook("strict").hash
    with pytest.raises(UnknownProfile):
        load_rulebook(str(own))
    with pytest.raises(UnknownProfile):
        load_rulebook(tmp_path / "absent.yaml")


def test_own_file_may_not_take_a_shipped_name(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "book", {NAME: RULE})
    own = tmp_path / "strict.yaml"
    own.write_text("profile: strict\ndescription: x\n")
    found = problems_of(folder, own)
    assert len(found) == 1
    assert "the profile name strict is already taken by profiles/strict.yaml" in found[0]


def test_two_parameters_of_a_between_stand_in_order_in_both_columns(tmp_path: Path) -> None:
    text = SCORE.replace("upper: {strict: 3, relaxed: 3", "upper: {strict: 3, relaxed: 0.5")
    assert problems_of(write_book(tmp_path, {"2.3-score.yaml": text})) == [
        "rules/2.3-score.yaml:13: between's thresholds are out of order in relaxed (1.0 is above 0.5); "
        "write the lower one first"
    ]
