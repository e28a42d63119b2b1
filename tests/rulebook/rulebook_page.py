"""The tables of docs/rulebook.md, out of the loaded rulebook: `python -m tests.rulebook.rulebook_page` renews them."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

import rulebook
from rulebook.conditions import All, AnyOf, Comparison, Condition
from rulebook.facts import VOCABULARY, FactSpec, Scalar
from rulebook.loader import load_rulebook
from rulebook.ranges import NumberRange
from rulebook.schema import Parameter, Rule
from rulebook.sentences import exact_text, with_unit

HOME = Path(rulebook.__file__).parent
PAGE = HOME.parent / "docs" / "rulebook.md"
STRICT, RELAXED = load_rulebook("strict"), load_rulebook("relaxed")
WORDS = {"at_least": "at least {}", "at_most": "at most {}", "between": "from {} to {}"}


def rendered(page: str) -> str:
    """Return a page with every table between its two marks made anew.

    Raises:
        ValueError: A mark is missing, or stands there twice.
    """
    for name, table in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        if page.count(start) != 1 or page.count(end) != 1:
            raise ValueError(f"{PAGE.name} must hold {start.strip()} and {end.strip()} once each")
        before, _, rest = page.partition(start)
        page = f"{before}{start}\n{table()}\n\n{end}{rest.partition(end)[2]}"
    return page


def blocks(page: str, language: str) -> list[str]:
    """Return the page's code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _both(strict: str, relaxed: str) -> str:
    return strict if strict == relaxed else f"{strict} (relaxed {relaxed})"


def _by_number(rule: Rule) -> list[int]:
    return [int(one) for one in rule.id.split(".")]


BY_NUMBER = sorted(STRICT.rules, key=_by_number)


def _rules() -> str:
    head = ("Rule", "Name", "Node", "Strict", "Relaxed", "Points", "Asks for")
    return _table(head, (_rule(one, RELAXED.rule(one.id)) for one in BY_NUMBER))


def _rule(strict: Rule, relaxed: Rule) -> tuple[str, ...]:
    points = f"{strict.weight:g}" if strict.weight else ""
    points = f"{points}, once in its group" if strict.group else points
    asked = _asked(strict.condition, relaxed.condition, "; ")
    return strict.id, strict.name, strict.node, _kind(strict), _kind(relaxed), points, asked


def _kind(rule: Rule) -> str:
    if rule.kind != "gate":
        return rule.kind
    unknown = ", unknown warns" if rule.when_unknown == "warn" else ""
    return f"gate: {'no trade' if rule.blocks == 'no_trade' else 'wait'}{unknown}"


def _asked(strict: Condition, relaxed: Condition, also: str) -> str:
    match strict, relaxed:
        case Comparison(), Comparison():
            return _comparison(strict, relaxed)
        case All(ours), All(theirs):
            return also.join(_asked(*pair, " and ") for pair in zip(ours, theirs, strict=True))
        case AnyOf(ours), AnyOf(theirs):
            return ", or ".join(_asked(*pair, " and ") for pair in zip(ours, theirs, strict=True))
    raise ValueError("a rule asks for other comparisons under relaxed than under strict")


def _comparison(strict: Comparison, relaxed: Comparison) -> str:
    spec, operator = strict.spec, strict.operator.name
    if spec.phrases is not None:
        return spec.phrases[operator == "is_true"]
    ends = zip(_ends(strict), _ends(relaxed), strict=True)
    values = [_both(*(with_unit(exact_text(end), spec.unit) for end in pair)) for pair in ends]
    return f"{spec.label} {' or '.join(values) if operator == 'in' else WORDS[operator].format(*values)}"


def _ends(one: Comparison) -> tuple[Scalar, ...]:
    if one.threshold is None:
        raise ValueError(f"{one.operator.name} has no threshold")
    return one.threshold if isinstance(one.threshold, tuple) else (one.threshold,)


def _parameters() -> str:
    head = ("Rule", "Parameter", "Strict", "Relaxed", "Unit", "Range", "What it does")
    return _table(head, (_parameter(rule, one) for rule in BY_NUMBER for one in rule.parameters))


def _parameter(rule: Rule, one: Parameter) -> tuple[str, ...]:
    unit = one.unit or (" or ".join(one.values) if one.values else "true or false")
    strict, relaxed = exact_text(one.value), exact_text(RELAXED.parameter(rule.id, one.name))
    return rule.id, f"`{one.name}`", strict, relaxed, unit, _range(one.range) if one.unit else "", one.description


def _range(one: NumberRange) -> str:
    ends = [exact_text(end) for end in (one.minimum, one.maximum) if end is not None]
    return f"{' to '.join(ends)}{', whole' if one.whole else ''}"


def _toggles() -> str:
    toggles = yaml.safe_load((HOME / "toggles.yaml").read_text(encoding="utf-8"))
    head = ("Toggle", "Option", "What it means", "What it changes")
    rows = (
        (f"`{name}`", f"`{option}`", one["description"], _changes(one["rules"]))
        for name, toggle in toggles.items()
        for option, one in toggle["options"].items()
    )
    return _table(head, rows)


def _changes(rules: dict[str, dict[str, Any]]) -> str:
    return "; ".join(f"{rule_id} {', '.join(map(_change, one, one.values()))}" for rule_id, one in rules.items())


def _change(key: str, value: Any) -> str:
    if key == "parameters":
        return ", ".join(f"`{name}` {exact_text(one)}" for name, one in value.items())
    return f"`{key}` {value}"


def _facts() -> str:
    return _table(("Fact", "Node", "Unit or type", "What it is", "Read by"), map(_fact, VOCABULARY.values()))


def _fact(spec: FactSpec) -> tuple[str, ...]:
    read_by = (one for one in BY_NUMBER if spec.name in one.facts or f"{{{spec.name}}}" in one.when_valid)
    node = "the judge" if spec.derived else spec.node
    return f"`{spec.name}`", node, spec.unit or spec.type, spec.description, ", ".join(one.id for one in read_by)


TABLES = {"rules": _rules, "parameters": _parameters, "toggles": _toggles, "facts": _facts}
"""How each table of the page is made, by its name."""

if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
