"""The page and the SVG in a real browser: no error, no request, both themes, layers, cards, crosshair, zoom."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.picture.browser import Browser, Page, find_chromium, running_browser
from tests.tools.picture.charts import chart_of, edges, named, walk
from tools.chart import Chart
from tools.picture import LAYERS, PictureView, chart_page, chart_svg
from tools.picture.palette import DARK, LIGHT

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install -y chromium brings one"
)
EDGES = edges()
EVERY = tuple(layer.name for layer in LAYERS)
PAPERS = {"light": LIGHT["paper"], "dark": DARK["paper"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None
    with running_browser(CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="module")
def chart() -> Chart:
    return chart_of(walk(300))


@pytest.fixture
def page(browser: Browser, chart: Chart, tmp_path: Path) -> Iterator[Page]:
    """Give the page of 300 bars, and afterwards ask whether it complained of anything or asked for anything."""
    with opened(browser, tmp_path, chart_page(chart, PictureView())) as page:
        yield page


class opened:
    """A page on show; on leaving, no error may have been told and no address asked for."""

    def __init__(self, browser: Browser, folder: Path, source: str, name: str = "page.html", **how: Any) -> None:
        path = folder / name
        path.write_text(source, encoding="utf-8")
        self.page = browser.open(path, **how)

    def __enter__(self) -> Page:
        return self.page

    def __exit__(self, fault: object, *_: object) -> None:
        told, asked = self.page.complaints(), self.page.requests()
        self.page.close()
        if fault is None:
            assert told == []
            assert asked == []


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def style(page: Page, selector: str, name: str) -> Any:
    return page.run(f"getComputedStyle(document.querySelector({selector!r})).{name}")


def middle(page: Page, selector: str) -> tuple[float, float]:
    """Return the middle of an element on the screen."""
    x, y = page.run(
        f"(() => {{ const b = document.querySelector({selector!r}).getBoundingClientRect();"
        "return [b.left + b.width / 2, b.top + b.height / 2]; })()"
    )
    return x, y


def test_this_browser_would_tell(browser: Browser, tmp_path: Path) -> None:
    source = "<img src='http://127.0.0.1:9/x.png'><script>setTimeout(() => { throw new Error('told'); })</script>"
    path = tmp_path / "bad.html"
    path.write_text(source)
    page = browser.open(path)
    assert page.requests() == ["http://127.0.0.1:9/x.png"]
    assert any("told" in one for one in page.complaints())
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_theme(browser: Browser, chart: Chart, tmp_path: Path, scheme: str) -> None:
    with opened(browser, tmp_path, chart_page(chart, PictureView()), scheme=scheme) as page:
        page.screenshot(tmp_path / "page.png")
        assert style(page, ".paper", "fill") == style(page, "body", "backgroundColor") == rgb(PAPERS[scheme])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_that_was_chosen_stays(browser: Browser, chart: Chart, tmp_path: Path, theme: Any) -> None:
    against = "light" if theme == "dark" else "dark"
    view = PictureView(theme=theme)
    with opened(browser, tmp_path, chart_page(chart, view), scheme=against) as page:
        assert style(page, ".paper", "fill") == style(page, "body", "backgroundColor") == rgb(PAPERS[theme])
    with opened(browser, tmp_path, chart_svg(chart, view), "picture.svg", scheme=against) as page:
        assert style(page, ".paper", "fill") == rgb(PAPERS[theme])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_svg_stands_alone(browser: Browser, chart: Chart, tmp_path: Path, scheme: str) -> None:
    with opened(browser, tmp_path, chart_svg(chart, PictureView()), "picture.svg", scheme=scheme) as page:
        assert style(page, ".paper", "fill") == rgb(PAPERS[scheme])
        assert page.run("document.querySelectorAll('.fact').length") > 50


@pytest.mark.parametrize("name", EDGES)
def test_every_edge_is_shown_and_can_be_handled(browser: Browser, tmp_path: Path, name: str) -> None:
    with opened(browser, tmp_path, chart_page(EDGES[name], PictureView(layers=EVERY))) as page:
        page.move(700, 400)
        page.wheel(700, 400, -400)
        page.wheel(700, 400, 900)
        page.run("document.getElementById('stage').focus()")
        for key in ("ArrowRight", "ArrowLeft", "+", "-", "0", "Escape"):
            page.press(key)
        page.press("ArrowRight", shift=True)
        assert page.run("!document.body.innerHTML.includes('NaN')")


def test_what_users_write_is_not_run(browser: Browser, tmp_path: Path) -> None:
    evil = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
    chart = chart_of(walk(80), named(evil))
    last = float(chart.candles.close[-1])
    setup = {"name": evil, "direction": evil, "entry_price": last, "stop_loss": last - 0.001, "fact_id": evil,
             "take_profit": [last + 0.002], "confirmed_at": None}  # fmt: skip
    decision = {"status": evil, "reason_short": evil, "setup": setup}
    source = chart_page(chart, PictureView(decision=decision))
    with opened(browser, tmp_path, source) as page:
        page.run("document.getElementById('stage').focus()")
        for _ in range(30):
            page.press("ArrowLeft")
        page.move(*middle(page, "[data-layer=setups] .entry"))
        assert evil in page.run("document.getElementById('card').textContent")
        assert page.run("window.hacked === undefined && document.images.length === 0")


def test_a_layer_is_switched_by_pointer_and_by_keyboard(page: Page) -> None:
    shown = "getComputedStyle(document.querySelector('.layer[data-layer=fair_value_gaps]')).display"
    names = "[...document.querySelectorAll('.name[data-layer=fair_value_gaps]')].some(n => n.getClientRects().length)"
    box = "[data-switch=fair_value_gaps]"
    assert page.run(shown) == "inline"
    assert page.run(names)
    page.press_button(*middle(page, box))
    assert page.run(shown) == "none"
    assert not page.run(names)
    page.run(f"document.querySelector('{box}').focus()")
    page.press(" ")
    assert page.run(shown) == "inline"
    page.press_button(*middle(page, "[data-set=none]"))
    assert page.run("[...document.querySelectorAll('.layer')].filter(g => getComputedStyle(g).display !== 'none')"
                    ".map(g => g.dataset.layer)") == ["candles"]  # fmt: skip
    page.press_button(*middle(page, "[data-set=first]"))
    assert page.run(shown) == "inline"
    assert page.run("document.querySelector('[data-switch=swings]').checked") is False


def test_a_zone_under_the_pointer_tells_its_life(page: Page, chart: Chart) -> None:
    page.press_button(*middle(page, "[data-set=none]"))
    page.press_button(*middle(page, "[data-switch=fair_value_gaps]"))
    zones = page.run(
        "[...document.querySelectorAll('.plot .gap .zone')].map(z => z.getBoundingClientRect())"
        ".map(b => [b.left + b.width / 2, b.top + b.height / 2, b.width, b.height])"
    )
    x, y = next((x, y) for x, y, width, height in zones if width > 30 and height > 8)
    page.move(x, y)
    card = page.run("document.getElementById('card').innerText")
    told = page.run("document.querySelector('.fact.focus').dataset.id")
    (row,) = (one for one in chart.to_dict()["fair_value_gaps"] if one["id"] == told)
    assert f"Fair value gap, {row['direction']}" in card
    assert row["id"] in card
    assert "the space between their wicks" in card
    for step in ("formed", "confirmed", "filled"):
        if row[f"{step}_at"] is not None:
            assert f"{row[f'{step}_at'][11:16]} UTC)" in card, step
    hour = (int(row["confirmed_at"][11:13]) - 5) % 24
    assert f"{hour:02d}:{row['confirmed_at'][14:16]} New York" in card
    for edge in ("top", "bottom"):  # between two ticks with one decimal more
        assert f"{row[edge]:.6f}".removesuffix("0") in card
    page.move(800, 5)
    assert page.run("document.getElementById('card').hidden")


def test_the_keyboard_walks_from_fact_to_fact(page: Page) -> None:
    page.run("document.getElementById('stage').focus()")
    seen = []
    for _ in range(5):
        page.press("ArrowRight")
        seen.append(page.run("document.querySelector('.fact.focus').dataset.id"))
        assert seen[-1] in page.run("document.getElementById('card').innerText")
    assert len(set(seen)) == 5
    page.press("ArrowLeft")
    assert page.run("document.querySelector('.fact.focus').dataset.id") == seen[3]
    page.press("Escape")
    assert page.run("document.getElementById('card').hidden && !document.querySelector('.fact.focus')")


def bar_place(page: Page, bar: int) -> tuple[float, float]:
    """Return where the middle of a visible bar stands on the screen, with the whole drawing shown."""
    x, y = page.run(
        f"(() => {{ const d = JSON.parse(document.getElementById('data').textContent);"
        f"const x = d.ends - (d.bars.time.length - {bar} - 0.5) * d.step;"
        "const p = new DOMPoint(x, d.height / 2).matrixTransform(document.querySelector('svg.picture').getScreenCTM());"
        "return [p.x, p.y]; })()"
    )
    return x, y


@pytest.mark.parametrize("bar", [0, 123, 299])
def test_the_crosshair_reads_the_bar_under_it(page: Page, chart: Chart, bar: int) -> None:
    page.move(*bar_place(page, bar))
    told, candles = page.run("document.getElementById('readout').textContent"), chart.candles
    for letter, column in (("O", candles.open), ("H", candles.high), ("L", candles.low), ("C", candles.close)):
        assert f"{letter} {column[bar]:.5f}" in told
    at = candles.to_rows()[bar]["time"]
    assert f"{at[11:16]} UTC)" in told
    assert f"{(int(at[11:13]) - 5) % 24:02d}:{at[14:16]} New York" in told
    assert page.run("!document.querySelector('.crosshair').hasAttribute('hidden')")


def test_wheel_drag_and_double_click_zoom_and_move(page: Page) -> None:
    matrix = "document.querySelector('.view:not(.flat)').transform.baseVal[0].matrix"
    times = "[...document.querySelectorAll('.times text')].map(t => t.textContent).join()"
    before = page.run(times)
    x, y = bar_place(page, 150)
    page.wheel(x, y, -600)
    zoomed, after = page.run(f"{matrix}.a"), page.run(times)
    assert zoomed > 1.5
    assert after != before
    assert page.run("document.querySelectorAll('.prices text').length") > 3
    here = page.run(f"{matrix}.e")
    page.press_button(x, y, hold=True)
    page.move(x + 80, y, held=True)
    page.let_go(x + 80, y)
    assert page.run(f"{matrix}.e") == pytest.approx(
        here + 80 * 1376 / page.run("document.querySelector('svg.picture').getBoundingClientRect().width"), rel=0.2
    )
    page.move(x, y)
    page.press_button(x, y)
    page.press_button(x, y, clicks=2)
    assert page.run(f"[{matrix}.a, {matrix}.d, {matrix}.e]") == [1, 1, 0]
    assert page.run(times) == before


@pytest.mark.parametrize("zoom", [0, -500])
def test_no_name_stands_over_another(page: Page, zoom: int) -> None:
    if zoom:
        page.wheel(*bar_place(page, 200), zoom)
    boxes = page.run(
        "[...document.querySelectorAll('.name')].map(n => n.getBoundingClientRect()).filter(b => b.width)"
        ".map(b => [b.left, b.top, b.right, b.bottom])"
    )
    assert len(boxes) > 15
    for one, other in itertools.combinations(boxes, 2):
        beside = one[0] >= other[2] or other[0] >= one[2]
        above = one[1] + 2 >= other[3] - 2 or other[1] + 2 >= one[3] - 2
        assert beside or above


def test_names_keep_their_size_when_zoomed(page: Page) -> None:
    height = "Math.max(...[...document.querySelectorAll('.name')].map(n => n.getBoundingClientRect().height))"
    before = page.run(height)
    page.wheel(*bar_place(page, 200), -500)
    assert page.run(height) == pytest.approx(before, rel=0.02)


def test_what_still_lives_is_named_and_kill_zones_are_seen_however_one_zooms(page: Page) -> None:
    page.wheel(*bar_place(page, 60), -500)
    right = page.run("document.querySelector('.plot').getBoundingClientRect().left + innerWidth / 2")
    seen = page.run("[...document.querySelectorAll('.name[data-since]')].filter(n => n.getClientRects().length)"
                    ".map(n => n.getBoundingClientRect().left)")  # fmt: skip
    assert len(seen) > 2
    assert min(seen) > right
    top = page.run("document.querySelector('.axis').getBoundingClientRect().top")
    assert page.run("document.querySelector('.strip').getBoundingClientRect().top") == pytest.approx(top, abs=1.5)


def test_the_badges_of_a_setup_go_with_its_layer(page: Page) -> None:
    seen = "[...document.querySelectorAll('.tag')].filter(n => n.getClientRects().length).map(n => n.classList[1])"
    assert len(page.run(seen)) > 1
    page.press_button(*middle(page, "[data-switch=setups]"))
    assert page.run(seen) == ["last"]
    page.press_button(*middle(page, "[data-switch=setups]"))
    assert len(page.run(seen)) > 1


def test_keys_work_once_the_wheel_was_turned(page: Page) -> None:
    scale = "document.querySelector('.view:not(.flat)').transform.baseVal[0].matrix.a"
    page.wheel(*bar_place(page, 150), -600)
    assert page.run(scale) > 1.5
    page.press("0")
    assert page.run(scale) == 1


@pytest.mark.parametrize("size", [(420, 900), (800, 600)])
def test_a_narrow_screen_shows_the_newest_bars_at_a_size_one_can_read(
    browser: Browser, chart: Chart, tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(browser, tmp_path, chart_page(chart, PictureView()), size=size) as page:
        assert page.run("document.querySelector('.tag.last').getBoundingClientRect().right") <= size[0]
        assert page.run("document.querySelector('.prices text').getBoundingClientRect().height") >= 9
        panel = page.run("document.querySelector('aside').getBoundingClientRect().top")
        assert panel >= page.run("document.querySelector('svg.picture').getBoundingClientRect().bottom")


def test_it_fits_a_narrow_screen(browser: Browser, chart: Chart, tmp_path: Path) -> None:
    with opened(browser, tmp_path, chart_page(chart, PictureView()), size=(420, 800)) as page:
        assert page.run("document.documentElement.scrollWidth") <= 420
