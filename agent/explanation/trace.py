"""A recorded trace, ready to speak: its verdicts beside the rules that gave them, and what every sentence rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from agent.store.records import DecisionRecord
from rulebook.book import Rulebook
from rulebook.conditions import Comparison, Condition, Not, Reading, wrong_value
from rulebook.facts import Fact
from rulebook.judge import gate_closed
from rulebook.operators import OPERATORS
from rulebook.schema import Rule
from rulebook.sentences import operand_sentence
from rulebook.verdict import Operand, Verdict


def rule_trace_id(run_id: str, rule_id: str) -> str:
    """Return the id of one rule's verdict in one run: ``<run_id>/<rule_id>``."""
    return f"{run_id}/{rule_id}"


def operand_trace_id(run_id: str, rule_id: str, number: int) -> str:
    """Return the id of one operand of a verdict, counted from 1 as written: ``<run_id>/<rule_id>/<number>``."""
    return f"{run_id}/{rule_id}/{number}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the ids of the recorded verdicts and operands it rests on.

    No id stands beside what rests on the inputs alone, such as that the candles are simulated.
    """

    text: str
    trace_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule with its recorded verdict.

    Attributes:
        rule: as the run's own rulebook resolved it.
        verdict: as it was recorded.
        readings: its operands, one a comparison of the rule, in the order written; empty where it was not reached.
        closes: whether the verdict closes the rule's gate.
    """

    rule: Rule
    verdict: Verdict
    readings: tuple[Reading, ...]
    closes: bool

    @property
    def named(self) -> str:
        """Its number and its name."""
        return f"{self.rule.id} {self.rule.name}"

    @property
    def earns(self) -> bool:
        """Whether it passes and weighs something."""
        return self.verdict.outcome == "pass" and self.verdict.weight > 0

    @property
    def is_let_through(self) -> bool:
        """Whether it is a gate that stays open though it is unknown."""
        return self.verdict.outcome == "not_evaluated" and self.verdict.reached and self.rule.when_unknown == "warn"


@dataclass(frozen=True, slots=True)
class Trace:
    """A run's decision, facts and verdicts, in the order of the walk; nothing of it is judged again."""

    run_id: str
    decision: Mapping[str, Any]
    facts: Mapping[str, Fact]
    judged: tuple[Judged, ...]

    @classmethod
    def read(cls, record: DecisionRecord, verdicts: Sequence[Mapping[str, Any]], rulebook: Rulebook) -> Self:
        """Put a recorded decision, its whole trace and the rulebook that judged it together.

        Raises:
            KeyError: a verdict is of a rule the rulebook does not have.
        """
        facts = {name: Fact.from_dict(fact) for name, fact in record.facts.items()}
        recorded = [Verdict.from_dict(one) for one in verdicts]
        return cls(record.run_id, record.decision, facts, tuple(_judged(one, facts, rulebook) for one in recorded))

    def of_node(self, node: str) -> tuple[Judged, ...]:
        """Return the rules of one node."""
        return tuple(one for one in self.judged if one.rule.node == node)

    def of(self, rule_ids: Iterable[str]) -> tuple[Judged, ...]:
        """Return some rules, in the order of the walk."""
        wanted = set(rule_ids)
        return tuple(one for one in self.judged if one.rule.id in wanted)

    @property
    def closed(self) -> tuple[Judged, ...]:
        """The gates that ended the walk."""
        return tuple(one for one in self.judged if one.closes)

    @property
    def reached_gates(self) -> tuple[Judged, ...]:
        """The gates that were judged."""
        return tuple(one for one in self.judged if one.rule.kind == "gate" and one.verdict.reached)

    def about(self, warning: str) -> Sentence:
        """Return a warning of the decision with the verdict it speaks of; a rule's warning begins with its number."""
        return Sentence(warning, self.ids(one for one in self.judged if warning.startswith(f"{one.rule.id} ")))

    @property
    def reached(self) -> tuple[Judged, ...]:
        """The rules that were judged."""
        return tuple(one for one in self.judged if one.verdict.reached)

    def ids(self, judged: Iterable[Judged]) -> tuple[str, ...]:
        """Return the trace ids of some rules."""
        return tuple(rule_trace_id(self.run_id, one.rule.id) for one in judged)


def _judged(verdict: Verdict, facts: Mapping[str, Fact], rulebook: Rulebook) -> Judged:
    rule = rulebook.rule(verdict.rule_id)
    readings: tuple[Reading, ...] = ()
    if verdict.reached:
        pairs = zip(_wanted(rule.condition, True), verdict.operands, strict=True)
        readings = tuple(_reading(one, wanted, operand, facts) for (one, wanted), operand in pairs)
    return Judged(rule, verdict, readings, gate_closed(rule, verdict))


def _wanted(condition: Condition, wanted: bool) -> Iterator[tuple[Comparison, bool]]:
    """Yield every comparison in the order written, with the truth the rule wants of it."""
    if isinstance(condition, Comparison):
        yield condition, wanted
    elif isinstance(condition, Not):
        yield from _wanted(condition.child, not wanted)
    else:
        for child in condition.children:
            yield from _wanted(child, wanted)


def _reading(comparison: Comparison, wanted: bool, operand: Operand, facts: Mapping[str, Fact]) -> Reading:
    """Read an operand back as the judge read it."""
    spec, fact = comparison.spec, facts.get(operand.fact)
    recorded = Comparison(spec, OPERATORS[operand.operator], operand.threshold, comparison.parameters)
    unknown = wrong = None
    if operand.value is None:
        unknown = (None if fact is None else fact.unknown_because) or "it was not gathered"
        wrong = None if fact is None or fact.value is None else wrong_value(spec, fact.value)
    return Reading(recorded, wanted, fact, operand.value, operand.holds, operand.margin, unknown, wrong)


def operand_text(reading: Reading) -> str:
    """Say what one operand found, and, where a flag is not as the rule wants it, what it wants.

    Made from what was recorded: ``largest displacement body is 1.32 ATR, needs at least 1.5 (0.18 short)``.
    """
    found = operand_sentence(reading)
    phrases = reading.comparison.spec.phrases
    if phrases is None or reading.holds is None or reading.holds is reading.wanted:
        return found
    return f"{found}; needs: {phrases[reading.value is not True]}"
