"""The five nodes: each observes its facts with the tools; the walk judges them."""

from collections.abc import Callable, Mapping
from typing import Final

from agent.analysis.nodes import bias, entry, liquidity, risk, structure
from agent.analysis.observation import Gathered, Observation
from agent.analysis.reading import Reading

Observe = Callable[[Reading, Gathered], Observation]

OBSERVERS: Final[Mapping[str, Observe]] = {
    "bias": bias.observe,
    "liquidity": liquidity.observe,
    "structure": structure.observe,
    "entry": entry.observe,
    "risk": risk.observe,
}
