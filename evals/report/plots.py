"""Two small plots: how late events were known, and whether a confidence keeps what it promises."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tools.picture.markup import element, number, text

_WIDTH, _HEIGHT = 420.0, 320.0
_LEFT, _BOTTOM, _TOP, _RIGHT = 52.0, 44.0, 26.0, 12.0
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def lag_plot(lags: Mapping[int, int], ahead: int) -> str:
    """Draw how many events were known how many bars late, and in red how many before they could be known.

    Args:
        lags: how many by bars.
        ahead: how many looked ahead.
    """
    bars = [("too early", ahead, "ahead")] if ahead else []
    bars += [(f"+{lag}" if lag else "0", lags.get(lag, 0), "lag") for lag in range(max(lags, default=0) + 1)]
    most = max([count for _, count, _ in bars] + [1])
    wide = (_WIDTH - _LEFT - _RIGHT) / len(bars)
    drawn = [_axes("bars from when it could be known", "events")]
    for place, (name, count, style) in enumerate(bars):
        x, tall = _LEFT + place * wide, count / most * (_HEIGHT - _TOP - _BOTTOM)
        y, middle = _HEIGHT - _BOTTOM - tall, x + wide / 2
        drawn.append(element("rect", class_=style, x=x + wide * 0.15, y=y, width=wide * 0.7, height=tall))
        drawn.append(_words(f"{count:,}", middle, y - 5, "middle", style))
        drawn.append(_words(name, middle, _HEIGHT - _BOTTOM + 16, "middle"))
    told = ", ".join(f"{name}: {count}" for name, count, _ in bars)
    return _plot(f"Lag of events in bars; {told}", drawn)


def reliability_plot(bins: Sequence[Mapping[str, Any]]) -> str:
    """Draw how often trades of a confidence won, each share with its interval and how many there are.

    Args:
        bins: those of `evals.scoring.reliability`.
    """
    drawn = [_axes("confidence said", "share that won")]
    for tick in _TICKS:
        drawn.append(_words(f"{tick:.2f}", _x(tick), _HEIGHT - _BOTTOM + 16, "middle"))
        drawn.append(_words(f"{tick:.2f}", _LEFT - 6, _y(tick) + 4, "end"))
    drawn.append(element("path", class_="ideal", d=f"M{_at(0, 0)}L{_at(1, 1)}"))
    points = [(one["confidence"], one["won"]) for one in bins]
    curve = "L".join(_at(said, won["value"]) for said, won in points)
    drawn.append(element("path", class_="curve", d=f"M{curve}"))
    for said, won in points:
        drawn.append(element("path", class_="spread", d=f"M{_at(said, won['low'])}L{_at(said, won['high'])}"))
        drawn.append(element("circle", class_="dot", cx=_x(said), cy=_y(won["value"]), r=4.0))
        drawn.append(_words(f"n {won['n']}", _x(said) + 7, _y(won["value"]) - 6, "start"))
    told = "; ".join(f"said {said:.2f}, won {won['value']:.2f} of {won['n']}" for said, won in points)
    return _plot(f"Reliability: {told}", drawn)


def _plot(title: str, drawn: Sequence[str]) -> str:
    return element(
        "svg", element("title", text(title)) + "".join(drawn), class_="plotted", role="img",
        viewBox=f"0 0 {number(_WIDTH)} {number(_HEIGHT)}",
    )  # fmt: skip


def _axes(across: str, up: str) -> str:
    frame = element("path", class_="axis", d=f"M{_LEFT:g} {_TOP:g}V{_HEIGHT - _BOTTOM:g}H{_WIDTH - _RIGHT:g}")
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return frame + _words(across, middle, _HEIGHT - 8, "middle") + _words(up, _LEFT - 44, _TOP - 12, "start")


def _words(words: str, x: float, y: float, anchor: str, style: str | None = None) -> str:
    return element("text", text(words), x=x, y=y, text_anchor=anchor, class_=style)


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _at(x: float, y: float) -> str:
    return f"{number(_x(x))} {number(_y(y))}"
