"""Speaking of decisions: why, why not, what if, and whether to do it anyway."""

import re
from collections.abc import Sequence
from typing import Any, Final

from agent.coach.models.offline.conversation import Row
from agent.coach.models.offline.plans import run_trouble, supposed_facts
from agent.coach.models.offline.said.fill import bare, cited, lowered, missing, named, say, text_of
from agent.coach.models.offline.said.freshness import TRADE, is_actionable, not_to_act_on
from agent.coach.models.offline.templates import SIDES
from agent.coach.models.offline.turn import Turn
from rulebook.facts import VOCABULARY
from rulebook.sentences import with_unit

_NUMBERED: Final = re.compile(r"[-+]?\b\d[\d.,]*\s?(%|r\b|percent\b)?")
_STOPPED: Final = "EMERGENCY_STOP"
_ASKED: Final = (
    (r"\b(a|as|is|was) no[ _-]?trade\b|\bno[ _]?trade\b|n't (we )?(take|trade)|\bskipped\b", "NO_TRADE"),
    (r"\b(a|as) wait\b", "WAIT"),
    (r"\b(is|was) (this|it|that|the \w+|\w{6}) a trade\b", TRADE),
)
_MOST_CHANGES: Final = 3
_MOST_TOLD: Final = 2


def why(turn: Turn) -> list[str]:
    """Say what was decided, by which rules, and what would change it."""
    if turn.told("explain_decision") is None:
        return missing(turn, "explain_decision")
    decision = turn.decision or {}
    if decision.get("status") == TRADE:
        return _traded(turn, "explain_decision", asks_why_not=bool(_asks_why_not(turn)))
    head = [*_not_so(turn), *say("no_trade" if _asks_whether(turn) else "decided", decision)]
    because = " ".join([*head, *_deciding(turn, "explain_decision"), *_also_failed(turn)])
    return [because, *_wrong_side(turn), *_what_changes_it(turn)]


def ran(turn: Turn) -> list[str]:
    """Say what a new analysis came to."""
    trouble = run_trouble(turn)
    if trouble is not None:
        return say(trouble)
    if turn.told("run_analysis") is None:
        return missing(turn, "run_analysis")
    decision = turn.decision or {}
    if decision.get("status") == TRADE:
        told = _traded(turn, "run_analysis", asks_why_not=False)
    else:
        told = [" ".join([*say("decided", decision), *_deciding(turn, "run_analysis")])]
    notes = turn.row("run_analysis", "notes")
    told += [line for name in ("market", "account") for line in say("ran_note", note=bare(notes.get(name)))]
    return [*told, *say("ran", decision), *say("run_one", other=turn.subject.question.other_symbol)]


def would_differ(turn: Turn) -> list[str]:
    """Say which facts would have had to be different; of a trade, what would have stopped it."""
    told, decision = turn.told("why_not"), turn.decision or {}
    if told is None:
        return missing(turn, "why_not")
    if decision.get("status") == TRADE:
        stops = turn.rows("why_not", "what_would_stop_it")[:_MOST_CHANGES]
        lines = [line for one in stops for line in say("stop", sentence=cited(bare(one.get("sentence"))))]
        if re.search(r"\b(stop|invalidate|kill|end)", turn.subject.question.plain):
            return ["\n".join([*say("would_stop_only", decision), *lines])]
        return [*say("is_trade", decision), "\n".join([*say("would_stop"), *lines])]
    changes = turn.rows("why_not", "changes")
    if not changes:
        return say("nothing_helps", decision, sentence=told.get("sentence"))
    lines = [line for one in changes for line in _change(turn, one)]
    proved = say("proved") if told.get("becomes_trade") is True else []
    return ["\n".join([*say("would_differ", decision), *lines]), *proved]


