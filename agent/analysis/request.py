"""Everything one decision looks at, and the canonical form in which it is kept for replay."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import rfc8785

from agent.analysis.discipline import UNKNOWN, Discipline
from agent.analysis.permission import MODES
from agent.analysis.windows import check_windows
from tools.candles import Candles
from tools.errors import InvalidCandles, InvalidParameter
from tools.instruments import Instrument, usual_calendar
from tools.resample import last_close
from tools.risk_methods import RiskPlan
from tools.timeframes import Timeframe
from tools.times import iso_utc, parse_time
from tools.trading_day import TradingDay

HIGHEST_BALANCE: Final = 1e15
Impact = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One scheduled economic release: epoch second, ISO currency, impact and title."""

    time: int
    currency: str
    impact: Impact
    title: str


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """The inputs of one decision.

    Attributes:
        symbol: as the caller wrote it.
        instrument: the market, its tick, contract, trading day and kill zones.
        windows: closed candles of each timeframe the caller gave.
        account_balance: in the account currency, above 0; None only until it is filled in from the owner's account.
        risk_pct: percent of the balance to risk, above 0 and at most 100; None only until it is filled in likewise.
        as_of: epoch second of the decision; no bar may close after it.
        account_currency: ISO code.
        quote_to_account_rate: account currency per unit of the quote currency, where a size needs it.
        calendar: scheduled events, empty for "none", None for "no calendar is known".
        discipline: trades and losses before this decision, each None where unknown.
        profile: the rulebook profile to judge by; None until it is filled in with the owner's own, or strict.
        simulated: whether the candles are made up; the decision says so.
        plan: the sizing method that sets the risk; None risks `risk_pct` as it stands.
        mode: the owner's trading mode at `as_of`, None where nobody keeps one.
        is_past: whether `as_of` lay well before the moment the run was accepted, in modes that may act.
    """

    symbol: str
    instrument: Instrument
    windows: Mapping[Timeframe, Candles]
    account_balance: float | None
    risk_pct: float | None
    as_of: int
    account_currency: str = "USD"
    quote_to_account_rate: float | None = None
    calendar: tuple[CalendarEvent, ...] | None = None
    discipline: Discipline = UNKNOWN
    profile: str | None = "strict"
    simulated: bool = False
    plan: RiskPlan | None = None
    mode: str | None = None
    is_past: bool = False

    @property
    def base(self) -> Candles:
        """The candles of the finest timeframe."""
        return self.windows[min(self.windows, key=lambda timeframe: timeframe.seconds)]

    def check(self) -> Self:
        """Return the request, once its parts fit together.

        Raises:
            TooFewCandles: the finest timeframe has fewer than `MINIMUM_BARS` bars, or another none.
            InvalidCandles: a bar opens or closes after `as_of`, or two timeframes contradict each other.
            InvalidParameter: the account, the risk, the plan or the discipline is out of range, or the mode is none.
        """
        if self.account_balance is not None:
            _check_number("account_balance", self.account_balance, HIGHEST_BALANCE)
        if self.risk_pct is not None:
            _check_number("risk_pct", self.risk_pct, 100.0)
        if self.quote_to_account_rate is not None:
            _check_number("quote_to_account_rate", self.quote_to_account_rate, HIGHEST_BALANCE)
        self.discipline.check()
        if self.plan is not None:
            self.plan.check()
        if self.mode is not None and self.mode not in MODES:
            known = ", ".join(MODES)
            raise InvalidParameter(f"mode is {self.mode!r}", field="mode", expected=known, got=repr(self.mode))
        check_windows(self.windows, self.instrument.trading_day, self.as_of)
        return self

    def to_inputs(self) -> dict[str, Any]:
        """Return the canonical inputs, JSON-ready; each window stands as its SHA-256 (see `window_bytes`)."""
        return {
            "symbol": self.symbol,
            "instrument": _instrument_row(self.instrument),
            "windows": {
                timeframe.value: {"sha256": candles.sha256, "bars": len(candles)}
                for timeframe, candles in self.windows.items()
            },
            "account_balance": None if self.account_balance is None else float(self.account_balance),
            "risk_pct": None if self.risk_pct is None else float(self.risk_pct),
            "account_currency": self.account_currency,
            "quote_to_account_rate": self.quote_to_account_rate,
            "as_of": iso_utc(self.as_of),
            "calendar": None if self.calendar is None else [_event_row(event) for event in self.calendar],
            "discipline": self.discipline.to_dict(),
            "profile": self.profile,
            "simulated": self.simulated,
            "plan": None if self.plan is None else self.plan.to_dict(),
            "mode": self.mode,
            "is_past": self.is_past,
        }

    def window_bytes(self) -> dict[str, bytes]:
        """Return each window's canonical bytes under their SHA-256."""
        payloads = (candles.to_bytes() for candles in self.windows.values())
        return {hashlib.sha256(payload).hexdigest(): payload for payload in payloads}

    @classmethod
    def from_inputs(cls, inputs: Mapping[str, Any], windows: Mapping[str, bytes]) -> Self:
        """Rebuild a request from what `to_inputs` and `window_bytes` gave.

        Raises:
            InvalidCandles: a window's bytes do not have the SHA-256 they are kept under.
        """
        instrument = dict(inputs["instrument"])
        instrument["trading_day"] = TradingDay(instrument["trading_day"])
        calendar = inputs["calendar"]
        return cls(
            symbol=inputs["symbol"],
            instrument=Instrument(**instrument),
            windows={
                Timeframe(name): _stored(windows[entry["sha256"]], entry["sha256"])
                for name, entry in inputs["windows"].items()
            },
            account_balance=inputs["account_balance"],
            risk_pct=inputs["risk_pct"],
            as_of=parse_time(inputs["as_of"]),
            account_currency=inputs["account_currency"],
            quote_to_account_rate=inputs["quote_to_account_rate"],
            calendar=None if calendar is None else tuple(_event(row) for row in calendar),
            discipline=Discipline.from_dict(inputs["discipline"]),
            profile=inputs["profile"],
            simulated=inputs["simulated"],
            plan=None if inputs["plan"] is None else RiskPlan.from_dict(inputs["plan"]),
            mode=inputs["mode"],
            is_past=inputs.get("is_past", False),
        )


