"""500 grounded answers and their twins: phrases drawn by a seed, one mark of each altered in its twin."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from agent.coach.grounding.claims import Evidence
from agent.coach.toolbox.charts import FixedCharts
from agent.coach.toolbox.compact import fitted_answer
from agent.coach.toolbox.decision_documents import change_row, decision_row, stop_row
from agent.coach.toolbox.decision_tools import SHORTENED, explanation_content
from tests.agent.analysis.market import NOW, demo_candles
from tests.agent.coach.grounding.phrases import PHRASES
from tests.agent.coach.grounding.recorded import RULES, conversations, evidence_of
from tests.agent.coach.toolbox.coached import chart_of, chart_of_file, told
from tests.agent.explanation.recorded import RecordedRun, recorded_runs
from tests.tools.real_candles import FILES, FOLDER
from tools.chart import Chart
from tools.timeframes import Timeframe

ANSWERS: Final = 500
_SEED: Final = 20240903
_FEWEST_PRICES: Final = 2
_MARK: Final = re.compile(r"«(\w+)\|([^»]*)»")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_OPENERS: Final = ("", "", "Sure. ", "Here's what the trace says.\n\n", "Short answer first. ", "Good question!\n\n")
_JOINTS: Final = (" ", " ", "\n", "\n\n", "\n- ")
_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_OPPOSITE: Final = {
    "bullish": "bearish", "long": "short", "buy-side": "sell-side", "Buy-side": "Sell-side", "premium": "discount",
}  # fmt: skip
_TURNED: Final = {**_OPPOSITE, **{there: here for here, there in _OPPOSITE.items()}, "neutral": "bullish"}
_UNITS: Final = {
    " %": " R", "%": "R", " R": " %", "R": "%", " bars": " minutes", " points": " pips", " ATR": " R", " USD": " EUR",
    " lots": " pips", " units": " USD", " minutes": " hours", " min": " hours", "$": "€",
}  # fmt: skip
_CHARTED: Final = (
    "find_fair_value_gaps", "find_order_blocks", "find_breakers", "find_inverse_gaps", "find_liquidity_pools",
    "find_structure_breaks", "read_dealing_range", "find_setups",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """An honest answer, its twin, and what the tools had answered; `altered` is what was changed into what."""

    evidence: tuple[Evidence, ...]
    honest: str
    twin: str
    kind: str
    altered: tuple[str, str]


@cache
def pairs() -> tuple[Pair, ...]:
    """Give the corpus, the same on every machine that has the same candles."""
    chance = random.Random(_SEED)
    spoken = list(_conversations())
    made: list[Pair] = []
    while len(made) < ANSWERS:
        evidence = spoken[len(made) % len(spoken)]
        pair = _pair(evidence, chance)
        if pair is not None:
            made.append(pair)
    return tuple(made)


def _conversations() -> Iterator[tuple[Evidence, ...]]:
    by_status: dict[str, list[RecordedRun]] = {}
    for run in recorded_runs():
        by_status.setdefault(run.record.status, []).append(run)
    chosen = [run for runs in by_status.values() for run in runs[:12]]
    for run in chosen:
        yield tuple(_of_run(run))
    for chart in _charts():
        yield tuple(_of_chart(chart))
    for name in ("trade", "wait", "rule22", "rule72", "session", "events", "size"):
        yield tuple(conversations()[name])
    for run, chart in zip(chosen[:6], _charts(), strict=False):
        yield (*_of_run(run), *conversations()["session"], *_of_chart(chart)[:3])


def _of_run(run: RecordedRun) -> list[Evidence]:
    explanation = run.explanation
    decision = decision_row(explanation.decision)
    why_not = {
        "tool": "why_not",
        "decision": decision,
        "changes": [change_row(one) for one in explanation.why_not.changes],
        "becomes_trade": explanation.why_not.proven,
        "what_would_stop_it": [stop_row(one) for one in explanation.what_would_stop_it],
    }
    explained = fitted_answer(explanation_content("explain_decision", explanation), list(SHORTENED))
    return [
        evidence_of("explain_decision", {"run_id": decision["run_id"]}, explained, "call-a"),
        evidence_of("why_not", {}, fitted_answer(why_not, ["what_would_stop_it", "changes"]), "call-b"),
    ]


@cache
def _charts() -> tuple[Chart, ...]:
    demo = [chart_of(demo_candles(one, Timeframe.M15, until=NOW), one) for one in ("EURUSD", "NQ", "BTCUSD")]
    return (*demo, *(chart_of_file(one, 2000) for one in FILES if (FOLDER / one.name).exists()))


def _of_chart(chart: Chart) -> list[Evidence]:
    symbol, timeframe = chart.instrument.symbol, chart.candles.timeframe.value
    asked = {"symbol": symbol, "timeframe": timeframe}
    return [
        evidence_of(tool, asked, told(FixedCharts([chart]), tool, **asked), f"call-{at}")
        for at, tool in enumerate(_CHARTED)
    ]


def _pair(evidence: Sequence[Evidence], chance: random.Random) -> Pair | None:
    phrases = [
        phrase
        for one in evidence
        for speak in PHRASES.get(one["tool"], ())
        for phrase in speak(json.loads(one["answer"]))
    ]
    chosen = chance.sample(phrases, min(chance.randint(1, 4), len(phrases)))
    joint = chance.choice(_JOINTS)
    marked = chance.choice(_OPENERS) + ("- " if joint == "\n- " else "") + joint.join(chosen)
    marks = list(_MARK.finditer(marked))
    if not marks:
        return None
    mark = chance.choice(marks)
    altered = _altered(mark[1], mark[2], chance, _passed(evidence))
    if altered is None:
        return None
    if mark[1] == "dir" and _is_true_too(evidence, marked, mark, altered):
        return None
    twin = marked[: mark.start()] + altered + marked[mark.end() :]
    return Pair(tuple(evidence), _plain(marked), _plain(twin), mark[1], (mark[2], altered))


def _is_true_too(evidence: Sequence[Evidence], marked: str, mark: re.Match[str], altered: str) -> bool:
    """Whether a row of the turned direction holds the same prices, so that the twin is no untruth."""
    behind = [one[2] for one in _MARK.finditer(marked, mark.end()) if one[1] == "px"]
    prices = set(behind[:_FEWEST_PRICES])
    rows = [row for one in evidence for row in json.loads(one["answer"]).get("rows", ())]
    cells = [{f"{cell}" for cell in row} for row in rows if isinstance(row, list)]
    return bool(prices) and any(altered in one and len(prices & one) >= _FEWEST_PRICES for one in cells)


def _passed(evidence: Sequence[Evidence]) -> frozenset[str]:
    """Return the rules that passed: of them, naming another one is no untruth."""
    answers = [json.loads(one["answer"]) for one in evidence]
    return frozenset(rule for one in answers for rule in one.get("passed", ()))


def _plain(marked: str) -> str:
    return _MARK.sub(lambda found: found[2], marked)


def _altered(kind: str, text: str, chance: random.Random, passed: frozenset[str]) -> str | None:
    match kind:
        case "dir" | "half":
            return _TURNED[text]
        case "rule":
            return chance.choice([one for one in RULES if one != text])
        case "passed":
            return chance.choice([one for one in RULES if one not in passed])
        case "t":
            return _another_time(text, chance)
        case "neg":
            return text[1:] if text.startswith("-") else f"-{text}"
        case "cnt" if text.lower() in _WORDS:
            return chance.choice([one for one in _WORDS if one != text.lower()])
    unit = next((one for one in _UNITS if text.endswith(one) or (one == "$" and text.startswith(one))), None)
    if text.endswith("ATR"):
        unit = " ATR"
    if unit is not None and chance.random() < 0.35:
        return text.replace(unit, _UNITS[unit])
    if kind != "cnt" and chance.random() < 0.12 and ":" not in text:
        return f"-{text}" if not text.startswith(("-", "$")) and re.search("[1-9]", text) else None
    return _another_number(text, chance)


def _another_number(text: str, chance: random.Random) -> str:
    """Change one digit of the number; of a ratio, what is gained."""
    found = list(_NUMBER.finditer(text))[-1]
    places = [at for at in range(found.start(), found.end()) if text[at].isdigit()]
    at = chance.choice(places)
    digits = [one for one in "0123456789" if one != text[at] and not (one == "0" and at == places[0])]
    return text[:at] + chance.choice(digits) + text[at + 1 :]


def _another_time(text: str, chance: random.Random) -> str:
    if chance.random() < 0.25 and text.endswith(("UTC", "New York")):
        return text.replace("UTC", "New York") if text.endswith("UTC") else text.replace("New York", "UTC")
    clock = re.search(r"(\d\d):(\d\d)", text)
    if clock is None:  # a date in words: another day of the month
        number = int(text.split()[0])
        return text.replace(str(number), str(number % 28 + 1), 1)
    if chance.random() < 0.5:
        hour = (int(clock[1]) + chance.randint(1, 23)) % 24
        return text.replace(clock[0], f"{hour:02}:{clock[2]}")
    minute = (int(clock[2]) + chance.randint(1, 59)) % 60
    return text.replace(clock[0], f"{clock[1]}:{minute:02}")
