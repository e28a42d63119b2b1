"""What stands together must belong together: a price and its time, a direction and its price, a rule and its number."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from agent.coach.grounding.mentions import Mention, Moment, Quantity, Said
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.support import Support
from agent.coach.grounding.vocabulary import stems

Supported = tuple[Mention, Support]
_ROW: Final = re.compile(r"^[^:]*:(?:rows|events|decisions)\.\d+")
_SETUP_ROLES: Final = ("entry", "stop", "target", "invalidation")
_TELLING_DIGITS: Final = 4
_FEWEST_SHARED: Final = 2
_RANGE: Final = re.compile(r" ?(?:–|-|to|and|/|up to|down to) ?")


def bound(passage: Passage, found: Sequence[Supported]) -> list[Supported]:
    """Withdraw the support of what is known, but not of what stands beside it.

    A time or a direction known only from rows of a table must share a row with a price of its clause that is known
    only from rows; a price likewise with a time or direction. A lone rule must own the numbers of its clause.
    """
    clauses: dict[int, list[int]] = {}
    for place, (mention, support) in enumerate(found):
        if support.sources:
            clauses.setdefault(passage.clause(mention.start)[0], []).append(place)
    checked = list(found)
    for places in clauses.values():
        for place in _strangers(passage, found, places):
            mention, support = found[place]
            checked[place] = (
                mention,
                replace(support, sources=(), reason="it is known, but not of what stands beside it"),
            )
        _check_rule(passage, checked, found, places)
    return checked


def _strangers(passage: Passage, found: Sequence[Supported], places: Sequence[int]) -> list[int]:
    prices = [place for place in places if _is_price(found[place][0])]
    others = [
        place for place in places if isinstance(found[place][0].said, Moment) or found[place][0].kind == "direction"
    ]
    pairs = _pairs(passage, found, prices)
    strange = [
        place
        for place, other in pairs.items()
        if _are_of_rows(found, (place, other)) and not _rows(found, place) & _rows(found, other)
    ]
    strange += list(_torn(found, prices))
    for place in (*prices, *others):
        if not _is_of_rows(found[place][1]):
            continue
        if isinstance(found[place][0].said, Moment) and prices:
            beside = [one for one in prices if any(_ROW.match(group) for group in found[one][1].groups)]
            if beside and not any(_rows(found, place) & _side(found, one, pairs, others) for one in beside):
                strange.append(place)
        elif _is_stranger(found, place, _beside(found, place, prices, others), pairs, others):
            strange.append(place)
    return strange


def _torn(found: Sequence[Supported], prices: Sequence[int]) -> Iterator[int]:
    """Yield the prices of a setup, told one after the other in their roles, that no one row holds together."""
    begun, rows, told = set[str](), set[str](), -1
    for place in prices:
        said = found[place][0].said
        role = said.role if isinstance(said, Quantity) else None
        if role not in _SETUP_ROLES or not _is_of_rows(found[place][1]):
            continue
        own = _rows(found, place)
        if role in begun or not begun:
            begun, rows = {role}, own
        elif rows & own:
            begun, rows = begun | {role}, rows & own
        else:
            told = place
            yield told


def _beside(found: Sequence[Supported], place: int, prices: Sequence[int], others: Sequence[int]) -> Sequence[int]:
    """Return what must stand in the same row: of a direction the price nearest to it."""
    if place in prices:
        return others
    if prices:
        return [min(prices, key=lambda one: _apart(found[place][0], found[one][0]))]
    return [one for one in others if found[one][0].kind != found[place][0].kind]


def _pairs(passage: Passage, found: Sequence[Supported], prices: Sequence[int]) -> dict[int, int]:
    """Return the prices that are the two ends of a range, each with the other."""
    pairs: dict[int, int] = {}
    for one, other in pairwise(sorted(prices, key=lambda place: found[place][0].start)):
        between = passage.plain[found[one][0].end : found[other][0].start]
        said = (found[one][0].said, found[other][0].said)
        bare = all(isinstance(each, Quantity) and each.unit is None for each in said)
        if bare and _RANGE.fullmatch(between) and _is_range(passage.plain, found[one][0].start, between):
            pairs |= {one: other, other: one}
    return pairs


def _is_range(text: str, start: int, between: str) -> bool:
    """Whether two prices are a range: `A and B` only behind `between`."""
    return "and" not in between or text[max(0, start - 12) : start].rstrip().endswith("between")


def _common(found: Sequence[Supported], place: int, pairs: Mapping[int, int], times: Sequence[int] = ()) -> set[str]:
    """Return the rows a claim may stand in, seen together with the other end of its range and the times beside it."""
    rows = _rows(found, place)
    together = [pairs[place]] if place in pairs else []
    for one in (*together, *times):
        rows = rows & _rows(found, one) or rows
    return rows


def _side(found: Sequence[Supported], place: int, pairs: Mapping[int, int], others: Sequence[int]) -> set[str]:
    """Return the rows a price may stand in, seen together with the one direction of its clause."""
    rows = _common(found, place, pairs)
    sides = [one for one in others if found[one][0].kind == "direction" and _is_of_rows(found[one][1])]
    return rows & _rows(found, sides[0]) or rows if len(sides) == 1 else rows


def _are_of_rows(found: Sequence[Supported], places: Sequence[int]) -> bool:
    return all(_is_of_rows(found[place][1]) for place in places)


def _is_stranger(
    found: Sequence[Supported], place: int, beside: Sequence[int], pairs: Mapping[int, int], others: Sequence[int]
) -> bool:
    """Whether others of its clause stand in the same table, and none in the same row."""
    rows = _common(found, place, pairs)
    times = [one for one in others if isinstance(found[one][0].said, Moment)]
    tables = {_table(row) for row in rows}
    in_tables = [{row for row in _common(found, one, pairs, times) if _table(row) in tables} for one in beside]
    return any(in_tables) and not any(rows & other for other in in_tables)


def _rows(found: Sequence[Supported], place: int) -> set[str]:
    return {_row(group) for group in found[place][1].groups}


def _apart(one: Mention, other: Mention) -> int:
    """Return how far apart two mentions stand; what follows is nearer than what went before."""
    return other.start - one.end if other.start >= one.end else 2 * (one.start - other.end) + 1


def _table(row: str) -> str:
    return row.rpartition(".")[0]


def _row(group: str) -> str:
    """Return the row of a group: what stands inside a row's cell belongs to it."""
    found = _ROW.match(group)
    return found[0] if found else group


def _is_of_rows(support: Support) -> bool:
    return bool(support.groups) and all(_ROW.match(group) for group in support.groups)


def _is_price(mention: Mention) -> bool:
    said = mention.said
    return isinstance(said, Quantity) and len(str(int(abs(said.value / said.quantum)))) >= _TELLING_DIGITS


def _check_rule(passage: Passage, checked: list[Supported], found: Sequence[Supported], places: Sequence[int]) -> None:
    """Withdraw a lone rule none of whose clause's numbers is its own, where they are known to be another's."""
    rules = [place for place in places if found[place][0].kind == "rule"]
    if len(rules) != 1:
        return
    mention, support = found[rules[0]]
    cited = mention.said.word if isinstance(mention.said, Said) else ""
    start, end = passage.clause(mention.start)
    around = stems(passage.plain[start:end])
    owners: set[str] = set()
    for place in places:
        if isinstance(found[place][0].said, Quantity):
            for rule_ids, words in found[place][1].owned:
                if len(words & around) >= _FEWEST_SHARED:
                    owners |= rule_ids
    if owners and cited not in owners:
        told = ", ".join(sorted(owners))
        checked[rules[0]] = (mention, replace(support, sources=(), reason=f"what is said here belongs to rule {told}"))
