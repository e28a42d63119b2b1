"""The service with a calibration: the decision names it, and holds long after the setting is gone."""

import dataclasses
from pathlib import Path

import pytest

from agent.analysis.request import AnalysisRequest
from agent.coach.toolbox.decision_documents import decision_row, would_be_row
from agent.rulebooks import Rulebooks
from agent.service import Service, open_service
from agent.settings import Settings
from rulebook.calibration import Calibration
from rulebook.loader import load_rulebook
from tests.agent.analysis.market import demo_candles, request_of
from tools.errors import RulebookError
from tools.timeframes import Timeframe
from tools.times import parse_time

pytestmark = pytest.mark.anyio
ME = "me"
TRADE_AT = parse_time("2024-09-03T12:45:00Z")  # the README's trade
README_HASH = "d686a324eaf42b9650b37aed74ed40fd7eeac1a5d376ce6d599f25cb0dd11741"
STRICT = load_rulebook("strict")
ONE = Calibration(
    STRICT.hash,
    ((0.5, 0.25), (0.9, 0.45)),
    {"n": 60, "from": "2024-01-01", "to": "2024-03-01", "sources": []},
    {"n": 40, "brier_before": 0.3, "brier_after": 0.24},
)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Give settings with a calibration of the strict rules."""
    path = tmp_path / "calibration.json"
    path.write_text(ONE.text())
    return Settings(
        tmp_path, lambda: TRADE_AT, "test", database_url=database_url, sweep_interval_s=3600.0, calibration_file=path
    )


@pytest.fixture
def trade() -> AnalysisRequest:
    """Give the analysis of the README that comes to a trade."""
    frames = (Timeframe.M15, Timeframe.H1, Timeframe.H4, Timeframe.D1)
    windows = {frame: demo_candles("EURUSD", frame, until=TRADE_AT) for frame in frames}
    base = windows[Timeframe.M15]
    return request_of(base, windows=windows, as_of=TRADE_AT, simulated=True, profile="strict").check()


async def decide(service: Service, request: AnalysisRequest) -> tuple[str, str]:
    run = await service.runs.analyze(request, owner_id=ME)
    assert run.status == "completed", run.error
    return run.run_id, str(run.decision_id)


async def test_a_decision_names_its_calibration_and_is_replayed_without_the_setting(
    settings: Settings, trade: AnalysisRequest
) -> None:
    async with open_service(settings) as service:
        run_id, decision_id = await decide(service, trade)
        decision = (await service.runs.get(run_id, owner_id=ME)).decision or {}
        assert decision["status"] == "TRADE_NOW"
        assert decision["confidence_basis"] == f"calibration {ONE.version}"
        assert decision["confidence"] == ONE.confidence(decision["strength"])
        assert decision["action"] == "auto_eligible"  # by the strength; the measured share would make it wait
        assert decision["confidence"] < 0.5
        supposed = await service.runs.what_if(run_id, owner_id=ME, facts={"governance.indicator_facts": 0})
        assert supposed.what_if.confidence == supposed.recorded.confidence == decision["confidence"]
        flipped = await service.runs.what_if(run_id, owner_id=ME, facts={"session.in_kill_zone": False})
        assert (flipped.flips, flipped.recorded.confidence_basis) == (True, f"calibration {ONE.version}")
        assert flipped.what_if.confidence_basis == "uncalibrated"  # a grade beside a measured share
        assert "calibrated" not in would_be_row(flipped)
        assert would_be_row(supposed)["calibrated"] is True
    async with open_service(dataclasses.replace(settings, calibration_file=None)) as service:
        assert (await service.runs.replay(decision_id, owner_id=ME)).is_identical
        explanation = await service.runs.explain(run_id, owner_id=ME)
        assert explanation.nodes[0].reached
        assert (await service.runs.decision(decision_id, owner_id=ME)).record.decision == decision
        _, plain_id = await decide(service, trade)
        plain = (await service.runs.decision(plain_id, owner_id=ME)).record.decision
        assert (plain["confidence_basis"], plain["confidence"]) == ("uncalibrated", decision["strength"])
        assert "strength" not in plain
        assert plain["decision_hash"] == README_HASH


async def test_profiles_with_the_fitted_rules_get_it_and_limits_keep_it() -> None:
    rulebooks = Rulebooks(calibration=ONE)
    assert rulebooks.get("strict").calibration == ONE
    assert rulebooks.get("relaxed").calibration is None
    assert rulebooks.tuned(rulebooks.get("strict"), {"9.3": {"maximum_trades": 3}}).calibration == ONE
    own = await rulebooks.own("profile: mine\ndescription: As strict.\nextends: strict\n")
    assert own.calibration == ONE
    other = await rulebooks.own(
        'profile: mine\ndescription: Not as strict.\nextends: strict\nrules:\n  "7.2": {parameters: {minimum: 2.5}}\n'
    )
    assert other.calibration is None


OWN = 'profile: mine\ndescription: Stricter.\nextends: strict\nrules:\n  "7.2": {parameters: {minimum: 2.5}}\n'


async def test_a_calibration_of_an_own_profile_is_said_of_it_alone_and_warned_of_at_the_start(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What `ict eval walk --set` decided by is no profile of the folder; an own one of the same rules has its hash."""
    tuned = STRICT.tuned({"7.2": {"minimum": 2.5}})
    of_own = dataclasses.replace(ONE, rulebook_hash=tuned.hash)
    (tmp_path / "calibration.json").write_text(of_own.text())
    async with open_service(settings) as service:
        rulebooks = service.rulebooks
        assert (await rulebooks.own(OWN)).calibration == of_own
        assert all(rulebooks.get(profile).calibration is None for profile in rulebooks.profiles)
    said = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert said == [rulebooks.calibration_use]
    assert f"{of_own.version} was fitted on rulebook {tuned.hash}, which none of the profiles" in said[0]
    assert "only an own profile with these rules takes it" in said[0]


def test_a_calibration_that_fits_says_whom_it_measures_and_warns_of_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert Rulebooks(calibration=ONE).calibration_use == f"calibration {ONE.version} measures strict"
    assert Rulebooks().calibration_use is None
    assert not caplog.records


async def test_a_calibration_that_was_altered_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "calibration.json").write_text(ONE.text().replace("0.25", "0.26"))
    with pytest.raises(RulebookError, match=r"calibration\.json:3: .*it was altered"):
        async with open_service(settings):
            pass


def test_the_coach_is_told_that_a_confidence_was_measured() -> None:
    recorded = dict.fromkeys(("run_id", "status", "action", "confluence_score", "profile"), "x")
    decision = {**recorded, "symbol": "EURUSD", "timestamp": "2024-09-03T12:45:00Z", "confidence": 0.37}
    decision["permission"] = {"mode": None}
    assert "calibrated" not in decision_row(decision)
    assert decision_row({**decision, "strength": 0.73})["calibrated"] is True
