"""What a page says about each fact it shows: definition, prices, and every time of its life."""

import json
from typing import Any, Final

import numpy as np

from tools.definitions import DEFINITIONS
from tools.facts import IntArray
from tools.picture.frame import Frame
from tools.picture.sheet import Sheet
from tools.times import parse_time
from tools.trading_day import new_york_local

_AT: Final = "_at"
_INDEX: Final = "_index"
_HIDDEN: Final = frozenset({"id", "direction"})
_SHARES: Final = frozenset({"body_atr", "pd_percent", "retracement"})
_KILL_ZONE: Final = ("Kill zone", "A window of the New York clock in which setups are taken; lunch is not traded.")


def page_data(sheet: Sheet, clock: IntArray) -> str:
    """Return the JSON a page's script reads: scales, bars and facts; safe inside a script element.

    Args:
        sheet: the finished drawing.
        clock: the visible bars' openings on the axis' clock, shape (k,).
    """
    frame = sheet.frame
    data = {
        "width": frame.width, "height": frame.height, "ends": frame.ends, "step": frame.step,
        "low": frame.low, "high": frame.high, "tick": frame.tick, "decimals": frame.decimals,
        "seconds": frame.candles.timeframe.seconds,
        "bars": _bars(frame, clock),
        "offsets": _offsets(frame),
        "lists": {kind: _list(sheet, kind) for kind in sheet.rows},
    }  # fmt: skip
    return json.dumps(data, separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e")


def _bars(frame: Frame, clock: IntArray) -> dict[str, list[Any]]:
    visible = frame.candles[frame.first :]
    prices = {name: getattr(visible, name).tolist() for name in ("open", "high", "low", "close")}
    volume = visible.volume.tolist() if len(visible) and visible.volume.any() else []
    return {"time": visible.time.tolist(), "clock": clock.tolist(), **prices, "volume": volume}


def _offsets(frame: Frame) -> list[list[int]]:
    """Return ``[from, seconds]`` for each offset from UTC that New York had over the chart."""
    times = frame.candles.time
    if not len(times):
        return [[0, 0]]
    offsets = new_york_local(times) - times
    changes = np.concatenate(([0], np.flatnonzero(np.diff(offsets)) + 1))
    return [[int(times[bar]), int(offsets[bar])] for bar in changes]


def _list(sheet: Sheet, kind: str) -> dict[str, Any]:
    rows = sheet.rows[kind]
    columns = [name for name in dict.fromkeys(key for row in rows for key in row) if _is_shown(name, rows)]
    definition = DEFINITIONS.get(kind)
    title, meaning = _KILL_ZONE if kind == "kill_zones" else definition or (kind.replace("_", " ").capitalize(), "")
    return {
        "title": title,
        "meaning": meaning,
        "columns": [[_label(name), "t" if name.endswith(_AT) else "w"] for name in columns],
        "rows": [
            [row["id"], row.get("direction"), *(_value(sheet.frame, name, row.get(name)) for name in columns)]
            for row in rows
        ],
    }


def _is_shown(name: str, rows: list[dict[str, object]]) -> bool:
    """Leave out bar indices, which stand beside as times, and what holds further objects."""
    if name in _HIDDEN or name.endswith(_INDEX):
        return False
    return not any(isinstance(row.get(name), dict) for row in rows)


def _label(name: str) -> str:
    words = name.removesuffix(_AT).replace("_", " ")
    return words[:1].upper() + words[1:]


def _value(frame: Frame, name: str, value: object) -> object:
    if value is None or value == "-":
        return None
    if name.endswith(_AT):
        return parse_time(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):  # a setup's targets
        return ", ".join(frame.price(float(one["price"])) for one in value) or None
    if isinstance(value, float):
        return f"{value:.2f}" if name in _SHARES else frame.price(value)
    return str(value).replace("_", " ")
