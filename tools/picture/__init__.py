"""The picture of a chart's reading: one SVG for a document, one self-contained page for a trader.

`marked_svg` draws candles with what somebody gives instead of a reading's facts.
"""

from tools.picture.marked import Given, GivenLevel, GivenMark, GivenZone, marked_svg
from tools.picture.page import Page, chart_page, draw_page
from tools.picture.svg import chart_svg
from tools.picture.view import LAST_BARS, LAYERS, PictureView

__all__ = [
    "LAST_BARS",
    "LAYERS",
    "Given",
    "GivenLevel",
    "GivenMark",
    "GivenZone",
    "Page",
    "PictureView",
    "chart_page",
    "chart_svg",
    "draw_page",
    "marked_svg",
]
