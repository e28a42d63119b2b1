"""A second batch of hand-written answers, made after the tuning on the first and measured before any on itself."""

from typing import Final

from tests.agent.coach.grounding.held_out import HeldOut

WRITTEN_LATER: Final = (
    HeldOut(
        "trade",
        "Everything lined up for EURUSD at half past two UTC: all gates open and a score of 8/10.",
        "8/10",
        "6/10",
    ),
    HeldOut(
        "trade",
        "I'd frame it like this — long from 1.0523, out at 1.0507 if wrong, 1.05602 if right.",
        "1.05602",
        "1.05206",
    ),
    HeldOut("trade", "At 2.325 R the payoff clears the two-to-one bar of 7.2.", "2.325 R", "2.335 R"),
    HeldOut(
        "trade", "Bias strength is 0.3333, only 0.133 above where rule 1.1 would shut the door.", "rule 1.1", "rule 1.2"
    ),
    HeldOut("trade", "The shift is 8 bars old; it may be 80 before 2.3 complains.", "80 before", "90 before"),
    HeldOut("trade", "Your stop sits 0.1021 ATR beyond the invalidation point.", "0.1021 ATR", "0.1201 ATR"),
    HeldOut("trade", "One per cent of the account, 100 dollars, is at stake.", "100 dollars", "110 dollars"),
    HeldOut("trade", "The daily trend has been up since 21 November 2023.", "21 November", "22 November"),
    HeldOut(
        "wait",
        "GBPUSD has to wait: the shift is 198 bars old and anything past 80 is stale.",
        "198 bars",
        "198 minutes",
    ),
    HeldOut("wait", "Score: five points. Confidence: 0.3637.", "five points", "six points"),
    HeldOut(
        "wait",
        "The 1h trend turned bearish with the BOS of 11 January at 08:00 UTC.",
        "turned bearish",
        "turned bullish",
    ),
    HeldOut("wait", "Price is below its range: -16.1 % puts it in discount.", "discount", "premium"),
    HeldOut("wait", "What stopped us was gate 2.3.", "gate 2.3", "gate 2.4"),
    HeldOut(
        "wait", "For a trade the reward for the risk must climb from 0 R to at least 1.5 R as well.", "1.5 R", "1.9 R"
    ),
    HeldOut("whatif_profile", "Relaxed rules would have given a long at 1.0523 paying 2.325R.", "a long", "a short"),
    HeldOut("whatif_profile", "Rule 3.2 would still go from not evaluated to fail.", "Rule 3.2", "Rule 3.22"),
    HeldOut("whatif_zone", "Confidence would slip from 0.6346 to 0.431.", "0.431", "0.413"),
    HeldOut("list", "NQ (run 2dab2a35) waited at 14:30 UTC because of rule 2.3.", "2dab2a35", "2dab2a53"),
    HeldOut(
        "session", "It's Thursday the 11th, 09:30 New York; the AM kill zone has 30 minutes to run.", "09:30", "09:35"
    ),
    HeldOut("events", "Mark 15:00 UTC on 12 January: ECB President, high impact, EUR.", "15:00 UTC", "15:00 New York"),
    HeldOut(
        "events",
        "News is clear for now; rule 8.4 passed with the nearest event 60 minutes off.",
        "60 minutes",
        "16 minutes",
    ),
    HeldOut("size", "0.62 contracts; a loss at the stop costs 100 USD.", "100 USD", "100 pips"),
    HeldOut(
        "chart",
        "Right now EURUSD trades at 1.11088, inside the London close, and the range tops out at 1.11304.",
        "1.11304",
        "1.11340",
    ),
    HeldOut("chart", "The highest unfilled bearish gap is 1.11792–1.11817.", "1.11792", "1.11692"),
    HeldOut("chart", "Discount begins below 1.10958; we're at 68.79 %.", "68.79 %", "86.79 %"),
    HeldOut("chart", "The bullish BOS at 09:30 UTC took out 1.11039.", "09:30", "11:45"),
    HeldOut("chart", "A 2.56 ATR bearish candle came at 07:00 UTC.", "07:00", "08:00"),
    HeldOut("chart", "Of 105 gaps on the 15m only 4 are alive.", "105 gaps", "150 gaps"),
    HeldOut("chart", "The London session low, 1.10612, is sell-side liquidity.", "sell-side", "buy-side"),
)
