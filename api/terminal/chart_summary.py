"""A chart's reading on the terminal: how structure runs, where price stands, and what lies around it."""

from collections.abc import Iterable
from typing import Any, Final

from api.terminal.screen import Screen
from tools.definitions import DEFINITIONS
from tools.tick_prices import on_tick

_EACH_SIDE: Final = 3
_MOST_ZONES: Final = 8
_MOST_SETUPS: Final = 5
_ENDS: Final = ("filled_at", "inverted_at", "dead_at", "broken_at", "dropped_at")
_STYLES: Final = {"bullish": "green", "bearish": "red"}
_NARROWEST_NAME: Final = 24
_OPENS: Final = {"true_day_open": "00:00", "open_0830": "08:30", "open_0930": "09:30"}

Row = dict[str, Any]


def show_chart(screen: Screen, document: Row, close: float, tick: float) -> None:
    """Print a reading in its wire form.

    Args:
        screen: where to print.
        document: what `tools.chart.Chart.to_dict` gives, of at least one bar.
        close: the last close.
        tick: the smallest price step; setups are shown as the market quotes them.
    """
    screen.field("close", f"{_price(close)} at {document['as_of']}")
    _show_structure(screen, document["structure_breaks"])
    _show_range(screen, document["dealing_range"])
    _show_session(screen, document["session"])
    _show_day(screen, document["power_of_three"])
    _show_pools(screen, document["liquidity_pools"], close)
    _show_zones(screen, document, close)
    show_setups(screen, document["setups"], tick)


def _show_structure(screen: Screen, breaks: list[Row]) -> None:
    shown = False
    for scope in ("external", "internal"):
        last = _last(one for one in breaks if one.get("scope") == scope)
        if last is not None:
            shown = True
            _directed(screen, scope, last, f"since the {last['type']} of {_price(last['price'])} {_when(last)}")
    shift = _last(one for one in breaks if one["type"] == "MSS")
    if shift is not None:
        _directed(screen, "last shift", shift, f"MSS of {_price(shift['price'])} {_when(shift)}")
    if not shown:
        screen.field("structure", "no swing has been broken yet")


def _show_range(screen: Screen, dealing: Row | None) -> None:
    if dealing is None:
        screen.field("dealing range", "not known yet")
        return
    ends = f"{_price(dealing['low'])} – {_price(dealing['high'])}, middle {_price(dealing['equilibrium'])}"
    screen.field("dealing range", f"{ends}; price at {dealing['pd_percent']:.0f}%, {dealing['half']}")
    entry = dealing["ote"]
    if entry is not None and entry["dead_at"] is None:
        zone = f"{_price(entry['bottom'])} – {_price(entry['top'])}, sweet spot {_price(entry['sweet_spot'])}"
        screen.field("OTE", f"{zone}; {entry['retracement']:.0%} given back")


def _show_session(screen: Screen, session: Row | None) -> None:
    if session is None:
        return
    state = "open" if session["is_open"] else f"closed ({_words(session['closed_reason'])})"
    windows = [_words(window["name"]) for window in session["active"] if window["kind"] != "session"]
    upcoming = session["next_kill_zone"]
    following = "" if upcoming is None else f"; {_words(upcoming['name'])} in {upcoming['minutes_until']} min"
    screen.field("session", f"{state}; {', '.join(windows) or 'no kill zone'}{following}")
    opens = [f"{at} {_price(session['opening_prices'][name])}" for name, at in _OPENS.items()
             if session["opening_prices"][name] is not None]  # fmt: skip
    if opens:
        screen.field("opens (NY)", ", ".join(opens))


def _show_day(screen: Screen, day: Row) -> None:
    if day["stage"] == "unknown":
        return
    way = "" if day["direction"] is None else f", {day['direction']}"
    screen.field("day", f"{day['stage']}{way} ({DEFINITIONS['power_of_three'].title.lower()})")


def _show_pools(screen: Screen, pools: list[Row], close: float) -> None:
    resting = [pool for pool in pools if pool["taken_at"] is None and pool["superseded_at"] is None]
    for label, side in (("pools above", "buy_side"), ("pools below", "sell_side")):
        nearest = sorted((pool for pool in resting if pool["side"] == side), key=lambda one: abs(one["price"] - close))
        told = [f"{_price(pool['price'])} {_pool(pool)}" for pool in nearest[:_EACH_SIDE]]
        screen.field(label, ", ".join(told) or "none")


def _show_zones(screen: Screen, document: Row, close: float) -> None:
    found = [
        (name, row)
        for name, rows in document.items()
        if name in DEFINITIONS and isinstance(rows, list)
        for row in rows
        if "top" in row and all(row.get(end) is None for end in _ENDS)
    ]
    screen.line()
    screen.line(f"open zones: the nearest of {len(found):,}" if found else "open zones: none", "bold")
    nearest = sorted(found, key=lambda one: _distance(one[1], close))[:_MOST_ZONES]
    width = _width(DEFINITIONS[name].title for name, _ in nearest)
    for name, row in nearest:
        touched = "" if row["touched_at"] is None else ", touched"
        zone = f"{_price(row['bottom'])} – {_price(row['top'])}, {_when(row)}{touched}"
        _directed(screen, DEFINITIONS[name].title, row, zone, width=width)


def show_setups(screen: Screen, setups: list[Row], tick: float) -> None:
    """Print the newest fresh setups, newest first, each name in a column as wide as the longest."""
    fresh = [setup for setup in setups if setup["is_fresh"]]
    screen.line()
    screen.line(f"fresh setups: the newest of {len(fresh):,}" if fresh else "fresh setups: none", "bold")
    newest = fresh[: -_MOST_SETUPS - 1 : -1]
    width = _width(setup["name"] for setup in newest)
    for setup in newest:
        targets = ", ".join(_price(one["price"]) for one in setup["targets"]) or "none"
        way = 1 if setup["direction"] == "bullish" else -1
        entry, stop = (_price(on_tick(setup[name], tick, way)) for name in ("entry", "stop"))
        prices = f"entry {entry}, stop {stop}, targets {targets}, {_when(setup)}"
        _directed(screen, setup["name"], setup, prices, width=width)


def _width(names: Iterable[str]) -> int:
    """Return the columns the longest of the names takes, with the space behind it."""
    return max([_NARROWEST_NAME, *(len(name) + 1 for name in names)])


def _directed(screen: Screen, label: str, row: Row, text: str, *, width: int = 14) -> None:
    parts = [(f"{label:<{width - 1}} ", "dim"), (row["direction"], _STYLES[row["direction"]]), (f" {text}", "")]
    screen.mixed(parts, indent=2, hang=width)


def _pool(pool: Row) -> str:
    if pool["kind"] == "session":
        return f"{_words(pool['session'])} session"
    return f"{pool['members']} equal" if pool["kind"] == "equal" else _words(pool["kind"])


def _distance(zone: Row, close: float) -> float:
    return float(max(zone["bottom"] - close, close - zone["top"], 0.0))


def _last(rows: Iterable[Row]) -> Row | None:
    return max(rows, key=lambda row: int(row["confirmed_index"]), default=None)


def _when(row: Row) -> str:
    return f"at {row['formed_at']}"


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ")


def _price(price: float) -> str:
    return f"{price:.10g}"
