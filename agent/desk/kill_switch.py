"""The kill switch: its conditions compared with what is measured. Pure; who measures is `agent.desk.watch`."""

from dataclasses import dataclass
from typing import Literal

from agent.desk.settings import KillSwitch

Condition = Literal["daily_loss", "error_rate", "source_lost", "news_surge"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, or why it is not known."""

    figure: float | None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured for the conditions that are set; None where nobody asked.

    Attributes:
        daily_loss_pct: of the day, in percent of the balance it began with.
        error_share: failed runs among those that ended, 0 to 1.
        source_lost_minutes: since the market data source was first found not to answer, 0 where it does.
        news_events: high-impact events around now.
    """

    daily_loss_pct: Measured | None = None
    error_share: Measured | None = None
    source_lost_minutes: Measured | None = None
    news_events: Measured | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One condition as it stands.

    Attributes:
        condition: which.
        figure: what was measured, None where it is not known; a condition that is not known does not fire.
        threshold: from which figure on it fires.
        fires: whether it does.
        sentence: the same in words.
    """

    condition: Condition
    figure: float | None
    threshold: float
    fires: bool
    sentence: str


def readings(switch: KillSwitch, figures: Figures) -> tuple[Reading, ...]:
    """Return one reading for each condition that is set, in the order of `Condition`."""
    rate, surge = switch.error_rate, switch.news_surge
    asked: list[tuple[Condition, Measured | None, float | None, str]] = [
        ("daily_loss", figures.daily_loss_pct, switch.daily_loss_pct, "the day's loss, in percent of the balance"),
        (
            "error_rate",
            figures.error_share,
            None if rate is None else rate.share,
            "" if rate is None else f"the share of failed runs in the last {rate.minutes} minutes",
        ),
        ("source_lost", figures.source_lost_minutes, switch.source_lost_minutes, "minutes without market data"),
        (
            "news_surge",
            figures.news_events,
            None if surge is None else surge.high_impact_events,
            "" if surge is None else f"high-impact events within {surge.minutes} minutes",
        ),
    ]
    return tuple(
        _reading(condition, measured, threshold, what)
        for condition, measured, threshold, what in asked
        if threshold is not None and measured is not None
    )


def why_it_fires(read: tuple[Reading, ...]) -> str | None:
    """Return the sentence of the first condition that fires, None where none does."""
    return next((f"kill switch: {one.sentence}" for one in read if one.fires), None)


def _reading(condition: Condition, measured: Measured, threshold: float, what: str) -> Reading:
    if measured.figure is None:
        return Reading(condition, None, threshold, False, f"{what}: not known, {measured.because}")
    fires = measured.figure >= threshold
    limit = f"at or above the limit of {threshold:g}" if fires else f"below the limit of {threshold:g}"
    return Reading(condition, measured.figure, threshold, fires, f"{what}: {measured.figure:g}, {limit}")
