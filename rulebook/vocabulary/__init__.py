"""The vocabulary: every fact a rule may read, by the node that gathers it, and every parameter a node asks for."""

from collections.abc import Mapping
from types import MappingProxyType

from rulebook.fact_spec import FactSpec
from rulebook.vocabulary import bias, entry, liquidity, risk, structure

VOCABULARY: Mapping[str, FactSpec] = MappingProxyType(
    {spec.name: spec for module in (bias, liquidity, structure, entry, risk) for spec in module.FACTS}
)
"""Every fact a rule may read, by name, in walk order of their nodes."""

NODE_PARAMETERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1.1": (
            *("when_unclear", "weight_trend_highest", "weight_trend_middle", "weight_trend_lowest"),
            *("weight_dealing_range", "weight_draw"),
        ),
        "1.2.2": ("lookback_bars",),
        "2.2": ("lookback_bars",),
        "3.4": ("reclaim_bars",),
        "4.1": ("lookback_bars",),
        **dict.fromkeys(("5.2", "5.3", "5.4", "5.5", "5.6"), ("lookback_bars",)),
        **dict.fromkeys(("6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7"), ("offered",)),
        "7.4": ("partial_pct",),
        "7.5": ("trail_by",),
        "8.4": ("size_factor",),
        "9.1": ("lookback_bars",),
    }
)
"""The parameters that only a node reads, by rule: a rule file may mark no other `read_by: node`."""
