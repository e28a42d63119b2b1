"""Delivery: how far price has gone with the lean of late, and what stage the day has come to."""

from agent.analysis.observation import NO_LEAN, candle_evidence
from rulebook.facts import Evidence, Fact
from tools.chart import Chart


def delivery_facts(chart: Chart, lean: int, lookback: int) -> dict[str, Fact]:
    """Measure the net move over the last `lookback` bars of the structure timeframe, and read the day's stage."""
    return {"delivery.expansion_atr": _expansion(chart, lean, lookback), "delivery.stage": _stage(chart)}


def _expansion(chart: Chart, lean: int, lookback: int) -> Fact:
    """Measure from the open of the first of those bars to the last close, in ATR of the last bar."""
    if not lean:
        return Fact.unknown(NO_LEAN)
    candles, first = chart.candles, len(chart.candles) - lookback
    if first < 0:
        return Fact.unknown(f"{candles.timeframe} has {len(candles)} bars, fewer than the {lookback} to measure over")
    atr = float(chart.atr[-1])
    if not atr > 0:
        return Fact.unknown("the average true range is not defined before 14 bars, or nothing has moved")
    began, ended = float(candles.open[first]), float(candles.close[-1])
    bars = (candle_evidence(candles, first, began), candle_evidence(candles, len(candles) - 1, ended))
    return Fact(lean * (ended - began) / atr, bars)


def _stage(chart: Chart) -> Fact:
    found = chart.power_of_three
    if found.stage == "unknown":
        return Fact.unknown(found.reason or "the stage of the day cannot be told")
    name = found.id_on(chart.candles)
    evidence = () if name is None else (Evidence(name, "power_of_three", None, found.open_price),)
    return Fact(found.stage, evidence)
