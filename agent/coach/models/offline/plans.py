"""Which tools an intent is answered from: every call it wants, given what is answered already.

A plan is asked again after each round of answers; what it wants and has is not asked for twice.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from agent.coach.models.offline.conversation import Call, Row
from agent.coach.models.offline.question import read_question
from agent.coach.models.offline.turn import Turn
from agent.coach.models.offline.words import SUBJECT_WORDS
from rulebook.facts import VOCABULARY

_TIMEFRAME: Final = "15m"
_MOST_DECISIONS: Final = 10
_HOURS: Final = ((r"\bthis week\b|\bweek\b", 168), (r"\btoday\b|\bday\b", 24), (r"\btomorrow\b", 48))
_COMPANIONS: Final = {
    "EURUSD": "GBPUSD", "GBPUSD": "EURUSD", "AUDUSD": "NZDUSD", "NZDUSD": "AUDUSD", "NQ": "ES", "ES": "NQ", "YM": "ES",
    "MNQ": "MES", "MES": "MNQ", "BTCUSD": "ETHUSD", "ETHUSD": "BTCUSD", "XAUUSD": "XAGUSD", "XAGUSD": "XAUUSD",
}  # fmt: skip
"""Which market's swings those of another are compared with, for SMT divergences, where nobody says."""
_STATUSES: Final = (
    (r"\bno[ _]?trades?\b", "NO_TRADE"),
    (r"\bwait", "WAIT"),
    (r"\btrade_now\b|\btrades\b|\btaken\b", "TRADE_NOW"),
)
_TURNED_OFF: Final = re.compile(r"\b(not|no|wasn't|weren't|isn't|without|closed|didn't|hadn't)\b")


def nothing(_: Turn) -> list[Call]:
    """Ask nothing."""
    return []


def explain(turn: Turn) -> list[Call]:
    """Ask why the decision came out as it did."""
    return _of_run(turn, "explain_decision")


def would_differ(turn: Turn) -> list[Call]:
    """Ask what would have had to be different, and for the names of the rules it would open."""
    wanted = _lacking(turn)
    return [*wanted, Call("look_up_rule", {})] if _has_nameless(turn) else wanted


def waiting(turn: Turn) -> list[Call]:
    """Ask the clock, and whether time is what the decision lacks."""
    return [*clock(turn), *_lacking(turn)]


def what_if(turn: Turn) -> list[Call]:
    """Ask what the supposed rules or facts come to; for a bare number, first which fact is short."""
    if turn.subject.profile is not None:
        return _of_run(turn, "what_if", profile=turn.subject.profile)
    facts = supposed_facts(turn)
    if facts:
        return _of_run(turn, "what_if", facts=facts)
    wanted = _of_run(turn, "why_not")
    found = nearest_number(turn)
    if found is not None and turn.subject.numbers:
        wanted += _of_run(turn, "what_if", facts={found["fact"]: _plain(turn.subject.numbers[-1])})
    return wanted


def supposed_facts(turn: Turn) -> dict[str, Any]:
    """Return the facts a what-if supposes; empty where its words name none, or no value for it."""
    fact, question, numbers = turn.subject.fact, turn.subject.question, turn.subject.numbers
    spec = VOCABULARY.get(fact or "")
    if fact is None or spec is None:
        return {}
    if spec.type == "flag":
        return {fact: not _TURNED_OFF.search(question.plain)}
    if spec.type == "text":
        return {} if question.direction is None else {fact: question.direction}
    return {fact: _plain(numbers[-1])} if numbers else {}


def nearest_number(turn: Turn) -> Row | None:
    """Return the first change of the why-not whose fact is a number."""
    changes = turn.rows("why_not", "changes")
    return next(
        (one for one in changes if isinstance(one.get("becomes"), int | float) and one.get("fact") and one.get("unit")),
        None,
    )


def rule_verdict(turn: Turn) -> list[Call]:
    """Ask for one rule's verdict in full."""
    rule = turn.subject.rule_id
    return explain(turn) if rule is None else _of_run(turn, "explain_decision", rule_id=rule)


def rule(turn: Turn) -> list[Call]:
    """Look a rule up by its number, or by the question's own words."""
    question = turn.subject.question
    named = turn.subject.rule_id if question.is_bare else question.rule_id
    if named is not None:
        return [Call("look_up_rule", {"rule_id": named})]
    words = rule_words(turn)
    if words:
        return [Call("look_up_rule", {"words": words})]
    if turn.subject.rule_id is not None and re.search(r"\b(it|that|this)\b", question.plain):
        return [Call("look_up_rule", {"rule_id": turn.subject.rule_id})]
    return [Call("look_up_rule", {})]


