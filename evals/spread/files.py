"""Windows of real candle files, evenly over each file's length."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from tools.candles import Candles
from tools.timeframes import Timeframe

KNOWN: Final = (
    ("eurusd_15m_smc.csv.gz", Timeframe.M15, "EURUSD"),
    ("eurusd_1h_lean_2007_2018.csv.gz", Timeframe.H1, "EURUSD"),
    ("es_1m_lean_2013w41.csv.gz", Timeframe.M1, "ES"),
    ("6e_fut_1m_202401.csv.gz", Timeframe.M1, "6E"),
    ("btcperp_1m_202201.csv.gz", Timeframe.M1, "BTCUSD"),
)
"""The intraday files of the shared folder: name, timeframe, symbol."""


def windows_of(folder: Path, *, bars: int, each: int) -> Iterator[tuple[str, str, Candles]]:
    """Give `each` windows of every known file as (file's name, symbol, candles of `bars` bars).

    Raises:
        FileNotFoundError: the folder lacks one of them.
    """
    for name, timeframe, symbol in KNOWN:
        with gzip.open(folder / name, "rt") as stream:
            candles = Candles.from_frame(pd.read_csv(stream), timeframe)
        for end in np.linspace(min(bars, len(candles)), len(candles), each).astype(int).tolist():
            yield name, symbol, candles[max(end - bars, 0) : end]
