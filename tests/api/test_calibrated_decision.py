"""A calibration on the wire and the terminal: its basis names the version; a strength beside it, and only then."""

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

import api.examples
from api.cli import main
from api.schemas.decision import Decision
from api.terminal.screen import Screen
from api.terminal.what_if_view import show_what_if
from rulebook.calibration import Calibration
from rulebook.loader import load_rulebook

EXAMPLE: dict[str, Any] = json.loads((Path(api.examples.__path__[0]) / "analyze.json").read_text())
SCHEMA = Decision.model_json_schema(mode="serialization")
CALIBRATED = {"confidence": 0.37, "confidence_basis": "calibration 4dd0ffd420ea", "strength": 0.7311}


@pytest.mark.parametrize("change", [{}, CALIBRATED])
def test_both_are_decisions(change: dict[str, Any]) -> None:
    jsonschema.validate({**EXAMPLE, **change}, SCHEMA)
    assert Decision.model_validate({**EXAMPLE, **change}).confidence_basis in (
        "uncalibrated",
        "calibration 4dd0ffd420ea",
    )


@pytest.mark.parametrize(
    "change", [{"confidence_basis": "a guess"}, {"strength": None}, {"strength": 1.2}, {"confidence_basis": None}]
)
def test_neither_is_one(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**EXAMPLE, **change}, SCHEMA)


def test_every_field_but_the_strength_is_always_there() -> None:
    assert set(SCHEMA["properties"]) - set(SCHEMA["required"]) == {"strength"}


def test_a_what_if_says_of_either_side_what_its_confidence_rests_on() -> None:
    recorded: dict[str, Any] = json.loads((Path(api.examples.__path__[0]) / "what_if.json").read_text())
    flipped = {**recorded["recorded"], "confidence": 0.37, "confidence_basis": "calibration 4dd0ffd420ea"}
    out = io.StringIO()
    show_what_if(Screen(Console(file=out, width=200)), {**recorded, "recorded": flipped})
    assert "confidence 0.37 (calibration 4dd0ffd420ea), " in out.getvalue()
    assert f"confidence {recorded['what_if']['confidence']:.2f} (uncalibrated), " in out.getvalue()


def test_the_rules_are_those_of_the_service_calibration_included(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = load_rulebook("strict")
    days = {"n": 60, "from": "2024-01-01", "to": "2024-03-01", "sources": []}
    fitted = Calibration(strict.hash, ((0.5, 0.25),), days, {"n": 40, "brier_before": 0.3, "brier_after": 0.2})
    (tmp_path / "c.json").write_text(fitted.text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ICT_CALIBRATION_FILE", "c.json")
    told = json.loads(said(capsys, "rules", "--json"))
    assert (told["rulebook_hash"], told["calibration"]) == (strict.calibrated(fitted).hash, fitted.version)
    assert said(capsys, "rules").splitlines()[-1].endswith(f"rulebook {told['rulebook_hash']}, {fitted.basis}")
    other = json.loads(said(capsys, "rules", "--profile", "relaxed", "--json"))
    assert (other["rulebook_hash"], other["calibration"]) == (load_rulebook("relaxed").hash, None)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit):
        main(arguments)
    return capsys.readouterr().out
