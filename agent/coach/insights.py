"""What an owner's record says when it is counted: plain sentences, every number of them read off the decisions."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from agent.analysis.discipline import NEVER_MINUTES, Discipline
from rulebook.book import Rulebook
from rulebook.counterfactual import Change, why_not
from rulebook.facts import Fact

Kind = Literal[
    "stopping_rule", "near_miss", "kill_zone_trades", "kill_zone_refusals", "repeated_warning", "unknown_fact",
    "discipline",
]  # fmt: skip
TRADE: Final = "TRADE_NOW"
_MOST_RUNS: Final = 10
_MOST_RULES: Final = 3
_MOST_WARNINGS: Final = 3
_RULE_AHEAD: Final = re.compile(r"(\d+(?:\.\d+)*) ")
_SETTLED_BY: Final = {
    "news": ("what is scheduled", "A calendar settles it: ICT_CALENDAR_FILE, or economic_calendar of a request."),
    "discipline": ("what was traded", "An account settles it: PUT /api/v1/config/account, and the trades taken."),
}


@dataclass(frozen=True, slots=True)
class ShortDecision:
    """A decision as far as it is counted.

    Attributes:
        status: TRADE_NOW, WAIT or NO_TRADE.
        kill_zone: the one it was made in, or None.
        deciding_rules: those that stopped it; empty for a trade.
        warnings: as the decision has them.
        unknown: why each fact about news or discipline was unknown, by the fact's name.
    """

    run_id: str
    symbol: str
    status: str
    kill_zone: str | None
    rulebook_hash: str
    deciding_rules: Sequence[str]
    warnings: Sequence[str]
    unknown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that is no trade, with every fact it was judged on."""

    run_id: str
    rulebook_hash: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Record:
    """What is counted.

    Attributes:
        days: how far it reaches back.
        total: how many decisions there are in that time.
        decisions: the newest of them, newest first.
        refusals: the newest that are no trade, newest first.
        rulebooks: by hash; decisions of others have nothing said about their rules but the number.
        discipline: how the owner stands now; None where no account is set.
    """

    days: int
    total: int
    decisions: Sequence[ShortDecision]
    refusals: Sequence[Refusal]
    rulebooks: Mapping[str, Rulebook]
    discipline: Discipline | None


@dataclass(frozen=True, slots=True)
class Insight:
    """Something the record says; `figures` holds every number of `text`, `run_ids` the newest it was read from."""

    kind: Kind
    title: str
    text: str
    run_ids: tuple[str, ...] = ()
    rule_refs: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)


def insights_of(record: Record) -> tuple[Insight, ...]:
    """Return what a record says, the most telling first; nothing where nothing was decided and no account is set."""
    return (
        *_stopping_rules(record),
        *_near_misses(record),
        *_kill_zones(record),
        *_warnings(record),
        *_unknown_facts(record),
        *_discipline(record.discipline),
    )


def _stopping_rules(record: Record) -> Iterator[Insight]:
    counted = Counter(rule for one in record.decisions for rule in one.deciding_rules)
    for rule, stopped in counted.most_common(_MOST_RULES):
        of_it = [one for one in record.decisions if rule in one.deciding_rules]
        named = _named(rule, of_it[0].rulebook_hash, record)
        share = round(100 * stopped / len(record.decisions), 1)
        yield Insight(
            "stopping_rule",
            f"Rule {named} stops decisions",
            f"Rule {named} stopped {stopped} of {_decisions(record)} ({share:g} %).",
            _newest(of_it),
            (rule,),
            {"stopped": stopped, "share_percent": share, **_extent(record)},
        )


def _near_misses(record: Record) -> Iterator[Insight]:
    missed = [(one, change) for one in record.refusals if (change := _only_change(one, record)) is not None]
    if not missed:
        return
    facts = Counter(change.fact for _, change in missed)
    fact, times = facts.most_common(1)[0]
    newest = next(change for _, change in missed if change.fact == fact)
    looked_at = len(record.refusals)
    yield Insight(
        "near_miss",
        "One fact away from a trade",
        _told_of_near_misses(looked_at, len(missed), times, newest),
        tuple(one.run_id for one, _ in missed[:_MOST_RUNS]),
        newest.rule_ids,
        {"near_misses": len(missed), "refusals": looked_at, "by_fact": dict(facts), "days": record.days,
         "newest": newest.to_dict()},
    )  # fmt: skip


def _told_of_near_misses(looked_at: int, missed: int, by_fact: int, newest: Change) -> str:
    if looked_at == 1:
        return f"The only refusal was one fact away from a trade, {newest.fact}: {newest.sentence}."
    return (
        f"{missed} of the {looked_at} newest refusals {_was(missed)} one fact away from a trade, {by_fact} by "
        f"{newest.fact}. The newest of those: {newest.sentence}."
    )


