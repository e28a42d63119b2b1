"""Speaking of parts of a decision, of lists and comparisons of decisions, of sizes and instruments."""

import re
from typing import Final

from agent.coach.models.offline.plans import compared_choices, fits
from agent.coach.models.offline.said.decisions import setup_values
from agent.coach.models.offline.said.fill import bare, cited, listed, missing, named, say, spoken
from agent.coach.models.offline.said.freshness import TRADE, not_to_act_on
from agent.coach.models.offline.turn import Turn

_EXPLAINED = "explain_decision"
_ASKED_PRICES: Final = (
    (r"\bentry\b", "entry_price", "entry"),
    (r"\bstop\b|\bsl\b", "stop_loss", "stop"),
    (r"\btarget\b|\btp\b|\btake.?profit\b", "take_profit", "target"),
)
_COMPARED: Final = (("", "symbol"), ("_at", "as_of"), ("_status", "status"))
_ONE: Final = 1
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
    measured = "calibrated" if (turn.decision or {}).get("calibrated") is True else "uncalibrated"
    return say("confidence", turn.decision, confluence=points, basis=say(measured, {})[0])


def setup(turn: Turn) -> list[str]:
    """Say the setup's prices; where none is offered, why."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    row, decision = turn.row(_EXPLAINED, "setup"), turn.decision or {}
    if not row:
        return [*say("no_setup", decision), *_in_the_way(turn)]
    told = say("setup", {**decision, **setup_values(row, turn.row(_EXPLAINED, "risk"))})
    return [*_asked_price(turn), *_no_trade(turn), *told, *not_to_act_on(decision)]


def age(turn: Turn) -> list[str]:
    """Say when a decision was taken, and how long ago that is."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    decision = turn.decision or {}
    return [" ".join([*(say("age", decision) or say("decided", decision)), *not_to_act_on(decision)])]


def origin(turn: Turn) -> list[str]:
    """Say whether the candles are made up."""
    told = turn.told(_EXPLAINED)
    about = turn.told("read_chart_summary") if told is None else turn.decision
    if about is None or "simulated" not in about:
        return missing(turn, _EXPLAINED)
    return [*say("origin_simulated" if about["simulated"] else "origin_real", about), *not_to_act_on(about)]


def risk(turn: Turn) -> list[str]:
    """Say what the setup puts at risk; where none is offered, that nothing is."""
    if turn.told(_EXPLAINED) is None:
        return missing(turn, _EXPLAINED)
    row, decision = turn.row(_EXPLAINED, "risk"), turn.decision or {}
    if not row:
        return [*say("no_risk", decision), *_in_the_way(turn)]
    told = say("risk", {**decision, **row}, method=bare(row.get("method_reason")))
    return [*_no_trade(turn), *told, *not_to_act_on(decision)]


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
        return _none_listed(turn, asked)
    lines = [
        line
        for row in rows
        for line in say(
            "decision_row" if row.get("deciding_rule") else "decision_row_open", row, reason=bare(row.get("reason"))
        )
    ]
    simulated = say("decisions_simulated") if any(row.get("simulated") for row in rows) else []
    return ["\n".join([*(say("decisions_of", symbol=asked) if asked else say("decisions")), *lines]), *simulated]


def compared(turn: Turn) -> list[str]:
    """Say how two decisions differ."""
    told = turn.told("compare_decisions")
    if told is None:
        if turn.subject.question.reference.is_given:
            troubles = [one for one in compared_choices(turn) if one.trouble is not None]
            if troubles:
                return [line for one in troubles for line in say(one.trouble or "", one.values)]
        return missing(turn, "compare_decisions") if turn.conversation.refusals else say("too_few")
    one, other = turn.row("compare_decisions", "decision"), turn.row("compare_decisions", "other")
    differ = str(told.get("sentence") or "").partition("; ")[2]
    first = {f"first{key}": one.get(name) for key, name in _COMPARED}
    second = {f"second{key}": other.get(name) for key, name in _COMPARED}
    head = say("compared", {**first, **second}, differ=bare(differ) or None)
    reasons = [bare(text) for text in turn.texts("compare_decisions", "reasons")]
    rules = named(turn.rows("compare_decisions", "changed_rules"))
    are_two = len(reasons) > 1 and reasons[0] != reasons[1]
    both = say("compared_reasons", first=reasons[0], second=reasons[1]) if are_two else []
    return [*head, *both, *say("compared_rules", rules=rules)]