def rule_words(turn: Turn) -> str:
    """Return the words of a question that may stand in a rule."""
    kept = [word for word in re.findall(r"[a-z]{2,30}", turn.subject.question.plain) if word not in SUBJECT_WORDS]
    return " ".join(kept[:8])[:100]


def listed(turn: Turn) -> list[Call]:
    """List decisions, of one market where one is named, of one status where one is."""
    question, wanted = turn.subject.question, {}
    status = next((status for words, status in _STATUSES if re.search(words, question.plain)), None)
    count = next((int(one) for one in question.numbers if 1 <= one <= _MOST_DECISIONS), None)
    if question.symbol is not None or (question.is_bare and turn.symbol is not None):
        wanted["symbol"] = turn.symbol
    return [Call("list_decisions", wanted | _given(status=status, limit=count))]


def compare(turn: Turn) -> list[Call]:
    """Compare the newest decisions of two markets, or the two newest of one."""
    question, wanted = turn.subject.question, []
    other = question.other_symbol or turn.subject.symbol_before
    if question.symbol is not None and other is not None:
        wanted = [_newest(question.symbol), _newest(other)]
        found = [row["run_id"] for call in wanted for row in _decisions(turn, call)]
    else:
        wanted = [Call("list_decisions", {**_given(symbol=turn.subject.symbol), "limit": 2})]
        found = [row["run_id"] for row in reversed(_decisions(turn, wanted[0]))]
    if len(found) > 1:
        wanted.append(Call("compare_decisions", {"run_id": found[0], "other_run_id": found[1]}))
    return wanted


def clock(turn: Turn) -> list[Call]:
    """Ask the clock of the market in focus."""
    return [Call("session_now", _given(symbol=turn.symbol))]


def calendar(turn: Turn) -> list[Call]:
    """Ask for the events ahead of the market in focus."""
    plain, numbers = turn.subject.question.plain, turn.subject.question.numbers
    hours = next((hours for words, hours in _HOURS if re.search(words, plain)), None)
    if numbers and re.search(r"\bhours?\b|\bhrs?\b|\d ?h\b", plain):
        hours = min(max(int(numbers[0]), 1), 168)
    return _of_market(turn, "economic_events", **_given(hours=hours))


def instrument(turn: Turn) -> list[Call]:
    """Ask for a market's facts."""
    return _of_market(turn, "read_instrument")


def chart(turn: Turn) -> list[Call]:
    """Ask one tool about the chart in focus."""
    tool = turn.subject.chart_tool or "read_chart_summary"
    wanted: dict[str, Any] = {"timeframe": turn.subject.timeframe or _TIMEFRAME}
    plain = turn.subject.question.plain
    if tool.startswith("find_"):
        wanted |= {"limit": 3}
        if re.search(r"\bbullish\b|\bbearish\b", plain):
            wanted |= _given(direction=turn.subject.question.direction)
    if tool == "find_smt":
        return _divergences(turn, wanted)
    if (tool == "find_liquidity_pools" and not re.search(r"\b(taken|swept|run|all|ended)\b", plain)) or (
        re.search(r"\b(fresh|alive|open|unfilled|untaken|left|standing|resting)\b", plain) and tool in _LIVING
    ):
        wanted |= {"state": "alive"}
    return _of_market(turn, tool, **wanted)


def _divergences(turn: Turn, wanted: dict[str, Any]) -> list[Call]:
    """Ask for SMT divergences from the market named behind `with`, or else from the usual one."""
    question, context = turn.subject.question, turn.conversation.context
    beside = re.search(r"\b(?:with|to|from|against|vs)\s+(\S+)", question.text, re.IGNORECASE)
    companion = None if beside is None else read_question(beside[1]).symbol
    market = turn.market
    if companion is not None and companion == question.symbol:
        in_focus = None if context is None else context.symbol
        market = question.other_symbol or turn.subject.symbol_before or in_focus
    companion = companion or question.other_symbol or _COMPANIONS.get(market or "", "GBPUSD")
    return _of_market(turn, "find_smt", **wanted | _given(companion=companion, symbol=market))


def run(turn: Turn) -> list[Call]:
    """Start an analysis of the market in focus."""
    return _of_market(turn, "run_analysis", **_given(profile=turn.subject.question.profile))


