"""Speaking of rules: what one says, which speak of something, what one came to."""

import re
from collections.abc import Sequence
from typing import Final

from agent.coach.models.offline.conversation import Row
from agent.coach.models.offline.said.decisions import what_if, why
from agent.coach.models.offline.said.fill import bare, ended, listed, missing, named, say, spoken, text_of
from agent.coach.models.offline.templates import OUTCOMES
from agent.coach.models.offline.turn import Turn
from rulebook.sentences import with_unit

_KINDS: Final = {"gate": "rule_gate", "score": "rule_score", "warning": "rule_warning"}
_MOST_FOUND: Final = 3
_STEM: Final = 7
_ENDED: Final = "The walk ended at "
_LET_THROUGH: Final = "Let through though unknown: "


def rule(turn: Turn) -> list[str]:
    """Say what a rule demands, or which rules speak of something."""
    told = turn.told("look_up_rule")
    if told is None:
        return missing(turn, "look_up_rule")
    if "rule" not in told:
        return _found(turn)
    head = say("rule", told, description=_sentence(told.get("description")))
    kind = _KINDS.get(str(told.get("kind")))
    lines = []
    for row in turn.rows("look_up_rule", "parameters"):
        value = with_unit(text_of(row.get("value")) or "", row.get("unit"))
        described = _sentence(row.get("description"))
        lines += say("rule_parameter", name=spoken(row.get("name")), value=value, description=described)
    parameters = ["\n".join([*say("rule_parameters", told), *lines])] if lines else []
    return [" ".join([*head, *(say(kind) if kind else [])]), *parameters]


def rules_of(turn: Turn) -> list[str]:
    """Say which rules of a decision failed, passed or were not evaluated; of a what-if, which turned."""
    if turn.told("what_if") is not None:
        return what_if(turn)
    told, plain = turn.told("explain_decision"), turn.subject.question.plain
    if told is None:
        return missing(turn, "explain_decision")
    decision = turn.decision or {}
    rows = [*turn.rows("explain_decision", "deciding_rules"), *turn.rows("explain_decision", "others_not_met")]
    if re.search(r"\bnot\b.{0,12}(evaluat|judg)|n't.{0,12}(evaluat|judg)", plain):
        return _unjudged(turn, [row for row in rows if row.get("outcome") == "not_evaluated"])
    if re.search(r"\b(pass|met|open|held)", plain) and not re.search(r"\bnot\b|n't", plain):
        passed = [f"rule {one}" for one in told.get("passed") or () if isinstance(one, str)]
        return say("rules_passed", decision, rules=listed(passed) or None)
    failed = [row for row in rows if row.get("outcome") in ("fail", "error")]
    if not failed:
        return say("rules_cut") if _is_cut(turn) else say("rules_none_failed", decision)
    deciding = turn.rows("explain_decision", "deciding_rules")[:_MOST_FOUND]
    because = [line for row in deciding for line in say("deciding", row, sentence=bare(row.get("sentence")))]
    return [*say("rules_failed", decision, rules=_all(failed)), *because]


def _unjudged(turn: Turn, rows: Sequence[Row]) -> list[str]:
    """Say which rules were not evaluated: those on the way, those let through, those behind a closed gate."""
    decision, summary = turn.decision or {}, turn.texts("explain_decision", "summary")
    walk, let_through = (
        next((one for one in summary if one.startswith(begins)), None) for begins in (_ENDED, _LET_THROUGH)
    )
    said = [*(say("rules_unjudged", decision, rules=_all(rows)) if rows else []), *say("let_through", told=let_through)]
    said += say("rules_behind", decision, walk=bare(walk))
    return [*said, *say("rules_cut")] if _is_cut(turn) else said or say("rules_all_judged", decision)


def _is_cut(turn: Turn) -> bool:
    """Whether the list of the rules that are not met was too long to be told whole."""
    return "others_not_met" in turn.row("explain_decision", "left_out")


def _all(rows: Sequence[Row]) -> str | None:
    return named(rows, most=len(rows)) or None


def rule_verdict(turn: Turn) -> list[str]:
    """Say what one rule came to in the decision."""
    verdict, decision = turn.row("explain_decision", "verdict"), turn.decision or {}
    if not verdict:
        return missing(turn, "explain_decision") if turn.told("explain_decision") is None else why(turn)
    outcome = OUTCOMES.get(str(verdict.get("outcome")))
    head = say("verdict", {**decision, **verdict}, outcome=outcome, sentence=bare(verdict.get("sentence")))
    return [" ".join([*head, *say("verdict_decides" if verdict.get("decides") else "verdict_does_not", decision)])]


def _found(turn: Turn) -> list[str]:
    told, rows = turn.told("look_up_rule") or {}, turn.rows("look_up_rule", "rules")
    if "words" not in told:
        return ["\n".join([*say("rules_all", told), *(line for row in rows for line in say("rule_listed", row))])]
    defined = [line for one in turn.rows("look_up_rule", "definitions") for line in say("definition", one)]
    if not rows:
        return defined or say("rules_none", told)
    if defined:
        numbers = [f"rule {row['rule']}" for row in rows[:_MOST_FOUND] if row.get("rule")]
        return [*defined, *say("rules_named", rules=listed(numbers) or None)]
    words = {word[:_STEM] for word in str(told["words"]).split()}
    titled = [row for row in rows if words & {word[:_STEM] for word in str(row.get("name")).lower().split()}]
    rows = titled or rows
    lines = [
        line
        for row in rows[:_MOST_FOUND]
        for line in say("rule_found", row, description=_sentence(row.get("description")))
    ]
    return ["\n".join([*say("rules_found"), *lines])]


def _sentence(text: object) -> str | None:
    return ended(" ".join(text.split())) if isinstance(text, str) and text else None
