"""One limit order from the bar after its decision to its end, filled as badly as the candles allow.

The rules, for a long order; a short one is its mirror:

- The order rests from the bar *after* the deciding one. A bar whose low reaches the entry fills it, at the entry: a
  better open is not taken.
- A bar that opens at or beyond the invalidation, or the stop, cancels it: the idea was wrong before it could be
  entered. They lie behind the entry, so price cannot come to them first in any other way. Its age cancels it too.
- In one bar the stop comes before the target. On the bar of the fill the target counts only where the bar opened at
  or beyond the entry, for otherwise the high may have come before the fill.
- A stop is filled at the stop, or at the open where that lies beyond it; a target at the target, never better.
- The first target closes the whole position, and so does the close of the last bar it may be held for.
- The spread is paid once by every filled order, the slippage by every stop, the commission by every filled order.
"""

from dataclasses import dataclass
from typing import Final, Literal

from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.instruments import Instrument

Result = Literal["target", "stop", "time", "open", "not_filled"]
ENDED: Final = frozenset({"target", "stop", "time"})
"""Results of a position that was closed by its own rules."""
EXPIRED: Final = "expired"
INVALIDATED: Final = "price opened beyond the invalidation"
REPLACED: Final = "replaced by a newer setup"
CANDLES_END: Final = "the candles end"


