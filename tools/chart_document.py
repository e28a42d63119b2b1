"""A chart's reading as plain JSON values: one list of rows for each kind of fact."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tools.candles import Candles
from tools.facts import Facts, Opened
from tools.instruments import Instrument
from tools.liquidity import LiquidityPools
from tools.resample import last_close
from tools.sessions import SessionStatus, opening_prices, session_status
from tools.setups import MODEL_NAMES, MODEL_RULES
from tools.targets import Target, targets_when_confirmed
from tools.times import iso_utc

if TYPE_CHECKING:
    from tools.chart import Chart

Row = dict[str, Any]


def document_of(chart: "Chart") -> Row:
    """Return the reading JSON-ready.

    Each fact is a row with ``id, direction, formed_index, formed_at, confirmed_index, confirmed_at`` and its own
    columns; every bar index also stands as the time at which that bar opened, ISO-8601 UTC. Rows ascend by
    confirmation. ``dealing_range`` and ``session`` say how things stand at the last bar's close, null without bars.
    """
    candles = chart.candles
    opened = [iso_utc(at) for at in candles.time.tolist()].__getitem__
    lists = {name: _rows(candles, opened, tables) for name, tables in _lists(chart).items()}
    for sweep in lists["sweeps"]:
        sweep["pool_id"] = _pool_id(sweep, candles.timeframe)
    return {
        "symbol": chart.instrument.symbol,
        "timeframe": candles.timeframe.value,
        "bars": len(candles),
        "as_of": iso_utc(last_close(candles, chart.instrument.trading_day)) if len(candles) else None,
        "parameters": chart.parameters.to_dict(),
        **lists,
        "setups": _setups(chart, opened),
        "dealing_range": _dealing_range(chart),
        "power_of_three": chart.power_of_three.to_dict(candles),
        "session": session_document(candles, chart.instrument),
    }


def _lists(chart: "Chart") -> dict[str, tuple[Facts, ...]]:
    return {
        "swings": (chart.internal_swings, chart.external_swings),
        "structure_breaks": (chart.internal_breaks, chart.external_breaks, chart.market_structure_shifts),
        "displacements": (chart.displacements,),
        "fair_value_gaps": (chart.fair_value_gaps,),
        "inverse_gaps": (chart.inverse_gaps,),
        "balanced_ranges": (chart.balanced_ranges,),
        "volume_imbalances": (chart.volume_imbalances,),
        "opening_gaps": (chart.opening_gaps,),
        "order_blocks": (chart.order_blocks, chart.external_order_blocks),
        "breakers": (chart.breakers,),
        "mitigation_blocks": (chart.mitigation_blocks,),
        "rejection_blocks": (chart.rejection_blocks,),
        "liquidity_pools": (chart.liquidity_pools,),
        "sweeps": (chart.sweeps,),
        "cisd": (chart.cisd,),
        "smt": (chart.smt,),
        "judas_swings": (chart.judas_swings,),
    }


def _rows(candles: Candles, opened: Opened, tables: Iterable[Facts]) -> list[Row]:
    rows = [row for facts in tables for row in facts.rows(candles, opened)]
    return sorted(rows, key=lambda row: (row["confirmed_index"], row["formed_index"]))


def _setups(chart: "Chart", opened: Opened) -> list[Row]:
    """Return the setups, each with what it is called, its rule, whether it is fresh, and where it runs to."""
    setups, candles = chart.setups, chart.candles
    targets = targets_when_confirmed(setups, chart.liquidity_pools, candles)
    return [
        {
            **row,
            "name": MODEL_NAMES[model],
            "rule": MODEL_RULES.get(model),
            "is_fresh": row["entered_index"] is None and row["stopped_index"] is None,
            "targets": [_target(one, row["entry"], row["stop"]) for one in ahead],
        }
        for row, model, ahead in zip(setups.rows(candles, opened), setups.model.tolist(), targets, strict=True)
    ]


def _target(target: Target, entry: float, stop: float) -> Row:
    reward = abs(target.price - entry) / abs(entry - stop)
    return {"price": target.price, "reward": reward, "pool_id": target.fact_id}


def _pool_id(sweep: Row, timeframe: str) -> str:
    """Return the id of the pool that was swept, as the pool's own row has it."""
    return ":".join((LiquidityPools.KIND, timeframe, sweep["kind"], sweep["session"], sweep["side"], sweep["pool_at"]))


def _dealing_range(chart: "Chart") -> Row | None:
    if chart.dealing_range is None:
        return None
    return chart.dealing_range.to_dict(chart.candles, chart.parameters.equilibrium_band)


def session_document(candles: Candles, instrument: Instrument) -> Row | None:
    """Return what the clock says at the last bar's close and the day's opening prices; None without bars."""
    if not len(candles):
        return None
    at = last_close(candles, instrument.trading_day)
    status = session_status(at, instrument)
    opens = opening_prices(candles, at, instrument.trading_day)
    return {
        "at": iso_utc(at),
        "new_york_time": status.new_york_time.isoformat(),
        "trading_day_start": iso_utc(status.trading_day_start),
        "is_open": status.is_open,
        "closed_reason": status.closed_reason,
        "bank_holiday": status.bank_holiday,
        "kill_zone": status.kill_zone,
        "silver_bullet": status.silver_bullet,
        "macro": status.macro,
        "active": _active(status),
        "next_kill_zone": _next(status),
        "opening_prices": {
            "true_day_open": opens.true_day_open, "open_0830": opens.open_0830, "open_0930": opens.open_0930,
        },
    }  # fmt: skip


def _active(status: SessionStatus) -> list[Row]:
    return [
        {
            "name": window.name, "kind": window.kind, "start": iso_utc(window.start), "end": iso_utc(window.end),
            "trade": window.trade,
        }
        for window in status.active
    ]  # fmt: skip


def _next(status: SessionStatus) -> Row | None:
    upcoming = status.next_kill_zone
    if upcoming is None:
        return None
    return {"name": upcoming.name, "start": iso_utc(upcoming.start), "minutes_until": upcoming.minutes_until}
