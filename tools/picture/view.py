"""What a picture shows: how many bars, which layers, in which colours, and whose decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from tools.errors import InvalidParameter

Theme = Literal["auto", "light", "dark"]
LAST_BARS: Final = 300
_THEMES: Final = ("auto", "light", "dark")


class Layer(NamedTuple):
    """A part of the picture that can be switched: its name, its title, and whether it is on by default."""

    name: str
    title: str
    on: bool = False


LAYERS: Final[tuple[Layer, ...]] = (
    Layer("candles", "Candles", on=True),
    Layer("setups", "Setup", on=True),
    Layer("structure", "Structure, MSS", on=True),
    Layer("liquidity_pools", "Liquidity pools", on=True),
    Layer("fair_value_gaps", "Fair value gaps", on=True),
    Layer("order_blocks", "Order blocks", on=True),
    Layer("dealing_range", "Dealing range", on=True),
    Layer("kill_zones", "Kill zones", on=True),
    Layer("inverse_gaps", "Inverse gaps"),
    Layer("balanced_ranges", "Balanced ranges"),
    Layer("volume_imbalances", "Volume imbalances"),
    Layer("opening_gaps", "Opening gaps"),
    Layer("breakers", "Breakers"),
    Layer("mitigation_blocks", "Mitigation blocks"),
    Layer("rejection_blocks", "Rejection blocks"),
    Layer("short_pools", "Short-period pools"),
    Layer("internal_structure", "Internal structure"),
    Layer("swings", "Swings"),
    Layer("displacements", "Displacement"),
    Layer("sweeps", "Sweeps"),
    Layer("cisd", "CISD"),
    Layer("smt", "SMT divergence"),
    Layer("judas_swings", "Judas swings"),
    Layer("power_of_three", "Accumulation"),
    Layer("opening_prices", "Opening prices"),
    Layer("past_setups", "Other setups"),
    Layer("other", "Other facts"),
)
"""Every layer, in the order of the panel."""

_NAMES: Final = tuple(layer.name for layer in LAYERS)


@dataclass(frozen=True, slots=True)
class PictureView:
    """How to draw a chart.

    Attributes:
        last_bars: how many bars to show, counted from the last one, at least 1.
        title: the heading, None for symbol and timeframe.
        theme: ``light``, ``dark``, or ``auto`` for what the reader's system prefers.
        layers: the names of `LAYERS` that are on, None for the default ones.
        decision: a decision document whose setup, if any, is drawn in place of the chart's own; None draws that one.
        run_status: how far the run has come whose chart this is, told where it has no decision; no plan is drawn then.

    Raises:
        InvalidParameter: fewer than 1 bar, an unknown theme or an unknown layer.
    """

    last_bars: int = LAST_BARS
    title: str | None = None
    theme: Theme = "auto"
    layers: tuple[str, ...] | None = None
    decision: Mapping[str, Any] | None = None
    run_status: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if self.last_bars < 1:
            raise _refused("last_bars", "at least 1", self.last_bars)
        if self.theme not in _THEMES:
            raise _refused("theme", f"one of {', '.join(_THEMES)}", self.theme)
        for name in self.layers or ():
            if name not in _NAMES:
                raise _refused("layers", f"names of {', '.join(_NAMES)}", name)

    @property
    def is_undecided(self) -> bool:
        """Whether this is the chart of a run without a decision."""
        return self.decision is None and self.run_status is not None

    @property
    def shown(self) -> frozenset[str]:
        """The names of the layers that are on."""
        if self.layers is not None:
            return frozenset(self.layers)
        return frozenset(layer.name for layer in LAYERS if layer.on)


def _refused(field: str, expected: str, got: object) -> InvalidParameter:
    return InvalidParameter(
        f"{field} {got!r} cannot be drawn: write {expected}", field=field, expected=expected, got=repr(got)
    )
