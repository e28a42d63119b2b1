"""The legend: how each layer is drawn, in a sample each."""

from typing import Final

from tools.picture.markup import element, number, text
from tools.picture.sheet import Sheet
from tools.picture.view import LAYERS


def legend(sheet: Sheet) -> str:
    """Return a line that names the layers that are on and hold something."""
    x, drawn = 0.0, []
    for layer in LAYERS:
        if layer.name in sheet.layers and layer.name in sheet.shown:
            drawn.append(element("g", swatch(layer.name), transform=f"translate({number(x)} -9)"))
            drawn.append(element("text", text(layer.title), x=x + 24, y=0.0))
            x += 24 + len(layer.title) * 6.1 + 22
    return element("g", "".join(drawn) or " ", class_="legend")


def swatch(layer: str) -> str:
    """Return a sample, 18 by 10, of how a layer is drawn."""
    return _SWATCHES[layer]


def _zone_swatch(style: str) -> str:
    return "".join(
        element("g", element("rect", class_="zone", x=x, y=0.5, width=8.0, height=9.0), class_=f"fact {style} {sign}")
        for x, sign in ((0.5, "up"), (9.5, "down"))
    )


def _line_swatch(style: str, shape: str = "level") -> str:
    return element("g", element("path", class_=shape, d="M0 5H18"), class_=f"fact {style}")


def _mark_swatch(style: str, shape: str) -> str:
    return element("g", element("path", class_=shape, d="M6 2L12 8M6 8L12 2"), class_=f"fact {style}")


_SWATCHES: Final = {
    "candles": '<path class="wick up" d="M4 0V2M4 8V10"/><path class="body up" d="M1.5 2h5v6h-5z"/>'
    '<path class="wick down" d="M13 0V2M13 8V10"/><path class="body down" d="M10.5 2h5v6h-5z"/>',
    "setups": '<g class="fact plan"><rect class="reward" width="18" height="5"/><rect class="risk" y="5" width="18"'
    ' height="5"/><path class="entry" d="M0 5H18"/></g>',
    "past_setups": '<g class="fact plan past"><rect class="risk" y="3" width="18" height="6"/>'
    '<path class="entry" d="M0 3H18"/></g>',
    "structure": _line_swatch("break mss up"),
    "internal_structure": _line_swatch("break bos down"),
    "liquidity_pools": _line_swatch("pool major"),
    "short_pools": _line_swatch("pool"),
    "dealing_range": '<g class="fact range"><rect class="ote" y="3" width="18" height="4"/>'
    '<path class="level" d="M0 .5H18M0 9.5H18"/></g>',
    "kill_zones": '<g class="fact kill-zone london"><rect class="shade" width="18" height="10"/>'
    '<rect class="strip" width="18" height="3"/></g>',
    "fair_value_gaps": _zone_swatch("gap"),
    "order_blocks": _zone_swatch("block"),
    "inverse_gaps": _zone_swatch("gap inverse"),
    "balanced_ranges": _zone_swatch("balance"),
    "volume_imbalances": _zone_swatch("gap bodies"),
    "opening_gaps": _zone_swatch("opening"),
    "breakers": _zone_swatch("block breaker"),
    "mitigation_blocks": _zone_swatch("block mitigation"),
    "rejection_blocks": _zone_swatch("block rejection"),
    "power_of_three": _zone_swatch("balance"),
    "swings": '<g class="fact mark up"><path class="point" d="M9 1L13 9H5z"/></g>',
    "displacements": '<g class="fact mark up"><path class="point" d="M9 0L14 5L9 10L4 5z"/></g>',
    "sweeps": _mark_swatch("event sweeps", "cross"),
    "cisd": _line_swatch("event cisd up"),
    "smt": _line_swatch("event smt down"),
    "judas_swings": _line_swatch("event judas_swings up"),
    "opening_prices": _line_swatch("open"),
    "other": _line_swatch("event flat"),
}  # fmt: skip
