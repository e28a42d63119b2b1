"""The label page in a real browser: marks by pointer and by keyboard, saved to a case that loads."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.cases.candle_documents import candles_document
from evals.cases.case import Case, Chart
from evals.cases.suites import load_suite
from evals.labelling.application import Door
from evals.labelling.desk import SEEN, Desk
from evals.labelling.opening import CandleOptions, open_desk
from tests.evals.labelling.served import event, labeller, moment, new_desk, said, served
from tests.tools.picture.browser import Browser, Page, find_chromium, running_browser
from tools.picture.palette import DARK, LIGHT
from tools.resample import resample
from tools.timeframes import Timeframe
from tools.times import parse_time

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install -y chromium brings one"
)
PAPERS = {"light": LIGHT["paper"], "dark": DARK["paper"]}
SAVED = "/(Not s|S)aved/.test(document.getElementById('status').textContent)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None
    with running_browser(CHROMIUM) as browser:
        yield browser


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path)


@pytest.fixture
def door(desk: Desk) -> Iterator[Door]:
    with served(desk) as door:
        yield door


@pytest.fixture
def page(browser: Browser, door: Door) -> Iterator[Page]:
    """Give the page, and afterwards ask whether it complained of anything or asked anybody but its server."""
    page = browser.visit(door.address)
    yield page
    home = f"http://127.0.0.1:{door.port}/"
    assert page.complaints() == []
    assert [one for one in page.requests() if not one.startswith(home)] == []
    page.close()


def saved_case(desk: Desk) -> Case:
    (case,) = load_suite(desk.place.folder).cases
    return case


def until(page: Page, condition: str) -> None:
    """Wait until something is true on the page."""
    look = f"const look = () => ({condition}) ? done(1) : requestAnimationFrame(look)"
    page.run(f"new Promise(done => {{ {look}; look(); }})")


def save(page: Page) -> str:
    """Press the button, and return what the page says then."""
    page.run("document.getElementById('status').textContent = ''; document.getElementById('save').click()")
    until(page, SAVED)
    return str(page.run("document.getElementById('status').textContent"))


def choose(page: Page, selector: str, value: str) -> None:
    """Choose or write a value as a hand would."""
    page.run(
        f"(() => {{ const one = document.querySelector({selector!r}); one.value = {value!r};"
        "one.dispatchEvent(new Event('change')); })()"
    )


def mode(page: Page, name: str) -> None:
    page.run(f"document.querySelector('[name=mode][value={name}]').click()")


def bars_at(page: Page, *bars: int) -> list[float]:
    """Return where bars stand on the screen."""
    found: list[float] = page.run(
        "(() => { const data = JSON.parse(document.getElementById('data').textContent), count = data.bars.time.length;"
        "const box = document.querySelector('.plot').getBoundingClientRect();"
        "const left = data.ends - count * data.step;"
        f"return {list(bars)}.map(bar => box.left + (left + (bar + 0.5) * data.step) / data.width * box.width); }})()"
    )
    return found


def test_an_event_and_a_zone_by_pointer_become_a_case(page: Page, desk: Desk) -> None:
    assert isinstance(desk.chart, Chart)
    swing, since, ended = bars_at(page, 20, 30, 40)
    mode(page, "event")
    choose(page, "[data-choice=kind]", "external_swing")
    choose(page, "[data-choice=direction]", "bearish")
    page.press_button(swing, 300)
    mode(page, "zone")
    page.press_button(since, 200, hold=True)
    page.move(ended, 260, held=True)
    page.let_go(ended, 260)
    choose(page, "[data-path=why]", "Drawn in a test.")
    choose(page, "[data-path='labels.bias.15m']", "bullish")
    page.run("document.querySelector('[data-mark^=zones]').nextElementSibling.querySelector('input').click()")
    assert save(page).startswith("Saved to ")
    case = saved_case(desk)
    (event_label,), (zone,) = case.labels.events, case.labels.zones
    assert (event_label.kind, event_label.direction, event_label.at) == ("external_swing", "bearish", at(20))
    assert event_label.detected_at == at(25)
    assert event_label.price == float(desk.chart.base.high[20])
    assert (zone.kind, zone.since, zone.until, zone.detected_at) == ("fair_value_gap", at(30), at(40), at(31))
    assert zone.top > zone.bottom
    assert case.labels.complete == {zone.timeframe: {"fair_value_gap"}}
    assert (case.why, dict(case.labels.bias)) == ("Drawn in a test.", {"15m": "bullish"})


def at(bar: int) -> int:
    return parse_time(moment(bar))


def test_everything_can_be_marked_by_keyboard(page: Page, desk: Desk) -> None:
    page.run("document.getElementById('stage').focus()")
    for key in ("e", "Enter", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Enter"):
        page.press(key)
    page.press("z")
    page.press("Enter")
    for key in ("ArrowLeft", "ArrowUp"):
        page.press(key, shift=True)
    page.press("Enter")
    choose(page, "[data-path=why]", "By keyboard.")
    assert save(page).startswith("Saved")
    labels, last = saved_case(desk).labels, len(desk.chart.base) - 1
    assert [one.at for one in labels.events] == [at(last - 3)]
    (zone,) = labels.zones
    assert (zone.since, zone.until) == (at(last - 13), at(last - 3))
    tick = desk.chart.instrument.tick_size
    assert zone.top - zone.bottom == pytest.approx(10 * tick, abs=tick)


def test_a_fault_stands_at_its_field_until_it_is_mended(page: Page, desk: Desk) -> None:
    mode(page, "event")
    page.press_button(bars_at(page, 20)[0], 300)
    choose(page, "[data-path='labels.events[0].detected_at']", "yesterday")
    assert save(page) == "Not saved: 2 faults."
    note = "document.querySelector('[data-path=\"labels.events[0].detected_at\"]').closest('label').nextSibling"
    assert "yesterday" in page.run(f"{note}.textContent")
    assert page.run("document.querySelector('[data-path=why]').getAttribute('aria-invalid')") == "true"
    assert not desk.place.folder.exists()
    choose(page, "[data-path='labels.events[0].detected_at']", moment(22))
    choose(page, "[data-path=why]", "Mended.")
    assert save(page).startswith("Saved")
    assert page.run("document.querySelectorAll('.fault, [aria-invalid]').length") == 0
    assert saved_case(desk).labels.events[0].detected_at == at(22)


def test_marks_are_taken_back_and_deleted(page: Page, desk: Desk) -> None:
    mode(page, "event")
    for bar in (10, 20, 30):
        page.press_button(bars_at(page, bar)[0], 300)
    count = "document.querySelectorAll('.own [data-list=events]').length"
    assert page.run(count) == 3
    until(page, "document.getElementById('status').textContent === '3 changes not saved.'")
    page.run("document.getElementById('undo').click()")
    assert page.run(count) == 2
    page.run("document.querySelector('[data-mark=\"events[1]\"] button').click()")
    assert page.run(count) == 1
    choose(page, "[data-path=why]", "One is left.")
    save(page)
    assert [one.at for one in saved_case(desk).labels.events] == [at(10)]
    assert desk.unsaved == 0


def test_decision_setup_rule_and_outcome_are_said_in_the_form(page: Page, desk: Desk) -> None:
    for selector, value in (
        ("[data-path='labels.decision.status']", "TRADE_NOW"), ("[data-path='labels.decision.rule']", "6.1"),
        ("[aria-label='Add the outcome of a rule']", "1.1"), ("[data-path='labels.rules.1.1']", "fail"),
        ("[data-path='labels.setup.direction']", "bearish"), ("[data-path='labels.setup.entry']", "1.09"),
        ("[data-path='labels.setup.stop']", "1.1"), ("[data-path='labels.outcome.result']", "stop"),
        ("[data-path='labels.outcome.r']", "-1"), ("[data-path=why]", "All of it."),
    ):  # fmt: skip
        choose(page, selector, value)
    page.run("[...document.querySelectorAll('#form button')].find(one => one.textContent === 'Add a target').click()")
    page.run("[...document.querySelectorAll('[aria-label=\"Pick target 1 on the chart\"]')][0].click()")
    below = page.run("document.querySelector('.plot').getBoundingClientRect().bottom") - 5
    page.press_button(bars_at(page, 20)[0], below)
    assert save(page).startswith("Saved"), page.run("document.getElementById('faults').textContent")
    labels = saved_case(desk).labels
    assert labels.decision is not None
    assert (labels.decision.status, labels.decision.rule) == ("TRADE_NOW", "6.1")
    assert dict(labels.rules) == {"1.1": "fail"}
    assert labels.setup is not None
    assert (labels.setup.entry, labels.setup.stop) == (1.09, 1.1)
    assert labels.setup.targets[0] < 1.09
    assert labels.outcome is not None
    assert (labels.outcome.result, labels.outcome.r) == ("stop", -1.0)


def test_the_program_is_shown_after_the_first_save_alone(page: Page, desk: Desk) -> None:
    assert page.run("document.getElementById('facts').disabled")
    choose(page, "[data-path=why]", "Blind.")
    save(page)
    assert desk.document["provenance"]["definition"] == "ICT.md"
    choose(page, "#which", "all")
    page.run("document.getElementById('facts').click()")
    until(page, "document.querySelectorAll('.own .found').length > 5")
    choose(page, "[data-path=why]", "No longer.")
    save(page)
    assert desk.document["provenance"]["definition"].endswith(SEEN)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_theme(browser: Browser, tmp_path: Path, scheme: str) -> None:
    desk = new_desk(tmp_path)
    desk.save(said(events=[event()]))
    again = open_desk(desk.place.folder, None, CandleOptions(), labeller())
    with served(again) as door:
        page = browser.visit(door.address, scheme=scheme)
        paper = "rgb({}, {}, {})".format(*bytes.fromhex(PAPERS[scheme][1:]))
        assert page.run("getComputedStyle(document.body).backgroundColor") == paper
        assert page.run("getComputedStyle(document.querySelector('.paper')).fill") == paper
        assert page.run("document.querySelectorAll('.own .fact').length") == 1
        assert page.complaints() == []
        page.close()


def test_a_second_ctrl_s_before_the_answer_sends_what_is_new_alone(page: Page, desk: Desk) -> None:
    keys = (
        "const key = () => document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 's', ctrlKey: true, bubbles: true}));"
    )
    choose(page, "[data-path=why]", "Once.")
    for between, posts, why in (
        ("", 1, "Once."),
        ("const why = document.querySelector('[data-path=why]'); why.value = 'Twice.';"
         "why.dispatchEvent(new Event('change'));", 2, "Twice."),
    ):  # fmt: skip
        before = saves(page)
        is_shut = page.run(
            f"(() => {{ {keys} document.getElementById('status').textContent = ''; key(); {between} key();"
            "return document.getElementById('save').disabled; })()"
        )
        assert is_shut is True
        until(page, "!document.getElementById('save').disabled")
        assert page.run("document.getElementById('status').textContent").startswith("Saved")
        assert (saves(page) - before, saved_case(desk).why) == (posts, why)
    assert save(page).startswith("Saved")


def saves(page: Page) -> int:
    return sum(address.endswith("/save") for address in page.requests())


def test_a_second_opinion_is_not_asked_why(browser: Browser, tmp_path: Path) -> None:
    first = new_desk(tmp_path)
    first.save(said(bias={"15m": "bullish"}))
    second = open_desk(first.place.folder, None, CandleOptions(), labeller("ben", is_second=True))
    with served(second) as door:
        page = browser.visit(door.address)
        assert page.run("document.querySelector('[data-path=why]')") is None
        choose(page, "[data-path='labels.bias.15m']", "bearish")
        assert save(page).startswith("Saved")
        assert page.complaints() == []
        page.close()
    (case,) = load_suite(first.place.folder).cases
    assert [dict(one.labels.bias) for one in case.labellings] == [{"15m": "bullish"}, {"15m": "bearish"}]


def test_what_is_not_saved_outlasts_a_turn_to_another_timeframe(browser: Browser, tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    desk.save(said())
    path = desk.place.folder / "case.json"
    document = json.loads(path.read_text())
    hours = resample(desk.chart.base, Timeframe.H1, desk.chart.instrument.trading_day)
    document["chart"]["candles"]["1h"] = candles_document(hours)
    path.write_text(json.dumps(document))
    again = open_desk(desk.place.folder, None, CandleOptions(), labeller())
    with served(again) as door:
        page = browser.visit(door.address)
        mode(page, "event")
        page.press_button(bars_at(page, 20)[0], 300)
        for frame, marks in (("1h", 0), ("15m", 1)):
            turn(browser, page, frame)
            assert page.run("document.querySelectorAll('.own .fact').length") == marks
        assert page.run("document.querySelectorAll('[data-mark^=events]').length") == 1
        assert save(page).startswith("Saved")
        page.run("document.getElementById('undo').click()")
        assert page.run("document.querySelectorAll('.own .fact').length") == 0
        assert page.complaints() == []
        page.close()
    assert [one.at for one in saved_case(again).labels.events] == [at(20)]


def turn(browser: Browser, page: Page, frame: str) -> None:
    """Choose another timeframe and wait for its page."""
    since = len(browser.events)
    choose(page, "#timeframe", frame)
    browser.wait_for("Page.loadEventFired", page.session, since)
    page.settle()
