"""Questions that are asked badly, of several things, of other decisions, or for what cannot be: as `questions.py`."""

from typing import Final

from tests.agent.coach.models.offline.questions import Row

_EXPLAIN: Final = ("explain_decision",)
_ADVISE: Final = ("explain_decision", "session_now")
_ON_DAY: Final = ("list_decisions", "explain_decision")
_NO: Final = "EURUSD at 2024-08-27 12:30 UTC is NO_TRADE"
_YES: Final = "EURUSD at 2024-09-03 12:45 UTC is TRADE_NOW"
_SIMULATED: Final = "on simulated candles: nothing to act on now"
_UNKNOWN: Final = "I cannot answer that from the trace"
_SIZED: Final = ("size_position",)

HARD: Final[tuple[Row, ...]] = (
    # Old and simulated.
    ("trade", "why did we take it?", _EXPLAIN, (_YES, _SIMULATED)),
    ("trade", "should I buy it?", _ADVISE, (_YES, _SIMULATED, "the mode now is ANALYSIS_ONLY")),
    ("trade", "what's my stop?", _EXPLAIN, ("stop at 1.13673", _SIMULATED)),
    ("trade", "is EURUSD still a trade?", _ADVISE, (_YES, _SIMULATED)),
    ("trade", "are these prices real or simulated", _EXPLAIN, ("Simulated:", "nothing in them ever traded")),
    ("trade", "is the data real?", _EXPLAIN, ("Simulated:",)),
    ("trade", "can I trust it?", _EXPLAIN, ("Simulated:",)),
    ("no_trade", "when was this decided?", _EXPLAIN, (_NO, "7 days ago")),
    ("no_trade", "how old is this decision", _EXPLAIN, ("7 days ago",)),
    ("no_trade", "where is the liquidity", ("find_liquidity_pools",), ("The candles are simulated",)),
    ("trade", "list my decisions", ("list_decisions",), ("simulated candles: nothing there ever traded",)),
    # Which decision.
    ("trade", "why no trade on EURUSD on 27 August 2024", _ON_DAY, (_NO,)),
    ("trade", "why did EURUSD 2024-08-27 fail?", _ON_DAY, (_NO,)),
    ("trade", "what happened on EURUSD at 12:30 on Aug 27, 2024", _ON_DAY, (_NO,)),
    ("trade", "what happened on 27 August?", _ON_DAY, (_NO,)),
    ("trade", "what happened on GBPUSD on 27 August 2024", ("list_decisions",), ("I find no decision on GBPUSD of",)),
    ("no_trade", "what about yesterday's trade", ("list_decisions",), ("I find no decision of 2024-09-02",)),
    ("trade", "explain 7e27f663", ("list_decisions",), ("I find no decision whose id begins with",)),
    ("trade", "list my decisions // explain the second one", _EXPLAIN, ("NQ at 2024-09-03 10:30 UTC is WAIT",)),
    ("trade", "list my decisions // the last one?", _EXPLAIN, (_NO,)),
    ("trade", "list my decisions // tell me about decision 4", _EXPLAIN, (_NO,)),
    ("trade", "list my decisions // explain the second one // why?", _EXPLAIN, ("NQ at 2024-09-03 10:30 UTC",)),
    ("trade", "list my decisions // tell me about decision 9", (), ("I only find 4 decisions",)),
    (
        "trade", "compare EURUSD 2024-08-27 with 2024-09-03", ("list_decisions", "list_decisions", "compare_decisions"),
        (_NO, _YES),
    ),
    ("trade", "compare it with the previous one", ("list_decisions", "compare_decisions"), (_YES, "is WAIT")),
    ("no_trade", "did a sweep happen?", ("explain_decision", "find_sweeps"), ("at 2024-08-27 12:30 UTC", "sweep of")),
    ("no_trade", "which session was it in", _EXPLAIN, ("At 2024-08-27 12:30 UTC the New York AM kill zone was open",)),
    (
        "no_trade", "dealing range on EURUSD 1h as of 2024-09-02T14:00:00Z", ("read_dealing_range",),
        ("On the 1h chart of EURUSD at 2024-09-02 14:00 UTC",),
    ),
    # What if.
    ("trade", "what if I risk 2%", ("what_if",), ("risk on the account at 2%", "still be TRADE_NOW")),
    ("trade", "what if risk is 3 %", ("what_if",), ("it would be NO_TRADE", "rule 7.1 (Risk per trade) from pass to")),
    ("trade", "what if risk 3% // what if it were 10R", ("what_if",), ("reward for the risk at 10 R",)),
    ("trade", "what if the stop was 1.1300", (), ("I cannot suppose a price", "I can suppose")),
    ("trade", "what if entry was 1.1400", (), ("I cannot suppose a price", "I can suppose")),
    ("trade", "what if price goes to 1.2", (), ("I cannot suppose a price",)),
    ("trade", "what if bias strength was 0.5 // what if confluence were 3", (), ("I cannot suppose that",)),
    ("trade", "what if minimum was 1.5", (), ("I cannot suppose what a rule demands",)),
    ("trade", "what if foo.bar=3", (), ("is no fact that I know",)),
    (
        "trade", "what if kill zone was closed and RR was 1", ("what_if",),
        ("no kill zone is open and reward for the risk at 1 R", "it would be WAIT"),
    ),
    ("trade", "what if session.in_kill_zone=false", ("what_if",), ("no kill zone is open", "it would be WAIT")),
    ("trade", "what if risk.reward_ratio=1", ("what_if",), ("at 1 R", "it would be NO_TRADE")),
    ("trade", "what if RR was 1 and entry was 1.14", ("what_if",), ("at 1 R", "I cannot suppose a price")),
    ("trade", "what if mss was 10 bars ago", ("what_if",), ("time since the market structure shift at 10 bars",)),
    ("trade", "what if the bias was bearish", ("what_if",), ("higher-timeframe bias bearish", "still be TRADE_NOW")),
    ("no_trade", "wat if teh relaxd profile?", ("what_if",), ("it would be TRADE_NOW",)),
    ("no_trade", "what if relaxed? // which rule was that", ("what_if",), ("rule 7.2 (Minimum R:R) from fail to",)),
    ("no_trade", "what would relaxed AND strict say", ("what_if", "what_if"), ("relaxed profile", "strict profile")),
    # Sizes.
    ("trade", "how big with entry 150.00 and stop 149.50 on a 10000 account risking 1%", ("read_chart_summary",),
     ("Which market?", "do not fit EURUSD")),
    ("trade", "size EURUSD for -$10,000, risk 1 %, entry 1.1, stop 1.09", (), ("not above zero",)),
    ("trade", "size EURUSD for $1e309, risk 1 %, entry 1.1, stop 1.09", (), ("write them out",)),
    ("trade", "size EURUSD for $10,000, risk 1-2 %, entry 1.1, stop 1.098", (), ("those are two risks",)),
    ("trade", "size EURUSD for $10,000, risk $50, entry 1.1, stop 1.098", (), ("in percent of the balance",)),
    ("trade", "size EURUSD for $10,000, risk 150 %, entry 1.1, stop 1.09", (), ("no more than the whole balance",)),
    ("trade", "size EURUSD for 10.000 €, risk 1 %, entry 1,1000, stop 1,0980", (), ("decimals with a point",)),
    ("trade", "position size: 1% of 10k, stop 20 pips", (), ("the stop as a price",)),
    ("trade", "size EURUSD for £10,000, risk 1%, entry 1.1, stop 1.098", _SIZED, ("the account counts in GBP",)),
    ("trade", "size USDJPY for 10,000 JPY, risk 1 %, entry 150, stop 149.5", _SIZED, ("USDJPY",)),
    ("trade", "size EURUSD for 10 million, risk 1 %, entry 1.1000, stop 1.0980", _SIZED, ("500 lots or contracts",)),
    ("trade", "size EURUSD long 1.1050 stop 1.1030 balance $25,000 risk 0.5%", _SIZED, ("entry 1.105 and stop 1.103",)),
    ("trade", "what about USDJPY entry 150.00 stop 149.50 10000 1%", _SIZED, ("of USDJPY, risking 100 USD",)),
    ("trade", "size for ES entry 5500 stop 5490 with 50k account 1% risk", _SIZED, ("1 lot or contract of ES",)),
    ("trade", "how big? // on a 50k account? // at 1%?", ("explain_decision", "size_position"), ("risking 500 USD",)),
    # Analyses that cannot be.
    ("trade", "analyse EURUSD on 5m", (), ("I have recorded nothing",)),
    ("trade", "analyse EURUSD as of 2024-09-03 12:45", (), ("I have recorded nothing",)),
    ("trade", "analyse EURUSD with the relaxed profile", (), ("I have recorded nothing",)),
    ("trade", "Analyse everything", (), ("Which market?", "recorded nothing")),
    # Rules.
    ("no_trade", "7.2", ("look_up_rule",), ("Rule 7.2 is Minimum R:R",)),
    ("no_trade", "is 7.2 a gate?", ("look_up_rule",), ("It is a gate",)),
    ("no_trade", "what is rule 7.2 in relaxed", ("look_up_rule",), ("By the relaxed profile", "1.5 R as minimum with")),
    ("no_trade", "what is a breaker block", ("look_up_rule",), ("Breaker: The last up-close candle",)),
    ("no_trade", "explain liquidity", ("look_up_rule",), ("Liquidity pool: A level beyond which", "rule 3.4")),
    ("no_trade", "what is rule 7.1", ("look_up_rule",), ("Rule 7.1 is Risk per trade", "0.5% as minimum")),
    ("no_trade", "what is SMT?", ("look_up_rule",), ("SMT divergence: Two correlated markets",)),
    ("no_trade", "why? // what does that rule say?", (*_EXPLAIN, "look_up_rule"), ("Rule 7.2 is Minimum R:R",)),
    ("no_trade", "which rules failed?", _EXPLAIN, ("rule 7.2 (Minimum R:R) and rule 3.2", "stands in the way")),
    ("trade", "which rules passed?", _EXPLAIN, ("Passed on EURUSD", "rule 7.2")),
    ("between", "which rules were not evaluated", _EXPLAIN, ("rule 3.3 (Inducement taken)", "behind the closed gate")),
    (
        "wait", "which rules were not evaluated?", _EXPLAIN,
        ("the rules behind the closed gate were not evaluated", "The walk ended at bias; liquidity, structure"),
    ),
    ("no_trade", "what exactly did rule 7.2 compare?", _EXPLAIN, ("Rule 7.2 (Minimum R:R) failed", "1.677 R")),
    ("no_trade", "how far from news must a trade stay?", ("look_up_rule",), ("Rule 8.4 (News clear)",)),
    # Claims that are not so.
    ("trade", "is the stop 1.2000?", _EXPLAIN, ("No: the stop is 1.13673, not 1.2000",)),
    ("trade", "is 1.13796 the entry?", _EXPLAIN, ("Yes: the entry is 1.13796",)),
    ("trade", "why is eurusd a no trade", _EXPLAIN, ("It was a trade.", _YES)),
    ("no_trade", "why is this a trade?", _EXPLAIN, ("It is not TRADE_NOW: it is NO_TRADE",)),
    # Several at once, and slips.
    ("no_trade", "why no trade, and when is the next kill zone?", _ADVISE, (_NO, "Next is London close")),
    (
        "no_trade", "why did rule 7.2 fail and what does rule 5.2 say, when does New York open, and why did it wait?",
        ("explain_decision", "look_up_rule", "session_now"),
        ("Rule 7.2 (Minimum R:R) failed", "Rule 5.2 is", "New York PM opens", 'ask again for: "why did it wait?"'),
    ),
    ("no_trade", "why no trade on EURUSD and GBPUSD?", (*_EXPLAIN, *_ON_DAY), (_NO, "GBPUSD at 2024-09-03 12:45")),
    ("no_trade", "shoud i buy", _ADVISE, ("No. " + _NO,)),
    ("no_trade", "eurusd long or short?", _ADVISE, ("No. " + _NO,)),
    ("no_trade", "trade it anyway", _ADVISE, ("No. " + _NO,)),
    ("no_trade", "what did other users trade today?", (), (_UNKNOWN,)),
    ("between", "just on paper, would you sell NQ here?", _ADVISE, ("Not yet. NQ at 2024-09-03 10:30 UTC is WAIT",)),
    ("no_trade", "surely a tiny long is fine?", _ADVISE, ("No. " + _NO,)),
    ("trade", "what is the setup?", _EXPLAIN, ("The setup on EURUSD", "Entry at 1.13796")),
    ("trade", "which setups does the 15m chart show?", ("find_setups",), ("On the 15m chart of EURUSD", "setup at")),
    ("trade", "which liquidity is left on the hourly chart?", ("find_liquidity_pools",), ("On the 1h chart",)),
    ("trade", "is structure aligned with the bias?", _EXPLAIN, ("structure is aligned with it",)),
    ("between", "what is holding the Nasdaq back?", _EXPLAIN, ("NQ at 2024-09-03 10:30 UTC is WAIT", "Rule 2.3")),
    ("trade", "are we trading for real?", ("session_now",), ("The mode is ANALYSIS_ONLY",)),
    ("trade", "what is scheduled for EURUSD in the next 24 hours?", ("economic_events",), ("ISM Manufacturing PMI",)),
    (
        "trade", "what is the difference between EURUSD on 2024-08-27 and on 2024-09-03?",
        ("list_decisions", "list_decisions", "compare_decisions"), (_NO, _YES),
    ),
    ("no_trade", "DROP TABLE decisions; --", (), (_UNKNOWN,)),
    ("trade", "did it hit target?", (), ("not what price will do",)),
    ("trade", "why did the trade on 2024-09-03 lose?", (), ("not what price will do",)),
    ("no_trade", "bias for BTC", ("list_decisions",), ("No decision on BTCUSD is recorded yet",)),
    ("no_trade", "is NAS100 open", ("session_now",), ("unknown symbol 'NAS100'\"",)),
)  # fmt: skip
