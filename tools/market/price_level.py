"""The simulated market's coarse path: where the price stands at the turn of any week, computed at once.

Fractal value noise: normal numbers on lattices of 1, 2, 4, and more weeks, drawn from hashes of key, lattice
and node and joined by straight lines, with amplitudes that make weekly steps as large as the instrument's
volatility. No path is walked, so a week far away costs as much as the next; and the level never leaves its
neighbourhood for good.
"""

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tools.instruments import Instrument

# What one unit is worth in United States dollars, so that every cross fits its majors.
_DOLLARS: Final = {
    "EUR": 1.09, "GBP": 1.27, "AUD": 0.66, "NZD": 0.61, "USD": 1.0, "CAD": 0.735, "CHF": 1.13, "JPY": 0.0067,
    "XAU": 2_300.0, "XAG": 28.0, "BTC": 62_000.0, "ETH": 3_100.0, "USDT": 1.0,
}  # fmt: skip
_FUTURES_LEVELS: Final = {
    "ES": 5_200.0, "MES": 5_200.0, "NQ": 18_200.0, "MNQ": 18_200.0, "YM": 39_000.0, "MYM": 39_000.0,
    "RTY": 2_050.0, "M2K": 2_050.0, "CL": 78.0, "MCL": 78.0, "GC": 2_300.0, "MGC": 2_300.0, "SI": 28.0,
    "6E": 1.09, "6B": 1.27,
}  # fmt: skip
_YEARLY_VOLATILITY: Final = {
    "forex": 0.075, "fx_future": 0.075, "metal": 0.15, "metal_future": 0.15, "index_future": 0.17,
    "energy_future": 0.33, "crypto": 0.6, "equity": 0.25,
}  # fmt: skip
_LATTICES: Final = 8
_WEEKS_IN_YEAR: Final = 52
_WEEKEND_GAP: Final = 0.12


@dataclass(frozen=True, slots=True)
class PriceLevel:
    """The coarse path of one instrument under one seed; logarithms of prices, weeks counted from any origin.

    Attributes:
        key: 64 bits made of seed and symbol; everything random about the market hangs on it.
        center: logarithm of the price around which the market moves.
        weekly_volatility: standard deviation of a week's logarithmic step.
        has_weekend: whether the market opens its week with a gap.
    """

    key: int
    center: float
    weekly_volatility: float
    has_weekend: bool

    @classmethod
    def of(cls, seed: int, instrument: Instrument) -> "PriceLevel":
        """Make the path of an instrument of the table."""
        digest = hashlib.sha256(f"{seed}:{instrument.symbol}".encode()).digest()
        volatility = _YEARLY_VOLATILITY[instrument.asset_class] / math.sqrt(_WEEKS_IN_YEAR)
        is_crypto = instrument.asset_class == "crypto"
        return cls(int.from_bytes(digest[:8]), math.log(_level(instrument)), volatility, not is_crypto)

    def close(self, week: int) -> float:
        """Return the logarithm of the price with which `week` ends."""
        return self.center + self.weekly_volatility * sum(
            0.5 * math.sqrt(2**lattice) * _on_lattice(self.key, lattice, week + 1) for lattice in range(_LATTICES)
        )

    def open(self, week: int) -> float:
        """Return the logarithm of the price with which `week` begins, the weekend's gap included."""
        gap = _WEEKEND_GAP * self.weekly_volatility * _normal(self.key, _LATTICES, week) if self.has_weekend else 0.0
        return self.close(week - 1) + gap


def _level(instrument: Instrument) -> float:
    if instrument.symbol in _FUTURES_LEVELS:
        return _FUTURES_LEVELS[instrument.symbol]
    return _DOLLARS[instrument.base_currency or "USD"] / _DOLLARS[instrument.quote_currency]


def _on_lattice(key: int, lattice: int, week: int) -> float:
    node, rest = divmod(week, 1 << lattice)
    share = rest / (1 << lattice)
    return (1 - share) * _normal(key, lattice, node) + share * _normal(key, lattice, node + 1)


@lru_cache(maxsize=65_536)
def _normal(key: int, lattice: int, node: int) -> float:
    """Return a standard normal number that depends on nothing but the arguments (Box and Muller's method)."""
    digest = hashlib.blake2b(f"{key}:{lattice}:{node}".encode(), digest_size=16).digest()
    first = (int.from_bytes(digest[:8]) + 1) / (2**64 + 1)
    second = int.from_bytes(digest[8:]) / 2**64
    return math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second)
