"""The picture as one SVG: drawn here, coloured by its own style sheet, without a script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tools.chart import Chart
from tools.facts import IntArray
from tools.picture.axes import AXIS_HEIGHT, AXIS_WIDTH, days_in_view, price_axis, prices_on_axis, time_axis
from tools.picture.backdrop import draw_accumulation, draw_dealing_range, draw_kill_zones, draw_opening_prices, grid
from tools.picture.bars import draw_candles
from tools.picture.facts import Fact, Row, facts_in_view
from tools.picture.frame import Frame, frame_of
from tools.picture.headline import Headline, headline_of
from tools.picture.legend import legend
from tools.picture.levels import draw_break, draw_event, draw_pool, draw_sweep, name_pools
from tools.picture.marks import draw_mark, draw_swing
from tools.picture.markup import element, number, text
from tools.picture.palette import style_sheet
from tools.picture.setups import Plan, draw_past_setup, draw_plan, plan_of
from tools.picture.sheet import Sheet
from tools.picture.ticks import axis_clock
from tools.picture.view import PictureView
from tools.picture.zones import draw_zone

WIDTH: Final = 1440.0
HEIGHT: Final = 810.0
HEAD: Final = 76.0
FOOT: Final = 30.0
_DEPTH: Final = (
    "kill_zones", "given_zones", "power_of_three", "dealing_range", "opening_gaps", "order_blocks", "breakers",
    "mitigation_blocks", "rejection_blocks", "fair_value_gaps", "inverse_gaps", "balanced_ranges",
    "volume_imbalances", "past_setups", "setups", "candles", "opening_prices", "short_pools", "liquidity_pools",
    "internal_structure", "structure", "cisd", "smt", "judas_swings", "sweeps", "displacements", "swings", "other",
    "given",
)  # fmt: skip
"""The layers from the deepest to the topmost."""
_FLAT: Final = ("kill_zones",)
"""The layers that know times and no prices."""
_DRAWERS: Final[dict[str, Callable[[Sheet, Fact], None]]] = {
    "structure_breaks": draw_break, "liquidity_pools": draw_pool, "swings": draw_swing, "sweeps": draw_sweep,
    "setups": draw_past_setup, "displacements": draw_mark,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing: the sheet, the axis' clock, the setup shown and the words above."""

    sheet: Sheet
    clock: IntArray
    plan: Plan | None
    headline: Headline


def chart_svg(chart: Chart, view: PictureView) -> str:
    """Draw a chart's last bars as one SVG document, to be opened or embedded as it is.

    It holds a heading, the session line, candles and every fact in view of the layers that are on, axes and a legend.
    Each fact is a group with its id in ``data-id``. Without bars the plot is empty.

    Args:
        chart: the reading.
        view: what to show.
    """
    plot_height = HEIGHT - HEAD - AXIS_HEIGHT - FOOT
    drawing = draw(chart, view, (WIDTH - AXIS_WIDTH, plot_height), live=False)
    content = _head(drawing.headline) + element("g", plot(drawing), transform=f"translate(0 {number(HEAD)})")
    content += element("g", legend(drawing.sheet), transform=f"translate(14 {number(HEIGHT - 11)})")
    return svg_around(content, drawing, view, (WIDTH, HEIGHT))


def draw(chart: Chart, view: PictureView, size: tuple[float, float], *, live: bool) -> Drawing:
    """Draw everything onto a plot of a size; see `Sheet.live`."""
    document = chart.to_dict()
    tick = chart.instrument.tick_size
    plan = None if view.is_undecided else plan_of(chart.candles, document, view.decision, tick)
    wanted = plan.prices if plan is not None and not plan.is_over else []
    frame = frame_of(chart.candles, chart.instrument, view.last_bars, size, wanted)
    sheet = Sheet(frame, view.shown, live)
    draw_kill_zones(sheet, chart.instrument)
    draw_dealing_range(sheet, document)
    draw_accumulation(sheet, document)
    draw_opening_prices(sheet, document, chart.instrument)
    draw_candles(sheet, document)
    _draw_facts(sheet, document, plan)
    if plan is not None and sheet.wants("setups"):
        draw_plan(sheet, plan)
    clock = axis_clock(chart.candles[frame.first :], chart.instrument)
    return Drawing(sheet, clock, plan, headline_of(document, view, plan))


