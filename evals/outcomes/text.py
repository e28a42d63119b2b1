"""The report of a walk for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from evals.outcomes.news import NO_CALENDAR


def text(report: Mapping[str, Any]) -> str:
    """Return a report's document (`evals.outcomes.report`) as lines of text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    source, settings, trials = report["source"], report["settings"], report["trials"]
    yield f"{source['symbol']} {source['timeframe']}, {source['bars']:,} bars, {source['from']} to {source['to']}"
    yield f"  orders rest {settings['valid_bars']} bars, positions last {settings['hold_bars']}; {settings['costs']}"
    yield f"  calendar: {_calendar(settings['calendar'])}"
    yield f"  {trials['total']} tried: {trials['variants']} here, {trials['before']} before"
    for one in report["variants"]:
        yield ""
        yield from _variant(one)


def _variant(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['name']} (rulebook {one['rulebook_hash'][:12]})"
    statuses = ", ".join(f"{name} {count}" for name, count in one["statuses"].items())
    yield f"  decisions        {one['decisions']}: {statuses}"
    unfilled = "".join(f"; {count} {reason}" for reason, count in one["unfilled"].items())
    yield f"  orders           {one['orders']}, {one['fills']} filled{unfilled}"
    yield (
        f"  results          {one['wins']} targets, {one['losses']} stops, {one['timed_out']} timed out, "
        f"{one['still_open']} still open"
    )
    yield f"  hit rate         {_estimate(one['hit_rate'], percent=True)}"
    yield f"  expectancy       {_estimate(one['expectancy_r'])} R a trade, {one['total_r']:+.2f} R in all"
    yield f"  without the best {_estimate(one['expectancy_without_best_r'])} R a trade"
    yield f"  largest          win {_signed(one['largest_win_r'])}, loss {_signed(one['largest_loss_r'])}"
    yield f"  profit factor    {_estimate(one['profit_factor'])}"
    yield f"  max drawdown     {_estimate(one['max_drawdown_r'])} R"
    yield f"  MAE, MFE         {_quantiles(one['mae_r'])}; {_quantiles(one['mfe_r'])}"
    yield f"  Sharpe           {_estimate(one['sharpe_per_trade'])} a trade"
    yield f"  Sharpe           {_estimate(one['sharpe_per_day'])} a day"
    yield f"  deflated         {_deflated(one['deflated_sharpe'])}"
    yield from _against(one["against"])


def _calendar(mark: str) -> str:
    return "none, so that decisions know nothing of news" if mark == NO_CALENDAR else mark


def _signed(r: float | None) -> str:
    return "none" if r is None else f"{r:+.2f} R"


def _against(against: Mapping[str, Any]) -> Iterator[str]:
    held, chance = against["buy_and_hold"], against["random_entry"]
    r = held["reason"] if held["r"] is None else f"{held['r']:+.2f} R"
    yield f"  buy and hold     {r} ({held['move_pct']:+.2f} %)"
    if chance["reason"] is not None:
        yield f"  random entry     {chance['reason']}"
    else:
        low, middle, high = chance["quantiles_r"]
        yield (
            f"  random entry     {middle:+.3f} R a trade ({low:+.3f} to {high:+.3f} in 90 % of {chance['draws']:,} "
            f"draws); this lies at percentile {chance['percentile']:g}"
        )
    yield "  no trade         0 R"


def _estimate(one: Mapping[str, Any], *, percent: bool = False) -> str:
    if one["value"] is None:
        return f"unknown ({one['reason']})"
    shown = f"{one['value']:.1%}" if percent else f"{one['value']:.3f}"
    if one["low"] is None:
        return f"{shown} ({one['reason']})"
    ends = (f"{one[end]:.1%}" if percent else f"{one[end]:.3f}" for end in ("low", "high"))
    return f"{shown} ({' to '.join(ends)})"


def _deflated(one: Mapping[str, Any]) -> str:
    if one["value"] is None:
        return f"unknown ({one['reason']})"
    return (
        f"probability {one['value']:.3f} that the Sharpe ratio is above {one['expected_maximum']:.3f}, the best to "
        f"expect of {one['trials']} worthless tries"
    )


def _quantiles(one: Mapping[str, float] | None) -> str:
    return "unknown" if one is None else " ".join(f"{value:.2f}" for value in one.values()) + " R"
