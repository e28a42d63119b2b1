"""Repainting: readings that a prefix of the candles showed and that longer prefixes show otherwise, or not at all."""

from collections.abc import Hashable
from dataclasses import fields
from typing import Any, Final

import numpy as np

from evals.bench.peer import CLAIMS, Peer, frame_of
from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.facts import Facts
from tools.instruments import instrument

BARS: Final = 1_000
PREFIXES: Final = 100

Readings = dict[Hashable, Hashable]


def count_repaints(peer: Peer, candles: Candles) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
    """Return how many readings of earlier prefixes the whole changed or withdrew, and of how many.

    Returns:
        The peer's two counts by function, and ours over all facts.
    """
    whole = candles[:BARS]
    cuts = np.linspace(BARS // 10, BARS - 1, PREFIXES).astype(int).tolist()
    final_peer, final_ours = _peer_readings(peer, whole), _our_readings(read_chart(whole, instrument("EURUSD")))
    theirs = {name: [0, 0] for name in CLAIMS}
    ours = [0, 0]
    for cut in cuts:
        prefix = whole[:cut]
        for name, readings in _peer_readings(peer, prefix).items():
            theirs[name][0] += _changed(readings, final_peer[name])
            theirs[name][1] += len(readings)
        readings = _our_readings(read_chart(prefix, instrument("EURUSD")))
        ours[0] += _changed(readings, final_ours)
        ours[1] += len(readings)
    return {name: (changed, seen) for name, (changed, seen) in theirs.items()}, (ours[0], ours[1])


def _changed(before: Readings, after: Readings) -> int:
    return sum(after.get(key) != claim for key, claim in before.items())


def _peer_readings(peer: Peer, candles: Candles) -> dict[str, Readings]:
    frame = frame_of(candles)
    swings = peer.swings(frame)
    found: dict[str, Readings] = {}
    for name, columns in CLAIMS.items():
        answer = peer.call(name, frame, swings)
        claims = np.nan_to_num(np.column_stack([np.asarray(answer[column], dtype=float) for column in columns]))
        made = np.flatnonzero(claims.any(axis=1))  # what it does not find it fills with NaN or zero
        found[name] = {int(bar): tuple(claims[bar].tolist()) for bar in made}
    return found


def _our_readings(chart: Chart) -> Readings:
    return {
        (name, facts.id_of(row, chart.candles)): claim
        for name, facts in chart.tables.items()
        for row, claim in enumerate(_claims(facts))
    }


def _claims(facts: Facts) -> list[tuple[Any, ...]]:
    """Return what each row claimed when it was confirmed: every column but the steps of its later life."""
    names = [column.name for column in fields(facts) if column.name not in (*facts.LIFE, "scope")]
    columns = [np.nan_to_num(getattr(facts, name).astype(float), nan=-1.0).tolist() for name in names]
    return list(zip(*columns, strict=True))
