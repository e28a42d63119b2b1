"""Position sizing: worked examples, and the law that risk is never exceeded nor left by a whole step."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tools.errors import InvalidParameter
from tools.instruments import Instrument, instrument, known_instruments
from tools.position_sizing import PositionSize, size_position


def sized(symbol: str, balance: float, risk_pct: float, entry: float, stop: float, **options: object) -> PositionSize:
    return size_position(
        account_balance=balance, risk_pct=risk_pct, entry=entry, stop=stop, instrument=instrument(symbol),
        **options,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("symbol", "balance", "risk_pct", "entry", "stop", "contracts", "risk_money", "value"),
    [
        ("EURUSD", 10_000, 1, 1.1000, 1.0980, 0.5, 100, 100_000),  # 20 pips at 10 a pip: 200 a lot
        ("EURUSD", 10_000, 1, 1.0980, 1.1000, 0.5, 100, 100_000),  # short: the same
        ("EURUSD", 10_000, 1, 1.1000, 1.0979, 0.47, 100, 100_000),  # 0.476 is rounded down
        ("EURUSD", 10_000, 1, 1.1000, 1.0979999999999999, 0.5, 100, 100_000),  # noise below the 15th digit
        ("NQ", 50_000, 1, 17_000, 16_990, 2, 500, 20),  # 200 a contract
        ("NQ", 10_000, 1, 17_000, 16_990, 0, 100, 20),  # zero is an answer
        ("MNQ", 10_000, 1, 17_000, 16_990, 5, 100, 2),
        ("ES", 100_000, 0.5, 4_700, 4_695, 2, 500, 50),
        ("XAUUSD", 10_000, 2, 2_000, 1_995, 0.4, 200, 100),
        ("BTCUSD", 10_000, 1, 40_000, 39_700, 0.33333, 100, 1),
        ("BTCUSDT", 10_000, 1, 40_000, 39_500, 0.2, 100, 1),  # USDT counts as USD
        ("USDJPY", 10_000, 1, 150.0, 149.7, 0.5, 100, 100_000 / 150),  # the account counts in the base
    ],
)
def test_worked_examples(
    symbol: str, balance: float, risk_pct: float, entry: float, stop: float, contracts: float,
    risk_money: float, value: float,
) -> None:  # fmt: skip
    size = sized(symbol, balance, risk_pct, entry, stop)

    assert size.contracts == contracts
    assert size.units == pytest.approx(contracts * instrument(symbol).contract_size)
    assert size.risk_money == risk_money
    assert size.value_per_point == pytest.approx(value)
    assert (size.reason is None) == (contracts > 0)


def test_zero_says_what_one_step_would_cost() -> None:
    assert sized("NQ", 10_000, 1, 17_000, 16_990).reason == (
        "the smallest position, 1, would lose 200.00 USD at the stop; 100.00 may be risked"
    )


def test_a_cross_needs_a_rate_to_the_account() -> None:
    size = sized("EURGBP", 10_000, 1, 0.8500, 0.8480)

    assert (size.units, size.contracts, size.value_per_point) == (None, None, None)
    assert size.reason == "EURGBP is quoted in GBP and the account counts in USD: give quote_to_account_rate"
    assert (size.risk_money, size.stop_distance) == (100, 0.002)
    with_rate = sized("EURGBP", 10_000, 1, 0.8500, 0.8480, quote_to_account_rate=1.25)
    assert (with_rate.contracts, with_rate.value_per_point) == (0.4, 125_000)


def test_the_account_currency_decides_which_value_counts() -> None:
    assert sized("EURUSD", 10_000, 1, 1.25, 1.24, account_currency="eur").value_per_point == 80_000
    assert sized("EURGBP", 10_000, 1, 0.8, 0.79, account_currency="GBP").value_per_point == 100_000
    assert sized("ES", 10_000, 1, 5000, 4990, account_currency="EUR").contracts is None
    assert sized("ES", 10_000, 1, 5000, 4999, account_currency="EUR", quote_to_account_rate=0.8).contracts == 2


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("account_balance", {"balance": -1.0}), ("account_balance", {"balance": float("nan")}),
        ("risk_pct", {"risk_pct": -0.1}), ("risk_pct", {"risk_pct": 100.1}),
        ("risk_pct", {"risk_pct": float("inf")}),
        ("entry", {"entry": 0.0}), ("stop", {"stop": -1.0}), ("stop", {"stop": 1.1}),
        ("quote_to_account_rate", {"quote_to_account_rate": 0.0}),
    ],
)  # fmt: skip
def test_arguments_out_of_range_are_refused(field: str, change: dict[str, float]) -> None:
    arguments: dict[str, float] = {"balance": 10_000.0, "risk_pct": 1.0, "entry": 1.1, "stop": 1.09} | change

    with pytest.raises(InvalidParameter) as caught:
        sized("EURUSD", **arguments)
    assert caught.value.field == field


instruments = st.sampled_from(known_instruments())
balances = st.decimals(0, 10_000_000, places=2).map(float)
risks = st.decimals(0, 100, places=2).map(float)


@st.composite
def prices(draw: st.DrawFn, one: Instrument) -> tuple[float, float]:
    tick = Decimal(str(one.tick_size))
    entry = draw(st.integers(100, 2_000_000))
    stop = draw(st.integers(1, 2_000_000))
    assume(entry != stop)
    return float(entry * tick), float(stop * tick)


def exact(number: float) -> Fraction:
    return Fraction(Decimal(repr(number)))


@given(st.data(), instruments, balances, risks)
def test_risk_is_never_exceeded_and_one_more_step_would(
    data: st.DataObject, one: Instrument, balance: float, risk_pct: float
) -> None:
    entry, stop = data.draw(prices(one))
    size = size_position(
        account_balance=balance, risk_pct=risk_pct, entry=entry, stop=stop, instrument=one,
        account_currency=one.quote_currency,
    )  # fmt: skip
    assert size.contracts is not None
    step, contracts = exact(one.size_step), exact(size.contracts)
    risk = exact(balance) * exact(risk_pct) / 100
    loss_of_one = abs(exact(entry) - exact(stop)) * exact(one.contract_size)

    assert contracts % step == 0
    assert contracts * loss_of_one <= risk
    assert (contracts + step) * loss_of_one > risk


@given(st.data(), instruments, balances, risks, risks)
def test_more_risk_never_buys_less_and_a_wider_stop_never_more(
    data: st.DataObject, one: Instrument, balance: float, risk_pct: float, other_pct: float
) -> None:
    entry, stop = data.draw(prices(one))
    wider = entry + 2 * (entry - stop) if stop > entry else entry + 2 * abs(entry - stop)
    assume(wider > 0)

    def contracts(pct: float, stop_price: float) -> float:
        found = size_position(
            account_balance=balance, risk_pct=pct, entry=entry, stop=stop_price, instrument=one,
            account_currency=one.quote_currency,
        ).contracts  # fmt: skip
        assert found is not None
        return found

    low, high = sorted((risk_pct, other_pct))
    assert contracts(low, stop) <= contracts(high, stop)
    assert contracts(high, wider) <= contracts(high, stop)
