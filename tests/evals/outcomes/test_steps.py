"""Where decisions are taken, by which variants, on which candles."""

from pathlib import Path

import numpy as np
import pytest

from evals.outcomes.deciding import Variant
from evals.outcomes.sources import candles_of, origin_of
from evals.outcomes.steps import cut, steps_of
from evals.outcomes.variants import variants_of
from evals.spread.random_walks import random_walk
from tests.evals.outcomes.drawn import FIRST
from tools.candles import Candles
from tools.errors import InvalidParameter, RulebookError, TooFewCandles
from tools.instruments import instrument
from tools.timeframes import Timeframe

EURUSD = instrument("EURUSD")
WALK = random_walk(1, bars=120)


def minutes(count: int) -> Candles:
    ones = np.ones(count)
    columns = {"time": FIRST + 60 * np.arange(count), "open": ones, "high": ones, "low": ones, "close": ones}
    return Candles.from_columns(columns, Timeframe.M1)


def test_every_bar_of_which_the_window_is_full_and_another_follows() -> None:
    assert steps_of(WALK, EURUSD, every=None, bars=100).indices == tuple(range(99, 119))
    assert steps_of(WALK, EURUSD, every="7", bars=100).indices == (99, 106, 113)


def test_minutes_are_decided_on_every_quarter_of_an_hour() -> None:
    found = steps_of(minutes(100), EURUSD, every=None, bars=30)
    assert found.indices == (44 - 15, 44, 59, 74, 89)
    assert all(int(minutes(100).end[at]) % 900 == 0 for at in found.indices)


def test_a_timeframe_decides_at_its_closes_and_a_moment_begins() -> None:
    hourly = steps_of(WALK, EURUSD, every="1h", bars=30)
    assert all(int(WALK.end[at]) % 3600 == 0 for at in hourly.indices)
    since = int(WALK.end[80])
    assert steps_of(WALK, EURUSD, every="1", bars=30, since=since).indices == tuple(range(80, 119))


def test_nothing_after_the_end_is_read() -> None:
    until = int(WALK.end[80])
    assert cut(WALK, EURUSD, until) == WALK[:81]
    assert cut(WALK, EURUSD, until - 1) == WALK[:80]
    assert cut(WALK, EURUSD, None) is WALK


@pytest.mark.parametrize(
    ("every", "bars", "error"),
    [
        ("0", 100, InvalidParameter),
        ("5m", 100, InvalidParameter),
        (None, 29, InvalidParameter),
        (None, 120, TooFewCandles),
    ],
)
def test_steps_that_cannot_be(every: str | None, bars: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        steps_of(WALK, EURUSD, every=every, bars=bars)


def test_variants_are_every_combination() -> None:
    found = variants_of(["strict", "relaxed"], ["7.2.minimum=2,2.5", "6.7.offered=true"])
    assert [one.name for one in found] == [
        f"{profile} 7.2.minimum={least} 6.7.offered=True" for profile in ("strict", "relaxed") for least in ("2", "2.5")
    ]
    assert found[1].tuning == {"7.2": {"minimum": 2.5}, "6.7": {"offered": True}}
    assert len({one.rulebook().hash for one in found}) == 4
    assert variants_of(["strict"], []) == (Variant("strict", {}),)


@pytest.mark.parametrize("said", ["7.2.minimum", "minimum=2", "7.2.minimum=", "=2", "7.2.minimum=[1"])
def test_a_grid_that_sets_nothing_is_refused(said: str) -> None:
    with pytest.raises(InvalidParameter, match="is no assignment"):
        variants_of(["strict"], [said])
    with pytest.raises(InvalidParameter, match="twice"):
        variants_of(["strict"], ["7.2.minimum=2", "7.2.minimum=3"])


def test_a_parameter_no_rule_has_is_refused() -> None:
    with pytest.raises(RulebookError, match="no parameter 'least'"):
        variants_of(["strict"], ["7.2.least=2"])[0].rulebook()


def test_a_files_market_is_in_its_name_or_said(tmp_path: Path) -> None:
    rows = ["time,open,high,low,close", *(f"{FIRST + 900 * at},1.1,1.1,1.1,1.1" for at in range(40))]
    for name in ("EURUSD_15m.csv", "prices.csv"):
        (tmp_path / name).write_text("\n".join(rows))
    given = {"timeframe": None, "since": None, "until": FIRST + 900 * 35, "bars": 30}
    candles, market = candles_of(str(tmp_path / "EURUSD_15m.csv"), None, **given)  # type: ignore[arg-type]
    assert (len(candles), market.symbol, origin_of(str(tmp_path / "EURUSD_15m.csv"))) == (
        35, "EURUSD", "file EURUSD_15m.csv",
    )  # fmt: skip
    assert candles_of(str(tmp_path / "prices.csv"), "ES", **given)[1].symbol == "ES"  # type: ignore[arg-type]
    with pytest.raises(InvalidParameter, match="does not say which market"):
        candles_of(str(tmp_path / "prices.csv"), None, **given)  # type: ignore[arg-type]
    with pytest.raises(InvalidParameter, match="there is no file"):
        candles_of(str(tmp_path / "absent.csv"), None, **given)  # type: ignore[arg-type]


def test_a_symbol_is_simulated_between_two_moments() -> None:
    since, until = FIRST, FIRST + 86_400
    candles, market = candles_of("EUR/USD", None, None, since=since, until=until, bars=50)
    assert market.symbol == "EURUSD"
    assert (int(candles.end[-1]), len(candles)) == (until, 96 + 50)
    assert origin_of("EURUSD").startswith("SIMULATED")
    other = candles_of("EURUSD", None, None, since=since, until=until, bars=50, seed=8)[0]
    assert candles_of("EURUSD", None, None, since=since, until=until, bars=50, seed=7)[0] == candles != other
    for symbol, frm in (("ES", since), (None, None), (None, until)):
        with pytest.raises(InvalidParameter):
            candles_of("EURUSD", symbol, None, since=frm, until=until, bars=50)
