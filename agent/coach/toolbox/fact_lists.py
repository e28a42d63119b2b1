"""What the toolbox says of each list of facts: its tables, its columns, what ends a fact, what may be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from agent.coach.toolbox.arguments import (
    BreakArguments,
    DivergenceArguments,
    FactArguments,
    LivingArguments,
    OpeningGapArguments,
    OrderBlockArguments,
    PoolArguments,
    PricedArguments,
    SetupArguments,
    SweepArguments,
    SwingArguments,
)
from tools.chart import Chart
from tools.facts import Facts

_ZONE: Final = ("id", "direction", "top", "bottom", "middle")
_LIFE: Final = ("confirmed_at", "state")
_GAP_LIFE: Final = (*_LIFE, "touched_at", "ce_at", "filled_at", "inverted_at")
_GAP_ENDS: Final = ("filled_index", "inverted_index")
_BLOCK: Final = (*_ZONE, "range_top", "range_bottom")
_DEAD: Final = ("dead_index",)
_LEVEL: Final = ("id", "direction", "price")
_POOL: Final = (*_LEVEL, "kind", "session")
_SETUP_PRICES: Final = ("entry", "stop", "invalidation", "targets")


@dataclass(frozen=True, slots=True)
class FactList:
    """One list of a chart's document.

    Attributes:
        name: its key in the document and in `tools.definitions.DEFINITIONS`.
        plural: what its facts are called.
        tables: the chart's tables it is made of, in the document's order.
        columns: what an answer shows of each fact, keys of the document's rows; ``state`` is made here.
        arguments: what may be asked.
        ends: steps of a fact's life; the first of them ends it. Empty for facts that do not end.
        note: what a model must know beyond the definition; may be empty.
    """

    name: str
    plural: str
    tables: Callable[[Chart], tuple[Facts, ...]]
    columns: tuple[str, ...]
    arguments: type[FactArguments]
    ends: tuple[str, ...] = ()
    note: str = ""


FACT_LISTS: Final = (
    FactList(
        "swings",
        "swings",
        lambda chart: (chart.internal_swings, chart.external_swings),
        ("id", "direction", "scope", "degree", "price", "confirmed_at", "intermediate_at", "long_at"),
        SwingArguments,
        note="Bullish are highs, bearish lows.",
    ),
    FactList(
        "structure_breaks",
        "structure breaks (BOS, CHoCH) and market structure shifts (MSS)",
        lambda chart: (chart.internal_breaks, chart.external_breaks, chart.market_structure_shifts),
        ("id", "direction", "type", "scope", "price", "swing_at", "origin_at", "pool_price", "confirmed_at"),
        BreakArguments,
        note="price: the broken swing; origin_at: where the leg began; an MSS is internal.",
    ),
    FactList(
        "displacements",
        "displacement candles",
        lambda chart: (chart.displacements,),
        ("id", "direction", "body_atr", "confirmed_at"),
        FactArguments,
    ),
    FactList(
        "fair_value_gaps",
        "fair value gaps (FVG)",
        lambda chart: (chart.fair_value_gaps,),
        (*_ZONE, "displaced", *_GAP_LIFE),
        LivingArguments,
        _GAP_ENDS,
    ),
    FactList(
        "inverse_gaps",
        "inverse fair value gaps (IFVG)",
        lambda chart: (chart.inverse_gaps,),
        (*_ZONE, *_LIFE, "touched_at", "ce_at", "dead_at"),
        LivingArguments,
        _DEAD,
    ),
    FactList(
        "balanced_ranges",
        "balanced price ranges (BPR)",
        lambda chart: (chart.balanced_ranges,),
        (*_ZONE, *_GAP_LIFE),
        LivingArguments,
        _GAP_ENDS,
    ),
    FactList(
        "volume_imbalances",
        "volume imbalances",
        lambda chart: (chart.volume_imbalances,),
        (*_ZONE, *_GAP_LIFE),
        LivingArguments,
        _GAP_ENDS,
    ),
    FactList(
        "opening_gaps",
        "new day and new week opening gaps",
        lambda chart: (chart.opening_gaps,),
        ("id", "kind", *_ZONE[1:], *_GAP_LIFE, "dropped_at"),
        OpeningGapArguments,
        (*_GAP_ENDS, "dropped_index"),
        note="Dropped: no longer one of the last few. Crypto has none.",
    ),
    FactList(
        "order_blocks",
        "order blocks (OB)",
        lambda chart: (chart.order_blocks, chart.external_order_blocks),
        ("id", "scope", *_BLOCK[1:], *_LIFE, "touched_at", "mitigated_at", "broken_at"),
        OrderBlockArguments,
        ("broken_index",),
        note="middle: mean threshold.",
    ),
    FactList(
        "breakers",
        "breaker blocks",
        lambda chart: (chart.breakers,),
        (*_BLOCK, *_LIFE, "touched_at", "dead_at"),
        LivingArguments,
        _DEAD,
    ),
    FactList(
        "mitigation_blocks",
        "mitigation blocks",
        lambda chart: (chart.mitigation_blocks,),
        (*_BLOCK, *_LIFE, "touched_at", "dead_at"),
        LivingArguments,
        _DEAD,
    ),
    FactList(
        "rejection_blocks",
        "rejection blocks",
        lambda chart: (chart.rejection_blocks,),
        (*_ZONE, "pool_price", *_LIFE, "touched_at", "dead_at"),
        LivingArguments,
        _DEAD,
    ),
    FactList(
        "liquidity_pools",
        "liquidity pools",
        lambda chart: (chart.liquidity_pools,),
        (*_POOL, "complete", *_LIFE, "outcome", "taken_at", "swept_at", "run_at", "superseded_at"),
        PoolArguments,
        ("taken_index", "superseded_index"),
        note="Bullish is buy-side (above highs), bearish sell-side. outcome of a taken one: sweep or run.",
    ),
    FactList(
        "sweeps",
        "liquidity sweeps",
        lambda chart: (chart.sweeps,),
        (*_POOL, "formed_at", "confirmed_at"),
        SweepArguments,
        note="Bullish swept sell-side. formed_at took the pool, confirmed_at closed back.",
    ),
    FactList(
        "cisd",
        "changes in the state of delivery (CISD)",
        lambda chart: (chart.cisd,),
        (*_LEVEL, "first_at", "extreme_at", "confirmed_at"),
        PricedArguments,
        note="price: the open that was closed through.",
    ),
    FactList(
        "smt",
        "SMT divergences from a companion market",
        lambda chart: (chart.smt,),
        (*_LEVEL, "first_price", "companion_price", "companion_first_price", "led_by", "confirmed_at"),
        DivergenceArguments,
        note="led_by: who made the new extreme.",
    ),
    FactList(
        "judas_swings",
        "Judas swings",
        lambda chart: (chart.judas_swings,),
        ("id", "direction", "opening", "open_price", "price", "pool_price", "confirmed_at"),
        PricedArguments,
        note="direction: of the reversal. price: the false move's extreme. Bars up to 1h only.",
    ),
    FactList(
        "setups",
        "trade setups",
        lambda chart: (chart.setups,),
        ("id", "direction", "model", "rule", *_SETUP_PRICES, *_LIFE, "entered_at", "stopped_at"),
        SetupArguments,
        ("entered_index", "stopped_index"),
        note="alive is fresh. targets: opposing pools as they stood at confirmation. Not a decision to trade.",
    ),
)
"""By the document's order."""
