"""From life to label: a recorded run, and what people said of it, as a case that gives the same decision again."""

from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, Final

from agent.analysis.request import AnalysisRequest, inputs_hash
from agent.labels import Labelling, Labels, Provenance
from agent.labels.documents import WALK, ChartBars, read_labels
from agent.store.feedback import Feedback
from agent.store.records import DecisionRecord, StoredInputs
from evals.cases.case import Case, Chart
from evals.subjects.analysis import found_decision
from rulebook.loader import known_profiles, load_rulebook
from tools.errors import InvalidParameter

_LICENCE: Final = "private"
"""The candles of a run are its owner's, who may not pass them on."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run that decided, as it is stored, and what was said of it, the newest first."""

    record: DecisionRecord
    stored: StoredInputs
    feedback: tuple[Feedback, ...]


def case_of_run(run: RecordedRun) -> Case:
    """Return a run as a case.

    Each person's newest verdict labels it, the newest of all first. A verdict of right says what was decided, and what
    else is said with it; a verdict of wrong says only what is said with it. Where the newest of all is wrong and says
    no more, what the others said with theirs labels it, and not the decision. Where nobody said anything, the decision
    itself is the label: such a case guards against change, and knows nothing of right and wrong.

    Raises:
        InvalidParameter: no case would tell of it: it is called wrong and nobody says what would have been right; it
            was judged by a profile that does not ship; its labels are what rules decided that are no longer those of
            its profile; or its inputs are not what a case can say.
    """
    request = AnalysisRequest.from_inputs(run.stored.inputs, run.stored.windows)
    chart = _chart(request)
    if inputs_hash(chart.request().to_inputs()) != inputs_hash(run.stored.inputs):
        raise _refused(run, "its inputs are of a form that no case has", "a run of this version")
    if chart.profile not in known_profiles():
        raise _refused(run, f"it was judged by the profile {chart.profile}", f"one of {', '.join(known_profiles())}")
    said = _labelled(run, request)
    if any(one.is_as_decided for one in said):
        _refuse_other_rules(run, chart.profile)
    return Case(
        id=f"run-{run.record.run_id}",
        why=said[0].note or str(run.record.decision["reason_short"]),
        subject=chart,
        labellings=tuple(one.labelling for one in said),
        tags={"origin": "feedback" if run.feedback else "recorded"},
    )


def _chart(request: AnalysisRequest) -> Chart:
    if request.account_balance is None or request.risk_pct is None or request.profile is None:
        raise InvalidParameter("the run was stored before its settings were filled in", field="run")
    return Chart(
        instrument=request.instrument,
        windows=dict(request.windows),
        as_of=request.as_of,
        calendar=request.calendar,
        discipline=request.discipline,
        account_balance=request.account_balance,
        risk_pct=request.risk_pct,
        quote_to_account_rate=request.quote_to_account_rate,
        plan=request.plan,
        mode=request.mode,
        profile=request.profile,
        parameters={},
        account_currency=request.account_currency,
        simulated=request.simulated,
        is_past=request.is_past,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What one labeller says, in which words, and whether what was decided is part of it."""

    labelling: Labelling
    note: str | None
    is_as_decided: bool


def _labelled(run: RecordedRun, request: AnalysisRequest) -> list[_Said]:
    """Return what labels a run, the newest first; the first is the reference."""
    newest: dict[str, Feedback] = {}
    for one in run.feedback:
        newest.setdefault(one.given_by, one)
    if not newest:
        return [_Said(Labelling(_as_decided(run), _provenance_of_record(run)), None, is_as_decided=True)]
    last, bars = next(iter(newest.values())), ChartBars.of(request.windows)
    is_open = last.verdict == "wrong" and not last.labels  # then nobody before can have settled what was decided
    decided = None if is_open else _as_decided(run)
    said = [found for one in newest.values() if (found := _said(one, bars, decided)) is not None]
    if not said:
        wrong = f"{last.given_by} calls it wrong and does not say what would have been right"
        raise _refused(run, wrong, "feedback with labels")
    return said


def _said(feedback: Feedback, bars: ChartBars, decided: Labels | None) -> _Said | None:
    """Return what somebody says is true of the chart, None where it is only that the decision is right or wrong.

    Args:
        feedback: their verdict.
        bars: the chart's.
        decided: what the decision says, of which a verdict of right is a part; None where that is open.
    """
    said = read_labels(feedback.labels, bars) if feedback.labels else None
    if feedback.verdict == "right" and decided is not None:
        labels = decided if said is None else _beside(said, decided)
        return _Said(Labelling(labels, _provenance_of(feedback)), feedback.note, is_as_decided=True)
    if said is None:
        return None
    return _Said(Labelling(said, _provenance_of(feedback)), feedback.note, is_as_decided=False)


def _beside(said: Labels, decided: Labels) -> Labels:
    return replace(
        said,
        bias={**decided.bias, **said.bias},
        decision=said.decision or decided.decision,
        setup=said.setup or decided.setup,
    )


def _as_decided(run: RecordedRun) -> Labels:
    decision: dict[str, Any] = run.record.decision
    found = found_decision(decision)
    return Labels(
        complete={},
        bias={WALK: decision["htf_bias"]["value"]},
        rules={},
        decision=found.as_label(),
        setup=found.setup,
    )


def _refuse_other_rules(run: RecordedRun, profile: str) -> None:
    judged_by = replace(run.stored.rulebook, calibration=None)  # which is of confidences, and no label is
    if load_rulebook(profile).hash != judged_by.hash:
        raise _refused(
            run, f"it was judged by rules that {profile} has no longer, or that were its owner's own",
            "feedback that calls it wrong and says what would have been right",
        )  # fmt: skip


def _provenance_of_record(run: RecordedRun) -> Provenance:
    record = run.record
    on = record.created_at.astimezone(UTC).date().isoformat()
    rules = f"rulebook {record.rulebook_hash}"
    return Provenance(f"ict-agent {record.code_version}", "recorded", on, rules, _LICENCE)


def _provenance_of(feedback: Feedback) -> Provenance:
    on = feedback.created_at.astimezone(UTC).date().isoformat()
    return Provenance(feedback.given_by, "hand", on, f"feedback {feedback.feedback_id}", _LICENCE)


def _refused(run: RecordedRun, why: str, expected: str) -> InvalidParameter:
    return InvalidParameter(
        f"run {run.record.run_id} makes no case: {why}", field="run", expected=expected, got=run.record.run_id
    )
