"""Draw a chart reading in the shape an existing dashboard expects; every number is a fact of the tools or null."""

from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np

from api.dashboard_liquidity import draw_levels, draw_liquidity
from api.schemas.dashboard import (
    ChartReading,
    DashboardQuery,
    DealingRange,
    Direction,
    FairValueGap,
    KillZone,
    Meta,
    OrderBlock,
    Session,
    Sessions,
    Structure,
    StructureEvent,
    SwingPoint,
    Swings,
)
from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.facts import DIRECTIONS, NONE
from tools.imbalances import FairValueGaps
from tools.instruments import Instrument
from tools.order_blocks import OrderBlocks
from tools.session_windows import KILL_ZONES, kill_zone_windows
from tools.sessions import session_status
from tools.structure import CHOCH
from tools.swings import HIGH, LOW
from tools.times import iso_utc
from tools.trading_day import day_ordinals, day_start

MOST_SWINGS: Final = 20
MOST_EVENTS: Final = 20
MOST_ORDER_BLOCKS: Final = 20
MOST_GAPS: Final = 30
_ZONES_OF: Final[dict[Session, str]] = {"NY": "new_york", "LDN": "london"}


@dataclass(frozen=True, slots=True)
class ChartSource:
    """Where the candles came from and until when they speak; `as_of` in epoch seconds.

    `now` is the moment of asking, epoch seconds; `day` and `week` hold the last completed bar of each by then, None
    where the source has none.
    """

    name: str
    as_of: int
    now: int
    includes_current_bar: bool
    day: Candles | None
    week: Candles | None


def draw_chart(candles: Candles, instrument: Instrument, query: DashboardQuery, source: ChartSource) -> ChartReading:
    """Read `candles` and draw the reading; lists are newest first and cut to what the dashboard shows."""
    chart = read_chart(candles, instrument)
    dealing = chart.dealing_range
    return ChartReading(
        meta=_meta(candles, query, source),
        structure=_structure(chart),
        dealing_range=None if dealing is None else DealingRange(
            low=dealing.low, high=dealing.high, eq=dealing.equilibrium,
            pd_percent=dealing.percent(float(candles.close[-1])),
        ),
        order_blocks=_order_blocks(chart.order_blocks, candles),
        fvg=_gaps(chart.fair_value_gaps, candles),
        liquidity=draw_liquidity(chart, instrument),
        sessions=Sessions(kill_zones=_kill_zones(instrument, source.now, query.session)),
        levels=draw_levels(source.day, source.week),
        smt_signals=[],
    )  # fmt: skip


def _meta(candles: Candles, query: DashboardQuery, source: ChartSource) -> Meta:
    return Meta(
        symbol=query.symbol,
        interval=query.interval,
        lookback_bars=query.lookback_bars,
        bars_returned=len(candles),
        as_of=iso_utc(source.as_of),
        source=source.name,
        includes_current_bar=source.includes_current_bar,
        session=query.session,
    )


def _structure(chart: Chart) -> Structure:
    breaks = _breaks(chart)
    trend = chart.external_breaks.trend()
    return Structure(
        bias=cast(Literal["bullish", "bearish", "neutral"], DIRECTIONS.get(trend, "neutral")),
        last_bos_at=next((event.time for event in breaks if event.type == "BOS"), None),
        last_choch_at=next((event.time for event in breaks if event.type == "CHoCH"), None),
        swings=Swings(highs=_swings(chart, HIGH), lows=_swings(chart, LOW)),
        events=breaks[:MOST_EVENTS],
    )


def _breaks(chart: Chart) -> list[StructureEvent]:
    """Return every break of both scopes, newest first."""
    candles = chart.candles
    found = [
        (int(breaks.formed_index[row]), StructureEvent(
            type="CHoCH" if breaks.type[row] == CHOCH else "BOS",
            direction=_direction(breaks.direction[row]),
            price=float(breaks.price[row]),
            time=_time(candles, breaks.formed_index[row]),
            swing_time=_time(candles, breaks.swing_index[row]),
            scope=breaks.scope,
        ))
        for breaks in (chart.external_breaks, chart.internal_breaks)
        for row in range(len(breaks))
    ]  # fmt: skip
    return [event for _, event in sorted(found, key=lambda one: -one[0])]


def _swings(chart: Chart, side: int) -> list[SwingPoint]:
    """Return the newest swings of one side; one that is both internal and external is drawn once, as external."""
    drawn: dict[int, SwingPoint] = {}
    for swings in (chart.external_swings, chart.internal_swings):
        for row in np.flatnonzero(swings.side == side).tolist():
            drawn.setdefault(
                int(swings.formed_index[row]),
                SwingPoint(
                    price=float(swings.price[row]),
                    time=_time(chart.candles, swings.formed_index[row]),
                    confirmed_at=_time(chart.candles, swings.confirmed_index[row]),
                    scope=swings.scope,
                ),
            )
    return [drawn[bar] for bar in sorted(drawn, reverse=True)[:MOST_SWINGS]]


def _order_blocks(blocks: OrderBlocks, candles: Candles) -> list[OrderBlock]:
    return [
        OrderBlock(
            direction=_direction(blocks.direction[row]),
            top=float(blocks.top[row]),
            bottom=float(blocks.bottom[row]),
            time=_time(candles, blocks.formed_index[row]),
            confirmed_at=_time(candles, blocks.confirmed_index[row]),
            touched=bool(blocks.touched_index[row] != NONE),
            mitigated=bool(blocks.mitigated_index[row] != NONE),
            broken=bool(blocks.broken_index[row] != NONE),
        )
        for row in _newest(len(blocks), MOST_ORDER_BLOCKS)
    ]


def _gaps(gaps: FairValueGaps, candles: Candles) -> list[FairValueGap]:
    return [
        FairValueGap(
            direction=_direction(gaps.direction[row]),
            top=float(gaps.top[row]),
            bottom=float(gaps.bottom[row]),
            middle=float(gaps.middle[row]),
            time=_time(candles, gaps.formed_index[row]),
            confirmed_at=_time(candles, gaps.confirmed_index[row]),
            touched=bool(gaps.touched_index[row] != NONE),
            filled=bool(gaps.filled_index[row] != NONE),
            inverted=bool(gaps.inverted_index[row] != NONE),
        )
        for row in _newest(len(gaps), MOST_GAPS)
    ]


def _kill_zones(instrument: Instrument, now: int, session: Session | None) -> list[KillZone]:
    """Return the tradeable kill zones of the trading day of `now`, or of the next one while the market is closed."""
    status = session_status(now, instrument)
    upcoming = status.next_kill_zone
    moment = now if status.is_open or upcoming is None else upcoming.start
    ordinal = int(day_ordinals(np.array([moment], dtype=np.int64), instrument.trading_day)[0])
    begins, ends = (day_start(day, instrument.trading_day) for day in (ordinal, ordinal + 1))
    traded = {window.name for window in KILL_ZONES[instrument.kill_zones] if window.trade}
    wanted = _ZONES_OF[session] if session else ""
    return [
        KillZone(name=name, start=iso_utc(start), end=iso_utc(end), active=status.is_open and start <= now < end)
        for name, start, end in kill_zone_windows(begins, ends, instrument.kill_zones)
        if name in traded and name.startswith(wanted) and begins <= start
    ]


def _newest(count: int, most: int) -> range:
    return range(count - 1, max(count - most, 0) - 1, -1)


def _direction(code: int) -> Direction:
    return cast(Direction, DIRECTIONS[int(code)])


def _time(candles: Candles, bar: int) -> str:
    return iso_utc(int(candles.time[bar]))
