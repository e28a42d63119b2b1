"""The words a question is read by: markets' nicknames, sessions, facts, spellings. Tables only."""

import re
from typing import Final

NICKNAMES: Final = {
    "gold": "XAUUSD", "silver": "XAGUSD", "cable": "GBPUSD", "fiber": "EURUSD", "loonie": "USDCAD", "aussie": "AUDUSD",
    "kiwi": "NZDUSD", "swissy": "USDCHF", "euro": "EURUSD", "sterling": "GBPUSD", "yen": "USDJPY", "bitcoin": "BTCUSD",
    "btc": "BTCUSD", "ethereum": "ETHUSD", "eth": "ETHUSD", "nasdaq": "NQ", "nq": "NQ", "spx": "ES", "dow": "YM",
    "russell": "RTY", "crude": "CL", "oil": "CL",
}  # fmt: skip
"""What traders call a market that its symbol does not spell."""

SESSIONS: Final = {
    "london close": "london_close", "london": "london", "new york am": "new_york_am", "new york pm": "new_york_pm",
    "new york": "new_york", "ny am": "new_york_am", "ny pm": "new_york_pm", "ny": "new_york", "asian": "asia",
    "asia": "asia", "tokyo": "asia", "silver bullet": "silver_bullet",
}  # fmt: skip
"""What traders call a window of the day; the longer names stand before those they begin with."""

FACTS: Final = (
    (r"r ?: ?r|\brr\b|reward|risk.to.reward|r multiple", "risk.reward_ratio"),
    (r"displacement", "structure.displacement_atr"),
    (r"news|event|calendar", "news.minutes_to_event"),
    (r"kill ?zone", "session.in_kill_zone"),
    (r"market (was |were |is )?(open|closed)", "session.market_open"),
    (r"since the (mss|shift)|market structure shift", "structure.bars_since_mss"),
    (r"since the sweep", "liquidity.bars_since_sweep"),
    (r"sweep|swept", "liquidity.sweep_present"),
    (r"\bmss\b|shift", "structure.mss_present"),
    (r"expansion|net move", "delivery.expansion_atr"),
    (r"bias strength|stronger bias", "bias.strength"),
    (r"\bbias\b", "bias.direction"),
    (r"gap|\bfvg", "entry.fresh_gaps"),
    (r"order block", "entry.fresh_order_blocks"),
    (r"retracement|\bote\b", "entry.ote_retracement"),
    (r"losses in a row|losing streak", "discipline.losses_in_row"),
    (r"loss of the day|daily loss", "discipline.daily_loss_pct"),
    (r"drawdown", "discipline.drawdown_pct"),
    (r"losses this session", "discipline.session_losses"),
    (r"trades? (today|of the day)", "discipline.day_trade_number"),
    (r"trades? (this|of the) session", "discipline.session_trade_number"),
    (r"targets?\b", "risk.targets"),
    (r"\bstop\b", "risk.stop_beyond_atr"),
    (r"risk", "risk.planned_pct"),
)
"""What a what-if supposes: patterns over the question, the fact each means; the first that matches counts."""

CHART_TOOLS: Final = (
    (r"inverse|ifvg|inverted", "find_inverse_gaps"),
    (r"volume imbalance", "find_volume_imbalances"),
    (r"opening gap|ndog|nwog", "find_opening_gaps"),
    (r"balanced|\bbpr", "find_balanced_ranges"),
    (r"fair value|\bfvg|\bgaps?\b|imbalance", "find_fair_value_gaps"),
    (r"mitigation", "find_mitigation_blocks"),
    (r"rejection", "find_rejection_blocks"),
    (r"breakers?\b", "find_breakers"),
    (r"order ?blocks?|\bobs?\b", "find_order_blocks"),
    (r"judas", "find_judas_swings"),
    (r"power of three|\bpo3\b|\bamd\b|accumulation|manipulation|distribution", "read_power_of_three"),
    (r"\bcisd\b|state of delivery", "find_cisd"),
    (r"\bsmt\b|divergence", "find_smt"),
    (r"sweeps?\b|swept|stop hunt|raid", "find_sweeps"),
    (r"previous (day|week|month)('s)? (high|low)", "find_liquidity_pools"),
    (r"liquidity|pools?\b|\bbsl\b|\bssl\b|equal (highs|lows)|buy.side|sell.side|draw", "find_liquidity_pools"),
    (r"dealing range|premium|discount|equilibrium|\bote\b", "read_dealing_range"),
    (r"displacement", "find_displacements"),
    (r"structure|\bbos\b|choch|\bmss\b|shift", "find_structure_breaks"),
    (r"swings?\b|(swing|recent|last) (high|low)s?", "find_swings"),
    (r"setups", "find_setups"),
    (r"chart|levels?\b|overview|price|what do you see", "read_chart_summary"),
)
"""What is looked for on a chart: patterns over the question, the tool that finds it; the first that matches counts."""

