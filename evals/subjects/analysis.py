"""The analysis of this service as a subject: its facts, its rules and its decision on a chart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from agent.analysis.walk import walk_now
from agent.analysis.windows import MINIMUM_BARS
from agent.labels import EVENT_KINDS, ZONE_KINDS, SetupLabel
from evals.cases.case import Chart
from evals.subjects.asked import WALK, Asked
from evals.subjects.chart_finds import events_of, zones_of
from evals.subjects.code import code_digest
from evals.subjects.found import Found, FoundDecision
from rulebook.book import Rulebook
from rulebook.facts import NODES, Fact
from rulebook.judge import judge_node
from rulebook.loader import load_rulebook
from rulebook.verdict import Outcome, Verdict
from tools import chart as charts
from tools.chart import ChartParameters

CODE: Final = ("tools", "rulebook", "agent.analysis", "agent.labels", "evals.subjects")


@dataclass(frozen=True)
class AnalysisSubject:
    """The facts, rules and decision of this code.

    Attributes:
        profile: judges every case in place of the one it was labelled for; a shipped name or a trader's own file.
        tuning: parameters of rules to replace, ``{rule id: {parameter: value}}``.
        name: how reports call it.
    """

    profile: str | Path | None = None
    tuning: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    name: str = "ict"

    @property
    def is_deterministic(self) -> bool:
        """True: it is arithmetic."""
        return True

    @property
    def is_told_amounts(self) -> bool:
        """No: it says what it sees."""
        return False

    def identity(self) -> dict[str, Any]:
        """Return the digests of the code and of a file of one's own, and what was chosen."""
        own = self.profile.read_text(encoding="utf-8") if isinstance(self.profile, Path) else self.profile
        return {
            "subject": self.name,
            "code": code_digest(CODE),
            "profile": own,
            "tuning": {rule: dict(values) for rule, values in self.tuning.items()},
        }

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs; a mapping proxy does not pickle."""
        return {**vars(self), "tuning": {rule: dict(values) for rule, values in self.tuning.items()}}

    def rulebook(self, case_profile: str) -> Rulebook:
        """Return the rules that judge a case labelled for a profile.

        Raises:
            RulebookError, UnknownProfile: there is no such profile, or it has faults.
        """
        made = _rulebook(self.profile if self.profile is not None else case_profile)
        return made.tuned(self.tuning) if self.tuning else made

    def find(self, asked: Asked) -> Found:
        """Look at a chart: the kinds, rules and decision that are judged; nothing on a conversation.

        Raises:
            DataError: the walk cannot read the chart.
        """
        if not isinstance(asked.subject, Chart):
            return Found()
        chart, wanted = asked.subject, asked.kinds
        read = {
            frame: charts.read_chart(
                candles,
                chart.instrument,
                ChartParameters.of_names(dict(chart.parameters)),
                chart.companion if chart.companion is not None and chart.companion.timeframe == frame else None,
            )
            for frame, candles in chart.windows.items()
        }
        bias: dict[str, str] = {
            frame.value: _trend(read[frame].external_breaks.trend()) for frame in read if frame.value in asked.biases
        }
        walked = self._walked(chart, bias) if asked.wants_walk and len(chart.base) >= MINIMUM_BARS else {}
        return Found(
            kinds=frozenset((*EVENT_KINDS, *ZONE_KINDS)),
            events=tuple(one for frame, kinds in wanted.items() for one in events_of(read[frame], kinds)),
            zones=tuple(one for frame, kinds in wanted.items() for one in zones_of(read[frame], kinds)),
            **{"bias": bias, **walked},
        )

    def _walked(self, chart: Chart, bias: Mapping[str, str]) -> dict[str, Any]:
        rulebook = self.rulebook(chart.profile)
        request = chart.request(rulebook.profile)
        outcome = walk_now(request, rulebook)
        decision = outcome["decision"]
        facts = {name: Fact.from_dict(fact) for name, fact in outcome["facts"].items()}
        return {
            "bias": {**bias, WALK: decision["htf_bias"]["value"]},
            "rules": _judged(rulebook, facts),
            "decision": found_decision(decision),
        }


@cache
def _rulebook(profile: str | Path) -> Rulebook:
    return load_rulebook(profile)


def _judged(rulebook: Rulebook, facts: Mapping[str, Fact]) -> dict[str, Outcome]:
    """Judge every rule on all facts, also those behind a gate that is closed."""
    verdicts: list[Verdict] = []
    for node in NODES:
        verdicts += judge_node(rulebook, node, facts, so_far=verdicts)
    return {one.rule_id: one.outcome for one in verdicts}


def found_decision(decision: Mapping[str, Any]) -> FoundDecision:
    """Return a decision as far as it is scored; `decision` is the document of a walk or of the record."""
    offered = decision["setup"]
    setup = None
    if offered is not None:
        setup = SetupLabel(
            direction=offered["direction"],
            entry=offered["entry_price"],
            stop=offered["stop_loss"],
            targets=tuple(one["price"] if isinstance(one, dict) else one for one in offered["take_profit"]),
            rule=offered["rule_refs"][0],
        )
    rules = tuple(decision["deciding_rules"]) or ((setup.rule,) if setup is not None and setup.rule else ())
    return FoundDecision(
        decision["status"], rules, decision["confidence"], setup, decision["decision_hash"], _terms(decision)
    )


def _terms(decision: Mapping[str, Any]) -> dict[str, Any]:
    risk, setup = decision["risk"], decision["setup"]
    return {
        "action": decision["action"],
        "may": decision["permission"]["may"],
        "confluence_score": decision["confluence_score"],
        "position_size": None if risk is None else risk["position_size"],
        "rr": None if risk is None else risk["rr"],
        "management": None if setup is None else setup["management"],
    }


def _trend(trend: int) -> str:
    return {1: "bullish", -1: "bearish"}.get(trend, "neutral")
