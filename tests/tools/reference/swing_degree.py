"""Degrees of swings: short-term highs that stand above their neighbours, and those of them that do so again."""

from tests.tools.reference.bars import NOT_YET, Bar, Row, upside_down
from tests.tools.reference.swings import swings as swings_of

Known = dict[int, int]
"""The bar at which each swing's degree was known, by the swing's bar."""


def with_degrees(bars: list[Bar], swings: list[Row]) -> list[Row]:
    """Return swings of any scope with the bars at which each was known to be intermediate, and long."""
    degrees = {1: _of_highs(bars), -1: _of_highs(upside_down(bars))}
    graded = []
    for row in swings:
        intermediate, long = degrees[row["side"]]
        graded.append(
            {
                **row,
                "intermediate_index": _no_earlier(intermediate.get(row["formed_index"]), row["confirmed_index"]),
                "long_index": _no_earlier(long.get(row["formed_index"]), row["confirmed_index"]),
            }
        )
    return graded


def _no_earlier(known: int | None, confirmed: int) -> int:
    return NOT_YET if known is None else max(known, confirmed)


def _of_highs(bars: list[Bar]) -> tuple[Known, Known]:
    short = {row["formed_index"]: row["confirmed_index"] for row in swings_of(bars, 1, 1) if row["side"] == 1}
    intermediate = _between_lower(bars, short)
    return intermediate, _between_lower(bars, intermediate)


def _between_lower(bars: list[Bar], known: Known) -> Known:
    standing = {}
    peaks = sorted(known)
    for before, peak, after in zip(peaks, peaks[1:], peaks[2:], strict=False):
        if bars[before].high < bars[peak].high and bars[after].high < bars[peak].high:
            standing[peak] = max(known[before], known[peak], known[after])
    return standing
