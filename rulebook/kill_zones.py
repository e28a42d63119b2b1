"""Kill zones of a trader's own, as a profile writes them."""

from __future__ import annotations

import re

from rulebook.checks import Checker
from rulebook.located import Located
from rulebook.schema import KillZone

_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_WINDOW = re.compile(rf"({_CLOCK})-({_CLOCK})")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST = 24
_INSTEAD = 'write New York local time, such as "02:00-05:00"'


def read_kill_zones(node: Located, check: Checker) -> tuple[KillZone, ...]:
    """Return the windows of a mapping `{name: "HH:MM-HH:MM"}` or `{name: {window: …, trade: false}}`.

    Times are New York local; a window whose end lies before its start runs past midnight.

    Args:
        node: The mapping.
        check: Checks and notes for the profile's file.

    Returns:
        The windows by start, then end, then name.
    """
    zones = [_zone(name, one, node.key_lines[name], check) for name, one in check.named(node, "kill_zones").items()]
    known = [one for one in zones if one is not None]
    if len(zones) > _MOST:
        check.note(node.line, f"kill_zones holds {len(zones)} windows", f"write at most {_MOST}")
    if len(known) == len(zones) and isinstance(node.value, dict) and not any(one.trade for one in known):
        instead = "write at least one window to trade in, or leave kill_zones out"
        check.note(node.line, "kill_zones holds no window in which trades may be taken", instead)
    return tuple(sorted(known, key=lambda one: (one.start, one.end, one.name)))


def _zone(name: str, node: Located, line: int, check: Checker) -> KillZone | None:
    if not _NAME.fullmatch(name):
        check.note(line, f"the kill zone's name is {name!r}", "write lower-case letters, digits and _")
        return None
    if not isinstance(node.value, dict):
        return _window(name, node, True, check)
    entries = check.mapping(node, f"kill zone {name}", ("window",), ("trade",))
    trade = entries["trade"].value if "trade" in entries else True
    if not isinstance(trade, bool):
        wrong = f"trade of kill zone {name} is {entries['trade'].spoken()}"
        check.note(entries["trade"].line, wrong, "write true or false")
        return None
    return _window(name, entries["window"], trade, check) if "window" in entries else None


def _window(name: str, node: Located, trade: bool, check: Checker) -> KillZone | None:
    match = _WINDOW.fullmatch(node.value) if isinstance(node.value, str) else None
    if match is None:
        check.note(node.line, f"kill zone {name} is {node.spoken()}", _INSTEAD)
        return None
    start, end = match[1], match[2]
    if start == end:
        check.note(node.line, f"kill zone {name} ends when it starts ({start})", _INSTEAD)
        return None
    return KillZone(name, start, end, trade)
