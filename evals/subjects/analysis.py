"""The analysis of this service as a subject: its facts, its rules and its decision on a chart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import walk_now
from agent.analysis.windows import MINIMUM_BARS
from agent.labels import EVENT_KINDS, ZONE_KINDS, Labels, SetupLabel
from evals.cases.case import Case, Chart
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
from tools.displacement import ATR_BARS
from tools.sessions import session_status
from tools.timeframes import Timeframe

CODE: Final = ("tools", "rulebook", "agent.analysis", "agent.labels", "evals.subjects")
_WALK: Final = "htf"
_CALM, _LIVELY = 0.75, 1.33
"""The last ATR in multiples of the chart's median, below and above which a chart is called calm and lively."""


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

    def find(self, case: Case) -> Found:
        """Look at a chart: the kinds, rules and decision that its labels speak of; nothing on a conversation.

        Raises:
            DataError: the walk cannot read the chart.
        """
        if not isinstance(case.subject, Chart):
            return Found()
        chart, labels = case.subject, case.labels
        wanted = _wanted(labels)
        read = {
            frame: charts.read_chart(
                candles,
                chart.instrument,
                ChartParameters.of_names(dict(chart.parameters)),
                chart.companion if chart.companion is not None and chart.companion.timeframe == frame else None,
            )
            for frame, candles in chart.windows.items()
        }
        bias = {
            frame.value: _trend(read[frame].external_breaks.trend()) for frame in read if frame.value in labels.bias
        }
        walked = self._walked(chart, bias) if _needs_walk(labels) and len(chart.base) >= MINIMUM_BARS else {}
        return Found(
            kinds=frozenset((*EVENT_KINDS, *ZONE_KINDS)),
            events=tuple(one for frame, kinds in wanted.items() for one in events_of(read[frame], kinds)),
            zones=tuple(one for frame, kinds in wanted.items() for one in zones_of(read[frame], kinds)),
            slices=_slices(chart),
            **{"bias": bias, **walked},
        )

    def _walked(self, chart: Chart, bias: Mapping[str, str]) -> dict[str, Any]:
        request = chart.request(str(self.profile) if self.profile is not None else None)
        rulebook = self.rulebook(chart.profile)
        outcome = walk_now(request, rulebook)
        decision = outcome["decision"]
        facts = {name: Fact.from_dict(fact) for name, fact in outcome["facts"].items()}
        return {
            "bias": {**bias, _WALK: decision["htf_bias"]["value"]},
            "rules": _judged(rulebook, facts),
            "decision": _decision(decision),
        }


@cache
def _rulebook(profile: str | Path) -> Rulebook:
    return load_rulebook(profile)


def _wanted(labels: Labels) -> dict[Timeframe, frozenset[str]]:
    """Return the kinds the labels speak of, by timeframe."""
    named = [(one.timeframe, one.kind) for one in labels.events]
    named += [(one.timeframe, one.kind) for one in labels.zones]
    named += [(frame, kind) for frame, kinds in labels.complete.items() for kind in kinds]
    frames = dict.fromkeys(frame for frame, _ in named)
    return {frame: frozenset(kind for of, kind in named if of is frame) for frame in frames}


def _needs_walk(labels: Labels) -> bool:
    said = (labels.decision, labels.setup, labels.outcome)
    return any(one is not None for one in said) or bool(labels.rules) or _WALK in labels.bias


def _judged(rulebook: Rulebook, facts: Mapping[str, Fact]) -> dict[str, Outcome]:
    """Judge every rule on all facts, also those behind a gate that is closed."""
    verdicts: list[Verdict] = []
    for node in NODES:
        verdicts += judge_node(rulebook, node, facts, so_far=verdicts)
    return {one.rule_id: one.outcome for one in verdicts}


def _decision(decision: Mapping[str, Any]) -> FoundDecision:
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
    return FoundDecision(decision["status"], rules, decision["confidence"], setup, decision["decision_hash"])


def _trend(trend: int) -> str:
    return {1: "bullish", -1: "bearish"}.get(trend, "neutral")


def _slices(chart: Chart) -> dict[str, str]:
    zone = session_status(chart.as_of, chart.instrument).kill_zone
    found = {"symbol": chart.instrument.symbol, "timeframe": chart.base.timeframe.value, "session": zone or "none"}
    if len(chart.base) > ATR_BARS:
        base = chart.base
        true_range = np.maximum(base.high[1:], base.close[:-1]) - np.minimum(base.low[1:], base.close[:-1])
        ratio = float(true_range[-ATR_BARS:].mean() / max(float(np.median(true_range)), 1e-12))
        found["volatility"] = "calm" if ratio < _CALM else "lively" if ratio > _LIVELY else "usual"
    return found


def request_of(case: Case) -> AnalysisRequest:
    """Return the analysis that a chart's case asks for.

    Raises:
        TypeError: the case is a conversation.
        DataError: the walk cannot read the chart.
    """
    if not isinstance(case.subject, Chart):
        raise TypeError(f"case {case.id} is a conversation and not a chart")
    return case.subject.request()
