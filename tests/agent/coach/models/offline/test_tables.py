"""The tables fit what they name: tools, facts, templates; and no number stands in a template."""

import re
from string import Formatter

import pytest

from agent.coach.models.offline.intents import INTENTS, intent_named, recognise
from agent.coach.models.offline.templates import CHART_ROWS, TEMPLATES
from agent.coach.models.offline.words import CHART_TOOLS, FACTS, KEYWORDS, NICKNAMES
from agent.coach.toolbox.chart_tools import chart_tools
from agent.coach.toolbox.charts import FixedCharts
from agent.coach.toolbox.fact_lists import FACT_LISTS
from rulebook.facts import VOCABULARY
from tools.instruments import find_instrument


@pytest.mark.parametrize(("name", "template"), TEMPLATES.items())
def test_a_template_says_no_number_of_its_own(name: str, template: tuple[str, ...]) -> None:
    for sentence in template:
        words = "".join(text for text, _, _, _ in Formatter().parse(sentence))
        assert re.search(r"\d", words) is None, name


def test_chart_words_name_tools_that_exist() -> None:
    there = {tool.name for tool in chart_tools(FixedCharts([]))}
    assert {tool for _, tool in CHART_TOOLS} <= there
    assert set(CHART_ROWS) <= there


def test_every_list_of_a_chart_has_its_words_and_its_rows() -> None:
    lists = {f"find_{facts.name}" for facts in FACT_LISTS}
    assert lists <= {tool for _, tool in CHART_TOOLS}
    assert lists <= set(CHART_ROWS)


@pytest.mark.parametrize("facts", FACT_LISTS, ids=lambda facts: str(facts.name))
def test_rows_are_told_by_columns_the_tool_shows(facts: object) -> None:
    made_here = {"side", "liquidity"}
    name, columns = f"find_{facts.name}", {*facts.columns, *made_here}  # type: ignore[attr-defined]
    told = {field for part in CHART_ROWS[name] for _, field, _, _ in Formatter().parse(part) if field}
    assert told <= columns


def test_supposed_facts_are_in_the_vocabulary() -> None:
    assert {fact for _, fact in FACTS} <= VOCABULARY.keys()
    assert not any(VOCABULARY[fact].derived for _, fact in FACTS)


def test_nicknames_are_markets() -> None:
    assert [
        name
        for name, symbol in NICKNAMES.items()
        if (known := find_instrument(symbol)) is None or known.symbol != symbol
    ] == []


def test_every_pattern_compiles_and_no_intent_is_nameless() -> None:
    for intent in INTENTS:
        assert intent.words
        assert [words for words in intent.words if re.compile(words).match("") is not None] == []
        assert intent_named(intent.name).name == intent.name


def test_keywords_are_lower_case_words() -> None:
    assert [word for word in KEYWORDS if not re.fullmatch(r"[a-z]{4,}", word)] == []


def test_what_nobody_foresaw_is_no_intent() -> None:
    assert recognise("colourless green ideas sleep furiously").name == "unknown"
