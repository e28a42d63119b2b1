"""How much of the account to risk: five methods, each a pure function of what is known before the trade.

Sources: fixed fractional and half Kelly as in Vince, *Portfolio Management Formulas* (1990), after Kelly (1956): the
fraction ``f = W - (1 - W) / R`` of a method that wins a share W of its trades, and R times its
loss when it wins, halved.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, Self

Method = Literal["fixed", "half_kelly", "by_confidence", "session_cap", "equity_curve"]
METHODS: Final[tuple[Method, ...]] = ("fixed", "half_kelly", "by_confidence", "session_cap", "equity_curve")


@dataclass(frozen=True, slots=True)
class RiskPlan:
    """The method and what it needs to know; None is unknown.

    Attributes:
        method: one of `METHODS`.
        risk_pct: percent of the balance a full-size trade risks.
        lowest_pct: the least any method may come to, in percent; below it there is no trade worth its costs.
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
    lowest_pct: float = 0.0
    highest_pct: float = 2.0
    win_rate: float | None = None
    payoff: float | None = None
    closed_trades: int | None = None
    session_cap_pct: float | None = None
    session_risk_pct: float | None = None
    equity_above_mean: bool | None = None
    reduced_factor: float = 0.5

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
