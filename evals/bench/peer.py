"""The library people use today for the same facts, ``smartmoneyconcepts``, called as its documentation shows."""

import importlib
import os
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from tools.candles import Candles

SWING_LENGTH: Final = 5
NAME: Final = "smartmoneyconcepts"

PeerCall = Callable[[Any, pd.DataFrame, Any], Any]
FUNCTIONS: Final[MappingProxyType[str, PeerCall]] = MappingProxyType({
    "fvg": lambda smc, frame, _: smc.fvg(frame),
    "swing_highs_lows": lambda smc, frame, _: smc.swing_highs_lows(frame, swing_length=SWING_LENGTH),
    "bos_choch": lambda smc, frame, swings: smc.bos_choch(frame, swings),
    "ob": lambda smc, frame, swings: smc.ob(frame, swings),
    "liquidity": lambda smc, frame, swings: smc.liquidity(frame, swings),
    "previous_high_low": lambda smc, frame, _: smc.previous_high_low(frame, time_frame="1D"),
    "sessions": lambda smc, frame, _: smc.sessions(frame, session="London"),
    "retracements": lambda smc, frame, swings: smc.retracements(frame, swings),
})  # fmt: skip
"""Each function once, in the order of its documentation; what takes swings is given those of `SWING_LENGTH` bars."""

# What a row of each answer claims when it appears; the columns left out tell what became of it later.
CLAIMS: Final = MappingProxyType({
    "fvg": ("FVG", "Top", "Bottom"),
    "swing_highs_lows": ("HighLow", "Level"),
    "bos_choch": ("BOS", "CHOCH", "Level"),
    "ob": ("OB", "Top", "Bottom"),
    "liquidity": ("Liquidity", "Level"),
    "previous_high_low": ("PreviousHigh", "PreviousLow"),
    "sessions": ("Active", "High", "Low"),
    "retracements": ("Direction", "CurrentRetracement%"),
})  # fmt: skip


class Peer:
    """The installed library.

    Raises:
        SystemExit: it is not installed; ``make bench`` installs it.
    """

    def __init__(self) -> None:
        """Import it, without the greeting it prints."""
        os.environ["SMC_CREDIT"] = "0"
        try:
            self._smc = importlib.import_module(NAME).smc
        except ModuleNotFoundError as missing:
            raise SystemExit(f"{NAME} is not installed; run: make bench") from missing

    def call(self, name: str, frame: pd.DataFrame, swings: Any) -> Any:
        """Return what one function answers."""
        return FUNCTIONS[name](self._smc, frame, swings)

    def swings(self, frame: pd.DataFrame, length: int = SWING_LENGTH) -> Any:
        """Return its swings of so many bars either way, which several functions take."""
        return self._smc.swing_highs_lows(frame, swing_length=length)

    def call_all(self, frame: pd.DataFrame) -> None:
        """Call every function once."""
        swings = self.swings(frame)
        for name in FUNCTIONS:
            if name != "swing_highs_lows":
                self.call(name, frame, swings)


def frame_of(candles: Candles) -> pd.DataFrame:
    """Return candles in the form the library wants."""
    index = pd.DatetimeIndex(pd.to_datetime(candles.time, unit="s"))
    columns = {name: getattr(candles, name).copy() for name in ("open", "high", "low", "close", "volume")}
    return pd.DataFrame(columns, index=index)
