"""How much of the account to risk: five methods, each a pure function of what is known before the trade.

Sources: fixed fractional and half Kelly as in Vince, *Portfolio Management Formulas* (1990), after Kelly (1956): the
fraction ``f = W - (1 - W) / R`` of a method that wins a share W of its trades, and R times its
loss when it wins, halved.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, Self

from tools.errors import InvalidParameter

Method = Literal["fixed", "half_kelly", "by_confidence", "session_cap", "equity_curve"]
METHODS: Final[tuple[Method, ...]] = ("fixed", "half_kelly", "by_confidence", "session_cap", "equity_curve")
FEWEST_TRADES: Final = 30
"""Closed trades below which a win rate says too little to size by."""
HALF_SIZE_CONFIDENCE: Final = 0.5
FULL_SIZE_CONFIDENCE: Final = 0.9
_MOST_TRADES: Final = 1_000_000
_MOST_PAYOFF: Final = 1_000_000.0


@dataclass(frozen=True, slots=True)
class RiskPlan:
    """The method and what it needs to know; None is unknown.

    Attributes:
        method: one of `METHODS`.
        risk_pct: percent of the balance a full-size trade risks.
        highest_pct: the most any method may come to, in percent.
        win_rate: share of closed trades that won, 0 to 1 (half Kelly).
        payoff: mean win over mean loss, in R (half Kelly).
        closed_trades: how many closed trades those two were measured on (half Kelly).
        session_cap_pct: the most a session may risk altogether, in percent (session cap).
        session_risk_pct: what the session's trades risked already, in percent (session cap).
        equity_above_mean: whether the balance stands at or above its mean over the last trades (equity curve).
        reduced_factor: by what full size is multiplied below that mean (equity curve).
    """

    method: Method
    risk_pct: float
    highest_pct: float = 2.0
    win_rate: float | None = None
    payoff: float | None = None
    closed_trades: int | None = None
    session_cap_pct: float | None = None
    session_risk_pct: float | None = None
    equity_above_mean: bool | None = None
    reduced_factor: float = 0.5

    def check(self) -> Self:
        """Return the plan, once every part is in its range.

        Raises:
            InvalidParameter: the method is none of `METHODS`, or a number is out of its range; names the field.
        """
        if self.method not in METHODS:
            raise _fault("plan.method", self.method, f"one of {', '.join(METHODS)}")
        _check("plan.risk_pct", self.risk_pct, 100.0, is_above_zero=True)
        _check("plan.highest_pct", self.highest_pct, 100.0, is_above_zero=True)
        _check("plan.win_rate", self.win_rate, 1.0)
        _check("plan.payoff", self.payoff, _MOST_PAYOFF, is_above_zero=True)
        _check("plan.session_cap_pct", self.session_cap_pct, 100.0)
        _check("plan.session_risk_pct", self.session_risk_pct, 100.0)
        _check("plan.reduced_factor", self.reduced_factor, 1.0)
        if self.closed_trades is not None:
            is_count = isinstance(self.closed_trades, int) and not isinstance(self.closed_trades, bool)
            if not (is_count and 0 <= self.closed_trades <= _MOST_TRADES):
                raise _fault("plan.closed_trades", self.closed_trades, f"a count from 0 to {_MOST_TRADES}")
        if not isinstance(self.equity_above_mean, bool | None):
            raise _fault("plan.equity_above_mean", self.equity_above_mean, "true, false or null")
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        return cls(**{one.name: row[one.name] for one in fields(cls) if one.name in row})


@dataclass(frozen=True, slots=True)
class PlannedRisk:
    """What a method comes to.

    Attributes:
        risk_pct: percent of the balance to risk; None where the method lacks what it needs to know.
        reason: in one sentence, how it came to that, or what is missing.
    """

    risk_pct: float | None
    reason: str


def planned_risk(plan: RiskPlan, confidence: float | None) -> PlannedRisk:
    """Return what a plan risks on one trade, and in one sentence why.

    Definition, in percent of the balance:

    - ``fixed``: `risk_pct`.
    - ``half_kelly``: half of ``W - (1 - W) / R``, at most `risk_pct`; 0 without an edge; unknown below
      `FEWEST_TRADES` closed trades.
    - ``by_confidence``: half of `risk_pct` up to a confidence of `HALF_SIZE_CONFIDENCE`, all of it from
      `FULL_SIZE_CONFIDENCE` on, linear in between.
    - ``session_cap``: `risk_pct`, at most what `session_cap_pct` leaves after `session_risk_pct`.
    - ``equity_curve``: `risk_pct`, times `reduced_factor` while the balance stands below its mean.

    None comes to more than `highest_pct`. The arithmetic is exact over the 15 significant digits of each number.

    Args:
        plan: the method and what it knows.
        confidence: of the decision at hand as far as it does not hang on the risk, 0 to 1; None where it is unknown.

    Raises:
        InvalidParameter: a part of the plan, or the confidence, is out of its range.
    """
    plan.check()
    _check("confidence", confidence, 1.0)
    if plan.method == "by_confidence":
        return _by_confidence(plan, confidence)
    return _METHODS[plan.method](plan)


def _fixed(plan: RiskPlan) -> PlannedRisk:
    return _within(plan, _exact(plan.risk_pct), f"fixed: {_percent(plan.risk_pct)} of the balance")


def _half_kelly(plan: RiskPlan) -> PlannedRisk:
    if plan.closed_trades is None or plan.win_rate is None or plan.payoff is None:
        missing = "how many trades closed, what share won and what a win pays in losses"
        return PlannedRisk(None, f"half Kelly needs to know {missing}")
    if plan.closed_trades < FEWEST_TRADES:
        return PlannedRisk(
            None, f"half Kelly needs at least {FEWEST_TRADES} closed trades, and there are {plan.closed_trades}"
        )
    won, payoff = _exact(plan.win_rate), _exact(plan.payoff)
    kelly = (won - (1 - won) / payoff) * 100
    record = f"{_number(won * 100)} % of {plan.closed_trades} trades won, {_number(payoff)} R a win"
    if kelly <= 0:
        return PlannedRisk(0.0, f"half Kelly: {record}, which is no edge")
    half = kelly / 2
    full = _exact(plan.risk_pct)
    held = "" if half <= full else f", held at the full size of {_percent(full)}"
    return _within(plan, min(half, full), f"half Kelly: {record}, which makes {_percent(half)}{held}")


def _by_confidence(plan: RiskPlan, confidence: float | None) -> PlannedRisk:
    if confidence is None:
        return PlannedRisk(None, "sizing by confidence needs a confidence, and none is known")
    low, high = _exact(HALF_SIZE_CONFIDENCE), _exact(FULL_SIZE_CONFIDENCE)
    share = min(max((_exact(confidence) - low) / (high - low), Fraction(0)), Fraction(1))
    factor = (1 + share) / 2
    full = _percent(plan.risk_pct)
    said = f"by confidence: {_number(factor * 100)} % of {full} at a confidence of {confidence:g} before the risk node"
    return _within(plan, _exact(plan.risk_pct) * factor, said)


def _session_cap(plan: RiskPlan) -> PlannedRisk:
    if plan.session_cap_pct is None or plan.session_risk_pct is None:
        return PlannedRisk(None, "the session cap needs to know the cap and what the session has risked already")
    left = _exact(plan.session_cap_pct) - _exact(plan.session_risk_pct)
    used = f"{_percent(plan.session_risk_pct)} of the session's {_percent(plan.session_cap_pct)} is risked already"
    if left <= 0:
        return PlannedRisk(0.0, f"session cap: {used}, so nothing is left")
    return _within(
        plan, min(_exact(plan.risk_pct), left),
        f"session cap: {used}, which leaves {_percent(left)} for a full size of {_percent(plan.risk_pct)}",
    )  # fmt: skip


def _equity_curve(plan: RiskPlan) -> PlannedRisk:
    if plan.equity_above_mean is None:
        return PlannedRisk(None, "the equity curve needs more closed trades before its mean says anything")
    if plan.equity_above_mean:
        return _within(
            plan, _exact(plan.risk_pct), f"equity curve: at or above its mean, so the full {_percent(plan.risk_pct)}"
        )
    return _within(
        plan, _exact(plan.risk_pct) * _exact(plan.reduced_factor),
        f"equity curve: below its mean, so {plan.reduced_factor:g} of {_percent(plan.risk_pct)}",
    )  # fmt: skip


_METHODS: Final[Mapping[str, Callable[[RiskPlan], PlannedRisk]]] = {
    "fixed": _fixed,
    "half_kelly": _half_kelly,
    "session_cap": _session_cap,
    "equity_curve": _equity_curve,
}


def _within(plan: RiskPlan, percent: Fraction, reason: str) -> PlannedRisk:
    """Hold a size at the plan's highest."""
    if percent > _exact(plan.highest_pct):
        percent, reason = _exact(plan.highest_pct), f"{reason}, held at the highest, {_percent(plan.highest_pct)}"
    return PlannedRisk(float(percent), reason)


def _exact(number: float) -> Fraction:
    """Return the number as written: 15 significant digits are all a float holds faithfully."""
    return Fraction(Decimal(f"{number:.15g}"))


def _number(value: float | Fraction) -> str:
    return f"{float(value):.4g}"


def _percent(value: float | Fraction) -> str:
    return f"{_number(value)} %"


def _check(field: str, value: float | None, highest: float, *, is_above_zero: bool = False) -> None:
    if value is None:
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not (is_number and 0 <= value <= highest) or (is_above_zero and value == 0):
        range_ = f"above 0 and at most {highest:g}" if is_above_zero else f"from 0 to {highest:g}"
        raise _fault(field, value, f"a number {range_}")


def _fault(field: str, value: object, expected: str) -> InvalidParameter:
    return InvalidParameter(
        f"{field} is {value!r}; expected {expected}", field=field, expected=expected, got=repr(value)
    )