def plot(drawing: Drawing) -> str:
    """Return the plot with its axes; the plot clips what lies beyond it."""
    sheet, frame = drawing.sheet, drawing.sheet.frame
    names = sheet.labels.draw(sheet.shown, keep_lost=sheet.live)
    behind = grid(sheet, prices_on_axis(frame), days_in_view(frame, drawing.clock))
    inside = element("g", behind, class_="view") if behind else ""
    for style, wanted in (("view flat", _FLAT), ("view", [name for name in _DEPTH if name not in _FLAT])):
        content = "".join(_layer(sheet, name) for name in wanted if name in sheet.layers)
        content += "".join(markup for layer, markup in names if layer in wanted)
        inside += element("g", content or " ", class_=style)
    inside += "" if len(frame.candles) else _empty(frame)
    clipped = element("svg", inside, class_="plot", width=frame.width, height=frame.height, overflow="hidden")
    axes = element("path", class_="axis", d=f"M0 {number(frame.height)}H{number(frame.width)}V0")
    axes += element("g", price_axis(sheet, drawing.plan), transform=f"translate({number(frame.width)} 0)")
    axes += element("g", time_axis(frame, drawing.clock), transform=f"translate(0 {number(frame.height)})")
    return clipped + axes


def _layer(sheet: Sheet, name: str) -> str:
    hidden = None if name in sheet.shown else ""
    return element("g", "".join(sheet.layers[name]), class_="layer", data_layer=name, hidden=hidden)


def svg_around(
    content: str, drawing: Drawing, view: PictureView, size: tuple[float, float], *, style: bool = True
) -> str:
    """Return the whole SVG element around its content, with its words for who cannot see it, and its colours."""
    width, height = size
    head = drawing.headline
    spoken = f"{head.title}, {head.as_of}. {' · '.join(head.session)}. {head.status or ''} {head.reason}"
    about = element("title", text(head.title)) + element("desc", text(spoken))
    if style:
        about += element("style", style_sheet(view.theme, "picture.css", "picture_colours.css"))
    paper = element("rect", class_="paper", width=width, height=height)
    return element(
        "svg", about + paper + content, xmlns="http://www.w3.org/2000/svg", class_="ict picture",
        viewBox=f"0 0 {number(width)} {number(height)}", role="img",
    )  # fmt: skip


def _draw_facts(sheet: Sheet, document: Row, plan: Plan | None) -> None:
    planned = plan.fact.row["id"] if plan is not None else None
    facts = [
        fact
        for fact in facts_in_view(document, sheet.frame)
        if sheet.wants(fact.layer) and not (fact.list == "setups" and fact.row["id"] == planned)
    ]
    for fact in sorted(facts, key=lambda fact: fact.end is None):  # what lives stands over what has ended
        drawer = _DRAWERS.get(fact.list) or _drawer_by_shape(fact.row)
        drawer(sheet, fact)
    for layer in ("liquidity_pools", "short_pools"):
        name_pools(sheet, [fact for fact in facts if fact.layer == layer])


def _drawer_by_shape(row: Row) -> Callable[[Sheet, Fact], None]:
    if row.get("top") is not None and row.get("bottom") is not None:
        return draw_zone
    return draw_event if row.get("price") is not None else draw_mark


def _empty(frame: Frame) -> str:
    return element("text", "No bars", class_="empty", x=frame.width / 2, y=frame.height / 2, text_anchor="middle")


def _head(head: Headline) -> str:
    first = element("text", text(head.title), class_="title", x=14.0, y=29.0)
    first += element("text", text(head.as_of), class_="soft", x=WIDTH - 14, y=29.0, text_anchor="end")
    x = 14.0
    if head.status:
        wide = len(head.status) * 7.6 + 18
        shape = element("rect", x=x, y=43.0, width=wide, height=20.0, rx=4.0)
        words = element("text", text(head.status), x=x + wide / 2, y=57.0, text_anchor="middle")
        first += element("g", shape + words, class_=f"status {head.status_style}")
        x += wide + 8
    first += element("text", text(head.reason), class_="reason", x=x, y=57.5)
    return first + element(
        "text", text("  ·  ".join(head.session)), class_="soft", x=WIDTH - 14, y=57.5, text_anchor="end"
    )
