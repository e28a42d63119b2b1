"""Round prices, round hours, names that do not collide, colours one can read, and the words above the picture."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.hand_drawn import draw_at
from tests.tools.picture.charts import EURUSD, chart_of, walk
from tests.tools.strategies import REPEATABLE
from tools.instruments import instrument
from tools.picture import LAYERS, PictureView
from tools.picture.axes import day_words, tick_words
from tools.picture.headline import headline_of
from tools.picture.labels import Label, Labels
from tools.picture.legend import swatch
from tools.picture.palette import DARK, LIGHT
from tools.picture.svg import draw
from tools.picture.ticks import axis_clock, day_starts, decimals_of, price_step, price_ticks, time_ticks
from tools.timeframes import Timeframe

ANY = (1.0, 2.0, 0.5, 1.0)


@pytest.mark.parametrize(
    ("step", "decimals"), [(1.0, 0), (0.25, 2), (0.00005, 5), (0.00001, 5), (5e-9, 9), (100.0, 0), (0.1, 1)]
)
def test_a_price_has_the_decimals_its_tick_needs(step: float, decimals: int) -> None:
    assert decimals_of(step) == decimals


@pytest.mark.parametrize(
    ("height", "most", "tick", "step"),
    [(10.0, 10, 0.25, 1.0), (2.0, 10, 0.25, 0.25), (1.9, 10, 0.25, 0.25), (0.9, 10, 0.25, 0.25), (0.4, 10, 0.25, 0.05),
     (7.0, 3, 0.25, 2.5),
     (0.0123, 10, 0.00001, 0.002), (40_000.0, 9, 0.01, 5000.0)],
)  # fmt: skip
def test_prices_stand_at_round_steps(height: float, most: int, tick: float, step: float) -> None:
    assert price_step(height, most, tick) == pytest.approx(step)


@REPEATABLE
@given(st.floats(1e-9, 1e6), st.integers(1, 20), st.sampled_from([0.00001, 0.00005, 0.001, 0.01, 0.1, 0.25, 1.0]))
def test_there_are_never_more_prices_than_fit(height: float, most: int, tick: float) -> None:
    step = price_step(height, most, tick)
    assert len(price_ticks(1.0, 1.0 + height, step)) <= most + 1
    ratio = max(step, tick) / min(step, tick)
    assert ratio == pytest.approx(round(ratio), rel=1e-5)


def test_hours_are_new_yorks_through_a_clock_change() -> None:
    # Sunday 10 March 2024: at 02:00 the clock shows 03:00.
    times = [f"2024-03-10T{hour:02d}:00:00Z" for hour in range(4, 12)]
    clock = axis_clock(draw_at(*((time, ANY) for time in times)), EURUSD)
    assert [tick_words(int(second), 3600) for second in clock] == [
        "23:00", "10 Mar", "01:00", "03:00", "04:00", "05:00", "06:00", "07:00",
    ]  # fmt: skip
    assert day_starts(clock).tolist() == [1]
    assert day_words(int(clock[1])) == "Sun 10 Mar 2024"


def test_times_are_as_close_as_fits() -> None:
    clock = axis_clock(walk(300), EURUSD)
    for most in (3, 6, 12, 30, 80):
        bars = time_ticks(clock, most)
        assert 1 <= len(bars) <= most
        apart = {int(b - a) for a, b in itertools.pairwise(clock[bars].tolist())}
        assert len(apart) <= 1


def test_a_daily_bar_is_named_by_its_trading_day() -> None:
    # Monday's bar of a market whose day begins at 17:00 New York opens on Sunday.
    bars = draw_at(("2024-01-07T22:00:00Z", ANY), ("2024-01-08T22:00:00Z", ANY), timeframe=Timeframe.D1)
    assert [day_words(int(second)) for second in axis_clock(bars, EURUSD)] == ["Mon 8 Jan 2024", "Tue 9 Jan 2024"]
    crypto = draw_at(("2024-01-08T00:00:00Z", ANY), timeframe=Timeframe.D1)
    assert day_words(int(axis_clock(crypto, instrument("BTCUSD"))[0])) == "Mon 8 Jan 2024"


def label(x: float, y: float, rank: int, words: str = "name", **more: float) -> Label:
    return Label("candles", x, y, words, rank, "", dy=0.0, shifts=(), **more)  # type: ignore[arg-type]


def test_the_more_important_name_keeps_its_place() -> None:
    labels = Labels(400.0, 400.0)
    for one in (label(100, 100, 5, "minor"), label(104, 102, 1, "major"), label(300, 100, 7, "alone")):
        labels.add(one)
    drawn = "".join(markup for _, markup in labels.draw(frozenset({"candles"}), keep_lost=False))
    assert ("major" in drawn, "minor" in drawn, "alone" in drawn) == (True, False, True)
    kept = "".join(markup for _, markup in labels.draw(frozenset({"candles"}), keep_lost=True))
    assert kept.count(" lost") == 1


def test_names_of_layers_that_are_on_come_first() -> None:
    labels = Labels(400.0, 400.0)
    labels.add(Label("swings", 100, 100, "hidden", 0, ""))
    labels.add(Label("candles", 100, 100, "shown", 9, ""))
    (first, shown), (second, hidden) = labels.draw(frozenset({"candles"}), keep_lost=True)
    assert (first, second) == ("candles", "swings")
    assert (" lost" in shown, " lost" in hidden) == (False, True)


@REPEATABLE
@given(st.lists(st.tuples(st.integers(0, 380), st.integers(0, 380), st.integers(0, 7)), max_size=60))
def test_no_name_stands_over_another_or_beyond_the_plot(points: list[tuple[int, int, int]]) -> None:
    labels = Labels(400.0, 400.0)
    for across, down, rank in points:
        labels.add(label(float(across), float(down), rank))
    drawn = "".join(markup for _, markup in labels.draw(frozenset({"candles"}), keep_lost=False))
    places = [(float(x), float(y)) for x, y in re.findall(r"translate\(([\d.]+) ([\d.]+)\)", drawn)]
    assert bool(places) == any(x <= 377 and y >= 9 for x, y, _ in points)
    width, height = 4 * 5.7, 11.0
    for x, y in places:
        assert 0 <= x <= 400 - width
        assert 9 <= y <= 398
    for (x, y), (other_x, other_y) in itertools.combinations(places, 2):
        assert abs(x - other_x) >= width or abs(y - other_y) >= height


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 counts it, 1 to 21."""
    lights = sorted((_light(one), _light(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _light(colour: str) -> float:
    return float(_linear(colour) @ np.array([0.2126, 0.7152, 0.0722]))


# Machado, Oliveira and Fernandes (2009), severity 1: what each kind of colour-blind reader sees, in linear light.
BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}  # fmt: skip


def _lab(linear: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(
        linear, 0, 1
    )
    f = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]) + 1e-12)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_word_can_be_read(palette: dict[str, str]) -> None:
    paper = palette["paper"]
    assert contrast(palette["ink"], paper) >= 7
    worded = set(palette) - {"paper", "panel", "grid", "rule", "up_body", "down_body", "tag", "focus"}
    poor = {name: round(contrast(palette[name], paper), 2) for name in worded if contrast(palette[name], paper) < 4.5}
    assert not poor
    for name in ("up", "down", "entry", "soft", "sweep"):
        assert contrast(palette["tag"], palette[name]) >= 4.5, name


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("blind", BLIND)
@pytest.mark.parametrize("pair", [("up", "down"), ("up_body", "down_body"), ("gap_up", "gap_down"),
                                  ("block_up", "block_down")])  # fmt: skip
