"""Volume imbalances: bodies that leave a gap between them while the wicks meet."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.candles import Candles
from tools.facts import BEARISH, BULLISH
from tools.zones import Zones, zone_life


@dataclass(frozen=True, slots=True, eq=False)
class VolumeImbalances(Zones):
    """Volume imbalances, drawn and confirmed on the second of their two candles."""

    KIND: ClassVar[str] = "volume_imbalance"


def detect_volume_imbalances(candles: Candles) -> VolumeImbalances:
    """Find every pair of candles whose bodies gap while their wicks meet: up (bullish), or the mirror.

    Bodies that touch leave none; wicks that touch do meet. Bars without a body count by their one price.

    Args:
        candles: bars, shape (n,).

    Returns:
        Imbalances ordered by confirmation, each the zone between the two bodies, with its life; empty where there are
        fewer than two bars. Source: ICT volume imbalance.
    """
    body_top = np.maximum(candles.open, candles.close)
    body_bottom = np.minimum(candles.open, candles.close)
    up = (body_bottom[1:] > body_top[:-1]) & (candles.low[1:] <= candles.high[:-1])
    down = (body_top[1:] < body_bottom[:-1]) & (candles.high[1:] >= candles.low[:-1])
    before = np.flatnonzero(up | down)
    confirmed = before + 1
    rises = up[before]
    direction = np.where(rises, BULLISH, BEARISH).astype(np.int8)
    top = np.where(rises, body_bottom[confirmed], body_bottom[before])
    bottom = np.where(rises, body_top[before], body_top[confirmed])
    middle = (top + bottom) / 2
    life = zone_life(candles, direction, top, bottom, middle, confirmed)
    return VolumeImbalances(confirmed, confirmed, direction, top, bottom, middle, *life)
