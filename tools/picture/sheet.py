"""The sheet all drawers draw on: one pile of markup a layer, and the names beside it."""

from dataclasses import dataclass, field

from tools.definitions import DEFINITIONS
from tools.picture.facts import Fact
from tools.picture.frame import Frame
from tools.picture.labels import Labels
from tools.picture.markup import element, line, number, text


@dataclass(slots=True)
class Sheet:
    """What has been drawn so far.

    Attributes:
        frame: the scales.
        shown: the layers that are on.
        live: whether a page around it shows cards and switches layers; else each fact says in a tooltip what it is,
            and layers that are off are left out.
        labels: the names wanted.
        layers: markup by layer.
        rows: by list, the rows that were drawn, for the cards.
    """

    frame: Frame
    shown: frozenset[str]
    live: bool
    labels: Labels = field(init=False)
    layers: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with no names."""
        self.labels = Labels(self.frame.width, self.frame.height)

    def wants(self, layer: str) -> bool:
        """Tell whether a layer is drawn at all."""
        return self.live or layer in self.shown

    def put(self, layer: str, markup: str) -> None:
        """Add markup that is no fact."""
        self.layers.setdefault(layer, []).append(markup)

    def put_fact(self, fact: Fact, style: str, shapes: str) -> None:
        """Add a fact: a group that carries its id, its kind and its direction."""
        self.put_row(fact.layer, fact.list, fact.row, f"{style} {fact.sign}", shapes)

    def put_row(self, layer: str, kind: str, row: dict[str, object], style: str, shapes: str) -> None:
        """Add what a row of a list says; `kind` names its definition."""
        self.rows.setdefault(kind, []).append(row)
        tooltip = "" if self.live else element("title", text(self.describe(kind, row)))
        self.put(layer, element("g", tooltip + shapes, class_=f"fact {style}", data_id=row["id"], data_list=kind))

    def describe(self, kind: str, row: dict[str, object]) -> str:
        """Say in one line what a row is: its direction, kind, prices and when it was known."""
        title = DEFINITIONS[kind].title if kind in DEFINITIONS else kind.replace("_", " ")
        name = [str(row[key]).replace("_", " ") for key in ("direction", "kind", "type", "name") if row.get(key)]
        prices = [
            f"{key} {self.frame.price(price)}"
            for key in ("top", "bottom", "price", "entry", "stop", "high", "low")
            if isinstance(price := row.get(key), float)
        ]
        known = [f"confirmed {row['confirmed_at']}"] if row.get("confirmed_at") else []
        return ", ".join((f"{title}: {' '.join(name)}".rstrip(": "), *prices, *known))


def path(data: str, style: str) -> str:
    """Return one path."""
    return element("path", class_=style, d=data)


def level(x1: float, x2: float, y: float, style: str) -> str:
    """Return a horizontal line."""
    return path(line(x1, y, x2, y), style)


def box(x1: float, x2: float, y1: float, y2: float, style: str) -> str:
    """Return a rectangle between two heights in either order, at least one unit high."""
    height = max(1.0, abs(y2 - y1))
    return element("rect", class_=style, x=x1, y=(y1 + y2 - height) / 2, width=max(0.0, x2 - x1), height=height)


def pin(x: float, y: float, data: str, style: str) -> str:
    """Return a small mark that keeps its size however far one zooms."""
    return element("path", class_=f"pin {style}", transform=f"translate({number(x)} {number(y)})", d=data)