def _only_change(refusal: Refusal, record: Record) -> Change | None:
    rulebook = record.rulebooks.get(refusal.rulebook_hash)
    if rulebook is None:
        return None
    answer = why_not(rulebook, refusal.facts)
    return answer.changes[0] if answer.proven and len(answer.changes) == 1 else None


def _kill_zones(record: Record) -> Iterator[Insight]:
    trades = [one for one in record.decisions if one.status == TRADE]
    refused = [one for one in record.decisions if one.status != TRADE]
    yield from _most_in(record, "kill_zone_trades", trades, "trades")
    yield from _most_in(record, "kill_zone_refusals", refused, "refusals")


def _most_in(record: Record, kind: Kind, chosen: Sequence[ShortDecision], what: str) -> Iterator[Insight]:
    if not chosen:
        return
    counted = Counter(one.kill_zone for one in chosen)
    zone, times = counted.most_common(1)[0]
    where = "outside every kill zone" if zone is None else f"in {zone.replace('_', ' ')}"
    yield Insight(
        kind,
        f"Most {what} {where}",
        f"{times} of {len(chosen)} {what} in {_decisions(record)} were made {where}.",
        _newest([one for one in chosen if one.kill_zone == zone]),
        (),
        {"times": times, what: len(chosen), "kill_zone": zone,
         "by_kill_zone": {name or "outside": count for name, count in counted.items()}, **_extent(record)},
    )  # fmt: skip


def _warnings(record: Record) -> Iterator[Insight]:
    counted: Counter[str] = Counter()
    holders: dict[str, list[ShortDecision]] = {}
    newest: dict[str, str] = {}
    for one in record.decisions:
        for name, warning in {_about(warning): warning for warning in one.warnings}.items():
            counted[name] += 1
            holders.setdefault(name, []).append(one)
            newest.setdefault(name, warning)
    for name, times in counted.most_common(_MOST_WARNINGS):
        if times > 1:
            yield Insight(
                "repeated_warning",
                f"Warned {times} times",
                f"{times} of {_decisions(record)} carry this warning; the newest says: {newest[name]}.",
                _newest(holders[name]),
                (name,) if _RULE_AHEAD.match(newest[name]) else (),
                {"times": times, "newest": newest[name], **_extent(record)},
            )


def _about(warning: str) -> str:
    """Return what warnings of one kind share: the number of their rule, else all of it."""
    found = _RULE_AHEAD.match(warning)
    return warning if found is None else found[1]


def _unknown_facts(record: Record) -> Iterator[Insight]:
    for family, (what, settled_by) in _SETTLED_BY.items():
        lacking = [one for one in record.decisions if any(name.startswith(f"{family}.") for name in one.unknown)]
        if lacking:
            newest = {name: why for name, why in lacking[0].unknown.items() if name.startswith(f"{family}.")}
            yield Insight(
                "unknown_fact",
                f"Unknown: {what}",
                f"In {len(lacking)} of {_decisions(record)} it was unknown {what}: "
                f"{'; '.join(sorted(set(newest.values())))}. {settled_by}",
                _newest(lacking),
                (),
                {"times": len(lacking), "facts": newest, **_extent(record)},
            )


def _discipline(state: Discipline | None) -> Iterator[Insight]:
    if state is None or state.trades_today is None:
        return
    figures = {name: value for name, value in state.to_dict().items() if name != "stopped"}
    said = [
        f"Trades today {state.trades_today}, in this session {state.trades_this_session}",
        f"losses in a row {state.losses_in_row}, in this session {state.losses_this_session}",
        f"lost today {_rounded(state.daily_loss_pct):g} %",
        f"below the highest balance {_rounded(state.drawdown_pct):g} %",
    ]
    if state.minutes_since_loss is not None and state.minutes_since_loss < NEVER_MINUTES:
        said.append(f"last loss {state.minutes_since_loss:.0f} minutes ago")
    yield Insight("discipline", "How discipline stands", f"{'; '.join(said)}.", (), ("7.6",), figures)


def _rounded(value: float | None) -> float:
    return round(value or 0.0, 2)


def _named(rule: str, rulebook_hash: str, record: Record) -> str:
    rulebook = record.rulebooks.get(rulebook_hash)
    return rule if rulebook is None else f"{rule} ({rulebook.rule(rule).name})"


def _decisions(record: Record) -> str:
    looked_at = len(record.decisions)
    counted = "1 decision" if looked_at == 1 else f"{looked_at} decisions"
    since = "the last day" if record.days == 1 else f"the last {record.days} days"
    if looked_at < record.total:
        return f"the newest {counted} of {record.total} in {since}"
    return f"{counted} in {since}"


def _extent(record: Record) -> dict[str, int]:
    return {"decisions": len(record.decisions), "total": record.total, "days": record.days}


def _newest(decisions: Sequence[ShortDecision]) -> tuple[str, ...]:
    return tuple(one.run_id for one in decisions[:_MOST_RUNS])


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
