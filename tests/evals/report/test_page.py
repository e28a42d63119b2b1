"""The report: lower bounds first, baselines beside, every failure told and drawn, nothing left out in silence."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from agent.labels import EventLabel
from evals.cases.case import Case, Chart
from evals.report import Beside, gather, report_page
from evals.report.failures import MOST_DRAWN, MOST_TOLD
from evals.report.words import metric_title, score_title
from evals.runs.results import Results
from evals.scoring.summary import HEADLINE, summarise
from tests.evals.report.drawn_runs import FRAME, MSS, Told, chart_case, run_of, suite_of, usual_run

RESULTS, BESIDE = usual_run()
PAGE = report_page(RESULTS, BESIDE)
LARGEST = 5_000_000


class Outline(HTMLParser):
    """Every tag with its attributes, and whether all were closed in order."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def article(page: str, name: str) -> str:
    (found,) = re.findall(rf'<article aria-label="{re.escape(name)}">.*?</article>', page, re.DOTALL)
    return str(found)


def words(markup: str) -> str:
    return unescape(re.sub("<[^>]+>", " ", markup))


def test_the_same_run_gives_the_same_page() -> None:
    again, beside = usual_run()
    assert report_page(again, beside) == PAGE


def test_every_tag_is_closed_and_every_link_leads_somewhere() -> None:
    outline = Outline(PAGE)
    assert outline.open == []
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [str(attributes["href"]) for tag, attributes in outline.tags if tag == "a"]
    assert {link.removeprefix("#") for link in links} == set(ids)
    assert not [tag for tag, _ in outline.tags if tag in {"img", "iframe", "object", "form"}]


def test_the_worst_end_of_each_interval_stands_before_the_score() -> None:
    overall, headline = (summarise(RESULTS.rows)[name] for name in ("overall", "headline"))
    row = next(one for one in re.findall(r"<tr>.*?</tr>", PAGE) if "Cases: passed<" in one)
    figures = re.findall(r'data-value="([^"]+)"', row)
    score = overall["passed"]
    assert [float(one) for one in figures[:4]] == [headline["passed"], score["value"], score["low"], score["n"]]
    assert f"≥ {headline['passed']:.3f}" in row
    worst = next(one for one in re.findall(r"<tr>.*?</tr>", PAGE) if "found before they could be known<" in one)
    assert f"≤ {headline['events.look_ahead']:.3f}" in worst


def test_the_baselines_stand_beside_it() -> None:
    head = re.search(r"<thead>.*?</thead>", PAGE)
    assert head is not None
    assert "Random detector" in head[0]
    assert "Never trades" in head[0]
    assert "smartmoneyconcepts" in PAGE
    charts_only = next(one for one in re.findall(r"<tr>.*?</tr>", PAGE) if "Cases: passed, charts only<" in one)
    assert charts_only.count("data-value") == 4 + 2 * sum(bool(one.rows) for one in BESIDE.baselines)


def test_a_failed_case_says_what_was_wrong_and_why_the_label_is_right() -> None:
    shown = article(PAGE, "charts/all-wrong")
    row = next(row for row in RESULTS.rows if row["case"] == "all-wrong")
    assert row["failures"]
    for sentence in (row["why"], *row["failures"]):
        assert sentence in words(shown)
    for cells in ("decision TRADE_NOW by 6.1 WAIT by 7.1", "bias htf bullish bearish", "rule 1.1 pass fail"):
        assert cells in " ".join(words(shown).split())


def test_expected_is_drawn_beside_found() -> None:
    shown = article(PAGE, "charts/all-wrong")
    drawn = re.findall(r'<g class="fact given (\w+)"><title>([^<]+)</title>', shown)
    told = {(style, unescape(title).split(" ")[1] + " " + unescape(title).split(" ")[2]) for style, title in drawn}
    assert told == {
        ("expected", "bullish mss"), ("found", "bullish mss"), ("found", "bearish mss"), ("expected", "bullish fair"),
        ("found", "bullish fair"),
    }  # fmt: skip
    (svg,) = re.findall(r'<svg class="ict picture".*?</svg></svg>|<svg class="ict picture".*?</svg>.*?</svg>', shown)
    assert ElementTree.fromstring(svg) is not None


def test_a_wrong_setup_is_drawn_where_the_chart_ends() -> None:
    labelled = chart_case("late", "wrong", bars=80)
    results, beside = run_of(suite_of("charts", [labelled]))
    drawn = re.findall(r"<title>(expected|found) bullish (entry|stop|target)", report_page(results, beside))
    assert set(drawn) == {(style, name) for style in ("expected", "found") for name in ("entry", "stop", "target")}


def test_a_find_that_nobody_judges_is_not_drawn_as_a_mistake() -> None:
    case = chart_case("open", "wrong")
    labels = replace(case.labels, complete={})
    case = replace(case, labellings=(replace(case.labellings[0], labels=labels),))
    drawn = re.findall(r"<title>found: (\w+) (\w+)", report_page(*run_of(suite_of("charts", [case]))))
    assert drawn == [("bullish", "mss")]


def test_a_failed_conversation_shows_question_expectation_and_answer() -> None:
    shown = " ".join(words(article(PAGE, "talks/asked-in-vain")).split())
    for part in ("Question What now?", "says 'wait'", "Said Buy <b>now</b>!", "Tools current_decision"):
        assert part in shown


def test_an_error_is_told_and_a_pinned_case_comes_first() -> None:
    assert "Error: ZeroDivisionError: division by zero" in article(PAGE, "charts/broken")
    order = re.findall(r'<article aria-label="([^"]+)"', PAGE)
    assert order[0] == "charts/all-wrong"
    assert len(order) == sum(not row["passed"] for row in RESULTS.rows)


