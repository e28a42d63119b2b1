"""The tool that looks rules up, in the rulebook that judges the owner's requests today."""

import re
from collections.abc import Sequence
from typing import Any, Final

from langchain_core.tools import BaseTool

from agent.coach.toolbox.chart_tool import chart_tool
from agent.coach.toolbox.compact import fitted_answer, plain_text
from agent.coach.toolbox.decision_arguments import RuleArguments
from agent.coach.toolbox.ports import OwnersDesk
from rulebook.book import Rulebook
from rulebook.conditions import Comparison, comparisons
from rulebook.located import nearest
from rulebook.schema import Rule
from tools.definitions import DEFINITIONS
from tools.errors import InvalidParameter

Row = dict[str, Any]

_NAME: Final = "look_up_rule"
_SAYS: Final = (
    "Look a rule of the rulebook up: by rule_id what it demands, when it passes, with its parameters; by words the "
    "rules that speak of them, and what a term of the charts means (breaker, SMT, liquidity); with neither, every "
    "rule's id and name. It says nothing of a decision."
)
_MOST_FOUND: Final = 6
_MOST_DEFINED: Final = 2
_SHORTEST_PLURAL: Final = 3
_ABBREVIATED: Final = {"fvg": "fair", "ifvg": "inverse", "bpr": "balanced", "po3": "power", "ndog": "opening"}
"""What traders write for a term, and the word of its title that no other has."""
_WORDS: Final = re.compile(r"[a-z0-9.]+")
_WEIGHT_OF: Final = {"name": 4, "category": 2, "description": 1}
_COMMON: Final = re.compile(r"an?|and|are|does|for|how|is?|in|it|must|of|on|rules?|the|to|what|when|which")


def rule_tool(desk: OwnersDesk, *, owner_id: str) -> BaseTool:
    """Return the tool that looks rules up, by an owner's profile and limits.

    Args:
        desk: gives the rulebook in force.
        owner_id: whose.
    """

    async def run(wanted: RuleArguments) -> str:
        rulebook = await desk.rulebook(wanted.profile, owner_id=owner_id)
        if wanted.rule_id is not None:
            return _one(rulebook, wanted.rule_id)
        return _every(rulebook) if wanted.words is None else _found(rulebook, wanted.words)

    return chart_tool(_NAME, _SAYS, RuleArguments, run)


def _one(rulebook: Rulebook, rule_id: str) -> str:
    known = {rule.id: rule for rule in rulebook.rules}
    if rule_id not in known:
        raise InvalidParameter(
            f"rule_id: there is no rule {plain_text(rule_id)}; {nearest(rule_id, known)}", field="rule_id", got=rule_id
        )
    rule = known[rule_id]
    content = {
        **_head(rulebook),
        "rule": rule.id,
        "name": rule.name,
        "node": rule.node,
        "kind": rule.kind,
        "blocks": rule.blocks,
        "when_unknown": rule.when_unknown,
        "weight": rule.weight,
        "description": rule.description,
        "when_valid": rule.when_valid,
        "when_invalid": rule.when_invalid,
        "demands": [_demand(one) for one in comparisons(rule.condition)],
        "parameters": [
            {"name": one.name, "value": one.value, "unit": one.unit, "description": one.description}
            for one in rule.parameters
        ],
        "references": list(rule.references),
    }
    return fitted_answer(content, ["references", "parameters", "demands"])


def _every(rulebook: Rulebook) -> str:
    rows = [{"rule": rule.id, "name": rule.name} for rule in rulebook.rules]
    return fitted_answer({**_head(rulebook), "total": len(rows), "rules": rows}, ["rules"])


def _found(rulebook: Rulebook, words: str) -> str:
    wanted = [one for one in dict.fromkeys(_WORDS.findall(words.lower())) if not _COMMON.fullmatch(one)]
    scored = [(_score(rule, wanted), rule) for rule in rulebook.rules]
    best = sorted((one for one in scored if one[0]), key=lambda one: -one[0])
    rows = [
        {
            "rule": rule.id, "name": rule.name, "node": rule.node, "kind": rule.kind,
            "description": plain_text(rule.description, 300),
        }
        for _, rule in best[:_MOST_FOUND]
    ]  # fmt: skip
    content = {**_head(rulebook), "words": words, "definitions": _defined(wanted)}
    return fitted_answer({**content, "total": len(best), "rules": rows}, ["rules", "definitions"])


def _defined(wanted: Sequence[str]) -> list[Row]:
    """Return what the terms of a chart mean that words name: those with the most of the words first."""
    asked = {_singular(one) for one in wanted}
    terms = [
        (len(asked & {_singular(one) for one in _WORDS.findall(f"{title} {key.replace('_', ' ')}".lower())}), told)
        for key, told in DEFINITIONS.items()
        for title in (told.title,)
    ]
    most = max((hits for hits, _ in terms), default=0)
    best = [told for hits, told in terms if hits == most > 0]
    return [{"term": told.title, "meaning": told.meaning} for told in best[:_MOST_DEFINED]]


def _singular(word: str) -> str:
    return _ABBREVIATED.get(word, word if len(word) <= _SHORTEST_PLURAL else word.removesuffix("s"))


def _head(rulebook: Rulebook) -> Row:
    return {"tool": _NAME, "profile": plain_text(rulebook.profile, 60)}


def _score(rule: Rule, wanted: Sequence[str]) -> int:
    """Return how well a rule answers to words: a whole word counts double of the beginning of one."""
    score = sum(8 for word in wanted if word == rule.id)
    for field, weight in _WEIGHT_OF.items():
        there = _WORDS.findall(getattr(rule, field).lower())
        for word in wanted:
            if word in there:
                score += 2 * weight
            elif len(word) > 3 and any(one.startswith(word[: max(4, len(word) - 2)]) for one in there):
                score += weight
    return score


def _demand(comparison: Comparison) -> Row:
    spec, threshold = comparison.spec, comparison.threshold
    return {
        "fact": spec.name,
        "label": spec.label,
        "operator": comparison.operator.name,
        "threshold": list(threshold) if isinstance(threshold, tuple) else threshold,
        "unit": spec.unit,
    }
