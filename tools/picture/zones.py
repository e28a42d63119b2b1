"""Zones: from the bar at whose close each was known to the bar that ended it, paler once it has ended."""

from typing import Final

from tools.picture.facts import Fact
from tools.picture.labels import LIVE, PAST, Label
from tools.picture.markup import number
from tools.picture.sheet import Sheet, box, level, path

_SHORT_NAMES: Final = {
    "fair_value_gaps": "FVG", "inverse_gaps": "iFVG", "balanced_ranges": "BPR", "volume_imbalances": "VI",
    "order_blocks": "OB", "breakers": "Breaker", "mitigation_blocks": "Mitigation", "rejection_blocks": "Rejection",
}  # fmt: skip
_STYLES: Final = {
    "fair_value_gaps": "gap", "inverse_gaps": "gap inverse", "volume_imbalances": "gap bodies",
    "balanced_ranges": "balance", "opening_gaps": "opening", "order_blocks": "block",
    "breakers": "block breaker", "mitigation_blocks": "block mitigation", "rejection_blocks": "block rejection",
}  # fmt: skip
SIGNS: Final = {"up": "+", "down": "−", "flat": ""}
_ROOM_FOR_MIDDLE: Final = 7.0
_ROOM_FOR_NAME: Final = 34.0


def draw_zone(sheet: Sheet, fact: Fact) -> None:
    """Draw a zone, a thin outline back to the bar it is drawn on, its near edge and its middle while it lives."""
    frame, row = sheet.frame, fact.row
    left, right = frame.x(fact.confirmed), frame.until(fact.end)
    top, bottom = frame.y(row["top"]), frame.y(row["bottom"])
    style = _STYLES.get(fact.list, "balance") + (" done" if fact.end is not None else "")
    shapes = box(left, right, top, bottom, "zone")
    if (begins := frame.x(fact.start)) < left:
        edges = f"M{number(left)} {number(top)}H{number(begins)}V{number(bottom)}H{number(left)}"
        shapes += path(edges, "draft")
    if fact.end is None:
        shapes += level(left, right, bottom if fact.sign == "down" else top, "edge")
    if bottom - top >= _ROOM_FOR_MIDDLE and row.get("middle") is not None:
        shapes += level(left, right, frame.y(row["middle"]), "middle")
    sheet.put_fact(fact, style, shapes)
    _name(sheet, fact, left, right, (top + bottom) / 2)


def _name(sheet: Sheet, fact: Fact, left: float, right: float, y: float) -> None:
    words = SIGNS[fact.sign] + _SHORT_NAMES.get(fact.list, str(fact.row.get("kind", "zone")).upper())
    style = f"{_STYLES.get(fact.list, 'balance')} {fact.sign}"
    if fact.end is None:
        ends = sheet.frame.ends
        sheet.labels.add(Label(fact.layer, ends, y, words, LIVE, style, dx=5.0, shifts=(-3.0, 10.0), since=left))
    elif right - left >= _ROOM_FOR_NAME:
        sheet.labels.add(Label(fact.layer, left, y, words, PAST, f"{style} past", dx=3.0))
