"""The page about evals: every case in it loads, and every command it names is there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from evals.cases.documents import case_document, read_case
from evals.command_line import group

PAGE = (Path(__file__).parents[2] / "docs" / "evals.md").read_text(encoding="utf-8")
CASES: list[dict[str, Any]] = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("document", CASES, ids=[one["id"] for one in CASES])
def test_a_case_of_the_page_loads(document: dict[str, Any]) -> None:
    case = read_case(document)
    assert read_case(case_document(case)) == case


def test_the_page_shows_charts_and_a_conversation() -> None:
    assert [("chart" in one, "conversation" in one) for one in CASES] == [(True, False), (True, False), (False, True)]


def test_every_command_is_on_the_page_and_every_one_of_the_page_is_there() -> None:
    command = typer.main.get_group(group)
    named = set(re.findall(r"ict eval (\w+)", PAGE))
    assert named == set(command.commands)
