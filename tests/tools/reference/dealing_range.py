"""The dealing range at one bar: from the leg's origin to the furthest price since."""

from tests.tools.reference.bars import Bar, Row


def dealing_range(bars: list[Bar], swings: list[Row], breaks: list[Row], t: int) -> Row | None:
    """Return low, high and direction at the close of bar t, or None while there is none."""
    known = [row for row in breaks if row["confirmed_index"] <= t]
    if known:
        last = known[-1]
        since = bars[last["origin_index"] : t + 1]
        if last["direction"] == 1:
            return {"direction": 1, "low": since[0].low, "high": max(bar.high for bar in since)}
        return {"direction": -1, "low": min(bar.low for bar in since), "high": since[0].high}
    latest: dict[int, Row] = {}
    for row in sorted(swings, key=lambda row: int(row["confirmed_index"])):
        if row["confirmed_index"] <= t:
            latest[row["side"]] = row
    if len(latest) < 2:
        return None
    return {"direction": 0, "low": latest[-1]["price"], "high": latest[1]["price"]}
