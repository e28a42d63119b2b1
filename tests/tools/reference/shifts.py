"""Market structure shifts: a change of character whose leg swept a pool, displaced, and left a gap."""

from tests.tools.reference.bars import NOT_YET, Bar, Row


def market_structure_shifts(
    bars: list[Bar],
    breaks: list[Row],
    pools: list[Row],
    gaps: list[Row],
    displacements: list[Row],
    need_sweep: bool = True,
    need_gap: bool = True,
) -> list[Row]:
    """Return the shifts of both directions; `sweeps` holds the positions of every pool that qualifies."""
    found = []
    for broken in breaks:
        if not broken["type"]:
            continue
        s, o, t = broken["swing_index"], broken["origin_index"], broken["confirmed_index"]
        direction = broken["direction"]
        extreme = bars[o].low if direction == 1 else bars[o].high
        sweeps = [p for p, pool in enumerate(pools) if _is_swept_within(pool, direction, extreme, s, t)]
        moved = any(row["direction"] == direction and o < row["formed_index"] <= t for row in displacements)
        left_gaps = [g for g in gaps if g["direction"] == direction and o < g["formed_index"] <= t]
        gap = min(left_gaps, key=lambda row: int(row["confirmed_index"]), default=None)
        if not moved or (need_sweep and not sweeps) or (need_gap and gap is None):
            continue
        confirmed = t if not need_gap or gap is None else max(t, gap["confirmed_index"])
        found.append(
            {
                "direction": direction,
                "formed_index": t,
                "confirmed_index": confirmed,
                "origin_index": o,
                "price": broken["price"],
                "sweeps": sweeps,
                "gap_index": NOT_YET if gap is None else gap["confirmed_index"],
            }
        )
    return found


def _is_swept_within(pool: Row, direction: int, extreme: float, s: int, t: int) -> bool:
    is_beyond = extreme <= pool["price"] if direction == 1 else extreme >= pool["price"]
    is_swept = s <= pool["taken_index"] <= t and pool["swept_index"] != NOT_YET and pool["swept_index"] <= t
    return bool(pool["side"] == -direction and is_beyond and is_swept)
