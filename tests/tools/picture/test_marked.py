"""Candles with given marks: what is given is drawn where it belongs, on any chart, and nothing else."""

import re
from xml.etree import ElementTree

import pytest

from tests.tools.picture.charts import EURUSD, edges, walk
from tools.picture import Given, GivenLevel, GivenMark, GivenZone, marked_svg
from tools.picture.marked import Style, marked_drawing

SIZE = (800.0, 300.0)
EDGES = edges()


def given(style: Style = "expected") -> list[Given]:
    return [
        GivenMark(10, 12, 1.1, "bullish", "+MSS", style, f"{style}: a shift"),
        GivenMark(14, 14, None, "bearish", "−swing", style, f"{style}: a swing"),
        GivenZone(5, 20, 1.101, 1.099, "+FVG", style, f"{style}: a gap"),
        GivenZone(7, None, 1.101, 1.1, "+OB", style, f"{style}: a block"),
        GivenLevel(1.1, "entry 1.1", style, f"{style}: an entry"),
    ]


@pytest.mark.parametrize("name", EDGES)
def test_every_edge_can_be_drawn(name: str) -> None:
    chart = EDGES[name]
    root = ElementTree.fromstring(marked_svg(chart.candles, chart.instrument, given()[2:], size=SIZE, title=name))
    assert root.get("viewBox") == "0 0 800 300"
    assert (root.findtext("title"), root.get("role")) == (name, "img")


@pytest.mark.parametrize("style", ["expected", "found", "agreed"])
def test_what_is_given_is_drawn_with_its_words(style: Style) -> None:
    svg = marked_svg(walk(60), EURUSD, given(style), size=SIZE, title="A <b> & c")
    groups = re.findall(rf'<g class="fact given {style}"><title>([^<]+)</title>', svg)
    assert sorted(groups) == sorted(one.tooltip for one in given(style))
    assert "A &lt;b&gt; &amp; c" in svg
    assert ">+FVG<" in svg


def test_a_zone_covers_its_bars_whole() -> None:
    drawing = marked_drawing(walk(60), EURUSD, given()[2:4], size=SIZE)
    frame = drawing.sheet.frame
    widths = [float(one) for one in re.findall(r'class="zone" x="[\d.]+" y="[-\d.]+" width="([\d.]+)"',
                                               "".join(drawing.sheet.layers["given_zones"]))]  # fmt: skip
    assert widths == pytest.approx([16 * frame.step, frame.width - frame.edge(7)], abs=0.02)


def test_a_mark_lies_on_its_bar_and_reaches_to_where_it_became_known() -> None:
    drawing = marked_drawing(walk(60), EURUSD, given()[:1], size=SIZE)
    frame, (markup,) = drawing.sheet.frame, drawing.sheet.layers["given"]
    x, y = map(float, re.findall(r"translate\(([\d.]+) ([\d.]+)\)", markup)[0])
    assert (x, y) == pytest.approx((frame.x(10), frame.y(1.1)), abs=0.01)
    left, right = map(float, re.findall(r'd="M([\d.]+) [\d.]+H([\d.]+)"', markup)[0])
    assert (left, right) == pytest.approx((frame.x(10), frame.x(12)), abs=0.01)


def test_the_frame_holds_what_is_given() -> None:
    bars = walk(60)
    top = float(bars.high.max()) + 0.002
    frame = marked_drawing(bars, EURUSD, [GivenLevel(top, "far", "found", "far")], size=SIZE).sheet.frame
    assert frame.low < float(bars.low.min()) < top < frame.high


def test_kill_zones_are_shaded_where_they_are_wanted() -> None:
    assert "kill_zones" not in marked_drawing(walk(60), EURUSD, size=SIZE).sheet.layers
    assert "kill_zones" in marked_drawing(walk(60), EURUSD, size=SIZE, kill_zones=True).sheet.layers
