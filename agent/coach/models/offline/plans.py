"""Which tools an intent is answered from: every call it wants, given what is answered already.

A plan is asked again after each round of answers; what it wants and has is not asked for twice.
"""

import re
from typing import Any, Final

from agent.coach.models.offline.choosing import Choice, choices, chosen, decisions, in_focus, newest
from agent.coach.models.offline.conversation import Call, Row
from agent.coach.models.offline.question import read_question
from agent.coach.models.offline.reference import day_of
from agent.coach.models.offline.sizing import NUMBERS
from agent.coach.models.offline.turn import Turn
from agent.coach.models.offline.words import SUBJECT_WORDS
from agent.market_window import DEFAULT_TIMEFRAME

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
_WAS: Final = re.compile(r"\b(did|was|were|had|then|at the time)\b")
_THAT_RULE: Final = re.compile(r"\bthat rule\b|\b(its|the) threshold\b")
_KINDS: Final = re.compile(r"\bprevious (day|week|month)")
_EVERYTHING: Final = re.compile(r"\b(everything|all|every|each|both|markets|pairs)\b")
_FITS: Final = 2.0
"""How many times the last close a price may be, or the other way round, to be one of that market."""


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
    supposed = turn.subject.supposed
    if turn.subject.profile is not None:
        return _of_run(turn, "what_if", profile=turn.subject.profile)
    if supposed.facts:
        return _of_run(turn, "what_if", facts=dict(supposed.facts))
    if supposed.left and supposed.number is None:
        return []
    facts = supposed_facts(turn)
    return [*_of_run(turn, "why_not"), *(_of_run(turn, "what_if", facts=facts) if facts else [])]


def supposed_facts(turn: Turn) -> dict[str, Any]:
    """Return the facts a what-if supposes; a number of no fact is a value of the nearest that is short."""
    supposed, found = turn.subject.supposed, nearest_number(turn)
    if supposed.facts or supposed.number is None or found is None:
        return dict(supposed.facts)
    return {found["fact"]: _plain(supposed.number)}


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
        return [Call("look_up_rule", {"rule_id": named, **_given(profile=turn.subject.profile)})]
    if _THAT_RULE.search(question.plain):
        decided = next((row.get("rule") for row in turn.rows("explain_decision", "deciding_rules")), None)
        one = turn.subject.rule_id or decided
        known = [] if turn.subject.rule_id is not None else explain(turn)
        return known if one is None else [*known, Call("look_up_rule", {"rule_id": one})]
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
    days, context = question.reference.days, turn.conversation.context
    if days:
        wanted |= _given(on=day_of(days[0], None if context is None else context.now))
    return [Call("list_decisions", wanted | _given(status=status, limit=count))]


def compare(turn: Turn) -> list[Call]:
    """Compare the decisions that are named, the newest of two markets, or the two newest of one."""
    question = turn.subject.question
    other = question.other_symbol or turn.subject.symbol_before
    wanted: list[Call] = []
    found: list[str] = []
    if question.reference.is_given:
        for one in compared_choices(turn):
            wanted += one.calls
            found += [] if one.run_id is None else [one.run_id]
    elif question.symbol is not None and other is not None:
        wanted = [newest(question.symbol), newest(other)]
        found = [row["run_id"] for call in wanted for row in decisions(turn, call)]
    else:
        wanted = [Call("list_decisions", {**_given(symbol=turn.subject.symbol), "limit": 2})]
        found = [row["run_id"] for row in reversed(decisions(turn, wanted[0]))]
    if len(found) > 1:
        wanted.append(Call("compare_decisions", {"run_id": found[0], "other_run_id": found[1]}))
    return wanted


def compared_choices(turn: Turn) -> list[Choice]:
    """Return the two decisions a comparison names; one that is named alone is set beside that in focus."""
    named = choices(turn)
    return named[:2] if len(named) > 1 else [in_focus(turn), *named]


def mode(turn: Turn) -> list[Call]:
    """Ask what the mode is now."""
    return clock(turn)


def advice(turn: Turn) -> list[Call]:
    """Ask why the decision came out as it did, and what the mode is now."""
    return [*explain(turn), Call("session_now", {})]


def rules_of(turn: Turn) -> list[Call]:
    """Ask for a decision's rules, by name; of a what-if before, for that what-if again."""
    before = next((one for one in reversed(turn.conversation.earlier) if one.told is not None), None)
    if _asks_back(turn) and before is not None and before.call.tool == "what_if":
        return [before.call]
    return explain(turn)


def _asks_back(turn: Turn) -> bool:
    return re.search(r"\bwhich rule (was|is) (that|it)\b", turn.subject.question.plain) is not None


def then(turn: Turn) -> list[Call]:
    """Ask for the session of the decision in focus."""
    return explain(turn)


