"""What would stop a trade: the nearest way to close each gate, checked by judging the moved facts."""

import math

from agent.explanation.stops import Stop
from agent.explanation.trace import Trace
from rulebook.book import Rulebook
from rulebook.facts import Fact, Scalar
from rulebook.judge import gate_closed, judge_rule
from tests.agent.explanation.recorded import RecordedRun, recorded_runs


def trades() -> list[RecordedRun]:
    """Return the recorded trades."""
    return [run for run in recorded_runs() if run.record.status == "TRADE_NOW"]


def moved(run: RecordedRun, stop: Stop, facts: dict[str, Fact]) -> dict[str, Fact]:
    """Return the facts with every move of a stop made, a little past the end of the room."""
    changed = dict(facts)
    for move in stop.moves:
        changed[move.fact] = Fact(_past(run.rulebook, move.fact, move.now, move.fails_at))
    return changed


def _past(rulebook: Rulebook, name: str, now: Scalar | None, end: float | None) -> Scalar:
    if isinstance(now, bool):
        return not now
    if isinstance(now, str):
        return next(one for one in rulebook.facts[name].values or () if one != now)
    assert isinstance(now, int | float)
    assert end is not None
    if rulebook.facts[name].whole:
        return int(end)
    step = 1e-6 * max(abs(end), 1.0)
    return end - step if now >= end else end + step


def test_every_gate_of_a_trade_can_be_stopped_as_told() -> None:
    proved = 0
    for run in trades():
        told = run.explanation
        trace = Trace.read(run.record, run.verdicts, run.rulebook)
        gates = [rule.id for rule in run.rulebook.rules if rule.kind == "gate"]
        assert sorted(gates) == sorted(stop.rule_id for stop in told.what_would_stop_it)
        facts = dict(trace.facts)
        confluence = told.decision["confluence_score"]
        facts["checklist.confluence"] = Fact(confluence)
        for stop in told.what_would_stop_it:
            if any(move.now is None for move in stop.moves):
                continue  # a gate let through unknown has no value to move
            rule = run.rulebook.rule(stop.rule_id)
            if any(move.fact == "checklist.confluence" and move.now != confluence for move in stop.moves):
                continue  # judged before all points were added up
            for past, closed in ((facts, False), (moved(run, stop, facts), True)):
                assert gate_closed(rule, judge_rule(rule, past, run.rulebook.facts)) is closed, stop
            proved += 1
    assert proved > 10


def test_nearest_gates_come_first_with_their_distance() -> None:
    for run in trades():
        stops = run.explanation.what_would_stop_it
        assert [one.closeness for one in stops] == sorted(one.closeness for one in stops)
        for stop in stops:
            assert 0 <= stop.closeness <= 1
            assert stop.moves
            assert stop.said.trace_ids == (f"{run.record.run_id}/{stop.rule_id}",)
            assert stop.said.text.startswith(f"{stop.rule_id} {stop.name} closes when ")
            for move in stop.moves:
                assert move.text in stop.said.text
                if move.distance is not None and move.fails_at is not None:
                    assert isinstance(move.now, int | float)
                    assert math.isclose(move.distance, abs(move.now - move.fails_at))


def test_what_is_no_trade_has_nothing_to_stop() -> None:
    others = [run for run in recorded_runs() if run.record.status != "TRADE_NOW"]
    assert others
    assert all(run.explanation.what_would_stop_it == () for run in others)
