"""Speaking of rules: what one says, which speak of something, what one came to."""

from typing import Final

from agent.coach.models.offline.said.decisions import why
from agent.coach.models.offline.said.fill import bare, ended, missing, say, spoken, text_of
from agent.coach.models.offline.templates import OUTCOMES
from agent.coach.models.offline.turn import Turn
from rulebook.sentences import with_unit

_KINDS: Final = {"gate": "rule_gate", "score": "rule_score", "warning": "rule_warning"}
_MOST_FOUND: Final = 3
_STEM: Final = 7


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
    if not rows:
        return say("rules_none", told)
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
