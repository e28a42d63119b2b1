"""The chart of a case as JSON and back."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final, TypeVar, cast, get_args

from agent.analysis.discipline import UNKNOWN, Discipline
from agent.analysis.permission import MODES
from agent.analysis.request import HIGHEST_BALANCE, CalendarEvent, Impact
from agent.analysis.windows import MINIMUM_BARS, refuse_unclosed
from agent.labels.parts import Part
from evals.cases.candle_documents import CandleFiles
from evals.cases.case import Chart
from rulebook.loader import known_profiles
from tools.candles import Candles
from tools.chart_parameters import DEFAULTS, ChartParameters
from tools.errors import DataError, UnknownTimeframe
from tools.instruments import (
    AssetClass,
    Calendar,
    Instrument,
    KillZoneProfile,
    find_instrument,
    instrument,
    usual_calendar,
)
from tools.risk_methods import METHODS, RiskPlan
from tools.timeframes import Timeframe
from tools.times import iso_utc
from tools.trading_day import TradingDay

WrittenCandles = Callable[[Candles], Any]
_Made = TypeVar("_Made")
_REQUIRED: Final = ("as_of", "candles")
_OPTIONAL: Final = (
    "symbol", "instrument", "companion", "calendar", "discipline", "account_balance", "risk_pct",
    "quote_to_account_rate", "plan", "mode", "profile", "parameters", "after", "account_currency", "simulated",
    "is_past",
)  # fmt: skip
_PLAIN: Final = (
    "account_balance", "risk_pct", "quote_to_account_rate", "mode", "profile", "account_currency", "simulated",
    "is_past",
)  # fmt: skip
_USUAL: Final = {one.name: one.default for one in fields(Chart)}


def chart_document(chart: Chart, candles: WrittenCandles) -> dict[str, Any]:
    """Return a chart as JSON values; what is as usual is left out.

    Args:
        chart: the chart.
        candles: how its candles are written.
    """
    document: dict[str, Any] = {**_market_row(chart.instrument), "as_of": iso_utc(chart.as_of)}
    document["candles"] = {frame.value: candles(window) for frame, window in chart.windows.items()}
    if chart.companion is not None:
        document["companion"] = candles(chart.companion)
    if chart.calendar != ():
        document["calendar"] = None if chart.calendar is None else [_event_row(one) for one in chart.calendar]
    if chart.discipline != UNKNOWN:
        document["discipline"] = {name: one for name, one in chart.discipline.to_dict().items() if one is not None}
    document |= {name: getattr(chart, name) for name in _PLAIN if getattr(chart, name) != _USUAL[name]}
    if chart.plan is not None:
        document["plan"] = {name: one for name, one in chart.plan.to_dict().items() if one is not None}
    if chart.parameters:
        document["parameters"] = dict(chart.parameters)
    if chart.after is not None:
        document["after"] = candles(chart.after)
    return document


def chart_of(part: Part, files: CandleFiles) -> Chart | None:
    """Read a chart; None where it has faults, which `part` then has noted."""
    before, said = len(part.faults), part.members(_REQUIRED, _OPTIONAL, null_means=("calendar",))
    market = _market(part, said)
    as_of = said["as_of"].moment()
    windows = _windows(said["candles"], files)
    base = min(windows, key=lambda frame: frame.seconds, default=Timeframe.M15)
    values: dict[str, Any] = _plain(said)
    for name in ("companion", "after"):
        if name in said:
            values[name] = files.candles(said[name], base)
    if "calendar" in said:
        values["calendar"] = _calendar(said["calendar"])
    if "discipline" in said:
        values["discipline"] = _discipline(said["discipline"])
    if "plan" in said:
        values["plan"] = _plan(said["plan"])
    values["parameters"] = _parameters(said["parameters"]) if "parameters" in said else {}
    if market is None or not part.is_sound_since(before):
        return None
    chart = Chart(market, windows, as_of, **values)
    _check_fit(chart, part, said)
    return chart if part.is_sound_since(before) else None


def _windows(part: Part, files: CandleFiles) -> dict[Timeframe, Candles]:
    windows: dict[Timeframe, Candles] = {}
    before = len(part.faults)
    for name, said in part.entries().items():
        try:
            frame = Timeframe.parse(name)
        except UnknownTimeframe:
            Part(name, said.path, said.faults).one_of([one.value for one in Timeframe])
            continue
        if frame in windows:
            said.fault(f"{frame} stands there twice", "keep one")
        read = files.candles(said, frame)
        if read is not None:
            windows[frame] = read
    if not windows and part.is_sound_since(before) and isinstance(part.value, dict):
        part.fault("there are no candles", "write them under their timeframe, such as 15m")
    return windows


def _check_fit(chart: Chart, part: Part, said: Mapping[str, Part]) -> None:
    """Refuse bars that had not closed by the decision, bars of afterwards that came before, and what no walk reads."""
    if chart.after is not None and chart.after.time[0] <= chart.base.time[-1]:
        said["after"].fault(
            f"it begins at {iso_utc(int(chart.after.time[0]))}, which is no later than the chart's last bar",
            f"write bars from {iso_utc(int(chart.base.end[-1]))} on",
        )
    try:
        if len(chart.base) >= MINIMUM_BARS:
            chart.request()
            return
        for frame, candles in chart.windows.items():
            refuse_unclosed(
                candles, chart.instrument.trading_day, chart.as_of, field=frame.value,
                moment=f"as_of {iso_utc(chart.as_of)}",
            )  # fmt: skip
    except DataError as error:
        said["candles"].fault(str(error), f"write {error.expected}" if error.expected else "correct it")


@cache
def _profiles() -> tuple[str, ...]:
    return known_profiles()


def _plain(said: Mapping[str, Part]) -> dict[str, Any]:
    read: dict[str, Callable[[Part], Any]] = {
        "account_balance": lambda part: part.number(most=HIGHEST_BALANCE, above=0.0),
        "risk_pct": lambda part: part.number(most=100.0, above=0.0),
        "quote_to_account_rate": lambda part: part.number(most=HIGHEST_BALANCE, above=0.0),
        "mode": lambda part: part.one_of(MODES),
        "profile": lambda part: part.one_of(_profiles()),
        "account_currency": Part.text,
        "simulated": Part.flag,
        "is_past": Part.flag,
    }
    return {name: how(said[name]) for name, how in read.items() if name in said}


def _market_row(market: Instrument) -> dict[str, Any]:
    if find_instrument(market.symbol) == market:
        return {"symbol": market.symbol}
    row = {one.name: getattr(market, one.name) for one in fields(Instrument)}
    if market.calendar == usual_calendar(market.asset_class):
        del row["calendar"]
    return {"instrument": {name: value for name, value in row.items() if value is not None}}


def _market(part: Part, said: Mapping[str, Part]) -> Instrument | None:
    if ("symbol" in said) == ("instrument" in said):
        if isinstance(part.value, dict):
            part.fault("it names not one market", "write symbol for a known one, or instrument for any other")
        return None
    if "instrument" in said:
        return _own_market(said["instrument"])
    before, symbol = len(part.faults), said["symbol"].text()
    if not part.is_sound_since(before):
        return None
    try:
        return instrument(symbol)
    except DataError as error:
        said["symbol"].fault(str(error), "write a known one, or describe it as instrument")
        return None


def _own_market(part: Part) -> Instrument | None:
    before = len(part.faults)
    said = part.members(
        (
            "symbol", "asset_class", "tick_size", "contract_size", "size_step", "quote_currency", "trading_day",
            "kill_zones",
        ),
        ("base_currency", "calendar"),
    )  # fmt: skip
    words: dict[str, tuple[str, ...]] = {
        "asset_class": get_args(AssetClass),
        "trading_day": tuple(TradingDay),
        "kill_zones": get_args(KillZoneProfile),
        "calendar": get_args(Calendar),
    }
    values: dict[str, Any] = {name: said[name].one_of(known) for name, known in words.items() if name in said}
    values |= {name: said[name].number(above=0.0) for name in ("tick_size", "contract_size", "size_step")}
    values |= {name: said[name].text() for name in ("symbol", "quote_currency", "base_currency") if name in said}
    if not part.is_sound_since(before):
        return None
    return Instrument(**{"base_currency": None, **values})


def _event_row(one: CalendarEvent) -> dict[str, Any]:
    return {"time": iso_utc(one.time), "currency": one.currency, "impact": one.impact, "title": one.title}


def _calendar(part: Part) -> tuple[CalendarEvent, ...] | None:
    if part.value is None:
        return None
    return tuple(_event(one) for one in part.items())


def _event(part: Part) -> CalendarEvent:
    said = part.members(("time", "currency", "impact", "title"))
    impact = cast(Impact, said["impact"].one_of(get_args(Impact)))
    return CalendarEvent(said["time"].moment(), said["currency"].text(), impact, said["title"].text())


def _discipline(part: Part) -> Discipline:
    before, said = len(part.faults), part.members((), tuple(one.name for one in fields(Discipline)))
    values: dict[str, Any] = {
        name: one.text(may_be_empty=True) if name == "stopped" else one.value for name, one in said.items()
    }
    if not part.is_sound_since(before):
        return UNKNOWN
    return _checked(part, lambda: Discipline(**values).check(), UNKNOWN)


def _plan(part: Part) -> RiskPlan | None:
    names = tuple(one.name for one in fields(RiskPlan))
    before, said = len(part.faults), part.members(names[:2], names[2:])
    said["method"].one_of(METHODS)
    said["risk_pct"].number(most=100.0, above=0.0)
    if not part.is_sound_since(before):
        return None
    values: dict[str, Any] = {name: one.value for name, one in said.items()}
    return _checked(part, lambda: _a_plan(values), None)


def _a_plan(values: Mapping[str, Any]) -> RiskPlan | None:
    return RiskPlan.from_dict(values).check()


def _parameters(part: Part) -> dict[str, Any]:
    values = {name: one.value for name, one in part.entries().items()}
    _checked(part, lambda: ChartParameters.of_names(values), DEFAULTS)
    return values


def _checked(part: Part, make: Callable[[], _Made], harmless: _Made) -> _Made:
    """Return what is made, or note why it cannot be, at the field that is at fault."""
    try:
        return make()
    except DataError as error:
        name = (error.field or "").rpartition(".")[2]
        stands = isinstance(part.value, dict) and name in part.value
        path = (*part.path, name) if stands else part.path
        Part(None, path, part.faults).fault(str(error), f"write {error.expected}" if error.expected else "correct it")
        return harmless
