"""Setups: what is risked in rust, what may be won in teal, from the bar at whose close the entry was known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tools.candles import Candles
from tools.picture.facts import Fact, Row, facts_of
from tools.picture.frame import bar_holding
from tools.picture.labels import SETUP, Label
from tools.picture.sheet import Sheet, box, level, pin
from tools.tick_prices import on_tick, quoted

_DOT: Final = "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"
_MOST_TARGETS: Final = 3
_NAME_WIDTH: Final = 150.0
_ENOUGH_REWARD: Final = 2.0
_NARROWEST: Final = 8.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A setup that is shown in full.

    Attributes:
        fact: its row, placed.
        entry: the limit price; `stop` and `targets` likewise, the nearest target first.
        is_fresh: whether neither the entry nor the stop has traded.
        others: how many other setups are fresh.
    """

    fact: Fact
    entry: float
    stop: float
    targets: tuple[float, ...]
    is_fresh: bool
    others: int = 0

    @property
    def is_over(self) -> bool:
        """Whether its stop was hit."""
        return self.fact.row.get("stopped_index") is not None

    @property
    def prices(self) -> list[float]:
        """Every price the picture should hold."""
        return [self.entry, self.stop, *self.targets]


def plan_of(candles: Candles, document: Row, decision: Mapping[str, Any] | None, tick: float) -> Plan | None:
    """Choose the setup to show in full; None where there is none.

    A decision's is the one it offers, and one that offers none shows none: no plan stands below a refusal to trade.
    Without a decision it is the chart's newest fresh setup, else its newest, at prices of the `tick` grid.
    """
    facts = [replace(fact, layer="setups") for fact in facts_of("setups", document)]
    if decision is not None:
        offered = decision.get("setup")
        return _offered(candles, facts, offered) if offered else None
    fresh = [fact for fact in facts if fact.end is None]
    return _plan((fresh or facts)[-1], len(fresh), tick) if facts else None


def draw_plan(sheet: Sheet, plan: Plan) -> None:
    """Draw the chosen setup with its names, if it is in view."""
    frame, row = sheet.frame, plan.fact.row
    stopped = row.get("stopped_index")
    in_time = len(frame.candles) > 0 and (stopped is None or stopped >= frame.first)
    if not in_time or not frame.holds(min(plan.prices), max(plan.prices)):
        return
    left, right = frame.x(plan.fact.confirmed), frame.until(stopped)
    if stopped is not None:
        right = max(right, left + _NARROWEST)
    entry, stop = frame.y(plan.entry), frame.y(plan.stop)
    shapes = box(left, right, entry, stop, "risk")
    if plan.targets:
        shapes += box(left, right, entry, frame.y(plan.targets[-1]), "reward")
    shapes += level(left, right, entry, "entry") + level(left, right, stop, "stop")
    shapes += "".join(level(left, right, frame.y(target), "target") for target in plan.targets)
    entered = row.get("entered_index")
    if entered is not None and entered >= frame.first:
        shapes += pin(frame.x(entered), entry, _DOT, "filled")
    sheet.put_fact(plan.fact, "plan" if plan.is_fresh else "plan stale", shapes)
    _name(sheet, plan, left, right)


def draw_past_setup(sheet: Sheet, fact: Fact) -> None:
    """Draw a setup that is not chosen: its risk while the entry still rested, and a dot where it was filled."""
    frame, row = sheet.frame, fact.row
    left = frame.x(fact.confirmed)
    right = max(left + _NARROWEST, frame.until(fact.end))
    entry = frame.y(row["entry"])
    shapes = box(left, right, entry, frame.y(row["stop"]), "risk") + level(left, right, entry, "entry")
    if row.get("entered_index") is not None:
        shapes += pin(frame.x(row["entered_index"]), entry, _DOT, "filled")
    sheet.put_fact(fact, "plan past", shapes)


def _name(sheet: Sheet, plan: Plan, left: float, right: float) -> None:
    frame, way = sheet.frame, 1 if plan.stop < plan.entry else -1
    beyond, inside = (-4.0, 11.0) if way == 1 else (11.0, -4.0)
    x = max(left, min(right, frame.ends) - _NAME_WIDTH) if right - left > _NAME_WIDTH else left
    x = max(0.0, min(x, frame.width - _NAME_WIDTH))
    risk = abs(plan.entry - plan.stop)
    named = [(f"Entry {frame.tag(plan.entry)}", plan.entry, "entry", beyond)]
    named.append((f"Stop {frame.tag(plan.stop)}", plan.stop, "stop", inside))
    for place, target in enumerate(plan.targets, start=1):
        reward = f" · {abs(target - plan.entry) / risk:.1f}R" if risk else ""
        named.append((f"Target {place} {frame.tag(target)}{reward}", target, "target", beyond))
    for words, price, style, dy in named:
        y = frame.y(price)
        label = Label("setups", x, y, words, SETUP, f"plan {style}", dx=4.0, dy=dy, shifts=(7.0 - dy, dy - 11.0 * way))
        sheet.labels.add(label)


def _plan(fact: Fact, fresh: int, tick: float) -> Plan:
    row = fact.row
    entry, stop = float(row["entry"]), float(row["stop"])
    way = 1 if stop < entry else -1
    prices = quoted(entry, stop, tick, way)
    entry, stop = prices or (entry, stop)
    targets: list[float] = []
    for target in row.get("targets") or ():
        price = float(target["price"])
        targets.append(on_tick(price, tick, way) if prices else price)
        if abs(targets[-1] - entry) >= _ENOUGH_REWARD * abs(entry - stop):
            break
    return Plan(fact, entry, stop, tuple(targets[:_MOST_TARGETS]), fact.end is None, max(0, fresh - 1))


def _offered(candles: Candles, facts: Sequence[Fact], offered: Mapping[str, Any]) -> Plan:
    """Return a decision's setup, with the chart's own row of it where the chart has one."""
    entry, stop = float(offered["entry_price"]), float(offered["stop_loss"])
    targets = offered.get("take_profit") or ()
    known = next((fact for fact in facts if fact.row["id"] == offered.get("fact_id")), None)
    fact = known or _as_fact(candles, offered, entry, stop)
    return Plan(fact, entry, stop, tuple(float(price) for price in targets), fact.end is None)


def _as_fact(candles: Candles, offered: Mapping[str, Any], entry: float, stop: float) -> Fact:
    at = offered.get("confirmed_at")
    # It may have been confirmed on another timeframe: the bar of this chart that was under way then.
    bar = bar_holding(candles, str(at)) if at else max(0, len(candles) - 1)
    row: Row = {
        "id": offered.get("fact_id") or "setup:decision", "direction": offered.get("direction"),
        "name": offered.get("name"), "entry": entry, "stop": stop, "formed_index": bar, "confirmed_index": bar,
        "confirmed_at": at, "targets": [{"price": float(price)} for price in offered.get("take_profit") or ()],
    }  # fmt: skip
    return Fact("setups", row, "setups", bar, bar, None)
