"""The picture of a chart's reading: one SVG for a document, one self-contained page for a trader."""

from api.picture.page import chart_page
from api.picture.svg import chart_svg
from api.picture.view import LAYERS, PictureView

__all__ = ["LAYERS", "PictureView", "chart_page", "chart_svg"]
