"""Take and show people's verdicts on recorded runs; what they say of a chart must fit the run's own candles."""

from typing import Any

from agent.analysis.request import AnalysisRequest
from agent.audit.material import readable
from agent.feedback.contradictions import contradictions
from agent.labels.documents import ChartBars, labels_document, read_labels
from agent.store.feedback import Feedback, FeedbackRepository, Verdict
from agent.store.pool import Database
from agent.store.records import Page, Run
from agent.store.runs import RunRepository
from tools.errors import InvalidLabels, RunNotDecided


class RunFeedback:
    """Feedback on the runs of an owner. A verdict is never changed: who thinks better of it gives another."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._runs = RunRepository(database)
        self._feedback = FeedbackRepository(database)

    async def give(
        self,
        run_id: str,
        *,
        owner_id: str,
        verdict: Verdict,
        given_by: str,
        labels: Any | None = None,
        note: str | None = None,
    ) -> Feedback:
        """Record a verdict on what a run decided.

        Args:
            run_id: the run's id.
            owner_id: whose run it is.
            verdict: whether it decided rightly.
            given_by: whose verdict it is.
            labels: what is true of its chart, as JSON values (`agent.labels.documents`).
            note: in their own words.

        Raises:
            RunNotFound: no run of this owner has that id.
            RunNotDecided: it has no decision to judge.
            InvalidLabels: the labels have faults, lie off the run's bars, or contradict the verdict.
        """
        run = await self._runs.get(run_id, owner_id=owner_id)
        if run.decision is None:
            raise RunNotDecided(f"run {run_id} is {run.status} and has no decision to judge")
        document = None
        if labels is not None:
            request = await self._request(run, owner_id)
            said = read_labels(labels, ChartBars.of(request.windows))
            tick = request.instrument.tick_size
            if verdict == "right" and (faults := list(contradictions(said, run.decision, tick))):
                raise InvalidLabels(faults, field="labels")
            document = labels_document(said)
        return await self._feedback.add(
            run_id, owner_id=owner_id, verdict=verdict, labels=document, note=note, given_by=given_by
        )

    async def of_run(self, run_id: str, *, owner_id: str, limit: int = 50, offset: int = 0) -> Page[Feedback]:
        """Return what was said of a run, the newest first.

        Raises:
            RunNotFound: no run of this owner has that id.
        """
        await self._runs.get(run_id, owner_id=owner_id)
        return await self._feedback.page(run_id, owner_id=owner_id, limit=limit, offset=offset)

    async def one(self, run_id: str, feedback_id: str, *, owner_id: str) -> Feedback:
        """Return one verdict on a run.

        Raises:
            RunNotFound: no run of this owner has that id.
            FeedbackNotFound: nothing of that id was said of it.
        """
        await self._runs.get(run_id, owner_id=owner_id)
        return await self._feedback.get(feedback_id, run_id=run_id, owner_id=owner_id)

    async def _request(self, run: Run, owner_id: str) -> AnalysisRequest:
        with readable("the stored inputs"):
            stored = await self._runs.inputs(run.run_id, owner_id=owner_id, rulebook_hash=run.rulebook_hash)
            return AnalysisRequest.from_inputs(stored.inputs, stored.windows)
