"""Answers written by hand in other words than the templates', before the checker was tuned on any of them.

Each stands beside the recorded tool answers it speaks of, and beside one alteration that makes it false.
"""

from typing import Final, NamedTuple


class HeldOut(NamedTuple):
    """An honest answer; `old` replaced by `new` makes it false."""

    about: str
    text: str
    old: str
    new: str
    said: str = ""


HELD_OUT: Final = (
    HeldOut(
        "trade",
        "We have a green light on EURUSD: the 14:30 UTC read came back **TRADE_NOW**, long, "
        "with 8 out of 10 confluence points.",
        "8 out of",
        "9 out of",
    ),
    HeldOut(
        "trade",
        "It's a bullish 2022 model. The limit sits at 1.0523 and you're wrong below 1.05077, "
        "with the protective stop at 1.0507.",
        "1.0523",
        "1.0532",
    ),
    HeldOut(
        "trade",
        "Reward is about 2.3 times the risk (2.325R to be exact), comfortably over the 2R floor in rule 7.2.",
        "2.325R",
        "2.352R",
    ),
    HeldOut(
        "trade", "Size-wise that's 0.62 lots, putting 100 USD — one percent — on the line.", "0.62 lots", "0.26 lots"
    ),
    HeldOut(
        "trade",
        "Move to breakeven once price trades 1.0539, i.e. after +1R; everything comes off at 1.05602.",
        "1.0539",
        "1.0593",
    ),
    HeldOut(
        "trade",
        "Higher timeframes lean bullish, though not unanimously: the 4h trend is still "
        "bearish, while the 1D and 1h trends are both bullish.",
        "lean bullish",
        "lean bearish",
    ),
    HeldOut(
        "trade", "Price is already stretched, at 95.6% of the hourly dealing range, which is premium.", "95.6%", "56.9%"
    ),
    HeldOut(
        "trade",
        "Three gates were waved through without being known: 8.4 (News clear), 7.6 "
        "(Discipline) and 9.3 (One trade per session).",
        "8.4 (",
        "8.2 (",
    ),
    HeldOut(
        "trade",
        "The easiest way to lose this one: reward slipping under 2 R (it is 2.325 R now, so 0.325 R of room).",
        "0.325 R",
        "0.235 R",
    ),
    HeldOut(
        "trade",
        "The setup was confirmed at 12:30 UTC, so two hours before the decision at 14:30 UTC.",
        "12:30",
        "13:30",
    ),
    HeldOut(
        "trade",
        "Nothing may be executed, because the mode is ANALYSIS_ONLY. My confidence score for it is 0.63.",
        "0.63",
        "0.36",
    ),
    HeldOut("trade", "That was 09:30 in New York, inside the New York AM kill zone.", "09:30", "08:30"),
    HeldOut("trade", "The nearest draw is up at the previous day high, 1.05602.", "1.05602", "1.05620"),
    HeldOut(
        "trade", "Planned risk would have to fall below 0.5 % before 7.1 closes; it's 1 % right now.", "0.5 %", "0.5 R"
    ),
    HeldOut(
        "wait",
        "Not yet. GBPUSD is a WAIT because the last market structure shift is stale: it "
        "happened 198 bars ago and the limit is 80.",
        "198",
        "189",
    ),
    HeldOut(
        "wait",
        "- **Status:** WAIT\n- **Blocking rule:** 2.3 Market structure shift\n- **Points:** "
        "5 of 10\n- **Confidence:** 36 %",
        "2.3 Market",
        "2.1 Market",
    ),
    HeldOut(
        "wait",
        "Two things would need to change: the shift has to be at most 80 bars old, and the "
        "reward has to come up from 0 R to 1.5 R.",
        "1.5 R",
        "2.5 R",
    ),
    HeldOut("wait", "The bias itself is bearish and has a score of -0.33; structure agrees with it.", "-0.33", "0.33"),
    HeldOut(
        "wait",
        "Entry and risk were never reached, so rule 2.3 is the one that matters. It failed by 118 bars.",
        "118",
        "181",
    ),
    HeldOut(
        "wait",
        "The shift in question was confirmed around the 9 January 2024, 12:45 UTC bar, at 1.29186.",
        "12:45",
        "12:15",
    ),
    HeldOut("wait", "Price trades at -16.1 % of the one-hour range, deep in discount.", "-16.1 %", "16.1 %"),
    HeldOut(
        "wait",
        "You asked for a short. The bearish bias holds, but without a fresh shift it's no trade yet.",
        "bearish bias",
        "bullish bias",
        "Can I short cable?",
    ),
    HeldOut(
        "wait",
        "Rules 1.1, 3.4 and 1.2 passed and earned all 5 points; 3.1, 3.2 and 3.5 were not met.",
        "3.5 were",
        "2.1 were",
    ),
    HeldOut("wait", "Sellers' target: the previous day low at 1.27869.", "1.27869", "1.28769"),
    HeldOut("wait", "4.2 Power of three wasn't met or missed, it was not evaluated.", "not evaluated", "passed"),
    HeldOut(
        "wait",
        "Run 490bb565 on GBPUSD was decided on 2024-01-11 at 14:30 UTC (9:30 am New York).",
        "9:30 am",
        "9:30 pm",
    ),
    HeldOut(
        "whatif_profile",
        "Under the relaxed profile the same candles become a TRADE_NOW with 8 points and a "
        "confidence of 0.6346, instead of WAIT with 0.135.",
        "0.6346",
        "0.6364",
    ),
    HeldOut(
        "whatif_profile",
        "41 rules come out differently. Rule 1.1, for instance, goes from fail to pass.",
        "41 rules",
        "14 rules",
    ),
    HeldOut(
        "whatif_profile",
        "You'd be buying at 1.0523 with a stop at 1.0507 — 16 pips — for 2.325 R.",
        "16 pips",
        "61 pips",
    ),
    HeldOut(
        "whatif_profile",
        "The bias would be bullish rather than neutral, and six fresh gaps would count instead of four.",
        "six fresh",
        "five fresh",
    ),
    HeldOut(
        "whatif_zone",
        "Outside a kill zone it would have been a WAIT: rule 8.1 would close, confluence "
        "would drop to 7 and confidence to 0.43.",
        "rule 8.1",
        "rule 8.2",
    ),
    HeldOut(
        "whatif_zone",
        "Yes — with no kill zone open, 8.1 goes from pass to fail, and 7.2 would not be evaluated at all.",
        "8.1 goes",
        "8.3 goes",
    ),
    HeldOut(
        "whatif_facts",
        "A fresh shift alone doesn't rescue it. It becomes NO_TRADE, since the reward is 0 R "
        "and rule 7.2 asks for at least 2.",
        "NO_TRADE",
        "TRADE_NOW",
    ),
    HeldOut(
        "whatif_facts",
        "Supposing the shift were 3 bars old, confluence would climb from 5 to 8 points.",
        "8 points",
        "9 points",
    ),
    HeldOut(
        "list",
        "You have 8 recorded decisions. The three newest are all WAIT: GBPUSD twice (confidence 0.36) and NQ (0.38).",
        "0.38",
        "0.83",
    ),
    HeldOut(
        "list",
        "| symbol | status | rule |\n|---|---|---|\n| GBPUSD | WAIT | 2.3 |\n| NQ | WAIT | 2.3 |",
        "NQ | WAIT",
        "ES | WAIT",
    ),
    HeldOut("list", "On NQ the shift was 86 bars old, just 6 over the limit of 80.", "86 bars", "68 bars"),
    HeldOut(
        "compare",
        "The first run was WAIT at 0 points; the second TRADE_NOW at 8 points. Bias strength "
        "(0.3333) was just under the strict minimum of 0.34.",
        "0.3333",
        "0.3433",
    ),
    HeldOut("compare", "Same market, same minute (14:30 UTC), different rulebooks: 41 rules differ.", "14:30", "15:30"),
    HeldOut(
        "rule22",
        "Rule 2.2 wants a displacement body of at least 1.5 ATR and a close 0.05 ATR beyond "
        "the swing, looking back 40 bars.",
        "1.5 ATR",
        "1.5 R",
    ),
    HeldOut(
        "rule22",
        'It\'s a scoring rule called "Break by body with displacement" and weighs nothing by itself (2.2).',
        "(2.2)",
        "(2.3)",
    ),
    HeldOut(
        "rule72",
        "Minimum R:R (7.2) is a gate. It asks for 2 R, or 2 R with 8 points of confluence under the strict profile.",
        "8 points",
        "6 points",
    ),
    HeldOut("rulekz", "There are four rules that mention it: 8.1, 1.1.2, 6.5 and 7.6.1.", "1.1.2", "1.1.3"),
    HeldOut(
        "session", "It's 9:30 in New York and we're in the New York AM window, with half an hour left.", "9:30", "9:00"
    ),
    HeldOut("session", "London close opens next, at 15:00 UTC, 30 minutes from now.", "30 minutes", "30 hours"),
    HeldOut(
        "session",
        "The clock says 14:30 UTC on Thursday, 11 January 2024, and the market is open.",
        "Thursday",
        "Tuesday",
    ),
    HeldOut(
        "events",
        "CPI came out an hour ago (13:30 UTC). Next up is a low-impact auction at 18:00 UTC, "
        "three and a half hours away.",
        "18:00",
        "17:00",
    ),
    HeldOut(
        "events",
        "The ECB President speaks tomorrow, 12 January, at 15:00 UTC; that's the next high-impact item for EURUSD.",
        "12 January",
        "13 January",
    ),
    HeldOut(
        "events",
        "Rule 8.4 passes by a hair: the nearest high-impact event is 60 minutes away and 60 are demanded.",
        "Rule 8.4 passes",
        "Rule 8.4 fails",
    ),
    HeldOut(
        "size",
        "With 10,000 USD and 1% risk you can buy 0.62 lots (62,000 units), risking $100.",
        "62,000",
        "63,000",
        "How big with 10k at 1% from 1.0523 to 1.0507, so 10,000 USD?",
    ),
    HeldOut(
        "size",
        "Your stop is 0.0016 away from the 1.0523 entry.",
        "0.0016",
        "0.0061",
        "size it: entry 1.0523, stop 1.0507, 10000 USD, 1 %",
    ),
    HeldOut(
        "chart",
        "EURUSD closed at 1.11088 on the 15m, which is 68.8 % of the range between 1.10612 and 1.11304, so premium.",
        "premium",
        "discount",
    ),
    HeldOut(
        "chart",
        "Four fair value gaps are still alive. The only bullish one spans 1.10738–1.10814; "
        "it was confirmed at 07:30 UTC.",
        "bullish one",
        "bearish one",
    ),
    HeldOut(
        "chart",
        "Closest resting liquidity overhead: buy-side at 1.11304. Below, sell-side rests at "
        "1.10612 (London low) and at 1.1043.",
        "buy-side",
        "sell-side",
    ),
    HeldOut(
        "chart",
        "Last structure event was a bearish CHoCH through 1.11011 at 13:15 UTC (09:15 New York).",
        "09:15",
        "10:15",
    ),
    HeldOut(
        "chart", "The OTE band runs from 1.10757 to 1.10875, with the sweet spot at 1.10816.", "1.10816", "1.10861"
    ),
    HeldOut(
        "chart",
        "There's one live setup: a bullish OTE with entry 1.108161, stop 1.106006 and target 1.11304 (rule 6.1).",
        "rule 6.1",
        "rule 6.3",
    ),
    HeldOut("chart", "The strongest displacement was bullish, 4.5 ATR, at 07:15 UTC.", "4.5 ATR", "4.5 %"),
    HeldOut("chart", "Next kill zone: New York PM at 17:30 UTC, i.e. in 3 h 30 min.", "3 h 30 min", "2 h 30 min"),
    HeldOut(
        "chart", "The midnight open is 1.1076, the 08:30 open 1.11152 and the 09:30 open 1.11009.", "1.11152", "1.11125"
    ),
    HeldOut(
        "chart", "Bearish sweep of 1.11061, yesterday's high, confirmed at 09:00 UTC.", "Bearish sweep", "Bullish sweep"
    ),
    HeldOut(
        "chart", "139 pools were found over 500 bars, and 23 of them are still untaken.", "23 of them", "32 of them"
    ),
    HeldOut(
        "chart",
        "The power of three can't be placed: liquidity was taken on both sides since midnight.",
        "of three can't be placed",
        "of three can't be placed, 2 pools remain",
    ),
    HeldOut(
        "chart",
        "The newest bullish order block, 1.11039 to 1.11122, is gone: it was broken at 13:15 UTC.",
        "13:15",
        "13:30",
    ),
    HeldOut(
        "chart", "Swing highs printed at 1.11248 and 1.11304; the last internal low is 1.11011.", "1.11011", "1.11101"
    ),
)
