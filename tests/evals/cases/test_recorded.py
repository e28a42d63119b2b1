"""From life to label: a recorded run becomes a case, and the case decides as the run did, to the hash."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.analysis.discipline import Discipline
from agent.analysis.request import AnalysisRequest, CalendarEvent
from agent.desk.configuration import Change
from agent.desk.settings import Limits, RiskSettings
from agent.labels import DecisionLabel
from agent.labels.documents import labels_document
from agent.service import Service, open_service
from agent.settings import Settings
from evals.cases.importing import Imported, import_runs, write_cases
from evals.cases.suites import load_suite
from evals.subjects.analysis import AnalysisSubject
from evals.subjects.asked import asked_of
from rulebook.calibration import Calibration
from rulebook.loader import load_rulebook
from tests.evals.cases.test_documents import random_candles
from tools.candles import Candles
from tools.instruments import Instrument, instrument
from tools.risk_methods import RiskPlan
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

pytestmark = pytest.mark.anyio
OWNER = "ann"
BASE = random_candles(11, 120)
PLAIN = AnalysisRequest(
    symbol="EURUSD",
    instrument=instrument("EURUSD"),
    windows={Timeframe.M15: BASE},
    account_balance=10_000.0,
    risk_pct=1.0,
    as_of=int(BASE.end[-1]),
)

CALIBRATION = Calibration(
    load_rulebook("strict").hash,
    ((0.5, 0.25), (0.9, 0.45)),
    {"n": 60, "from": "2024-01-01", "to": "2024-03-01", "sources": []},
    {"n": 40, "brier_before": 0.3, "brier_after": 0.24},
)


def _hours(base: Candles) -> Candles:
    """Return the hours of a base of whole ones, an extreme's last bit apart from what resampling gives."""
    four = np.arange(0, len(base), 4)
    return Candles.from_columns(
        {
            "time": base.time[four],
            "open": base.open[four],
            "high": np.nextafter(np.maximum.reduceat(base.high, four), np.inf),
            "low": np.minimum.reduceat(base.low, four),
            "close": base.close[four + 3],
        },
        Timeframe.H1,
    )


OTHERS = {
    "plain": PLAIN,
    "relaxed": replace(PLAIN, profile="relaxed"),
    "everything": replace(
        PLAIN,
        symbol="MINE",
        instrument=Instrument("MINE", "equity", 0.0001, 10.0, 1.0, None, "EUR", TradingDay.UTC_00, "index", "always"),
        windows={Timeframe.M15: BASE, Timeframe.H1: _hours(BASE)},
        account_balance=12_345.67,
        risk_pct=1 / 3,
        account_currency="CHF",
        quote_to_account_rate=0.9345678901,
        calendar=(CalendarEvent(int(BASE.end[-1]) + 600, "EUR", "high", "Prices"),),
        discipline=Discipline(trades_this_session=1, losses_in_row=1, minutes_since_loss=12.5, stopped=""),
        plan=RiskPlan("fixed", 1 / 3),
        simulated=True,
    ),
    "no events": replace(PLAIN, calendar=()),
}


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """Give an open service on a database of the test's own, its clock at the end of the chart."""
    settings = Settings(tmp_path, lambda: PLAIN.as_of, "test", database_url=database_url)
    async with open_service(settings) as service:
        yield service


async def imported(service: Service, run_id: str) -> Imported:
    return await import_runs(service, [run_id], owner_id=OWNER)


async def test_a_case_decides_as_its_run_did_to_the_hash(service: Service, tmp_path: Path) -> None:
    run_ids = [(await service.runs.analyze(one, owner_id=OWNER)).run_id for one in OTHERS.values()]
    hashes = {}
    for run_id in run_ids:
        decision = (await service.runs.get(run_id, owner_id=OWNER)).decision
        assert decision is not None
        hashes[f"run-{run_id}"] = decision["decision_hash"]
    made = await import_runs(service, run_ids, owner_id=OWNER)
    assert made.refused == ()
    for target in (tmp_path / "life.jsonl", tmp_path / "life"):
        write_cases(made.cases, target)
        suite = load_suite(target)
        assert {case.id for case in suite.cases} == hashes.keys()
        found = {case.id: AnalysisSubject().find(asked_of(case)).decision for case in suite.cases}
        assert {name: one.hash for name, one in found.items() if one is not None} == hashes
        for case in suite.cases:
            one = found[case.id]
            assert one is not None
            assert case.labels.decision == one.as_label()
            assert case.labels.setup == one.setup
            assert (case.provenance.method, case.tags) == ("recorded", {"origin": "recorded"})
    assert len(set(hashes.values())) == len(OTHERS)