def size(turn: Turn) -> list[Call]:
    """Size a position by the user's numbers, where they are all there; else ask what the decision put at risk."""
    given, wanted = size_given(turn), []
    if not {"entry", "stop"} & given.keys():
        wanted, setup = explain(turn), turn.row("explain_decision", "setup")
        given = _given(entry=setup.get("entry_price"), stop=setup.get("stop_loss")) | given
    if given.keys() >= _SIZED_BY:
        wanted += _of_market(turn, "size_position", **given)
    return _joined(wanted or explain(turn))


def size_given(turn: Turn) -> dict[str, float]:
    """Return the numbers of a size that a question gives, by the words beside them."""
    text, given = turn.subject.question.text, {}
    for name, words in _SIZE_WORDS:
        if name not in given and (found := re.search(words, text, re.IGNORECASE)):
            given[name] = _amount(found[1])
    return given


_SIZED_BY: Final = {"account_balance", "risk_pct", "entry", "stop"}
_AMOUNT: Final = r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?k?)(?![\d.,]*\d)"
_PERCENT: Final = r"\s?(?:%|percent|pct)"
_SIZE_WORDS: Final = (
    ("risk_pct", rf"{_AMOUNT}{_PERCENT}"),
    ("account_balance", rf"[$€£]\s?{_AMOUNT}"),
    ("account_balance", rf"{_AMOUNT}\s?(?:dollars|usd|account|balance)"),
    ("account_balance", rf"(?:account|balance|%)(?: of| is)? {_AMOUNT}(?!{_PERCENT})"),
    ("account_balance", r"(?<![\d.,])(\d+(?:\.\d+)?k)\b"),
    ("stop", rf"(?:stop.?loss|stop|sl)(?: at| of| is)? {_AMOUNT}(?!{_PERCENT})"),
    ("entry", rf"(?:entry|enter|entering|from|(?<!stop )(?<!loss )(?<!sl )at)(?: at| of| is)? {_AMOUNT}(?!{_PERCENT})"),
)
"""By which words a number is known; of several patterns the first that matches counts."""
_LIVING: Final = frozenset(
    f"find_{name}"
    for name in (
        "fair_value_gaps", "inverse_gaps", "balanced_ranges", "volume_imbalances", "opening_gaps", "order_blocks",
        "breakers", "mitigation_blocks", "rejection_blocks", "liquidity_pools", "setups",
    )
)  # fmt: skip
"""The tools that can be asked for what has not ended."""


def _amount(number: str) -> float:
    thousands = number.lower().endswith("k")
    return float(number.lower().rstrip("k").replace(",", "")) * (1000 if thousands else 1)


def _of_run(turn: Turn, tool: str, **given: Any) -> list[Call]:
    """Want a tool asked about the decision in focus: first which one that is, where a market names it."""
    subject, context = turn.subject, turn.conversation.context
    if subject.run_id is not None:
        return [Call(tool, {"run_id": subject.run_id, **given})]
    focus = None if context is None else context.run_id
    if focus is not None and subject.symbol in (None, context and context.symbol):
        return [Call(tool, {"run_id": focus, **given})]
    if turn.symbol is None or "list_decisions" not in turn.conversation.tools:
        return [Call(tool, given)]
    newest = _newest(turn.symbol)
    return [newest, *(Call(tool, {"run_id": row["run_id"], **given}) for row in _decisions(turn, newest)[:1])]


def _of_market(turn: Turn, tool: str, **given: Any) -> list[Call]:
    """Want a tool asked about the market in focus: first which one that is, where only a decision names it."""
    if turn.market is not None:
        return [Call(tool, {"symbol": turn.market} | given)]
    return explain(turn)


def _newest(symbol: str) -> Call:
    return Call("list_decisions", {"symbol": symbol, "limit": 1})


def _decisions(turn: Turn, call: Call) -> list[Row]:
    told = turn.asked(call)
    rows = [] if told is None else told.get("decisions")
    return [row for row in rows or [] if isinstance(row, Mapping) and "run_id" in row]


def _lacking(turn: Turn) -> list[Call]:
    return _joined([*explain(turn), *_of_run(turn, "why_not")])


def _has_nameless(turn: Turn) -> bool:
    """Whether the why-not names a rule by a number alone that no other answer has named."""
    lists = ("deciding_rules", "others_not_met")
    known = {row.get("rule") for key in lists for row in turn.rows("explain_decision", key)}
    return any(rule not in known for change in turn.rows("why_not", "changes") for rule in change.get("rules", ()))


def _joined(calls: list[Call]) -> list[Call]:
    return [call for place, call in enumerate(calls) if call not in calls[:place]]


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number
