"""What an owner may set: risk with its limits, the account, the kill switch; as values that check themselves."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Self, get_args

from agent.analysis.request import HIGHEST_BALANCE
from tools.errors import InvalidParameter
from tools.risk_methods import METHODS, Method

NO_LIMIT: Final = "none"
NoLimit = Literal["none"]
TradesPerSession = Literal[1, 2, 3, "none"]
TradesPerDay = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "none"]
Cooldown = Literal[0, 15, 30, 60, "session"]
LossesInRow = Literal[2, 3, 5, "none"]
_LONGEST_MINUTES: Final = 10_080
_MOST_RUNS: Final = 10_000
_CURRENCY: Final = re.compile(r"[A-Z0-9]{2,8}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a trader's session or day; None leaves it to the rulebook's profile, ``none`` lifts it.

    Attributes:
        trades_per_session: how many trades a session allows.
        trades_per_day: how many a trading day allows.
        cooldown: minutes after a loss without a trade, or ``session``: none for the rest of the session.
        losses_in_row: how many losses in a row end the trading of a day; a trade may follow one fewer.
        daily_loss_pct: the largest loss of the day a trade may follow, in percent of the balance it began with.
        drawdown_pct: the deepest drawdown of the balance a trade may follow, in percent of its highest.
    """

    trades_per_session: TradesPerSession | None = None
    trades_per_day: TradesPerDay | None = None
    cooldown: Cooldown | None = None
    losses_in_row: LossesInRow | None = None
    daily_loss_pct: float | NoLimit | None = None
    drawdown_pct: float | NoLimit | None = None

    def check(self) -> Self:
        """Return them, once each is one that may be chosen; raises InvalidParameter naming the first that is not."""
        _check_choice("limits.trades_per_session", self.trades_per_session, get_args(TradesPerSession))
        _check_choice("limits.trades_per_day", self.trades_per_day, get_args(TradesPerDay))
        _check_choice("limits.cooldown", self.cooldown, get_args(Cooldown))
        _check_choice("limits.losses_in_row", self.losses_in_row, get_args(LossesInRow))
        for name in ("daily_loss_pct", "drawdown_pct"):
            if getattr(self, name) != NO_LIMIT:
                _check_number(f"limits.{name}", getattr(self, name), 0.1, 100.0)
        return self


