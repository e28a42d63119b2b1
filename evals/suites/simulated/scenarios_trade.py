"""Stories with a trade to take: a raid in a kill zone, a shift of structure, a gap that waits, and what followed."""

from collections.abc import Mapping
from typing import Final

from agent.analysis.request import CalendarEvent
from agent.labels import DecisionLabel
from agent.labels.labels import Result
from evals.cases.case import Case
from evals.suites.simulated.clock import DAYS
from evals.suites.simulated.market import Quill, quill
from evals.suites.simulated.paths import LEVELS, NOISES
from evals.suites.simulated.planted import DEFINITION, TRADE, followed, planted
from evals.suites.simulated.raid import placed
from evals.suites.simulated.stories import SYMBOLS, Told, markets, story_case
from rulebook.verdict import Outcome

LONDON_MINUTES: Final = (165, 180, 195, 210)
"""02:45 to 03:30: the low of 27 bars before lies in Asia."""
NEW_YORK_MINUTES: Final = (525, 540)
"""08:45 and 09:00: the low of 27 bars before lies in London."""
STORIES: Final = (
    ("london-session-low", "london", LONDON_MINUTES, False),
    ("london-previous-day", "london", LONDON_MINUTES, True),
    ("new-york-session-low", "new_york_am", NEW_YORK_MINUTES, False),
)
"""Scenario, kill zone, when the raid may come, and whether it is the day before whose low is raided."""
_CHARTS: Final = 10
_RESULTS: Final[tuple[Result, ...]] = (
    "target", "stop", "stop", "target", "target", "stop", "stop", "target", "not_filled", "open",
)  # fmt: skip
_RULES: Final[Mapping[str, Outcome]] = {"2.3": "pass", "3.4": "pass", "6.5": "pass", "8.1": "pass", "9.1": "pass"}
_MORE: Final = 12
_NEWS_MINUTES: Final = (None, 75, 120, 240, 400)
"""How far ahead news lies, all farther than the hour to stay away from it; None for none."""


def cases(noises: tuple[str, ...] = NOISES) -> tuple[Case, ...]:
    """Build every chart.

    Args:
        noises: the levels of noise it is told under.
    """
    return (*_trades(noises), *_stale(noises))


def _trades(noises: tuple[str, ...]) -> list[Case]:
    return [
        _trade(story, name, session, minutes, noise, number, quill(symbol, way, number), old_low=old_low)
        for story, (name, session, minutes, old_low) in enumerate(STORIES)
        for noise in noises
        for number, way, symbol in markets(_CHARTS, SYMBOLS if old_low else (*SYMBOLS, "BTCUSD"))
    ]


def _trade(
    story: int, name: str, session: str, minutes: tuple[int, ...], noise: str, number: int, pen: Quill, *, old_low: bool
) -> Case:
    seed = (story, LEVELS.index(noise), number, pen.way > 0)
    day = DAYS[(5 * number + 7 * story + 3 * (pen.way > 0)) % len(DAYS)]
    place = placed(pen, day, minutes[number % len(minutes)], noise, seed, old_low=old_low)
    made = planted(place, 2 - number % 2, _MORE)
    windows = made.windows()
    base = made.base
    events, zones = made.facts(base)
    result = _RESULTS[number]
    after, outcome = followed(made, result, quiet=number % 3)
    told = Told(
        events=events, zones=zones, bias={"htf": pen.slant}, rules=_RULES, decision=TRADE, setup=made.setup(),
        outcome=outcome,
    )  # fmt: skip
    away = _NEWS_MINUTES[(3 * number + story + LEVELS.index(noise) + (pen.way > 0)) % len(_NEWS_MINUTES)]
    calendar = () if away is None else (CalendarEvent(made.as_of + away * 60, "USD", "high", "CPI"),)
    why = made.why("price has not been back in it, so the limit there stands.")
    return story_case(
        name,
        number,
        pen,
        noise,
        why,
        windows,
        made.as_of,
        told,
        session=session,
        definition=DEFINITION,
        after=after,
        calendar=calendar,
    )


def _stale(noises: tuple[str, ...]) -> list[Case]:
    return [
        _left(story, noise, number, quill(symbol, way, number))
        for story in (0, 2)
        for noise in noises
        for number, way, symbol in markets(3)
    ]


def _left(story: int, noise: str, number: int, pen: Quill) -> Case:
    name, session, minutes, _ = STORIES[story]
    seed = (10 + story, LEVELS.index(noise), number, pen.way > 0)
    day = DAYS[(7 * number + 5 * story + 2 * (pen.way > 0)) % len(DAYS)]
    place = placed(pen, day, minutes[number % len(minutes)], noise, seed)
    made = planted(place, 1, then=((place.run, place.run + 1, 1, 6),))
    base = made.base
    events, _ = made.facts(base)
    told = Told(
        events=events,
        zones=(made.gap(base, len(made.bars) - 1),),
        bias={"htf": pen.slant},
        rules={"2.3": "pass", "6.5": "fail", "9.1": "fail"},
        decision=DecisionLabel("WAIT", "9.1"),
    )
    why = made.why("the last bar traded through all of it, so what there was to enter has been entered.")
    return story_case(
        f"stale-{name}", number, pen, noise, why, made.windows(), made.as_of, told, session=session,
        definition=f"{DEFINITION}; a stale setup is never offered",
    )  # fmt: skip
