"""The page a chart is marked on: its candles, the marks made so far, and a form for everything else."""

import json
from pathlib import Path
from typing import Any, Final

from agent.analysis.windows import MINIMUM_BARS
from agent.labels import BIASES, EVENT_KINDS, ZONE_KINDS
from agent.labels.documents import WALK, rule_ids
from evals.labelling.desk import Desk
from evals.labelling.proposals import knowable_after
from tools.chart import ChartParameters
from tools.picture import Page
from tools.picture.cards import page_data
from tools.picture.marked import marked_drawing, svg_around
from tools.picture.markup import element, text
from tools.picture.palette import asset, style_sheet
from tools.picture.policy import content_policy
from tools.timeframes import Timeframe

ASSETS: Final = Path(__file__).with_name("assets")
SIZE: Final = (1376.0, 800.0)
_DRAWN: Final = ("words.js", "zoom.js", "crosshair.js")
_SCRIPTS: Final = ("state.js", "marks.js", "pointer.js", "fields.js", "form.js", "saving.js")
_HINT: Final = (
    "V moves the chart, E marks events, Z draws zones. With the chart in focus: arrows move the cursor (Shift by ten), "
    "Enter marks the event, or begins and ends a zone; Escape lets go. Ctrl+Z takes back, Ctrl+S saves, Delete takes "
    "the chosen mark away. Wheel or + and − zoom, 0 shows all."
)
_OUTCOMES: Final = ("pass", "fail", "not_evaluated", "error")
_RESULTS: Final = ("target", "stop", "open", "not_filled")
_STATUSES: Final = ("TRADE_NOW", "WAIT", "NO_TRADE")


def label_page(desk: Desk, timeframe: Timeframe) -> Page:
    """Return the page for one timeframe of a chart.

    Args:
        desk: what is labelled.
        timeframe: one of the chart's.
    """
    candles = desk.chart.windows[timeframe]
    drawing = marked_drawing(candles, desk.chart.instrument, size=SIZE, kill_zones=True)
    title = f"{desk.chart.instrument.symbol} · {timeframe}"
    styles = style_sheet("auto", "picture.css", "picture_colours.css")
    styles += style_sheet("auto", "marked.css", "marked_colours.css")
    styles += style_sheet("auto", "page.css", "page_colours.css")
    styles += style_sheet("auto", "label.css", "label_colours.css", ASSETS)
    scripts = [asset(name) for name in _DRAWN] + [asset(name, ASSETS) for name in _SCRIPTS]
    script = '"use strict";(()=>{' + "".join(scripts) + "})();"
    policy = content_policy(styles, script, asks_its_server=True)
    head = (
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<link rel="icon" href="data:,">'
        f"<title>Label {text(title)}</title>"
    ) + element("style", styles)
    body = _header(desk, title, timeframe)
    stage = f'<div id="readout"></div><div id="scroller">{svg_around(drawing, size=SIZE, title=title)}</div>'
    stage = element("section", stage, id="stage", aria_label="Chart", tabindex="0", aria_describedby="hint")
    body += element("main", stage + _panel(desk))
    body += _data("data", page_data(drawing.sheet, drawing.clock)) + _data("told", _json(_told(desk, timeframe)))
    body += f"<script>{script}</script>"
    return Page(f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n', policy)


def _told(desk: Desk, timeframe: Timeframe) -> dict[str, Any]:
    """Return everything the script has to know beside the bars."""
    chart = desk.chart
    return {
        "timeframe": timeframe.value,
        "timeframes": [frame.value for frame in chart.windows],
        "case": desk.document["id"],
        "said": desk.said(),
        "isSecond": desk.labeller.is_second,
        "hasSaved": desk.has_saved,
        "hasWalk": len(chart.base) >= MINIMUM_BARS,
        "walk": WALK,
        "events": list(EVENT_KINDS),
        "zones": list(ZONE_KINDS),
        "biases": list(BIASES),
        "statuses": list(_STATUSES),
        "outcomes": list(_OUTCOMES),
        "results": list(_RESULTS),
        "rules": list(rule_ids()),
        "knowable": knowable_after(ChartParameters.of_names(dict(chart.parameters))),
        "tick": chart.instrument.tick_size,
    }


def _header(desk: Desk, title: str, timeframe: Timeframe) -> str:
    frames = "".join(
        element("option", text(one.value), value=one.value, selected="" if one is timeframe else None)
        for one in desk.chart.windows
    )
    select = element("label", "Timeframe " + element("select", frames, id="timeframe"), class_="inline")
    role = "a second opinion" if desk.labeller.is_second else "the reference"
    words = element("p", text(f"{desk.place.name} · by {desk.labeller.by}, {role}"))
    left = element("div", element("h1", text(title)) + words)
    buttons = '<button type="button" id="undo">Take back</button><button type="button" id="save">Save</button>'
    return element("header", left + element("div", select + buttons, class_="actions"))


def _panel(desk: Desk) -> str:
    modes = "".join(
        f'<label class="inline"><input type="radio" name="mode" value="{name}"{" checked" if name == "move" else ""}>'
        f"{title}</label>"
        for name, title in (("move", "Move"), ("event", "Event"), ("zone", "Zone"))
    )
    tools = element("fieldset", element("legend", "Mark") + element("div", modes, class_="modes")
                    + element("div", " ", id="choice"))  # fmt: skip
    facts = (
        '<label class="inline"><input type="checkbox" id="facts" disabled>Show what the program finds</label>'
        '<select id="which" aria-label="Which kinds are shown">'
        '<option value="marked">of the kinds that are marked</option><option value="all">of every kind</option>'
        "</select>"
        '<p class="note" id="blind">After the first save; until then labels are blind.</p>'
    )
    parts = tools + element("div", " ", id="form") + element("fieldset", "<legend>The program</legend>" + facts)
    status = '<p id="status" role="status" aria-live="polite"></p><ul id="faults" role="alert"></ul>'
    return element("aside", status + parts + element("p", _HINT, id="hint"))


def _data(name: str, content: str) -> str:
    return f'<script type="application/json" id="{name}">{content}</script>'


def _json(value: Any) -> str:
    """Return JSON that is safe inside a script element."""
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return written.replace("<", "\\u003c").replace(">", "\\u003e")
