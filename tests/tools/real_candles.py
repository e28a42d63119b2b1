"""Real candles, window by window, in whole ticks; where the folder is missing the tests that want them are skipped."""

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pytest

from tools.candles import Candles
from tools.timeframes import Timeframe

FOLDER: Final = Path(__file__).parents[3] / "shared" / "data"


class RealFile(NamedTuple):
    """One file of real candles and the size of its price step."""

    name: str
    timeframe: Timeframe
    symbol: str
    tick: float


FILES: Final = (
    RealFile("eurusd_15m_smc.csv.gz", Timeframe.M15, "EURUSD", 0.00001),
    RealFile("eurusd_1h_lean_2007_2018.csv.gz", Timeframe.H1, "EURUSD", 0.00001),
    RealFile("eurusd_1d_lean_2007_2018.csv.gz", Timeframe.D1, "EURUSD", 0.00001),
    RealFile("gbpusd_1d_lean_2007_2018.csv.gz", Timeframe.D1, "GBPUSD", 0.00001),
    RealFile("es_1m_lean_2013w41.csv.gz", Timeframe.M1, "ES", 0.25),
    RealFile("6e_fut_1m_202401.csv.gz", Timeframe.M1, "6E", 0.00005),
    RealFile("btcperp_1m_202201.csv.gz", Timeframe.M1, "BTCUSD", 0.01),
)


def on_every_file(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test once a real file, skipped with a reason where that file is missing."""
    cases = [
        pytest.param(
            file,
            id=file.name.removesuffix(".csv.gz"),
            marks=pytest.mark.skipif(
                not (FOLDER / file.name).exists(), reason=f"no real candles at ../shared/data/{file.name}"
            ),
        )
        for file in FILES
    ]
    marked: Callable[..., None] = pytest.mark.parametrize("file", cases)(test)
    return marked


@cache
def whole_file(file: RealFile) -> Candles:
    """Read a file with its prices as they stand."""
    with gzip.open(FOLDER / file.name, "rt") as stream:
        return Candles.from_frame(pd.read_csv(stream), file.timeframe)


@cache
def whole_file_in_ticks(file: RealFile) -> Candles:
    """Read a file with its prices in whole ticks, so that every sum, half and mirror image of them is exact."""
    prices = whole_file(file)
    names = ("open", "high", "low", "close")
    columns: dict[str, Any] = {name: np.rint(getattr(prices, name) / file.tick) for name in names}
    columns["time"] = prices.time
    return Candles.from_columns(columns, file.timeframe)


def window(candles: Candles, share: float, bars: int) -> Candles:
    """Return `bars` candles that start at that share (0 to 1) of what can be a start."""
    start = int(share * max(0, len(candles) - bars))
    return candles[start : start + bars]


def higher_timeframes(base: Timeframe) -> list[Timeframe]:
    """Return the timeframes that bars of `base` can be resampled to."""
    return [other for other in Timeframe if other.seconds > base.seconds and other.seconds % base.seconds == 0]
