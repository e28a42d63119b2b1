"""The report in a real browser: both themes, no error, no request, tables that sort, by keyboard too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.report import report_page
from tests.evals.report.drawn_runs import usual_run
from tests.tools.picture.browser import Browser, Page, find_chromium, running_browser
from tools.picture.palette import DARK, LIGHT

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install -y chromium brings one"
)
PAPERS = {"light": LIGHT["paper"], "dark": DARK["paper"]}
TABLE = "document.querySelector('#suites table')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None
    with running_browser(CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_page(*usual_run()), encoding="utf-8")
    return path


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = browser.open(report, scheme=request.param, size=(1280, 900))
    paper = page.run("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb({}, {}, {})".format(*bytes.fromhex(PAPERS[request.param][1:]))
    yield page
    assert page.complaints() == []
    assert page.requests() == []
    page.close()


def test_it_is_shown_without_an_error_or_a_request(page: Page) -> None:
    assert page.run("document.querySelectorAll('svg.picture').length") > 0
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    assert page.run("getComputedStyle(document.querySelector('.alarm')).color") != page.run(
        "getComputedStyle(document.body).color"
    )


def test_expected_and_found_stay_apart_without_colour(page: Page) -> None:
    dashes = [
        page.run(f"getComputedStyle(document.querySelector('.given.{style} .zone')).strokeDasharray")
        for style in ("expected", "found")
    ]
    assert dashes[0] != "none" == dashes[1]


def test_a_table_sorts_by_the_head_that_is_pressed(page: Page) -> None:
    first = f"{TABLE}.tBodies[0].rows[0].cells[0].textContent"
    assert page.run(first) == "charts"
    page.run(f"{TABLE}.tHead.rows[0].cells[1].firstChild.focus()")
    page.run("document.activeElement.click()")
    page.settle()
    assert page.run(first) == "talks"
    assert page.run(f"{TABLE}.tHead.rows[0].cells[1].ariaSort") == "ascending"
    page.run("document.activeElement.click()")
    assert page.run(first) == "charts"


def test_what_is_behind_a_click_is_printed(page: Page) -> None:
    assert page.run("[...document.querySelectorAll('details')].some(one => !one.open)")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("[...document.querySelectorAll('details')].every(one => one.open)")


def test_a_narrow_screen_scrolls_the_tables_and_not_the_page(browser: Browser, report: Path) -> None:
    page = browser.open(report, size=(420, 900))
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    page.close()