def test_up_and_down_stay_apart_for_the_colour_blind(
    palette: dict[str, str], blind: str, pair: tuple[str, str]
) -> None:
    seen = [_lab(np.array(BLIND[blind]) @ _linear(palette[name])) for name in pair]
    assert float(np.linalg.norm(seen[0] - seen[1])) > 20  # 2 can just be told apart


def test_the_headline_says_where_one_stands() -> None:
    chart = chart_of(walk(300))
    document = chart.to_dict()
    head = headline_of(document, PictureView(), None)
    assert head.title == "EURUSD · 15m"
    assert head.as_of == "as of Wed 10 Jan 2024 22:00 New York (03:00 UTC)"
    assert head.session[0] == "Asia kill zone, next London in 4 h 00"
    assert head.session[-1].split(":")[0] in {"Premium", "Discount", "Equilibrium"}
    assert (head.status, head.reason) == (None, "No setup on this chart")


def test_a_closed_market_is_said_to_be_closed() -> None:
    chart = chart_of(walk(20, start="2024-01-12T17:00:00Z"))
    head = headline_of(chart.to_dict(), PictureView(title="Mine"), None)
    assert head.title == "Mine"
    assert head.session[0].startswith("Market closed (weekend), next Asia in ")


def test_without_bars_nothing_is_claimed() -> None:
    head = headline_of(chart_of(walk(5)[:0]).to_dict(), PictureView(), None)
    assert head.as_of == "no bars"
    assert "Dealing range unknown" in head.session


def test_a_decision_younger_than_the_last_close_is_dated_apart() -> None:
    document = chart_of(walk(300)).to_dict()
    close = "Wed 10 Jan 2024 22:00 New York (03:00 UTC)"
    then, later = (
        headline_of(document, PictureView(decision={"status": "WAIT", "timestamp": at}), None)
        for at in (document["as_of"], "2024-01-11T13:45:00Z")
    )
    assert (then.as_of, then.session[0]) == (f"as of {close}", "Asia kill zone, next London in 4 h 00")
    assert later.as_of == "decided at Thu 11 Jan 2024 08:45 New York (13:45 UTC)"
    assert later.session[0] == f"This chart's last close: {close}"
    assert not any("kill zone" in part for part in later.session)


@pytest.mark.parametrize(
    ("run", "badge"),
    [("accepted", "QUEUED"), ("running", "RUNNING"), ("cancelled", "CANCELLED"), ("failed", "FAILED")],
)
def test_a_run_without_a_decision_says_how_far_it_came(run: str, badge: str) -> None:
    drawing = draw(chart_of(walk(300)), PictureView(run_status=run), (1200.0, 700.0), live=True)
    assert drawing.plan is None
    assert drawing.headline.status == badge
    assert drawing.headline.reason.startswith("No decision")


def test_a_run_that_decided_says_what() -> None:
    view = PictureView(run_status="completed", decision={"status": "NO_TRADE", "reason_short": "Bias is neutral"})
    head = draw(chart_of(walk(300)), view, (1200.0, 700.0), live=True).headline
    assert (head.status, head.reason) == ("NO_TRADE", "Bias is neutral")


def test_every_layer_has_a_sample() -> None:
    for layer in LAYERS:
        assert swatch(layer.name)


def test_every_list_of_the_document_has_a_layer_of_its_own() -> None:
    drawing = draw(chart_of(walk(300)), PictureView(), (1200.0, 700.0), live=True)
    assert "other" not in drawing.sheet.layers
