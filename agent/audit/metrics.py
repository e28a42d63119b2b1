"""Counts over recorded decisions: by status, symbol, session and hour, and how often each rule was met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from agent.store.decisions import DecisionFilter
from agent.store.pool import Database

OUTCOMES: Final = ("pass", "fail", "not_evaluated", "error")
STATUSES: Final = ("TRADE_NOW", "WAIT", "NO_TRADE")
_BY_STATUS, _BY_SYMBOL, _BY_KILL_ZONE, _BY_HOUR = 0b111, 0b011, 0b101, 0b110  # grouping(): a bit set is not grouped by


@dataclass(frozen=True, slots=True)
class Counted:
    """Decisions of one symbol, session or hour, by status; `name` is None outside every kill zone."""

    name: str | None
    total: int
    statuses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule's verdicts by outcome; `hit_rate` is pass / (pass + fail), None where it never came to either."""

    rule_id: str
    outcomes: Mapping[str, int]

    @property
    def hit_rate(self) -> float | None:
        """The share of met among the judged."""
        judged = self.outcomes["pass"] + self.outcomes["fail"]
        return self.outcomes["pass"] / judged if judged else None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Everything that is counted.

    Attributes:
        decisions: how many there are.
        statuses: how many of each status.
        symbols: by symbol, sorted.
        kill_zones: by the kill zone they were made in, sorted; the ones outside every zone last.
        hours: by the hour of New York's clock, 00 to 23, those that have any.
        rules: of every rule that was ever judged, in the order of their ids.
    """

    decisions: int
    statuses: Mapping[str, int]
    symbols: tuple[Counted, ...]
    kill_zones: tuple[Counted, ...]
    hours: tuple[Counted, ...]
    rules: tuple[RuleCount, ...]


async def read_metrics(database: Database, wanted: DecisionFilter, *, owner_id: str) -> Metrics:
    """Count an owner's decisions; every count is of the same moment.

    Args:
        database: open.
        wanted: which decisions count.
        owner_id: whose.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    given, conditions = wanted.parameters(owner_id), wanted.conditions()
    async with database.snapshot() as snapshot:
        rows = await snapshot.filtered("count_decisions_by", conditions, **given)
        if len(conditions) == 1:
            rules = await snapshot.all("count_rules", owner_id=owner_id)
        else:
            rules = await snapshot.filtered("count_rules_of", conditions, **given)
    statuses = {row["status"]: row["decisions"] for row in rows if row["by_what"] == _BY_STATUS}
    return Metrics(
        decisions=sum(statuses.values()),
        statuses={status: statuses.get(status, 0) for status in STATUSES},
        symbols=_counted(rows, _BY_SYMBOL, "symbol"),
        kill_zones=_counted(rows, _BY_KILL_ZONE, "kill_zone"),
        hours=_counted(rows, _BY_HOUR, "hour"),
        rules=_rule_counts(rules),
    )


def _counted(rows: Sequence[DictRow], by_what: int, name: str) -> tuple[Counted, ...]:
    found: dict[Any, dict[str, int]] = {}
    for row in rows:
        if row["by_what"] == by_what:
            found.setdefault(row[name], dict.fromkeys(STATUSES, 0))[row["status"]] = row["decisions"]
    ordered = sorted(found, key=lambda key: (key is None, key))
    return tuple(Counted(_written(key), sum(found[key].values()), found[key]) for key in ordered)


def _written(key: Any) -> str | None:
    return f"{key:02}" if isinstance(key, int) else key


def _rule_counts(rows: Sequence[DictRow]) -> tuple[RuleCount, ...]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["rule_id"], dict.fromkeys(OUTCOMES, 0))[row["outcome"]] = row["verdicts"]
    return tuple(RuleCount(rule_id, found[rule_id]) for rule_id in sorted(found, key=_rule_order))


def _rule_order(rule_id: str) -> tuple[tuple[int, str], ...]:
    """Put 10 behind 9.3, and 1.1.1 behind 1.1."""
    return tuple((int(part) if part.isdecimal() else -1, part) for part in rule_id.split("."))


@dataclass(frozen=True, slots=True)
class RuleExample:
    """One rule's verdict in a recorded decision; `as_of` is epoch seconds UTC."""

    run_id: str
    decision_id: str
    symbol: str
    status: str
    as_of: int
    created_at: datetime
    outcome: str
    verdict: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleExamples:
    """The newest recorded verdicts of a rule, newest first, and how many there are in all."""

    total: int
    items: tuple[RuleExample, ...]


async def read_examples(
    database: Database, rule_id: str, *, owner_id: str, outcome: str | None, limit: int
) -> RuleExamples:
    """Return an owner's newest recorded verdicts of a rule, newest first.

    Args:
        database: open.
        rule_id: the rule's id; an unknown one has no verdicts.
        owner_id: whose.
        outcome: only this outcome; None takes any.
        limit: the most to return.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    outcomes = list(OUTCOMES) if outcome is None else [outcome]
    given: dict[str, object] = {"owner_id": owner_id, "rule_id": rule_id, "outcomes": outcomes}
    counted = await database.one("count_rule_examples", **given)
    rows = await database.all("rule_examples", **given, limit=limit)
    return RuleExamples(0 if counted is None else counted["total"], tuple(RuleExample(**row) for row in rows))
