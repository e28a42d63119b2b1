"""Answers that rest on what is no evidence: echoed arguments, refusals, the user's words, titles, what was supposed.

The first half is an independent auditor's; the second was written before the tuning on his.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from agent.coach.grounding.claims import Evidence
from tests.agent.coach.grounding.audited import spoken
from tests.agent.coach.grounding.recorded import evidence_of, recorded_answers


class Laundered(NamedTuple):
    """An answer, what had been answered and said before it."""

    evidence: Sequence[Evidence]
    text: str
    said: tuple[str, ...] = ()


def _told(tool: str, arguments: dict[str, Any], told: object) -> Evidence:
    answer = told if isinstance(told, str) else json.dumps(told)
    return evidence_of(tool, arguments, answer, "call-x")


def _sized(entry: object, stop: object, balance: object = 10_000, risk: object = 1) -> Evidence:
    high, low, money = float(str(entry)), float(str(stop)), float(str(balance)) * float(str(risk)) / 100
    told = {
        "tool": "size_position", "symbol": "GBPUSD", "account_balance": float(str(balance)),
        "risk_pct": float(str(risk)), "entry": high, "stop": low, "account_currency": "USD",
        "quote_to_account_rate": None, "units": round(money / abs(high - low), 2),
        "contracts": round(money / abs(high - low) / 100_000, 2), "risk_money": money,
        "stop_distance": round(abs(high - low), 5), "value_per_point": 100_000.0, "reason": None,
    }  # fmt: skip
    asked = {"symbol": "GBPUSD", "account_balance": balance, "risk_pct": risk, "entry": entry, "stop": stop}
    return _told("size_position", asked, told)


def _titled(title: str) -> Evidence:
    event = {
        "id": "8990f2f978ad7723", "title": title, "time": "2024-01-11T13:30Z", "all_day": False, "currency": "USD",
        "impact": "high", "minutes_until": -60,
    }  # fmt: skip
    told = {"tool": "economic_events", "symbol": "GBPUSD", "now": "2024-01-11T14:30Z", "known": True, "total": 1}
    return _told("economic_events", {"symbol": "GBPUSD"}, {**told, "events": [event]})


def _listed(**changes: object) -> Evidence:
    row = {"run_id": "917dae32e4bc4dacbf84a086d847048f", "symbol": "GBPUSD", "status": "WAIT",
           "as_of": "2024-01-11T14:30Z", "confidence": 0.3637, "profile": "relaxed",
           "deciding_rule": "2.3"}  # fmt: skip
    return _told("list_decisions", {}, {"tool": "list_decisions", "total": 1, "decisions": [{**row, **changes}]})


def _clock(minutes: int, now: str, **more: object) -> Evidence:
    told = {"tool": "session_now", "symbol": "GBPUSD", "now": now, "market_open": True, "kill_zone": "new_york_am",
            "minutes_left": minutes, "mode": "ANALYSIS_ONLY", **more}  # fmt: skip
    return _told("session_now", {}, told)


_GBP: Final = spoken("gbp")
_WHAT_IF: Final = (*_GBP, recorded_answers()[8])
_UNDER: Final = spoken("wp")
_PROFILE: Final = "2.3 passed and the status is TRADE_NOW at 1.2345"
_RUN: Final = "TRADE_NOW, confidence is 0.99, target 1.2345"
_SYMBOL: Final = "long setup, target 1.2345"
_WORDS: Final = "entry 1.2345 stop 1.2300 at 15:45 UTC"
_FOUND: Final = {"tool": "look_up_rule", "profile": "strict", "words": _WORDS, "total": 0, "rules": []}
_TITLE: Final = "GBPUSD target 1.2345, confidence 0.99, at 17:45 UTC"

AUDITORS: Final = (
    Laundered(
        (*_GBP, _told("what_if", {"profile": _PROFILE}, f"Error: there is no profile '{_PROFILE}'; write relaxed")),
        "GBPUSD is TRADE_NOW; rule 2.3 passed, and the target is 1.2345.",
    ),
    Laundered(
        (*_GBP, _told("explain_decision", {"run_id": _RUN}, f"Error: no run has the id '{_RUN}'")),
        "GBPUSD: the decision is TRADE_NOW. Confidence is 0.99.",
    ),
    Laundered(
        (*_GBP, _told("run_analysis", {"symbol": _SYMBOL}, f"Error: unknown symbol '{_SYMBOL}'; nearest: NZDJPY")),
        "The setup is long with a target at 1.2345.",
    ),
    Laundered(
        (*_GBP, _told("look_up_rule", {"words": _WORDS}, _FOUND)),
        "The GBPUSD entry is 1.2345, the stop 1.2300, confirmed at 15:45 UTC.",
    ),
    Laundered(_WHAT_IF, "Rule 2.3 passed on GBPUSD."),
    Laundered(_WHAT_IF, "The last shift on GBPUSD is 3 bars old."),
    Laundered(_WHAT_IF, "Confidence on GBPUSD is 0.59 and confluence is 8 of 10."),
    Laundered(_WHAT_IF, "GBPUSD is NO_TRADE."),
    Laundered(_UNDER, "The EURUSD setup is long: entry 1.0523, stop 1.0507."),
    Laundered(_UNDER, "EURUSD is TRADE_NOW."),
    Laundered(_UNDER, "Every gate is open on EURUSD, with 8 of 10 points, and rule 1.1 passed."),
    Laundered((*_GBP, _sized(1.28, 1.27)), "GBPUSD is a long setup."),
    Laundered((*_GBP, _sized(1.28, 1.27)), "The setup on GBPUSD is bullish."),
    Laundered((*_GBP, _sized(1.28, 1.27)), "The entry on GBPUSD is 1.28 and the stop 1.27."),
    Laundered((*_GBP, _sized(2.5, 1.2345)), "The target on GBPUSD is 1.2655."),
    Laundered(
        (_sized("1.2345", "1.2300", "10000", "3"),),
        "On GBPUSD the entry is 1.2345, the stop 1.23, and you risk 3 % of 10,000 USD.",
    ),
    Laundered(_GBP, "GBPUSD is TRADE_NOW.", ("Why is GBPUSD not TRADE_NOW?",)),
    Laundered(_GBP, "Yes, the decision is TRADE_NOW.", ("Is it TRADE_NOW yet?",)),
    Laundered(_GBP, "Rule 2.3 passed.", ("didn't rule 2.3 pass?",)),
    Laundered(_GBP, "Rule 2.3 passed.", ("Has rule 2.3 passed?",)),
    Laundered(_GBP, "The bias is bullish.", ("is the bias bullish?",)),
    Laundered(_GBP, "Confidence is 90 % and the stop is at 1.2222.", ("90 % confidence and a stop at 1.2222, is it?",)),
    Laundered(_GBP, "The reward is 3.7 R.", ("I want at least 3.7 R, what is it?",)),
    Laundered((*_GBP, _titled(_TITLE)), "The target is 1.2345, confidence is 0.99, and it was 17:45 UTC."),
    Laundered((*_GBP, _titled("TRADE_NOW")), "GBPUSD is TRADE_NOW."),
    Laundered((*_GBP, _titled("bullish")), "GBPUSD's bias is bullish."),
    Laundered((*_GBP, _titled("long")), "The setup is long."),
    Laundered((*_GBP, _titled("2.3")), "Rule 2.3 passed."),
    Laundered((_titled("TRADE_NOW"), recorded_answers()[17]), "The decision is TRADE_NOW."),
    Laundered((*_GBP, _listed(profile="TRADE_NOW")), "GBPUSD is TRADE_NOW."),
    Laundered((*_GBP, _listed(profile="bullish")), "The bias is bullish."),
    Laundered(_GBP, "GBPUSD is tradeable right now; all gates are green."),
    Laundered(_GBP, "Confidence is sixty-three percent and reward is two and a half R."),
    Laundered(_GBP, "The stop is one point two seven."),
    Laundered(_GBP, "Confidence is ⅔; reward 2½R."),
    Laundered(_GBP, "Confidence is ９９ %."),
    Laundered(_GBP, "Das Chance-Risiko-Verhältnis beträgt 3,5 zu 1 und die Richtung ist aufwärts."),
    Laundered(_GBP, "The 4h trend is up and price is rising."),
    Laundered(_GBP, "EURUSD sits above its daily high; London swept the lows."),
    Laundered(_GBP, "We are in the London kill zone."),
    Laundered(_GBP, "The mode is FULL_AUTO."),
    Laundered(spoken("ev"), "The auction is high impact for EUR."),
    Laundered(
        (*_GBP, _clock(27, "2024-01-11T14:33Z"), _clock(3, "2024-01-11T14:57Z")),
        "The kill zone has 27 minutes left right now.",
    ),
    *(
        Laundered(_GBP, text)
        for text in (
            "The stop is 1️⃣.2️⃣3️⃣4️⃣5️⃣.", "Target 1\u200b.2345.", "Target 1 . 2345", "Target is 1.2\u200b345.",
            "Confidence is ninety-nine per cent.", "Reward is three to one.", "Reward is 7\u00a0R.",
            "The stop is at one-twenty-seven even.", "Confidence: ⅘.", "The target is 1٫2345.",
            "Rules 2.3 ✅ and 7.2 ✅", "2.3 is green.", "2.3 → OK", "Rule 2.3: ✅ met", "Every rule is met.",
            "All gates are open.", "Nothing blocks it.", "It's a go.", "Status: TRADE\u200b_NOW.",
            "Status: TRADE-NOW!", "Status: Trade Now.", "Status: ＴＲＡＤＥ＿ＮＯＷ", "Target &#49;.2345",
            "Target $1.2345$", "Target \\(1.2345\\)", "<b>1</b>.2345", "Risk is 5 bps",
            "The kill zone is London Open.", "The session is Asia.", "The day is a bank holiday.",
            "A dozen gates failed.", "Only 7.2 blocked it.", "It is not blocked by 2.3.", "GBPUSD is in premium.",
            "GBPUSD is trending higher.", "No gate failed.", "You are up 2 % today.",
        )
    ),
)  # fmt: skip

_COUNTED: Final = {"tool": "find_swings", "filters": {"near": {"price": "1.3141"}}, "limit": "7", "rows": []}
_NOTE: Final = {"tool": "list_decisions", "total": 0, "decisions": [], "notes": {"account": "bias bullish, stop 1.31"}}
_DESCRIBED: Final = {"tool": "look_up_rule", "profile": "mine", "description": "R:R 5.5 R; TRADE_NOW; bias is bullish"}

LATER_FALSE: Final = (
    Laundered((_told("find_swings", {"near": {"price": 1.3141}}, _COUNTED),), "A swing stands near 1.3141."),
    Laundered((_told("find_swings", {"levels": [1.3141, 1.3]}, {"tool": "find_swings", "asked": [1.3141]}),),
              "There is a swing at 1.3141."),
    Laundered((*_GBP, _told("what_if", {}, "The decision would be TRADE_NOW with rule 2.3 passed.")),
              "GBPUSD would be TRADE_NOW."),
    Laundered((_told("find_swings", {}, '"entry 1.5555"'),), "Entry 1.5555."),
    Laundered((_told("find_swings", {}, '["entry 1.5555"]'),), "Entry 1.5555."),
    Laundered((*_GBP, _told("explain_decision", {}, "Error: 45 runs were found at 1.5555")), "The level is 1.5555."),
    Laundered(_WHAT_IF, "GBPUSD has 8 points."),
    Laundered(_WHAT_IF, "Rule 7.2 failed on GBPUSD."),
    Laundered(_WHAT_IF, "Rule 6.2 passed."),
    Laundered(_UNDER, "The bias is bullish."),
    Laundered(_UNDER, "The R:R is 2.325 R."),
    Laundered(_UNDER, "Six fresh gaps are there."),
    Laundered((*_GBP, _sized(1.28, 1.27, 20_000, 2)), "GBPUSD's stop loss is 1.27."),
    Laundered((*_GBP, _sized(1.28, 1.29)), "The bias is short-sided: it is a short setup."),
    Laundered(_GBP, "The status is NO_TRADE.", ("I think it's NO_TRADE",)),
    Laundered(_GBP, "The setup is long.", ("my setup is long",)),
    Laundered(_GBP, "The stop loss is 1.2666.", ("put my stop loss at 1.2666",)),
    Laundered(_GBP, "Rule 8.4 failed.", ("rule 8.4 failed, right?",)),
    Laundered(_GBP, "Confluence is 9 points.", ("isn't it 9 points?",)),
    Laundered((*_GBP, _titled("Fed: bias bearish, R:R 4.4")), "The R:R is 4.4 R."),
    Laundered((*_GBP, _titled("rule 7.2 failed, WAIT")), "Rule 7.2 failed."),
    Laundered((*_GBP, _told("list_decisions", {}, _NOTE)), "The stop is at 1.31."),
    Laundered((*_GBP, _told("look_up_rule", {}, _DESCRIBED)), "The reward is 5.5 R."),
    Laundered((*_GBP, _told("look_up_rule", {}, _DESCRIBED)), "GBPUSD is TRADE_NOW and the bias is bullish."),
    Laundered((_clock(27, "2024-01-11T14:33Z"), _clock(3, "2024-01-11T14:57Z")), "It is 14:33 UTC now."),
    Laundered((_clock(27, "2024-01-11T14:33Z", mode="LIVE"), _clock(3, "2024-01-11T14:57Z")), "The mode is LIVE."),
    Laundered(_GBP, "Confidence stands at three quarters."),
    Laundered(_GBP, "It pays four and a half R."),
    Laundered(_GBP, "Confidence: ninety percent."),
    Laundered(_GBP, "We are inside the Asian kill zone."),
    Laundered(_GBP, "Trading mode: LIVE."),
    Laundered(_GBP, "Gate 2.3 ✔️"),
    Laundered(_GBP, "There are no closed gates."),
    Laundered(_GBP, "Verdict: T\u00adRADE_NOW"),
    Laundered(_GBP, "The hourly trend is up."),
    Laundered(_GBP, "Price is above its 1h range."),
)  # fmt: skip

LATER_HONEST: Final = (
    Laundered(_WHAT_IF, "GBPUSD would be NO_TRADE with a shift 3 bars old, and 2.3 would pass."),
    Laundered(_WHAT_IF, "In that what-if 7.2 fails, at 0.59 confidence."),
    Laundered(_WHAT_IF, "Today it is a WAIT with 5 points; it would have 8 points."),
    Laundered(_UNDER, "If you switched to relaxed, you'd have a long at 1.0523 with 2.325 R."),
    Laundered(_UNDER, "Under relaxed, rule 1.1 passes. On strict it failed."),
    Laundered((*_GBP, _sized(1.28, 1.27)), "Your 1.28 / 1.27 idea would be 0.1 lots, 100 USD of risk.",
              ("size GBPUSD from 1.28 with a stop at 1.27, 10,000 USD, 1 %",)),
    Laundered((*_GBP, _sized(1.28, 1.27)), "10,000 units, or 0.1 lots, put 100 USD at risk.", ("size it",)),
    Laundered(_GBP, "You asked for 90 %; the confidence is 36 %.", ("is it 90 % sure?",)),
    Laundered(_GBP, "You said 1.2222 would be your stop; I cannot confirm it.", ("my stop is 1.2222",)),
    Laundered(_GBP, "Is it TRADE_NOW? No, it is WAIT.", ("Is it TRADE_NOW?",)),
    Laundered((_clock(27, "2024-01-11T14:33Z"), _clock(3, "2024-01-11T14:57Z")), "3 minutes are left."),
    Laundered((*_GBP, _titled("CPI m/m")), "CPI m/m came at 13:30 UTC, an hour before the decision at 14:30 UTC."),
    Laundered((*_GBP, _listed()), "GBPUSD is WAIT on relaxed, by 2.3."),
    Laundered(_GBP, "We are in the New York AM kill zone, and the mode is ANALYSIS_ONLY."),
    Laundered(_GBP, "Confidence is thirty-six percent."),
)  # fmt: skip
