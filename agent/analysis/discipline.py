"""What the trader did before: the discipline state a decision is given, as it stood at `as_of`."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from tools.errors import InvalidParameter

NEVER_MINUTES: Final = 525_600.0
"""A year: what stands for a loss that never was, and the most that `minutes_since_loss` may say."""
_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Discipline:
    """Trades and losses before this decision; None is unknown, and never counts as none.

    Attributes:
        trades_this_session: trades taken in the kill zone or session under way.
        trades_today: trades taken in the instrument's trading day.
        losses_this_session: losing trades closed in that session.
        losses_in_row: losing trades closed in the trading day since the last one that did not lose.
        minutes_since_loss: minutes since the last losing trade closed, `NEVER_MINUTES` where none did.
        daily_loss_pct: what the day's closed trades lost, in percent of the balance it began with; 0 for a gain.
        drawdown_pct: how far the balance stands below its highest, in percent of that.
        stopped: why trading is stopped altogether (emergency stop, kill switch), empty where it is not.
    """

    trades_this_session: int | None = None
    trades_today: int | None = None
    losses_this_session: int | None = None
    losses_in_row: int | None = None
    minutes_since_loss: float | None = None
    daily_loss_pct: float | None = None
    drawdown_pct: float | None = None
    stopped: str | None = None

    def check(self) -> Self:
        """Return it, once every part is in its range.

        Raises:
            InvalidParameter: a count is negative or a percentage is none; names the field.
        """
        for name in ("trades_this_session", "trades_today", "losses_this_session", "losses_in_row"):
            _check(name, getattr(self, name), _MOST, whole=True)
        _check("minutes_since_loss", self.minutes_since_loss, NEVER_MINUTES)
        _check("daily_loss_pct", self.daily_loss_pct, 100.0)
        _check("drawdown_pct", self.drawdown_pct, 100.0)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        return cls(**{one.name: row.get(one.name) for one in fields(cls)})


def _check(name: str, value: float | None, most: float, *, whole: bool = False) -> None:
    if value is None:
        return
    is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not (is_number and math.isfinite(value) and 0 <= value <= most):
        kind = "a count" if whole else "a number"
        raise InvalidParameter(
            f"{name} is {value!r}", field=f"discipline.{name}", expected=f"{kind} from 0 to {most:g}", got=repr(value)
        )


UNKNOWN: Final = Discipline()
"""Nobody says what was traded."""
