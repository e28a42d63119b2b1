"""Tools about recorded decisions: why, why not, what if, which there are, and how two of them differ."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from langchain_core.tools import BaseTool

from agent.coach.toolbox.chart_tool import chart_tool
from agent.coach.toolbox.compact import compact, fitted_answer, plain_text
from agent.coach.toolbox.decision_arguments import (
    CompareArguments,
    ExplainArguments,
    ListArguments,
    RunArguments,
    WhatIfArguments,
)
from agent.coach.toolbox.decision_documents import (
    bias_row,
    canonical_symbol,
    change_row,
    changed_fact_row,
    changed_rules,
    deciding_rules,
    decision_row,
    listed_decision,
    others_not_met,
    passed,
    risk_row,
    rule_in_full,
    setup_row,
    stop_row,
    summary,
    would_be_row,
)
from agent.coach.toolbox.differing import differing
from agent.coach.toolbox.ports import RecordedRuns
from agent.explanation.explain import Explanation
from agent.explanation.tree import RuleLevel
from agent.rulebooks import Rulebooks
from agent.runs.service import AuditedDecision
from agent.store.decisions import DecisionFilter
from rulebook.located import nearest
from tools.errors import DecisionNotFound, InvalidParameter, RunNotDecided, RunNotFound, UnknownProfile
from tools.times import iso_utc

Row = dict[str, Any]

_EXPLAIN_SAYS: Final = (
    "Why a recorded decision came out as it did: its status, the rules that decided, the bias, the setup and risk if "
    "one was offered. With rule_id: that rule's verdict with every value it compared. Start here for any why."
)
_WHY_NOT_SAYS: Final = (
    "What would have had to be different: the smallest change of facts that makes a recorded decision a trade, proved "
    "by judging again; for a trade, what would have stopped it, nearest first."
)
_WHAT_IF_SAYS: Final = (
    "Judge a recorded decision again by another profile's rules, or with some facts supposed otherwise (names as "
    "why_not and explain_decision give them). Give profile or facts. Nothing is recorded."
)
_LIST_SAYS: Final = (
    "List recorded decisions, newest first, with their run ids, deciding rule and reason; with on, those of one day."
)
_COMPARE_SAYS: Final = "How two recorded decisions differ: the rules that came out otherwise, and the facts behind."

_DAY: Final = 86_400
_MOST_RULES: Final = 12
_MOST_FACTS: Final = 8


def decision_tools(
    runs: RecordedRuns, rulebooks: Rulebooks, clock: Callable[[], int], *, owner_id: str
) -> list[BaseTool]:
    """Return the tools that read an owner's recorded decisions.

    Args:
        runs: where they are.
        rulebooks: names the profiles there are, where one is asked for that is not.
        clock: UTC epoch seconds, by which a decision's age is told.
        owner_id: whose; no other owner's runs exist for these tools.
    """
    read = _Decisions(runs, rulebooks, clock, owner_id)
    return [
        chart_tool("explain_decision", _EXPLAIN_SAYS, ExplainArguments, read.explain),
        chart_tool("why_not", _WHY_NOT_SAYS, RunArguments, read.why_not),
        chart_tool("what_if", _WHAT_IF_SAYS, WhatIfArguments, read.what_if),
        chart_tool("list_decisions", _LIST_SAYS, ListArguments, read.list),
        chart_tool("compare_decisions", _COMPARE_SAYS, CompareArguments, read.compare),
    ]


def explanation_content(name: str, explanation: Explanation, now: int | None = None) -> Row:
    """Return what a tool tells of one decision as a whole; with `now`, in UTC epoch seconds, how old it is."""
    decision = explanation.decision
    return {
        "tool": name,
        "decision": decision_row(decision, now),
        "deciding_rules": deciding_rules(explanation),
        "summary": summary(explanation),
        "bias": bias_row(decision),
        "setup": setup_row(decision),
        "risk": risk_row(decision),
        "session": compact(decision["session"], 0),
        "permission": decision["permission"],
        "warnings": decision["warnings"],
        "nodes_reached": decision["graph_nodes_triggered"],
        "passed": passed(explanation),
        "others_not_met": others_not_met(explanation),
    }


SHORTENED: Final = ("others_not_met", "warnings", "summary", "deciding_rules")
"""The lists of an explanation, in the order in which they are shortened where it would be too long."""


class _Decisions:
    def __init__(self, runs: RecordedRuns, rulebooks: Rulebooks, clock: Callable[[], int], owner_id: str) -> None:
        self._runs = runs
        self._rulebooks = rulebooks
        self._clock = clock
        self._owner_id = owner_id

    async def explain(self, wanted: ExplainArguments) -> str:
        explanation = await self._explanation(wanted)
        if wanted.rule_id is None:
            return fitted_answer(explanation_content("explain_decision", explanation, self._clock()), SHORTENED)
        full = rule_in_full(_rule(explanation, wanted.rule_id))
        operands = full.pop("operands")
        content = {"tool": "explain_decision", "decision": self._row(explanation.decision), "verdict": full}
        return fitted_answer({**content, "operands": operands}, ["operands"])

    async def why_not(self, wanted: RunArguments) -> str:
        explanation = await self._explanation(wanted)
        answer = explanation.why_not
        return fitted_answer(
            {
                "tool": "why_not",
                "decision": self._row(explanation.decision),
                "changes": [change_row(one) for one in answer.changes],
                "becomes_trade": answer.proven,
                "what_would_stop_it": [stop_row(one) for one in explanation.what_would_stop_it],
                "sentence": _why_not_sentence(explanation),
            },
            ["what_would_stop_it", "changes"],
        )

    async def what_if(self, wanted: WhatIfArguments) -> str:
        run_id = await self._run_id(wanted.run_id)
        recorded = await self._audited(run_id)
        try:
            answer = await self._runs.what_if(
                run_id, owner_id=self._owner_id, profile=wanted.profile, facts=wanted.facts
            )
        except UnknownProfile as error:
            raise self._no_such_profile(error) from error
        supposed = {"profile": wanted.profile} if wanted.facts is None else {"facts": wanted.facts}
        was, becomes = answer.recorded.status, answer.what_if.status
        return fitted_answer(
            {
                "tool": "what_if",
                "decision": self._row(recorded.record.decision),
                "supposed": supposed,
                "would_be": would_be_row(answer),
                **_changed(changed_rules(answer), [changed_fact_row(one) for one in answer.changed_facts]),
                "sentence": f"It would still be {was}." if was == becomes else f"It would be {becomes}, and is {was}.",
            },
            ["changed_facts", "changed_rules"],
        )

    async def list(self, wanted: ListArguments) -> str:
        symbol = None if wanted.symbol is None else canonical_symbol(wanted.symbol)
        since = None if wanted.on is None else _day(wanted.on)
        before = None if since is None else since + _DAY
        page = await self._runs.decisions(
            DecisionFilter(symbol=symbol, status=wanted.status, decided_from=since, decided_before=before),
            owner_id=self._owner_id,
            limit=wanted.limit,
        )
        rows = [listed_decision(one.decision) for one in page.items]
        asked = {"symbol": symbol, "status": wanted.status, "from": _moment(since), "before": _moment(before)}
        head = {"tool": "list_decisions", **{key: value for key, value in asked.items() if value is not None}}
        return fitted_answer({**head, "total": page.total, "decisions": rows}, ["decisions"])

    async def compare(self, wanted: CompareArguments) -> str:
        one, other = await self._audited(wanted.run_id), await self._audited(wanted.other_run_id)
        rules, facts = differing(one, other)
        first, second = one.record.decision, other.record.decision
        same = first["status"] == second["status"]
        said = f"Both are {first['status']}" if same else f"{first['status']} became {second['status']}"
        return fitted_answer(
            {
                "tool": "compare_decisions",
                "decision": self._row(first),
                "other": self._row(second),
                "reasons": [first["reason_short"], second["reason_short"]],
                **_changed(rules, facts),
                "sentence": f"{said}; {_counted(rules, 'rule')} and {_counted(facts, 'fact')} differ.",
            },
            ["changed_facts", "changed_rules"],
        )

    async def _explanation(self, wanted: RunArguments) -> Explanation:
        return await self._runs.explain(await self._run_id(wanted.run_id), owner_id=self._owner_id)

    async def _run_id(self, given: str | None) -> str:
        if given is not None:
            return await self._run_of(given)
        newest = await self._runs.decisions(owner_id=self._owner_id, limit=1)
        if not newest.items:
            raise RunNotFound("no decision is recorded yet; analyse a market first")
        return newest.items[0].run_id

    async def _run_of(self, given: str) -> str:
        """Return the run an id names: it may be that of the run, or of its decision."""
        try:
            return (await self._runs.get(given, owner_id=self._owner_id)).run_id
        except RunNotFound as no_run:
            try:
                return (await self._runs.decision(given, owner_id=self._owner_id)).record.run_id
            except DecisionNotFound:
                raise no_run from None

    def _row(self, decision: Mapping[str, Any]) -> Row:
        return decision_row(decision, self._clock())

    async def _audited(self, given: str) -> AuditedDecision:
        run_id = await self._run_of(given)
        run = await self._runs.get(run_id, owner_id=self._owner_id)
        if run.decision_id is None:
            raise RunNotDecided(f"run {run_id} is {run.status} and has no decision")
        return await self._runs.decision(run.decision_id, owner_id=self._owner_id)

    def _no_such_profile(self, error: UnknownProfile) -> UnknownProfile:
        return UnknownProfile(
            str(error), field="profile", expected=" or ".join(self._rulebooks.profiles), got=error.got
        )


def _rule(explanation: Explanation, rule_id: str) -> RuleLevel:
    found = {rule.rule_id: rule for node in explanation.tree.children for rule in node.children}
    if rule_id not in found:
        raise InvalidParameter(
            f"rule_id: this decision was judged by no rule {plain_text(rule_id)}; {nearest(rule_id, found)}",
            field="rule_id", got=rule_id,
        )  # fmt: skip
    return found[rule_id]


def _day(on: str) -> int:
    """Return the epoch second a UTC day begins at."""
    try:
        return int(datetime.fromisoformat(on).replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise InvalidParameter(
            f"on: {on} is no day", field="on", expected="a day such as 2024-08-27", got=on
        ) from error


def _moment(second: int | None) -> str | None:
    return None if second is None else compact(iso_utc(second), 0)


def _counted(rows: list[Row], name: str) -> str:
    return f"{len(rows)} {name}" if len(rows) == 1 else f"{len(rows)} {name}s"


def _changed(rules: list[Row], facts: list[Row]) -> Row:
    return {
        "changed_rules_total": len(rules),
        "changed_rules": rules[:_MOST_RULES],
        "changed_facts_total": len(facts),
        "changed_facts": facts[:_MOST_FACTS],
    }


def _why_not_sentence(explanation: Explanation) -> str:
    answer = explanation.why_not
    if answer.is_trade:
        return "It is a trade as it stands; nothing has to change."
    if not answer.proven:
        return "No change of facts makes it a trade under these rules."
    count = len(answer.changes)
    return f"It would be a trade with {count} fact{'s' if count > 1 else ''} changed."
