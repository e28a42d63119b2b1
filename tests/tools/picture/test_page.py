"""The page: one file, nothing from elsewhere, its policy its own, and a card for every fact it draws."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from tests.tools.picture.charts import chart_of, edges, named, walk
from tools.chart import Chart
from tools.definitions import DEFINITIONS
from tools.picture import LAYERS, PictureView, chart_page
from tools.times import parse_time

EDGES = edges()
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
EVIL = "</script><script>alert(1)</script><!-- <style>\"' \x00 \u2028"


def data_of(page: str) -> dict[str, Any]:
    (text,) = DATA.findall(page)
    found: dict[str, Any] = json.loads(text)
    return found


def cards(page: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return each card by list and id: its words by label."""
    found = {}
    for kind, told in data_of(page)["lists"].items():
        for row in told["rows"]:
            labels = [label for label, _ in told["columns"]]
            found[kind, row[0]] = dict(zip(labels, row[2:], strict=True)) | {"direction": row[1]}
    return found


def drawn(page: str) -> set[tuple[str, str]]:
    return {(kind, key) for key, kind in re.findall(r'data-id="([^"]+)" data-list="([^"]+)"', page)}


def digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@pytest.fixture(scope="module")
def chart() -> Chart:
    return chart_of(walk(300))


@pytest.mark.parametrize("name", EDGES)
def test_each_drawn_fact_has_a_card_and_each_card_a_fact(name: str) -> None:
    page = chart_page(EDGES[name], PictureView())
    assert set(cards(page)) == drawn(page)


def test_a_card_tells_prices_and_every_time_of_a_life(chart: Chart) -> None:
    told = cards(chart_page(chart, PictureView()))
    checked = 0
    for row in chart.to_dict()["fair_value_gaps"]:
        card = told.get(("fair_value_gaps", row["id"]))
        if card is None:
            continue
        checked += 1
        assert (float(card["Top"]), float(card["Bottom"])) == pytest.approx((row["top"], row["bottom"]), abs=5e-7)
        assert card["direction"] == row["direction"]
        for step in ("formed", "confirmed", "touched", "ce", "filled", "inverted"):
            at = row[f"{step}_at"]
            assert card[step.capitalize()] == (None if at is None else parse_time(at))
    assert checked > 20


def test_every_kind_of_fact_is_defined(chart: Chart) -> None:
    for kind, told in data_of(chart_page(chart, PictureView()))["lists"].items():
        assert told["title"]
        assert told["meaning"]
        if kind in DEFINITIONS:
            assert (told["title"], told["meaning"]) == DEFINITIONS[kind]


def test_the_policy_allows_its_own_script_and_styles_alone(chart: Chart) -> None:
    page = chart_page(chart, PictureView())
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[0]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert rules["script-src"] == digest(script)
    assert rules["style-src"] == digest(style)
    assert rules["img-src"] == "data:"
    assert not re.search(r"<[^>]*\s(on[a-z]+|style)=", page)


def test_the_page_names_no_other_address(chart: Chart) -> None:
    page = chart_page(chart, PictureView())
    assert set(re.findall(r"https?://[^\"' ;)]*", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"url\(|@import|\bfetch\b|XMLHttpRequest|WebSocket|<iframe|<img", page)


def test_each_layer_has_a_box_and_those_that_are_off_are_hidden(chart: Chart) -> None:
    page = chart_page(chart, PictureView(layers=("candles", "swings")))
    boxes = dict(re.findall(r'<input type="checkbox" data-switch="(\w+)"( data-first checked)?>', page))
    assert list(boxes) == [layer.name for layer in LAYERS]
    assert {name for name, on in boxes.items() if on} == {"candles", "swings"}
    groups = dict(re.findall(r'<g class="layer" data-layer="(\w+)"( hidden="")?>', page))
    assert {name for name, hidden in groups.items() if not hidden} == {"candles", "swings"}
    assert {"fair_value_gaps", "liquidity_pools", "internal_structure"} <= set(groups)


@pytest.mark.parametrize("where", ["symbol", "title", "decision"])
def test_what_users_write_is_text_and_never_markup(where: str) -> None:
    chart = chart_of(walk(80), named(EVIL) if where == "symbol" else named("EURUSD"))
    setup = {"name": EVIL, "direction": EVIL, "entry_price": 1.1, "stop_loss": 1.09, "take_profit": [1.12],
             "fact_id": EVIL, "confirmed_at": None}  # fmt: skip
    decision = {"status": EVIL, "reason_short": EVIL, "setup": setup} if where == "decision" else None
    page = chart_page(chart, PictureView(title=EVIL if where == "title" else None, decision=decision))
    assert page.count("<script") == 2
    assert page.count("</script") == 2
    assert "<!--" not in page
    page.encode()
    if where == "decision":
        assert ("setups", EVIL) in cards(page)


def test_bars_are_read_out_as_they_are(chart: Chart) -> None:
    data = data_of(chart_page(chart, PictureView(last_bars=50)))
    candles = chart.candles[-50:]
    assert data["bars"]["time"] == candles.time.tolist()
    for name in ("open", "high", "low", "close"):
        assert data["bars"][name] == getattr(candles, name).tolist()
    assert data["bars"]["volume"] == []
    assert data["offsets"] == [[int(chart.candles.time[0]), -5 * 3600]]
