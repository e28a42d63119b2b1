"""Expected beside found on one chart: what was met, what was missed, and what was found that is not there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.labels import EventLabel, Labels, SetupLabel, ZoneLabel
from evals.cases.case import Case, Chart
from evals.scoring.parts import Pair
from evals.scoring.score import judge_chart
from evals.subjects.found import Found
from tools.picture.marked import Style
from tools.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class Seen:
    """A label or a find, and whether it was expected, found, or both."""

    one: EventLabel | ZoneLabel
    style: Style

    @property
    def timeframe(self) -> Timeframe:
        """The timeframe it speaks of."""
        return self.one.timeframe


@dataclass(frozen=True, slots=True)
class Difference:
    """What the labels of a chart and the finds on it have in common, and what not.

    Attributes:
        seen: events and zones that are judged.
        setups: the setup that was expected and the one that was offered; one that is both stands there once.
    """

    seen: tuple[Seen, ...]
    setups: tuple[tuple[SetupLabel, Style], ...]

    def timeframes(self) -> list[Timeframe]:
        """Return the timeframes with a difference, the finest first."""
        return sorted({one.timeframe for one in self.seen if one.style != "agreed"}, key=lambda one: one.seconds)


def difference_of(case: Case, chart: Chart, found: Found) -> Difference:
    """Hold the finds on a chart against its labels, as `evals.scoring` judges them.

    A find of a kind of which not every instance is labelled counts only where it is what a missed label is held
    against, and a label of a kind that was not looked for does not count at all.
    """
    judged = judge_chart(case, chart, found)
    seen = [one for part in ("events", "zones") for pair in judged[part].pairs for one in _seen(pair)]
    return Difference(tuple(seen), tuple(_setups(case.labels, found, judged["setup"].failures)))


def _seen(pair: Pair) -> Iterator[Seen]:
    if pair.label is not None:
        yield Seen(pair.label, "agreed" if pair.fault is None else "expected")
    if pair.find is not None and pair.fault is not None:
        yield Seen(pair.find, "found")


def _setups(labels: Labels, found: Found, failures: Iterable[str]) -> Iterator[tuple[SetupLabel, Style]]:
    wanted = labels.setup
    offered = None if found.decision is None else found.decision.setup
    if wanted is None:
        is_false = labels.decision is not None and labels.decision.status != "TRADE_NOW"
        if is_false and offered is not None:
            yield offered, "found"
        return
    is_met = not list(failures)
    yield wanted, "agreed" if is_met else "expected"
    if offered is not None and not is_met:
        yield offered, "found"