@dataclass(frozen=True, slots=True)
class Costs:
    """What a trade costs beside its prices.

    Attributes:
        spread_ticks: ticks lost by every filled order.
        slippage_ticks: ticks by which a stop is filled worse.
        commission: of a whole trade: money in the quote currency for one lot or contract, or a share of R.
        commission_in_r: whether `commission` is that share.
    """

    spread_ticks: float = 0.0
    slippage_ticks: float = 0.0
    commission: float = 0.0
    commission_in_r: bool = False

    @classmethod
    def of_texts(cls, spread: float, commission: str, slippage: float) -> "Costs":
        """Read what a command line says; a commission is ``3.5`` a lot or ``0.05R``.

        Raises:
            InvalidParameter: one of them is no number from 0 on.
        """
        in_r = commission.strip().upper().endswith("R")
        try:
            amount = float(commission.strip().rstrip("rR"))
        except ValueError:
            amount = -1.0
        for field, value in (("--spread", spread), ("--slippage", slippage), ("--commission", amount)):
            if not 0 <= value < float("inf"):
                raise InvalidParameter(
                    f"{field} is no cost", field=field, expected="a number from 0 on; 0.05R for a share of the risk",
                    got=commission if field == "--commission" else str(value),
                )  # fmt: skip
        return cls(spread, slippage, amount, in_r)

    def in_r(self, risk: float, instrument: Instrument, *, is_stop: bool) -> float:
        """Return what a trade costs in R; `risk` is the distance from entry to stop in the quote currency."""
        ticks = self.spread_ticks + (self.slippage_ticks if is_stop else 0.0)
        paid = self.commission if self.commission_in_r else self.commission / (risk * instrument.contract_size)
        return ticks * instrument.tick_size / risk + paid

    @property
    def sentence(self) -> str:
        """What is counted, in words."""
        if not (self.spread_ticks or self.slippage_ticks or self.commission):
            return "no costs"
        unit = " R" if self.commission_in_r else " a lot"
        return (
            f"spread {self.spread_ticks:g} ticks, slippage {self.slippage_ticks:g} ticks on stops, "
            f"commission {self.commission:g}{unit}"
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """How many bars an order may rest, from the one after its decision, and a position be held, its fill included."""

    valid_bars: int = 24
    hold_bars: int = 96

    def __post_init__(self) -> None:
        """Refuse what would never fill or never hold.

        Raises:
            InvalidParameter: one of them is below 1.
        """
        for field, value in (("--valid-bars", self.valid_bars), ("--hold-bars", self.hold_bars)):
            if value < 1:
                raise InvalidParameter(f"{field}: at least one", field=field, expected="at least 1", got=str(value))


@dataclass(frozen=True, slots=True)
class Order:
    """A limit order of a setup.

    Attributes:
        placed: index of the deciding bar.
        way: +1 for a long and -1 for a short.
        invalidation: the price that proves the idea wrong, between entry and stop.
        target: the first.
    """

    placed: int
    way: int
    entry: float
    stop: float
    invalidation: float
    target: float

    @property
    def risk(self) -> float:
        """The distance from entry to stop."""
        return abs(self.entry - self.stop)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an order.

    Attributes:
        result: `open` where the candles end while the position is held; its `r` is then that of the last close.
        ended: index of the bar that ended order or position.
        reason: why it was not filled; None where it was.
        filled: index of the bar that filled it; None where none did.
        r: after costs, in units of the risk; None where it was not filled.
        mae_r: the furthest that price may have gone against the position while it was held, before costs, in units of
            the risk. The order of prices inside a bar is not known, so this takes the worse: also the low of the bar
            whose high was the target, which may have come after it; on the bar of the stop, the fill.
        mfe_r: the furthest that it certainly went for the position, likewise: no high that may have come before the
            fill, none of the bar of the stop, and of the bar of the target no more than the target.
    """

    result: Result
    ended: int
    reason: str | None = None
    filled: int | None = None
    r: float | None = None
    mae_r: float | None = None
    mfe_r: float | None = None


@dataclass(slots=True)
class _Long:
    """An order and its bars mirrored so that every order is a long one."""

    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    entry: float
    stop: float
    invalidation: float
    target: float

    @classmethod
    def of(cls, order: Order, bars: Candles) -> "_Long":
        up, down = (bars.high, bars.low) if order.way > 0 else (bars.low, bars.high)
        columns = ((order.way * column).tolist() for column in (bars.open, up, down, bars.close))
        prices = (order.way * price for price in (order.entry, order.stop, order.invalidation, order.target))
        return cls(*columns, *prices)

    def exit_of(self, bar: int, *, is_fill: bool) -> tuple[Result, float] | None:
        """Return how a bar ends the position and at which price, None where it does not."""
        if self.low[bar] <= self.stop:
            return "stop", min(self.stop, self.open[bar])
        is_after_fill = not is_fill or self.open[bar] <= self.entry
        return ("target", self.target) if is_after_fill and self.high[bar] >= self.target else None


def follow(candles: Candles, order: Order, patience: Patience, costs: Costs, instrument: Instrument) -> Fate:
    """Follow an order to its end; bars up to and including the deciding one are never read.

    Args:
        candles: bars, shape (n,).
        order: stop, invalidation, entry and target stand in that order along its way.
        patience: how long it rests, and is held.
        costs: of a trade.
        instrument: tick and contract size.
    """
    first = order.placed + 1
    bars = candles[first : first + patience.valid_bars + patience.hold_bars]
    long = _Long.of(order, bars)
    for bar in range(min(patience.valid_bars, len(bars))):
        if long.open[bar] <= max(long.invalidation, long.stop):
            return Fate("not_filled", first + bar, INVALIDATED)
        if long.low[bar] <= long.entry:
            return _held(long, bar, first, order, patience, costs, instrument)
    if len(bars) < patience.valid_bars:
        return Fate("not_filled", len(candles) - 1, CANDLES_END)
    return Fate("not_filled", order.placed + patience.valid_bars, EXPIRED)


def _held(
    long: _Long, filled: int, first: int, order: Order, patience: Patience, costs: Costs, instrument: Instrument
) -> Fate:
    """Follow a position from the bar that filled it."""
    furthest_for = furthest_against = 0.0
    end = min(filled + patience.hold_bars, len(long.open)) - 1
    result: Result = "time" if end == filled + patience.hold_bars - 1 else "open"
    price = long.close[end]
    for bar in range(filled, end + 1):
        closed = long.exit_of(bar, is_fill=bar == filled)
        if closed is not None:
            (result, price), end = closed, bar
            break
        furthest_against = max(furthest_against, long.entry - long.low[bar])
        if bar > filled or long.open[bar] <= long.entry:
            furthest_for = max(furthest_for, long.high[bar] - long.entry)
    against = long.entry - (price if result == "stop" else long.low[end])
    risk = order.risk
    return Fate(
        result,
        first + end,
        None,
        first + filled,
        (price - long.entry) / risk - costs.in_r(risk, instrument, is_stop=result == "stop"),
        max(furthest_against, against) / risk,
        max(furthest_for, price - long.entry) / risk,
    )
