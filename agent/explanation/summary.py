"""The summary of a decision: one paragraph, the rules that decided first, each sentence with what it rests on."""

from collections.abc import Iterator, Sequence

from agent.explanation.stops import Stop
from agent.explanation.trace import Judged, Sentence, Trace, rule_trace_id
from agent.explanation.tree import deciding
from rulebook.counterfactual import WhyNot
from rulebook.facts import NODES
from rulebook.sentences import exact_text

FULL_SCORE = 10


def summarise(trace: Trace, why_not: WhyNot, stops: Sequence[Stop]) -> tuple[Sentence, ...]:
    """Say in a few sentences what was decided, by which rules, on how many points, and what would change it.

    Args:
        trace: the recorded decision.
        why_not: the least change that makes it a trade.
        stops: for a trade, the nearest ways to stop it.
    """
    said = (
        *_decided(trace),
        *_where_it_ended(trace),
        _points(trace),
        *_warnings(trace),
        *_what_would_change_it(trace, why_not, stops),
    )
    return tuple(Sentence(_ended(one.text), one.trace_ids) for one in said)


def paragraph(sentences: Sequence[Sentence]) -> str:
    """Join sentences to one paragraph."""
    return " ".join(one.text for one in sentences)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _decided(trace: Trace) -> Iterator[Sentence]:
    decision = trace.decision
    head = f"{decision['status']} on {decision['symbol']} at {decision['timestamp']}"
    because = deciding(trace)
    if not decision["deciding_rules"]:
        yield Sentence(f"{head}: every gate is open", trace.ids(because))
        return
    named = ", ".join(one.named for one in because)
    yield Sentence(f"{head}, because of {named}", trace.ids(because))
    for one in because:
        yield Sentence(f"{one.rule.id}: {one.verdict.sentence}", trace.ids((one,)))


def _where_it_ended(trace: Trace) -> Iterator[Sentence]:
    visited = trace.decision["graph_nodes_triggered"]
    hidden = [node for node in NODES if node not in visited]
    if hidden and visited:
        verb = "was" if len(hidden) == 1 else "were"
        text = f"The walk ended at {visited[-1]}; {_listed(hidden)} {verb} not judged"
        yield Sentence(text, trace.ids(trace.closed))


def _points(trace: Trace) -> Sentence:
    earning = [one for one in trace.judged if one.earns]
    score = exact_text(trace.decision["confluence_score"])
    if not earning:
        return Sentence(f"Confluence is {score} of {FULL_SCORE} points", trace.ids(trace.reached))
    groups: dict[str, list[Judged]] = {}
    for one in earning:
        groups.setdefault(one.rule.group or one.rule.id, []).append(one)
    told = ", ".join(_earned(group) for group in groups.values())
    return Sentence(f"Confluence is {score} of {FULL_SCORE} points: {told}", trace.ids(earning))


def _earned(group: Sequence[Judged]) -> str:
    """Say what rules of one group earn: the most that one of them does."""
    named = " and ".join(one.named for one in group)
    most = exact_text(max(one.verdict.weight for one in group))
    return f"{named} ({most})" if len(group) == 1 else f"{named} ({most} together)"


def _warnings(trace: Trace) -> Iterator[Sentence]:
    """Name the gates let through, whose reasons stand in the tree, and repeat every other warning."""
    unknown = [one for one in trace.reached if one.is_let_through]
    if unknown:
        text = f"Let through though unknown: {', '.join(one.named for one in unknown)}"
        yield Sentence(text, trace.ids(unknown))
    spoken = set(trace.ids(unknown))
    for warning in trace.decision["warnings"]:
        said = trace.about(warning)
        if not spoken.intersection(said.trace_ids):
            yield Sentence(f"Warning: {warning}", said.trace_ids)


def _what_would_change_it(trace: Trace, why_not: WhyNot, stops: Sequence[Stop]) -> Iterator[Sentence]:
    if stops:
        yield Sentence(f"Nearest to stopping it: {stops[0].said.text}", stops[0].said.trace_ids)
    if trace.decision["status"] == "TRADE_NOW":
        return
    if not why_not.changes:
        text = "No change of facts makes it a trade under these rules"
        yield Sentence(text, trace.ids(deciding(trace)))
        return
    count = len(why_not.changes)
    told = "; ".join(one.sentence for one in why_not.changes)
    flipped = dict.fromkeys(rule_id for one in why_not.changes for rule_id in one.rule_ids)
    text = f"It would be a trade with {count} fact{'s' if count > 1 else ''} changed: {told}"
    yield Sentence(text, tuple(rule_trace_id(trace.run_id, rule_id) for rule_id in flipped))


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
