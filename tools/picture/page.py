"""The picture as one page: the drawing, a panel of layers, a card for each fact, and no network."""

from collections import Counter
from typing import Final, NamedTuple

from tools.chart import Chart
from tools.picture.axes import AXIS_HEIGHT, AXIS_WIDTH
from tools.picture.cards import page_data
from tools.picture.headline import Headline
from tools.picture.legend import swatch
from tools.picture.markup import element, text
from tools.picture.palette import asset, style_sheet
from tools.picture.policy import content_policy
from tools.picture.sheet import Sheet
from tools.picture.svg import draw, plot, svg_around
from tools.picture.view import LAYERS, PictureView

WIDTH: Final = 1376.0
HEIGHT: Final = 800.0
_HINT: Final = (
    "Wheel or + and − zoom, drag or shift with arrows moves, double click or 0 shows all; "
    "arrows walk from fact to fact, Escape closes the card."
)
_SCRIPTS: Final = ("words.js", "cards.js", "zoom.js", "crosshair.js", "controls.js")
_COUNTED: Final = 'class="fact '


class Page(NamedTuple):
    """A finished page, and the content security policy it bears, for the header it is sent with."""

    html: str
    policy: str


def chart_page(chart: Chart, view: PictureView) -> str:
    """Draw a chart's last bars as one HTML page; see `draw_page`."""
    return draw_page(chart, view).html


def draw_page(chart: Chart, view: PictureView) -> Page:
    """Draw a chart's last bars as one HTML page that needs nothing else and asks the network for nothing.

    It holds the drawing with every layer, those that are off hidden, and what the reader's pointer or keyboard brings
    up: a card for each fact, a crosshair, zoom. Its content security policy allows its own script and styles only.

    Args:
        chart: the reading.
        view: what to show first.
    """
    drawing = draw(chart, view, (WIDTH - AXIS_WIDTH, HEIGHT - AXIS_HEIGHT), live=True)
    svg = svg_around(plot(drawing), drawing, view, (WIDTH, HEIGHT), style=False)
    styles = style_sheet(view.theme, "picture.css", "picture_colours.css")
    styles += style_sheet(view.theme, "page.css", "page_colours.css")
    script = '"use strict";(()=>{' + "".join(asset(name) for name in _SCRIPTS) + "})();"
    policy = content_policy(styles, script)
    head = _head(drawing.headline, policy, view) + element("style", styles)
    body = _header(drawing.headline)
    stage = f'<div id="readout"></div><div id="scroller">{svg}</div>'
    stage += '<div id="card" role="status" aria-live="polite" hidden></div>'
    stage = element("section", stage, id="stage", aria_label="Chart", tabindex="0", aria_describedby="hint")
    body += element("main", stage + _panel(drawing.sheet))
    data = f'<script type="application/json" id="data">{page_data(drawing.sheet, drawing.clock)}</script>'
    body += data + f"<script>{script}</script>"
    return Page(f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n', policy)


def _head(head: Headline, policy: str, view: PictureView) -> str:
    schemes = {"auto": "light dark", "light": "light", "dark": "dark"}
    return (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="color-scheme" content="{schemes[view.theme]}">'
        '<link rel="icon" href="data:,">'  # else a browser asks the server for one
        f"<title>{text(head.title)}</title>"
    )


def _header(head: Headline) -> str:
    status = element("strong", text(head.status), class_=f"status {head.status_style}") if head.status else ""
    words = f"<h1>{text(head.title)}</h1><p>{status}{element('span', text(head.reason), class_='reason')}</p>"
    parts = "".join(element("span", text(part)) for part in head.session)
    return element("header", element("div", words) + element("div", f"<p>{text(head.as_of)}</p><p>{parts}</p>"))


def _panel(sheet: Sheet) -> str:
    counts = Counter({name: "".join(markup).count(_COUNTED) for name, markup in sheet.layers.items()})
    lines = []
    for layer in LAYERS:
        box = "".join((
            f'<input type="checkbox" data-switch="{layer.name}"',
            " data-first" if layer.name in sheet.shown else "",
            " checked" if layer.name in sheet.shown else "",
            ">",
        ))  # fmt: skip
        sample = element("svg", swatch(layer.name), class_="ict sample", viewBox="-1 -1 20 12", aria_hidden="true")
        count = f"<small>{counts[layer.name]}</small>" if counts[layer.name] else "<small></small>"
        empty = layer.name not in sheet.layers
        lines.append(element("label", box + sample + f"<span>{text(layer.title)}</span>" + count,
                             class_="empty" if empty else None))  # fmt: skip
    buttons = "".join(
        f'<button type="button" data-set="{name}">{title}</button>'
        for name, title in (("first", "Default"), ("all", "All"), ("none", "None"))
    )
    legend = element("fieldset", "<legend>Layers</legend>" + "".join(lines) + element("div", buttons, class_="sets"))
    return element("aside", legend + element("p", _HINT, id="hint"))
