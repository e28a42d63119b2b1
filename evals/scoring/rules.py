"""Rules: what each comes to when it is judged on all facts of the chart."""

from agent.labels import Labels
from evals.scoring.parts import Judged
from evals.subjects.found import Found


def score_rules(labels: Labels, found: Found) -> Judged:
    """Hold each labelled rule against what it came to.

    Returns:
        One triple a rule: its id, what it should come to, and what it did (None where it was not judged at all).
        Nothing where no rule is labelled.
    """
    if not labels.rules:
        return Judged()
    triples = [[rule, outcome, found.rules.get(rule)] for rule, outcome in sorted(labels.rules.items())]
    failures = [
        f"expected rule {rule} to come to {outcome}; it came to {got or 'nothing'}"
        for rule, outcome, got in triples
        if got != outcome
    ]
    return Judged(triples, failures)
