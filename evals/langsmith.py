"""Results of a run for LangSmith, where somebody asks for it: a dataset of cases, an experiment, feedback by metric.

What is sent: of each case its id, digest, reason, tags and labels; what came of it, with the coach's answers and the
decision, but no candle; and the headline scores that the case says something of. Nothing is sent without a key, and
nothing but by `upload`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

import numpy as np
from langsmith import Client
from langsmith.schemas import Dataset, TracerSession
from langsmith.utils import LangSmithError

from agent.settings import TracingSettings
from agent.tracing import LANGSMITH_URL
from evals.runs.results import Results, results_text
from evals.scoring.estimates import all_metrics
from evals.scoring.metric import Metric
from evals.scoring.summary import HEADLINE, PASSED, parts_of
from tools.errors import EvaluationFailed

_NAME_DIGITS: Final = 12
_AT_ONCE: Final = 100
_INPUTS: Final = ("suite", "case", "digest", "why", "tags", "slices")
_ANSWERED: Final = ("text", "tools", "is_grounded", "abstained")
"""What of an answer is sent: not what the model was told, which is the whole of its prompt and of the record."""
_FAULTS: Final = (LangSmithError, OSError)
"""What its client raises: its own, and an `OSError` from below it where a server falls silent or answers no JSON."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What was sent by one upload; nothing where all of it was there already.

    Attributes:
        dataset: its name.
        new_examples: how many cases it did not hold yet.
        experiment: its name; the same results have the same.
        runs: how many it did not hold yet.
        feedback: how many scores it did not hold yet.
    """

    dataset: str
    new_examples: int
    experiment: str
    runs: int
    feedback: int


def upload(results: Results, dataset: str, settings: TracingSettings) -> Uploaded:
    """Send the results of a run.

    A case of one digest is one example for good: its id is made of the dataset's own id, its suite, name and digest. So
    the same suite is never there twice, and a case that was changed is another example. The ids of an experiment's runs
    and scores follow from it in the same way, and only what it lacks is sent: an upload that broke off is completed by
    the next. Its runs are said to have begun and ended when the experiment was made: results know no clock.

    Args:
        results: of a run.
        dataset: the name of the dataset, which is made where there is none.
        settings: the key and the server; the project is not used, the experiment being one of its own.

    Raises:
        EvaluationFailed: the server cannot be reached, or refuses; what it took stays there.
    """
    faults: list[Exception] = []
    client = Client(
        settings.endpoint or LANGSMITH_URL,
        api_key=settings.api_key,
        auto_batch_tracing=False,  # else a thread sends behind one's back, and one that dies is waited for without end
        omit_traced_runtime_info=True,
        tracing_mode="langsmith",
        tracing_sampling_rate=1.0,
        tracing_error_callback=faults.append,
    )
    try:
        return _Upload(client, _dataset(client, dataset), results, faults).run()
    except _FAULTS as problem:
        raise EvaluationFailed(
            f"LangSmith did not take all of it: {_told(problem)}; upload it again to send what is missing"
        ) from problem
    finally:
        client.close()


def _dataset(client: Client, name: str) -> Dataset:
    if client.has_dataset(dataset_name=name):
        known: Dataset = client.read_dataset(dataset_name=name)
        return known
    return client.create_dataset(name, description="Cases of ict eval, by suite", metadata={"runtime": {}})


@dataclass(frozen=True, slots=True)
class _Upload:
    client: Client
    dataset: Dataset
    results: Results
    faults: Sequence[Exception]
    """What went wrong with a batch of runs, of which its client raises nothing."""

    def run(self) -> Uploaded:
        examples = self._examples()
        text = results_text(self.results)
        name = f"{self.dataset.name}-{hashlib.sha256(text.encode()).hexdigest()[:_NAME_DIGITS]}"
        experiment = self._experiment(name)
        runs = self._send_runs(experiment, name)
        return Uploaded(self.dataset.name, examples, name, runs, self._send_scores(experiment.id))

    def _experiment(self, name: str) -> TracerSession:
        if self.client.has_project(name):
            known: TracerSession = self.client.read_project(project_name=name)
            return known
        about = {"subject": self.results.subject, "suites": dict(self.results.suites)}
        return self.client.create_project(name, metadata=about, reference_dataset_id=self.dataset.id)

    def _examples(self) -> int:
        """Create the examples that are not there yet, and return how many they are."""
        there = {one.id for one in self.client.list_examples(dataset_id=self.dataset.id, select=["id"])}
        wanted = {self._example_id(row): row for row in self.results.rows}
        new = [
            {
                "id": id,
                "inputs": {key: row[key] for key in _INPUTS},
                "reference_outputs": row["expected"],
                "metadata": {"suite": row["suite"], "suite_sha256": self.results.suites[row["suite"]]},
                "split": row["suite"],
            }
            for id, row in wanted.items()
            if id not in there
        ]
        if new:
            self.client.create_examples(dataset_id=self.dataset.id, examples=new)
        return len(new)

    def _example_id(self, row: Row) -> UUID:
        return uuid5(self.dataset.id, f"{row['suite']}/{row['case']}/{row['digest']}")

    def _run_id(self, row: Row, experiment: UUID) -> UUID:
        return uuid5(experiment, str(self._example_id(row)))

    def _send_runs(self, experiment: TracerSession, name: str) -> int:
        there = self._runs_there(experiment.id)
        lacking = [row for row in self.results.rows if self._run_id(row, experiment.id) not in there]
        for first in range(0, len(lacking), _AT_ONCE):
            some = lacking[first : first + _AT_ONCE]
            self.client.batch_ingest_runs(create=[self._run(row, experiment, name) for row in some])
            if self.faults:
                raise self.faults[0]
        return len(lacking)

    def _runs_there(self, experiment: UUID) -> set[UUID]:
        """Return the ids of an experiment's runs; the client's own way of asking for them is about to be removed."""
        asked: dict[str, Any] = {"session": [str(experiment)], "select": ["id"], "limit": _AT_ONCE}
        there: set[UUID] = set()
        while True:
            told = self.client.request_with_retries("POST", "/runs/query", request_kwargs={"json": asked}).json()
            there |= {UUID(one["id"]) for one in told.get("runs") or ()}
            following = (told.get("cursors") or {}).get("next")
            if not following:
                return there
            asked["cursor"] = following

    def _run(self, row: Row, experiment: TracerSession, name: str) -> dict[str, Any]:
        id, began = self._run_id(row, experiment.id), experiment.start_time
        return {
            "id": id,
            "trace_id": id,
            "dotted_order": f"{began:%Y%m%dT%H%M%S%fZ}{id}",
            "session_name": name,
            "reference_example_id": self._example_id(row),
            "name": "ict eval",
            "run_type": "chain",
            "start_time": began,
            "end_time": began,
            "inputs": {key: row[key] for key in _INPUTS},
            "outputs": {"passed": row["passed"], "failures": row["failures"], **_returned(row["found"] or {})},
            "error": row["error"],
        }

    def _send_scores(self, experiment: UUID) -> int:
        """Send the scores that are not there yet, and return how many they are."""
        rows, sent = self.results.rows, 0
        for first in range(0, len(rows), _AT_ONCE):
            runs = {self._run_id(row, experiment): row for row in rows[first : first + _AT_ONCE]}
            there = {one.id for one in self.client.list_feedback(run_ids=list(runs))}
            for run, row in runs.items():
                for name, score in scores_of(row):
                    id = uuid5(run, name)
                    if id not in there:
                        self.client.create_feedback(run, name, score=score, session_id=experiment, feedback_id=id)
                        sent += 1
        return sent


def _returned(found: Mapping[str, Any]) -> dict[str, Any]:
    told = [[{key: one[key] for key in _ANSWERED} for one in repeat] for repeat in found.get("answers", ())]
    decided = found.get("decision")
    return {**({"decision": decided} if decided else {}), **({"answers": told} if told else {})}


def scores_of(row: Row) -> Iterator[tuple[str, float]]:
    """Yield the headline scores that one case says something of, by name, each as if it were the only case."""
    parts = parts_of([row])
    for metric in (PASSED, *all_metrics(parts)):
        counts = metric.counts(parts[0]) if metric.name in HEADLINE else None
        if counts is not None:
            score = _score(metric, counts)
            if np.isfinite(score):
                yield metric.name, score


def _score(metric: Metric, counts: Sequence[float]) -> float:
    return float(metric.measure(np.asarray(counts, dtype=np.float64)))


def _told(problem: Exception) -> str:
    return str(problem).splitlines()[0] if str(problem) else type(problem).__name__
