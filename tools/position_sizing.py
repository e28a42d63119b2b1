"""Position sizing: how many contracts keep the loss at the stop within the money one is ready to risk."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tools.errors import InvalidParameter
from tools.instruments import Instrument, at_par


@dataclass(frozen=True, slots=True)
class PositionSize:
    """A size and what it rests on.

    Attributes:
        units: contracts times contract size, in units of the base; None where the size cannot be known.
        contracts: contracts or lots, a whole multiple of the instrument's step, 0 where not one step is
            affordable; None where the size cannot be known.
        risk_money: the most that may be lost at the stop, in the account currency.
        stop_distance: distance of entry and stop, in price.
        value_per_point: what a move of 1.0 in price is worth per contract, in the account currency; None if
            unknown.
        reason: why the size is None or zero; None otherwise.
    """

    units: float | None
    contracts: float | None
    risk_money: float
    stop_distance: float
    value_per_point: float | None
    reason: str | None


def size_position(
    *,
    account_balance: float,
    risk_pct: float,
    entry: float,
    stop: float,
    instrument: Instrument,
    account_currency: str = "USD",
    quote_to_account_rate: float | None = None,
) -> PositionSize:
    """Divide the risk money by the loss of one contract at the stop, rounded down to the instrument's step.

    Definition: risk money = balance · risk % ; contracts = risk money ÷ (stop distance · value of one price
    unit per contract). That value is the contract size where the account counts in the quote currency,
    contract size ÷ entry where it counts in the base, and contract size · `quote_to_account_rate` otherwise.
    The arithmetic is exact over the 15 significant digits of each argument, so a size never slips a step
    through floating-point noise.

    Args:
        account_balance: in the account currency, at least 0.
        risk_pct: percent of the balance, 0 to 100.
        entry: entry price, above 0.
        stop: stop price, above 0 and not the entry; its side does not matter.
        instrument: whose contract is sized.
        account_currency: ISO code or coin; USDT and USDC count as USD.
        quote_to_account_rate: account currency per unit of the quote currency; needed where neither side of
            the instrument is the account currency, and not used otherwise.

    Returns:
        The size; with None for it, and the reason, where a rate is needed and missing.

    Raises:
        InvalidParameter: an argument is not finite or outside its range, or entry and stop are the same
            price.
    """
    _check(account_balance, risk_pct, entry, stop, quote_to_account_rate)
    risk_money = _exact(account_balance) * _exact(risk_pct) / 100
    distance = abs(_exact(entry) - _exact(stop))
    if not distance:
        raise InvalidParameter(
            "entry and stop are the same price",
            field="stop",
            expected="a price other than the entry",
            got=repr(stop),
        )
    value = _value_per_point(instrument, _exact(entry), account_currency, quote_to_account_rate)
    if value is None:
        reason = (
            f"{instrument.symbol} is quoted in {instrument.quote_currency} and the account counts in "
            f"{account_currency}: give quote_to_account_rate"
        )
        return PositionSize(None, None, float(risk_money), float(distance), None, reason)
    step = _exact(instrument.size_step)
    steps = math.floor(risk_money / (distance * value * step))
    contracts = steps * step
    reason_for_zero = (
        f"the smallest position, {instrument.size_step:g}, would lose {float(distance * value * step):.2f} "
        f"{account_currency} at the stop; {float(risk_money):.2f} may be risked"
    )
    return PositionSize(
        units=float(contracts * _exact(instrument.contract_size)),
        contracts=float(contracts),
        risk_money=float(risk_money),
        stop_distance=float(distance),
        value_per_point=float(value),
        reason=None if steps else reason_for_zero,
    )


def _value_per_point(
    instrument: Instrument, entry: Fraction, account_currency: str, rate: float | None
) -> Fraction | None:
    size = _exact(instrument.contract_size)
    account = at_par(account_currency)
    if at_par(instrument.quote_currency) == account:
        return size
    if instrument.base_currency is not None and at_par(instrument.base_currency) == account:
        return size / entry
    return None if rate is None else size * _exact(rate)


def _exact(number: float) -> Fraction:
    """Return the number as written: 15 significant digits are all a float holds faithfully."""
    return Fraction(Decimal(f"{number:.15g}"))


def _check(balance: float, risk_pct: float, entry: float, stop: float, rate: float | None) -> None:
    _check_range("account_balance", balance, at_least=0.0)
    _check_range("risk_pct", risk_pct, at_least=0.0, at_most=100.0)
    _check_range("entry", entry, above=0.0)
    _check_range("stop", stop, above=0.0)
    if rate is not None:
        _check_range("quote_to_account_rate", rate, above=0.0)


def _check_range(
    field: str,
    value: float,
    *,
    at_least: float = -math.inf,
    above: float = -math.inf,
    at_most: float = math.inf,
) -> None:
    if not math.isfinite(value) or value < at_least or value <= above or value > at_most:
        low = f"above {above:g}" if above > -math.inf else f"at least {at_least:g}"
        high = f" and at most {at_most:g}" if at_most < math.inf else ""
        raise InvalidParameter(
            f"{field} is {value!r}; it must be finite, {low}{high}",
            field=field, expected=f"a finite number {low}{high}", got=repr(value),
        )  # fmt: skip