async def test_a_case_in_a_file_is_replaced_and_the_others_stay(service: Service, tmp_path: Path) -> None:
    first = (await service.runs.analyze(PLAIN, owner_id=OWNER)).run_id
    second = (await service.runs.analyze(OTHERS["no events"], owner_id=OWNER)).run_id
    target = tmp_path / "life.jsonl"
    write_cases((await imported(service, first)).cases, target)
    write_cases((await imported(service, second)).cases, target)
    await service.feedback.give(first, owner_id=OWNER, verdict="right", given_by="ann", note="Just so.")
    write_cases((await imported(service, first)).cases, target)
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [(row["id"], row["why"] == "Just so.") for row in rows] == [(f"run-{first}", True), (f"run-{second}", False)]


async def test_what_people_said_labels_a_case_the_newest_first(service: Service) -> None:
    run = await service.runs.analyze(PLAIN, owner_id=OWNER)
    assert run.decision is not None
    other = {"decision": {"status": "WAIT", "rule": "5.1"}, "bias": {"15m": "unclear"}}
    for by, verdict, labels in (("bob", "right", None), ("ann", "right", None), ("ann", "wrong", other)):
        given = {"verdict": verdict, "labels": labels, "given_by": by}
        await service.feedback.give(run.run_id, owner_id=OWNER, **given)  # type: ignore[arg-type]  # a table's row
    (case,) = (await imported(service, run.run_id)).cases
    assert [(one.provenance.by, one.provenance.method) for one in case.labellings] == [("ann", "hand"), ("bob", "hand")]
    assert case.labels.decision == DecisionLabel("WAIT", "5.1")
    assert labels_document(case.labels) == other
    second = case.labellings[1].labels
    assert second.decision is not None
    assert second.decision.status == run.decision["status"]
    assert case.tags == {"origin": "feedback"}


async def test_right_with_labels_says_the_decision_and_the_labels(service: Service) -> None:
    run = await service.runs.analyze(PLAIN, owner_id=OWNER)
    await service.feedback.give(
        run.run_id, owner_id=OWNER, verdict="right", given_by="ann", labels={"bias": {"15m": "neutral"}}
    )
    (case,) = (await imported(service, run.run_id)).cases
    assert set(case.labels.bias) == {"15m", "htf"}
    assert case.labels.decision is not None


async def test_wrong_without_labels_makes_no_case(service: Service) -> None:
    run = await service.runs.analyze(PLAIN, owner_id=OWNER)
    await service.feedback.give(run.run_id, owner_id=OWNER, verdict="wrong", given_by="ann")
    made = await imported(service, run.run_id)
    assert made.cases == ()
    assert made.refused == (
        f"run {run.run_id} makes no case: ann calls it wrong and does not say what would have been right",
    )


async def test_labels_of_an_older_labeller_count_where_the_newest_only_says_wrong(service: Service) -> None:
    run = await service.runs.analyze(PLAIN, owner_id=OWNER)
    for by, verdict, labels, note in (
        ("cleo", "right", None, "Just so."),
        ("dan", "right", {"bias": {"15m": "neutral"}}, None),
        ("bob", "wrong", {"decision": {"status": "WAIT"}}, "It waits."),
        ("ann", "wrong", None, "No."),
    ):
        given = {"verdict": verdict, "labels": labels, "given_by": by, "note": note}
        await service.feedback.give(run.run_id, owner_id=OWNER, **given)  # type: ignore[arg-type]  # a table's row
    made = await imported(service, run.run_id)
    assert made.refused == ()
    (case,) = made.cases
    assert [one.provenance.by for one in case.labellings] == ["bob", "dan"]
    assert [labels_document(one.labels) for one in case.labellings] == [
        {"decision": {"status": "WAIT"}}, {"bias": {"15m": "neutral"}}
    ]  # fmt: skip
    assert case.why == "It waits."


