"""The picture of a chart's reading: one SVG for a document, one self-contained page for a trader."""

from tools.picture.page import Page, chart_page, draw_page
from tools.picture.svg import chart_svg
from tools.picture.view import LAST_BARS, LAYERS, PictureView

__all__ = ["LAST_BARS", "LAYERS", "Page", "PictureView", "chart_page", "chart_svg", "draw_page"]