def test_passed_cases_stand_in_a_list_alone() -> None:
    assert "<li>all-right</li>" in PAGE
    assert 'aria-label="charts/all-right"' not in PAGE


def test_look_ahead_is_red() -> None:
    counted = sum(part["within"]["0"][3] for row in RESULTS.rows for part in (row["score"] or {}).get("events", ()))
    assert counted == 3
    assert re.search(r'<span class="alarm">3 events were found before', PAGE)
    assert re.search(r'<rect class="ahead"[^>]+height="2', PAGE)


def test_the_calibration_has_its_curve_and_its_counts() -> None:
    calibration = summarise(RESULTS.rows)["calibration"]
    assert calibration["n"] == 2
    assert f"Brier score {calibration['brier']:.3f} over 2 offered trades" in words(PAGE)
    assert PAGE.count('class="spread"') == len(calibration["bins"]) == 2


def test_nothing_that_was_written_by_others_becomes_markup() -> None:
    assert "<script>alert" not in PAGE
    assert "<b>" not in PAGE
    assert PAGE.count("<script>") == 1


def test_more_failures_than_fit_are_counted() -> None:
    many = [chart_case(f"c{number:03}", "wrong") for number in range(MOST_DRAWN + 7)]
    page = report_page(*run_of(suite_of("many", many)))
    assert f"{MOST_DRAWN} are drawn; 7 more are told without their chart." in page
    assert page.count('class="ict picture"') == MOST_DRAWN
    assert len(page.encode()) < LARGEST


def test_large_charts_are_left_out_and_counted_before_the_page_is_too_large() -> None:
    results, beside = run_of(suite_of("crowded", [crowded()]))
    (row,), (case,) = results.rows, beside.cases.values()
    names = [f"c{number:03}" for number in range(MOST_DRAWN)]
    many = replace(results, rows=tuple({**row, "case": name} for name in names))
    page = report_page(many, Beside({("crowded", name): case for name in names}))
    drawn, left = map(int, re.findall(r"(\d+) are drawn; (\d+) more", page)[0])
    assert 0 < drawn < MOST_DRAWN
    assert drawn + left == MOST_DRAWN
    assert len(page.encode()) < LARGEST


def crowded() -> Case:
    """Label two shifts on every bar, none of which is found, each at a price of its own."""
    case = chart_case("crowded", "wrong", bars=200)
    assert isinstance(case.subject, Chart)
    times = case.subject.base.time.tolist()
    events = tuple(EventLabel(MSS, way, FRAME, at, at) for at in times for way in ("bullish", "bearish"))
    labels = replace(case.labels, events=(*case.labels.events, *events))
    return replace(case, labellings=(replace(case.labellings[0], labels=labels),))


def test_far_too_many_failures_are_not_all_told() -> None:
    row = next(row for row in RESULTS.rows if row["case"] == "all-wrong")
    rows = tuple({**row, "case": f"c{number:04}", "pinned": False} for number in range(MOST_TOLD + 3))
    page = report_page(replace(RESULTS, rows=rows))
    assert "3 more failed and are not on this page" in page
    assert page.count("<article") == MOST_TOLD
    assert "cannot be drawn" in page


@pytest.mark.parametrize("rows", [(), RESULTS.rows[:1]])
def test_a_run_of_nothing_or_of_one_case_has_a_report(rows: tuple[dict[str, object], ...]) -> None:
    page = report_page(Results({"subject": "x"}, {}, rows), Beside())
    assert Outline(page).open == []


def test_a_case_that_was_changed_since_is_not_drawn() -> None:
    suite = suite_of("charts", [chart_case("one", "wrong")])
    results, _ = run_of(suite)
    changed = suite_of("charts", [chart_case("one", "wrong", why="Another.")])
    beside = gather(results, ("charts",), load_suite=lambda _: changed)
    assert beside.cases == {}
    assert all(one.rows == () for one in beside.baselines)


def test_every_main_score_has_a_title_of_words() -> None:
    for name in HEADLINE:
        assert "_" not in score_title(name).replace("TRADE_NOW", "").replace("NO_TRADE", "")
    assert metric_title("zones.exhaustive_f1_at_75") == "F1 where every instance is labelled at IoU ≥ 0.75"
    assert metric_title("coach.pass_3") == "pass^3"


def test_the_subject_of_the_run_is_told_by_its_identity() -> None:
    assert Told({}).identity()["odd"] in unescape(PAGE)


def test_cases_labelled_by_intent_have_a_table_of_their_own() -> None:
    charts = [chart_case("right", "right"), chart_case("noise", "wrong"), chart_case("more-noise", "wrong")]
    heavy = [charts[0], *(replace(one, tags={**one.tags, "labels": "intent"}) for one in charts[1:])]
    page = report_page(*run_of(suite_of("charts", heavy)))
    assert "apart from the main scores" in page
    assert "apart from the main scores" not in report_page(*run_of(suite_of("charts", charts)))
    first, second = [words(row) for row in re.findall(r"<tr>.*?</tr>", page) if "Cases: passed<" in row][:2]
    assert " ".join(first.split()).startswith("Cases: passed ≥ 0.207 1.000")
    assert " ".join(second.split()).startswith("Cases: passed ≥ 0.000 0.000")


def test_siblings_are_counted_as_clusters() -> None:
    charts = [replace(chart_case(f"c{n}", "right"), tags={"does": "right", "scenario": str(n % 2)}) for n in range(4)]
    assert "4 in 2 clusters" in report_page(*run_of(suite_of("charts", charts)))