KEYWORDS: Final = (
    "analysis", "analyse", "analyze", "account", "balance", "bearish", "bias", "breaker", "bullish", "calendar",
    "compare", "confidence", "confluence", "decision", "decisions", "difference", "different", "discount",
    "displacement", "emergency", "entry", "events", "explain", "liquidity", "london", "market", "position", "premium",
    "profile", "relaxed", "reward", "session", "setup", "setups", "strict", "structure", "sweeps", "target", "targets",
    "waiting", "warning", "warnings", "york",
)  # fmt: skip
"""Words that are read through a slip of the finger; shorter ones must be written as they are."""

SLIPS: Final = {
    "wat": "what", "wut": "what", "waht": "what", "teh": "the", "hte": "the", "shoud": "should", "shuld": "should",
    "sould": "should", "wich": "which", "whcih": "which", "becuase": "because", "pls": "please", "u": "you", "y": "why",
    "whats": "what's", "thats": "that's", "wats": "what's", "dont": "don't", "didnt": "didn't", "isnt": "isn't",
}  # fmt: skip
"""Short words as hurried fingers write them."""

SAME_AGAIN: Final = frozenset({
    "next", "hour", "hours", "hrs", "ahead", "today", "tomorrow", "week", "days", "day",
    "a", "about", "also", "an", "and", "at", "but", "for", "how", "in", "it", "instead", "is", "now", "of", "ok",
    "okay", "on", "or", "please", "same", "so", "that", "the", "then", "this", "to", "too", "us", "was", "what",
    "whats", "with",
})  # fmt: skip
"""Words that ask nothing by themselves: a question of only these and a subject repeats the one before."""

TICKER_AFTER: Final = re.compile(
    r"\b(?:on|for|about|of|in|is|was|analyse|analyze|explain|and)\s+(?=[A-Z])([A-Z0-9]{3,12})\b"
)
"""A word in capitals behind one of these may be a symbol that no table knows."""
NO_TICKERS: Final = frozenset({
    "AMD", "AND", "ATR", "BISI", "BOS", "BPR", "BSL", "CHOCH", "CISD", "COT", "CPI", "ECB", "EMERGENCY", "FED",
    "FOMC", "FULL", "FVG", "HTF", "ICT", "IFVG", "IPDA", "IRL", "ERL", "LTF", "MSS", "NDOG", "NFP", "NWOG", "NY",
    "OTE", "PDA", "PD", "SIBI", "SL", "SMT", "SSL", "TP", "TRADE", "UTC", "WAIT", "GMT", "EST", "EDT", "PPI", "GDP",
    "FX", "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD",
})  # fmt: skip

SUBJECT_WORDS: Final = SAME_AGAIN | {
    "about", "again", "any", "are", "can", "could", "define", "definition", "did", "do", "does", "explain", "find",
    "get", "give", "have", "if", "ict", "list", "look", "me", "mean", "meaning", "means", "my", "not", "own", "rule",
    "rulebook", "rules", "say", "says", "show", "tell", "that's", "there", "they", "up", "use", "want", "we", "when",
    "which", "who", "why", "you", "your", "all", "every", "each", "text", "number", "called", "be", "has", "demand",
    "demands", "trade", "word", "speak", "speaks", "its", "really", "exactly", "one", "just", "know", "like", "kind",
    "far", "from", "may", "must", "stay",
}  # fmt: skip
"""Words of a question about rules that name no rule."""
