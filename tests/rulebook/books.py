"""Small rulebooks written for one test, facts for the shipped one, and Hypothesis strategies over facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from rulebook.book import Rulebook
from rulebook.facts import VOCABULARY, Fact, FactSpec, Scalar
from rulebook.schema import Rule

BASE_PROFILES = {name: f"profile: {name}\ndescription: The {name} values.\n" for name in ("strict", "relaxed")}

RULE = """\
id: "2.2"
name: Displacement
category: structure
node: structure
description: Price left with speed.
when_valid: price left with displacement
when_invalid: price has not left with displacement
kind: gate
weight: 1
blocks: wait
when_unknown: block
parameters:
  minimum:
    strict: 1.5
    relaxed: 1.0
    unit: ATR
    description: The smallest body.
condition:
  fact: structure.displacement_atr
  operator: at_least
  parameter: minimum
references:
  - a book
status: stable
cases:
  met:
    - title: A large body
      facts: {structure.displacement_atr: 2}
  unmet:
    - title: A small body
      facts: {structure.displacement_atr: 0.5}
  unknown:
    - title: No body
      facts: {structure.displacement_atr: null}
"""
"""A rule file without a fault, for tests to break."""

TRADE: dict[str, Scalar] = {
    "bias.strength": 0.667,
    "bias.direction": "bullish",
    "bias.opposing_share": 0.1,
    "bias.held": True,
    "bias.counter_trend": False,
    "bias.hourly_shift": True,
    "candles.bars_behind": 0,
    "range.known": True,
    "range.right_half_depth": 20.0,
    "range.external_targets": 2,
    "range.internal_gaps": 1,
    "liquidity.sweep_present": True,
    "liquidity.bars_since_sweep": 12,
    "liquidity.pools_above": 3,
    "liquidity.pools_below": 2,
    "liquidity.equal_pools": 1,
    "liquidity.inducement_taken": True,
    "liquidity.voids_ahead": 1,
    "session.levels": 2,
    "structure.aligned": True,
    "structure.external_aligned": True,
    "structure.displacement_atr": 1.9,
    "structure.break_close_atr": 0.3,
    "structure.mss_present": True,
    "structure.bars_since_mss": 8,
    "delivery.expansion_atr": 2.4,
    "delivery.stage": "distribution",
    "entry.fresh_gaps": 2,
    "entry.fresh_order_blocks": 1,
    "entry.balanced_ranges": 1,
    "entry.mitigation_blocks": 1,
    "entry.breakers": 1,
    "entry.setup_present": True,
    "entry.ote_retracement": 0.7,
    "entry.ote_setup": True,
    "entry.fvg_setup": True,
    "entry.sweep_setup": True,
    "entry.mss_ote_setup": True,
    "entry.model_2022_setup": True,
    "entry.power_of_three_setup": True,
    "entry.turtle_soup_setup": True,
    "session.in_kill_zone": True,
    "session.in_macro": True,
    "session.market_open": True,
    "session.bank_holiday": False,
    "session.minutes_left": 400.0,
    "candles.timeframe_minutes": 5,
    "news.minutes_to_event": 240.0,
    "risk.reward_ratio": 3.0,
    "risk.first_target_r": 1.2,
    "risk.targets": 3,
    "risk.stop_beyond_atr": 0.1,
    "risk.planned_pct": 1.0,
    "risk.risk_pct": 1.0,
    "risk.position_steps": 200,
    "discipline.stopped": False,
    "discipline.session_trade_number": 1,
    "discipline.day_trade_number": 1,
    "discipline.session_losses": 0,
    "discipline.losses_in_row": 0,
    "discipline.minutes_since_loss": 525600.0,
    "discipline.daily_loss_pct": 0.0,
    "discipline.drawdown_pct": 2.0,
    "governance.indicator_facts": 0,
}
"""Facts on which the shipped rulebook trades, in either profile."""


def facts(**changes: Scalar | None) -> dict[str, Fact]:
    """Return the trading facts with some changed (`bias__strength=0.1`); None makes one unknown."""
    changed = {name.replace("__", "."): value for name, value in changes.items()}
    return {name: fact(value) for name, value in {**TRADE, **changed}.items()}


def fact(value: Scalar | None) -> Fact:
    """Return a fact; None is unknown."""
    return Fact.unknown("the test says so") if value is None else Fact(value)


def write_book(folder: Path, rules: dict[str, str], profiles: dict[str, str] | None = None) -> Path:
    """Write rule and profile files, strict and relaxed always among them, and return the folder."""
    for sub, files in (("rules", rules), ("profiles", {f"{k}.yaml": v for k, v in BASE_PROFILES.items()})):
        (folder / sub).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / sub / name).write_text(text, encoding="utf-8")
    for name, text in (profiles or {}).items():
        (folder / "profiles" / name).write_text(text, encoding="utf-8")
    return folder


def rule(rule_id: str, condition: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a rule's resolved plain form, a gate of node `risk` unless told otherwise."""
    return {
        "id": rule_id,
        "name": f"Rule {rule_id}",
        "category": "test",
        "node": "risk",
        "description": "A rule of one test.",
        "when_valid": "it holds",
        "when_invalid": "it does not hold",
        "kind": "gate",
        "weight": 0,
        "blocks": "wait",
        "when_unknown": "block",
        "parameters": {},
        "condition": condition,
        "strength": None,
        "references": ["a test"],
        "status": "stable",
        "cases": {"met": [], "unmet": [], "unknown": []},
    } | changes


def book(*rules: dict[str, Any]) -> Rulebook:
    """Return a rulebook of plain rules over the whole vocabulary."""
    return Rulebook("strict", tuple(Rule.from_dict(one, VOCABULARY) for one in rules), VOCABULARY)


def compare(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    """Return a comparison's plain form."""
    plain = {"fact": name, "operator": operator}
    return plain if value is None else plain | {"value": value}


def wire(value: Any) -> Any:
    """Send a value through JSON text and back."""
    return json.loads(json.dumps(value))


_NUMBERS = st.one_of(
    st.none(),
    st.sampled_from([0, 0.34, 0.5, 0.62, 0.79, 1, 1.5, 2, 2.5, 30, 40, 60, 80]),
    st.floats(min_value=-100, max_value=200, allow_nan=False),
    st.integers(min_value=-5, max_value=200),
)


def values_of(spec: FactSpec) -> st.SearchStrategy[Scalar | None]:
    """Return values a fact may take, thresholds and None (unknown) often among them."""
    if spec.type == "flag":
        return st.sampled_from([True, False, None])
    if spec.type == "text":
        return st.sampled_from([*(spec.values or ()), None])
    return _NUMBERS


def any_facts() -> st.SearchStrategy[dict[str, Fact]]:
    """Return whole sets of facts: each right for a trade, or anything, or unknown, or missing."""
    names = [name for name, spec in VOCABULARY.items() if not spec.derived]
    choices = {name: st.one_of(st.just(TRADE[name]), values_of(VOCABULARY[name])) for name in names}
    missing = st.sets(st.sampled_from(names), max_size=3)
    return st.builds(
        lambda values, gone: {name: fact(one) for name, one in values.items() if name not in gone},
        st.fixed_dictionaries(choices),
        missing,
    )
