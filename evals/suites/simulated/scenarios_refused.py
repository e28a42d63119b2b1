"""Stories in which something is missing or forbids the trade: each differs from a good one in one thing."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from agent.analysis.request import CalendarEvent
from agent.labels import DecisionLabel
from evals.cases.case import Case
from evals.suites.simulated.clock import DAYS, FRIDAYS, HOLIDAYS, QUARTER
from evals.suites.simulated.market import Quill, quill
from evals.suites.simulated.paths import HEAVY, LEVELS, NOISES
from evals.suites.simulated.planted import DEFINITION, Planted, planted
from evals.suites.simulated.raid import BOUNCE, placed, raid, told_bars
from evals.suites.simulated.scenarios_trade import LONDON_MINUTES, NEW_YORK_MINUTES
from evals.suites.simulated.stories import SYMBOLS, Told, clock, concluded, event, markets, opposite, story_case
from evals.suites.textbook.drawing import Bar
from rulebook.verdict import Outcome

_NOON_MINUTES: Final = (720, 735)
"""12:00 and 12:15: what is known by 13:30 lies in no kill zone."""
_CLOSE_MINUTE: Final = 960
"""16:00: what is known an hour later meets a market that closes for the weekend."""
_CURRENCIES: Final = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD")
_EVENT_MINUTES: Final = (-45, 15, 30, 50)
_CHARTS: Final = 4
_FEW: Final = 2
_GRIND: Final = ((3, 6), (6, 8), (8, 10), (10, 12), (12, 13), (13, 15), (15, 16))
"""Where the bars after a raid open and close that climb without displacement; the sixth closes above the bounce."""
_BROKE: Final = 6
_Maker = Callable[[str, int, Quill], Case]


def cases(noises: tuple[str, ...] = NOISES) -> tuple[Case, ...]:
    """Build every chart.

    Args:
        noises: the levels of noise it is told under; what the calendar forbids is not told under heavy noise.
    """
    stories: tuple[tuple[_Maker, int, tuple[str, ...], bool], ...] = (
        (_run, _CHARTS, SYMBOLS, True), (_grind, _CHARTS, SYMBOLS, True), (_against, _CHARTS, SYMBOLS, True),
        (_wrong_session, _CHARTS, SYMBOLS, True), (_news, _CHARTS, SYMBOLS, False),
        (_holiday, _FEW, _CURRENCIES, False), (_closed, _FEW, SYMBOLS, False),
    )  # fmt: skip
    return tuple(
        make(noise, number, quill(symbol, way, number))
        for make, count, symbols, is_told_heavy in stories
        for noise in noises
        if noise != HEAVY or is_told_heavy
        for number, way, symbol in markets(count, symbols)
    )


def _seed(story: int, noise: str, number: int, pen: Quill) -> tuple[int, ...]:
    return (100 + story, LEVELS.index(noise), number, pen.way > 0)


def _day(story: int, number: int, pen: Quill, days: tuple[date, ...] = DAYS) -> date:
    return days[(5 * number + 11 * story + 3 * (pen.way > 0)) % len(days)]


def _run(noise: str, number: int, pen: Quill) -> Case:
    """Take the low, close beyond it, go on."""
    place = placed(pen, _day(1, number, pen), LONDON_MINUTES[number], noise, _seed(1, noise, number, pen))
    depth = place.depth
    story: list[Bar] = [(2, 3, -depth - 1, -depth), (-depth, -depth + 1, -10, -9), (-9, -8, -14, -13)]
    made = Planted(place, *told_bars(place, story))
    at = int(made.times[made.raided])
    why = (
        f"At {clock(at)} New York price took {pen.said(0)} and closed beyond it at {pen.said(-depth * pen.unit)}: "
        f"{concluded(noise, 'a run and no sweep, nothing has turned and nothing is to be bought back.')}"
    ).replace("bought", pen.word("bought", "sold"))
    told = Told(
        events=(made.run(made.base),), complete=("mss",) if noise == "none" else (), decision=DecisionLabel("WAIT")
    )
    return story_case(
        "failed-sweep", number, pen, noise, why, made.windows(), made.as_of, told, session="london",
        definition="liquidity pool, sweep and run, MSS",
    )  # fmt: skip


def _grind(noise: str, number: int, pen: Quill) -> Case:
    """Sweep the low and climb through the bounce in small steps."""
    place = placed(pen, _day(2, number, pen), LONDON_MINUTES[number], noise, _seed(2, noise, number, pen))
    climb: list[Bar] = [(o, c + 1, o - 2, c) for o, c in _GRIND]
    made = Planted(place, *told_bars(place, [*raid(place), *climb]))
    base, broke = made.base, made.raided + _BROKE
    shift: dict[str, Outcome] = {"2.3": "fail"} if noise == "none" else {}
    told = Told(
        events=(made.sweep(base), event(pen, base, "internal_choch", broke, broke, BOUNCE * pen.unit)),
        complete=("mss",) if noise == "none" else (),
        bias={"htf": pen.slant},
        rules={"6.3": "fail", "6.5": "fail", **shift},
        decision=DecisionLabel("WAIT", "2.3" if noise == "none" else None),
    )
    why = (
        f"At {clock(place.at)} New York {pen.said(0)} was swept, and price climbed through "
        f"{pen.said(BOUNCE * pen.unit)} by bodies of at most three units where an average true range is more: "
        f"{concluded(noise, 'structure changed without displacement.')}"
    ).replace("climbed", pen.word("climbed", "slid"))
    return story_case(
        "sweep-without-displacement", number, pen, noise, why, made.windows(), made.as_of, told, session="london",
        definition="sweep, structure break, displacement, MSS",
    )  # fmt: skip


def _against(noise: str, number: int, pen: Quill) -> Case:
    """Turn against three higher timeframes."""
    place = placed(pen, _day(3, number, pen), NEW_YORK_MINUTES[number % 2], noise, _seed(3, noise, number, pen))
    made = planted(place, 1)
    base, bias = made.base, opposite(pen.slant)
    events, zones = made.facts(base)
    told = Told(
        events=events, zones=zones, bias={"htf": bias}, rules={"1.1": "pass", "2.3": "fail", "9.1": "fail"},
        decision=DecisionLabel("WAIT", "2.3"),
    )  # fmt: skip
    why = made.why(f"but day, four hours and hour are {bias}, and for that side nothing has shifted.")
    return story_case(
        "against-bias", number, pen, noise, why, made.windows(against=True), made.as_of, told, session="new_york_am",
        definition=f"{DEFINITION}, daily bias",
    )  # fmt: skip


def _wrong_session(noise: str, number: int, pen: Quill) -> Case:
    """Turn while no kill zone is open."""
    place = placed(pen, _day(4, number, pen), _NOON_MINUTES[number % 2], noise, _seed(4, noise, number, pen))
    made = planted(place, 1)
    base = made.base
    events, zones = made.facts(base)
    told = Told(
        events=events, zones=zones, bias={"htf": pen.slant}, rules={"2.3": "pass", "6.5": "fail", "8.1": "fail"},
        decision=DecisionLabel("WAIT", "8.1"),
    )  # fmt: skip
    why = made.why("all of it between 12:00 and 13:30, when no kill zone is open.")
    return story_case(
        "wrong-session", number, pen, noise, why, made.windows(), made.as_of, told, session="none",
        definition=DEFINITION,
    )  # fmt: skip


def _news(noise: str, number: int, pen: Quill) -> Case:
    """Turn with a number of the dollar near."""
    place = placed(pen, _day(5, number, pen), NEW_YORK_MINUTES[number % 2], noise, _seed(5, noise, number, pen))
    made = planted(place, 1)
    away = _EVENT_MINUTES[number]
    release = CalendarEvent(made.as_of + away * 60, "USD", "high", "CPI")
    where = f"{abs(away)} minutes {'ahead' if away > 0 else 'behind'}"
    why = f"high-impact news of the dollar lies {where}, inside the hour to stay away from it."
    return _forbidden("news", made, noise, number, why, {"8.4": "fail"}, DecisionLabel("NO_TRADE", "8.4"),
                      calendar=(release,))  # fmt: skip


def _holiday(noise: str, number: int, pen: Quill) -> Case:
    """Turn on a bank holiday."""
    day = _day(6, number, pen, HOLIDAYS)
    place = placed(pen, day, LONDON_MINUTES[number], noise, _seed(6, noise, number, pen))
    why = f"{day:%-d %B %Y} is a bank holiday of the United States, on which currencies are quoted and not traded."
    return _forbidden("bank-holiday", planted(place, 1), noise, number, why, {"8.4": "fail", "9.2": "fail"},
                      DecisionLabel("NO_TRADE", "8.4"))  # fmt: skip


def _closed(noise: str, number: int, pen: Quill) -> Case:
    """Turn in the week's last hour, and ask after it."""
    day = _day(7, number, pen, FRIDAYS)
    place = placed(pen, day, _CLOSE_MINUTE, noise, _seed(7, noise, number, pen))
    made = planted(place, 1)
    why = "the week has ended since, and a closed market fills nothing."
    return _forbidden("weekend-closed", made, noise, number, why, {"8.1": "fail", "9.2": "fail"},
                      DecisionLabel("WAIT", "9.2"), as_of=made.as_of + (number + 1) * QUARTER)  # fmt: skip


def _forbidden(
    scenario: str,
    made: Planted,
    noise: str,
    number: int,
    why: str,
    rules: dict[str, Outcome],
    decision: DecisionLabel,
    *,
    as_of: int | None = None,
    **chart: Any,
) -> Case:
    """Make a case of a raid that turned as it should, on a day or at a time that forbids it."""
    pen, base = made.place.pen, made.base
    events, zones = made.facts(base)
    told = Told(events=events, zones=zones, bias={"htf": pen.slant}, rules={"2.3": "pass", **rules}, decision=decision)
    sessions = {"news": "new_york_am", "bank-holiday": "london"}
    return story_case(
        scenario, number, pen, noise, made.why(why), made.windows(), made.as_of if as_of is None else as_of, told,
        session=sessions.get(scenario, "none"), definition=f"{DEFINITION}, bank holidays and weekends", **chart,
    )  # fmt: skip
