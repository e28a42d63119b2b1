"""A Dask cluster as the crew: its workers do what the processes of one machine do, and the same bytes come out."""

import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from evals.runs.cache import surroundings
from evals.runs.crew import Fault, Judged, OpenedSuite, PackedCase, Work
from evals.runs.judging import judge, opened_or_fault, row_of_a_death
from tools.errors import EvaluationFailed, InvalidParameter

if TYPE_CHECKING:
    from distributed import Client

LOCAL: Final = "local"
_PATIENCE_S: Final = "10s"


class Cluster:
    """The workers behind a scheduler, or a cluster of this machine that ends with the run.

    Every worker must run this very code with the same packages: else its rows would not be the same.
    """

    def __init__(self, address: str, workers: int = 1) -> None:
        """Name the scheduler, such as ``tcp://10.0.0.5:8786``; ``local`` starts one here, with so many workers.

        Raises:
            InvalidParameter: the package `distributed` is not installed.
        """
        try:
            import distributed  # noqa: F401, PLC0415  an extra: only who asks for a cluster needs it
        except ModuleNotFoundError as problem:
            raise InvalidParameter(
                "--cluster needs the package distributed: pip install 'ict-agent[cluster]'",
                field="--cluster", expected="the extra cluster installed", got="not installed",
            ) from problem  # fmt: skip
        self._address = address
        self._workers = workers

    def each(self, work: Work) -> Judged:
        """Hand out the suites, then every case they turn out to want; a case whose worker dies again and again is lost.

        Raises:
            DataError: a suite cannot be loaded.
            InvalidParameter: nobody answers at the address, or a worker runs other code.
            EvaluationFailed: a worker died while it opened a suite.
        """
        from distributed import as_completed  # noqa: PLC0415

        with ExitStack() as open_until_the_end:
            client = self._connected(open_until_the_end)
            self._check_workers(client)
            tasks: dict[Any, str | PackedCase] = {
                client.submit(opened_or_fault, work.load, source, work.subject, pure=False): source
                for source in work.sources
            }
            coming: Any = as_completed(list(tasks), loop=client.loop)  # type: ignore[no-untyped-call]
            ended: list[PackedCase] = []
            for future in coming:
                task = tasks.pop(future)
                answer = _answer(future, task)
                if isinstance(answer, Fault):
                    raise answer.error()
                if isinstance(answer, OpenedSuite):
                    wanted = {self._submitted(client, work, case): case for case in work.wanted(answer)}
                    tasks |= wanted
                    coming.update(list(wanted))
                elif isinstance(task, PackedCase):
                    if answer is None:
                        ended.append(task)
                    else:
                        yield task, answer
            for case in ended:  # each by itself: a worker takes with it whatever waits there, guilty or not
                row = _answer(self._submitted(client, work, case), case)
                yield case, row or row_of_a_death(case, "its worker on the cluster ended again and again")

    def _submitted(self, client: "Client", work: Work, case: PackedCase) -> Any:
        return client.submit(judge, work.subject, case, pure=False)

    def _connected(self, stack: ExitStack) -> "Client":
        from distributed import Client, LocalCluster  # noqa: PLC0415

        client: type[Any] = Client
        cluster: type[Any] = LocalCluster
        address: Any = self._address
        if address == LOCAL:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ict-eval-"))
            address = stack.enter_context(
                cluster(
                    n_workers=self._workers, threads_per_worker=1, host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    local_directory=folder,
                )
            )  # fmt: skip
        try:
            connected: Client = stack.enter_context(client(address, timeout=_PATIENCE_S, set_as_default=False))
        except (OSError, ValueError) as problem:
            raise InvalidParameter(
                f"no cluster answers at {self._address}: {problem}",
                field="--cluster", expected="local, or the address of a Dask scheduler", got=self._address,
            ) from problem  # fmt: skip
        return connected

    def _check_workers(self, client: "Client") -> None:
        ours = surroundings()
        theirs: dict[str, str] = client.run(surroundings)
        others = sorted(worker for worker, digest in theirs.items() if digest != ours)
        if others or not theirs:
            raise InvalidParameter(
                f"{', '.join(others)} runs other code or other packages" if others else "the cluster has no worker",
                field="--cluster", expected="workers of this very environment", got=self._address,
            )  # fmt: skip


def _answer(future: Any, task: str | PackedCase) -> Any:
    """Return what a task comes to; None for a case whose workers died."""
    from distributed import KilledWorker  # noqa: PLC0415

    try:
        return future.result()
    except KilledWorker as problem:
        if isinstance(task, str):
            raise EvaluationFailed(f"the workers that opened the suite {task} died") from problem
        return None
