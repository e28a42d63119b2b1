"""Every fact, against the library people use today on the same bars in the same run.

The peer's time is the sum of its functions, each called once; ours is one reading of everything, which finds more kinds
of facts, in two scopes, with every step of their lives. Peak memory is what each allocated at its highest.
"""

import math
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from evals.bench.peer import FUNCTIONS, NAME, Peer, frame_of
from evals.bench.repaint import BARS, PREFIXES, count_repaints
from evals.bench.walk import random_walk
from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.instruments import instrument

SIZES: Final = (1_000, 5_000, 20_000, 100_000)
SMALL: Final = 500
LARGEST_TRACED: Final = 20_000  # tracing allocations makes the peer's loops many times slower
SMALL_ROUNDS: Final = 50
OUR_ROUNDS: Final = 7
PEER_ROUNDS: Final = MappingProxyType({1_000: 5, 5_000: 3, 20_000: 1, 100_000: 1})
# What a function of the peer finds, and the facts of ours that say as much or more.
SHARED: Final = MappingProxyType({
    "fvg": ("fair_value_gaps",),
    "swing_highs_lows": ("internal_swings", "external_swings"),
    "bos_choch": ("internal_breaks", "external_breaks"),
    "ob": ("order_blocks", "external_order_blocks"),
    "liquidity": ("liquidity_pools",),
    "previous_high_low": ("liquidity_pools",),
    "sessions": ("liquidity_pools",),
    "retracements": ("dealing_range",),
})  # fmt: skip
_MARKET: Final = instrument("EURUSD")


class Measured(NamedTuple):
    """What one size cost, in milliseconds by function of the peer, and in bytes at the peak."""

    theirs: dict[str, float]
    ours: dict[str, float]
    everything: float
    their_peak: int | None
    our_peak: int
    candles: int

    @property
    def peer(self) -> float:
        """All of the peer's functions, each once, in milliseconds."""
        return sum(self.theirs.values())


async def bench_facts() -> str:
    """Measure and return the tables, ready to print."""
    peer, small = Peer(), random_walk(SMALL)
    read_everything(small)
    peer.call_all(frame_of(small))
    measured = {bars: _measure(peer, random_walk(bars)) for bars in SIZES}
    lines = [
        f"facts: {NAME} {version(NAME)}, each function once, and every fact of ours, on 15m random walks",
        *_shared_table(measured),
        *_total_table(measured),
        f"  one reading of {SMALL} bars, every fact: {_median(lambda: read_everything(small), SMALL_ROUNDS):.2f} ms",
        *_repaint_table(peer),
    ]
    return "\n".join(lines) + "\n"


def read_everything(candles: Candles, companion: Candles | None = None) -> Chart:
    """Read every fact a chart has."""
    chart = read_chart(candles, _MARKET, companion=companion)
    _ = chart.tables, chart.dealing_range, chart.power_of_three
    return chart


def _measure(peer: Peer, candles: Candles) -> Measured:
    frame, rounds = frame_of(candles), PEER_ROUNDS[len(candles)]
    companion = random_walk(len(candles), seed=1)
    swings = peer.swings(frame)
    return Measured(
        theirs={name: _median(partial(peer.call, name, frame, swings), rounds) for name in FUNCTIONS},
        ours={name: _median_of_facts(candles, facts) for name, facts in SHARED.items()},
        everything=_median(lambda: read_everything(candles, companion), OUR_ROUNDS),
        their_peak=_peak(lambda: peer.call_all(frame)) if len(candles) <= LARGEST_TRACED else None,
        our_peak=_peak(lambda: read_everything(candles, companion)),
        candles=sum(column.nbytes for column in (candles.time, candles.open, candles.high, candles.low))
        + candles.close.nbytes
        + candles.volume.nbytes,
    )


def _median_of_facts(candles: Candles, names: tuple[str, ...]) -> float:
    """Time some facts alone: what they rest on was found before."""
    chart = read_everything(candles)

    def find() -> None:
        for name in names:
            del vars(chart)[name]
        for name in names:
            getattr(chart, name)

    return _median(find, OUR_ROUNDS)


def _median(work: Callable[[], Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _peak(work: Callable[[], Any]) -> int:
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _shared_table(measured: dict[int, Measured]) -> list[str]:
    lines = ["", f"  {'each shared fact, ms':20}" + "".join(f"{f'{bars:,} bars':>30}" for bars in measured)]
    for name in SHARED:
        cells = [(one.theirs[name], one.ours[name]) for one in measured.values()]
        written = (f"{_ms(theirs)} / {_ms(ours)} = {theirs / ours:,.0f}×" for theirs, ours in cells)
        lines.append(f"  {name:20}" + "".join(f"{cell:>30}" for cell in written))
    return [*lines, "  theirs / ours = times as fast; our pools of all kinds are found together and shown on each line"]


def _total_table(measured: dict[int, Measured]) -> list[str]:
    head = ("theirs, ms", "ours, ms", "ratio", "their peak", "our peak", "of candles")
    lines = ["", f"  {'everything':20}" + "".join(f"{one:>13}" for one in head)]
    for bars, one in measured.items():
        cells = (
            _ms(one.peer),
            _ms(one.everything),
            f"{one.peer / one.everything:,.0f}×",
            "not traced" if one.their_peak is None else f"{one.their_peak / 2**20:,.1f} MiB",
            f"{one.our_peak / 2**20:,.1f} MiB",
            f"{one.our_peak / one.candles:.1f}×",
        )
        lines.append(f"  {f'{bars:,} bars':20}" + "".join(f"{cell:>13}" for cell in cells))
    theirs = _exponent({bars: one.peer for bars, one in measured.items()})
    ours = _exponent({bars: one.everything for bars, one in measured.items()})
    return [*lines, f"  growth exponent from 5,000 to 100,000 bars: theirs {theirs:.2f}, ours {ours:.2f}"]


def _repaint_table(peer: Peer) -> list[str]:
    theirs, (changed, seen) = count_repaints(peer, random_walk(BARS))
    lines = ["", f"  repainted: readings of {PREFIXES} prefixes that {BARS:,} bars show otherwise, or no more"]
    lines += [f"  {name:20}{count:>10,} of {total:,}" for name, (count, total) in theirs.items()]
    return [*lines, f"  {'ours, every fact':20}{changed:>10,} of {seen:,}"]


def _exponent(times: dict[int, float]) -> float:
    small, large = 5_000, 100_000
    return math.log(times[large] / times[small]) / math.log(large / small)


def _ms(value: float) -> str:
    return f"{value:,.1f}" if value >= 10 else f"{value:.2f}"
