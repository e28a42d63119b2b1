"""Candles with marks that somebody gives, instead of the facts of a reading: expected beside found, or a labeller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tools.candles import Candles
from tools.instruments import Instrument
from tools.picture.axes import AXIS_HEIGHT, AXIS_WIDTH
from tools.picture.backdrop import draw_kill_zones
from tools.picture.bars import draw_candles
from tools.picture.frame import Frame, frame_of
from tools.picture.headline import Headline
from tools.picture.labels import LIVE, STRUCTURE, Label
from tools.picture.markup import element, number, text
from tools.picture.sheet import Sheet, box, level, pin
from tools.picture.svg import Drawing, plot
from tools.picture.ticks import axis_clock

Style = Literal["expected", "found", "agreed"]
"""How a mark is drawn; see ``marked.css``. The three stay apart without colour: dashed, solid, pale."""
Direction = Literal["bullish", "bearish"]
ZONES: Final = "given_zones"
MARKS: Final = "given"
_SHOWN: Final = frozenset({"candles", ZONES, MARKS})
_NO_HEADLINE: Final = Headline("", "", (), None, "", "")
_POINT: Final = "M-4.5 0L0-4.5L4.5 0L0 4.5z"
_BESIDE: Final = 9.0


@dataclass(frozen=True, slots=True)
class GivenMark:
    """Something that happened on one bar.

    Attributes:
        at: the bar it is drawn on, counted from the first candle drawn; so is `known`, where it became knowable.
        price: None puts it beside the bar.
        name: written beside it; `tooltip` is told under the pointer.
    """

    at: int
    known: int
    price: float | None
    direction: Direction
    name: str
    style: Style
    tooltip: str


@dataclass(frozen=True, slots=True)
class GivenZone:
    """A range of prices from one bar to another, None for as far as the picture goes; see `GivenMark`."""

    since: int
    until: int | None
    top: float
    bottom: float
    name: str
    style: Style
    tooltip: str


@dataclass(frozen=True, slots=True)
class GivenLevel:
    """A price that is named across the whole picture, such as an entry."""

    price: float
    name: str
    style: Style
    tooltip: str


Given = GivenMark | GivenZone | GivenLevel


def marked_svg(
    candles: Candles, instrument: Instrument, given: Sequence[Given], *, size: tuple[float, float], title: str
) -> str:
    """Draw all candles of a window with what is given, as one SVG without a style sheet of its own.

    Args:
        candles: the window, which is drawn from its first bar to its last.
        instrument: their market.
        given: what is drawn upon them.
        size: width and height of the whole, axes included.
        title: what it is, for who cannot see it.
    """
    drawing = marked_drawing(candles, instrument, given, size=size)
    return svg_around(drawing, size=size, title=title)


def marked_drawing(
    candles: Candles,
    instrument: Instrument,
    given: Sequence[Given] = (),
    *,
    size: tuple[float, float],
    kill_zones: bool = False,
) -> Drawing:
    """Draw as `marked_svg` does, for a page that shows more around it; `kill_zones` shades those of the clock."""
    width, height = size
    wanted = [price for one in given for price in _prices(one)]
    frame = frame_of(candles, instrument, max(1, len(candles)), (width - AXIS_WIDTH, height - AXIS_HEIGHT), wanted)
    sheet = Sheet(frame, _SHOWN | ({"kill_zones"} if kill_zones else set()), live=False)
    draw_kill_zones(sheet, instrument)
    draw_candles(sheet, {})
    for one in given:
        _draw(sheet, one)
    return Drawing(sheet, axis_clock(candles, instrument), None, _NO_HEADLINE)


def svg_around(drawing: Drawing, *, size: tuple[float, float], title: str) -> str:
    """Return the SVG element around a drawing, named for who cannot see it."""
    width, height = size
    paper = element("rect", class_="paper", width=width, height=height)
    return element(
        "svg", element("title", text(title)) + paper + plot(drawing), class_="ict picture",
        viewBox=f"0 0 {number(width)} {number(height)}", role="img",
    )  # fmt: skip


def _prices(one: Given) -> list[float]:
    if isinstance(one, GivenZone):
        return [one.top, one.bottom]
    return [] if one.price is None else [one.price]


def _draw(sheet: Sheet, one: Given) -> None:
    layer = ZONES if isinstance(one, GivenZone) else MARKS
    shapes = element("title", text(one.tooltip))
    if isinstance(one, GivenZone):
        shapes += _zone(sheet, one)
    elif isinstance(one, GivenMark):
        shapes += _mark(sheet, one)
    else:
        y = sheet.frame.y(one.price)
        shapes += level(0.0, sheet.frame.width, y, "level")
        sheet.labels.add(_label(one, sheet.frame.ends, y, dx=5.0, dy=-3.0))
    sheet.put(layer, element("g", shapes, class_=f"fact given {one.style}"))


def _zone(sheet: Sheet, one: GivenZone) -> str:
    frame = sheet.frame
    left = frame.edge(one.since)
    right = frame.width if one.until is None else frame.edge(one.until + 1)
    top, bottom = frame.y(one.top), frame.y(one.bottom)
    dy = 10.0 if one.style == "found" else -4.0
    sheet.labels.add(_label(one, left, bottom if dy > 0 else top, dx=3.0, dy=dy))
    return box(left, right, top, bottom, "zone")


def _mark(sheet: Sheet, one: GivenMark) -> str:
    frame = sheet.frame
    x, below = frame.x(one.at), one.direction == "bullish"
    y = _height(frame, one)
    shapes = level(x, frame.x(one.known), y, "level") if one.known != one.at else ""
    dy = 15.0 if below else -8.0
    sheet.labels.add(_label(one, x, y, dx=0.0, dy=dy, anchor="middle"))
    return shapes + pin(x, y, _POINT, "point")


def _height(frame: Frame, one: GivenMark) -> float:
    if one.price is not None:
        return frame.y(one.price)
    bars, bar = frame.candles, min(max(one.at, 0), len(frame.candles) - 1)
    if one.direction == "bullish":
        return frame.y(float(bars.low[bar])) + _BESIDE
    return frame.y(float(bars.high[bar])) - _BESIDE


def _label(
    one: Given, x: float, y: float, *, dx: float, dy: float, anchor: Literal["start", "middle"] = "start"
) -> Label:
    layer, rank = ZONES if isinstance(one, GivenZone) else MARKS, LIVE if one.style == "agreed" else STRUCTURE
    shifts = (dy + 11.0, dy - 11.0, dy + 22.0, dy - 22.0)
    return Label(layer, x, y, one.name, rank, f"given {one.style}", anchor, dx, dy, shifts)