def what_if(turn: Turn) -> list[str]:
    """Say what other rules or other facts would have come to."""
    told, left = turn.told("what_if"), _left(turn)
    if told is None:
        if left and not turn.conversation.refusals:
            return [*left, *say("can_suppose")]
        if turn.conversation.refusals:
            return missing(turn, "what_if")
        trade = say("is_trade", turn.decision) if (turn.decision or {}).get("status") == TRADE else []
        return [
            *trade,
            *say("what_if_what"),
            *say("what_if_facts", changes=changes_told(turn.rows("why_not", "changes"))),
        ]
    would_be, decision = turn.row("what_if", "would_be"), turn.decision or {}
    sentence = lowered(str(told.get("sentence")))
    head = say("what_if", supposed=_supposed(turn), sentence=sentence)
    if would_be.get("status") != TRADE or would_be.get("status") == decision.get("status"):
        head += say("what_if_reason", reason=bare(would_be.get("reason")))
    rows = [row for row in turn.rows("what_if", "changed_rules") if row.get("rule") and row.get("name")]
    judged = [row for row in rows if "not_evaluated" not in (row.get("before"), row.get("after"))]
    rows = judged or rows  # those that are only not reached any more, or only now, say nothing by themselves
    if rows:
        listed = "; ".join(f"rule {row['rule']} ({row['name']}) {_moved(row)}" for row in rows[:_MOST_CHANGES])
        rules = say("what_if_rules", rules=listed)
    else:
        rules = say("what_if_same")
    setup = would_be.get("setup") or {}
    offered = say(
        "what_if_setup",
        direction=setup.get("direction"),
        model=setup.get("name"),
        entry=setup.get("entry_price"),
        stop=setup.get("stop_loss"),
    )
    return [" ".join(head), *rules, *offered, *left, *say("what_if_kept")]


def _left(turn: Turn) -> list[str]:
    """Say of each thing that is not supposed why it is not."""
    supposed = turn.subject.supposed
    if turn.subject.profile is not None and supposed.facts:
        return say("suppose_either")
    return [line for template, said in supposed.left for line in say(template, said=_NUMBERED.sub("…", said))]


def advice(turn: Turn) -> list[str]:
    """Speak for the rulebook: refuse what it refuses, with the rule, and name no trade of its own."""
    if turn.told("explain_decision") is None:
        return [*say("advice_none"), *missing(turn, "explain_decision")]
    decision = turn.decision or {}
    if decision.get("status") == TRADE:
        told = _traded(turn, "explain_decision", asks_why_not=False)
        mode = "advice_trade" if is_actionable(decision) and turn.mode_now != _STOPPED else "advice_over"
        return [*told, *say(mode, decision, mode_now=turn.mode_now)]
    head = say("advice_wait" if decision.get("status") == "WAIT" else "advice_refused", decision)
    return [" ".join([*head, *_deciding(turn, "explain_decision")]), *_what_changes_it(turn)]


def changes_told(changes: Sequence[Row]) -> str | None:
    """Return the first of the why-not's changes as one text; None where there are none."""
    return _few([one["sentence"] for one in changes if one.get("sentence")])


def setup_values(setup: Row, risk: Row) -> dict[str, Any]:
    """Return what the templates call the values of a setup and its risk."""
    return {
        "direction": setup.get("direction"),
        "model": setup.get("name"),
        "entry": setup.get("entry_price"),
        "stop": setup.get("stop_loss"),
        "target": setup.get("take_profit"),
        "invalidation": setup.get("invalidation_point"),
        "breakeven": setup.get("breakeven_at_price"),
        "rr": risk.get("rr"),
    }


def _traded(turn: Turn, tool: str, *, asks_why_not: bool) -> list[str]:
    values = {**(turn.decision or {}), **setup_values(turn.row(tool, "setup"), turn.row(tool, "risk"))}
    after_all = _not_so(turn) or (say("trade_after_all") if asks_why_not else [])
    head = [*after_all, *say("trade", values), *not_to_act_on(turn.decision or {})]
    stop = cited(_summary(turn, tool, "Nearest to stopping it: "))
    return [" ".join(head), *_wrong_side(turn), *say("stops_it", stop=stop)]


def _deciding(turn: Turn, tool: str) -> list[str]:
    rows = turn.rows(tool, "deciding_rules")
    told = []
    for place, row in enumerate(rows[:_MOST_CHANGES]):
        told += say("deciding_too" if place else "deciding", row, sentence=bare(row.get("sentence")))
    return told


