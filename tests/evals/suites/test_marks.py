"""The short forms of the drawings: sentences with a market's own prices, and a stop that needs no program to place."""

import pytest

from evals.suites.textbook.drawing import Pen
from evals.suites.textbook.marks import Marks, Trade, told, wilder
from evals.suites.textbook.shift_chart import SHIFT
from tools.displacement import average_true_range
from tools.timeframes import Timeframe

START = "2026-05-13T00:00:00-04:00"


def test_a_sentence_takes_the_prices_words_and_times_of_its_market() -> None:
    pen = Pen("NQ")
    candles = pen.candles(SHIFT, Timeframe.M15, START)
    assert told(pen, candles, "The {low|high} of @31 at [99].") == "The low of 07:45 at 18024.75 (New York times)."


def test_a_sentence_about_a_drawing_upside_down_is_turned_with_it() -> None:
    pen = Pen("NQ", -1)
    candles = pen.candles(SHIFT, Timeframe.M15, START)
    assert told(pen, candles, "A {low|high} at [99].") == "A high at 17975.25."


def test_wilders_range_is_the_programs() -> None:
    known = average_true_range(Pen("NQ").candles(SHIFT, Timeframe.M15, START)) * 4
    assert [wilder(SHIFT, bar) for bar in range(13, len(SHIFT))] == pytest.approx(known[13:].tolist())


@pytest.mark.parametrize(("way", "entry", "stop"), [(1, 1.10443, 1.09944), (-1, 1.09557, 1.10056)])
def test_a_trade_is_rounded_away_from_price(way: int, entry: float, stop: float) -> None:
    pen, flat = Pen("EURUSD", way), [(100, 103, 97, 100)] * 20
    candles = pen.candles(flat, Timeframe.M15, START)
    setup = Marks(trade=Trade(44.31, -5, 15, (131,), "6.4")).said(pen, candles, flat).setup
    assert setup is not None
    assert (setup.entry, setup.stop) == (entry, stop)
