"""The clock: kill zones, macros, whether the market is open, and how long the day still lasts."""

from agent.analysis.reading import Reading
from rulebook.facts import Fact

MINUTE = 60


def clock_facts(reading: Reading) -> dict[str, Fact]:
    """Tell what the New York clock says at `as_of`; it is always known, and rests on nothing on the chart."""
    session, at = reading.session, reading.request.as_of
    return {
        "session.in_kill_zone": Fact(session.kill_zone is not None),
        "session.in_macro": Fact(session.macro is not None),
        "session.market_open": Fact(session.is_open),
        "session.bank_holiday": Fact(session.bank_holiday is not None),
        "session.minutes_left": Fact((session.trading_day_end - at) / MINUTE),
        "candles.timeframe_minutes": Fact(reading.ladder.entry.timeframe.seconds // MINUTE),
    }
