"""Plant regressions and see whether the gate stops them: ``python -m evals.regressions [--only NAME…] [--reruns N]``.

Each is made in a copy of the packages of its own and put before the gate there. With ``--reruns`` the gate runs that
many times on code nobody changed instead, each time under another hash seed, and whatever stops is a false alarm. It
does not begin where the code as it is does not pass the gate: seal what ships and write the baseline first. The status
is 2 then, and 1 where fewer than 48 in 50 are stopped, or where there is a false alarm.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from typing import Final

from evals.regressions.plants import chosen_plants
from evals.regressions.proof import Verdict, prove, rerun
from tools.errors import IctError

_LEAST_STOPPED: Final = 48 / 50


def main() -> None:
    """Say of each plant, or of each run, what became of it, and what they come to."""
    parser = argparse.ArgumentParser(prog="python -m evals.regressions", description=__doc__)
    parser.add_argument("--only", metavar="NAME", nargs="+", action="extend", default=[], help="only these")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--reruns", metavar="N", type=int, default=0, help="run code nobody changed so often instead")
    options = parser.parse_args()
    try:
        sys.exit(0 if _told(options.only, max(options.workers, 1), options.reruns) else 1)
    except IctError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)


def _told(only: list[str], workers: int, reruns: int) -> bool:
    if reruns:
        found = _said(rerun(reruns, workers=workers), ("SHUT", "open"))
        alarms = sum(one.is_stopped for one in found)
        _say(f"{alarms} false alarms in {len(found)} runs of code nobody changed")
        return not alarms
    found = _said(prove(chosen_plants(only), workers=workers), ("stopped", "ESCAPED"))
    stopped = sum(one.is_stopped for one in found)
    each = sum(one.seconds for one in found) / len(found)
    _say(f"{stopped} of {len(found)} stopped, {each:.1f} s each on average, {workers} at once")
    return stopped >= _LEAST_STOPPED * len(found)


def _said(verdicts: Iterable[Verdict], words: tuple[str, str]) -> list[Verdict]:
    """Tell each verdict in a line, that it was stopped and that it was not in the words for it."""
    found = []
    for one in verdicts:
        became = words[not one.is_stopped]
        took = f"{one.cases:>5} cases {one.seconds:>6.1f} s"
        _say(f"{one.name:<36} {became}  {one.how or '-':<16} {one.suite or '-':<12} {took}  {one.because}")
        found.append(one)
    return found


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
