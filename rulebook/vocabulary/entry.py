"""Facts of the entry node: arrays and setups of the entry timeframe, the clock, and the calendar."""

from rulebook.fact_spec import FactSpec, count, flag, number


def _array(name: str, what: str, description: str) -> FactSpec:
    return count(f"entry.{name}", "entry", f"number of fresh {what}", f"{description}, confirmed in the lookback.")


def _setup(name: str, model: str, description: str) -> FactSpec:
    return flag(
        f"entry.{name}",
        "entry",
        f"no fresh setup of the {model} model stands",
        f"a fresh setup of the {model} model stands",
        f"Whether a fresh setup with the bias stands: {description}.",
    )


_ARRAYS = (
    _array(
        "fresh_gaps",
        "fair value gaps",
        "Fair value gaps with the bias that price has neither filled nor inverted",
    ),
    _array(
        "fresh_order_blocks",
        "order blocks",
        "Order blocks with the bias that price has neither mitigated nor broken",
    ),
    _array(
        "balanced_ranges",
        "balanced price ranges",
        "Balanced price ranges with the bias that still stand",
    ),
    _array(
        "mitigation_blocks",
        "mitigation blocks",
        "Mitigation blocks with the bias that still stand",
    ),
    _array(
        "breakers",
        "breakers",
        "Breakers with the bias that still stand",
    ),
)

_SETUPS = (
    flag(
        "entry.setup_present",
        "entry",
        "no fresh setup stands",
        "a fresh setup stands",
        "Whether a setup stands whose entry has not traded and whose stop was not hit.",
    ),
    number(
        "entry.ote_retracement",
        "entry",
        "ratio",
        "retracement of the dealing range at the entry",
        "How far the entry retraces the dealing range against its direction.",
    ),
    _setup("ote_setup", "OTE", "a limit in the optimal trade entry of the leg"),
    _setup("fvg_setup", "FVG", "a limit in a fair value gap that displacement left"),
    _setup("sweep_setup", "sweep, displacement and FVG", "sweep, displacement, gap (a silver bullet counts)"),
    _setup("mss_ote_setup", "MSS and OTE", "a market structure shift and the optimal trade entry of its leg"),
    _setup(
        "model_2022_setup",
        "2022",
        "sweep, market structure shift in a kill zone, gap of its leg with the entry in the right half of the range (a "
        "unicorn counts)",
    ),
    _setup("power_of_three_setup", "power of three", "the Judas swing was reversed and distribution begins"),
    _setup("turtle_soup_setup", "turtle soup", "the extreme of 20 bars was swept and price closed back inside"),
)

_CLOCK = (
    flag(
        "session.in_kill_zone",
        "entry",
        "no kill zone is open",
        "a kill zone is open",
        "Whether the analysis time lies inside a kill zone of the profile, or else of the instrument, that may trade.",
    ),
    flag(
        "session.in_macro",
        "entry",
        "no macro window is open",
        "a macro window is open",
        "Whether the analysis time lies inside one of the day's macro windows.",
    ),
    flag(
        "session.market_open",
        "entry",
        "the market is closed",
        "the market is open",
        "Whether the instrument's market trades at the analysis time.",
    ),
    flag(
        "session.bank_holiday",
        "entry",
        "it is not a bank holiday",
        "it is a bank holiday",
        "Whether the trading day is a bank holiday of the instrument's market.",
    ),
    number(
        "session.minutes_left",
        "entry",
        "minutes",
        "time left in the trading day",
        "Minutes from the analysis time to the end of the instrument's trading day.",
    ),
    count(
        "candles.timeframe_minutes",
        "entry",
        "length of an entry candle",
        "Minutes of one candle of the entry timeframe.",
        unit="minutes",
    ),
    number(
        "news.minutes_to_event",
        "entry",
        "minutes",
        "distance to the nearest high-impact event",
        "Minutes to the nearest high-impact event of the instrument's currencies, either way; at most 1440.",
    ),
)

FACTS = (*_ARRAYS, *_SETUPS, *_CLOCK)
