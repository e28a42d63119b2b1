"""Speaking of a chart: the facts a tool found on it."""

from collections.abc import Mapping
from typing import Any, Final

from agent.coach.models.offline.conversation import Row
from agent.coach.models.offline.said.fill import bare, fill, missing, say, spoken
from agent.coach.models.offline.templates import CHART_ROWS, LED_BY, MODELS
from agent.coach.models.offline.turn import Turn

_SIDES: Final = {"bullish": ("high", "buy-side"), "bearish": ("low", "sell-side")}
_LISTS: Final = ("structure_breaks", "fair_value_gaps", "order_blocks", "liquidity_pools", "sweeps", "setups")
"""Which lists of a summary are told; the others are there for who asks."""


def chart(turn: Turn) -> list[str]:
    """Say what a tool found on the chart."""
    tool = turn.subject.chart_tool or "read_chart_summary"
    told = turn.told(tool)
    if told is None:
        return missing(turn, tool)
    return [*_chart(tool, told), *(say("chart_simulated") if told.get("simulated") else [])]


def _chart(tool: str, told: Row) -> list[str]:
    if tool == "read_dealing_range":
        return _dealing_range(told)
    if tool == "read_power_of_three":
        stage = told.get("power_of_three") or {}
        return say(
            "power_of_three", {**told, **stage}, stage=spoken(stage.get("stage")), reason=bare(stage.get("reason"))
        )
    rows = [dict(zip(told.get("columns", ()), row, strict=False)) for row in told.get("rows", ())]
    if not rows:
        return say("chart_none", told)
    if tool == "read_chart_summary":
        rows = [row for row in rows if row.get("list") in _LISTS]
    lines = [line for row in rows for line in _line(tool, row)]
    shown = ["\n".join([*say("chart_head", told), *lines])]
    if tool == "read_chart_summary":
        return [*shown, *say("chart_summary", stage=spoken(told.get("stage")))]
    return [*shown, *(say("chart_more", told) if (told.get("total") or 0) > len(rows) else [])]


def _line(tool: str, row: Mapping[str, Any]) -> list[str]:
    side, liquidity = _SIDES.get(str(row.get("direction")), (None, None))
    session = row.get("session")
    kind = spoken(row.get("kind"))
    values = {
        **row,
        "side": side,
        "liquidity": liquidity,
        "kind": kind if kind is None or session in (None, "-") else f"{kind} {spoken(session)}",
        "model": MODELS.get(str(row.get("model")), spoken(row.get("model"))),
        "led_by": LED_BY.get(str(row.get("led_by")), row.get("led_by")),
        "list": spoken(row.get("list")),
    }
    return say("chart_row", row=", ".join(fill(CHART_ROWS[tool], values)) or None)


def _dealing_range(told: Row) -> list[str]:
    found = told.get("dealing_range")
    if not found:
        return say("no_dealing_range", told)
    ote = found.get("ote") or {}
    values = {
        **told,
        **found,
        "half": _half(found.get("half")),
        "ote_top": ote.get("top"),
        "ote_bottom": ote.get("bottom"),
    }
    return say("dealing_range", values)


def _half(half: Any) -> str | None:
    return None if half is None else f"the {half}" if half == "equilibrium" else str(half)