async def test_right_said_before_wrong_labels_nothing(service: Service) -> None:
    run = await service.runs.analyze(PLAIN, owner_id=OWNER)
    await service.feedback.give(run.run_id, owner_id=OWNER, verdict="right", given_by="bob")
    await service.feedback.give(run.run_id, owner_id=OWNER, verdict="wrong", given_by="ann")
    assert "ann calls it wrong" in (await imported(service, run.run_id)).refused[0]


async def test_every_verdict_counts_however_many_there_are(service: Service) -> None:
    run = await service.runs.analyze(PLAIN, owner_id=OWNER)
    labels = {"decision": {"status": "WAIT"}}
    await service.feedback.give(run.run_id, owner_id=OWNER, verdict="wrong", given_by="bob", labels=labels)
    for _ in range(201):
        await service.feedback.give(run.run_id, owner_id=OWNER, verdict="wrong", given_by="ann", note="No.")
    (case,) = (await imported(service, run.run_id)).cases
    assert [one.provenance.by for one in case.labellings] == ["bob"]


async def test_a_calibration_is_no_change_of_the_rules(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(CALIBRATION.text())
    settings = Settings(tmp_path, lambda: PLAIN.as_of, "test", database_url=database_url, calibration_file=path)
    async with open_service(settings) as service:
        run = await service.runs.analyze(PLAIN, owner_id=OWNER)
        assert run.decision is not None
        assert run.decision["rulebook_hash"] != CALIBRATION.rulebook_hash
        (silent,) = (await imported(service, run.run_id)).cases
        await service.feedback.give(run.run_id, owner_id=OWNER, verdict="right", given_by="ann")
        (called_right,) = (await imported(service, run.run_id)).cases
    for case in (silent, called_right):
        assert case.labels.decision is not None
        assert case.labels.decision.status == run.decision["status"]


async def test_a_run_by_rules_of_ones_own_makes_no_case(service: Service) -> None:
    text = 'profile: mine\ndescription: More reward.\nextends: strict\nrules:\n  "7.2": {parameters: {minimum: 2.5}}\n'
    await service.desk.configuration.put_profile(text, Change(OWNER, OWNER, None, None))
    run = await service.runs.analyze(replace(PLAIN, profile="own"), owner_id=OWNER)
    made = await imported(service, run.run_id)
    assert made.cases == ()
    assert "it was judged by the profile mine" in made.refused[0]


async def test_what_other_rules_decided_labels_nothing_and_what_people_say_does(service: Service) -> None:
    limits = Limits(daily_loss_pct=1.25)
    await service.desk.configuration.put_risk(RiskSettings(limits=limits), Change(OWNER, OWNER, None, None))
    run = await service.runs.analyze(PLAIN, owner_id=OWNER)
    assert "it was judged by rules that strict has no longer" in (await imported(service, run.run_id)).refused[0]
    labels = {"decision": {"status": "NO_TRADE"}}
    await service.feedback.give(run.run_id, owner_id=OWNER, verdict="wrong", given_by="ann", labels=labels)
    (case,) = (await imported(service, run.run_id)).cases
    assert case.labels.decision == DecisionLabel("NO_TRADE")


async def test_what_is_no_decided_run_is_told(service: Service) -> None:
    made = await import_runs(service, ["0" * 32], owner_id=OWNER)
    assert made == Imported((), (f"no run has the id '{'0' * 32}'",))


async def test_only_runs_with_feedback_where_that_is_wanted(service: Service) -> None:
    silent = await service.runs.analyze(PLAIN, owner_id=OWNER)
    judged = await service.runs.analyze(OTHERS["no events"], owner_id=OWNER)
    await service.feedback.give(judged.run_id, owner_id=OWNER, verdict="right", given_by="ann")
    made = await import_runs(service, [silent.run_id, judged.run_id], owner_id=OWNER, feedback_only=True)
    assert ([case.id for case in made.cases], made.refused) == ([f"run-{judged.run_id}"], ())
