"""Levels: broken structure with its name, pools with their sweep, and every event that happened at a price."""

from collections.abc import Sequence
from typing import Final

from tools.picture.facts import Fact, Row
from tools.picture.labels import LIVE, MAJOR, MINOR, STRUCTURE, SWEPT, Label
from tools.picture.markup import line
from tools.picture.sheet import Sheet, level, path, pin

CROSS: Final = "M-3.2-3.2L3.2 3.2M-3.2 3.2L3.2-3.2"
_PERIODS: Final = {"previous_day": "PD", "previous_week": "PW", "previous_month": "PM"}
_SESSIONS: Final = {
    "asia": "Asia", "london": "London", "new_york_am": "NY AM", "london_close": "LDN close", "lunch": "Lunch",
    "new_york_pm": "NY PM",
}  # fmt: skip
_SHORT_NAMES: Final = {"cisd": "CISD", "judas_swings": "Judas", "smt": "SMT", "sweeps": "Sweep"}
_SAME_LEVEL: Final = 5.0
_NAMES_AT_ONCE: Final = 3
_SWEPT_AT_ONCE: Final = 2
_RANKS: Final = ("previous_month", "previous_week", "previous_day", "session", "equal", "swing")


def draw_break(sheet: Sheet, fact: Fact) -> None:
    """Draw the line from the swing to the close beyond it, named in its middle."""
    frame, row = sheet.frame, fact.row
    left, right, y = frame.x(fact.start), frame.x(row["formed_index"]), frame.y(row["price"])
    kind = str(row.get("type", ""))
    style = f"break {kind.lower()}"
    sheet.put_fact(fact, style, level(left, right, y, "level"))
    above, below = -3.5, 10.5
    first, second = (above, below) if fact.sign == "up" else (below, above)
    rank = STRUCTURE if fact.layer == "structure" else MINOR
    sheet.labels.add(
        Label(fact.layer, (left + right) / 2, y, kind, rank, f"{style} {fact.sign}", "middle", 0.0, first, (second,))
    )


def draw_pool(sheet: Sheet, fact: Fact) -> None:
    """Draw a pool: dotted until it was known, then a line to where it was taken, a cross where that was a sweep."""
    frame, row = sheet.frame, fact.row
    left, right, y = frame.x(fact.confirmed), frame.until(fact.end), frame.y(row["price"])
    shapes = level(frame.x(fact.start), left, y, "draft") if frame.x(fact.start) < left else ""
    shapes += level(left, right, y, "level")
    if _is_swept_in_view(sheet, fact):
        shapes += pin(frame.x(row["taken_index"]), y, CROSS, "cross")
    style = "pool" + (" major" if _is_major(fact) else "") + (" done" if fact.end is not None else "")
    sheet.put_fact(fact, style, shapes)


def name_pools(sheet: Sheet, facts: Sequence[Fact]) -> None:
    """Name the pools that still rest, at the right edge, and the sweeps; those at one place share a name."""
    _name_sweeps(sheet, [fact for fact in facts if _is_swept_in_view(sheet, fact)])
    resting = sorted((fact for fact in facts if fact.end is None), key=lambda fact: sheet.frame.y(fact.row["price"]))
    groups: list[list[Fact]] = []
    for fact in resting:
        y = sheet.frame.y(fact.row["price"])
        if groups and y - sheet.frame.y(groups[-1][0].row["price"]) < _SAME_LEVEL:
            groups[-1].append(fact)
        else:
            groups.append([fact])
    for group in groups:
        _name_group(sheet, group)


def _name_sweeps(sheet: Sheet, swept: list[Fact]) -> None:
    together: dict[tuple[int, str], list[Fact]] = {}
    for fact in swept:
        together.setdefault((fact.row["taken_index"], fact.row["side"]), []).append(fact)
    for (bar, side), group in together.items():
        ranked = sorted(group, key=_rank)
        names = list(dict.fromkeys(pool_name(fact.row) for fact in ranked))
        words = " · ".join(names[:_SWEPT_AT_ONCE]) + " swept"
        heights = [sheet.frame.y(fact.row["price"]) for fact in group]
        y, dy = (min(heights), -6.0) if side == "buy_side" else (max(heights), 13.0)
        rank = SWEPT if _is_major(ranked[0]) else MINOR
        sheet.labels.add(
            Label(ranked[0].layer, sheet.frame.x(bar), y, words, rank, "sweep", "middle", 0.0, dy, (1.8 * dy,))
        )


def _name_group(sheet: Sheet, group: list[Fact]) -> None:
    ranked = sorted(group, key=_rank)
    names = list(dict.fromkeys(pool_name(fact.row) for fact in ranked))
    words = " · ".join(names[:_NAMES_AT_ONCE]) + (" …" if len(names) > _NAMES_AT_ONCE else "")
    major = _is_major(ranked[0])
    y, rank = sheet.frame.y(ranked[0].row["price"]), MAJOR if major else LIVE
    style = "pool major" if major else "pool"
    since = min(sheet.frame.x(fact.confirmed) for fact in group)
    label = Label(ranked[0].layer, sheet.frame.width, y, words, rank, style, "end", -4.0, -3.0, (10.0,), since)
    sheet.labels.add(label)


def pool_name(row: Row) -> str:
    """Return what traders call a pool: PDH, Asia low, EQH, BSL."""
    above = row.get("side") == "buy_side"
    kind = str(row.get("kind"))
    if kind in _PERIODS:
        return _PERIODS[kind] + ("H" if above else "L")
    if kind == "session":
        session = str(row.get("session"))
        return f"{_SESSIONS.get(session, session)} {'H' if above else 'L'}"
    if kind == "equal":
        return "EQH" if above else "EQL"
    return "BSL" if above else "SSL"


def draw_event(sheet: Sheet, fact: Fact) -> None:
    """Draw what happened at a price: a line to the bar that confirmed it, and its short name."""
    frame, row = sheet.frame, fact.row
    left, right, y = frame.x(fact.start), frame.x(fact.confirmed), frame.y(row["price"])
    words = _SHORT_NAMES.get(fact.list, str(row.get("kind", fact.list.replace("_", " "))))
    first = row.get("first_price")
    shape = level(left, right, y, "level")
    if fact.list == "smt" and first is not None:
        right = frame.x(row["formed_index"])
        shape = path(line(left, frame.y(first), right, y), "level")
    sheet.put_fact(fact, f"event {fact.list}", shape)
    dy = -4.0 if fact.sign == "up" else 11.0
    if fact.list == "smt":
        dy = -dy + 7  # beyond the lows it joins
    sheet.labels.add(Label(fact.layer, right, y, words, MINOR, f"event {fact.sign}", "middle", 0.0, dy))


def draw_sweep(sheet: Sheet, fact: Fact) -> None:
    """Draw a cross where stops were hunted."""
    frame, row = sheet.frame, fact.row
    sheet.put_fact(fact, "event sweeps", pin(frame.x(row["formed_index"]), frame.y(row["price"]), CROSS, "cross"))


def _is_swept_in_view(sheet: Sheet, fact: Fact) -> bool:
    return fact.row.get("swept_index") is not None and fact.row["taken_index"] >= sheet.frame.first


def _rank(fact: Fact) -> int:
    return _RANKS.index(fact.row["kind"]) if fact.row["kind"] in _RANKS else 0


def _is_major(fact: Fact) -> bool:
    return fact.layer == "liquidity_pools" and (fact.row.get("kind") in _PERIODS or fact.row.get("kind") == "session")