_INSTRUMENT_FIELDS: Final = tuple(Instrument.__dataclass_fields__)


def _instrument_row(instrument: Instrument) -> dict[str, Any]:
    """Return an instrument's fields; the usual calendar of its class goes without saying."""
    row = {name: getattr(instrument, name) for name in _INSTRUMENT_FIELDS}
    if instrument.calendar == usual_calendar(instrument.asset_class):
        del row["calendar"]
    return row


def inputs_hash(inputs: Mapping[str, Any]) -> str:
    """Return the SHA-256 of canonical inputs in RFC 8785 form, hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(inputs))).hexdigest()


def default_as_of(windows: Mapping[Timeframe, Candles], trading_day: TradingDay) -> int:
    """Return the close of the finest timeframe's last bar, epoch seconds; 0 where there is no bar.

    Args:
        windows: candles by timeframe, at least one.
        trading_day: where days begin, which bars of 2h and longer close by.
    """
    finest = windows[min(windows, key=lambda timeframe: timeframe.seconds)]
    return last_close(finest, trading_day) if len(finest) else 0


def _event_row(event: CalendarEvent) -> dict[str, Any]:
    return {"time": iso_utc(event.time), "currency": event.currency, "impact": event.impact, "title": event.title}


def _event(row: Mapping[str, Any]) -> CalendarEvent:
    return CalendarEvent(parse_time(row["time"]), row["currency"], row["impact"], row["title"])


def _stored(payload: bytes, sha256: str) -> Candles:
    if hashlib.sha256(payload).hexdigest() != sha256:
        raise InvalidCandles("a stored window was altered", expected=f"bytes with SHA-256 {sha256}", got="other bytes")
    return Candles.from_bytes(payload)


def _check_number(field: str, value: float, highest: float) -> None:
    if not (math.isfinite(value) and 0 < value <= highest):
        raise InvalidParameter(
            f"{field} is {value!r}", field=field, expected=f"a number above 0 and at most {highest:g}", got=repr(value)
        )
