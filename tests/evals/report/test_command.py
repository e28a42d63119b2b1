"""`ict eval run --html`: the report of a run, with its charts and the baselines."""

import json
from pathlib import Path

import pytest

from api.cli import main
from tests.evals.cases.documents import small_case


def test_a_run_writes_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = small_case()
    wrong["labels"] = {**wrong["labels"], "bias": {"15m": "bullish"}, "zones": []}
    path, pages = tmp_path / "rows.jsonl", [tmp_path / f"{number}.html" for number in range(2)]
    path.write_text(json.dumps(wrong) + "\n")
    for page in pages:
        options = ["--workers", "1", "--cache", str(tmp_path / "kept"), "--html", str(page)]
        with pytest.raises(SystemExit) as ended:
            main(["eval", "run", str(path), *options])
        assert not ended.value.code
    first, second = (page.read_text(encoding="utf-8") for page in pages)
    assert first == second
    assert f'<article aria-label="rows/{wrong["id"]}">' in first
    assert '<svg class="ict picture"' in first
    assert "Random detector" in first
    assert "0 of 1 passed" in capsys.readouterr().out