def size(turn: Turn) -> list[str]:
    """Say a position's size; else what is missing for it."""
    sizing, told = turn.subject.sizing, turn.told("size_position")
    if sizing.troubles:
        return [line for template, said in sizing.troubles for line in say(template, said=said)]
    if fits(turn) is False:
        return say("size_misfit", turn.told("read_chart_summary"), **sizing.given) or say("which_market")
    if told is None:
        return missing(turn, "size_position") if turn.conversation.refusals else _size_needs(turn)
    if not told.get("contracts"):
        return say("size_none", told, reason=bare(told.get("reason")))
    units = "lot or contract" if told.get("contracts") == _ONE else "lots or contracts"
    told_size = say("size", told, risk_amount=told.get("risk_money"), units=units)
    of_decision = not_to_act_on(turn.decision or {}) if turn.told(_EXPLAINED) is not None else []
    return [" ".join([*told_size, *say("size_arithmetic")]), *of_decision]


def instrument(turn: Turn) -> list[str]:
    """Say a market's facts."""
    told = turn.told("read_instrument")
    if told is None:
        return missing(turn, "read_instrument")
    return say("instrument", told, asset_class=spoken(told.get("asset_class")), calendar=spoken(told.get("calendar")))


def _size_needs(turn: Turn) -> list[str]:
    given = turn.subject.sizing.given
    needs = say(
        "size_needs",
        missing=listed([said for name, said in _SIZE_NEEDS.items() if name not in given]),
        symbol=turn.market,
    )
    none = [] if turn.row(_EXPLAINED, "risk") else say("no_risk", turn.decision)
    return [*none, *say("size_of_decision", turn.row(_EXPLAINED, "risk")), *(needs or say("which_market"))]


def _none_listed(turn: Turn, symbol: str | None) -> list[str]:
    days = turn.subject.question.reference.days
    on = next((one.call.arguments.get("on") for one in turn.conversation.answers if "on" in one.call.arguments), None)
    if days and on is not None:
        return say("no_decision_of_on" if symbol else "no_decision_on", symbol=symbol, on=on)
    return say("no_decisions_of", symbol=symbol) if symbol else say("no_decisions")


def _asked_price(turn: Turn) -> list[str]:
    """Answer whether a price is what the question says it is."""
    question, row = turn.subject.question, turn.row(_EXPLAINED, "setup")
    if len(question.numbers) != 1 or re.match(r"(what|where|which|how|why)\b", question.plain):
        return []
    for words, key, name in _ASKED_PRICES:
        price = row.get(key)
        if re.search(words, question.plain) and isinstance(price, int | float):
            same = abs(price - question.numbers[0]) < 1e-9
            return say("price_yes" if same else "price_no", name=name, price=price, asked=_as_said(turn))
    return []


def _as_said(turn: Turn) -> str:
    found = re.findall(r"\d+(?:\.\d+)?", turn.subject.question.plain)
    return str(found[-1]) if found else ""


def _no_trade(turn: Turn) -> list[str]:
    """Say of a setup that stands without being a trade what the decision is, and which rule stands in the way."""
    decision = turn.decision or {}
    if decision.get("status") == TRADE:
        return []
    return [" ".join([*say("decided", decision), *_in_the_way(turn)])]


def _in_the_way(turn: Turn) -> list[str]:
    rows = turn.rows(_EXPLAINED, "deciding_rules")[:1]
    return [line for row in rows for line in say("deciding", row, sentence=bare(row.get("sentence")))]
