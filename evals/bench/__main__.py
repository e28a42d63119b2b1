"""Run benchmarks: ``python -m evals.bench [NAME…]``; without a name, all of them."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

from evals.bench.audit import bench_audit
from evals.bench.coach import bench_coach
from evals.bench.facts import bench_facts
from evals.bench.latency import bench_latency

BENCHES: Final[dict[str, Callable[[], Coroutine[Any, Any, str]]]] = {
    "latency": bench_latency,
    "facts": bench_facts,
    "audit": bench_audit,
    "coach": bench_coach,
}


def main() -> None:
    """Run the named benchmarks and print what they measured."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHES)}")
    names = parser.parse_args().names or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f"unknown benchmark {unknown[0]!r}: write one of {', '.join(BENCHES)}")
    for name in names:
        sys.stdout.write(asyncio.run(BENCHES[name]()))


if __name__ == "__main__":
    main()