@dataclass(frozen=True, slots=True)
class RiskSettings:
    """How an owner sizes trades, and when they stop trading.

    Attributes:
        method: one of `tools.risk_methods.METHODS`.
        risk_pct: percent of the balance a full-size trade risks, within what the profile's rule 7.1 allows.
        highest_pct: the most any method may come to, within the same; None: what that rule allows.
        session_cap_pct: the most a session may risk altogether, in percent; the method ``session_cap`` needs it.
        reduced_factor: by what the method ``equity_curve`` multiplies below the mean.
        limits: see `Limits`.
    """

    method: Method = "fixed"
    risk_pct: float = 1.0
    highest_pct: float | None = None
    session_cap_pct: float | None = None
    reduced_factor: float = 0.5
    limits: Limits = field(default_factory=Limits)

    def check(self) -> Self:
        """Return them, once each part is in its range and the method has what it needs.

        Raises:
            InvalidParameter: names the first field that is not.
        """
        _check_choice("method", self.method, METHODS)
        for name in ("risk_pct", "highest_pct", "session_cap_pct"):
            _check_above_zero(name, getattr(self, name), 100.0)
        _check_number("reduced_factor", self.reduced_factor, 0.0, 1.0)
        if self.highest_pct is not None and self.highest_pct < self.risk_pct:
            raise _fault("highest_pct", self.highest_pct, f"at least risk_pct, {self.risk_pct:g}")
        if self.method == "session_cap" and self.session_cap_pct is None:
            raise _fault("session_cap_pct", None, "a number: the method session_cap needs it")
        self.limits.check()
        return self

    def check_within(self, lowest: float, highest: float, profile: str) -> Self:
        """Return them, once the risk lies within what a profile allows, in percent.

        Raises:
            InvalidParameter: names the first field that does not.
        """
        for name in ("risk_pct", "highest_pct"):
            value = getattr(self, name)
            if value is not None and not lowest <= value <= highest:
                allowed = f"a number from {lowest:g} to {highest:g}, as rule 7.1 of the profile {profile} allows"
                raise _fault(name, value, allowed)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return them as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        return cls(**{**row, "limits": Limits(**row["limits"])})


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its owner stated it: `balance` in `currency` (ISO code), as it stood when it was stated."""

    balance: float
    currency: str = "USD"

    def check(self) -> Self:
        """Return it, once it can be; raises InvalidParameter naming the field."""
        _check_above_zero("balance", self.balance, HIGHEST_BALANCE)
        if not _CURRENCY.fullmatch(self.currency):
            raise _fault("currency", self.currency, "an ISO code in capitals, such as USD")
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        return cls(**row)


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """A share of failed runs, 0 to 1, over the runs of the last `minutes`, of which there must be enough to tell."""

    share: float
    of_at_least_runs: int
    minutes: int


@dataclass(frozen=True, slots=True)
class NewsSurge:
    """How many high-impact events, of any currency, due within so many minutes before or after now."""

    high_impact_events: int
    minutes: int


@dataclass(frozen=True, slots=True)
class KillSwitch:
    """What stops everything by itself; None never does.

    Attributes:
        daily_loss_pct: the loss of the day from which on it fires, in percent of the balance the day began with.
        error_rate: the share of failed runs from which on it fires.
        source_lost_minutes: for how long the market data source must not have answered.
        news_surge: how many events at once.
    """

    daily_loss_pct: float | None = None
    error_rate: ErrorRate | None = None
    source_lost_minutes: int | None = None
    news_surge: NewsSurge | None = None

    @property
    def is_armed(self) -> bool:
        """Whether anything can make it fire."""
        return self != KillSwitch()

    def check(self) -> Self:
        """Return it, once each part is in its range; raises InvalidParameter naming the first that is not."""
        _check_number("daily_loss_pct", self.daily_loss_pct, 0.1, 100.0)
        _check_number("source_lost_minutes", self.source_lost_minutes, 1, _LONGEST_MINUTES)
        if self.error_rate is not None:
            _check_number("error_rate.share", self.error_rate.share, 0.01, 1.0)
            _check_number("error_rate.of_at_least_runs", self.error_rate.of_at_least_runs, 1, _MOST_RUNS)
            _check_number("error_rate.minutes", self.error_rate.minutes, 1, _LONGEST_MINUTES)
        if self.news_surge is not None:
            _check_number("news_surge.high_impact_events", self.news_surge.high_impact_events, 1, _MOST_RUNS)
            _check_number("news_surge.minutes", self.news_surge.minutes, 1, _LONGEST_MINUTES)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        rate, surge = row["error_rate"], row["news_surge"]
        return cls(
            daily_loss_pct=row["daily_loss_pct"],
            error_rate=None if rate is None else ErrorRate(**rate),
            source_lost_minutes=row["source_lost_minutes"],
            news_surge=None if surge is None else NewsSurge(**surge),
        )


def _check_choice(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value is not None and (isinstance(value, bool) or value not in allowed):
        raise _fault(name, value, f"one of {', '.join(map(str, allowed))}")


def _check_number(name: str, value: object, lowest: float, highest: float) -> None:
    if value is None:
        return
    if not isinstance(value, int | float) or isinstance(value, bool) or not lowest <= value <= highest:  # NaN too
        raise _fault(name, value, f"a number from {lowest:g} to {highest:g}")


def _check_above_zero(name: str, value: float | None, highest: float) -> None:
    _check_number(name, value, 0.0, highest)
    if value == 0:
        raise _fault(name, value, f"a number above 0 and at most {highest:g}")


def _fault(name: str, value: object, expected: str) -> InvalidParameter:
    return InvalidParameter(f"{name} is {value!r}; expected {expected}", field=name, expected=expected, got=repr(value))