def _also_failed(turn: Turn) -> list[str]:
    rows = turn.rows("explain_decision", "others_not_met")
    return say("also_failed", rules=named([row for row in rows if row.get("outcome") == "fail"]))


def _what_changes_it(turn: Turn) -> list[str]:
    told = _summary(turn, "explain_decision", "It would be a trade with ")
    if told is None:
        return say("what_changes_it", changes=_summary(turn, "explain_decision", "No change of facts", keeps=True))
    _, _, changes = told.partition(": ")
    return say("what_changes_it", changes=_few(changes.rstrip(".").split("; ")))


def _few(sentences: Sequence[str]) -> str | None:
    """Join the first sentences, and say that there are more."""
    if not sentences:
        return None
    told = "; ".join(lowered(bare(one) or "") for one in sentences[:_MOST_TOLD])
    return f"{told}; and more besides." if len(sentences) > _MOST_TOLD else f"{told}."


def _summary(turn: Turn, tool: str, begins: str, *, keeps: bool = False) -> str | None:
    found = next((one for one in turn.texts(tool, "summary") if one.startswith(begins)), None)
    return found if found is None or keeps else found.removeprefix(begins)


def _wrong_side(turn: Turn) -> list[str]:
    """Set right who speaks of a long where the setup, or the bias, was the other way."""
    asked = turn.subject.question.direction
    if asked is None:
        return []
    setup = turn.row("explain_decision", "setup").get("direction")
    bias = turn.row("explain_decision", "bias").get("value")
    if setup not in (None, asked):
        return say("other_side", direction=setup, asked=SIDES[asked])
    return say("other_bias", bias=bias, asked=SIDES[asked]) if setup is None and bias not in (None, asked) else []


def _not_so(turn: Turn) -> list[str]:
    """Set right who asks why it is what it is not."""
    status = (turn.decision or {}).get("status")
    asked = next((one for words, one in _ASKED if re.search(words, turn.subject.question.plain)), None)
    if turn.subject.intent != "why" or asked is None or status is None or asked == status:
        return []
    if asked == "NO_TRADE" and status != TRADE:
        return []  # a wait is no trade either
    return say("trade_after_all" if asked == "NO_TRADE" else "not_so", asked=asked, status=status)


def _asks_why_not(turn: Turn) -> bool:
    return "n't" in turn.subject.question.plain or " not " in turn.subject.question.plain


def _asks_whether(turn: Turn) -> bool:
    return turn.subject.question.plain.split(" ", 1)[0] in {"did", "do", "are", "is", "was", "have", "any", "has"}


def _change(turn: Turn, change: Row) -> list[str]:
    rows = [*turn.rows("look_up_rule", "rules"), *turn.rows("explain_decision", "deciding_rules")]
    rows += turn.rows("explain_decision", "others_not_met")
    names = {row.get("rule"): row for row in rows}
    opened = [names[rule] for rule in change.get("rules", ()) if rule in names]
    sentence = bare(change.get("sentence"))
    return say("change", sentence=sentence, rules=named(opened)) if opened else say("change_alone", sentence=sentence)


def _moved(row: Row) -> str:
    before, after = row.get("before"), row.get("after")
    return f"from {text_of(before) or 'nothing'} to {text_of(after) or 'nothing'}".replace(
        "not_evaluated", "not evaluated"
    )


def _supposed(turn: Turn) -> str:
    if turn.subject.profile is not None:
        return f"the {turn.subject.profile} profile"
    return " and ".join(_as_words(fact, value) for fact, value in supposed_facts(turn).items())


def _as_words(fact: str, value: Any) -> str:
    spec = VOCABULARY[fact]
    if spec.phrases is not None:
        return f"the supposition that {spec.phrases[value is True]}"
    if spec.type == "text":
        return f"the {spec.label} {value}, as you said"
    return f"{spec.label} at {with_unit(text_of(value) or '', spec.unit)}"
