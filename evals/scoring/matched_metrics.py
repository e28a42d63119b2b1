"""Scores of what is matched with labels: events and zones."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from evals.scoring.events import TOLERANCES
from evals.scoring.metric import DISTANCE, SHARE, Metric, Parts, f1_of, mean, precision_of, share
from evals.scoring.zones import OVERLAPS

Listed = Callable[[Parts], Sequence[Parts]]
"""Picks the parts of a case that count."""


def event_metrics(listed: Listed) -> tuple[Metric, ...]:
    """Return the scores of events.

    F1 and recall are over all labels; beside a kind of which not every instance is labelled, only what was known too
    early is false. Precision and the exhaustive F1 are over the others alone.
    """
    return (
        *(metric for bars in TOLERANCES for metric in _matched("events", f"_at_{bars}", listed, "within", str(bars))),
        share("events.look_ahead", partial(_ahead, listed, "within", str(TOLERANCES[0])), is_better_high=False),
        mean("events.lag_bars", partial(_gathered, listed, "lags"), None),
        mean("events.price_ticks", partial(_gathered, listed, "price_ticks"), DISTANCE),
    )


def zone_metrics(listed: Listed) -> tuple[Metric, ...]:
    """Return the scores of zones, over the same parts as those of events."""
    named = {least: f"_at_{least * 100:.0f}" for least in OVERLAPS}
    return (
        *(metric for least, at in named.items() for metric in _matched("zones", at, listed, "at", str(least))),
        share("zones.look_ahead", partial(_ahead, listed, "at", str(OVERLAPS[0])), is_better_high=False),
        mean("zones.overlap", partial(_gathered, listed, "overlaps"), SHARE, is_better_high=True),
        mean("zones.edge_ticks", partial(_gathered, listed, "edge_ticks"), DISTANCE),
        mean("zones.edge_atr", partial(_gathered, listed, "edge_atr"), DISTANCE),
    )


def _matched(name: str, at: str, listed: Listed, key: str, threshold: str) -> Iterable[Metric]:
    every = partial(_counted, listed, key, threshold, False)
    exhaustive = partial(_counted, listed, key, threshold, True)
    nothing = "nothing of the kind is labelled and nothing was found"
    beside = "nothing was found of a kind of which every instance is labelled"
    yield Metric(f"{name}.f1{at}", every, f1_of, nothing)
    yield Metric(f"{name}.exhaustive_f1{at}", exhaustive, f1_of, nothing)
    yield Metric(f"{name}.precision{at}", exhaustive, precision_of, beside)
    yield share(f"{name}.recall{at}", partial(_recalled, every), "nothing of the kind is labelled")


def _counted(listed: Listed, key: str, threshold: str, only_exhaustive: bool, parts: Parts) -> Sequence[float] | None:
    """Return hits, false finds and missed labels of a case."""
    chosen = [part[key][threshold] for part in listed(parts) if part["exhaustive"] or not only_exhaustive]
    if not chosen:
        return None
    return [float(sum(one[place] for one in chosen)) for place in range(3)]


def _recalled(counts: Callable[[Parts], Sequence[float] | None], parts: Parts) -> Sequence[float] | None:
    counted = counts(parts)
    return None if counted is None else (counted[0], counted[0] + counted[2])


def _ahead(listed: Listed, key: str, threshold: str, parts: Parts) -> Sequence[float] | None:
    """Return how many labels were found before they could be known, and how many labels there are."""
    counts = [part[key][threshold] for part in listed(parts)]
    return (sum(one[3] for one in counts), sum(one[0] + one[2] for one in counts)) if counts else None


def _gathered(listed: Listed, name: str, parts: Parts) -> Sequence[float] | None:
    values = [value for part in listed(parts) for value in part[name]]
    return (sum(values), len(values)) if values else None
