"""``python -m tests.evals.runs.on_a_cluster SOURCE…``: run small suites on a cluster of this machine, with one worker.

A process of its own: what Dask looks up as it starts is not what a test of this suite may.
"""

import sys

from evals.runs.cluster import Cluster
from evals.runs.results import results_text
from evals.runs.runner import RunOptions, run
from tests.evals.runs.small_suites import Scripted, load
from tools.errors import DataError


def main() -> None:
    crew = Cluster("local")
    sys.stdout.write(results_text(run(sys.argv[1:], Scripted(), load, RunOptions(crew))))
    try:
        run(["broken"], Scripted(), load, RunOptions(crew))
    except DataError as problem:
        sys.stdout.write(f"{problem}, expected {problem.expected}\n")


if __name__ == "__main__":
    main()