def origin(turn: Turn) -> list[Call]:
    """Ask what the candles are: those of the decision in focus, or else of the chart."""
    wanted = explain(turn)
    answered = turn.conversation.answer(wanted[-1]) if wanted else None
    if turn.market is None or answered is None or answered.told is not None:
        return wanted
    return [*wanted, Call("read_chart_summary", {"symbol": turn.market, "timeframe": _TIMEFRAME})]


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
    if (kind := _KINDS.search(plain)) is not None and tool == "find_liquidity_pools":
        wanted |= {"kind": f"previous_{kind[1]}"}
    before, moment = _moment(turn)
    if before and moment is None:
        return before
    wanted |= _given(as_of=moment)
    if tool == "find_smt":
        return before + _divergences(turn, wanted)
    if (tool == "find_liquidity_pools" and not re.search(r"\b(taken|swept|run|all|ended)\b", plain)) or (
        re.search(r"\b(fresh|alive|open|unfilled|untaken|left|standing|resting)\b", plain) and tool in _LIVING
    ):
        wanted |= {"state": "alive"}
    return before + _of_market(turn, tool, **wanted)


def _moment(turn: Turn) -> tuple[list[Call], str | None]:
    """Return when a chart is to be read, and the calls that tell it: that of the decision in a question of the past."""
    named, context = turn.subject.reference, turn.conversation.context
    if named.days and named.clock is not None:
        on = day_of(named.days[0], None if context is None else context.now)
        return [], None if on is None else f"{on}T{named.clock}:00Z"
    is_of_focus = context is not None and context.run_id is not None and turn.symbol in (None, context.symbol)
    if not (named.is_given or (is_of_focus and _WAS.search(turn.subject.question.plain))):
        return [], None
    as_of = (turn.decision or {}).get("as_of")
    return explain(turn), as_of if isinstance(as_of, str) else None


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
    """Start an analysis of the market in focus; nothing where something is asked of it that it cannot do."""
    return [] if run_trouble(turn) is not None else _of_market(turn, "run_analysis")


def run_trouble(turn: Turn) -> str | None:
    """Return the template that says why an analysis is not started; None where it can be."""
    question = turn.subject.question
    if question.symbol is None and _EVERYTHING.search(question.plain):
        return "run_which"
    if question.timeframe not in (None, DEFAULT_TIMEFRAME.value):
        return "run_timeframe"
    named = question.reference
    if named.days or named.clock is not None or re.search(r"\bas of\b", question.plain):
        return "run_as_of"
    return None if question.profile is None else "run_profile"


def size(turn: Turn) -> list[Call]:
    """Size a position by the user's numbers, where they are all there; else ask what the decision put at risk."""
    sizing = turn.subject.sizing
    given, wanted = dict(sizing.given), []
    if sizing.troubles:
        return []
    if not {"entry", "stop"} & given.keys():
        wanted, setup = explain(turn), turn.row("explain_decision", "setup")
        given = _given(entry=setup.get("entry_price"), stop=setup.get("stop_loss")) | given
    elif turn.subject.symbol is None and turn.market is not None:
        wanted = [Call("read_chart_summary", {"symbol": turn.market, "timeframe": _TIMEFRAME})]
        if turn.is_open(wanted[0]):
            return wanted
    if given.keys() >= {*NUMBERS} and fits(turn) is not False:
        wanted += _of_market(turn, "size_position", **given)
    return _joined(wanted or explain(turn))


def fits(turn: Turn) -> bool | None:
    """Whether the prices given are some of the market in focus, where none is named; None where nobody knows."""
    close = (turn.told("read_chart_summary") or {}).get("last_close")
    if turn.subject.symbol is not None or not isinstance(close, int | float) or not close:
        return None
    prices = [turn.subject.sizing.given[name] for name in ("entry", "stop") if name in turn.subject.sizing.given]
    return all(isinstance(one, float) and close / _FITS <= one <= close * _FITS for one in prices)


_LIVING: Final = frozenset(
    f"find_{name}"
    for name in (
        "fair_value_gaps", "inverse_gaps", "balanced_ranges", "volume_imbalances", "opening_gaps", "order_blocks",
        "breakers", "mitigation_blocks", "rejection_blocks", "liquidity_pools", "setups",
    )
)  # fmt: skip
"""The tools that can be asked for what has not ended."""


def _of_run(turn: Turn, tool: str, **given: Any) -> list[Call]:
    """Want a tool asked about the decision in question: first which one that is, where it has to be found."""
    choice = chosen(turn)
    if choice.run_id is not None:
        return [*choice.calls, Call(tool, {"run_id": choice.run_id, **given})]
    return [Call(tool, given)] if choice.is_left_open else list(choice.calls)


def _of_market(turn: Turn, tool: str, **given: Any) -> list[Call]:
    """Want a tool asked about the market in focus: first which one that is, where only a decision names it."""
    if turn.market is not None:
        return [Call(tool, {"symbol": turn.market} | given)]
    return explain(turn)


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
