"""Report how decisions spread: ``python -m evals.spread [--charts N] [--folder DIR] [--profile P] [--workers W]``.

Without a folder the charts are driftless random walks, in which there is nothing to find; with one, windows of its real
files. Every figure is counted, none is assumed.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from evals.spread.files import KNOWN, windows_of
from evals.spread.measure import Outcome, decide, decide_walk

_BARS: Final = 1_440  # three weeks of 15-minute bars
_SHARES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def main() -> None:
    """Decide over every chart and print the shares and the quantiles."""
    parser = argparse.ArgumentParser(prog="python -m evals.spread", description=__doc__)
    parser.add_argument("--charts", type=int, default=2_000, help="how many charts")
    parser.add_argument("--folder", type=Path, help="read windows of the real files in this folder instead")
    parser.add_argument("--profile", default="strict")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        if options.folder is None:
            seeds = range(options.charts)
            outcomes = list(pool.map(partial(decide_walk, bars=_BARS, profile=options.profile), seeds, chunksize=20))
        else:
            jobs = list(_windows(options.folder, options.charts, options.profile))
            outcomes = list(pool.map(decide, *zip(*jobs, strict=True), chunksize=20))
    sys.stdout.write(report(outcomes))


def _windows(folder: Path, charts: int, profile: str) -> Iterator[tuple[object, str, str]]:
    for _, symbol, candles in windows_of(folder, bars=_BARS, each=-(-charts // len(KNOWN))):
        yield candles, symbol, profile


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the shares of statuses and actions, the quantiles of the confidence, and the stale offers."""
    count = len(outcomes)
    offered = [one for one in outcomes if one.offered]
    lines = [f"{count} charts"]
    for title, values in (("status", [one.status for one in outcomes]), ("action", [one.action for one in outcomes])):
        lines += [f"  {title} {name}: {n} ({n / count:.2%})" for name, n in Counter(values).most_common()]
    groups = {"all": list(outcomes), "offered a setup": offered}
    groups |= {name: [one for one in outcomes if one.status == name] for name in ("TRADE_NOW", "WAIT", "NO_TRADE")}
    lines.append("  confidence, quantiles " + ", ".join(f"{share:.0%}" for share in _SHARES) + "; distinct values")
    for name, group in groups.items():
        found = [one.confidence for one in group]
        if found:
            shown = "  ".join(f"{value:.3f}" for value in np.quantile(found, _SHARES))
            lines.append(f"    {name} ({len(found)}): {shown}; {len(set(found))}")
    lines.append(f"  at 1.00: {sum(one.confidence >= 1 for one in outcomes)}")
    lines.append(f"  stale offers: {sum(one.is_stale for one in offered)} of {len(offered)}")
    deciding = Counter(rule for one in outcomes for rule in one.deciding)
    lines.append("  deciding rules: " + ", ".join(f"{rule} {n}" for rule, n in deciding.most_common()))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
