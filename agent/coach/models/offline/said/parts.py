"""Speaking of parts of a decision, of lists and comparisons of decisions, of sizes and instruments."""

from agent.coach.models.offline.plans import size_given
from agent.coach.models.offline.said.decisions import setup_values
from agent.coach.models.offline.said.fill import bare, cited, listed, missing, named, say, spoken
from agent.coach.models.offline.turn import Turn

_EXPLAINED = "explain_decision"
_SIZE_NEEDS = {
    "account_balance": "the balance",
    "risk_pct": "the risk in percent",
    "entry": "the entry",
    "stop": "the stop",
}


def bias(turn: Turn) -> list[str]:
    """Say which way the higher timeframes lean, by which votes."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    row, decision = turn.row(_EXPLAINED, "bias"), turn.decision or {}
    votes = "; ".join(one for one in row.get("votes", ()) if isinstance(one, str))
    alignment = {"aligned": "structure is aligned with it", "opposed": "structure is opposed to it"}.get(
        row.get("alignment", ""), "how structure stands to it is unknown"
    )
    return say("bias", {**decision, **row}, votes=votes, alignment=alignment) or say("bias_unknown", decision)


def confidence(turn: Turn) -> list[str]:
    """Say how strongly the rules hold, and what that is not."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    points = next((one for one in turn.texts(_EXPLAINED, "summary") if one.startswith("Confluence is ")), None)
    return say("confidence", turn.decision, confluence=points)


def setup(turn: Turn) -> list[str]:
    """Say the setup's prices; where none is offered, why."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    row, decision = turn.row(_EXPLAINED, "setup"), turn.decision or {}
    if not row:
        return [*say("no_setup", decision), *_in_the_way(turn)]
    return say("setup", {**decision, **setup_values(row, turn.row(_EXPLAINED, "risk"))})


def risk(turn: Turn) -> list[str]:
    """Say what the setup puts at risk; where none is offered, that nothing is."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    row, decision = turn.row(_EXPLAINED, "risk"), turn.decision or {}
    if not row:
        return [*say("no_risk", decision), *_in_the_way(turn)]
    return say("risk", {**decision, **row}, method=bare(row.get("method_reason")))


def warnings(turn: Turn) -> list[str]:
    """Repeat a decision's warnings."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    told = turn.texts(_EXPLAINED, "warnings")
    if not told:
        return say("no_warnings", turn.decision)
    return [
        "\n".join(
            [*say("warnings", turn.decision), *(line for one in told for line in say("warning", text=cited(bare(one))))]
        )
    ]


def decisions(turn: Turn) -> list[str]:
    """List decisions, newest first."""
    if turn.told("list_decisions") is None:
        return missing(turn, "list_decisions")
    rows = turn.rows("list_decisions", "decisions")
    asked = next(
        one.call.arguments.get("symbol") for one in turn.conversation.answers if one.call.tool == "list_decisions"
    )
    if not rows:
        return say("no_decisions_of", symbol=asked) if asked else say("no_decisions")
    lines = [
        line
        for row in rows
        for line in say(
            "decision_row" if row.get("deciding_rule") else "decision_row_open", row, reason=bare(row.get("reason"))
        )
    ]
    return ["\n".join([*(say("decisions_of", symbol=asked) if asked else say("decisions")), *lines])]


def compared(turn: Turn) -> list[str]:
    """Say how two decisions differ."""
    told = turn.told("compare_decisions")
    if told is None:
        return missing(turn, "compare_decisions") if turn.conversation.refusals else say("too_few")
    one, other = turn.row("compare_decisions", "decision"), turn.row("compare_decisions", "other")
    head = say(
        "compared", first=one.get("symbol"), first_at=one.get("as_of"), second=other.get("symbol"),
        second_at=other.get("as_of"), sentence=told.get("sentence"),
    )  # fmt: skip
    reasons = [bare(text) for text in turn.texts("compare_decisions", "reasons")]
    rules = named(turn.rows("compare_decisions", "changed_rules"))
    both = say("compared_reasons", first=reasons[0], second=reasons[1]) if len(reasons) > 1 else []
    return [*head, *both, *say("compared_rules", rules=rules)]


def size(turn: Turn) -> list[str]:
    """Say a position's size; else what is missing for it."""
    told = turn.told("size_position")
    if told is None:
        return missing(turn, "size_position") if turn.conversation.refusals else _size_needs(turn)
    if not told.get("contracts"):
        return say("size_none", told, reason=bare(told.get("reason")))
    return [" ".join([*say("size", told, risk_amount=told.get("risk_money")), *say("size_arithmetic")])]


def instrument(turn: Turn) -> list[str]:
    """Say a market's facts."""
    told = turn.told("read_instrument")
    if told is None:
        return missing(turn, "read_instrument")
    return say("instrument", told, asset_class=spoken(told.get("asset_class")), calendar=spoken(told.get("calendar")))


def _size_needs(turn: Turn) -> list[str]:
    given = size_given(turn)
    needs = say(
        "size_needs",
        missing=listed([said for name, said in _SIZE_NEEDS.items() if name not in given]),
        symbol=turn.market,
    )
    none = [] if turn.row(_EXPLAINED, "risk") else say("no_risk", turn.decision)
    return [*none, *say("size_of_decision", turn.row(_EXPLAINED, "risk")), *(needs or say("which_market"))]


def _in_the_way(turn: Turn) -> list[str]:
    rows = turn.rows(_EXPLAINED, "deciding_rules")[:1]
    return [line for row in rows for line in say("deciding", row, sentence=bare(row.get("sentence")))]
