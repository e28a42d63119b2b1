"""Names on the picture: the more important ones first, none over another."""

from dataclasses import dataclass, field
from typing import Final, Literal

from tools.picture.markup import element, number, text

Anchor = Literal["start", "middle", "end"]
Box = tuple[float, float, float, float]
HEIGHT: Final = 11.0
_CHARACTER: Final = 5.7
_BLANK: Final = 3.0

# The order in which names are given room.
SETUP, STRUCTURE, MAJOR, SESSION, LIVE, SWEPT, MINOR, PAST = range(8)


@dataclass(frozen=True, slots=True)
class Label:
    """One name: where it points to, how far beside that it is written, and what must not happen to it.

    Attributes:
        layer: the layer it is switched with.
        x: of the point it names, in the plot; so is `y`.
        words: what is written.
        rank: `SETUP` and so on; the lower, the earlier it is placed.
        style: classes that give it its colour.
        anchor: which end of the words is at the point.
        dx: how far to the right of the point it is written; `dy` how far below.
        shifts: further distances below the point to try where the first is occupied.
        since: where what it names begins, for a name that stays at the right edge however one zooms; else None.
    """

    layer: str
    x: float
    y: float
    words: str
    rank: int
    style: str
    anchor: Anchor = "start"
    dx: float = 0.0
    dy: float = 3.5
    shifts: tuple[float, ...] = ()
    since: float | None = None

    def box(self, dy: float) -> Box:
        """Return the left, top, right and bottom of the words."""
        width = len(self.words) * _CHARACTER
        left = self.x + self.dx - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y + dy - HEIGHT + 2, left + width, self.y + dy + 2


@dataclass(slots=True)
class Labels:
    """The names wanted so far, on a plot of a given size."""

    width: float
    height: float
    wanted: list[Label] = field(default_factory=list)

    def add(self, label: Label) -> None:
        """Ask for room for a name."""
        self.wanted.append(label)

    def draw(self, shown: frozenset[str], *, keep_lost: bool) -> list[tuple[str, str]]:
        """Return each name's layer and markup, those of layers that are on first.

        Args:
            shown: the layers that are on.
            keep_lost: whether names without room are kept, hidden, for a page that can make room.
        """
        order = sorted(self.wanted, key=lambda label: (label.layer not in shown, label.rank))
        taken: list[Box] = []
        drawn = []
        for label in order:
            dy = self._place(label, taken)
            if dy is not None:
                taken.append(label.box(dy))
            if dy is not None or keep_lost:
                drawn.append((label.layer, _written(label, dy, hidden=label.layer not in shown)))
        return drawn

    def _place(self, label: Label, taken: list[Box]) -> float | None:
        for dy in (label.dy, *label.shifts):
            left, top, right, bottom = label.box(dy)
            if left < 0 or right > self.width or top < 0 or bottom > self.height:
                continue
            if not any(_meet((left, top, right, bottom), other) for other in taken):
                return dy
        return None


def _meet(one: Box, other: Box) -> bool:
    beside = one[0] >= other[2] + _BLANK or other[0] >= one[2] + _BLANK
    return not beside and one[1] < other[3] and other[1] < one[3]


def _written(label: Label, dy: float | None, *, hidden: bool) -> str:
    return element(
        "text",
        text(label.words),
        class_=f"pin name {label.style}" + (" lost" if dy is None else ""),
        transform=f"translate({number(label.x)} {number(label.y)})",
        dx=label.dx or None,
        dy=label.dy if dy is None else dy,
        text_anchor=None if label.anchor == "start" else label.anchor,
        data_layer=label.layer,
        data_since=label.since,
        hidden="" if hidden else None,
    )
