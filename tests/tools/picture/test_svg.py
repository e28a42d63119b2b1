"""The SVG: well-formed, safe, and every fact in view drawn where it lived, once it was known."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given

from tests.tools.hand_drawn import draw
from tests.tools.picture.charts import chart_of, edges, named, shown_ids, walk
from tests.tools.real_candles import RealFile, on_every_file, whole_file, window
from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.chart import Chart
from tools.errors import InvalidParameter
from tools.instruments import instrument
from tools.picture import LAYERS, PictureView, chart_svg
from tools.picture.frame import MARGIN
from tools.picture.setups import plan_of
from tools.tick_prices import on_tick

EVERY = tuple(layer.name for layer in LAYERS)
EDGES = edges()
SVG = "{http://www.w3.org/2000/svg}"
ZONES = (
    "fair_value_gaps", "inverse_gaps", "balanced_ranges", "volume_imbalances", "opening_gaps", "order_blocks",
    "breakers", "mitigation_blocks", "rejection_blocks",
)  # fmt: skip
ENDS = ("filled_index", "inverted_index", "dead_index", "broken_index", "dropped_index", "taken_index",
        "superseded_index")  # fmt: skip
# One gap between the first and the third bar, known at the third, touched and then filled by the last.
GAP = (
    (10.0, 11.0, 9.0, 10.5), (10.5, 14.0, 10.5, 13.5), (13.5, 15.0, 12.0, 14.5), (14.5, 15.0, 13.0, 14.0),
    (14.0, 14.5, 10.5, 11.0),
)  # fmt: skip


def drawn(chart: Chart, **view: Any) -> ElementTree.Element:
    """Draw every layer, unless told otherwise, and read it as XML."""
    return ElementTree.fromstring(chart_svg(chart, PictureView(**{"layers": EVERY, **view})))


def facts(svg: ElementTree.Element) -> dict[tuple[str, str], ElementTree.Element]:
    """Return the drawn facts by list and id; none is drawn twice."""
    nodes = [node for node in svg.iter(f"{SVG}g") if "data-id" in node.attrib]
    found = {(node.attrib["data-list"], node.attrib["data-id"]): node for node in nodes}
    assert len(found) == len(nodes)
    return found


def zone_of(node: ElementTree.Element) -> tuple[float, float]:
    """Return where a zone begins and ends."""
    rect = next(one for one in node.iter(f"{SVG}rect") if one.attrib["class"] == "zone")
    return float(rect.attrib["x"]), float(rect.attrib["x"]) + float(rect.attrib["width"])


def bar_middles(svg: ElementTree.Element) -> list[float]:
    """Return the middle of each candle, read off their bodies."""
    bodies = [node.attrib["d"] for node in svg.iter(f"{SVG}path") if node.attrib.get("class", "").startswith("body")]
    edges = [(float(x), float(w)) for d in bodies for x, w in re.findall(r"M([-\d.]+) [-\d.]+h([-\d.]+)V", d)]
    return sorted(x + width / 2 for x, width in edges)


def plot_of(svg: ElementTree.Element) -> ElementTree.Element:
    return next(node for node in svg.iter(f"{SVG}svg") if node.attrib.get("class") == "plot")


def ends(row: Mapping[str, Any]) -> int | None:
    return min((row[step] for step in ENDS if row.get(step) is not None), default=None)


@REPEATABLE
@given(candles())
def test_whatever_the_candles_it_is_well_formed_and_draws_each_fact_once(bars: Candles) -> None:
    chart = chart_of(bars)
    svg = drawn(chart)
    known = {(kind, row["id"]) for kind, rows in chart.to_dict().items() if isinstance(rows, list) for row in rows}
    lists = {kind for kind, rows in chart.to_dict().items() if isinstance(rows, list)}
    assert {key for key in facts(svg) if key[0] in lists} <= known
    for node in svg.iter():
        for name, value in node.attrib.items():
            assert "nan" not in value or name == "data-id", (node.tag, node.attrib)
            assert "inf" not in value or name != "d"


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_every_edge_is_drawn(name: str, theme: str) -> None:
    svg = drawn(EDGES[name], theme=theme)
    bars = len(EDGES[name].candles)
    assert len(bar_middles(svg)) == bars
    assert ("No bars" in "".join(svg.itertext())) == (bars == 0)


def test_bars_are_evenly_spaced_also_over_a_weekend() -> None:
    friday = walk(8, start="2024-01-12T20:00:00Z")
    sunday = walk(8, start="2024-01-14T22:00:00Z")
    both = Candles.from_arrays(
        friday.timeframe,
        *(
            np.concatenate((getattr(friday, name), getattr(sunday, name)))
            for name in ("time", "open", "high", "low", "close", "volume")
        ),
    )
    apart = np.diff(bar_middles(drawn(chart_of(both))))
    assert apart == pytest.approx([apart[0]] * 15, abs=0.02)


def test_a_zone_runs_from_its_confirmation_to_its_end() -> None:
    chart = chart_of(draw(*GAP))
    (row,) = (row for row in chart.to_dict()["fair_value_gaps"] if row["direction"] == "bullish")
    assert (row["formed_index"], row["confirmed_index"], ends(row)) == (1, 2, 4)
    svg = drawn(chart)
    middles = bar_middles(svg)
    assert zone_of(facts(svg)["fair_value_gaps", row["id"]]) == pytest.approx((middles[2], middles[4]), abs=0.02)
    assert "done" in facts(svg)["fair_value_gaps", row["id"]].attrib["class"].split()


def test_a_living_zone_runs_to_the_right_edge_and_is_stronger() -> None:
    chart = chart_of(draw(*GAP[:4]))
    (row,) = chart.to_dict()["fair_value_gaps"]
    svg = drawn(chart)
    node, width = facts(svg)["fair_value_gaps", row["id"]], float(plot_of(svg).attrib["width"])
    assert zone_of(node) == pytest.approx((bar_middles(svg)[2], width), abs=0.02)
    assert "done" not in node.attrib["class"].split()


def test_a_zone_from_before_the_visible_bars_begins_at_the_left_edge() -> None:
    still = (14.0, 14.4, 13.6, 14.0)
    chart = chart_of(draw(*GAP[:3], *[still] * 30, (14.0, 14.0, 10.0, 13.9)))
    (row,) = (row for row in chart.to_dict()["fair_value_gaps"] if row["confirmed_index"] == 2)
    svg = drawn(chart, last_bars=10)
    assert zone_of(facts(svg)["fair_value_gaps", row["id"]]) == pytest.approx((0, bar_middles(svg)[-1]), abs=0.02)
    assert ("fair_value_gaps", row["id"]) not in facts(drawn(chart.as_of(33), last_bars=1, layers=("candles",)))


def test_a_zone_that_ended_before_the_visible_bars_is_not_drawn() -> None:
    chart = chart_of(draw(*GAP, *[(11.0, 14.0, 10.5, 11.0)] * 30))
    (row,) = (row for row in chart.to_dict()["fair_value_gaps"] if row["confirmed_index"] == 2)
    assert ("fair_value_gaps", row["id"]) in facts(drawn(chart, last_bars=31))
    assert ("fair_value_gaps", row["id"]) not in facts(drawn(chart, last_bars=30))


def test_the_highest_price_is_above_the_lowest() -> None:
    svg = drawn(chart_of(draw(*GAP)))
    (prices,) = (node for node in svg.iter(f"{SVG}g") if node.attrib.get("class") == "prices")
    written = sorted((float(node.text or ""), float(node.attrib["y"])) for node in prices)
    assert len(written) > 3
    heights = [y for _, y in written]
    assert heights == sorted(heights, reverse=True)


@on_every_file
def test_on_real_candles_every_fact_in_view_is_drawn_from_its_confirmation_to_its_end(file: RealFile) -> None:
    bars = window(whole_file(file), 0.6, 700)
    chart = chart_of(bars, instrument(file.symbol))
    document, svg = chart.to_dict(), drawn(chart)
    first, nodes = len(bars) - 300, facts(svg)
    width = float(plot_of(svg).attrib["width"])
    step = (width - MARGIN) / 300
    low, high = float(bars.low[first:].min()), float(bars.high[first:].max())
    wanted = 0
    for kind in ZONES:
        for row in document[kind]:
            end = ends(row)
            in_view = (end is None or end >= first) and row["top"] >= low and row["bottom"] <= high
            if not in_view:
                continue
            wanted += 1
            left = max(0.0, (row["confirmed_index"] - first + 0.5) * step)
            right = width if end is None else (end - first + 0.5) * step
            assert zone_of(nodes[kind, row["id"]]) == pytest.approx((left, right), abs=0.02), row["id"]
    assert wanted > 20
    for kind in ("structure_breaks", "sweeps", "swings", "displacements", "cisd", "judas_swings"):
        for row in document[kind]:
            prices = row.get("price", low)
            if row["formed_index"] >= first and low <= prices <= high:
                assert (kind, row["id"]) in nodes, row["id"]
    for row in document["liquidity_pools"]:
        end = ends(row)
        if (end is None or end >= first) and low <= row["price"] <= high:
            assert ("liquidity_pools", row["id"]) in nodes, row["id"]


@pytest.mark.parametrize("t", [40, 80, 111, 150])
def test_nothing_is_drawn_before_it_was_known(t: int) -> None:
    bars = walk(200, seed=3)
    whole, then = chart_of(bars), chart_of(bars[: t + 1])
    view = PictureView(layers=EVERY)
    assert chart_svg(whole.as_of(t), view) == chart_svg(then, view)
    lists = [kind for kind, rows in whole.to_dict().items() if isinstance(rows, list)]
    later = {row["id"] for kind in lists for row in whole.to_dict()[kind] if row["confirmed_index"] > t}
    assert later - shown_ids(then, lists)
    assert not {key for _, key in facts(drawn(then))} & (later - shown_ids(then, lists))


def test_a_broken_level_is_named_and_ends_at_its_break() -> None:
    chart = chart_of(walk(300, seed=5))
    svg = drawn(chart, layers=("candles", "structure"))
    nodes, middles = facts(svg), bar_middles(svg)
    breaks = [row for row in chart.to_dict()["structure_breaks"] if row["scope" if "scope" in row else "type"]]
    external = [row for row in breaks if row.get("scope") == "external"]
    assert external
    for row in external:
        shape = nodes["structure_breaks", row["id"]].find(f"{SVG}path")
        assert shape is not None
        start, end = map(float, re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", shape.attrib["d"])[0])
        assert (start, end) == pytest.approx((middles[row["swing_index"]], middles[row["formed_index"]]), abs=0.02)
    words = Counter(node.text for node in svg.iter(f"{SVG}text"))
    assert words["BOS"] + words["CHoCH"] + words["MSS"] > 0


def test_a_sweep_is_crossed_and_named_where_the_pool_was_taken() -> None:
    chart = chart_of(walk(300, seed=5))
    svg = drawn(chart, layers=("candles", "liquidity_pools"))
    nodes, middles = facts(svg), bar_middles(svg)
    swept = [row for row in chart.to_dict()["liquidity_pools"] if row["swept_index"] is not None]
    assert swept
    for row in swept:
        crosses = [one for one in nodes["liquidity_pools", row["id"]] if "cross" in one.attrib.get("class", "")]
        x = float(re.findall(r"translate\(([\d.]+)", crosses[0].attrib["transform"])[0])
        assert x == pytest.approx(middles[row["taken_index"]], abs=0.02)
    assert any((node.text or "").endswith("swept") for node in svg.iter(f"{SVG}text"))


def test_only_the_layers_asked_for_are_drawn() -> None:
    chart = chart_of(walk(300))
    svg = drawn(chart, layers=("candles", "order_blocks"))
    assert {kind for kind, _ in facts(svg)} == {"order_blocks"}
    assert bar_middles(svg)
    assert not bar_middles(drawn(chart, layers=()))
    kinds = {kind for kind, _ in facts(drawn(chart, layers=None))}
    assert {"fair_value_gaps", "liquidity_pools", "structure_breaks", "kill_zones", "dealing_range"} <= kinds
    assert not kinds & {"swings", "inverse_gaps", "displacements"}


EVIL = "<script>alert(1)</script>\" onload='x' ]]> & \x00\x1b\ud800"


@pytest.mark.parametrize("where", ["symbol", "title", "decision"])
def test_what_users_write_is_text_and_never_markup(where: str) -> None:
    chart = chart_of(walk(60), named(EVIL) if where == "symbol" else named("EURUSD"))
    decision = {"status": EVIL, "reason_short": EVIL, "setup": None} if where == "decision" else None
    source = chart_svg(chart, PictureView(title=EVIL if where == "title" else None, decision=decision))
    svg = ElementTree.fromstring(source)
    assert not list(svg.iter(f"{SVG}script"))
    assert not any(name.startswith("on") for node in svg.iter() for name in node.attrib)
    shown = "<script>alert(1)</script>\" onload='x' ]]> & \ufffd\ufffd\ufffd"
    assert shown in "".join(svg.itertext())
    source.encode()


def test_it_asks_for_nothing_and_runs_nothing() -> None:
    source = chart_svg(chart_of(walk(300)), PictureView(layers=EVERY))
    assert re.findall(r"https?://[^\"' ]*", source) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|href|<script|<image|<foreignObject", source)


def test_a_theme_is_fixed_or_follows_the_reader() -> None:
    chart = chart_of(walk(30))
    light, dark, auto = (chart_svg(chart, PictureView(theme=theme)) for theme in ("light", "dark", "auto"))
    assert "prefers-color-scheme" not in light + dark
    assert "prefers-color-scheme:dark" in auto
    assert ".paper{fill:#ffffff}" in light
    assert ".paper{fill:#ffffff}" not in dark


def test_without_a_decision_the_newest_fresh_setup_is_drawn() -> None:
    chart = chart_of(walk(300))
    rows = chart.to_dict()["setups"]
    fresh = [row for row in rows if row["entered_index"] is None and row["stopped_index"] is None]
    assert fresh
    svg = drawn(chart, layers=("candles", "setups"))
    ((_, shown),) = facts(svg)
    assert shown == fresh[-1]["id"]
    said = "".join(svg.itertext())
    tick, way = chart.instrument.tick_size, 1 if fresh[-1]["direction"] == "bullish" else -1
    entry, stop = (on_tick(fresh[-1][name], tick, way) for name in ("entry", "stop"))
    assert f"Entry {entry:.5f}" in said
    assert f"Stop {stop:.5f}" in said


@pytest.mark.parametrize("symbol", ["EURUSD", "ES"])
def test_a_setup_is_drawn_at_prices_the_market_quotes(symbol: str) -> None:
    of = instrument(symbol)
    checked = 0
    for seed in range(6):
        chart = chart_of(walk(300, seed=seed, price=1700.0 if symbol == "ES" else 1.1), of)
        document = chart.to_dict()
        plan = plan_of(chart.candles, document, None, of.tick_size)
        if plan is None:
            continue
        row = next(row for row in document["setups"] if row["id"] == plan.fact.row["id"])
        way = 1 if row["direction"] == "bullish" else -1
        for drawn_at, exact in ((plan.entry, row["entry"]), (plan.stop, row["stop"])):
            checked += drawn_at != exact
            assert drawn_at / of.tick_size == pytest.approx(round(drawn_at / of.tick_size), abs=1e-6)
            assert -1e-6 < way * (exact - drawn_at) / of.tick_size < 1
        risk, said = way * (plan.entry - plan.stop), "".join(drawn(chart, layers=("setups",)).itertext())
        assert risk > 0
        for place, target in enumerate(plan.targets, start=1):
            if words := re.findall(rf"Target {place} [\d.]+ · ([\d.]+)R", said):
                assert words[0] == f"{way * (target - plan.entry) / risk:.1f}"
    assert checked > 2


def test_the_badges_of_a_setup_are_of_its_layer() -> None:
    chart = chart_of(walk(300))
    on, off = ({node.attrib["class"] for node in drawn(chart, layers=layers).iter(f"{SVG}g")
                if node.attrib.get("class", "").startswith("tag ")}
               for layers in (("candles", "setups"), ("candles",)))  # fmt: skip
    assert {"tag entry", "tag stop"} & on
    assert len(off) == 1
    assert off <= on


def test_a_decisions_setup_is_drawn_with_its_own_prices() -> None:
    chart = chart_of(walk(300, price=1.1))
    last, at = float(chart.candles.close[-1]), chart.to_dict()["bars"] - 20
    offered = {
        "name": "Two <b>gaps", "direction": "bullish", "entry_price": last, "stop_loss": last - 0.0010,
        "take_profit": [last + 0.0010, last + 0.0030], "fact_id": "setup:5m:elsewhere",
        "confirmed_at": chart.candles.to_rows()[at]["time"],
    }  # fmt: skip
    decision = {"status": "WAIT", "reason_short": "Gate 8.1 is closed: outside a kill zone", "setup": offered}
    svg = drawn(chart, layers=("candles", "setups"), decision=decision)
    node = facts(svg)["setups", "setup:5m:elsewhere"]
    risk, reward = (
        next(one for one in node.iter(f"{SVG}rect") if one.attrib["class"] == name) for name in ("risk", "reward")
    )
    assert float(risk.attrib["x"]) == pytest.approx(bar_middles(svg)[at], abs=0.02)
    bottom = float(reward.attrib["y"]) + float(reward.attrib["height"])
    assert bottom == pytest.approx(float(risk.attrib["y"]), abs=0.02)
    assert float(reward.attrib["height"]) == pytest.approx(3 * float(risk.attrib["height"]), rel=0.01)
    said = "".join(svg.itertext())
    for words in ("WAIT", "Gate 8.1 is closed: outside a kill zone", f"Target 2 {last + 0.0030:.5f} · 3.0R"):
        assert words in said


@pytest.mark.parametrize("setup", [{}, {"setup": None}])
def test_a_decision_without_a_setup_draws_no_plan(setup: dict[str, Any]) -> None:
    chart = chart_of(walk(300))
    decision = {"status": "NO_TRADE", "reason_short": "Bias is neutral", **setup}
    own, none = (drawn(chart, decision=one, layers=("setups",)) for one in (None, decision))
    assert facts(own)
    assert not facts(none)
    said = "".join(none.itertext())
    assert "Bias is neutral" in said
    assert not any(words in said for words in ("Entry", "Stop", "Target"))
    others = facts(drawn(chart, decision=decision, layers=("past_setups",)))
    assert facts(own).keys() <= others.keys()
    assert len(others) > 1


def test_three_thousand_bars_are_drawn() -> None:
    chart = chart_of(walk(3000))
    svg = drawn(chart, last_bars=3000)
    wicks = "".join(
        node.attrib["d"] for node in plot_of(svg).iter(f"{SVG}path") if "wick" in node.attrib.get("class", "")
    )
    assert wicks.count("M") == 3000


@pytest.mark.parametrize(
    ("field", "view"),
    [("last_bars", {"last_bars": 0}), ("theme", {"theme": "pink"}), ("layers", {"layers": ("candles", "magic")})],
)
def test_what_cannot_be_drawn_is_refused(field: str, view: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter) as refused:
        PictureView(**view)
    assert refused.value.field == field
