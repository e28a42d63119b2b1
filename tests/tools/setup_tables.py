"""The facts that setups are made of: found on candles, or made up row by row."""

from dataclasses import fields
from typing import Any, Final, TypeVar

import numpy as np

from tools.candles import Candles
from tools.displacement import detect_displacements
from tools.facts import NONE, Facts
from tools.imbalances import FairValueGaps, detect_fair_value_gaps
from tools.judas import JudasSwings, detect_judas_swings
from tools.liquidity import LiquidityPools, detect_liquidity_pools
from tools.structure import StructureBreaks, detect_structure_breaks
from tools.structure_blocks import Breakers, detect_structure_blocks
from tools.structure_shift import MarketStructureShifts, detect_market_structure_shifts
from tools.swings import Swings, detect_swings
from tools.trading_day import TradingDay

Kind = TypeVar("Kind", bound=Facts)
TYPES: Final = {"direction": np.int8, "side": np.int8, "displaced": np.bool_} | dict.fromkeys(
    ("top", "bottom", "price"), np.float64
)


def facts_of(
    chart: Candles,
    trading_day: TradingDay = TradingDay.NEW_YORK_17,
    kill_zones: str = "forex",
    *,
    displacement_k: float = 1.5,
    external_bars: int = 5,
    reclaim_bars: int = 1,
    need_sweep: bool = True,
    need_gap: bool = True,
) -> dict[str, Any]:
    """Find the facts that setups are made of."""
    internal = detect_swings(chart)
    external = detect_swings(chart, left=external_bars, right=external_bars, scope="external")
    breaks = detect_structure_breaks(chart, internal)
    gaps = detect_fair_value_gaps(chart, displacement_k=displacement_k)
    pools = detect_liquidity_pools(
        chart,
        internal=internal,
        external=external,
        trading_day=trading_day,
        kill_zones=kill_zones,
        reclaim_bars=reclaim_bars,
    )
    displacements = detect_displacements(chart, k=displacement_k)
    shifts = detect_market_structure_shifts(
        chart, breaks, pools, gaps, displacements, need_sweep=need_sweep, need_gap=need_gap
    )
    breakers, _ = detect_structure_blocks(chart, internal, breaks)
    return {
        "shifts": shifts,
        "pools": pools,
        "gaps": gaps,
        "external_swings": external,
        "external_breaks": detect_structure_breaks(chart, external),
        "breakers": breakers,
        "judas": detect_judas_swings(chart, shifts, pools),
    }


def table(kind: type[Kind], **columns: list[Any]) -> Kind:
    """Make facts of some columns only; the others hold `NONE`, which no test here reads as anything else."""
    rows = len(next(iter(columns.values()))) if columns else 0
    values: dict[str, Any] = {column.name: np.full(rows, NONE, dtype=np.int64) for column in fields(kind)}
    values |= {name: np.array(given, dtype=TYPES.get(name, np.int64)) for name, given in columns.items()}
    return kind(**values)


def gap(confirmed: int, top: float, bottom: float, **more: Any) -> FairValueGaps:
    """Make one bullish gap left by displacement."""
    known = {"formed_index": confirmed - 1, "confirmed_index": confirmed, "top": top, "bottom": bottom}
    columns = {"direction": 1, "displaced": True, **known, **more}
    return table(FairValueGaps, **{name: [value] for name, value in columns.items()})


def sell_side(taken: int, swept: int, side: int = -1) -> LiquidityPools:
    """Make one pool that was taken, and swept."""
    return table(LiquidityPools, side=[side], taken_index=[taken], swept_index=[swept])


def no_facts() -> dict[str, Any]:
    """Return a chart's facts where there are none."""
    kinds = {
        "shifts": MarketStructureShifts,
        "pools": LiquidityPools,
        "gaps": FairValueGaps,
        "external_swings": Swings,
        "external_breaks": StructureBreaks,
        "breakers": Breakers,
        "judas": JudasSwings,
    }
    return {name: table(kind) for name, kind in kinds.items()}
